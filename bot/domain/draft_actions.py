"""Action items: what will be changed, by whom, until when, at what cost; what is missing is said (question 19)."""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from bot.domain import draft_items
from bot.domain.draft_facts import Fact
from bot.domain.draft_record import Record, print_date
from bot.domain.draft_written import lacks
from bot.domain.followup import Budget
from bot.domain.followup_items import budget_in
from bot.domain.followup_money import print_budget
from bot.domain.months import months_later

_WITHIN = re.compile(r"(?P<n>\d{1,4})[ -]?(?P<unit>day|week|month|year)s?\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One action item."""

    number: int
    title: str
    status: str
    facts: tuple[Fact, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Horizon:
    """The items of one horizon and one priority, in their order."""

    name: str
    """"" where the one before had the same, or nobody gave any."""
    priority: str
    items: tuple[Item, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """All action items."""

    count: str
    """``11 action items: 10 open, 1 done``; "" where there are none."""
    budget: str
    """The budgets added up, each unit for itself; "" where fewer than two are numbers."""
    horizons: tuple[Horizon, ...]


def plan(record: Record) -> Plan:
    """The action items as entered, numbered as they were, by horizon and priority."""
    told = draft_items.items(record)
    groups: dict[tuple[str, str], list[Item]] = {}
    for item in told:
        key = (item.get("horizon") or "", item.get("priority") or "")
        groups.setdefault(key, []).append(_item(record, item))
    horizons, before = [], ""
    for (name, priority), items in groups.items():
        horizons.append(Horizon(name=name if name != before else "", priority=priority, items=tuple(items)))
        before = name
    return Plan(count=_count(told), budget=_budget(told), horizons=tuple(horizons))


def _count(told: Sequence[Mapping[str, Any]]) -> str:
    stands = Counter(item["stands"] for item in told)
    parts = ", ".join(f"{n:,} {status}" for status, n in stands.items())
    return f"{_counted(len(told), 'action item')}: {parts}." if told else ""


def _budget(told: Sequence[Mapping[str, Any]]) -> str:
    """``$23,000/month (3 items), $275,000 (7 items), 4 engineer-weeks (1 item)``: units are never mixed."""
    sums: dict[str, Decimal] = {}
    items: Counter[str] = Counter()
    for budget in (budget_in(item.get("budget")) for item in told):
        if budget is not None:
            sums[budget.unit] = sums.get(budget.unit, Decimal()) + budget.amount
            items[budget.unit] += 1
    if items.total() < 2:  # noqa: PLR2004 - one number has no sum
        return ""
    added = (Budget(amount=amount, unit=unit) for unit, amount in sums.items())
    return ", ".join(f"{print_budget(each)} ({_counted(items[each.unit], 'item')})" for each in added)


def _item(record: Record, item: Mapping[str, Any]) -> Item:
    """Owner, date and how to tell that it is done are said to be missing; the rest stands where it was given."""
    action = item.get("action") or ""
    given = [
        ("Owner", item["contact"], ""),
        ("Due", *_due(record, item)),
        ("Action", action if action != item["title"] else "", ""),
        ("Budget", item.get("budget") or "", item["costs"]),
        ("Changes asked for", item["asked"], ""),
        ("Dependencies", item.get("dependencies") or "", ""),
        ("Done when", item.get("success_criteria") or "", ""),
        ("Result", item["result"], ""),
        ("Not recorded", lacks(item), ""),
    ]
    facts = tuple(Fact(name=name, value=value, note=note) for name, value, note in given if value)
    return Item(number=item["n"], title=item["title"], status=item["state"], facts=facts)


def _counted(count: int, what: str) -> str:
    return f"{count:,} {what}" if count == 1 else f"{count:,} {what}s"


def _due(record: Record, item: Mapping[str, Any]) -> tuple[str, str]:
    """The date as written, and how many days after the incident that is; whether it lies outside of its horizon."""
    if not item.get("due"):
        return item.get("due_written") or "", ""
    day, start = date.fromisoformat(item["due"]), record.day(record.start)
    days = (day - start).days
    note = f"{_counted(abs(days), 'day')} {'after' if days >= 0 else 'before'} the incident"
    last = _last_day(item.get("horizon") or "", start)
    late = f", later than “{item['horizon']}” says" if last and day > last else ""
    told = "; ".join(part for part in (item["note"], note + late) if part)
    return item.get("due_written") or print_date(day), told


def _last_day(horizon: str, start: date) -> date | None:
    """The day that a horizon such as "Next 30 Days" ends on; None where it names no length of days or more."""
    match = _WITHIN.search(horizon)
    if match is None:
        return None
    count, unit = int(match["n"]), match["unit"].lower()
    if unit in ("month", "year"):
        with suppress(ValueError):  # later than any date
            return months_later(start, count * (12 if unit == "year" else 1))
        return None
    return start + timedelta(days=count * (7 if unit == "week" else 1))
