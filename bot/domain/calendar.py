"""The calendar: what the organisation is reminded of each month, quarter or year (R-DRL-1)."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from bot.domain.policy import Reminder

LATE = timedelta(minutes=10)
"""A reminder this much behind its time says so."""
MONDAY_TO_FRIDAY = range(5)
MONTHS = {"monthly": 1, "quarterly": 3, "yearly": 12}


@dataclass(frozen=True, slots=True, kw_only=True)
class Occurrence:
    """One time at which a reminder is due."""

    period: str
    """``2026-04``: the first month of its month, quarter or year."""
    at: datetime

    def late(self, at: datetime) -> timedelta | None:
        """How far *at* is behind its time, where that is worth saying."""
        behind = at - self.at
        return behind if behind >= LATE else None


def latest(
    reminder: Reminder, zone: ZoneInfo, at: datetime, *, days: Collection[int] = MONDAY_TO_FRIDAY
) -> Occurrence:
    """The last time, until *at*, at which *reminder* was due: the first working day of its period, in *zone*.

    *days*: the days of a week on which people work, 0 is Monday: weeks do not end on the same day everywhere.
    """
    months = MONTHS[reminder.every]
    today = at.astimezone(zone).date()
    first = today.replace(month=(today.month - 1) // months * months + 1, day=1)
    now = _occurrence(reminder, zone, first, days)
    return now if now.at <= at else _occurrence(reminder, zone, _before(first, months), days)


def _before(first: date, months: int) -> date:
    """The first day of the period before the one that begins on *first*."""
    years, month = divmod(first.year * 12 + first.month - 1 - months, 12)
    return date(years, month + 1, 1)


def _occurrence(reminder: Reminder, zone: ZoneInfo, first: date, days: Collection[int]) -> Occurrence:
    day = first
    while day.weekday() not in days:
        day += timedelta(days=1)
    at = datetime.combine(day, reminder.at, zone).astimezone(UTC)
    return Occurrence(period=f"{first:%Y-%m}", at=at)
