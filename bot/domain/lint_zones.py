"""Zones: a label that does not fit its date, and local times that somebody wrote by hand (LINT-8)."""

import re
from collections.abc import Iterator
from datetime import datetime, timedelta, tzinfo
from zoneinfo import ZoneInfo

from bot.domain.draft_record import Record, print_date
from bot.domain.lint_rule import Remark
from bot.domain.refusal import UnknownZone
from bot.domain.times import print_clock, zone_label
from bot.domain.zones import find_zone, misfit

_WINDOW = re.compile(
    r"(?P<name>[A-Za-z][\w /-]*?)\s*\(?(?P<start>\d{1,2}:\d{2})\s*[-\u2013]\s*(?P<end>\d{1,2}:\d{2})\)?"
)
_CLOCK_AND_LABEL = re.compile(r"\b\d{1,2}:\d{2}(?::\d{2})?\s+(?P<label>[A-Z]{3,4})\b")
_PLACES = (
    ("asia", "Asia/Tokyo"), ("pacific", "America/Los_Angeles"), ("mountain", "America/Denver"),
    ("central europ", "Europe/Berlin"),
    ("central", "America/Chicago"), ("eastern", "America/New_York"), ("brit", "Europe/London"),
    ("europ", "Europe/Berlin"), ("india", "Asia/Kolkata"), ("japan", "Asia/Tokyo"),
    ("china", "Asia/Shanghai"), ("singapore", "Asia/Singapore"), ("australia", "Australia/Sydney"),
    ("brazil", "America/Sao_Paulo"), ("latin america", "America/Sao_Paulo"),
)  # fmt: skip
_REGIONS = {"Europe/Berlin": "Europe/", "Asia/Tokyo": "Asia/"}
"""Places that stand for a region: the record's own zone of that region is meant before."""


def label(record: Record) -> Iterator[Remark]:
    """The record's label of its times, and labels that people wrote behind a time of day."""
    written = record.incident.header.get("timezone", {}).get("as_written")
    remark = misfit(written, record.start, record.zone) if written else ""
    if remark:
        text = f"The record labels its times {written}, but {remark}. Here they bear the right label."
        yield Remark(rule="LINT-8", text=text)
    for name, said in (
        ("The summary", record.incident.summary),
        ("The resolution", record.incident.resolution),
    ):
        found = {match["label"] for match in _CLOCK_AND_LABEL.finditer(record.read(said))} - {written}
        for wrong in sorted(found):
            if remark := misfit(wrong, record.start, record.zone):
                yield Remark(rule="LINT-8", text=f"{name} says {wrong}, but {remark}.")


def windows(record: Record) -> Iterator[Remark]:
    """Local times written by hand against those that the zone database gives."""
    told = (record.incident.facts.get("affected_customers") or {}).get("timezones", ())
    rows = [(row["name"], found) for row in told if (found := _WINDOW.search(row["name"]))]
    for written, found in rows:
        zone = zone_named(found["name"], record)
        if zone is None:
            continue
        start = record.start
        length = _length(found["start"], found["end"])
        computed = f"{_clock(start, zone)}-{_clock(start + length, zone)}"
        if computed.split("-", maxsplit=1)[0] != found["start"].zfill(5):
            day = start.astimezone(zone).date()
            date = f" ({print_date(day)})" if day != record.day(start) else ""
            text = f"“{written}” says {found['start']}; by the zone it was {computed} {zone_label(start, zone)}{date}."
            yield Remark(rule="LINT-8", text=text)


def zone_named(name: str, record: Record) -> tzinfo | None:
    """The zone that a row's name means: as the record's readers have it, a place's, or an abbreviation."""
    lower = name.lower()
    place = next((zone for word, zone in _PLACES if word in lower), None)
    if place is None:
        try:
            return find_zone(name.strip().removesuffix("Time").removesuffix("time").strip(), near=record.zone)
        except UnknownZone:
            return None
    viewers = record.incident.header.get("timezone", {}).get("viewers", ())
    region = _REGIONS.get(place, place)
    return ZoneInfo(next((viewer for viewer in viewers if viewer.startswith(region)), place))


def _length(start: str, end: str) -> timedelta:
    first, last = (
        timedelta(hours=int(at.split(":")[0]), minutes=int(at.split(":")[1])) for at in (start, end)
    )
    return (last - first) % timedelta(days=1)


def _clock(at: datetime, zone: tzinfo) -> str:
    return print_clock(at, zone, seconds=False)
