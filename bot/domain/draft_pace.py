"""How the response kept its pace, in words: each update that was due, escalations, who took part for how long."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.domain import metrics, pace, windows
from bot.domain.draft_record import Record
from bot.domain.pace import Awaited
from bot.domain.timeline import Entry, Kind, Precision
from bot.domain.times import print_duration

MOST_ROWS = 12
"""Of more updates only the late ones are listed."""
LATE = timedelta(minutes=1)
"""A rung told this much after its time says so (DR-24)."""
_COMMS = frozenset({Kind.COMMS_INTERNAL, Kind.COMMS_EXTERNAL})
_ENDED = {"resolved": "the resolve", "cancelled": "the end as a false alarm", "merged": "the merge"}
_MOVES = frozenset({"severity", "reopened", "resume"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Interval:
    """One update that was due, in words."""

    due: str
    came: str
    verdict: str
    """``on time``, ``late by 10 minutes``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """How the updates kept their due times."""

    on_time: int
    wanted: int
    intervals: tuple[Interval, ...]
    left_out: int
    """Updates that came in time and are not listed."""
    estimated: bool
    """True where the record holds no due times: they follow from the policy's pace."""


def kept(record: Record) -> Kept | None:
    """None where nothing was told to anybody, or where no time of day is known."""
    own = pace.cadence(record.incident, record.entries, policy=record.policy)
    found = pace.awaited(record.incident, record.entries) if own else _told_of(record)
    if not found:
        return None
    late = [one for one in found if one.is_late]
    listed = found if len(found) <= MOST_ROWS else late
    return Kept(
        on_time=len(found) - len(late),
        wanted=len(found),
        intervals=tuple(_interval(record, one) for one in listed[:MOST_ROWS]),
        left_out=len(found) - min(len(listed), MOST_ROWS),
        estimated=own is None,
    )


def _told_of(record: Record) -> list[Awaited]:
    """Out of what was told inside and outside, where the record has no due times."""
    declared, resolved = record.points["declared"], record.points["resolved"]
    if declared.at is None or declared.day_only or resolved.day_only:
        return []
    told = [e.at for e in record.entries if e.kind in _COMMS and e.precision is not Precision.DAY]
    return pace.told_of(declared.at, resolved.at, told, record.severity.update_every)


def _interval(record: Record, one: Awaited) -> Interval:
    came = record.stamp(one.came) if one.came else "not yet"
    if one.by in _ENDED:
        came = f"{came} ({_ENDED[one.by]})"
    late = one.late
    verdict = f"late by {print_duration(late, long=True)}" if late else "on time"
    if one.is_late and not late:
        verdict = "late by less than a second"
    return Interval(due=record.stamp(one.due), came=came, verdict=verdict)


# Escalations


def rungs(record: Record) -> tuple[str, ...]:
    """Whom the ladder or a person told: due, told, acknowledged, late by; and what people noted as an escalation."""
    return tuple(
        _rung(record, entry) if entry.data.get("change") else record.cite(entry)
        for entry in record.shown
        if entry.kind is Kind.ESCALATION
        and entry.data.get("change") in (None, "escalated", "skipped")
        and not metrics.is_assembly(entry)
    )


def _rung(record: Record, entry: Entry) -> str:
    target = record.policy.targets.get(str(entry.data.get("target")))
    name = target.label if target else str(entry.data.get("target", "")).replace("_", " ")
    if entry.data["change"] == "skipped":
        return f"{record.stamp(entry.at)}: {name} skipped: {record.said(entry).partition(': ')[2]}"
    due = due_at(record, entry)
    told = [f"due {record.stamp(due)}"] if due else ["on no ladder"]
    told.append(f"told {record.stamp(entry.at)}{_late(due, entry)}")
    return f"{name}: {', '.join([*told, _answer(record, entry)])}"


def _late(due: datetime | None, entry: Entry) -> str:
    over = lateness(due, entry)
    return f" ({print_duration(over, long=True)} late)" if over else ""


def lateness(due: datetime | None, entry: Entry) -> timedelta:
    """By how much the bot told *entry*'s target after *due*; zero where that is nothing, or where people told it."""
    over = entry.at.replace(microsecond=0) - due if due and not entry.author else timedelta()
    return over if over >= LATE else timedelta()


def due_at(record: Record, entry: Entry) -> datetime | None:
    """When the rung of *entry* was due: after so much open time, or since a change that made it due (R-ESCL-7)."""
    if entry.data.get("after") in (None, "", "None"):
        return None
    before = [one for one in record.entries if one.at <= entry.at]
    begun = record.incident.declared_at
    if record.policy.escalation_clock == "impact":
        begun = record.incident.impact_started_at or begun
    due = begun + windows.shut(before) + timedelta(seconds=int(entry.data["after"]))
    moved = [one.at for one in before if one.data.get("change") in _MOVES]
    return max([due, *moved]).replace(microsecond=0)


def _answer(record: Record, entry: Entry) -> str:
    seen = next(
        (
            one
            for one in record.entries
            if one.data.get("change") == "acknowledged"
            and one.data.get("target") == entry.data.get("target")
            and one.at >= entry.at
        ),
        None,
    )
    if seen is None:
        return "not acknowledged"
    after = print_duration(_whole(seen.at) - _whole(entry.at), long=True)
    who = record.name(seen.author)
    return f"acknowledged {record.stamp(seen.at)}{f' by {who}' if who else ''} ({after} later)"


def _whole(at: datetime) -> datetime:
    return at.replace(microsecond=0)


# Who took part, and for how long


def presence(record: Record) -> dict[str, tuple[datetime, datetime]]:
    """By person: the first and the last sign of them until the close, else the resolve (an entry, a role given)."""
    until = record.points["closed"].at or record.end
    found: dict[str, tuple[datetime, datetime]] = {}
    for entry in record.entries:
        if entry.precision is Precision.DAY or (until and _whole(entry.at) > until):
            continue
        for who in _there(entry):
            first, last = found.get(who, (entry.at, entry.at))
            found[who] = (min(first, entry.at), max(last, entry.at))
    return {who: (_whole(first), _whole(last)) for who, (first, last) in found.items()}


def _there(entry: Entry) -> Iterable[str]:
    """Whom *entry* shows to be there: its author, and whoever took a role."""
    if metrics.is_by_person(entry):
        yield entry.author or ""
    if entry.data.get("change") == "role" and entry.data.get("to"):
        yield str(entry.data["to"])


def hours_of(stretch: tuple[datetime, datetime] | None, record: Record) -> str:
    """``09:23:45 to 11:20:15, 1 hour 56 minutes 30 seconds``; "" where there is one sign or none."""
    if stretch is None or stretch[0] == stretch[1]:
        return ""
    first, last = stretch
    return f"{record.stamp(first)} to {record.stamp(last)}, {print_duration(last - first, long=True)}"


def person_hours(record: Record) -> str:
    """The sum over all people, called what it is: an estimate."""
    found = [last - first for first, last in presence(record).values() if last > first]
    known = sum(bool(entry.author) for entry in record.shown)
    if not found or 2 * known < len(record.shown):  # of too few entries is it known who wrote them
        return ""
    hours = sum(found, timedelta()) / timedelta(hours=1)
    people = "1 person" if len(found) == 1 else f"{len(found)} people"
    return f"about {hours:,.1f} ({people}, each from first to last entry until the close)"
