"""The recorded facts of a draft: impact, where entered."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from bot.domain import windows
from bot.domain.draft_record import NOT_RECORDED, Record
from bot.domain.impact import LEVEL, MEASURES
from bot.domain.refusal import UnknownDuration
from bot.domain.times import parse_duration, print_duration

DURATION = "duration"


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """A named value; the note says what is to be known about it."""

    name: str
    value: str
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Facts under a heading of their own."""

    name: str
    items: tuple[str, ...]


def impact(record: Record) -> tuple[Fact, ...]:
    """The measures as typed, the computed duration among them (rules 2 and 4)."""
    measures = [m for m in record.incident.facts.get("impact_metrics", ()) if m["unit"] != windows.WINDOW]
    facts = [_measure(measure) for measure in measures if measure["unit"] != DURATION]
    at = next((n for n, measure in enumerate(measures) if measure["unit"] == DURATION), len(facts))
    customers = (record.incident.facts.get("affected_customers") or {}).get("text")
    if customers and all(fact.value != customers for fact in facts):
        facts.append(Fact(name="Customers", value=customers))
    return (*facts[:at], _duration(record), *facts[at:])


def has_numbers(record: Record) -> bool:
    """Whether any measure of impact is recorded; when it was is none."""
    measures = record.incident.facts.get("impact_metrics", ())
    return any(measure["unit"] != windows.WINDOW for measure in measures)


def level(record: Record) -> str:
    """How hard it hit customers, in a word, as entered or as the record states it; "" where neither does."""
    name = MEASURES[LEVEL].name
    entered = [
        measure["text"]
        for measure in record.incident.facts.get("impact_metrics", ())
        if measure["name"] == name
    ]
    return next(iter(entered), "") or record.incident.header.get("stated", {}).get("customer_impact") or ""


def headline(record: Record) -> list[Fact]:
    """The numbers for the first screen: without the duration, and with one count of customers only."""
    measures = record.incident.facts.get("impact_metrics", ())
    counted = any(measure["unit"] == "customers" for measure in measures)
    left_out = {"Duration", "Customers"} if counted else {"Duration"}
    return [fact for fact in impact(record) if fact.name not in left_out]


def told(fact: Fact, name: str) -> str:
    """``affected users: 52,000``; words that say their own name, and end their own sentence, do so once."""
    value = fact.value.strip().removesuffix(".")
    named = set(name.lower().split()) <= set(re.findall(r"\w+", value.lower()))
    return value if named else f"{name}: {value}"


def _measure(measure: Mapping[str, Any]) -> Fact:
    text = str(measure["text"])
    percent = measure["unit"] == "percent" and "%" not in text
    return Fact(name=measure["name"], value=f"{text} %" if percent else text)


def _duration(record: Record) -> Fact:
    span = windows.total(record.windows)
    measures = record.incident.facts.get("impact_metrics", ())
    written = [(m["name"], m["text"]) for m in measures if m["unit"] == DURATION]
    computed = print_duration(span, long=True) if span is not None else NOT_RECORDED
    if span is not None and any(each.start.day_only or each.end.day_only for each in record.windows):
        computed = f"about {computed}" if span else "less than a day"
    others = [told for told in written if same_duration(told[1], span) is not True or told[0] != "Duration"]
    ends = (record.windows[0].start.name, record.windows[-1].end.name)
    note = " to ".join(ends) if span is not None else ""
    note += f", the sum of {len(record.windows)} windows" if note and len(record.windows) > 1 else ""
    note += "".join(f"; written down as “{name}: {text}”" for name, text in others)
    return Fact(name="Duration", value=computed, note=note)


def same_duration(written: str, span: timedelta | None) -> bool | None:
    """Whether a duration in words is *span*, as exactly as it was written; None where it is no duration."""
    try:
        read = parse_duration(written)
    except UnknownDuration:
        return None
    if span is None:
        return False
    exact = timedelta(seconds=1) if read % timedelta(minutes=1) else timedelta(minutes=1)
    return timedelta() <= span - read < exact


def impact_groups(record: Record) -> tuple[Group, ...]:
    """Affected services, customers and regions, business impact: only what somebody entered."""
    facts = record.incident.facts
    customers = facts.get("affected_customers", {})
    services = [_service(service) for service in facts.get("affected_services", ())]
    services = services or [record.read(name) for name in record.incident.services]
    groups = [Group(name="Affected services", items=tuple(services))]
    for key, name in (("segments", "Customers by segment"), ("regions", "Customers by region")):
        items = tuple(dict.fromkeys(part(each) for each in customers.get(key, ())))
        groups.append(Group(name=name, items=items))
    groups += grouped(business_lines(record))
    return tuple(group for group in groups if group.items)


def business_lines(record: Record) -> list[Mapping[str, Any]]:
    """Business impact as entered; a line that the agreements hold word for word stands there only, below their note."""
    facts = record.incident.facts
    agreements = {str(item["text"]).strip() for item in facts.get("sla", ())}
    told = facts.get("business_impact", ())
    return [item for item in told if f"{item.get('name') or ''}: {item['text']}" not in agreements]


def details(record: Record) -> tuple[Group, ...]:
    """Technical details and fixes as entered."""
    facts = record.incident.facts
    return (*grouped(facts.get("technical_details", ())), *grouped(facts.get("fixes", ())))


def part(told: Mapping[str, Any]) -> str:
    """A share of the customers; its name alone is not written twice."""
    named = str(told["name"]).lower() in str(told["text"]).lower()
    return str(told["text"]) if named else f"{told['name']}: {told['text']}"


def _service(service: Mapping[str, Any]) -> str:
    return f"{service['name']}: {service['impact']}" if service.get("impact") else str(service["name"])


def grouped(items: Any) -> list[Group]:
    """Items with a group, in the order of their groups."""
    groups: dict[str, list[str]] = {}
    for item in items:
        name = item.get("name")
        groups.setdefault(item["group"], []).append(f"{name}: {item['text']}" if name else item["text"])
    return [Group(name=name, items=tuple(texts)) for name, texts in groups.items()]
