"""Working hours: what falls outside of them waits until the next ones begin (PRODUCT, severities that may sleep).

Computed on the clock of their own zone, also on days on which clocks change; returned in UTC.
"""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from bot.domain.policy import Hours

_DAY = timedelta(days=1)
_WEEK = 7


def within(at: datetime, hours: Hours | None) -> datetime:
    """*at* itself where it lies in *hours*, their end not included; else the next beginning. None: day and night."""
    if hours is None:
        return at
    local = at.astimezone(ZoneInfo(hours.zone))
    if local.weekday() in hours.days and hours.start <= local.time() < hours.end:
        return at
    return next(begun for begun in _beginnings(local.date(), hours) if begun >= at)


def _beginnings(first: date, hours: Hours) -> Iterator[datetime]:
    """When working hours begin, from the day *first* on. A time that comes twice is met twice: the earlier first.

    A time that a change of clocks leaves out stands for the instant just after the gap.
    """
    for days in range(2 * _WEEK):
        day = first + days * _DAY
        if day.weekday() in hours.days:
            local = datetime.combine(day, hours.start, ZoneInfo(hours.zone))
            yield local.astimezone(UTC)
            yield local.replace(fold=1).astimezone(UTC)


def stretches(start: datetime, end: datetime, hours: Hours | None) -> Iterator[tuple[datetime, datetime]]:
    """The parts of *start* to *end* that lie in *hours*, in order; all of it where there are none to keep to."""
    if hours is None:
        yield start, end
        return
    zone = ZoneInfo(hours.zone)
    begun = within(start, hours)
    while begun < end:
        local = begun.astimezone(zone)
        closing = datetime.combine(local.date(), hours.end, zone).replace(fold=local.fold).astimezone(UTC)
        yield begun, min(closing, end)
        begun = within(closing, hours)
