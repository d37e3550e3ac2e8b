"""Sums and shares: parts against their total, percentages, counts against their titles (LINT-5, LINT-7)."""

import re
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from itertools import combinations
from typing import Any

from bot.domain.draft_record import Record
from bot.domain.lint_rule import Remark

WHOLE = 100
ROUNDING = 1
"""Shares that were rounded may miss the whole by so much."""
MOST_PARTS = 12
"""More parts than that are not tried out in every combination."""
_PERCENT = re.compile(r"(\d+(?:\.\d+)?)\s?%")
_TOTAL = re.compile(r"\b(?:total|sum|overall|altogether)\b", re.IGNORECASE)
_TOP = re.compile(r"\btop[ -](\d+)\b", re.IGNORECASE)
_LISTS = (
    "contributing_factors",
    "fixes",
    "prevention",
    "technical_details",
    "lessons",
    "process",
    "business_impact",
)


def customers(record: Record) -> Iterator[Remark]:
    """Segments and regions against the number of customers, and the measure of impact against the list."""
    told = record.incident.facts.get("affected_customers") or {}
    total = told.get("total")
    for key, name in (("segments", "segment"), ("regions", "region")):
        counts = [part.get("count") for part in told.get(key, ())]
        if total is not None and counts and None not in counts and sum(counts) != total:
            yield _remark(f"Customers by {name}: {_plus(counts)} = {sum(counts):,}; the total is {total:,}.")
        shares = [part.get("percent") for part in told.get(key, ())]
        if len(shares) > 1 and None not in shares and abs(sum(shares) - WHOLE) > ROUNDING:
            yield _remark(f"Shares by {name}: {_plus(shares)} = {sum(shares):,} %, not 100 %.")
    for measure in record.incident.facts.get("impact_metrics", ()):
        other = measure["unit"] == "customers" and total is not None and measure["value"] != total
        if other and isinstance(measure["value"], int | float) and not measure.get("approx"):
            yield _remark(
                f"“{measure['name']}” is {measure['value']:,}; the list of customers says {total:,}."
            )


def business(record: Record) -> Iterator[Remark]:
    """Totals of a group of amounts, computed from their parts, which are named; and a headline that leaves some out."""
    groups: dict[tuple[str, str], list[Mapping[str, Any]]] = {}
    for item in record.incident.facts.get("business_impact", ()):
        if _is_number(item.get("value")):
            groups.setdefault((item["group"], item["unit"]), []).append(item)
    for (name, unit), items in groups.items():
        parts = [item for item in items if not _TOTAL.search(item["name"])]
        sums = sum(item["value"] for item in parts)
        for item in items:
            if item not in parts and len(parts) > 1 and item["value"] != sums:
                text = f"{name}: {_named(parts, unit)} = {_amount(sums, unit)}; “{item['name']}” is "
                yield _remark(f"{text}{_amount(item['value'], unit)}.")
        yield from _headline(record, parts, sums, unit)


def _headline(record: Record, parts: Sequence[Mapping[str, Any]], sums: float, unit: str) -> Iterator[Remark]:
    """A measure of the same unit that is the sum of some of the parts only."""
    for measure in record.incident.facts.get("impact_metrics", ()):
        value = measure["value"]
        if measure["unit"] != unit or not _is_number(value) or len(parts) < 2 or value == sums:  # noqa: PLR2004
            continue
        if some := _some_of(parts, value):
            left_out = _named([item for item in parts if item not in some], unit, ", ")
            text = f"“{measure['name']}” {_amount(value, unit)} is {_named(some, unit)}; it leaves out {left_out}: "
            yield _remark(f"{text}with it {_amount(sums, unit)}.")


def _named(items: Sequence[Mapping[str, Any]], unit: str, between: str = " + ") -> str:
    return between.join(f"{item['name']} {_amount(item['value'], unit)}" for item in items)


def _some_of(parts: Sequence[Mapping[str, Any]], value: float) -> list[Mapping[str, Any]]:
    """The parts, not all of them, that make up *value*; none where no choice does."""
    if len(parts) > MOST_PARTS:
        return []
    for size in range(2, len(parts)):
        for some in combinations(parts, size):
            if sum(Decimal(str(item["value"])) for item in some) == Decimal(str(value)):
                return list(some)
    return []


def feedback(record: Record) -> Iterator[Remark]:
    """Themes of what customers said: shares that go over the whole are of several answers each."""
    themes = [item for item in record.incident.facts.get("customer_feedback", ()) if item["kind"] == "theme"]
    shares = [Decimal(found[1]) for item in themes if (found := _PERCENT.search(item["text"]))]
    if len(shares) > 1 and sum(shares) > WHOLE + ROUNDING:
        yield _remark(
            f"Themes of feedback: {_plus(shares)} = {sum(shares):,} %. Somebody can name several themes: these "
            "shares have no total."
        )


def titles(record: Record) -> Iterator[Remark]:
    """“Top 10” over a list of another length (LINT-7)."""
    facts = record.incident.facts
    groups: dict[str, int] = {}
    for key in _LISTS:
        for item in facts.get(key, ()):
            groups[item["group"]] = groups.get(item["group"], 0) + 1
    named = (facts.get("affected_customers") or {}).get("named", ())
    for item in named:
        if title := item.get("group"):
            groups[title] = groups.get(title, 0) + 1
    for artifact in facts.get("artifacts", ()):
        lines = [line for line in str(artifact.get("content") or "").splitlines() if line.strip()]
        groups.setdefault(artifact["title"] or "", len(lines))
    for title, count in groups.items():
        if (found := _TOP.search(title)) and int(found[1]) != count:
            items = "1 item" if count == 1 else f"{count:,} items"
            yield Remark(rule="LINT-7", text=f"“{title}” lists {items}.")


def _remark(text: str) -> Remark:
    return Remark(rule="LINT-5", text=text)


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _plus(numbers: Sequence[Any]) -> str:
    return " + ".join(f"{number:,}" for number in numbers)


def _amount(value: float, unit: str) -> str:
    return f"${value:,}" if unit == "USD" else f"{value:,} {unit}"
