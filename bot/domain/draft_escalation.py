"""A customer escalation as its document shows it: milestones, causes apart from effects, plan against done."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bot.domain import draft_facts, draft_written
from bot.domain.draft_contacts import contact, customer_of, engineer, level, written_id
from bot.domain.draft_facts import Fact, Group
from bot.domain.draft_milestones import milestones
from bot.domain.draft_plan import Stage, counted, lacking, next_steps, stages, unfinished
from bot.domain.draft_record import NOT_RECORDED, Record, capital
from bot.domain.drafting import is_unverified
from bot.domain.incident import Status
from bot.domain.timeline import Entry, Kind

SUMMARY = "Customer Escalation Summary"
"""What the document of a customer escalation is called."""
FROM_CREATION = ". Hours and days count from the creation"
NEXT_STEPS, CURRENT_STATUS, TECHNICAL, RESOLUTION, IMPACT = (
    "Next Steps", "Current Status", "Technical Details", "Resolution Summary", "Impact Assessment",
)  # fmt: skip
"""Groups of facts that have a section of their own here."""
_EFFECT = re.compile(r"\W*(?:impacts?|effects?|consequences?|symptoms?)\b", re.IGNORECASE)
"""How the heading of a group begins that tells what the causes led to."""
_FELT = re.compile(
    r"\b(?:affected|impact\w*|customers?|users?|accounts?|tickets?|revenue|data loss|requests?|transactions?|orders?"
    r"|payments?|degrad\w+|downtime|duration)\b(?<!affected regions)",
    re.IGNORECASE,
)
"""Names of measures that tell what customers felt; all others are technical."""
_REGIONS = "affected regions"
_NORMAL = re.compile(
    r"(?P<about>[~≈]?)(?P<value>\d[\d,.]*)(?P<unit>\ ?(?:[^\W\d]+|%))(?P<more>\+?).*?"
    r"\bnormal(?:ly)?\b[^\d]{0,12}(?P<normal>\d[\d,.]*)(?P=unit)",
    re.IGNORECASE,
)
_STATUS = (Kind.RECOVERY, Kind.STATUS, Kind.MONITORING)


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """What only the document of a customer escalation shows. All text is plain; what is not known is ""."""

    own: bool
    """Whether it is a record of its own (``CE1012``): its document shows dates alone, and is called by that."""
    issue: str
    """What is wrong in a line, where the title of the document does not say it."""
    owner: str
    """Who sees to it."""
    tied: str
    """The incident that it belongs to; its reference."""
    written: str
    """The id that the record came with, where it is another than ours."""
    customer: str
    priority: str
    sentence: str
    """Who was affected by what, for how long, how much, and whether it is over."""
    milestones: tuple[Fact, ...]
    causes: tuple[Group, ...]
    effects: tuple[Group, ...]
    technical: tuple[Fact, ...]
    observed: tuple[Group, ...]
    """Technical details that have no name of their own."""
    impact: tuple[Fact, ...]
    impact_groups: tuple[Group, ...]
    stages: tuple[Stage, ...]
    planned: str
    lacking: tuple[str, ...]
    """Of ``owner``, ``due``, ``check``: what is recorded of no planned action."""
    resolved: tuple[Group, ...]
    now: tuple[str, ...]
    sentiment: tuple[str, ...]
    next_steps: tuple[str, ...]
    still_open: tuple[str, ...]
    level: str
    engineer: str
    contact: str


def case(record: Record) -> Case:
    """The parts of *record* that a customer escalation is told by."""
    links = draft_written.chain(record)
    effects = tuple(link for link in links if is_effect(link))
    measures = [fact for fact in draft_facts.impact(record) if fact.name != "Duration"]
    business = record.incident.facts.get("business_impact", ())
    done = tuple(_resolved(record))
    incident, title = record.incident, record.read(record.incident.title)
    return Case(
        own=incident.is_case,
        issue=title if incident.is_case and not is_summary(title) else "",
        owner=record.name(incident.commander) if incident.is_case else "",
        tied=incident.tied_to or "",
        written=written_id(record),
        customer=customer_of(record),
        priority=_priority(record),
        sentence=_sentence(record),
        milestones=tuple(milestones(record)),
        causes=tuple(link for link in links if link not in effects),
        effects=effects,
        technical=(*(_with_normal(fact) for fact in measures if not _is_felt(fact)), *_regions(record)),
        observed=_grouped(record.incident.facts.get("technical_details", ()), TECHNICAL),
        impact=(*_named(business), *(fact for fact in measures if _is_felt(fact) and _says_more(record, fact))),
        impact_groups=tuple(_impact_groups(record)),
        stages=stages(record),
        planned=counted(record) + (FROM_CREATION if record.is_own_case and _has_horizons(record) else ""),
        lacking=lacking(record),
        resolved=done,
        now=tuple(_now(record, {text for group in done for text in group.items})),
        sentiment=tuple(_feedback(record)),
        next_steps=tuple(_next_steps(record)),
        still_open=tuple(_still_open(record)),
        level=level(record),
        engineer=engineer(record),
        contact=contact(record),
    )  # fmt: skip


def is_summary(title: str) -> bool:
    """Whether a title already says what kind of document it is."""
    return "escalation summary" in title.lower()


# Causes, measures, impact


def _priority(record: Record) -> str:
    """In the record's own word, with our level beside: a word alone has no scale."""
    if not record.has_severity:
        return f"{NOT_RECORDED} (treated as {record.severity.label}, {record.severity.level})"
    told = record.incident.header.get("severity", {})
    word = (told.get("as_written") if not told.get("changes") else None) or record.severity.label
    level = record.severity.level
    if level in word.split():
        return word
    return f"{word}, {level}" if word.endswith(")") else f"{word} ({level})"


