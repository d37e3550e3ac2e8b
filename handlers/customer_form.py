"""The form in which a customer escalation is opened. Nothing but the customer is required."""

from bot.domain import case_words
from bot.domain.cases import Wanted
from bot.domain.incident import Incident, severity_of
from bot.domain.policy import Policy
from bot.domain.policy_cases import PRIORITIES
from bot.domain.refusal_cases import TieToWhat
from bot.domain.words import incident_word
from bot.slack import blocks
from handlers.asking import incident_meant
from handlers.filled import Filled
from handlers.openers import Openers
from handlers.routes import Reply, Request, Routes, UseCases

routes = Routes()
openers = Openers()
KNOWN = (
    *(f"{key}=" for key in ("p", "level", "contact", "engineer", "incident")),
    *(f"--{flag}" for flag in ("private", "drill")),
)
"""What the answer names where something looked like an option and was none."""
MEDIUM = "medium"
"""The priority where none is named."""


@openers.opens("customer", label="Open a customer escalation")
def ask_here(incident: Incident, request: Request, use: UseCases) -> Reply:  # noqa: ARG001 - as all of them
    """The form, for one that belongs to *incident*."""
    return case_form(incident, use)


def case_form(incident: Incident | None, use: UseCases) -> Reply:
    """The form of ``customer add``; opened from an incident it is tied to that."""
    tied = incident.ref if incident is not None and not incident.is_case else ""
    fields = [
        blocks.text_input("customer", "Customer", optional=False, hint="The name alone, like: Acme Corp"),
        blocks.text_input("title", "What is wrong for them", hint="One line, like: slow queries since noon"),
        blocks.radios("priority", "Priority", _priorities(use.lookup.policy), initial=MEDIUM),
        blocks.text_input(
            "level", "Level of escalation", hint="1 to 9. Left empty: it is not escalated yet."
        ),
        blocks.text_input("contact", "Who speaks for the customer", hint="Like: Jo Doe, Head of IT"),
        blocks.person_choice(
            "engineer", "Assigned engineer", optional=True, hint="Left empty: the bot asks who takes it."
        ),
        blocks.text_input(
            "incident", "Belongs to the incident", initial=tied, hint="Its reference. Left empty: it stands alone."
        ),
    ]  # fmt: skip
    return Reply(form=blocks.form("case_form", "Customer escalation", "Open", fields, about=""))


def _priorities(policy: Policy) -> list[tuple[str, str]]:
    levels = policy.cases.priorities
    return [(word, f"{word.capitalize()} ({policy.severities[levels[word]].name})") for word in PRIORITIES]


@routes.button("case_form", verb="customer")
def ask(request: Request, use: UseCases) -> Reply:
    """The button "Open a customer escalation" below a list; of an incident its value names it."""
    word = incident_word(request.value) if request.value else None
    return case_form(incident_meant(word, request, use) if word else None, use)


@routes.form("case_form", verb="customer", typed='customer add "Acme Corp" what is wrong')
def keep(request: Request, use: UseCases) -> Reply:
    """Open what was filled in; the answer says where it is. A second submission of the same is the same one."""
    form = Filled(request, use)
    rules, priority = use.lookup.policy.cases, form.one_of("priority", PRIORITIES)
    engineer = form.text("engineer") or None
    wanted = Wanted(
        by=request.user,
        customer=form.line("customer"),
        title=form.line("title"),
        severity=case_words.severity_of(priority, rules),
        level=form.read("level", case_words.level_of) or 0,
        contact=form.line("contact"),
        engineer=engineer,
        tied=form.read("incident", lambda text: _incident(text, request, use)),
    )
    if engineer:
        with form.about("engineer"):
            use.lookup.reader(engineer)
    form.check()
    return opened(wanted, request, use)


def _incident(text: str, request: Request, use: UseCases) -> Incident:
    word = incident_word(text)
    if word is None:
        raise TieToWhat(ref="it")
    return incident_meant(word, request, use)


def opened(wanted: Wanted, request: Request, use: UseCases, *, unknown: tuple[str, ...] = ()) -> Reply:
    """Open it, and answer with where it is. Raises refusals."""
    change = use.cases.open(wanted, answer_to=request.answer_to)
    incident, policy = change.incident, use.lookup.policy
    facts = {
        "ref": incident.ref,
        "customer": incident.customer or "",
        "title": incident.title,
        "priority": policy.priority_of(incident.severity),
        "cadence": severity_of(incident, policy).cadence,
        "level": incident.level,
        "tied": incident.tied_to or "",
        "repeated": change.is_nothing,
        "channel_id": incident.channel_id,
        "channel_name": incident.called,
        "private": incident.private,
        "drill": incident.drill,
        "unknown": unknown,
        "known": KNOWN,
    }
    return Reply(template="reply_case_opened", facts=facts)
