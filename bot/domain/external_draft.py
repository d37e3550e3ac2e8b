"""A draft for customers: a value of its own that has fields for what may leave, and for nothing else.

Rule 9 of the layout: it is built from allowed fields, never by deleting from the internal draft. Allowed are title,
reference, organisation, window and zone, durations of the impact, affected services with how each was affected, data
loss, and the updates for customers as they were sent; of a customer escalation also its id, the customer, the status,
the dates on which it was created and resolved, and the issue, which is the customer's own. Every free text passes a
gate besides (``bot.domain.outward``). The words of the document never say *outage* (BL-5).
"""

import hashlib
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.domain import (
    draft_contacts,
    draft_facts,
    draft_milestones,
    external,
    lint_stated,
    metrics,
    postmortem,
    windows,
)
from bot.domain.draft_facts import Fact
from bot.domain.draft_record import NOT_RECORDED, Record, print_date, read_record
from bot.domain.incident import Incident
from bot.domain.mrkdwn import NOBODY, Names, plain
from bot.domain.outward import Gate
from bot.domain.points import Span
from bot.domain.policy import Policy
from bot.domain.replay_import import names_of
from bot.domain.timeline import Entry
from bot.domain.times import H24, print_duration

_DURATIONS = {
    "mitigated": "Impact contained after",
    "restored": "Service restored after",
    "first_resolved": "First resolved after",
    "resolved": "Resolved after",
    "closed": "Closed after",
}
"""Spans that customers may read, by their keys: what lies between them inside is nobody else's business."""
_MINUTE = timedelta(minutes=1)
_PUBLIC = re.compile(r"\bstatus\b|\bpublic\b|\bweb ?site\b|\bannouncements?\b", re.IGNORECASE)
"""Channels of an imported update that all customers read; a mail or a call reached some of them only."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """One update as customers read it, word for word."""

    clock: str
    phase: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Escalated:
    """What the customer of an escalation may read besides: all of it is theirs, or about them."""

    written: str
    customer: str
    status: str
    created: str
    resolved: str
    elapsed: str
    issue: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ExternalDraft:
    """A draft for customers. All text is plain; a format escapes it."""

    title: str
    ref: str
    organisation: str
    window: str
    durations: tuple[Fact, ...]
    services: tuple[Fact, ...]
    """Name, and how it was affected."""
    data_loss: str
    updates: tuple[Told, ...]
    escalated: Escalated | None
    """None: it is no customer escalation."""
    prompts: tuple[str, ...]
    """What is still to be written, a question each; none names anything that the record holds."""
    made: str
    """The date of the record's last change."""
    content: str
    """Twelve signs of a hash of all the rest, which tells two drafts apart and nothing about the record."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Built:
    """A draft for customers, and what the team's own people should know before it leaves."""

    draft: ExternalDraft
    remarks: tuple[str, ...]


def build(
    incident: Incident, entries: Sequence[Entry], *, policy: Policy, names: Names, clock: str = H24
) -> Built:
    """The draft for customers of *incident*; *entries* in the order of ``at``, *clock* H24 or H12."""
    record = read_record(incident, entries, policy=policy, names=names_of(incident, names), clock=clock)
    gate = Gate(record=record)
    made = ExternalDraft(
        title=_title(record, gate),
        ref=incident.ref,
        organisation=gate.out("The organisation", _organisation(record), is_plain=True),
        window=postmortem.window(record),
        durations=(*_windows(record), *_durations(record)),
        services=tuple(_services(record, gate)),
        data_loss=_data_loss(record, gate),
        updates=tuple(_updates(record, gate)),
        escalated=_escalated(record, gate) if incident.customer else None,
        prompts=(),
        made=_date(record, postmortem.as_of(incident, entries)),
        content="",
    )
    made = replace(made, prompts=tuple(_prompts(made)))
    made = replace(made, content=hashlib.sha256(repr(made).encode("utf-8", "replace")).hexdigest()[:12])
    return Built(draft=made, remarks=tuple(f"{remark}." for remark in (*gate.kept, *_remarks(record, made))))


def _organisation(record: Record) -> str:
    return record.incident.header.get("organisation") or record.policy.organisation


def _title(record: Record, gate: Gate) -> str:
    """As recorded; where there is none that may leave, the date says which one is meant."""
    own = gate.out("The title", record.incident.title) if record.has_title else ""
    return own or f"Service disruption of {print_date(record.day(record.start))}"


def _date(record: Record, at: datetime) -> str:
    """The date alone: at which minute somebody last wrote inside is not for outside."""
    return str(record.day(at))


# Window, durations, services


def _durations(record: Record) -> Iterator[Fact]:
    for span in record.spans:
        if span.key in _DURATIONS and span.value is not None and not span.end.source.startswith("taken"):
            yield Fact(
                name=_DURATIONS[span.key], value=_length(span), note=_ends(record, span.start.at, span.end.at)
            )


