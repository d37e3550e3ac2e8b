"""A metric over months, as values (MD-6): ``bot.domain.trend_picture`` lays it out, ``bot.formats.trend`` draws it.

Whoever computes metrics makes these; nothing here judges whether anything became better.
"""

from dataclasses import dataclass
from datetime import datetime, tzinfo
from enum import StrEnum


class Unit(StrEnum):
    """What the values of a metric are."""

    TIME = "time"
    """Seconds."""
    PERCENT = "percent"
    """From 0 to 100, as people write it."""
    NUMBER = "number"


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """One value: of an incident, or one that somebody entered."""

    at: datetime
    """Aware: where it stands on the axis of time, for example when the incident began."""
    value: float
    """In the metric's unit; never negative."""
    ref: str = ""
    """The incident's reference; empty where the value was entered."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Trend:
    """One metric over a period. Texts are plain."""

    name: str
    """``Time to detect``."""
    counted: str
    """What is counted, in words, or where it comes from: ``start of impact to detection``; may be empty."""
    unit: Unit
    points: tuple[Point, ...]
    """In any order; those outside the period are not shown."""
    start: datetime
    """Aware; the period begins with the month that it falls into."""
    end: datetime
    """Aware; what lies at or after it is not shown."""
    zone: tzinfo
    """Whose months they are: the organisation's."""
    target: float | None = None
    """In the metric's unit; None: there is no target."""
    sign: str = "<"
    """How a value meets the target, as the policy writes it: ``<``, ``≤``, ``>``, ``≥``."""
    mark: str = ""
    """What stands behind a number: ``%``, ``ms``; nothing behind times."""
    of: tuple[str, str] = ("incident", "incidents")
    """What a point is, one and many: ``("value entered", "values entered")``."""