def _sentence(record: Record) -> str:
    """Filled in from recorded and computed values only."""
    customer = customer_of(record)
    lasted = next(fact.value for fact in draft_facts.impact(record) if fact.name == "Duration")
    time = f"for {lasted}" if lasted != NOT_RECORDED else f"for a time {NOT_RECORDED}"
    services = ", ".join(record.read(name) for name in record.incident.services) or f"services {NOT_RECORDED}"
    felt = [fact for fact in draft_facts.headline(record) if _is_felt(fact) and _says_more(record, fact)]
    numbers = "".join(f" {draft_facts.told(fact, fact.name)}." for fact in felt)
    still = ", not closed" if record.incident.status is Status.RESOLVED else ""
    status = record.incident.header.get("status") or record.incident.status.value
    who = f"{customer} was affected" if customer else "Affected"
    return f"{who} {time}: {services}.{numbers} Now {status.lower()}{still}."


def is_effect(link: Group) -> bool:
    """Whether a group among the causes tells what they led to."""
    return bool(_EFFECT.match(link.name))


def _is_felt(fact: Fact) -> bool:
    return fact.name.lower() != _REGIONS and bool(_FELT.search(fact.name))


def _says_more(record: Record, fact: Fact) -> bool:
    """A count of customers that is only the customer's name says nothing new."""
    return fact.value != customer_of(record)


def _with_normal(fact: Fact) -> Fact:
    """A measure that names its normal value, with what it is of that: two numbers alone invite a mix-up."""
    found = _NORMAL.search(fact.value)
    value, normal = (_number(found[name]) for name in ("value", "normal")) if found else (0.0, 0.0)
    if not found or not normal or not value:
        return fact
    about = "about " if found["about"] or found["more"] else ""
    times, change = f"{value / normal:.1f}".removesuffix(".0"), f"{(value / normal - 1) * 100:+.0f}%"
    return Fact(name=fact.name, value=fact.value, note=f"{about}{times} times normal, {change}")


def _number(text: str) -> float:
    plain = text.strip(".,").replace(",", "")
    return float(plain) if plain.count(".") <= 1 else 0.0


def _regions(record: Record) -> Iterator[Fact]:
    told = record.incident.facts.get("affected_customers", {}).get("regions", ())
    texts = dict.fromkeys(draft_facts.part(region) for region in told)
    if texts:
        yield Fact(name="Affected Regions", value="; ".join(texts))


