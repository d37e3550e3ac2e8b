"""Credit amounts in texts for customers: ``sla approve legal``, ``sla approve finance``, ``sla status``."""

from bot.domain import sla
from bot.domain.incident import Incident
from bot.domain.refusal_customers import UnknownSide
from bot.domain.words import parse
from handlers.asking import incident_asked
from handlers.routes import Reply, Request, Routes, Situation, UseCases

routes = Routes()


@routes.verb(
    "sla",
    usage="[status] | approve legal|finance",
    does="Approves credit amounts in texts for customers; both sides are needed.",
    example="/incident sla approve legal",
    situation=Situation.RUN,
)
def approve_amounts(request: Request, use: UseCases) -> Reply:
    """Approve for one side, or say how things stand."""
    asked = incident_asked(request, use)
    words = parse(asked.text)
    if words.verb in ("", "status"):
        return _stands(asked.incident, use)
    if words.verb != "approve":
        raise UnknownSide(given=asked.text)
    side = sla.side_of(words.rest)
    change = use.updates.approve_amounts(asked.incident.ref, side, by=request.user)
    return _stands(change.incident, use, side=side, same=change.is_nothing)


def _stands(incident: Incident, use: UseCases, *, side: str = "", same: bool = False) -> Reply:
    named = use.lookup.policy.sla_approvers
    sides = [
        (name, [f"<@{one}>" if not one.startswith("@") else one for one in named[name]]) for name in sla.SIDES
    ]
    people = [word for _, words in sides for word in words]
    facts = {
        "ref": incident.ref, "side": side, "same": same, "sides": sides, "missing": sla.missing(incident),
        "approved": {name: incident.sla_approvals.get(name) for name in sla.SIDES},
        "names": use.lookup.words(people, []),
    }  # fmt: skip
    return Reply(template="reply_sla", facts=facts)
