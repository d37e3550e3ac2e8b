"""What the policy says of customer escalations that are records of their own (``CE1012``)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from bot.domain.times import parse_duration

if TYPE_CHECKING:
    from bot.domain.policy import Hours

PRIORITIES = ("high", "medium", "low")
"""The words for a priority, as people type them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseRules:
    """The rules of ``[customers]`` for them: they have no ladder, inform nobody, and keep to a pace of their own."""

    first_number: int
    """Where their numbers begin."""
    update_every: timedelta
    hours: "Hours | None"
    """Reminders keep to them; None: day and night."""
    channel: str
    """Name or id of the channel where they are announced; empty: nowhere."""
    priorities: Mapping[str, str]
    """Of each of PRIORITIES the severity's level (PRODUCT 3.0, row 3)."""
    roles: tuple[str, ...]
    """Roles that somebody should take; the bot asks where nobody does."""
    invite: tuple[str, ...]
    """Who is invited to the channel of each: user ids, @usergroup handles or e-mail addresses."""

    def priority_of(self, level: str) -> str:
        """The word for severity *level*; empty where no priority leads to it."""
        return next((word for word, meant in self.priorities.items() if meant == level), "")


def read_cases(table: Mapping[str, Any], hours: "Hours") -> CaseRules:
    """The rules that the checked *table* ``[customers]`` holds; *hours* are the working hours as written."""
    return CaseRules(
        first_number=table["first_number"],
        update_every=parse_duration(table["update_every"]),
        hours=hours if table["working_hours"] else None,
        channel=table["channel"].lstrip("#"),
        priorities=table["priorities"],
        roles=tuple(table["roles"]),
        invite=tuple(table["invite"]),
    )
