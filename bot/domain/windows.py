"""When customers were affected: one window, or several of an incident that came back (PRODUCT 5.4).

The windows that people entered (``impact window=…``) count. Where they entered none, each stretch from the start, or
from a reopening, to the restoration, else to the resolve, is one.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from bot.domain.incident import Incident
from bot.domain.points import Point, whole
from bot.domain.timeline import Entry
from bot.domain.times import parse_iso

WINDOW = "window"
"""The unit of a measure of impact that is a window: its value is ``START/END``, both ISO times."""
_OVER = ("resolved", "cancelled", "merged")


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """One stretch in which customers were affected; both ends bear their source."""

    start: Point
    end: Point

    @property
    def length(self) -> timedelta | None:
        """None where an end is not known, or where they stand in the wrong order (MD-1)."""
        if self.start.at is None or self.end.at is None or self.end.at < self.start.at:
            return None
        return self.end.at - self.start.at


@dataclass(frozen=True, slots=True, kw_only=True)
class Stretch:
    """What lay between two reopenings: how it ended, and the times that the incident itself keeps no more."""

    ended: Entry | None
    reopened: Entry

    def time(self, name: str) -> datetime | None:
        """``restored`` or ``mitigated`` of that stretch."""
        told = self.reopened.data.get(name)
        return whole(parse_iso(told)) if told else None


def entered(facts: Mapping[str, Any]) -> list[Window]:
    """The windows that people entered, in order."""
    told = [m["value"] for m in facts.get("impact_metrics", ()) if m["unit"] == WINDOW]
    pairs = sorted(tuple(parse_iso(end) for end in str(value).split("/")) for value in told)
    return [
        Window(start=_point("start of impact", start), end=_point("end of impact", end))
        for start, end in pairs
    ]


def measured(name: str, written: str) -> dict[str, Any]:
    """The measure of a window that is *written* as ``START/END`` in ISO times."""
    start, end = (parse_iso(at).astimezone(UTC) for at in written.split("/"))
    until = f"{end:%H:%M}" if start.date() == end.date() else f"{end:%Y-%m-%d %H:%M}"
    return {
        "name": name, "value": f"{start.isoformat()}/{end.isoformat()}", "unit": WINDOW,
        "text": f"{start:%Y-%m-%d %H:%M} to {until} UTC", "approx": False, "entered": "during",
    }  # fmt: skip


def stretches(entries: Iterable[Entry]) -> Iterator[Stretch]:
    """Those that a reopening ended, out of the changes of state among *entries* (live ones, in order)."""
    ended: Entry | None = None
    for entry in entries:
        change = entry.data.get("change")
        if change in _OVER:
            ended = entry
        elif change == "reopened":
            yield Stretch(ended=ended, reopened=entry)
            ended = None


def shut(entries: Iterable[Entry]) -> timedelta:
    """How long it lay ended before it was reopened: no open time (PRODUCT 1.3)."""
    spans = (_whole(each.reopened.at) - _whole(each.ended.at) for each in stretches(entries) if each.ended)
    return sum((max(span, timedelta()) for span in spans), timedelta())


def windows(incident: Incident, entries: Sequence[Entry], points: Mapping[str, Point]) -> list[Window]:
    """All windows of impact in order; the end of the last is not recorded while it is not over."""
    if told := entered(incident.facts):
        return told
    found, start = list[Window](), points["impact"]
    for stretch in stretches(entries):
        found.append(Window(start=start, end=_end(stretch)))
        source = "estimated from the reopening"
        start = Point(name="impact again", at=_whole(stretch.reopened.at), source=source)
    last = points["restored"] if points["restored"].at else points["resolved"]
    return [*found, Window(start=start, end=last)]


def total(found: Iterable[Window]) -> timedelta | None:
    """The sum of *found*, what overlaps counted once; None where one of them is not known."""
    known = [(each.start.at, each.end.at) for each in found]
    if any(start is None or end is None or end < start for start, end in known):
        return None
    spent, until = timedelta(), None
    for start, end in sorted((start, end) for start, end in known if start and end):
        since = max(start, until) if until else start
        spent += max(end - since, timedelta())
        until = max(end, until) if until else end
    return spent


def _end(stretch: Stretch) -> Point:
    if restored := stretch.time("restored"):
        return Point(name="restoration", at=restored, source="recorded")
    if stretch.ended is None:
        return Point(name="resolve", at=None)
    return Point(name="resolve", at=_whole(stretch.ended.at), source="recorded")


def _point(name: str, at: datetime) -> Point:
    return Point(name=name, at=whole(at), source="recorded")


def _whole(at: datetime) -> datetime:
    return at.replace(microsecond=0)
