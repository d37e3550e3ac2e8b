"""What it cost: business impact by group, with sums where the parts are numbers of one unit (LINT-5)."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from bot.domain.draft_facts import Fact, business_lines
from bot.domain.draft_record import Record

_TOTAL = re.compile(r"\b(?:in )?total\b|\bsum\b", re.IGNORECASE)
_CURRENCY = re.compile(r"[A-Z]{3}")
_EFFORT = re.compile(r"(?:person|engineer|staff)[- ](?:hours|days|weeks)", re.IGNORECASE)
_SIGNS = {"USD": "$", "EUR": "€", "GBP": "£", "JPY": "¥"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Costs:
    """One group of business impact."""

    name: str
    items: tuple[Fact, ...]
    """As entered."""
    sums: tuple[str, ...]
    """Computed, each with the names of its parts; a total that somebody wrote stands beside it."""


def business(record: Record) -> tuple[Costs, ...]:
    """Business impact as entered, by its groups."""
    groups: dict[str, list[Mapping[str, Any]]] = {}
    for item in business_lines(record):
        groups.setdefault(item.get("group") or "", []).append(item)
    return tuple(
        Costs(
            name=name,
            items=tuple(Fact(name=item.get("name") or "", value=item["text"]) for item in items),
            sums=_sums(items),
        )
        for name, items in groups.items()
    )


def _sums(items: Sequence[Mapping[str, Any]]) -> tuple[str, ...]:
    """Sums by unit: of money and effort always, of other units only where somebody gave a total of them."""
    by_unit: dict[str, list[Mapping[str, Any]]] = {}
    for item in items:
        if isinstance(item.get("value"), int | float) and item.get("unit"):
            by_unit.setdefault(item["unit"], []).append(item)
    return tuple(told for unit, found in by_unit.items() if (told := _sum(unit, found)))


def _sum(unit: str, items: Sequence[Mapping[str, Any]]) -> str:
    """``Direct Revenue Loss + Potential Churn Risk = $127,000``."""
    totals = [item for item in items if _TOTAL.search(item.get("name") or "")]
    parts = [item for item in items if item not in totals]
    adds_up = bool(totals or _CURRENCY.fullmatch(unit) or _EFFORT.fullmatch(unit))
    if len(parts) < 2 or not adds_up:  # noqa: PLR2004 - one number has no sum
        return ""
    added = sum((Decimal(str(part["value"])) for part in parts), Decimal())
    told = f"{' + '.join(str(part['name']) for part in parts)} = {print_amount(added, unit)}"
    others = [total for total in totals if Decimal(str(total["value"])) != added]
    return told + "".join(f"; “{total['name']}” is written down as “{total['text']}”" for total in others)


def print_amount(amount: Decimal, unit: str) -> str:
    """``$150,000``, ``EUR 1,000``, ``168 person-hours``."""
    number = f"{amount:,}"
    if unit in _SIGNS:
        return f"{_SIGNS[unit]}{number}"
    return f"{unit} {number}" if _CURRENCY.fullmatch(unit) else f"{number} {unit}"
