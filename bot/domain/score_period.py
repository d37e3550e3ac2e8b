"""Periods over which metrics are counted: ``30d``, ``quarter``, ``2026-Q1``, ``2026-01-01..2026-03-31``.

A period is whole days in the organisation's zone, its first and its last one included.
"""

import re
from calendar import monthrange
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.domain.refusal_scores import PeriodBackwards, UnknownPeriod
from bot.domain.times import is_within_reach

USUAL = "30d"
LONGEST_DAYS = 3_660
MONTHS_OF_QUARTER = 3
_DAYS = re.compile(r"(?:last[- ])?(\d{1,4}) ?d(?:ays?)?", re.ASCII)
_QUARTER = re.compile(r"(\d{4})[- ]?q([1-4])", re.ASCII)
_MONTH = re.compile(r"(\d{4})-(\d{2})", re.ASCII)
_YEAR = re.compile(r"(\d{4})", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """Some days, from the first to the last."""

    first: date
    last: date
    typed: str
    """As a command takes it: ``2026-Q1``."""
    called: str
    """As a sentence calls it: ``the last 30 days``."""

    @property
    def days(self) -> int:
        """How many."""
        return (self.last - self.first).days + 1

    def holds(self, day: date) -> bool:
        """Whether *day* is one of them."""
        return self.first <= day <= self.last

    def start(self, zone: ZoneInfo) -> datetime:
        """The instant at which it begins, in UTC."""
        return datetime.combine(self.first, time(), zone).astimezone(UTC)

    def end(self, zone: ZoneInfo) -> datetime:
        """The instant at which it is over, in UTC: the first that is no part of it."""
        return datetime.combine(self.last + timedelta(days=1), time(), zone).astimezone(UTC)

    @property
    def dates(self) -> str:
        """``2026-01-01 to 2026-03-31``; one day alone."""
        return f"{self.first} to {self.last}" if self.first != self.last else str(self.first)


def parse_period(text: str, today: date) -> Period:
    """The period that a person's words mean on the day *today*; none: the last 30 days.

    Raises UnknownPeriod, PeriodBackwards.
    """
    plain = " ".join(text.lower().split()) or USUAL
    if plain in _NAMED:
        return _NAMED[plain](today)
    if found := _DAYS.fullmatch(plain):
        return _last_days(int(found[1]), today, text)
    if ".." in plain:
        return _between(plain, today, text)
    return _calendar(plain, text)


def before(period: Period) -> Period:
    """The one of the same kind that ends where *period* begins."""
    yesterday = period.first - timedelta(days=1)
    for make in (quarter_of, month_of, year_of):
        if period.first == make(period.first).first and period.typed == make(period.first).typed:
            return make(yesterday)
    return _plain(period.first - timedelta(days=period.days), yesterday)


def quarter_of(day: date) -> Period:
    """The quarter of the year in which *day* lies."""
    n = (day.month - 1) // MONTHS_OF_QUARTER + 1
    month = n * MONTHS_OF_QUARTER
    return Period(
        first=date(day.year, month - MONTHS_OF_QUARTER + 1, 1),
        last=date(day.year, month, monthrange(day.year, month)[1]),
        typed=f"{day.year:04}-Q{n}",
        called=f"quarter {n} of {day.year}",
    )


def month_of(day: date) -> Period:
    """The month in which *day* lies."""
    last = day.replace(day=monthrange(day.year, day.month)[1])
    return Period(first=day.replace(day=1), last=last, typed=f"{day:%Y-%m}", called=f"{day:%B %Y}")


def year_of(day: date) -> Period:
    """The year in which *day* lies."""
    return Period(
        first=date(day.year, 1, 1),
        last=date(day.year, 12, 31),
        typed=f"{day:%Y}",
        called=f"the year {day:%Y}",
    )


def _last(make: Callable[[date], Period]) -> Callable[[date], Period]:
    return lambda today: make(make(today).first - timedelta(days=1))


_NAMED: dict[str, Callable[[date], Period]] = {
    "quarter": quarter_of, "month": month_of, "year": year_of,
    "last quarter": _last(quarter_of), "last month": _last(month_of), "last year": _last(year_of),
}  # fmt: skip
_NAMED |= {name.replace(" ", "-"): make for name, make in _NAMED.items()}
_NAMED |= {f"this {name}": make for name, make in _NAMED.items() if name in ("quarter", "month", "year")}


def _last_days(days: int, today: date, given: str) -> Period:
    if not 0 < days <= LONGEST_DAYS:
        raise UnknownPeriod(given=given)
    called = f"the last {days} days" if days > 1 else "today"
    first = today - timedelta(days=days - 1)
    return Period(first=first, last=today, typed=f"{days}d", called=called)


def _between(plain: str, today: date, given: str) -> Period:
    first, _, last = (part.strip(" .") for part in plain.partition(".."))
    if not first:
        raise UnknownPeriod(given=given)
    start = _calendar(first, given).first
    end = _calendar(last, given).last if last else today
    if end < start:
        raise PeriodBackwards(given=given, first=str(end), last=str(start))
    return _plain(start, end)


def _plain(first: date, last: date) -> Period:
    return Period(first=first, last=last, typed=f"{first}..{last}", called=f"{first} to {last}")


def _calendar(plain: str, given: str) -> Period:
    """A quarter, month, year or day of the calendar. Raises UnknownPeriod."""
    period = _read(plain, given)
    if not is_within_reach(period.first):
        raise UnknownPeriod(given=given)
    return period


def _read(plain: str, given: str) -> Period:
    try:
        if found := _QUARTER.fullmatch(plain):
            return quarter_of(date(int(found[1]), int(found[2]) * MONTHS_OF_QUARTER, 1))
        if found := _MONTH.fullmatch(plain):
            return month_of(date(int(found[1]), int(found[2]), 1))
        if found := _YEAR.fullmatch(plain):
            return year_of(date(int(found[1]), 1, 1))
        day = date.fromisoformat(plain)
    except ValueError as error:
        raise UnknownPeriod(given=given) from error
    return _plain(day, day)
