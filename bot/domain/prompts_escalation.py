"""What people still have to write about a customer escalation; what every document asks: ``bot.domain.prompts``."""

from collections.abc import Iterable, Mapping
from dataclasses import replace

from bot.domain import draft_escalation, draft_plan, draft_written
from bot.domain.draft_contacts import customer_of, unnamed
from bot.domain.draft_facts import Group
from bot.domain.draft_record import Record
from bot.domain.prompts import MOST_CANDIDATES, Prompt

CAUSE = "cause"
"""The topic of the root cause here: where causes are entered, which of them is the primary one."""


def prompts(record: Record, known: Mapping[str, Prompt]) -> Mapping[str, Prompt]:
    """The prompts that this record needs, by topic; *known* are those that every document asks for."""
    asked = {prompt.topic: prompt for ask in _ASKED for prompt in ask(record)}
    cause = known.get("root_cause")
    return asked if cause is None or _causes(record) else {CAUSE: replace(cause, topic=CAUSE), **asked}


def _customer(record: Record) -> Iterable[Prompt]:
    if not customer_of(record):
        yield Prompt(topic="customer", title="customer", question="Customer: who escalated it?")


def _names(record: Record) -> Iterable[Prompt]:
    missing = unnamed(record)
    if missing:
        question = f"Names: who is the {' and who is the '.join(missing)}?"
        yield Prompt(topic="names", title="names of people known by role", question=question)


def _causes(record: Record) -> list[Group]:
    return [link for link in draft_written.chain(record) if not draft_escalation.is_effect(link)]


def _primary(record: Record) -> Iterable[Prompt]:
    """Several causes are entered, and none is named as the one that mattered most."""
    links = _causes(record)
    if len(links) > 1 and not record.incident.root_cause:
        question = (
            "Primary root cause: which of the causes below made this possible, and what evidence shows it?"
        )
        yield Prompt(topic=CAUSE, title="which root cause is the primary one", question=question)


def _status(record: Record) -> Iterable[Prompt]:
    titles = draft_plan.without_status(record)
    if titles:
        told = draft_escalation.evidence(record.shown)
        question = (
            f"Status of {len(titles)} planned actions: which are done, which are open, which are dropped?"
        )
        if len(titles) == 1:
            question = "Status of 1 planned action: is it done, open or dropped?"
        yield Prompt(
            topic="action_status", title="status of planned actions", question=question,
            candidates=tuple(record.cite(entry) for entry in told)[:MOST_CANDIDATES],
        )  # fmt: skip


def _windows(record: Record) -> Iterable[Prompt]:
    found = draft_plan.windows(record)
    if found:
        question = f"Windows of the plan: from which moment do they count ({'; '.join(found)})?"
        yield Prompt(topic="windows", title="from when the plan's windows count", question=question)


def _sentiment(record: Record) -> Iterable[Prompt]:
    if not record.incident.facts.get("customer_feedback"):
        question = "Customer sentiment: what did the customer say, how satisfied are they, and who heard it?"
        yield Prompt(topic="sentiment", title="customer sentiment", question=question)


def _next_steps(record: Record) -> Iterable[Prompt]:
    told = record.incident.facts.get("process", ())
    entered = any(item["group"] == draft_escalation.NEXT_STEPS for item in told)
    if not (entered or draft_plan.next_steps(record)):
        question = (
            "Next steps: what follows (watching it, a follow-up with the customer, verification, the close)?"
        )
        yield Prompt(topic="next_steps", title="next steps", question=question)


_ASKED = (_customer, _names, _primary, _status, _windows, _sentiment, _next_steps)
TOPICS = frozenset({"customer", "names", CAUSE, "action_status", "windows", "sentiment", "next_steps"})
"""What only the document of a customer escalation asks for."""