def _has_horizons(record: Record) -> bool:
    return any(stage.name for stage in stages(record))


def _named(items: Iterable[Mapping[str, Any]]) -> Iterator[Fact]:
    for item in items:
        if item["group"] == IMPACT and item.get("name"):
            yield Fact(name=item["name"], value=item["text"])


def _impact_groups(record: Record) -> Iterator[Group]:
    """Services and customers by segment; effects stand with the section, regions among the technical details."""
    left_out = ("Customers by region", IMPACT)
    yield from (group for group in draft_facts.impact_groups(record) if group.name not in left_out)


def _grouped(items: Any, own: str) -> tuple[Group, ...]:
    """Groups, the section's own first and without a heading."""
    groups = [Group(name="" if g.name == own else g.name, items=g.items) for g in draft_facts.grouped(items)]
    return tuple(sorted(groups, key=lambda group: bool(group.name)))


# What was done, and what is left


def _resolved(record: Record) -> Iterator[Group]:
    """What brought it to an end: as entered, then what people marked as a solution."""
    told = [line for line in record.read(record.incident.resolution).splitlines() if line.strip()]
    marked = [record.said(e) for e in record.shown if e.kind is Kind.SOLUTION]
    groups = _grouped(record.incident.facts.get("fixes", ()), RESOLUTION)
    known = {item for group in groups for item in group.items}
    lines = [line for line in (*told, *marked) if line not in known]
    if lines:
        yield Group(name="", items=tuple(dict.fromkeys(lines)))
    yield from groups


def _now(record: Record, said: set[str]) -> Iterator[str]:
    """How it stands, by the last that was recorded of it; what the resolution says is not said again."""
    told = [e for e in record.entries if e.on_timeline and not e.is_state]
    states = [e for e in told if e.kind in _STATUS]
    last = max((e.at for e in states), default=None)
    named = [e for e in told if (e.label or "").lower() == CURRENT_STATUS.lower()]
    shown = [*(e for e in states if e.at == last and e not in named), *named]
    yield from dict.fromkeys(text for e in shown if (text := record.said(e)) not in said)
    yield from _last_update(record, last)


def _last_update(record: Record, since: datetime | None) -> Iterator[str]:
    """The last status update for the team's own people, where nothing later tells how it stands."""
    updates = [
        e for e in record.entries if e.data.get("change") == "update" and e.kind is not Kind.COMMS_EXTERNAL
    ]
    if updates and (since is None or updates[-1].at > since):
        last = updates[-1]
        yield record.said(last) if record.incident.is_case else record.cite(last)


def _feedback(record: Record) -> Iterator[str]:
    for item in record.incident.facts.get("customer_feedback", ()):
        who = item.get("who") or ""
        quote = f"“{item['text']}”" if item.get("kind") == "quote" else item["text"]
        yield f"{who}: {quote}" if who and who != customer_of(record) else quote


def _next_steps(record: Record) -> Iterator[str]:
    """As people wrote them, then the follow-ups since the resolve."""
    yield from (i["text"] for i in record.incident.facts.get("process", ()) if i["group"] == NEXT_STEPS)
    yield from next_steps(record)


def _still_open(record: Record) -> Iterator[str]:
    """What the record leaves open, computed: resolved is not closed, and planned is not done."""
    incident = record.incident
    if incident.is_open:
        yield f"{capital(incident.status.value)}: not resolved yet."
    elif incident.status is Status.RESOLVED:
        until = ": that waits until the customer has verified it" if is_unverified(record.incident) else ""
        yield f"Resolved, not closed{until}."
    if is_unverified(record.incident):
        without = "; it was closed without" if incident.status is Status.CLOSED else ""
        yield f"No verification by the customer is recorded{without}."
    yield from unfinished(record)


def evidence(entries: Sequence[Entry]) -> list[Entry]:
    """What may tell the status of a planned action: results, solutions and recoveries."""
    return [e for e in entries if e.kind in (Kind.RESULT, Kind.SOLUTION, Kind.RECOVERY) and not e.is_state]
