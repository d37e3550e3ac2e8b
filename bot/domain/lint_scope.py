"""Statements that cannot both be true: “all” beside a share, two values of one measure at one time (LINT-6, LINT-9)."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from bot.domain.draft_record import Record, capital
from bot.domain.lint_rule import Remark
from bot.domain.lint_text import passages, quote
from bot.domain.timeline import Entry, Kind

WHOLE = 100
_SCOPE = re.compile(
    r"\b(?:all|every)\s+(?:\w+\s+)?(?:users?|customers?|requests?|traffic|regions?|transactions?|payments?)\b"
    r"|\b(?:complete|total|full)\s+(?:outage|unavailability|loss|service unavailability)\b"
    r"|\bcompletely\s+(?:down|unavailable)\b|\b(?:everyone|everybody)\b|\boutage\b",
    re.IGNORECASE,
)
_OF_CUSTOMERS = re.compile(r"user|customer|affected|degrad|share", re.IGNORECASE)
_ONE_PERCENT = re.compile(r"(?<![\d.])(\d+(?:\.\d+)?)\s?%")
_MEASURE = re.compile(r"[a-z]+")
_FILLER = frozenset(
    {"the", "at", "is", "of", "to", "and", "in", "info", "warn", "error", "critical", "now", "with"}
)
SAME = 2
"""Two entries that share so many words around their one percentage speak of one measure."""


def scope(record: Record) -> Iterator[Remark]:
    """“All users” or “outage” beside a recorded share that is less than all of them."""
    shares = _shares(record)
    if not shares:
        return
    for passage in passages(record):
        found = _SCOPE.search(passage.text)
        if passage.about in ("summary", "impact") and found:
            text = (
                f"{passage.where} says “{found[0]}” in {quote(passage.text)}; recorded is {shares[0]}. Both stay as "
                "written. What was measured, and of whom?"
            )
            yield Remark(rule="LINT-9", text=text)
            return


def _shares(record: Record) -> list[str]:
    """Recorded shares of users or customers below the whole, as written."""
    facts = record.incident.facts
    known = [
        quote(str(m["text"]) if "%" in str(m["text"]) else f"{m['name']}: {m['text']} %")
        for m in facts.get("impact_metrics", ())
        if m["unit"] == "percent" and _OF_CUSTOMERS.search(m["name"]) and _is_part(m["value"])
    ]
    told = facts.get("affected_customers") or {}
    return known or ([quote(str(told.get("text")))] if _is_part(told.get("percent")) else [])


def _is_part(value: object) -> bool:
    return isinstance(value, int | float) and 0 < value < WHOLE


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """One percentage of one measure at one instant."""

    at: datetime
    words: frozenset[str]
    value: str
    entry: Entry


def readings(record: Record) -> Iterator[Remark]:
    """Two values of one measure in entries of one instant, where both are structured: one measure, one percentage."""
    told: dict[datetime, list[Reading]] = {}
    for entry in record.shown:
        if reading := _reading(record, entry):
            told.setdefault(entry.at, []).append(reading)
    for together in told.values():
        for n, one in enumerate(together):
            for other in together[n + 1 :]:
                if one.value != other.value and len(one.words & other.words) > SAME:
                    yield _differs(record, one, other)


def _differs(record: Record, one: Reading, other: Reading) -> Remark:
    measure = " ".join(word for word in _ordered(one, record) if word in other.words)
    first, second = (f"{each.value} % in {quote(record.said(each.entry))}" for each in (one, other))
    return Remark(rule="LINT-6", text=f"{capital(measure)} at {record.stamp(one.at)}: {first}, {second}.")


def _reading(record: Record, entry: Entry) -> Reading | None:
    said = record.said(entry)
    found = _ONE_PERCENT.findall(said)
    if len(found) != 1 or entry.kind in (Kind.MESSAGE, Kind.IMPACT):
        return None
    words = frozenset(_MEASURE.findall(said.lower())) - _FILLER
    return Reading(at=entry.at, words=words, value=found[0], entry=entry)


def _ordered(reading: Reading, record: Record) -> list[str]:
    return _MEASURE.findall(record.said(reading.entry).lower())
