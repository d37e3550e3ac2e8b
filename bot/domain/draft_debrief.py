"""For the debrief: surprises, candidates for causes, out of the record (AD-3, AD-4)."""

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import timedelta

from bot.domain import draft_pace, draft_spans, metrics, windows
from bot.domain.draft_record import Record
from bot.domain.hypothesis import is_rejected
from bot.domain.incident import PHASES
from bot.domain.timeline import Entry, Kind
from bot.domain.times import print_duration

_ORDER = {phase.value: n for n, phase in enumerate(PHASES)}
NARROWLY = timedelta(minutes=15)
_LUCK = re.compile(
    r"\b(?:luck|luckily|lucky|fortunately|by chance|happened to be|good thing)\b", re.IGNORECASE
)
_TROUBLE = frozenset({"problem", "issue"})


def surprises(record: Record) -> tuple[str, ...]:
    """What nobody expected: phases going backward, hypotheses rejected, severity changes, late escalations (AD-4)."""
    found: list[tuple[Entry, str]] = [(entry, text) for entry, text in phases_back(record)]
    for entry in record.entries:
        if entry.data.get("change") in ("severity", "reopened"):
            found.append((entry, record.cite(entry)))
        elif entry.on_timeline and is_rejected(entry):
            found.append((entry, f"{record.cite(entry)}: it was not so"))
    found += [(entry, text) for entry, text in late_escalations(record)]
    return tuple(text for _, text in sorted(found, key=lambda each: each[0].at))


def phases_back(record: Record) -> Iterator[tuple[Entry, str]]:
    """Each step back in the phases: as people set them, or a new problem after "monitoring".

    What customers read is a sequence of its own: it may lag behind what is known inside.
    """
    known: dict[bool, Entry] = {}
    for entry in record.entries:
        outside = entry.kind is Kind.COMMS_EXTERNAL or entry.data.get("audience") == "external"
        told, before = _phase(entry), known.get(outside)
        if entry.data.get("change") in ("reopened", "resolved", "closed"):
            known.clear()
        elif told:
            if before and _ORDER[told] < _ORDER[_phase(before)]:
                whose = "customers’ phase" if outside else "phase"
                back = f"the {whose} went back from {_phase(before)} ({record.stamp(before.at)}) to {told}"
                yield entry, f"{record.stamp(entry.at)}: {back}"
            known[outside] = entry
        elif _is_trouble(entry) and (watching := _watching(known.values())):
            yield entry, f"{record.cite(entry)}: after “monitoring” of {record.stamp(watching.at)}"
            known.clear()


def _watching(told: Iterable[Entry]) -> Entry | None:
    """What said that the fix is in place and watched."""
    return next((entry for entry in told if _phase(entry) == "monitoring"), None)


def _phase(entry: Entry) -> str:
    """The phase that an entry tells of; "" where it tells of none that has an order."""
    told = entry.data.get("phase") or (entry.data.get("comm") or {}).get("phase")
    return str(told) if told in _ORDER else ""


def _is_trouble(entry: Entry) -> bool:
    return entry.on_timeline and (entry.kind is Kind.ISSUE or (entry.label or "").lower() in _TROUBLE)


def late_escalations(record: Record) -> Iterator[tuple[Entry, str]]:
    """Rungs that were told after their time (DR-24)."""
    for entry in record.entries:
        if entry.data.get("change") == "escalated":
            over = draft_pace.lateness(draft_pace.due_at(record, entry), entry)
            if over:
                yield entry, f"{record.cite(entry)}: {print_duration(over, long=True)} late"


def causes(record: Record) -> tuple[str, ...]:
    """What was named as a cause while it went on, with time and author: candidates (rule 6 of the layout)."""
    return tuple(record.cite(entry) for entry in claims(record.shown))


def claims(entries: Iterable[Entry]) -> Sequence[Entry]:
    """Entries that name a cause: each claim once."""
    found: dict[str, Entry] = {}
    for entry in entries:
        if metrics.names_a_cause(entry):
            found.setdefault(" ".join(entry.text.lower().split()), entry)
    return list(found.values())


def kept_pace(record: Record, *, late: bool) -> Iterator[str]:
    """How many status updates came on time, or late (AD-5)."""
    kept = draft_pace.kept(record)
    count = (kept.wanted - kept.on_time if late else kept.on_time) if kept else 0
    if kept and count:
        at_pace = ", at the policy's pace" if kept.estimated else ""
        yield f"{count} of {kept.wanted} status updates came {'late' if late else 'on time'}{at_pace}"


def goals(record: Record, *, met: bool) -> Iterator[str]:
    """The spans that kept to the organisation's goals, or that did not (AD-5; R-MET-2, 3, 9, 10)."""
    for span in record.spans:
        goal = record.policy.goal(span.key, record.incident.severity)
        if goal and span.is_timed and span.value is not None and not draft_spans.is_one_time(span):
            took, wanted = (print_duration(each, long=True) for each in (span.value, goal.within))
            if goal.is_met(span.value) is met:
                yield f"{span.name}: {took} after {span.start.name}; the goal is {goal.sign} {wanted}"


def lucky(record: Record) -> Iterator[str]:
    """What people themselves called luck, and the rungs of the ladder that were narrowly not reached (AD-5)."""
    for entry in record.shown:
        if _LUCK.search(record.said(entry)):
            yield record.cite(entry)
    end, told = (
        record.points["resolved"].at,
        {str(e.data.get("target")) for e in record.entries if e.data.get("target")},
    )
    if end is None or record.points["resolved"].day_only or not any(e.is_state for e in record.entries):
        return
    opened = record.incident.declared_at + windows.shut(record.entries)
    for rung in record.severity.escalate:
        spare = opened.replace(microsecond=0) + rung.after - end
        if rung.to not in told and timedelta() < spare <= NARROWLY:
            target = record.policy.targets.get(rung.to)
            name = target.label if target else rung.to
            yield f"Resolved {print_duration(spare, long=True)} before {name} would have been told"
