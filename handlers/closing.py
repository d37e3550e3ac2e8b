"""The end of an incident: ``resolve``, ``close``, ``reopen`` and their buttons."""

from bot.domain.incident import Incident
from bot.domain.words import split
from bot.slack import blocks
from handlers.asking import fitting, incident_asked, incident_here, moment, shown
from handlers.routes import DONE, Reply, Request, Routes, Situation, UseCases

routes = Routes()
BUTTON_VALUE = 2_000
"""Characters that a button's value may have (https://docs.slack.dev/reference/block-kit)."""


@routes.verb(
    "resolve",
    aliases=("resolved",),
    usage="[message] [at=time]",
    does="The incident is over: reminders stop.",
    example="/incident resolve all services are back to normal",
    situation=Situation.FINISH,
)
def resolve(request: Request, use: UseCases) -> Reply:
    """Resolve now, or as of ``at=``."""
    asked = incident_asked(request, use, number=True)
    said = split(asked.text, time_keys=frozenset({"at"}))
    at = moment(said.one("at"), request, use)
    change = use.incidents.resolve(
        asked.incident.ref,
        by=request.user,
        message=fitting(said.text.strip()),
        resolved_at=at.at if at else None,
    )
    facts = {"ref": change.incident.ref, "at": shown(at, use), "unknown": said.unknown}
    return Reply(template="reply_resolved", facts=facts)


@routes.button("resolve_form", verb="resolve")
def ask_resolution(request: Request, use: UseCases) -> Reply:
    """The card's "Resolve": asks, and does not force, what brought it to an end."""
    incident = incident_here(request, use)
    fields = [blocks.text_input("message", "What brought it to an end", multiline=True)]
    return Reply(form=blocks.form("resolve_form", "Resolve", "Resolve", fields, about=incident.ref))


@routes.form("resolve_form", verb="resolve")
def keep_resolution(request: Request, use: UseCases) -> Reply:
    """A resolve by form."""
    incident = incident_here(request, use)
    use.incidents.resolve(incident.ref, by=request.user, message=request.fields.get("message", "").strip())
    return DONE


@routes.verb(
    "close",
    aliases=("end",),
    usage="[message]",
    does="Closes a resolved incident; the postmortem draft follows in the channel.",
    example="/incident close",
    situation=Situation.FINISH,
)
def close(request: Request, use: UseCases) -> Reply:
    """Close; an open incident is offered "Resolve and close" in one button."""
    asked = incident_asked(request, use, number=True)
    incident, message = asked.incident, fitting(asked.text.strip())
    if incident.is_open:
        return _still_open(incident, message)
    use.incidents.close(incident.ref, by=request.user, message=message)
    return Reply(template="reply_closed", facts={"ref": incident.ref})


def _still_open(incident: Incident, message: str) -> Reply:
    """The offer to resolve and close in one button, which carries *message* where it is not too long for that."""
    value = f"{incident.ref} {message}".strip()
    fits = len(value) <= BUTTON_VALUE
    both = blocks.button("Resolve and close", "resolve_close", value, style="primary")
    facts = {"ref": incident.ref, "status": incident.status.value, "message": message, "fits": fits}
    return Reply(template="reply_still_open", facts=facts, blocks=(blocks.actions(both),) if fits else ())


@routes.button("close", verb="close")
def close_by_button(request: Request, use: UseCases) -> Reply:
    """The card's "Close"."""
    use.incidents.close(incident_here(request, use).ref, by=request.user)
    return DONE


@routes.button("resolve_close", verb="close")
def resolve_and_close(request: Request, use: UseCases) -> Reply:
    """Both in one button."""
    ref, _, message = request.value.partition(" ")
    use.incidents.resolve_and_close(ref, by=request.user, message=message)
    return DONE


@routes.verb(
    "reopen",
    aliases=("restart",),
    usage="[reason]",
    does="It is not over: the clock runs again.",
    example="/incident reopen errors are back",
    situation=Situation.FINISH,
)
def reopen(request: Request, use: UseCases) -> Reply:
    """Reopen a resolved or closed incident."""
    asked = incident_asked(request, use, number=True)
    change = use.incidents.reopen(asked.incident.ref, by=request.user, reason=fitting(asked.text))
    facts = {"ref": change.incident.ref, "update_due_at": change.incident.update_due_at}
    return Reply(template="reply_reopened", facts=facts)


@routes.button("reopen", verb="reopen")
def reopen_by_button(request: Request, use: UseCases) -> Reply:
    """The card's "Reopen"."""
    use.incidents.reopen(incident_here(request, use).ref, by=request.user, reason="")
    return DONE
