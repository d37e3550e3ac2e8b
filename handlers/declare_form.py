"""The form in which an incident is declared. Nothing but the severity is required (DR-18)."""

from bot.domain.origin import unpacked
from bot.domain.policy import Policy
from bot.domain.refusal import OutOfOrder, Refusal
from bot.domain.words import Arguments, split
from bot.slack import blocks
from handlers.asking import person, readable
from handlers.declare import FLAGS, KEYS, TIMES, Declaration, declared, named_services
from handlers.filled import Filled, in_zone
from handlers.routes import Reply, Request, Routes, UseCases

routes = Routes()
CHOICES = {
    "private": "Private: only those who are in its channel know of it",
    "drill": "Drill: everything says DRILL, and nothing leaves its channel",
    "triage": "In triage: it is not clear yet whether it is one",
}
"""The flags that the form offers, and what each means."""
NOTHING_SAID = Arguments(text="", options={}, flags=frozenset(), unknown=())
_AT_FIELD = {"impact_start": "at", "detected": "detected"}
"""A time that is out of order, by the word for ``set``, and its field."""


def declare_form(
    use: UseCases,
    request: Request,
    *,
    title: str = "",
    about: str = "",
    severity: str = "",
    said: Arguments = NOTHING_SAID,
) -> Reply:
    """The form, with what is known: the *title* in Slack's encoding, and options and flags that were *said*.

    *about*: the message that it comes from (``Origin.packed``), carried along. Opening it asks nothing else of Slack.
    """
    fields = [
        _severity(use.lookup.policy, severity),
        blocks.text_input(
            "title", "What is wrong", initial=readable(title, use),
            hint="One line, like: checkout is down. It can be added later.",
        ),
        blocks.person_choice(
            "lead", "Who leads", initial=_lead(said.one("lead"), request, use), optional=True,
            hint="Left empty: you, until somebody else does.",
        ),
        blocks.text_input(
            "service", "Services", initial=readable(said.one("service"), use), hint="Like: checkout, payments"
        ),
        blocks.text_input(
            "at", "When the impact began", initial=said.one("at") or "",
            hint=in_zone("Like 09:23 or -10m", request, use),
        ),
        blocks.text_input(
            "detected", "When it was noticed", initial=said.one("detected") or "",
            hint=in_zone("Like 09:25 or -5m", request, use),
        ),
        blocks.checkboxes("flags", "What kind", list(CHOICES.items()), initial=said.flags),
    ]  # fmt: skip
    form = blocks.form("declare_form", "Declare an incident", "Declare", fields, about=about)
    return Reply(form=form)


def _severity(policy: Policy, initial: str) -> blocks.Block:
    options = [
        (level, f"{known.spelled} - updates every {known.cadence}")
        for level, known in policy.severities.items()
    ]
    return blocks.radios("severity", "How severe is it", options, initial=initial or None)


def _lead(word: str | None, request: Request, use: UseCases) -> str | None:
    """Whom ``lead=`` names; nobody where that is no person: the form asks anyway."""
    try:
        return person(word, request, use) if word else None
    except Refusal:
        return None


@routes.button("declare_form", verb="declare")
def ask(request: Request, use: UseCases) -> Reply:
    """The button beside the four severities: what was typed is the title, with options as after the command."""
    said = split(request.value, keys=KEYS, time_keys=TIMES, flags=FLAGS)
    return declare_form(use, request, title=said.text, said=said)


@routes.form("declare_form", verb="declare", typed="declare sev1 What is wrong")
def keep(request: Request, use: UseCases) -> Reply:
    """Declare what was filled in; the answer says where it is. A second submission of the same is the same incident."""
    form = Filled(request, use)
    declaration = Declaration(
        severity=form.one_of("severity", use.lookup.policy.severities),
        title=form.line("title"),
        lead=form.text("lead") or None,
        services=named_services(form.text("service")),
        started=form.time("at"),
        detected=form.time("detected"),
        flags=form.chosen("flags") & CHOICES.keys(),
        origin=unpacked(request.value),
    )
    if declaration.lead:
        with form.about("lead"):
            use.lookup.reader(declaration.lead)
    form.check()
    return _declared(declaration, request, use)


def _declared(declaration: Declaration, request: Request, use: UseCases) -> Reply:
    try:
        return declared(declaration, request, use)
    except OutOfOrder as error:
        error.field = _AT_FIELD.get(str(error.facts["field"]))
        raise
