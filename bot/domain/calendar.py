"""The calendar: when the organisation is told something, each week, month, quarter or year (R-REV-1 to 4, R-DRL-1)."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from bot.domain.policy import Reminder
from bot.domain.refusal_calendar import UnknownDigest
from bot.domain.times import is_within_reach

LATE = timedelta(minutes=10)
"""A reminder this much behind its time says so."""
MONDAY_TO_FRIDAY = range(5)
WEEKLY = "weekly"
WEEK = timedelta(days=7)
_LAST_MONTH = ("month", "monthly", "last month", "progress")
MONTHS = {"monthly": 1, "quarterly": 3, "yearly": 12}


@dataclass(frozen=True, slots=True, kw_only=True)
class Occurrence:
    """One time at which a reminder is due."""

    period: str
    """``2026-04``: the first month of its month, quarter or year. ``2026-04-27``: the Monday of its week, with ``.2``
    behind it for the second time in that week. The period of a later time is greater."""
    at: datetime

    def late(self, at: datetime) -> timedelta | None:
        """How far *at* is behind its time, where that is worth saying."""
        behind = at - self.at
        return behind if behind >= LATE else None


def latest(
    reminder: Reminder, zone: ZoneInfo, at: datetime, *, days: Collection[int] = MONDAY_TO_FRIDAY
) -> Occurrence:
    """The last time, until *at*, at which *reminder* was due, in *zone*.

    That is on its days of the week, else on the first working day of its month, quarter or year.

    *days*: the days of a week on which people work, 0 is Monday: weeks do not end on the same day everywhere.
    """
    if reminder.every == WEEKLY:
        return _latest_of_weeks(reminder, zone, at, reminder.days or (_first_of_week(days),))
    months = MONTHS[reminder.every]
    today = at.astimezone(zone).date()
    first = today.replace(month=(today.month - 1) // months * months + 1, day=1)
    now = _occurrence(reminder, zone, first, days)
    return now if now.at <= at else _occurrence(reminder, zone, _before(first, months), days)


def covered(reminder: Reminder, due: Occurrence, told: str = "") -> tuple[date, date]:
    """The first day that a report *due* then covers, and the day after the last: the whole months before its own.

    *told*: the period of the last one that was told; what was missed since then is covered too, a year at most.
    """
    until = date.fromisoformat(f"{due.period}-01")
    usual, earliest = _before(until, MONTHS[reminder.every]), _before(until, MONTHS["yearly"])
    since = date.fromisoformat(f"{told}-01") if len(told) == len(due.period) and told < due.period else usual
    return max(min(since, usual), earliest), until


def read_month(text: str) -> date | None:
    """The first day of the month ``2026-04``; None for ``month``: the last whole one. Raises UnknownDigest."""
    if text.strip().lower() in _LAST_MONTH:
        return None
    try:
        first = date.fromisoformat(f"{text.strip()}-01")
    except ValueError as error:
        raise UnknownDigest(given=text) from error
    if not is_within_reach(first):
        raise UnknownDigest(given=text)
    return first


def _first_of_week(days: Collection[int]) -> int:
    """The working day that follows a day off: a week of work does not begin on Monday everywhere."""
    return next((day for day in sorted(days) if (day - 1) % 7 not in days), 0)


def _latest_of_weeks(reminder: Reminder, zone: ZoneInfo, at: datetime, days: Collection[int]) -> Occurrence:
    """The last of its times in this week or the one before."""
    today = at.astimezone(zone).date()
    monday = today - timedelta(days=today.weekday())
    times = (
        Occurrence(
            period=f"{first:%Y-%m-%d}" + (f".{n}" if n > 1 else ""),
            at=datetime.combine(first + timedelta(days=day), reminder.at, zone).astimezone(UTC),
        )
        for first in (monday, monday - WEEK)
        for n, day in reversed(list(enumerate(sorted(days), start=1)))
    )
    return next(each for each in times if each.at <= at)


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
