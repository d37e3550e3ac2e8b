"""The timeline as a picture, without a drawing: what lies where on one axis of time. Made from the record alone.

Where the record knows days only there is no picture: it would show hours that nobody recorded.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import pairwise

from bot.domain import metrics, pace
from bot.domain.draft_axis import Tick, ticks
from bot.domain.draft_record import Record, capital, print_date
from bot.domain.timeline import Entry, Kind, Precision
from bot.domain.times import print_clock, print_duration, zone_label

_BEFORE = 0.25
"""A trigger this far before the start of impact, in lengths of the incident, is still shown."""
_AFTER = 0.6
"""A close, or an update, this far after the end is still shown; what is later is told in words."""
_MARGIN = 0.015
_LEAST = timedelta(minutes=1)
_PHASES = {"declared": "investigating", "mitigated": "monitoring", "reopened": "investigating"}
_ENDS = frozenset({"resolved", "cancelled", "merged"})


class Sort(StrEnum):
    """What a spot tells; the value is what people read of it."""

    ON_TIME = "on time"
    LATE = "late"
    MISSING = "missing"
    SENT = "sent"
    ESCALATED = "escalated"


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """A stretch of time. Places are shares of the axis, from 0 to 1."""

    name: str
    left: float
    right: float
    clocks: str
    rank: int | None
    """Of a severity: 0 is the most severe, and darkest."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Spot:
    """A moment within a lane; *due* is where it should have been."""

    sort: Sort
    at: float
    clock: str
    name: str = ""
    due: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Lane:
    """One line of the picture."""

    name: str
    bars: tuple[Bar, ...] = ()
    spots: tuple[Spot, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """A moment that a reader looks for, across all lanes."""

    words: str
    clock: str
    at: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """All of it; every text is plain."""

    title: str
    zone: str
    ticks: tuple[Tick, ...]
    marks: tuple[Mark, ...]
    lanes: tuple[Lane, ...]
    beyond: tuple[str, ...]
    """What lies outside the axis, in words."""


def picture(record: Record) -> Picture | None:
    """The picture of *record*; None where only days are known, or nothing took any time."""
    points = record.points
    named = ("impact", "detect", "mitigated", "restored", "resolved")
    if any(points[key].day_only for key in named):
        return None
    view = _View(record)
    lanes = (_impact(view), _severity(view), _phases(view), *_updates(view), _escalations(view))
    told = [(at, words) for at, words in _marks(record) if at is not None]
    return Picture(
        title=f"Timeline of {record.incident.ref}",
        zone=f"{print_date(record.day(view.start))}, times in {_zone(record, view)}",
        ticks=ticks(view.start, view.end, record.zone),
        marks=tuple(_together(view, [mark for mark in told if view.holds(mark[0])])),
        lanes=tuple(lane for lane in lanes if lane.bars or lane.spots),
        beyond=tuple(f"{words}: {view.clock(at)}" for at, words in told if not view.holds(at)),
    )


class _View:
    """The stretch of time that is shown."""

    def __init__(self, record: Record) -> None:
        self.record = record
        known = (record.start, record.points["detect"].at, record.incident.declared_at)
        begin = min(at for at in known if at).replace(microsecond=0)
        end = _end(record, begin)
        length = max(end - begin, _LEAST)
        first = next(
            (e.at for e in record.shown if e.kind is Kind.TRIGGER and e.precision is not Precision.DAY), begin
        )
        begin = first if begin - length * _BEFORE <= first < begin else begin
        last = begin + length * (1 + _AFTER)
        more = [at for at in (record.points["closed"].at, *_sent(record)) if at and end < at <= last]
        self.start = begin - length * _MARGIN
        self.end = max([begin + length, *more]) + length * _MARGIN
        self._length = (self.end - self.start).total_seconds()

    def holds(self, at: datetime) -> bool:
        """Whether *at* is shown."""
        return self.start <= at <= self.end

    def place(self, at: datetime) -> float:
        """Where *at* lies, from 0 to 1; what is outside lies at the edge."""
        share = (at.replace(microsecond=0) - self.start).total_seconds() / self._length
        return round(min(max(share, 0.0), 1.0), 5)

    def clock(self, at: datetime) -> str:
        """The time of day; with the date where it is not the first day's."""
        record = self.record
        told = print_clock(at, record.zone, seconds=record.exact)
        day = record.day(at)
        return told if day == record.day(self.start) else f"{day:%b} {day.day}, {told}"

    def bar(self, name: str, start: datetime, end: datetime, rank: int | None = None) -> Bar:
        """A bar, with its times and its length in words."""
        length = print_duration(end.replace(microsecond=0) - start.replace(microsecond=0))
        clocks = f"{self.clock(start)} to {self.clock(end)}, {length}"
        return Bar(name=name, left=self.place(start), right=self.place(end), clocks=clocks, rank=rank)


def _end(record: Record, begin: datetime) -> datetime:
    """The end of it: the resolve, else the last that is known."""
    known = [record.points[key].at for key in ("resolved", "restored", "mitigated")]
    told = [at for at in known if at]
    over = record.incident.ended_at
    if not record.points["resolved"].at:
        shown = (e.at for e in record.shown if e.precision is not Precision.DAY)
        told += [over] if over else list(shown)
    return max([begin, *told]).replace(microsecond=0)


def _sent(record: Record) -> Iterator[datetime]:
    """When people or customers were told something."""
    yield from (entry.at for entry in record.entries if _is_update(entry) or _is_external(entry))


def _zone(record: Record, view: _View) -> str:
    """``PST, then PDT``: what the clock on the wall shows."""
    return ", then ".join(dict.fromkeys(zone_label(at, record.zone) for at in (view.start, view.end)))


def _changes(record: Record) -> list[Entry]:
    return [entry for entry in record.entries if entry.is_state]


def _impact(view: _View) -> Lane:
    """The windows in which customers were affected; one that is not over goes on to the edge."""
    known = ((each.start.at, each.end.at or view.end) for each in view.record.windows)
    bars = (view.bar("impact", start, end) for start, end in known if start and end > start)
    return Lane(name="Impact", bars=tuple(bars))


def _severity(view: _View) -> Lane:
    record, known = view.record, view.record.policy.severities
    until = record.points["resolved"].at or record.incident.ended_at or view.end
    bars = [
        view.bar(
            known[level].name if level in known else level, stretch.start, stretch.end,
            known[level].rank if level in known else len(known),
        )
        for level, stretch in pace.levels(record.incident, record.entries, until) if record.has_severity
    ]  # fmt: skip
    return Lane(name="Severity", bars=tuple(bars))


def _phases(view: _View) -> Lane:
    """The phases as the bot kept them; of an imported record, what people were told."""
    steps = list(_steps(_changes(view.record)))
    told = [
        (e.at, e.data["comm"]["phase"]) for e in view.record.entries if e.data.get("comm", {}).get("phase")
    ]
    name = "Phase" if steps else "Phase, as told"
    steps = steps or [(at, "" if phase == "resolved" else phase) for at, phase in told]
    bars: list[Bar] = []
    for (start, phase), (end, _) in pairwise([*_turns(steps), (view.end, "")]):
        if phase and end > start:
            bars.append(view.bar(phase, start, end))
    return Lane(name=name, bars=tuple(bars))


def _steps(changes: Iterable[Entry]) -> Iterator[tuple[datetime, str]]:
    """Each moment at which a phase may have begun, and which; "" from where it was over."""
    for entry in changes:
        change = entry.data.get("change", "")
        if change in _ENDS:
            yield entry.at, ""
        elif change in _PHASES:
            yield entry.at, _PHASES[change]
        elif change in ("phase", "update") and entry.data.get("phase"):
            yield entry.at, "" if entry.data["phase"] in ("resolved", "closed") else entry.data["phase"]


def _turns(steps: Iterable[tuple[datetime, str]]) -> Iterator[tuple[datetime, str]]:
    """*steps* without those that changed nothing."""
    before = None
    for at, phase in steps:
        if phase != before:
            yield at, phase
        before = phase


def _is_external(entry: Entry) -> bool:
    is_own = entry.data.get("change") == "update" and entry.data.get("audience") == "external"
    return is_own or entry.kind is Kind.COMMS_EXTERNAL


def _is_update(entry: Entry) -> bool:
    is_own = entry.data.get("change") == "update" and entry.data.get("audience") != "external"
    return is_own or entry.kind is Kind.COMMS_INTERNAL


def _updates(view: _View) -> Iterator[Lane]:
    """What was told inside, against when it was due, and what was told to customers."""
    changes = [entry for entry in view.record.entries if entry.data.get("change")]
    inside = [
        _update(view, entry) for entry in view.record.entries if _is_update(entry) and view.holds(entry.at)
    ]
    unsaid = sorted({at for at in _unsaid(changes) if view.holds(at)})
    missing = [Spot(sort=Sort.MISSING, at=view.place(at), clock=view.clock(at)) for at in unsaid]
    yield Lane(name="Updates", spots=(*inside, *missing))
    outside = metrics.externals(view.record.entries)
    kept = [entry for entry in outside if metrics.is_kept(entry)] or outside
    yield Lane(
        name="To customers", spots=tuple(_update(view, entry) for entry in kept if view.holds(entry.at))
    )


def _update(view: _View, entry: Entry) -> Spot:
    due = datetime.fromisoformat(entry.data["due"]) if entry.data.get("due") else None
    is_late = due is not None and entry.at > due
    sort = Sort.SENT if due is None else Sort.LATE if is_late else Sort.ON_TIME
    place = view.place(due) if due and is_late else None
    return Spot(sort=sort, at=view.place(entry.at), clock=view.clock(entry.at), due=place)


def _unsaid(changes: Iterable[Entry]) -> Iterator[datetime]:
    """When an update was due that never came: it was resolved after that, or the pace was changed."""
    for entry in changes:
        due = entry.data.get("due") if entry.data["change"] in _ENDS else None
        if due and entry.at > datetime.fromisoformat(due):
            yield datetime.fromisoformat(due)
        if entry.data.get("missed"):
            yield datetime.fromisoformat(entry.data["missed"])


def _escalations(view: _View) -> Lane:
    told = [entry for entry in view.record.shown if _is_escalation(entry) and view.holds(entry.at)]
    return Lane(name="Escalations", spots=tuple(_escalated(view, entry) for entry in told))


def _is_escalation(entry: Entry) -> bool:
    change = entry.data.get("change")
    return change == "escalated" or (change is None and entry.kind is Kind.ESCALATION)


def _escalated(view: _View, entry: Entry) -> Spot:
    target = view.record.policy.targets.get(entry.data.get("target", ""))
    name = target.label if target else str(entry.data.get("target") or "").replace("_", " ")
    return Spot(sort=Sort.ESCALATED, at=view.place(entry.at), clock=view.clock(entry.at), name=name)


def _marks(record: Record) -> list[tuple[datetime | None, str]]:
    """The moments, in words; those that are only taken from another one are left out."""
    points = record.points
    named = (
        ("impact", "Start of impact"), ("detect", "Detected"), ("declared", "Declared"), ("mitigated", "Mitigated"),
        ("restored", "Service restored"), ("first_resolved", "First resolved"), ("resolved", "Resolved"),
        ("closed", "Closed"),
    )  # fmt: skip
    same = points["first_resolved"].at == points["resolved"].at
    found = [
        (points[key].at, f"{words} (estimated)" if "estimated" in points[key].source else words)
        for key, words in named
        if not points[key].source.startswith("taken") and not (same and key == "first_resolved")
    ]
    again = [entry.at for entry in _changes(record) if entry.data.get("change") == "reopened"]
    return [*found, *((at, "Reopened") for at in again)]


def _together(view: _View, told: Sequence[tuple[datetime, str]]) -> Iterator[Mark]:
    """The marks in order, those of one moment as one."""
    moments: dict[datetime, list[str]] = {}
    for at, words in told:
        moments.setdefault(at.replace(microsecond=0), []).append(words)
    for at, found in sorted(moments.items()):
        first, *more = found
        yield Mark(
            words=capital(", ".join([first, *(word[:1].lower() + word[1:] for word in more)])),
            clock=view.clock(at),
            at=view.place(at),
        )
