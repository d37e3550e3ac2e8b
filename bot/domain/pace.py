"""The pace of a response: how status updates kept their due times, silences, time in each severity (PRODUCT 5.4)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from operator import attrgetter

from bot.domain.hours import stretches
from bot.domain.incident import Incident
from bot.domain.policy import Policy
from bot.domain.timeline import Entry, Kind, Source


@dataclass(frozen=True, slots=True, kw_only=True)
class Interval:
    """A stretch of time."""

    start: datetime
    end: datetime

    @property
    def length(self) -> timedelta:
        """Never negative."""
        return self.end - self.start


@dataclass(frozen=True, slots=True, kw_only=True)
class Cadence:
    """How many status updates were due, how many came by then, and the longest stretch without one."""

    on_time: int
    wanted: int
    longest: Interval | None


def cadence(
    incident: Incident, entries: Iterable[Entry], *, policy: Policy, until: datetime | None = None
) -> Cadence | None:
    """How the status updates kept their due times; None where no update was ever posted (R-COM-6).

    *until*: now, for one that is open: an update that is due and has not come counts, and so does the silence since.
    """
    entries = [entry for entry in _standing(entries) if not _after_the_end(entry)]
    if not any(entry.data.get("change") == "update" for entry in entries):
        return None
    found = awaited(incident, entries, until=until)
    late = sum(one.is_late for one in found)
    return Cadence(
        on_time=len(found) - late,
        wanted=len(found),
        longest=longest(_open_stretches(incident, entries, policy, until)),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Awaited:
    """One status update that was due: when, and when it came (R-COM-6)."""

    due: datetime
    came: datetime | None
    """None: it had not come by the time at which somebody asked."""
    by: str
    """``update``, or the change that ended the waiting: ``resolved``, ``cancelled``, ``merged``; "" where none did."""

    @property
    def is_late(self) -> bool:
        """At the very instant at which it is due counts as in time (nudges 5)."""
        return self.came is None or self.came > self.due

    @property
    def late(self) -> timedelta:
        """By how much, in whole seconds; zero where it came in time, or not at all."""
        if self.came is None:
            return timedelta()
        return max(self.came.replace(microsecond=0) - self.due.replace(microsecond=0), timedelta())


def awaited(incident: Incident, entries: Iterable[Entry], *, until: datetime | None = None) -> list[Awaited]:
    """Every status update that was due, in order; several due times that passed before one came are one.

    What ended the incident before its update was due is none.
    """
    entries = [entry for entry in _standing(entries) if not _after_the_end(entry)]
    steps = sorted((e for e in entries if e.data.get("change") in _ENDS), key=attrgetter("at"))
    missed, since = _times(entries, "missed"), incident.declared_at
    found: list[Awaited] = []
    for step in steps:
        due = [*_times([step], "due"), *(by for by in missed if by > since)]
        passed = [by for by in due if step.at > by] if step.data["change"] != "reopened" else []
        since = step.at
        if passed or (due and _is_awaited(step)):
            first = min(passed or due)
            found.append(Awaited(due=first, came=step.at, by=step.data["change"]))
    if until is not None and incident.update_due_at is not None:
        passed = [by for by in (incident.update_due_at, *(by for by in missed if by > since)) if until > by]
        found += [Awaited(due=min(passed), came=None, by="")] if passed else []
    return found


def told_of(
    start: datetime, end: datetime | None, times: Iterable[datetime], every: timedelta
) -> list[Awaited]:
    """The same for a record that holds updates and no due times: one is due *every* so often after the last."""
    found, since = list[Awaited](), start
    for at in sorted({at.replace(microsecond=0) for at in times}):
        if start <= at and (end is None or at <= end):
            found.append(Awaited(due=since + every, came=at, by="update"))
            since = at
    if end is not None and found and end > since + every:
        found.append(Awaited(due=since + every, came=end, by="resolved"))
    return found


def _standing(entries: Iterable[Entry]) -> list[Entry]:
    """*entries* without what was taken back."""
    return [entry for entry in entries if entry.deleted_at is None]


def _times(entries: Iterable[Entry], name: str) -> list[datetime]:
    """Times that *entries* keep under *name*: ``due``, when an update was; ``missed``, what a change of pace moved."""
    return [datetime.fromisoformat(entry.data[name]) for entry in entries if entry.data.get(name)]


def _after_the_end(entry: Entry) -> bool:
    """Whether it is the update that tells customers of the resolve: nobody waits for one then."""
    return entry.data.get("change") == "update" and entry.data.get("phase") == "resolved"


def _is_awaited(entry: Entry) -> bool:
    """Whether it counts where it came in time: an update does once, also when customers got it after an approval."""
    return entry.data["change"] == "update" and not entry.data.get("told")


OVER = ("resolved", "cancelled", "merged")
"""Changes after which no update is wanted; from a reopen on, it is again."""
_ENDS = frozenset({"update", "reopened", *OVER})
_RESTS = frozenset({*OVER, "pause"})
_TURNS = frozenset({"update", "severity", "resume", "reopened", *_RESTS})


def _open_stretches(
    incident: Incident, entries: Iterable[Entry], policy: Policy, until: datetime | None
) -> list[Interval]:
    """The stretches between updates in which one was wanted: while open, not paused, and in working hours.

    A change of severity ends none; from there on the working hours of the new one hold.
    """
    steps = sorted((e for e in entries if e.data.get("change") in _TURNS), key=attrgetter("at"))
    turns = [(e.at, e.data["change"], e.data.get("to", "")) for e in steps]
    if until is not None and incident.is_open:
        turns.append((until, "end", ""))
    found: list[Interval] = []
    parts: list[Interval] = []
    level, resting, since = _first_level(incident, steps), False, incident.declared_at.replace(microsecond=0)
    for at, change, to in turns:
        whole = at.replace(microsecond=0)
        parts += [] if resting else _in_hours(since, whole, level, policy)
        since = max(whole, since)
        if change == "severity":
            level = to or level
            continue
        found += _joined(parts)
        parts, resting = [], change in _RESTS or (resting and change == "update")
    return found


def _first_level(incident: Incident, steps: Iterable[Entry]) -> str:
    """The severity at the declaration."""
    changed = (e.data["from"] for e in steps if e.data.get("change") == "severity" and e.data.get("from"))
    return next(changed, incident.severity)


def _in_hours(start: datetime, end: datetime, level: str, policy: Policy) -> list[Interval]:
    severity = policy.severities.get(level)
    parts = stretches(start, end, severity.hours if severity else None)
    return [Interval(start=a, end=b) for a, b in parts if b > a]


def _joined(parts: Iterable[Interval]) -> list[Interval]:
    """*parts*, in order, those that touch made one."""
    joined: list[Interval] = []
    for part in parts:
        if joined and joined[-1].end == part.start:
            joined[-1] = Interval(start=joined[-1].start, end=part.end)
        else:
            joined.append(part)
    return joined


def paused(entries: Iterable[Entry], until: datetime) -> timedelta:
    """How long reminders rested in all, until *until* (MD-2): a pause that moves its end goes on."""
    spent, since = timedelta(), None
    for entry in sorted(_standing(entries), key=attrgetter("at")):
        change = entry.data.get("change")
        if change == "pause":
            since = since or entry.at
        elif since is not None and change in ("resume", *OVER):
            spent, since = spent + (entry.at - since), None
    spent += max(until - since, timedelta()) if since is not None else timedelta()
    return timedelta(seconds=int(spent.total_seconds()))


def silences(times: Iterable[datetime], longer: timedelta = timedelta()) -> list[Interval]:
    """The stretches between neighbouring *times* (in any order) that are longer than *longer*."""
    ordered = sorted(at.replace(microsecond=0) for at in times)
    found = [Interval(start=a, end=b) for a, b in pairwise(ordered)]
    return [stretch for stretch in found if stretch.length > longer]


def longest(stretches: Iterable[Interval]) -> Interval | None:
    """The longest, the first of several; None where there is none."""
    return max(stretches, key=attrgetter("length"), default=None)


def time_in_severity(incident: Incident, entries: Iterable[Entry], until: datetime) -> dict[str, timedelta]:
    """How long it stood open in each level, from the declaration to the resolve, else to *until*."""
    spent: dict[str, timedelta] = {}
    for level, stretch in levels(incident, entries, until):
        spent[level] = spent.get(level, timedelta()) + stretch.length
    return spent


def levels(incident: Incident, entries: Iterable[Entry], until: datetime) -> list[tuple[str, Interval]]:
    """The levels in which it stood open, in order, from the declaration to the resolve, else to *until*."""
    steps = [entry for entry in entries if entry.is_state] or list(_told_changes(incident))
    level = _first_level(incident, steps)
    found: list[tuple[str, Interval]] = []
    since: datetime | None = incident.declared_at
    for at, change, to in [
        *((e.at, e.data.get("change"), e.data.get("to")) for e in steps),
        (until, "end", ""),
    ]:
        if change not in ("severity", "resolved", "reopened", "end"):
            continue
        if since is not None and at > since:
            stretch = Interval(start=since.replace(microsecond=0), end=at.replace(microsecond=0))
            found.append((level, stretch))
        level = to if change == "severity" and to else level
        since = None if change == "resolved" or (since is None and change != "reopened") else at
    return found


def _told_changes(incident: Incident) -> Iterable[Entry]:
    """Severity changes and the resolve of an imported record, as entries would tell them."""
    changes = incident.header.get("severity", {}).get("changes", [])
    levels = [change["to"] for change in changes]
    before = [incident.severity, *levels]
    facts: list[tuple[datetime, dict[str, str]]] = [
        (datetime.fromisoformat(change["at"]), {"change": "severity", "from": old, "to": change["to"]})
        for change, old in zip(changes, before, strict=False)
    ]
    if incident.resolved_at:
        facts.append((incident.resolved_at, {"change": "resolved"}))
    for at, data in facts:
        yield Entry(
            incident=incident.ref,
            at=at,
            recorded_at=at,
            kind=Kind.STATUS,
            text="",
            source=Source.IMPORT,
            data=data,
        )
