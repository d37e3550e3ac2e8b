"""Figures that people wrote down against those of the timeline (LINT-2, LINT-3, LINT-4).

A figure that stands in several places is one warning, with all of them.
"""

import calendar
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

from bot.domain import windows
from bot.domain.draft_facts import DURATION, same_duration
from bot.domain.draft_record import NOT_RECORDED, Record
from bot.domain.draft_targets import MEANT, UPTIME
from bot.domain.draft_targets import uptime as share
from bot.domain.lint_rule import Remark
from bot.domain.lint_text import quote
from bot.domain.points import Span
from bot.domain.refusal import Refusal
from bot.domain.times import parse_duration, print_duration

_STATED = {
    # what a record may state about itself, to the spans that it could mean
    "duration": ("resolved", "restored"),
    "resolution": ("resolved", "restored"),
    "detection": ("detected",),
    "first_update": ("external", "external_detected"),
    "team_assembly": ("assembled", "assembled_declared"),
}
_SECOND = {
    "assembled": "assembled_declared", "external": "external_detected", "acknowledged": "acknowledged_start",
    "resolved": "restored",
}  # fmt: skip
"""What else a metric could mean by a span."""
_MEAN = re.compile(r"\bmean\b|\baverage\b|\bMTT[A-Z]\b", re.IGNORECASE)
_SPAN = r"(?:\d+(?:\.\d+)?\s*(?:d(?:ays?)?|h(?:ours?)?|m(?:in(?:utes?)?)?|s(?:ec(?:onds?)?)?)\b\s*)+"
_LEADING = re.compile(rf"\W*({_SPAN})", re.IGNORECASE)
_ANY = re.compile(_SPAN, re.IGNORECASE)
_ASSEMBLED = re.compile(rf"\bassembled\b[^.]{{0,30}}?\b((?:within|in|after)\s+{_SPAN})", re.IGNORECASE)
_SAID = re.compile(
    r"\b(?:\d+|two|three|four|five|six)[- ](?:hour|minute|day)s?[- ](?:long )?(?:outage|downtime|incident)\b",
    re.IGNORECASE,
)
_ENDS = ("mitigated", "restored", "resolved", "closed")
_PERCENT = re.compile(r"(\d+(?:\.\d+)?)\s?%")


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """A duration that somebody wrote down, where it stands, and the spans that it could mean."""

    where: str
    written: str
    keys: tuple[str, ...]

    @property
    def length(self) -> timedelta | None:
        """None where it is no duration."""
        return _read(self.written)


def stated(record: Record) -> Iterator[Remark]:
    """Durations that fit none of the spans that they could mean."""
    found: dict[tuple[tuple[str, ...], timedelta], list[Claim]] = {}
    for claim in _claims(record):
        if claim.length is not None:
            found.setdefault((claim.keys, claim.length), []).append(claim)
    for (keys, length), claims in found.items():
        yield from _compared(record, claims, keys, length)


def _claims(record: Record) -> Iterator[Claim]:
    for key, written in record.incident.header.get("stated", {}).items():
        if keys := _STATED.get(key):
            yield Claim(where=f"the record's “{key.replace('_', ' ')}”", written=written, keys=keys)
    for measure in record.incident.facts.get("impact_metrics", ()):
        if measure["unit"] == DURATION:
            where = f"“{measure['name']}”"
            yield Claim(where=where, written=measure["text"], keys=("resolved", "restored"))
    for metric in record.incident.facts.get("success_metrics", ()):
        told = _LEADING.match(metric.get("current") or "")
        words = f"{metric['name']} {metric.get('target') or ''}"
        key = next((key for key, pattern in MEANT if pattern.search(words)), "")
        keys = tuple(each for each in (key, _SECOND.get(key, "")) if each)
        if told and keys:
            mean = ", a mean" if _MEAN.search(metric["name"]) else ""
            yield Claim(where=f"“{metric['name']}”{mean}", written=told[1].strip(), keys=keys)


def _compared(
    record: Record, claims: list[Claim], keys: tuple[str, ...], length: timedelta
) -> Iterator[Remark]:
    spans = {span.key: span for span in record.spans if span.value is not None}
    meant = [spans[key] for key in keys if key in spans]
    written = claims[0].written
    if not meant or any(fits(written, span.value) for span in meant):
        return
    places = [*dict.fromkeys(claim.where for claim in claims)]
    said = f"“{written}” ({', '.join(places)})"
    if "resolved" not in keys:
        computed = ", ".join(computed_words(span) for span in meant)
        mean = " A mean over several incidents cannot be computed from one." if ", a mean" in said else ""
        yield Remark(rule="LINT-3", text=f"{said}; computed: {computed}.{mean}")
        return
    also = _elsewhere(record, length)
    equal = next((span for key in _ENDS if (span := spans.get(key)) and fits(written, span.value)), None)
    fits_to = f" fits the time to {equal.end.name}" if equal else ""
    ends = ", ".join(computed_words(spans[key]) for key in _ENDS if key in spans)
    text = (
        f"{said}{fits_to}; computed: {ends}.{also} Which of them is the time that customers could not work?"
    )
    yield Remark(rule="LINT-4", text=text)


