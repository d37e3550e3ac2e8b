"""The end of an incident: ``mitigate``, ``resolve``, ``close``, ``cancel``, ``reopen`` and their buttons."""

from collections.abc import Collection, Sequence

from bot.domain import mistyped
from bot.domain.incident import Incident
from bot.domain.lifecycle import check_verified
from bot.domain.refusal_endings import NoPostmortemNeedsReason
from bot.domain.times import Moment
from bot.domain.words import split
from bot.slack import blocks
from handlers.asking import fitting, incident_asked, incident_here, moment, shown
from handlers.customer_close import said_row
from handlers.routes import DONE, Reply, Request, Routes, Situation, UseCases

routes = Routes()
WITHOUT, UNVERIFIED = "no-postmortem", "unverified"
FLAGS = frozenset({WITHOUT, UNVERIFIED})
BUTTON_VALUE = 2_000
"""Characters that a button's value may have (https://docs.slack.dev/reference/block-kit)."""


@routes.verb(
    "resolve",
    aliases=("resolved",),
    usage="[message] [at=time]",
    does="The incident is over: reminders stop.",
    example="/incident resolve all services are back to normal",
    situation=Situation.FINISH,
    often=True,
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
    facts = {"ref": change.incident.ref, "at": shown(at, use), "unknown": said.unknown, "left": ()}
    return Reply(template="reply_resolved", facts=facts)


@routes.verb(
    "mitigate",
    aliases=("mitigated",),
    usage="[message] [at=time]",
    does="The impact is contained: phase monitoring. Reminders go on; with a message it is an update.",
    example="/incident mitigate traffic runs over the secondary at=-5m",
    situation=Situation.RUN,
)
def mitigate(request: Request, use: UseCases) -> Reply:
    """Mitigated now, or as of ``at=``."""
    asked = incident_asked(request, use, number=True)
    said = split(asked.text, time_keys=frozenset({"at"}))
    at, message = moment(said.one("at"), request, use), fitting(said.text.strip())
    return mitigated(asked.incident, request, use, message=message, at=at, unknown=said.unknown)


def mitigated(
    incident: Incident,
    request: Request,
    use: UseCases,
    *,
    message: str,
    at: Moment | None,
    unknown: Sequence[str] = (),
) -> Reply:
    """Mitigated as of *at*, by command or form; *unknown*: what looked like an option and is part of the message."""
    if message:
        use.lookup.allow("update", request.user)
    change = use.endings.mitigate(
        incident.ref, by=request.user, message=message, mitigated_at=at.at if at else None
    )
    now = change.incident
    facts = {"ref": now.ref, "at": shown(at, use), "update_due_at": now.update_due_at, "unknown": unknown}
    return Reply(template="reply_mitigated", facts=facts)


@routes.verb(
    "cancel",
    aliases=("false-alarm",),
    usage="<reason>",
    does="It was a false alarm: silent at once, and in no metric.",
    example="/incident cancel the monitoring misfired",
    situation=Situation.FINISH,
)
def cancel(request: Request, use: UseCases) -> Reply:
    """Cancel, with the reason."""
    asked = incident_asked(request, use, number=True)
    change = use.endings.cancel(asked.incident.ref, by=request.user, reason=fitting(asked.text.strip()))
    return Reply(template="reply_cancelled", facts={"ref": change.incident.ref})


@routes.verb(
    "close",
    aliases=("end",),
    usage="[message] | --no-postmortem reason | --unverified reason",
    does="Closes a resolved incident. The postmortem draft follows in the channel, unless none is wanted. "
    "A customer's is closed once they verified it.",
    example="/incident close",
    situation=Situation.FINISH,
    often=True,
)
def close(request: Request, use: UseCases) -> Reply:
    """Close; an open incident is offered "Resolve and close" in one button."""
    asked = incident_asked(request, use, number=True)
    said = split(asked.text, flags=FLAGS)
    mistyped.check(said, request.typed, FLAGS)
    incident, message, without = asked.incident, fitting(said.text.strip()), WITHOUT in said.flags
    if incident.is_open:
        return _still_open(incident, message, said.flags)
    use.incidents.close(
        incident.ref, by=request.user, message=message, without=without, unverified=UNVERIFIED in said.flags
    )
    row = (said_row(incident.ref),) if incident.is_case and not without else ()
    facts = {"ref": incident.ref, "without": without, "case": bool(row)}
    return Reply(template="reply_closed", facts=facts, blocks=row)


def _still_open(incident: Incident, message: str, flags: Collection[str]) -> Reply:
    """The offer to resolve and close in one button, which carries *message* where it is not too long for that."""
    if WITHOUT in flags and not message:
        raise NoPostmortemNeedsReason(ref=incident.ref)
    check_verified(incident, unverified=UNVERIFIED in flags, message=message)
    value = " ".join([incident.ref, *(f"--{flag}" for flag in sorted(flags)), message]).strip()
    fits = len(value) <= BUTTON_VALUE
    both = blocks.button("Resolve and close", "resolve_close", value, style="primary")
    facts = {
        "ref": incident.ref,
        "status": incident.status.value,
        "message": "" if flags else message,
        "fits": fits,
    }
    return Reply(template="reply_still_open", facts=facts, blocks=(blocks.actions(both),) if fits else ())


@routes.button("close", verb="close")
def close_by_button(request: Request, use: UseCases) -> Reply:
    """The card's "Close"."""
    use.incidents.close(incident_here(request, use).ref, by=request.user)
    return DONE


@routes.button("resolve_close", verb="close")
def resolve_and_close(request: Request, use: UseCases) -> Reply:
    """Both in one button."""
    ref, _, rest = request.value.partition(" ")
    said = split(rest, flags=FLAGS)
    use.lookup.allow("resolve", request.user)
    use.incidents.resolve_and_close(
        ref, by=request.user, message=said.text.strip(), without=WITHOUT in said.flags,
        unverified=UNVERIFIED in said.flags,
    )  # fmt: skip
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
    """Reopen what is resolved, closed, cancelled or merged."""
    asked = incident_asked(request, use, number=True)
    change = use.incidents.reopen(asked.incident.ref, by=request.user, reason=fitting(asked.text))
    facts = {
        "ref": change.incident.ref,
        "update_due_at": change.incident.update_due_at,
        "read_resolved": change.news[0].facts["read_resolved"],
    }
    return Reply(template="reply_reopened", facts=facts)


@routes.button("reopen", verb="reopen")
def reopen_by_button(request: Request, use: UseCases) -> Reply:
    """The card's "Reopen"."""
    use.incidents.reopen(incident_here(request, use).ref, by=request.user, reason="")
    return DONE
