"""The button "More" on the card: every form that can be opened about an incident, two clicks away."""

from bot.domain.incident import TRANSITIONS, Incident
from bot.domain.refusal import OutOfDate
from bot.slack import blocks
from handlers import (
    closing_form,
    customer_form,
    escalation,
    followup_form,
    handoff,
    impact_form,
    note_form,
    set_form,
    tasks,
)
from handlers.asking import incident_here
from handlers.routes import Reply, Request, Routes, UseCases

routes = Routes()
OPENERS = (
    note_form.openers
    + impact_form.openers
    + tasks.openers
    + closing_form.openers
    + handoff.openers
    + escalation.openers
    + set_form.openers
    + followup_form.openers
    + customer_form.openers
)
"""In the order in which they are offered."""


@routes.button("more_form", verb="status")
def choose(request: Request, use: UseCases) -> Reply:
    """What can be done now, by whoever clicked."""
    incident = incident_here(request, use)
    offered = _offered(incident, request.user, use)
    if not offered:
        use.lookup.allow("note", request.user)
    fields = [blocks.radios("verb", "What would you like to do?", offered, initial=offered[0][0])]
    return Reply(form=blocks.form("more_form", incident.ref, "Next", fields, about=incident.ref))


def _offered(incident: Incident, user: str, use: UseCases) -> list[tuple[str, str]]:
    known = OPENERS.known.values()
    possible = [each for each in known if _may(each.verb, incident, user, use)]
    return [
        (each.verb, each.label) for each in possible if not (incident.is_case and each.verb == "customer")
    ]


def _may(verb: str, incident: Incident, user: str, use: UseCases) -> bool:
    """Whether *verb* is possible in the incident's status, and the policy leaves it to *user* (DR-19)."""
    return incident.status in TRANSITIONS[verb] and use.lookup.may(verb, user)


@routes.form("more_form", verb="status", typed="help")
def chosen(request: Request, use: UseCases) -> Reply:
    """The form that was chosen takes the place of the choice."""
    opener = OPENERS.known.get(request.fields["verb"])
    if opener is None:
        raise OutOfDate
    use.lookup.allow(opener.verb, request.user)
    return opener.open(incident_here(request, use), request, use)
