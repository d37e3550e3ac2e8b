"""An axis of time: ticks that a person reads easily, on the clock of one zone, with the date at midnight."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta, tzinfo

TICKS = 9
"""As many as find room beside each other."""
STEPS = tuple(
    timedelta(seconds=seconds)
    for seconds in (
        5, 10, 15, 30, 60, 120, 300, 600, 900, 1_800, 3_600, 7_200, 10_800, 21_600, 43_200,
        86_400, 2 * 86_400, 7 * 86_400, 14 * 86_400, 28 * 86_400, 91 * 86_400, 365 * 86_400,
    )
)  # fmt: skip
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Tick:
    """A tick, its place from 0 to 1, and what stands below it."""

    at: float
    label: str
    is_day: bool
    """True at midnight, where the label is a date."""


def ticks(start: datetime, end: datetime, zone: tzinfo) -> tuple[Tick, ...]:
    """The ticks from *start* to *end*, at round times of day in *zone*; what a change of clocks skips has none."""
    length = end - start
    step = next((step for step in STEPS if length / step <= TICKS), STEPS[-1])
    clock = "%H:%M:%S" if step < timedelta(minutes=1) else "%H:%M"
    found = []
    for at in _moments(start, end, step, zone):
        local = at.astimezone(zone)
        is_day = local.time() == time()
        label = f"{local:%b} {local.day}" if is_day else f"{local:{clock}}"
        found.append(Tick(at=round((at - start) / length, 5), label=label, is_day=is_day))
    return tuple(found)


def _moments(start: datetime, end: datetime, step: timedelta, zone: tzinfo) -> Iterator[datetime]:
    """Round times on the wall, counted from each midnight on; steps of days from the first."""
    day = datetime.combine(start.astimezone(zone).date(), time())
    while (first := _instant(day, zone)) is None or first <= end:
        wall = day
        while wall < day + _DAY:
            at = _instant(wall, zone)
            if at is not None and start <= at <= end:
                yield at
            wall += step
        day += max(step, _DAY)


def _instant(wall: datetime, zone: tzinfo) -> datetime | None:
    """The instant at which clocks show *wall*, for the first time; None where they never do."""
    at = wall.replace(tzinfo=zone).astimezone(UTC)
    return at if at.astimezone(zone).replace(tzinfo=None) == wall else None
