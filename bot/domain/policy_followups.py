"""What an organisation decides about follow-ups: when people are reminded of them, and what is told further up."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import time, timedelta
from decimal import Decimal
from typing import Any

from bot.domain.policy_checks import Check, clock, duration
from bot.domain.times import parse_duration

CTO, CFO, EXECUTIVES = "cto", "cfo", "executives"
"""The targets that hear of what is blocked, of what costs more, and of what comes much later."""
_PERCENTAGE = re.compile(r"(\d{1,4}(?:\.\d{1,4})?) ?%")


@dataclass(frozen=True, slots=True, kw_only=True)
class FollowUps:
    """When people are reminded of follow-ups (R-AI-6), and from where on others hear of them (R-AI-1 to 3)."""

    remind_at: time
    """In the organisation's zone."""
    remind_before: timedelta
    """Before the day on which one is due, by the clock on the wall."""
    remind_every: timedelta
    """After that day, as long as it is open; and so often whoever was told further up hears of it again."""
    blocked_after: timedelta
    """One that is blocked for longer than this is told to the CTO."""
    over_budget: Decimal
    """Above this share of what was approved the CFO is asked: 0.1 for ``10%``. A share exactly so large is fine."""
    late_after: timedelta
    """A date later than the first one by more than this is told to the executives."""


def percentage(value: Any) -> str | None:
    """A percentage, like "10%"."""
    fine = isinstance(value, str) and _PERCENTAGE.fullmatch(value.strip())
    return None if fine else 'should be a percentage in quotes, like "10%"'


def share(written: str) -> Decimal:
    """The share that a percentage says: 0.1 for ``10%``, 0.075 for ``7.5%``. ValueError where it is none."""
    found = _PERCENTAGE.fullmatch(written.strip())
    if found is None:
        raise ValueError(written)
    return Decimal(found[1]) / 100


KEYS: dict[str, Check] = {
    "remind_at": clock, "remind_before": duration, "remind_every": duration, "blocked_after": duration,
    "over_budget": percentage, "late_after": duration,
}  # fmt: skip


def rules(table: Mapping[str, Any]) -> FollowUps:
    """What the table ``[followups]`` says."""
    spans = ("remind_before", "remind_every", "blocked_after", "late_after")
    return FollowUps(
        remind_at=time.fromisoformat(table["remind_at"]),
        over_budget=share(table["over_budget"]),
        **{name: parse_duration(table[name]) for name in spans},
    )
