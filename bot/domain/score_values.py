"""The values of metrics over a period: what stands behind a number, the number, all of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from zoneinfo import ZoneInfo

from bot.domain.incident import Status
from bot.domain.points import Point
from bot.domain.score_entered import Entered
from bot.domain.score_measured import Measured
from bot.domain.score_metrics import Aim, Metric
from bot.domain.score_numbers import Summary
from bot.domain.score_period import Period


class Verdict(StrEnum):
    """What a value is to its target. The value is what people read."""

    MET = "met"
    MISSED = "missed"
    UNJUDGED = "no target"
    UNKNOWN = "cannot be told"
    WAITS = "still to come"
    ERROR = "times contradict each other"


JUDGED = frozenset({Verdict.MET, Verdict.MISSED})


@dataclass(frozen=True, slots=True, kw_only=True)
class About:
    """What is known of an incident without reading its record."""

    ref: str
    title: str
    severity: str
    status: Status
    declared_at: datetime
    drill: bool = False
    backfilled: bool = False
    is_customers: bool = False
    """It is a customer escalation: no incident of ours (R-ESC)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """An incident of the period with what was measured of it."""

    about: About
    measured: Measured


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """What is counted, and when it is asked."""

    period: Period
    zone: ZoneInfo
    """The organisation's."""
    at: datetime
    counted: Sequence[Counted]
    """What may count, of other periods too, for follow-ups outlive theirs."""
    entered: Sequence[Entered]

    @property
    def inside(self) -> list[Counted]:
        """The incidents that were declared in the period."""
        return [one for one in self.counted if self.period.holds(self.day(one.about.declared_at))]

    def day(self, at: datetime) -> date:
        """The date on the organisation's wall."""
        return at.astimezone(self.zone).date()


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """One value behind a number: of an incident, of one of its follow-ups, or entered."""

    ref: str = ""
    title: str = ""
    severity: str = ""
    n: int = 0
    """Number of the follow-up; 0: it is about the incident itself."""
    value: Decimal | None
    """Seconds, percent or a number; None: there is none."""
    start: Point | None = None
    end: Point | None = None
    verdict: Verdict
    notes: tuple[str, ...] = ()
    """Keys of what is to be known about it: see ``templates/slack/metric_note.j2``."""
    also: Decimal | None = None
    """What goes with a note: the first resolve, the pause."""
    entered: Entered | None = None
    at: datetime | None = None
    """When its incident was declared: where it stands in a picture."""
    late_by: int = 0
    """Days after the first due date."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One metric over the period."""

    metric: Metric
    aim: Aim | None
    readings: tuple[Reading, ...] = ()
    """In the order in which they are listed: what has no value comes last."""
    value: Decimal | None = None
    """The figure of the period, where it is one (a share, or what was entered last); else the median is shown."""
    summary: Summary | None = None
    unrecorded: int = 0
    """Incidents of which it is not recorded."""

    @property
    def shown(self) -> Decimal | None:
        """The figure that is held against the target: the share or entered value, else the median."""
        if self.value is not None:
            return self.value
        return self.summary.median if self.summary else None

    @property
    def verdict(self) -> Verdict:
        """Whether the figure keeps to the target; what is late and not there yet has no value, and counts."""
        if self.aim is None:
            return Verdict.UNJUDGED
        if self.value is None and not self.judged:
            return Verdict.UNKNOWN
        kept = self.shown is not None and self.aim.is_met(self.shown)
        return (
            Verdict.MET
            if kept and (self.value is not None or 2 * self.met >= self.judged)
            else Verdict.MISSED
        )

    @property
    def judged(self) -> int:
        """How many of its values can be held against the target."""
        return sum(each.verdict in JUDGED for each in self.readings)

    @property
    def met(self) -> int:
        """How many of these keep to it."""
        return sum(each.verdict is Verdict.MET for each in self.readings)

    @property
    def errors(self) -> int:
        """How many of them end before they begin (MD-1)."""
        return sum(each.verdict is Verdict.ERROR for each in self.readings)


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """All metrics over a period."""

    period: Period
    zone: ZoneInfo
    at: datetime
    lines: tuple[Line, ...]
    incidents: int
    left_out: Mapping[str, int]
    """How many by reason: ``drill``, ``cancelled``, ``merged``, ``customers``, ``backfilled``."""
    waiting: int = 0
    """Incidents of the period that are still to be read."""

    def line(self, metric: Metric) -> Line:
        """The line of *metric*."""
        return next(line for line in self.lines if line.metric.key == metric.key)

    @property
    def missed(self) -> tuple[Line, ...]:
        """The metrics with a target that they missed."""
        return tuple(line for line in self.lines if line.verdict is Verdict.MISSED)
