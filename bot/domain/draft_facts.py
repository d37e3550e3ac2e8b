"""The recorded facts of a draft: impact, people, updates, plans and lessons, where entered."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from bot.domain import metrics, pace
from bot.domain.draft_record import NOT_RECORDED, Record, capital
from bot.domain.incident import LONG_PACE
from bot.domain.refusal import UnknownDuration
from bot.domain.replay_import import BOT
from bot.domain.timeline import Entry, Kind
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """One update as it was sent, word for word."""

    clock: str
    since_start: str
    audience: str
    phase: str
    channel: str
    text: str


def impact(record: Record) -> tuple[Fact, ...]:
    """The measures as typed, the computed duration among them (rules 2 and 4)."""
    measures = record.incident.facts.get("impact_metrics", ())
    facts = [_measure(measure) for measure in measures if measure["unit"] != DURATION]
    at = next((n for n, measure in enumerate(measures) if measure["unit"] == DURATION), len(facts))
    customers = (record.incident.facts.get("affected_customers") or {}).get("text")
    if customers and all(fact.value != customers for fact in facts):
        facts.append(Fact(name="Customers", value=customers))
    return (*facts[:at], _duration(record), *facts[at:])


def headline(record: Record) -> list[Fact]:
    """The numbers for the first screen: without the duration, and with one count of customers only."""
    measures = record.incident.facts.get("impact_metrics", ())
    counted = any(measure["unit"] == "customers" for measure in measures)
    left_out = {"Duration", "Customers"} if counted else {"Duration"}
    return [fact for fact in impact(record) if fact.name not in left_out]


def _measure(measure: Mapping[str, Any]) -> Fact:
    text = str(measure["text"])
    percent = measure["unit"] == "percent" and "%" not in text
    return Fact(name=measure["name"], value=f"{text} %" if percent else text)


def _duration(record: Record) -> Fact:
    span = metrics.impact_duration(record.points)
    written = [m["text"] for m in record.incident.facts.get("impact_metrics", ()) if m["unit"] == DURATION]
    computed = print_duration(span.value, long=True) if span.value is not None else NOT_RECORDED
    others = [text for text in written if same_duration(text, span.value) is False]
    note = f"{span.start.name} to {span.end.name}" if span.value is not None else ""
    note += "".join(f"; written down as “{text}”" for text in others)
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
        items = tuple(_part(part) for part in customers.get(key, ()))
        groups.append(Group(name=name, items=items))
    groups += _grouped(facts.get("business_impact", ()))
    return tuple(group for group in groups if group.items)


def details(record: Record) -> tuple[Group, ...]:
    """Technical details and fixes as entered."""
    facts = record.incident.facts
    return (*_grouped(facts.get("technical_details", ())), *_grouped(facts.get("fixes", ())))


def _part(part: Mapping[str, Any]) -> str:
    """A share of the customers; its name alone is not written twice."""
    named = str(part["name"]).lower() in str(part["text"]).lower()
    return str(part["text"]) if named else f"{part['name']}: {part['text']}"


def _service(service: Mapping[str, Any]) -> str:
    return f"{service['name']}: {service['impact']}" if service.get("impact") else str(service["name"])


def _grouped(items: Any) -> list[Group]:
    groups: dict[str, list[str]] = {}
    for item in items:
        name = item.get("name")
        groups.setdefault(item["group"], []).append(f"{name}: {item['text']}" if name else item["text"])
    return [Group(name=name, items=tuple(texts)) for name, texts in groups.items()]


def people(record: Record) -> tuple[Fact, ...]:
    """Who took part: everybody with a role, and all who wrote, with what they did for the record; no bots."""
    wrote = Counter(entry.author for entry in record.entries if entry.author and not entry.author_name)
    header = record.incident.header.get("people", [])
    told = [person["id"] for person in header if person["role"] != BOT]
    held = {"commander": record.incident.commander, **record.incident.roles}
    in_roles = [held[key] for key in record.policy.roles if key in held]
    ids = dict.fromkeys([*in_roles, *held.values(), *told, *wrote])
    return tuple(_person(record, who, wrote[who]) for who in ids if who and (wrote[who] or record.roles(who)))


def _person(record: Record, person: str, count: int) -> Fact:
    entries = f"{count:,} entries" if count != 1 else "1 entry"
    name, roles = record.name(person), ", ".join(record.roles(person))
    if not name:
        return Fact(
            name=capital(roles) or "Somebody", value=f"name {NOT_RECORDED}", note=entries if count else ""
        )
    return Fact(name=name, value=roles or f"role {NOT_RECORDED}", note=entries if count else "")


def updates(record: Record) -> tuple[Sent, ...]:
    """The status updates and messages to customers, word for word, in order."""
    kinds = (Kind.COMMS_INTERNAL, Kind.COMMS_EXTERNAL)
    sent = [e for e in record.entries if e.kind in kinds or e.data.get("change") == "update"]
    return tuple(_sent(record, entry) for entry in sent)


def _sent(record: Record, entry: Entry) -> Sent:
    comm = entry.data.get("comm", {})
    outside = entry.kind is Kind.COMMS_EXTERNAL
    return Sent(
        clock=record.stamp(entry.at, entry.precision),
        since_start=record.since_start(entry.at),
        audience="external" if outside else entry.data.get("audience", "internal"),
        phase=comm.get("phase") or entry.data.get("phase") or "",
        channel=comm.get("channel") or "",
        text=record.said(entry),
    )


def actions(record: Record) -> tuple[Fact, ...]:
    """Follow-ups as entered: what, and who by when; what is missing is said."""
    return tuple(_action(item) for item in record.incident.facts.get("action_items", ()))


def _action(item: Mapping[str, Any]) -> Fact:
    owner = item.get("owner") or f"owner {NOT_RECORDED}"
    due = f"due {item['due']}" if item.get("due") else f"due date {NOT_RECORDED}"
    status = {"done": "done", "open": "open"}.get(item.get("status", ""), f"status {NOT_RECORDED}")
    check = item.get("success_criteria") or "how to tell that it is done: not recorded"
    does = item.get("action") or ""
    name = f"{item['title']}: {does}" if does not in ("", item["title"]) else item["title"]
    return Fact(name=name, value=f"{status}, {owner}, {due}", note=check)


def lessons(record: Record) -> tuple[Group, ...]:
    """Lessons as entered, by their groups."""
    groups: dict[str, list[str]] = {}
    for lesson in record.incident.facts.get("lessons", ()):
        title = f"{lesson['title']}: " if lesson.get("title") else ""
        groups.setdefault(lesson["group"], []).append(title + lesson["text"])
    return tuple(Group(name=name, items=tuple(texts)) for name, texts in groups.items())


def factors(record: Record) -> tuple[Group, ...]:
    """Contributing factors as entered."""
    return tuple(_grouped(record.incident.facts.get("contributing_factors", ())))


def chain(record: Record) -> tuple[Group, ...]:
    """The chain of causes as entered: what each link was, and its details."""
    told = record.incident.facts.get("root_cause", {}).get("chain", ())
    return tuple(Group(name=link["title"], items=tuple(map(str, link.get("details", ())))) for link in told)


def prevention(record: Record) -> tuple[Group, ...]:
    """What is to prevent it for good, as entered, by its groups."""
    return tuple(_grouped(record.incident.facts.get("prevention", ())))


def conclusion(record: Record) -> tuple[str, ...]:
    """What people wrote as their conclusion."""
    told = record.incident.facts.get("process", ())
    return tuple(item["text"] for item in told if item.get("group") == "Conclusion")


def response(record: Record) -> tuple[Fact, ...]:
    """How the response kept its own rules: update cadence, longest silence, time in each severity."""
    until = record.end or max((entry.at for entry in record.entries), default=record.start)
    kept = pace.cadence(record.incident, record.entries, policy=record.policy)
    wanted = f"wanted: one every {record.severity.cadence}{_slower(record)}"
    on_time = f"{kept.on_time} of {kept.wanted}" if kept else _without_due_times(record)
    silence = pace.longest(pace.silences(_shown_between(record, until)))
    spent = pace.time_in_severity(record.incident, record.entries, until)
    facts = [
        Fact(name="Status updates on time", value=on_time, note=wanted),
        *([_stretch(record, "Longest time without a status update", kept.longest)] if kept else []),
        _stretch(record, "Longest time without an entry in the timeline", silence),
        *(_in_severity(record, level, span) for level, span in spent.items()),
        *_paused(record, until),
    ]
    outside = pace.silences(entry.at for entry in _sent_outside(record))
    if outside:
        facts.append(_stretch(record, "Longest time between external updates", pace.longest(outside)))
    return tuple(facts)


def _slower(record: Record) -> str:
    """The pace that people chose when it took long (DR-3); out of the entries, so that an export keeps it."""
    chosen = any(e.data.get("change") == "long" and e.data.get("on") for e in record.entries)
    every = print_duration(record.severity.update_every * LONG_PACE)
    return f", later one every {every}" if chosen else ""


def _paused(record: Record, until: datetime) -> list[Fact]:
    """How long reminders rested: reported apart, and in none of the above (MD-2)."""
    span = pace.paused(record.entries, until)
    note = "no update was wanted meanwhile"
    return [Fact(name="Reminders paused", value=print_duration(span, long=True), note=note)] if span else []


def _sent_outside(record: Record) -> list[Entry]:
    found = metrics.externals(record.entries)
    return [entry for entry in found if metrics.is_kept(entry)] or found


def _without_due_times(record: Record) -> str:
    return (
        f"{NOT_RECORDED}: the record holds updates, but not when they were due"
        if updates(record)
        else "none recorded"
    )


def _shown_between(record: Record, until: Any) -> list[Any]:
    times = [entry.at for entry in record.shown if record.start <= entry.at <= until]
    return [record.start, *times, until] if until >= record.start else []


def _stretch(record: Record, name: str, stretch: pace.Interval | None) -> Fact:
    if stretch is None:
        return Fact(name=name, value=NOT_RECORDED)
    ends = f"{record.stamp(stretch.start)} to {record.stamp(stretch.end)}"
    return Fact(name=name, value=print_duration(stretch.length, long=True), note=ends)


def _in_severity(record: Record, level: str, span: timedelta) -> Fact:
    severity = record.policy.severities.get(level)
    name = severity.written if severity else level
    return Fact(name=f"Time as {name}", value=print_duration(span, long=True), note="from the declaration on")
