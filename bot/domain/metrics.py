"""The spans of an incident, each with its two time stamps and their sources (PRODUCT 5.4, MD-1 to 4 and 7).

Everything is cut to whole seconds first: a span is the difference of the two times that stand beside it.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.domain.incident import Incident
from bot.domain.timeline import Entry, Kind, Precision

_IMPACT = (Kind.TRIGGER, Kind.IMPACT, Kind.CUSTOMER_IMPACT, Kind.ALERT)
_CAUSE = (Kind.ROOT_CAUSE, Kind.FINDING)


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

    @property
    def value(self) -> timedelta | None:
        """None where one end is not recorded, or where they stand in the wrong order (MD-1)."""
        if self.start.at is None or self.end.at is None or self.is_negative:
            return None
        return self.end.at - self.start.at

    @property
    def is_timed(self) -> bool:
        """True where it has a value and no end of it is a mere date."""
        return self.value is not None and not (self.start.day_only or self.end.day_only)

    @property
    def is_negative(self) -> bool:
        """True where the end lies before the start: an error in the record, never zero (MD-1)."""
        return self.start.at is not None and self.end.at is not None and self.end.at < self.start.at


def whole(at: datetime | None) -> datetime | None:
    """*at* without its microseconds."""
    return at.replace(microsecond=0) if at else None


def live(entries: Iterable[Entry]) -> list[Entry]:
    """What really stands in the record, in the order in which it happened."""
    standing = [entry for entry in entries if entry.arrived and entry.deleted_at is None]
    return sorted(standing, key=lambda entry: entry.at)


def points(incident: Incident, entries: Sequence[Entry]) -> dict[str, Point]:
    """The instants of PRODUCT 5.4 by their names there without ``t_``; *entries* are live ones in order."""
    told = [entry for entry in entries if entry.on_timeline and not entry.is_state]
    basis = incident.header.get("time_basis", {})
    alert = next((entry for entry in told if entry.kind is Kind.ALERT), None)
    detect = _field("detection", incident.detected_at, basis.get("detected"))
    if detect.at is None:
        detect = _of_entry("detection", alert, "estimated from the first alert")
    alerted = _of_entry("first alert", alert, "recorded") if alert else detect
    return {
        "impact": _impact(incident, told, basis.get("started")),
        "detect": detect,
        "alert": alerted,
        "ack": _acknowledged(entries, alerted.at),
        "declared": _field("declaration", incident.declared_at, basis.get("declared")),
        "assembled": _of_entry("team assembled", next(filter(_is_assembly, told), None), "recorded"),
        "identified": _identified(incident, told),
        "external": _of_entry("first external update", first_external(_on_timeline(entries)), "recorded"),
        "mitigated": _mitigated(incident, basis),
        "restored": _field("restoration", incident.restored_at, None),
        "first_resolved": _field("first resolve", incident.first_resolved_at, None),
        "resolved": _field("resolve", incident.resolved_at, basis.get("resolved")),
        "closed": _field("close", incident.closed_at, basis.get("closed")),
    }


_SPANS = (
    # key              name                      from        to
    ("detected", "Detected", "impact", "detect"),
    ("acknowledged", "Acknowledged", "alert", "ack"),
    ("declared", "Declared", "detect", "declared"),
    ("assembled", "Team assembled", "alert", "assembled"),
    ("identified", "Cause identified", "detect", "identified"),
    ("external", "First external update", "impact", "external"),
    ("external_detected", "First external update, from detection", "detect", "external"),
    ("mitigated", "Mitigated", "impact", "mitigated"),
    ("first_resolved", "First resolved", "impact", "first_resolved"),
    ("recovered", "From mitigation to resolve", "mitigated", "resolved"),
    ("resolved", "Resolved", "impact", "resolved"),
    ("restored", "Service restored", "impact", "restored"),
    ("closed", "Closed", "impact", "closed"),
)
_ONLY_IF_KNOWN = frozenset({"assembled", "restored", "external_detected"})
"""Spans that are left out, rather than shown as not recorded, where nobody recorded them."""


def spans(points: dict[str, Point]) -> tuple[Span, ...]:
    """All spans in the order in which an incident passes them; a reopened one shows both resolves (MD-3)."""
    found = [Span(key=key, name=name, start=points[a], end=points[b]) for key, name, a, b in _SPANS]
    again = points["first_resolved"].at != points["resolved"].at
    left_out = {key for key in _ONLY_IF_KNOWN if next(s for s in found if s.key == key).end.at is None}
    left_out |= set() if again else {"first_resolved"}
    left_out |= {"recovered"} if points["mitigated"].source.startswith("taken") else set()
    return tuple(span for span in found if span.key not in left_out)


def impact_duration(points: dict[str, Point]) -> Span:
    """From the start of impact to the restoration, or to the resolve where no restoration is recorded."""
    end = points["restored"] if points["restored"].at else points["resolved"]
    return Span(key="impact", name="Duration of impact", start=points["impact"], end=end)


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


def _field(name: str, at: datetime | None, basis: str | None) -> Point:
    known = None if basis == "absent" else whole(at)
    return Point(name=name, at=known, source="recorded" if known else "", day_only=basis == "date_only")


def _of_entry(name: str, entry: Entry | None, source: str) -> Point:
    if entry is None:
        return Point(name=name, at=None)
    return Point(name=name, at=whole(entry.at), source=source, day_only=entry.precision is Precision.DAY)


def _impact(incident: Incident, told: Sequence[Entry], basis: str | None) -> Point:
    if incident.impact_started_at:
        return _field("start of impact", incident.impact_started_at, basis)
    first = next((entry for entry in told if entry.kind in _IMPACT), None)
    if first and first.at <= incident.declared_at:
        return _of_entry(
            "start of impact", first, f"estimated from the first entry marked {first.kind.value}"
        )
    return Point(
        name="start of impact", at=whole(incident.declared_at), source="estimated from the declaration"
    )


def _acknowledged(entries: Sequence[Entry], alerted: datetime | None) -> Point:
    """The first entry by a person at or after the alert."""
    name = "first responder"
    if alerted is None:
        return Point(name=name, at=None)
    by_people = (e for e in entries if e.author and not e.author_name and not e.author.startswith("B0"))
    first = next((e for e in by_people if e.at >= alerted and e.kind is not Kind.ALERT), None)
    return _of_entry(name, first, "the first entry by a person after the alert")


def _is_assembly(entry: Entry) -> bool:
    return entry.kind is Kind.ASSEMBLY or (entry.label or "").lower() == "team assembly"


def _identified(incident: Incident, told: Sequence[Entry]) -> Point:
    if incident.identified_at:
        return _field("cause identified", incident.identified_at, None)
    first = next((entry for entry in told if names_a_cause(entry)), None)
    return _of_entry("cause identified", first, "a candidate: the first entry that names a root cause")


def names_a_cause(entry: Entry) -> bool:
    """Whether *entry* claims a root cause: claims are candidates, never answers (rule 6 of the layout)."""
    words = f"{entry.label or ''} {entry.text}".lower()
    return entry.kind is Kind.ROOT_CAUSE or (entry.kind in _CAUSE and "root cause" in words)


def _mitigated(incident: Incident, basis: Mapping[str, str]) -> Point:
    if incident.mitigated_at or not incident.resolved_at:
        return _field("mitigation", incident.mitigated_at, basis.get("mitigated"))
    taken = _field("mitigation", incident.resolved_at, basis.get("resolved"))
    return replace(taken, source="taken as the resolve: no mitigation recorded")
