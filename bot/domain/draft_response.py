"""How the response went: spans, cadence, decisions, hand-offs, who took part, what was sent. All of it computed."""

from collections import Counter
from datetime import datetime, timedelta
from typing import Any

from bot.domain import draft_pace, metrics, pace
from bot.domain.draft_facts import Fact
from bot.domain.draft_record import NOT_RECORDED, Record, capital
from bot.domain.incident import LONG_PACE
from bot.domain.replay_import import BOT
from bot.domain.timeline import Entry, Kind, Precision
from bot.domain.times import print_duration


def decisions(record: Record) -> tuple[str, ...]:
    """Decision points, each with how long the action before it had been under way (AD-4)."""
    points: list[str] = []
    action: Entry | None = None
    for entry in record.shown:
        if entry.kind in (Kind.DECISION, Kind.HYPOTHESIS):
            points.append(record.cite(entry) + (_after(record, action, entry) if action else ""))
        elif entry.kind is Kind.ACTION:
            action = None if entry.precision is Precision.DAY else entry
    return tuple(points)


def _after(record: Record, action: Entry, decision: Entry) -> str:
    if decision.precision is Precision.DAY or decision.at <= action.at:
        return ""
    span = print_duration(decision.at - action.at, long=True)
    return f", {span} after the action of {record.stamp(action.at, action.precision)}"


def handoffs(record: Record) -> tuple[str, ...]:
    """Who handed which role to whom, and when."""
    told = [entry for entry in record.entries if entry.data.get("change") == "role"]
    passed = [entry for entry in told if all(entry.data.get(key) for key in ("role", "from", "to"))]
    return tuple(
        f"{record.stamp(entry.at)}: {record.policy.roles[entry.data['role']].label}, from "
        f"{record.name(entry.data['from']) or NOT_RECORDED} to {record.name(entry.data['to']) or NOT_RECORDED}"
        for entry in passed
        if entry.data["role"] in record.policy.roles
    )


def people(record: Record) -> tuple[Fact, ...]:
    """Who took part: everybody with a role, and all who wrote, with what they did for the record; no bots."""
    wrote = Counter(entry.author for entry in record.entries if entry.author and not entry.author_name)
    header = record.incident.header.get("people", [])
    told = [person["id"] for person in header if person["role"] != BOT]
    held = {"commander": record.incident.commander, **record.incident.roles}
    in_roles = [held[key] for key in record.policy.roles if key in held]
    ids = dict.fromkeys([*in_roles, *held.values(), *told, *wrote])
    there = draft_pace.presence(record)
    return tuple(
        _person(record, who, wrote[who], draft_pace.hours_of(there.get(who), record))
        for who in ids
        if who and (wrote[who] or record.roles(who))
    )


def _person(record: Record, person: str, count: int, hours: str) -> Fact:
    entries = f"{count:,} entries" if count != 1 else "1 entry"
    name, roles = record.name(person), ", ".join(record.roles(person))
    note = ", ".join(part for part in (entries if count else "", hours) if part)
    if not name:
        return Fact(name=capital(roles) or "Somebody", value=f"name {NOT_RECORDED}", note=note)
    return Fact(name=name, value=roles or f"role {NOT_RECORDED}", note=note)


def response(record: Record) -> tuple[Fact, ...]:
    """How the response kept its own rules: update cadence, longest silence, time in each severity."""
    until = record.end or max((entry.at for entry in record.entries), default=record.start)
    kept = pace.cadence(record.incident, record.entries, policy=record.policy)
    wanted = f"wanted: one every {record.severity.cadence}{_slower(record)}"
    on_time = f"{kept.on_time} of {kept.wanted}" if kept else _without_due_times(record)
    hours = draft_pace.person_hours(record)
    silence = pace.longest(pace.silences(_shown_between(record, until)))
    spent = pace.time_in_severity(record.incident, record.entries, until)
    facts = [
        Fact(name="Status updates on time", value=on_time, note=wanted),
        *([_stretch(record, "Longest time without a status update", kept.longest)] if kept else []),
        _stretch(record, "Longest time without an entry in the timeline", silence),
        *(_in_severity(record, level, span) for level, span in spent.items() if record.has_severity),
        *_paused(record, until),
        *([Fact(name="Person-hours, estimated", value=hours)] if hours else []),
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
    told = draft_pace.kept(record)
    if told:
        return f"{told.on_time} of {told.wanted} at that pace; when they were due is {NOT_RECORDED}"
    kinds = (Kind.COMMS_INTERNAL, Kind.COMMS_EXTERNAL)
    if any(entry.kind in kinds or entry.data.get("change") == "update" for entry in record.entries):
        return f"{NOT_RECORDED}: the record holds updates, but not when they were due"
    return "none recorded"


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
