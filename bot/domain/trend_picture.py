"""A metric over months as a picture, without a drawing: what lies where, and the same in words (MD-6).

One point for each incident, the median of all, that of a month where it has enough of them, and the target. It shows
what was: incidents differ, and few of them prove nothing, so nothing here says that anything became better or worse.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta, tzinfo
from itertools import pairwise
from math import ceil, floor, log10
from statistics import median

from bot.domain.times import print_duration
from bot.domain.trend import Point, Trend, Unit

FEW = 10
"""With fewer points the picture says that they are too few."""
ENOUGH = 5
"""A month has a median of its own from so many points on."""
LABELS = 13
"""As many months find room for their names; of more, each third is named."""
_STEPS = (1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1_800, 3_600, 7_200, 10_800, 21_600, 43_200, 86_400)
_TICKS = 6
_LEAST = 0.01
"""Numbers are shown with two places: ticks that are nearer to each other would look the same."""
_FAR = 4
"""What is so many times further than four out of five, and than the target, stands at the edge, with its value."""
_NAMED = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Month:
    """One month. Places are shares of the axes, from 0 to 1, the upper ones from the bottom."""

    left: float
    right: float
    label: str
    """``Mar``, with the year where it is new; "" where there is no room."""
    name: str
    """``March 2026``."""
    count: int
    median: float | None
    told: str
    """Its median in words; "" where it has too few points."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Dot:
    """One point; *is_above*: it lies beyond the edge."""

    x: float
    y: float
    is_above: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Level:
    """A line across: target, median, or a tick of the axis."""

    y: float
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TrendPicture:
    """All of it; every text is plain."""

    title: str
    about: str
    of: str
    """What the points are, many of them: ``incidents``."""
    months: tuple[Month, ...]
    ticks: tuple[Level, ...]
    dots: tuple[Dot, ...]
    median: Level
    target: Level | None
    notes: tuple[str, ...]
    words: str
    """What the picture shows, for who cannot see it."""


def trend_picture(trend: Trend) -> TrendPicture | None:
    """The picture of *trend*; None where nothing lies in its period."""
    view = _View(trend)
    if not view.points:
        return None
    months = tuple(_months(view))
    notes = tuple(_notes(view, months))
    middle = median(point.value for point in view.points)
    target = trend.target
    made = TrendPicture(
        title=trend.name,
        about=(f"{_capital(trend.counted)}. " if trend.counted else "") + f"One dot is one {trend.of[0]}.",
        of=trend.of[1],
        months=months,
        ticks=tuple(Level(y=view.y(value), words=view.said(value) if value else "0") for value in view.steps),
        dots=tuple(Dot(x=view.x(p.at), y=view.y(p.value), is_above=p.value > view.top) for p in view.points),
        median=Level(y=view.y(middle), words=f"median {view.said(middle)}"),
        target=None
        if target is None
        else Level(y=view.y(target), words=f"target {trend.sign} {view.said(target)}"),
        notes=notes,
        words="",
    )
    return _told(made, view)


class _View:
    """The stretch of time and of values that is shown."""

    def __init__(self, trend: Trend) -> None:
        self.trend = trend
        self.borders = _borders(trend.start, trend.end, trend.zone)
        self.start = self.borders[0]
        inside = (point for point in trend.points if self.start <= point.at < trend.end)
        self.points = sorted(inside, key=lambda point: (point.at, point.ref, point.value))
        self.bottom, self.top, self.steps = self._axis([point.value for point in self.points] or [0.0])

    def _axis(self, values: Sequence[float]) -> tuple[float, float, list[float]]:
        """Its ends and ticks: times count from nothing, numbers that are close to each other do not."""
        target = [] if self.trend.target is None else [self.trend.target]
        ordered = sorted(values)
        most = ordered[ceil(len(ordered) * 0.8) - 1]
        usual = max([most, *target])
        high, low = max([*values, *target]), min([*values, *target])
        if usual > 0 and high > _FAR * usual:
            high = 2.5 * usual
        close = self.trend.unit is not Unit.TIME and low > high / 2
        step = _step(high - low if close else high, self.trend.unit)
        first = floor(low / step) * step if close else 0.0
        count = max(ceil((high - first) / step - 1e-9), 1)
        steps = [round(first + n * step, 6) for n in range(count + 1)]
        return first, steps[-1], steps

    def x(self, at: datetime) -> float:
        """Where *at* lies."""
        return round((at - self.start) / (self.borders[-1] - self.start), 5)

    def y(self, value: float) -> float:
        """How high *value* lies; what is above lies at the edge."""
        return round(min(max((value - self.bottom) / (self.top - self.bottom), 0.0), 1.0), 5)

    def said(self, value: float) -> str:
        """``12 min``, ``99.95%``, ``245 ms``; seconds and hundredths are cut off, never rounded up."""
        if self.trend.unit is Unit.TIME:
            return print_duration(timedelta(seconds=int(value)))
        written = f"{floor(value * 100 + 1e-6) / 100:.2f}".rstrip("0").rstrip(".")
        mark = self.trend.mark or ("%" if self.trend.unit is Unit.PERCENT else "")
        return f"{written}{mark}" if mark == "%" else f"{written} {mark}".rstrip()

    def count(self, number: int) -> str:
        """``1 incident``."""
        return f"{number:,} {self.trend.of[0] if number == 1 else self.trend.of[1]}"