def _elsewhere(record: Record, length: timedelta) -> str:
    """Where else the same duration is written: services, customers, the timeline."""
    facts = record.incident.facts
    services = [service.get("impact") or "" for service in facts.get("affected_services", ())]
    named = [one["text"] for one in (facts.get("affected_customers") or {}).get("named", ())]
    told = [entry for entry in record.shown if _holds(entry.text, length)]
    parts = [
        _count(sum(_holds(text, length) for text in services), "service"),
        _count(sum(_holds(text, length) for text in named), "customer"),
        *(f"the entry of {record.stamp(entry.at)}" for entry in told[:2]),
    ]
    found = ", ".join(part for part in parts if part)
    return f" It also stands with {found}." if found else ""


def _holds(text: str, length: timedelta) -> bool:
    return length in lengths(text)


def lengths(text: str) -> list[timedelta]:
    """The durations that *text* holds, such as ``2h 47m``, in order."""
    return [read for found in _ANY.finditer(text) if (read := _read(found[0])) is not None]


def _count(count: int, thing: str) -> str:
    return "" if not count else f"1 {thing}" if count == 1 else f"{count:,} {thing}s"


def _read(written: str) -> timedelta | None:
    try:
        return parse_duration(written.strip())
    except Refusal:
        return None


def fits(written: str, span: timedelta | None) -> bool:
    """Whether *written* may stand beside *span*: the same as exactly as written, or rounded up to the minute."""
    if span is None or same_duration(written, span):
        return span is not None
    read = _read(written)
    rounded = read is not None and not read % timedelta(minutes=1)
    return rounded and read is not None and timedelta() < read - span <= timedelta(seconds=30)


def computed_words(span: Span) -> str:
    """``1 hour 57 minutes from start of impact to resolve``."""
    value = print_duration(span.value, long=True) if span.value is not None else NOT_RECORDED
    return f"{value} from {span.start.name} to {span.end.name}"


def two_starts(record: Record) -> Iterator[Remark]:
    """The assembly of the team, which people count from the alert and from the declaration (LINT-2)."""
    spans = [span for span in record.spans if span.key in ("assembled", "assembled_declared")]
    told = [f"“{claim.written}” ({claim.where})" for claim in _claims(record) if "assembled" in claim.keys]
    told += [
        f"“{found[1].strip()}” (the entry of {record.stamp(entry.at)})"
        for entry in record.shown
        if (found := _ASSEMBLED.search(record.said(entry)))
    ]
    if len(spans) > 1 and told:
        both = ", ".join(computed_words(span) for span in spans if span.value is not None)
        written = ", ".join(dict.fromkeys(told))
        yield Remark(
            rule="LINT-2", text=f"Team assembled: {both}. Written down: {written}. From when does it count?"
        )


def uptime(record: Record) -> Iterator[Remark]:
    """A stated uptime against that of the month, the quarter and the year, if all was down meanwhile (R-MET-1)."""
    down = windows.total(record.windows)
    if down is None or record.points["impact"].day_only:
        return
    for metric in record.incident.facts.get("success_metrics", ()):
        told = _PERCENT.search(metric.get("current") or "")
        if not told or not UPTIME.search(metric["name"]):
            continue
        day = record.day(record.start)
        periods = (
            (f"{day:%B %Y}", calendar.monthrange(day.year, day.month)[1]),
            ("a quarter", 91),
            ("a year", 365),
        )
        computed = ", ".join(f"{share(down, timedelta(days=days))} % of {name}" for name, days in periods)
        text = (
            f"“{metric['name']}” is written down as “{metric['current']}”; computed, if all was down for "
            f"{print_duration(down, long=True)}: {computed}. Of which time is it?"
        )
        yield Remark(rule="LINT-3", text=text)


def quotes(record: Record) -> Iterator[Remark]:
    """A duration in a customer's words: quotes stay word for word, and no number is taken from them."""
    down = windows.total(record.windows)
    for item in record.incident.facts.get("customer_feedback", ()):
        found = _SAID.search(item["text"]) if item["kind"] == "quote" else None
        if found and down is not None:
            computed = print_duration(down, long=True)
            text = f"A customer says {quote(found[0])}; computed: {computed} affected. The quote stays word for word; "
            yield Remark(rule="LINT-3", text=f"{text}no number is taken from it.")
