"""Who was affected: segments, regions, products, named customers, and what time it was where they live."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from typing import Any
from zoneinfo import ZoneInfo

from bot.domain.draft_facts import Fact
from bot.domain.draft_record import NOT_RECORDED, Record, print_date
from bot.domain.refusal import UnknownZone
from bot.domain.times import print_clock
from bot.domain.zones import find_zone, zone_label

_SPOKEN = {
    "pacific": "America/Los_Angeles", "mountain": "America/Denver", "central": "America/Chicago",
    "eastern": "America/New_York", "atlantic": "America/Halifax",
}  # fmt: skip
"""North America's zones as people say them ("Eastern Time")."""
_AREAS = {
    "Europe": ("europe",), "Asia": ("asia",), "Africa": ("africa",), "Australia": ("australia", "oceania"),
    "America": ("america",),
}  # fmt: skip
"""The first part of a zone's name, to the words for it: "European Time" is that of the readers in Europe."""
_WRITTEN = re.compile(r"\s*\([^()]*\d[^()]*\)\s*$")
"""A window in brackets behind the name of a zone, as people wrote it down."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LocalTime:
    """The impact on the wall clock of one zone."""

    name: str
    """As written, else the place of the zone."""
    window: str
    """Computed, with the zone's abbreviation on that date; "" where no zone is known by that name."""
    effect: str
    """What people say it meant there; "" where they said nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Customers:
    """Who was affected, as entered; sums and local times are computed."""

    total: str
    segments: tuple[Fact, ...]
    segments_sum: str
    regions: tuple[Fact, ...]
    regions_sum: str
    products: tuple[Fact, ...]
    zones: tuple[LocalTime, ...]
    named: tuple[Fact, ...]
    """Single customers: internal."""


def customers(record: Record) -> Customers:
    """What the record holds of them; empty parts where nobody entered any."""
    told = record.incident.facts.get("affected_customers") or {}
    products = [_product(service) for service in record.incident.facts.get("affected_services", ())]
    products = products or [Fact(name=record.read(name), value="") for name in record.incident.services]
    segments, regions = told.get("segments", ()), told.get("regions", ())
    return Customers(
        total=told.get("text") or "",
        segments=tuple(map(_part, segments)),
        segments_sum=_sum(segments, told.get("total")),
        regions=tuple(map(_part, regions)),
        regions_sum=_sum(regions, told.get("total")),
        products=tuple(products),
        zones=_zones(record, told.get("timezones", ())),
        named=tuple(map(_named, told.get("named", ()))),
    )


def _part(part: Mapping[str, Any]) -> Fact:
    return Fact(name=part["name"], value=part.get("text") or "")


def _product(service: Mapping[str, Any]) -> Fact:
    return Fact(name=service["name"], value=service.get("impact") or "")


def _named(customer: Mapping[str, Any]) -> Fact:
    """A customer; the yearly revenue stands apart only where the text does not say it."""
    text, yearly = customer.get("text") or "", customer.get("arr") or ""
    return Fact(name=customer["name"], value=text, note="" if yearly in text else f"{yearly} a year")


def _sum(parts: Sequence[Mapping[str, Any]], total: Any) -> str:
    """``1,847 in all, the sum of the 3 numbers above``; what does not fit the total is shown beside it (LINT-5)."""
    counts = [part["count"] for part in parts if isinstance(part.get("count"), int)]
    if len(counts) < 2:  # noqa: PLR2004 - one number has no sum
        return ""
    added = sum(counts)
    told = f"{added:,} in all, the sum of the {len(counts)} numbers above"
    return told if total in (None, added) else f"{told}; the record names {total:,} affected customers"


def _zones(record: Record, written: Iterable[Mapping[str, Any]]) -> tuple[LocalTime, ...]:
    """What people wrote of each zone beside its computed window; then the zones of readers nobody wrote of."""
    viewers = _viewers(record)
    rows, met = [], set[str]()
    for told in written:
        zone = _zone_meant(told["name"], viewers)
        met.add(_key(zone) if zone else "")
        window = _window(record, zone) if zone else ""
        rows.append(LocalTime(name=told["name"], window=window, effect=told.get("text") or ""))
    own = _key(record.zone)
    others = [name for name in ([own, *viewers] if rows or viewers else []) if name not in met]
    rows += [
        LocalTime(name=_place(name), window=_window(record, find_zone(name)), effect="") for name in others
    ]
    return tuple(rows)


def zone_of_row(record: Record, written: str) -> tzinfo | None:
    """The zone that a row about local times is of, as people wrote it; None: nobody can tell."""
    return _zone_meant(written, _viewers(record))


def _viewers(record: Record) -> list[str]:
    """The zones of the record's readers."""
    told = record.incident.header.get("timezone", {}).get("viewers", ())
    return [name for name in told if _known(name)]


def _known(name: str) -> bool:
    try:
        find_zone(name)
    except UnknownZone:
        return False
    return "/" in name


def _key(zone: tzinfo) -> str:
    """What tells zones apart."""
    return zone.key if isinstance(zone, ZoneInfo) else "Etc/UTC" if zone is UTC else str(zone)


def _zone_meant(written: str, viewers: Sequence[str]) -> tzinfo | None:
    """The zone that people mean by "Eastern Time (12:23-15:10)", "CET" or "European Time"; None: it is unknown."""
    name = _WRITTEN.sub("", written).strip()
    try:
        return find_zone(name)
    except UnknownZone:
        words = name.lower().replace("-", " ").split()
    first = words[0] if words else ""
    area = next((area for area, stems in _AREAS.items() if first.startswith(stems)), None)
    viewer = next((viewer for viewer in viewers if area and viewer.startswith(f"{area}/")), None)
    key = _SPOKEN.get(first) or viewer
    return ZoneInfo(key) if key else None


def _place(zone: str) -> str:
    """``New York`` of ``America/New_York``."""
    return zone.rpartition("/")[2].replace("_", " ")


def _window(record: Record, zone: tzinfo) -> str:
    """``March 16, 2024, 01:23 to 03:20 JST``: the date where it is another one, the label once where it stays."""
    if record.points["impact"].day_only:
        return NOT_RECORDED
    start, end, first = record.start, record.end, _dated(record, record.start, zone)
    clock = _clock(record, zone)
    if end is None:
        return f"from {first}{clock(start)} {zone_label(start, zone)} on"
    label = "" if zone_label(start, zone) == zone_label(end, zone) else f" {zone_label(start, zone)}"
    same_day = start.astimezone(zone).date() == end.astimezone(zone).date()
    last = "" if same_day else f"{print_date(end.astimezone(zone).date())}, "
    if last:
        first = f"{print_date(start.astimezone(zone).date())}, "
    return f"{first}{clock(start)}{label} to {last}{clock(end)} {zone_label(end, zone)}"


def _clock(record: Record, zone: tzinfo) -> Callable[[datetime], str]:
    """The time of day in *zone*, by the clock of the document (R-FMT-4)."""
    return lambda at: print_clock(at, zone, seconds=False, clock=record.hours)


def _dated(record: Record, at: datetime, zone: tzinfo) -> str:
    """The date, where it is not that on which the impact began in the zone of the document."""
    day = at.astimezone(zone).date()
    return "" if day == record.day(record.start) else f"{print_date(day)}, "
