"""Success metrics: the target, what people say it is now, and what this incident's own record computes."""

import calendar
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from bot.domain import draft_items, draft_spans, windows
from bot.domain.draft_record import NOT_RECORDED, Record
from bot.domain.times import print_duration

MEANT = (
    ("assembled", re.compile(r"assembl", re.IGNORECASE)),
    ("external", re.compile(r"(?:first|initial) (?:customer|external|public|status(?: page)?) update", re.IGNORECASE)),
    ("acknowledged", re.compile(r"acknowledg|\bMTTA\b", re.IGNORECASE)),
    ("detected", re.compile(r"\bdetect|\bMTTD\b", re.IGNORECASE)),
    ("mitigated", re.compile(r"mitigat|\bMTTM\b", re.IGNORECASE)),
    ("resolved", re.compile(r"(?:time to|mean time to) (?:resol|recover|restor|repair)|\bMTTR\b", re.IGNORECASE)),
)  # fmt: skip
"""Words of a metric to the span that it speaks of; the first that fits."""
_ITEMS = re.compile(r"\baction items?\b", re.IGNORECASE)
UPTIME = re.compile(r"\buptime\b|\bavailability\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """One success metric."""

    name: str
    written: str
    """Target and current value as entered; that the current one is missing is said."""
    computed: str
    """Of this incident; "" where its record says nothing about it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Targets:
    """Success metrics under a heading of their own."""

    name: str
    rows: tuple[Target, ...]


def targets(record: Record) -> tuple[Targets, ...]:
    """The success metrics as entered, by their groups."""
    groups: dict[str, list[Target]] = {}
    for item in record.incident.facts.get("success_metrics", ()):
        groups.setdefault(item.get("group") or "", []).append(_target(record, item))
    return tuple(Targets(name=name, rows=tuple(rows)) for name, rows in groups.items())


def _target(record: Record, item: Mapping[str, Any]) -> Target:
    written = item.get("text") or item.get("target") or f"target {NOT_RECORDED}"
    target, current = item.get("target") or "", item.get("current") or ""
    if target not in written:
        written = f"{target}: {written}"
    if not current or current not in written:
        written += f" (current: {current or NOT_RECORDED})"
    return Target(
        name=item["name"], written=written, computed=_computed(record, f"{item['name']}: {written}")
    )


def _computed(record: Record, words: str) -> str:
    if _ITEMS.search(words):
        items = draft_items.items(record)
        done = sum(item.get("status") == "done" for item in items)
        return f"{done:,} of {len(items):,} done" if items else ""
    if UPTIME.search(words):
        return _uptime(record)
    key = next((key for key, pattern in MEANT if pattern.search(words)), "")
    return measured(record, key)


def measured(record: Record, key: str) -> str:
    """``1 hour 57 minutes, start of impact to resolve``; "" where the times of both ends are not known."""
    span = next((span for span in record.spans if span.key == key and span.is_timed), None)
    told = next((told.value for told in draft_spans.spans(record) if told.key == key), "")
    return f"{told}, {span.start.name} to {span.end.name}" if span else ""


def _uptime(record: Record) -> str:
    """Of the month of the incident, as if nothing had worked meanwhile: a named period, or no number at all."""
    first, last, spent = record.windows[0].start, record.windows[-1].end, windows.total(record.windows)
    if spent is None or first.day_only or last.day_only:
        return ""
    day = record.day(record.start)
    month = timedelta(days=calendar.monthrange(day.year, day.month)[1])
    share = uptime(spent, month)
    down = print_duration(spent, long=True)
    return f"{share}% of {day:%B %Y}, if all {down} from {first.name} to {last.name} count as down"


def uptime(down: timedelta, period: timedelta) -> str:
    """The share of *period* without *down*, in percent with two places, cut off: never past a target."""
    return f"{int(10_000 * (max(period - down, timedelta()) / period)) / 100:.2f}"