def _step(length: float, unit: Unit) -> float:
    """The distance of ticks that are easy to read, so that there are no more than a handful."""
    wanted = length / _TICKS
    if unit is Unit.TIME:
        days = max(ceil(wanted / _STEPS[-1]), 1)
        return float(next((step for step in _STEPS if step >= wanted), days * _STEPS[-1]))
    wanted = max(wanted, _LEAST)
    power = 10.0 ** floor(log10(wanted))
    return next(power * n for n in (1, 2, 5, 10) if power * n >= wanted * (1 - 1e-9))


def _borders(start: datetime, end: datetime, zone: tzinfo) -> list[datetime]:
    """The beginnings of the months in *zone*, and the end of the last."""
    first = start.astimezone(zone)
    month = first.year * 12 + first.month - 1
    found = [_begin(month, zone)]
    while found[-1] < end or len(found) == 1:
        month += 1
        found.append(_begin(month, zone))
    return found


def _begin(month: int, zone: tzinfo) -> datetime:
    return datetime(month // 12, month % 12 + 1, 1, tzinfo=zone).astimezone(UTC)


def _months(view: _View) -> Iterator[Month]:
    zone, year = view.trend.zone, 0
    each = 1 if len(view.borders) <= LABELS + 1 else 3
    for n, (left, right) in enumerate(pairwise(view.borders)):
        local = left.astimezone(zone)
        inside = [point.value for point in view.points if left <= point.at < right]
        middle = median(inside) if len(inside) >= ENOUGH else None
        named = n % each == 0
        label = f"{local:%b}" + (f" {local.year}" if local.year != year else "")
        year = local.year if named else year
        yield Month(
            left=view.x(left),
            right=view.x(right),
            label=label if named else "",
            name=f"{local:%B} {local.year}",
            count=len(inside),
            median=None if middle is None else view.y(middle),
            told="" if middle is None else view.said(middle),
        )


def _notes(view: _View, months: Sequence[Month]) -> Iterator[str]:
    """What a reader must know of it."""
    above = sorted((point for point in view.points if point.value > view.top), key=_largest_first)
    if above:
        told = ", ".join(f"{view.said(p.value)}{f' ({p.ref})' if p.ref else ''}" for p in above[:_NAMED])
        more = f" and {len(above) - _NAMED} more" if len(above) > _NAMED else ""
        yield f"Above the edge, drawn as triangles: {told}{more}."
    if view.bottom > 0:
        yield f"The axis begins at {view.said(view.bottom)}, not at nothing."
    if any(month.told for month in months):
        yield f"A short thick line is the median of a month with {ENOUGH} or more."
    if len(view.points) < FEW:
        yield f"{_capital(view.count(len(view.points)))}: too few to say anything about a trend."
    else:
        yield "Each is a case of its own: this shows what was, not that anything became better or worse."


def _largest_first(point: Point) -> tuple[float, datetime]:
    return -point.value, point.at


def _told(made: TrendPicture, view: _View) -> TrendPicture:
    """*made* with its words."""
    first, last = made.months[0].name, made.months[-1].name
    months = [
        f"{month.name}: {month.count:,}" + (f", median {month.told}" if month.told else "")
        for month in made.months
    ]
    values = [point.value for point in view.points]
    parts = [
        f"{made.title}, {first if first == last else f'{first} to {last}'}.",
        made.about,
        f"{view.count(len(values))}: {made.median.words}, from {view.said(min(values))} to {view.said(max(values))}"
        + (f"; {made.target.words}." if made.target else ". No target."),
        f"{_capital(made.of)} by month: {'; '.join(months)}.",
        *made.notes,
    ]
    return replace(made, words=" ".join(parts))


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
