"""Zones: a label that does not fit its date, and local times that somebody wrote by hand (LINT-8)."""

import re
from collections.abc import Iterator
from datetime import datetime, timedelta, tzinfo

from bot.domain.draft_customers import zone_of_row
from bot.domain.draft_record import Record, print_date
from bot.domain.lint_rule import Remark
from bot.domain.times import print_clock, zone_label
from bot.domain.zones import misfit

_WINDOW = re.compile(r"(?P<start>\d{1,2}:\d{2})\s*[-\u2013]\s*(?P<end>\d{1,2}:\d{2})\)?")
_CLOCK_AND_LABEL = re.compile(r"\b\d{1,2}:\d{2}(?::\d{2})?\s+(?P<label>[A-Z]{3,4})\b")


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
        zone = zone_of_row(record, written)
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


def _length(start: str, end: str) -> timedelta:
    first, last = (
        timedelta(hours=int(at.split(":")[0]), minutes=int(at.split(":")[1])) for at in (start, end)
    )
    return (last - first) % timedelta(days=1)


def _clock(at: datetime, zone: tzinfo) -> str:
    return print_clock(at, zone, seconds=False)
