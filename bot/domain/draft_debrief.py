"""For the debrief: surprises, candidates for causes, out of the record (AD-3, AD-4)."""

from collections.abc import Iterable, Iterator, Sequence

from bot.domain import draft_pace, metrics
from bot.domain.draft_record import Record
from bot.domain.incident import PHASES
from bot.domain.timeline import Entry, Kind
from bot.domain.times import print_duration

_ORDER = {phase.value: n for n, phase in enumerate(PHASES)}
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


def is_rejected(entry: Entry) -> bool:
    """Whether it is a hypothesis that turned out wrong (R-SIMPLE-1)."""
    label = (entry.label or "").lower()
    return entry.data.get("outcome") == "rejected" or label in (
        "rejected hypothesis",
        "misleading investigation",
    )


def phases_back(record: Record) -> Iterator[tuple[Entry, str]]:
    """Each step back in the phases: as people set them, or a new problem after customers had read "monitoring"."""
    phase, since = "", None
    for entry in record.entries:
        told = entry.data.get("phase") or (entry.data.get("comm") or {}).get("phase")
        if entry.data.get("change") in ("reopened", "resolved", "closed"):
            phase, since = "", None
        elif told in _ORDER:
            if phase and since and _ORDER[told] < _ORDER[phase]:
                back = f"the phase went back from {phase} ({record.stamp(since.at)}) to {told}"
                yield entry, f"{record.stamp(entry.at)}: {back}"
            phase, since = told, entry
        elif phase == "monitoring" and since and _is_trouble(entry):
            yield entry, f"{record.cite(entry)}: after “monitoring” of {record.stamp(since.at)}"
            since = None


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
