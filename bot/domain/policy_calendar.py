"""The tables ``[calendar.NAME]`` of a policy file: what they may hold, and what becomes of them."""

from collections.abc import Mapping
from datetime import time
from typing import Any

from bot.domain.calendar import MONTHS, WEEKLY
from bot.domain.policy import Reminder
from bot.domain.policy_checks import DAYS, Check, channel_or_none, clock, days, one_of, text, word

NEVER = "never"
DIGEST, PROGRESS = "digest", "progress"
CALENDAR: dict[str, Check] = {
    "every": one_of(WEEKLY, *MONTHS, NEVER), "days": days, "at": clock, "channel": channel_or_none, "to": text,
    "text": word, "shows": one_of(DIGEST, PROGRESS),
}  # fmt: skip


def reminders(tables: Mapping[str, Mapping[str, Any]]) -> tuple[Reminder, ...]:
    """Those of the *tables* that ever come."""
    return tuple(_reminder(name, one) for name, one in tables.items() if one.get("every") != NEVER)


def _reminder(name: str, table: Mapping[str, Any]) -> Reminder:
    return Reminder(
        name=name,
        every=table.get("every", "monthly"),
        days=tuple(sorted({DAYS.index(each) for each in table.get("days", ())})),
        at=time.fromisoformat(table.get("at", "09:00")),
        channel=table.get("channel", "").lstrip("#"),
        to=table.get("to", ""),
        text=table.get("text", name),
        shows=table.get("shows", ""),
    )
