"""The pace of a response: how status updates kept their due times, silences, time in each severity (PRODUCT 5.4)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from operator import attrgetter, itemgetter

from bot.domain.incident import Incident
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


def cadence(incident: Incident, entries: Iterable[Entry]) -> Cadence | None:
    """How the status updates kept their due times; None where no update was ever posted."""
    entries = [entry for entry in entries if not _after_the_end(entry)]
    steps = [entry for entry in entries if entry.data.get("change") in ("update", "resolved")]
    if not any(entry.data["change"] == "update" for entry in steps):
        return None
    due = [(entry, datetime.fromisoformat(entry.data["due"])) for entry in steps if entry.data.get("due")]
    late = sum(entry.at > by for entry, by in due)
    done = [entry for entry, by in due if _is_awaited(entry) or entry.at > by]
    stretches = _open_stretches(incident, entries)
    return Cadence(
        on_time=len(done) - late,
        wanted=len(done),
        longest=max(stretches, key=attrgetter("length"), default=None),
    )


def _after_the_end(entry: Entry) -> bool:
    """Whether it is the update that tells customers of the resolve: nobody waits for one then."""
    return entry.data.get("change") == "update" and entry.data.get("phase") == "resolved"


def _is_awaited(entry: Entry) -> bool:
    """Whether it counts where it came in time: an update does once, also when customers got it after an approval."""
    return entry.data["change"] == "update" and not entry.data.get("told")


def _open_stretches(incident: Incident, entries: Iterable[Entry]) -> list[Interval]:
    """The stretches between declaration, updates and resolves; from a resolve to a reopen none is wanted."""
    marks = [(incident.declared_at, "declared")]
    marks += [
        (e.at, e.data["change"])
        for e in entries
        if e.data.get("change") in ("update", "resolved", "reopened")
    ]
    told = [(at.replace(microsecond=0), change) for at, change in sorted(marks, key=itemgetter(0))]
    return [
        Interval(start=a, end=b) for (a, change), (b, _) in pairwise(told) if change != "resolved" and b > a
    ]


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
    steps = [entry for entry in entries if entry.is_state] or list(_told_changes(incident))
    level = next(
        (e.data["from"] for e in steps if e.data.get("change") == "severity" and e.data.get("from")),
        incident.severity,
    )
    spent: dict[str, timedelta] = {}
    since: datetime | None = incident.declared_at
    for at, change, to in [
        *((e.at, e.data.get("change"), e.data.get("to")) for e in steps),
        (until, "end", ""),
    ]:
        if change not in ("severity", "resolved", "reopened", "end"):
            continue
        if since is not None and at > since:
            spent[level] = (
                spent.get(level, timedelta()) + at.replace(microsecond=0) - since.replace(microsecond=0)
            )
        level = to if change == "severity" and to else level
        since = None if change == "resolved" or (since is None and change != "reopened") else at
    return spent


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
