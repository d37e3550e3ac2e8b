"""Questions of the review that only the full format has a place for: cost, customers, prevention, follow-up."""

import re
from collections.abc import Iterable

from bot.domain.draft_customers import customers
from bot.domain.draft_messages import messages
from bot.domain.draft_record import Record
from bot.domain.draft_targets import measured
from bot.domain.draft_written import about, feedback, fixes, process
from bot.domain.metrics import names_a_cause
from bot.domain.prompt import MOST_CANDIDATES, Ask, Prompt, cited
from bot.domain.timeline import Kind

_CUSTOMERS = re.compile(r"\b(?:customers?|clients?|users?|complain\w*|tickets?)\b", re.IGNORECASE)
_MONEY = re.compile(
    r"\brevenue\b|\bcontract|\brefund|\bcredits?\b|\bchurn|\bcancel|\bSLA\b|\bpress\b|\bregulat|\baudit|[$€£]\s?\d",
    re.IGNORECASE,
)
_MEASURED = re.compile(
    r"\d\s*(?:%|ms|s\b|seconds?|minutes?|[KMGT]?B\b|/)|\d+ (?:of|out of) \d", re.IGNORECASE
)
_WITH_CUSTOMERS = re.compile(r"customer|support|success|account|client", re.IGNORECASE)
_TRACKED = ("detected", "acknowledged", "assembled", "external", "mitigated", "resolved")


def _segments(record: Record) -> Iterable[Prompt]:
    told = customers(record)
    if not (told.segments or told.regions):
        question = "Customers by segment, product and region: how many of each, and what could they not do?"
        yield Prompt(topic="segments", title="customers by segment and region", question=question)


def _zones(record: Record) -> Iterable[Prompt]:
    """Where the record knows where its readers live, and nobody said what it meant there."""
    zones = customers(record).zones
    if zones and not any(zone.effect for zone in zones):
        question = (
            "Impact by time zone: what did people do at that time of day, and how much did it hurt them?"
        )
        candidates = tuple(f"{zone.name}: {zone.window}" for zone in zones)
        yield Prompt(topic="zones", title="impact by time zone", question=question, candidates=candidates)


def _business(record: Record) -> Iterable[Prompt]:
    if record.incident.facts.get("business_impact"):
        return
    question = (
        "Business impact: which revenue was lost or is at risk, which credits are owed, how many hours did it cost, "
        "and what did press, competitors, auditors and regulators do? Who confirmed each number?"
    )
    said = [entry for entry in record.shown if _MONEY.search(record.said(entry))]
    yield Prompt(topic="business", title="business impact", question=question, candidates=cited(record, said))


def _technical(record: Record) -> Iterable[Prompt]:
    if record.incident.facts.get("technical_details"):
        return
    question = (
        "Technical analysis: which measurements, logs and queries show how it failed, and what is normal?"
    )
    kinds = (Kind.FINDING, Kind.ISSUE, Kind.ALERT, Kind.MONITORING)
    measured = [e for e in record.shown if e.kind in kinds and _MEASURED.search(record.said(e))]
    yield Prompt(
        topic="technical", title="technical analysis", question=question, candidates=cited(record, measured)
    )


def _letters(record: Record) -> Iterable[Prompt]:
    """Where the severity owes customers a mail (R-CUS-1) and none is kept."""
    if record.severity.customer_mail and not messages(record).letters:
        question = "Direct messages to customers: which text was sent to whom, when, and who signed it?"
        yield Prompt(topic="letters", title="direct messages to customers", question=question)


def _feedback(record: Record) -> Iterable[Prompt]:
    told = feedback(record)
    if told.counts or told.themes or told.quotes or told.sentiments:
        return
    question = (
        "Customer feedback: how many tickets, complaints and cancellations, which themes, and which words of whom? "
        "Quotes stay as they were said."
    )
    said = [
        e for e in record.shown if e.kind is not Kind.COMMS_EXTERNAL and _CUSTOMERS.search(record.said(e))
    ]
    asked = tuple(f"to ask: {who}" for who in _near_customers(record))
    candidates = (*asked, *cited(record, said))[:MOST_CANDIDATES]
    yield Prompt(topic="feedback", title="customer feedback", question=question, candidates=candidates)


def _near_customers(record: Record) -> list[str]:
    """People whose role has to do with customers."""
    told = record.incident.header.get("people", [])
    held = [*(person["id"] for person in told), *record.incident.roles.values()]
    near = ((record.name(who), ", ".join(record.roles(who))) for who in dict.fromkeys(held))
    return [f"{name}, {role}" for name, role in near if name and _WITH_CUSTOMERS.search(role)]


def _fixes(record: Record) -> Iterable[Prompt]:
    if fixes(record, during=False):
        return
    question = (
        "Permanent fixes: which measure stays, which was replaced by what, and what shows that it works?"
    )
    told = [f"“{item}”" for group in fixes(record, during=True) for item in group.items]
    done = [e for e in record.shown if e.kind in (Kind.SOLUTION, Kind.ACTION) and not e.is_state]
    candidates = (*told, *cited(record, done))[:MOST_CANDIDATES]
    yield Prompt(topic="fixes", title="permanent fixes", question=question, candidates=candidates)


def _prevention(record: Record) -> Iterable[Prompt]:
    if record.incident.facts.get("prevention"):
        return
    question = "Prevention: what keeps this from happening again, or makes it smaller, and for how long?"
    named = [entry for entry in record.shown if names_a_cause(entry) or entry.kind is Kind.ISSUE]
    yield Prompt(
        topic="prevention", title="long-term prevention", question=question, candidates=cited(record, named)
    )


def _targets(record: Record) -> Iterable[Prompt]:
    if record.incident.facts.get("success_metrics"):
        return
    question = (
        "Success metrics: which targets will show that it got better, what is each now, who measures it?"
    )
    names = {span.key: span.name for span in record.spans}
    told = ((names[key], measured(record, key)) for key in _TRACKED if key in names)
    spans = tuple(f"{name} in this incident: {value}" for name, value in told if value)
    yield Prompt(topic="targets", title="success metrics", question=question, candidates=spans)


def _process(record: Record) -> Iterable[Prompt]:
    if process(record):
        return
    question = (
        "Follow-up and review: who looks at the action items, how often, and who is told of one that is blocked, late "
        "or over its budget?"
    )
    known = tuple(f"{each.every}, by the policy: “{each.text}”" for each in record.policy.reminders)
    yield Prompt(topic="process", title="follow-up and review process", question=question, candidates=known)


def _about(record: Record) -> Iterable[Prompt]:
    told = {fact.name for fact in about(record)}
    if not {"Reviewed by", "Distribution"} <= told:
        question = "This document: who compiled it, who reviewed it and when, and to whom does it go?"
        yield Prompt(topic="about", title="reviewers and distribution", question=question)


ASKED: tuple[Ask, ...] = (
    _segments, _zones, _business, _technical, _letters, _feedback, _fixes, _prevention, _targets, _process, _about,
)  # fmt: skip
