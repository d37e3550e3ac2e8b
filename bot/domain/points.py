"""The instants that an incident passes, and the spans between them (PRODUCT 5.4, MD-1, MD-7)."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.domain.timeline import Entry, Precision


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """One instant that spans begin or end at; ``at`` None: not recorded. ``source``: where it comes from."""

    name: str
    at: datetime | None
    source: str = ""
    day_only: bool = False
    """True where only the date is known."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """The time between two points."""

    key: str
    name: str
    start: Point
    end: Point
    less: timedelta = timedelta()
    """What lies between them and does not count: an incident that lay resolved was not open."""
    counted: str = ""
    """What the measure counts, in words, and what others call it (MD-7)."""

    @property
    def value(self) -> timedelta | None:
        """None where one end is not recorded, or where they stand in the wrong order (MD-1)."""
        if self.start.at is None or self.end.at is None or self.is_negative:
            return None
        return self.end.at - self.start.at - self.less

    @property
    def is_timed(self) -> bool:
        """True where it has a value and no end of it is a mere date."""
        return self.value is not None and not (self.start.day_only or self.end.day_only)

    @property
    def is_negative(self) -> bool:
        """True where the end lies before the start: an error in the record, never zero (MD-1)."""
        return (
            self.start.at is not None and self.end.at is not None and self.end.at < self.start.at + self.less
        )


def whole(at: datetime | None) -> datetime | None:
    """*at* without its microseconds."""
    return at.replace(microsecond=0) if at else None


def is_vague(entry: Entry) -> bool:
    """Whether its time is known only roughly: "about 14:00" is no end of a span."""
    return entry.precision is Precision.HOUR or (entry.approx and entry.precision is not Precision.DAY)


def of_field(name: str, at: datetime | None, basis: str | None) -> Point:
    """The point that a field of the incident tells; *basis* is what an imported record says about that field."""
    known = None if basis == "absent" else whole(at)
    return Point(name=name, at=known, source="recorded" if known else "", day_only=basis == "date_only")


def of_entry(name: str, entry: Entry | None, source: str) -> Point:
    """The point that an entry marks; one whose time is known only roughly marks none."""
    if entry is None or is_vague(entry):
        return Point(name=name, at=None)
    return Point(name=name, at=whole(entry.at), source=source, day_only=entry.precision is Precision.DAY)
