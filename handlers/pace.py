"""The pace of an incident: ``pause``, ``resume``, ``long``, and the buttons "Long incident" and "Still going on"."""

from bot.domain import pauses
from bot.domain.incident import severity_of
from bot.domain.refusal import Refusal
from bot.domain.refusal_pace import PauseNeedsEnd
from bot.domain.times import Moment, parse_ahead
from bot.domain.words import Arguments, parse, split
from handlers.asking import fitting, incident_alone, incident_asked, incident_here, shown
from handlers.routes import DONE, Reply, Request, Routes, Situation, UseCases

routes = Routes()
_UNTIL = frozenset({"until"})


@routes.verb(
    "pause",
    usage="until=time reason… | duration reason…",
    does="No reminder until then, with a reason; for sev3 and sev4.",
    example="/incident pause until=14:00 the vendor delivers at noon",
    situation=Situation.RUN,
)
def pause(request: Request, use: UseCases) -> Reply:
    """Pause; a paused one gets another end."""
    asked = incident_asked(request, use)
    said = _said(asked.text)
    pauses.check(asked.incident, reason=_reason(asked.text, request, use), policy=use.lookup.policy)
    until = _ahead(said.one("until"), request, use)
    if until is None:
        raise PauseNeedsEnd(ref=asked.incident.ref)
    change = use.pacing.pause(
        asked.incident.ref, by=request.user, until=until.at, reason=fitting(said.text.strip())
    )
    facts = {
        "ref": asked.incident.ref,
        "same": change.is_nothing,
        "until": shown(until, use),
        "update_due_at": change.incident.update_due_at,
    }
    return Reply(template="reply_paused", facts=facts)


def _said(text: str) -> Arguments:
    """The end and the reason: ``until=14:00 reason``, ``until 14:00 reason``, ``2h reason``, ``for 2h reason``."""
    said = split(text, time_keys=_UNTIL)
    words = parse(text)
    if said.one("until") is not None or not words.verb:
        return said
    rest = words.rest if words.verb in ("until", "till", "for") else text.strip()
    return split(f"until={rest}", time_keys=_UNTIL)


def _reason(text: str, request: Request, use: UseCases) -> str:
    """The reason without the time before it; all of *text* where that names no time."""
    said = _said(text)
    try:
        _ahead(said.one("until"), request, use)
    except Refusal:
        return text.strip()
    return said.text.strip()


def _ahead(text: str | None, request: Request, use: UseCases) -> Moment | None:
    if not text:
        return None
    return parse_ahead(text, now=use.lookup.now(), zone=use.lookup.zone_of(request.user))


@routes.verb(
    "resume",
    does="Ends a pause: reminders run again.",
    example="/incident resume",
    situation=Situation.RUN,
    stands_for="pause",
)
def resume(request: Request, use: UseCases) -> Reply:
    """End a pause; one that is not paused says so."""
    change = use.pacing.resume(incident_alone(request, use).ref, by=request.user)
    facts = {
        "ref": change.incident.ref,
        "same": change.is_nothing,
        "update_due_at": change.incident.update_due_at,
    }
    return Reply(template="reply_resumed", facts=facts)


@routes.verb(
    "long",
    usage="[off]",
    does="Half the pace of updates for a sev1 or sev2 that takes hours.",
    example="/incident long",
    situation=Situation.RUN,
)
def long_incident(request: Request, use: UseCases) -> Reply:
    """Go over to half the pace, or back."""
    asked = incident_asked(request, use)
    change = (use.pacing.leave_long if parse(asked.text).verb == "off" else use.pacing.go_long)(
        asked.incident.ref, by=request.user
    )
    now = change.incident
    facts = {
        "ref": now.ref,
        "same": change.is_nothing,
        "on": now.long,
        "cadence": severity_of(now, use.lookup.policy).cadence,
        "update_due_at": now.update_due_at,
    }
    return Reply(template="reply_long", facts=facts)


@routes.button("long_on", verb="long")
def long_by_button(request: Request, use: UseCases) -> Reply:
    """The button "Long incident" on reminders and updates."""
    use.pacing.go_long(incident_here(request, use).ref, by=request.user)
    return DONE


@routes.button("still", verb="update")
def still_going_on(request: Request, use: UseCases) -> Reply:
    """The button "Still going on" on the question whether it is."""
    change = use.pacing.goes_on(incident_here(request, use).ref, by=request.user)
    return Reply(template="reply_still", facts={"ref": change.incident.ref})
