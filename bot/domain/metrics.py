"""The spans of an incident, each with its two time stamps and their sources (PRODUCT 5.4, MD-1 to 4 and 7).

Everything is cut to whole seconds first: a span is the difference of the two times that stand beside it.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from bot.domain import windows
from bot.domain.incident import Incident
from bot.domain.ordinals import spelled
from bot.domain.points import Point, Span, is_vague, of_entry, of_field, whole
from bot.domain.timeline import Entry, Kind

_IMPACT = (Kind.TRIGGER, Kind.IMPACT, Kind.CUSTOMER_IMPACT, Kind.ALERT)
_CAUSE = (Kind.ROOT_CAUSE, Kind.FINDING)
_NAMES_A_CAUSE = re.compile(r"root cause|\bidentified\b.*\bcaus|\bcaused?\b.*\bidentified\b", re.IGNORECASE)
RESPONDERS = 3
"""Where nobody noted that the team was assembled: it was when so many people had written (R-MET-9), unless the policy
says otherwise (``[metrics] responders``)."""


def live(entries: Iterable[Entry]) -> list[Entry]:
    """What really stands in the record, in the order in which it happened."""
    standing = [entry for entry in entries if entry.arrived and entry.deleted_at is None]
    return sorted(standing, key=lambda entry: entry.at)


def points(incident: Incident, entries: Sequence[Entry], *, responders: int = RESPONDERS) -> dict[str, Point]:
    """The instants of PRODUCT 5.4 by their names there without ``t_``; *entries* are live ones in order.

    *responders*: so many people who wrote are a team.
    """
    told = [entry for entry in entries if entry.on_timeline and not entry.is_state]
    basis = incident.header.get("time_basis", {})
    alert = next((entry for entry in told if entry.kind is Kind.ALERT), None)
    detect = of_field("detection", incident.detected_at, basis.get("detected"))
    if detect.at is None:
        detect = of_entry("detection", alert, "estimated from the first alert")
    alerted = of_entry("first alert", alert, "recorded") if alert else detect
    impact = _impact(incident, told, basis.get("started"))
    return {
        "impact": impact,
        "detect": detect,
        "alert": alerted,
        "ack": _acknowledged(entries, alerted.at),
        "declared": of_field("declaration", incident.declared_at, basis.get("declared")),
        "assembled": _assembled(told, entries, alerted.at, responders),
        "escalated": _escalated(entries, impact.at),
        "identified": _identified(incident, told),
        "external": of_entry("first external update", first_external(_on_timeline(entries)), "recorded"),
        "first_mitigated": _first_mitigated(entries),
        "mitigated": _mitigated(incident, basis),
        "restored": of_field("restoration", incident.restored_at, None),
        "first_resolved": of_field("first resolve", incident.first_resolved_at, None),
        "resolved": of_field("resolve", incident.resolved_at, basis.get("resolved")),
        "closed": of_field("close", incident.closed_at, basis.get("closed")),
    }


_SPANS = (
    # key, name, from, to, what is counted
    ("detected", "Detected", "impact", "detect",
     "until a monitor or a person first noticed it (TTD)"),
    ("acknowledged", "Acknowledged", "alert", "ack",
     "until the first entry by a person (TTA)"),
    ("acknowledged_start", "Acknowledged, from the start", "impact", "ack",
     "as Acknowledged, but from the start of impact, as some tools count it"),
    ("declared", "Declared", "detect", "declared",
     "until the incident was declared"),
    ("assembled", "Team assembled", "alert", "assembled",
     "until the entry that says so, else until the {nth} person had written"),
    ("assembled_declared", "Team assembled, from the declaration", "declared", "assembled",
     "as Team assembled, from the other start that people mean by it (LINT-2)"),
    ("escalated", "Escalated", "impact", "escalated",
     "until the first escalation"),
    ("escalated_detected", "Escalated, from detection", "detect", "escalated",
     "as Escalated, from the detection"),
    ("identified", "Cause identified", "detect", "identified",
     "until the phase “identified”, else until an entry that names a cause (TTI)"),
    ("external", "First external update", "impact", "external",
     "until the first update for customers whose text was kept, else until the first that was told of"),
    ("external_detected", "First external update, from detection", "detect", "external",
     "as First external update, from the detection"),
    ("first_mitigated", "First mitigated", "impact", "first_mitigated",
     "until the mitigation before it was reopened"),
    ("mitigated", "Mitigated", "impact", "mitigated",
     "until the impact was contained (TTM)"),
    ("first_resolved", "First resolved", "impact", "first_resolved",
     "until the first resolve, before it was reopened"),
    ("recovered", "From mitigation to resolve", "mitigated", "resolved",
     "the time between the two"),
    ("resolved", "Resolved", "impact", "resolved",
     "until the last resolve (TTR)"),
    ("restored", "Service restored", "impact", "restored",
     "until the service was back"),
    ("open", "Open", "declared", "resolved",
     "from the declaration to the last resolve, without what lay between a resolve and a reopening"),
    ("closing", "From resolve to close", "resolved", "closed",
     "the time between the two"),
    ("closed", "Closed", "impact", "closed",
     "until the close: it says how long it was looked after, not how long customers were affected"),
)  # fmt: skip
_ONLY_IF_KNOWN = frozenset(
    {
        "acknowledged_start", "assembled", "assembled_declared", "escalated", "escalated_detected", "restored",
        "external_detected", "first_mitigated", "open", "closing",
    }
)  # fmt: skip
"""Spans that are left out, rather than shown as not recorded, where nobody recorded them."""
_TWICE = {
    "acknowledged_start": "acknowledged", "assembled_declared": "assembled", "escalated_detected": "escalated",
    "external_detected": "external",
}  # fmt: skip
"""Spans that count to the same end as another, from a second start: shown where that is another time."""


def spans(
    points: Mapping[str, Point], entries: Iterable[Entry] = (), *, responders: int = RESPONDERS
) -> tuple[Span, ...]:
    """All spans in the order in which an incident passes them; a reopened one shows both resolves (MD-3)."""
    shut = windows.shut(entries)
    every = {
        key: Span(
            key=key, name=name, start=points[a], end=points[b],
            counted=counted.replace("{nth}", spelled(responders)),
            less=shut if key == "open" else timedelta(),
        )
        for key, name, a, b, counted in _SPANS
    }  # fmt: skip
    left_out = {key for key in _ONLY_IF_KNOWN if every[key].end.at is None or every[key].start.at is None}
    if points["first_resolved"].at == points["resolved"].at:
        left_out.add("first_resolved")
    if points["mitigated"].source.startswith("taken"):
        left_out.add("recovered")
    if points["declared"].at == points["impact"].at and not shut:
        left_out.add("open")
    for second, first in _TWICE.items():
        if every[second].start.at == every[first].start.at and every[first].start.at and every[first].end.at:
            left_out.add(second)
            every[first] = _with_both_starts(every[first], every[second])
    return tuple(span for span in every.values() if span.key not in left_out)


def _with_both_starts(span: Span, other: Span) -> Span:
    """*span* from a start that is two points at once: ``start of impact and detection``."""
    if span.start.name == other.start.name:
        return span
    return replace(span, start=replace(span.start, name=f"{span.start.name} and {other.start.name}"))


def _on_timeline(entries: Iterable[Entry]) -> list[Entry]:
    return [entry for entry in entries if entry.on_timeline]


def externals(entries: Iterable[Entry]) -> list[Entry]:
    """The updates that went outside, in order: published by the bot, or told of. The mail to customers is none."""
    return [
        entry
        for entry in entries
        if (entry.data.get("change") == "update" and entry.data.get("audience") == "external")
        or entry.kind is Kind.COMMS_EXTERNAL
    ]


def first_external(entries: Iterable[Entry]) -> Entry | None:
    """The first external update: one whose text was kept counts before one only told of (LINT-1)."""
    found = externals(entries)
    return next(iter([entry for entry in found if is_kept(entry)] or found), None)


def last_read(entries: Iterable[Entry]) -> str:
    """The phase that customers read last of all; empty where they read nothing, or nobody knows."""
    found = externals(live(entries))
    return str(found[-1].data.get("phase") or "") if found else ""


def is_kept(entry: Entry) -> bool:
    """Whether the text of an external update was kept as it went out."""
    return bool(entry.data.get("comm", {}).get("template")) or entry.data.get("change") == "update"


def _impact(incident: Incident, told: Sequence[Entry], basis: str | None) -> Point:
    name = "start of impact"
    if incident.impact_started_at:
        return of_field(name, incident.impact_started_at, basis)
    if known := windows.entered(incident.facts):
        return known[0].start
    first = next((entry for entry in told if entry.kind in _IMPACT and not is_vague(entry)), None)
    if first and first.at <= incident.declared_at:
        return of_entry(name, first, f"estimated from the first entry marked {first.kind.value}")
    return Point(name=name, at=whole(incident.declared_at), source="estimated from the declaration")


def is_by_person(entry: Entry) -> bool:
    """Whether a person wrote it: no other bot, and nobody unknown."""
    return bool(entry.author) and not entry.author_name and not (entry.author or "").startswith("B0")


def _acknowledged(entries: Sequence[Entry], alerted: datetime | None) -> Point:
    """The first entry by a person at or after the alert."""
    name = "first responder"
    if alerted is None:
        return Point(name=name, at=None)
    by_people = (entry for entry in entries if is_by_person(entry))
    first = next((e for e in by_people if e.at >= alerted and e.kind is not Kind.ALERT), None)
    return of_entry(name, first, "the first entry by a person after the alert")


def _assembled(
    told: Sequence[Entry], entries: Sequence[Entry], alerted: datetime | None, responders: int
) -> Point:
    """As somebody noted it, else when so many *responders* had written (R-MET-9)."""
    name = "team assembled"
    noted = next(filter(is_assembly, told), None)
    if noted is not None or alerted is None:
        return of_entry(name, noted, "recorded")
    seen: set[str] = set()
    for entry in entries:
        if is_by_person(entry) and entry.at >= alerted:
            seen.add(entry.author or "")
            if len(seen) == responders:
                which = spelled(responders)
                return of_entry(name, entry, f"estimated: the {which} person to write after the alert")
    return Point(name=name, at=None)


def is_assembly(entry: Entry) -> bool:
    """Whether it says that the team is together."""
    return entry.kind is Kind.ASSEMBLY or (entry.label or "").lower() == "team assembly"


def _escalated(entries: Sequence[Entry], start: datetime | None) -> Point:
    """The first escalation from the start on: told by the bot or noted by people; answers are none."""
    found = (
        entry
        for entry in entries
        if entry.kind is Kind.ESCALATION and entry.data.get("change") in (None, "escalated", "level")
    )
    first = next((e for e in found if e.on_timeline and (start is None or e.at >= start)), None)
    return of_entry("first escalation", first, "recorded")


def _identified(incident: Incident, told: Sequence[Entry]) -> Point:
    if incident.identified_at:
        return of_field("cause identified", incident.identified_at, None)
    first = next((entry for entry in told if names_a_cause(entry)), None)
    return of_entry("cause identified", first, "a candidate: the first entry that names a root cause")


def names_a_cause(entry: Entry) -> bool:
    """Whether *entry* claims a root cause: claims are candidates, never answers (rule 6 of the layout)."""
    words = f"{entry.label or ''} {entry.text}"
    return entry.kind is Kind.ROOT_CAUSE or (entry.kind in _CAUSE and bool(_NAMES_A_CAUSE.search(words)))


def _first_mitigated(entries: Iterable[Entry]) -> Point:
    """The mitigation of a stretch that a reopening ended: the incident itself keeps the last one only."""
    found = (stretch.time("mitigated") for stretch in windows.stretches(entries))
    return of_field("first mitigation", next((at for at in found if at), None), None)


def _mitigated(incident: Incident, basis: Mapping[str, str]) -> Point:
    if incident.mitigated_at or not incident.resolved_at:
        return of_field("mitigation", incident.mitigated_at, basis.get("mitigated"))
    taken = of_field("mitigation", incident.resolved_at, basis.get("resolved"))
    return replace(taken, source="taken as the resolve: no mitigation recorded")
