"""Status updates and what moves their clock: ``update``, ``snooze``; the update form."""

from datetime import timedelta

from bot.domain.incident import PHASES, Incident, Status
from bot.domain.refusal import UpdatesAreOver
from bot.domain.times import parse_duration, print_duration
from bot.domain.words import parse, split
from bot.slack import blocks
from handlers.asking import at_field, fitting, incident_asked, incident_here, readable
from handlers.routes import DONE, Reply, Request, Routes, Situation, UseCases

routes = Routes()
_PHASES = {phase.value: phase for phase in PHASES}


@routes.verb(
    "update",
    aliases=("post",),
    usage="[investigating|identified|monitoring] message… [next=20m]",
    does="Posts a status update and restarts the clock. Without a message it opens a form.",
    example="/incident update identified Pool is exhausted, raising the limit next=15m",
    situation=Situation.RUN,
)
def update(request: Request, use: UseCases) -> Reply:
    """Post an update; an empty one opens the form with the last values."""
    asked = incident_asked(request, use)
    said = split(asked.text, keys=frozenset({"next"}))
    words = parse(said.text)
    phase = _PHASES.get(words.verb)
    text = words.rest if phase else said.text.strip()
    if not text and asked.incident.is_open:
        return Reply(form=_form(asked.incident, phase, use))
    promised = said.one("next")
    return _update(request, use, asked.incident, text=text, phase=phase, promised=promised)


def _update(
    request: Request,
    use: UseCases,
    incident: Incident,
    *,
    text: str,
    phase: Status | None,
    promised: str | None,
) -> Reply:
    with at_field("next"):
        span = parse_duration(promised) if promised else None
    with at_field("text"):
        change = use.incidents.update(
            incident.ref, by=request.user, text=fitting(text), phase=phase, promised=span
        )
    now = change.incident
    return Reply(template="reply_updated", facts={"ref": now.ref, "update_due_at": now.update_due_at})


def _form(incident: Incident, phase: Status | None, use: UseCases) -> dict[str, object]:
    options = [(value, value.capitalize()) for value in _PHASES]
    chosen = (phase or incident.status).value
    every = use.lookup.policy.severities[incident.severity].cadence
    fields = [
        blocks.choice("phase", "Phase", options, initial=chosen if chosen in _PHASES else "investigating"),
        blocks.text_input(
            "text",
            "Where things stand",
            initial=readable(incident.last_update, use),
            multiline=True,
            optional=False,
        ),
        blocks.text_input("next", "Next update in", hint=f"Left empty: in {every}. Like 20m or 1h."),
    ]
    return blocks.form("update_form", "Post an update", "Post", fields, about=incident.ref)


@routes.button("update_form", verb="update")
def ask_update(request: Request, use: UseCases) -> Reply:
    """The buttons "Post update" on the card and on nudges."""
    incident = incident_here(request, use)
    if not incident.is_open:
        raise UpdatesAreOver(ref=incident.ref, status=incident.status.value)
    return Reply(form=_form(incident, None, use))


@routes.form("update_form", verb="update")
def keep_update(request: Request, use: UseCases) -> Reply:
    """An update written into the form."""
    incident = incident_here(request, use)
    phase = _PHASES[request.fields["phase"]]
    promised = request.fields.get("next", "").strip() or None
    _update(request, use, incident, text=request.fields["text"], phase=phase, promised=promised)
    return DONE


@routes.verb(
    "snooze",
    usage="[duration] [reason…] | off",
    does="Moves the next reminder; an update ends it.",
    example="/incident snooze 20m waiting on the vendor",
    situation=Situation.RUN,
)
def snooze(request: Request, use: UseCases) -> Reply:
    """Snooze, or end the snooze."""
    asked = incident_asked(request, use)
    words = parse(asked.text)
    if words.verb == "off":
        change = use.incidents.wake(asked.incident.ref, by=request.user)
        facts = {"same": change.is_nothing, "nudge_due_at": change.incident.nudge_due_at}
        return Reply(template="reply_awake", facts=facts)
    return _snooze(request, use, asked.incident.ref, parse_duration(words.verb or "20m"), words.rest)


@routes.button("snooze_5", "snooze_10", "snooze_15", "snooze_30", verb="snooze")
def snooze_by_button(request: Request, use: UseCases) -> Reply:
    """The buttons "Snooze 5 min" and so on."""
    minutes = int(request.event["action_id"].removeprefix("snooze_"))
    _snooze(request, use, incident_here(request, use).ref, timedelta(minutes=minutes), "")
    return DONE


def _snooze(request: Request, use: UseCases, ref: str, asked: timedelta, reason: str) -> Reply:
    change = use.incidents.snooze(ref, by=request.user, asked=asked, reason=fitting(reason))
    facts = {
        "until": change.incident.snoozed_until,
        "capped": change.news[0].facts["capped"],
        "granted": print_duration(change.news[0].facts["granted"]),
    }
    return Reply(template="reply_snoozed", facts=facts)
