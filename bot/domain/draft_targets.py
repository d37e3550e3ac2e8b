"""Success metrics: the target, what people say it is now, and what this incident's own record computes."""

import calendar
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from bot.domain import metrics
from bot.domain.draft_record import Record
from bot.domain.times import print_duration

_MEANT = (
    ("assembled", re.compile(r"assembl", re.IGNORECASE)),
    ("external", re.compile(r"(?:first|initial) (?:customer|external|public|status(?: page)?) update", re.IGNORECASE)),
    ("acknowledged", re.compile(r"acknowledg|\bMTTA\b", re.IGNORECASE)),
    ("detected", re.compile(r"\bdetect|\bMTTD\b", re.IGNORECASE)),
    ("mitigated", re.compile(r"mitigat|\bMTTM\b", re.IGNORECASE)),
    ("resolved", re.compile(r"(?:time to|mean time to) (?:resol|recover|restor|repair)|\bMTTR\b", re.IGNORECASE)),
)  # fmt: skip
"""Words of a metric to the span that it speaks of; the first that fits."""
_UPTIME = re.compile(r"\buptime\b|\bavailability\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """One success metric."""

    name: str
    target: str
    current: str
    """As entered."""
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
    """What was written as one sentence only stands as the target."""
    target, current = item.get("target") or "", item.get("current") or ""
    whole = item.get("text") or ""
    known = target and _holds(whole, target, current)
    return Target(
        name=item["name"],
        target=target if known else whole or target,
        current=current,
        computed=_computed(record, f"{item['name']}: {whole} {target}"),
    )


def _holds(whole: str, target: str, current: str) -> bool:
    """Whether *whole* says no more than target and current value do."""
    rest = whole.replace(target, "", 1).replace(current, "", 1) if current else whole.replace(target, "", 1)
    return not re.sub(r"[\s():,;.]|\bcurrent\b", "", rest)


def _computed(record: Record, words: str) -> str:
    if _UPTIME.search(words):
        return _uptime(record)
    key = next((key for key, pattern in _MEANT if pattern.search(words)), "")
    span = next((span for span in record.spans if span.key == key), None)
    if span is None or span.value is None:
        return ""
    return f"{print_duration(span.value, long=True)}, {span.start.name} to {span.end.name}"


def _uptime(record: Record) -> str:
    """Of the month of the incident, as if nothing had worked meanwhile: a named period, or no number at all."""
    span = metrics.impact_duration(record.points)
    if span.value is None or span.start.day_only or span.end.day_only:
        return ""
    day = record.day(record.start)
    month = timedelta(days=calendar.monthrange(day.year, day.month)[1])
    share = int(10_000 * (max(month - span.value, timedelta()) / month)) / 100  # cut off: never past a target
    down = print_duration(span.value, long=True)
    return f"{share:.2f}% of {day:%B %Y}, if all {down} from {span.start.name} to {span.end.name} count as down"