def _windows(record: Record) -> Iterator[Fact]:
    """When customers were affected, where that was more than once, and how long in all."""
    spent = windows.total(record.windows)
    if len(record.windows) > 1 and spent is not None:
        times = (_ends(record, window.start.at, window.end.at) for window in record.windows)
        yield Fact(name="Affected in all", value=print_duration(spent, long=True), note="; ".join(times))


def _length(span: Span) -> str:
    length = print_duration(span.value, long=True) if span.value is not None else NOT_RECORDED
    return length if span.is_timed else f"about {length}" if span.value else "less than a day"


def _ends(record: Record, *ends: datetime | None) -> str:
    """``09:23:15 to 11:20:15``."""
    return " to ".join(record.stamp(at) for at in ends if at)


def _services(record: Record, gate: Gate) -> Iterator[Fact]:
    """Each service with how it was affected, which is recorded of it, and what customers noticed of it."""
    told = {
        str(s["name"]): str(s.get("impact") or "") for s in record.incident.facts.get("affected_services", ())
    }
    for name in dict.fromkeys([*(record.read(each) for each in record.incident.services), *told]):
        shown = gate.out(f"The service “{name}”", name, is_plain=True)
        if shown:
            impact = gate.out(f"How “{name}” was affected", told.get(name, ""), is_plain=True)
            yield Fact(name=shown, value=impact)


def _data_loss(record: Record, gate: Gate) -> str:
    told = next((fact for fact in draft_facts.impact(record) if "data loss" in fact.name.lower()), None)
    return gate.out("Data loss", told.value, is_plain=True) if told else ""


# Updates as they were sent


def _updates(record: Record, gate: Gate) -> Iterator[Told]:
    """What customers read, word for word: not what people wrote about it, and not what went to some of them."""
    for entry in metrics.externals(record.entries):
        clock = record.stamp(entry.at, entry.precision)
        if metrics.is_kept(entry) and _is_public(entry):
            text = gate.out(f"The update of {clock}", plain(entry.text, NOBODY), is_plain=True)
            phase = str(entry.data.get("comm", {}).get("phase") or entry.data.get("phase") or "")
            if text:
                said = text.lower().startswith(phase.lower())
                yield Told(clock=clock, phase="" if said else phase, text=text)


def _is_public(entry: Entry) -> bool:
    """Whether all customers could read it: published by the bot, or in a channel that says so."""
    channel = entry.data.get("comm", {}).get("channel") or ""
    return entry.data.get("change") == "update" or bool(_PUBLIC.search(channel))


# A customer escalation


def _escalated(record: Record, gate: Gate) -> Escalated:
    created, resolved = draft_milestones.created_at(record), record.points["resolved"]
    status = record.incident.header.get("status") or record.incident.status.value
    return Escalated(
        written=gate.out("The id", draft_contacts.written_id(record), is_plain=True),
        customer=gate.out("The customer's name", record.incident.customer),
        status=gate.out("The status", str(status), is_plain=True).capitalize(),
        created=draft_milestones.moment(record, created),
        resolved=draft_milestones.moment(record, resolved),
        elapsed=draft_milestones.elapsed(record, created, resolved),
        issue=gate.out("The description of the issue", record.incident.summary),
    )


# What is left to people


def _prompts(made: ExternalDraft) -> Iterator[str]:
    if made.escalated is None or not made.escalated.issue:
        yield "What happened, in two or three sentences that a customer understands?"
    if not made.services:
        yield "Which services were affected, and what could customers not do?"
    if not made.data_loss:
        yield "Was any data lost or changed? Who confirmed it?"
    yield "What is done so that it does not happen again?"


def _remarks(record: Record, made: ExternalDraft) -> Iterator[str]:
    """What is to be checked by people, and is no business of the document."""
    if record.points["impact"].source.startswith("estimated"):
        yield "The start of the impact is an estimate, and all durations count from it"
    if any(span.is_negative for span in record.spans if span.key in _DURATIONS):
        yield "Some of its times contradict each other: these durations are left out"
    if made.data_loss:
        yield f"Data loss is told as “{made.data_loss}”: somebody has to confirm that first"
    yield from _longer(record, made)
    texts = [made.title, *(fact.value for fact in made.services)]
    if not external.is_total(record.incident) and any(external.says_outage(text) for text in texts):
        yield (
            "It says “outage”, as recorded, and no total loss is recorded: for customers a milder word may be right "
            "(BL-5)"
        )


def _longer(record: Record, made: ExternalDraft) -> Iterator[str]:
    """Services that are said to have been affected for longer than all of it lasted: customers read both figures."""
    spent = windows.total(record.windows)
    if spent is None:
        return
    found = [
        fact
        for fact in made.services
        if max(lint_stated.lengths(fact.value), default=spent) - spent >= _MINUTE
    ]
    if found:
        names = ", ".join(fact.name for fact in found)
        yield (
            f"Of {names} a longer time is written (“{found[0].value}”) than the {print_duration(spent, long=True)} "
            "that customers were affected by these times"
        )
