"""Status updates and what moves their clock: ``update``, ``phase``, ``snooze``."""

from datetime import timedelta

from bot.domain import cadence, mistyped
from bot.domain.arguments import Arguments
from bot.domain.incident import Status, severity_of
from bot.domain.refusal_customers import WhichPhase
from bot.domain.times import parse_duration, print_duration
from bot.domain.updates import WORDS, Said, phase_word
from bot.domain.words import parse, split
from handlers.asking import fitting, incident_asked, incident_here
from handlers.posting import post
from handlers.routes import DONE, Reply, Request, Routes, Situation, UseCases
from handlers.update_form import update_form

routes = Routes()
_FLAGS = frozenset({"external", "exec"})


def _taken_apart(text: str, typed: str) -> Arguments:
    """*text* without options and flags. Raises FlagNearby: with a mistyped one customers would hear nothing."""
    taken = split(text, keys=frozenset({"next"}), flags=_FLAGS)
    mistyped.check(taken, typed, _FLAGS)
    return taken


def _promised(taken: Arguments) -> timedelta | None:
    """When the next one comes, as ``next=`` says."""
    given = taken.one("next")
    return parse_duration(given) if given else None


@routes.verb(
    "update",
    aliases=("post",),
    usage="[investigating|identified|monitoring|resolved] message… [next=20m] [--external] [--exec]",
    does="Posts a status update and restarts the clock. Without a message it opens a form. "
    "--external tells customers too, --exec the executives.",
    example="/incident update identified Pool is exhausted, raising the limit next=15m",
    situation=Situation.RUN,
    often=True,
)
def update(request: Request, use: UseCases) -> Reply:
    """Post an update; an empty one opens the form with the last values, unless customers get the approved text."""
    asked = incident_asked(request, use)
    taken = _taken_apart(asked.text, request.typed)
    words = parse(taken.text)
    phase = WORDS.get(words.verb)
    text = words.rest if phase else taken.text.strip()
    outside = "external" in taken.flags
    if not text and not outside and asked.incident.is_open:
        return update_form(asked.incident, use, phase=phase, taken=taken)
    said = Said(
        text=fitting(text), phase=phase, promised=_promised(taken), outside=outside, executives="exec" in taken.flags
    )  # fmt: skip
    return post(request, use, asked.incident, said)


@routes.verb(
    "phase",
    aliases=("stage",),
    usage="investigating|identified|monitoring|resolved [message…]",
    does="Says how far it is. Only with a message it is an update and restarts the clock.",
    example="/incident phase monitoring",
    situation=Situation.RUN,
)
def phase(request: Request, use: UseCases) -> Reply:
    """Another phase: without a message a change on the timeline, with one an update (DR-4)."""
    asked = incident_asked(request, use)
    taken = _taken_apart(asked.text, request.typed)
    words = parse(taken.text)
    if not words.verb:
        raise WhichPhase
    wanted = phase_word(words.verb)
    if words.rest or "external" in taken.flags:
        said = Said(
            text=fitting(words.rest),
            phase=wanted,
            promised=_promised(taken),
            outside="external" in taken.flags,
            executives="exec" in taken.flags,
        )
        return post(request, use, asked.incident, said)
    if wanted is Status.RESOLVED:
        use.lookup.allow("resolve", request.user)
    change = use.updates.change_phase(asked.incident.ref, wanted, by=request.user)
    now = change.incident
    facts = {
        "ref": now.ref, "status": now.status.value, "same": change.is_nothing, "update_due_at": now.update_due_at,
        "resolved_now": now.status is Status.RESOLVED,
        "in_vain": [*(["next="] if taken.one("next") else []), *(["--exec"] if "exec" in taken.flags else [])],
    }  # fmt: skip
    return Reply(template="reply_phase", facts=facts)


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
        now = change.incident
        facts = {
            "same": change.is_nothing,
            "nudge_due_at": now.nudge_due_at,
            "update_due_at": now.update_due_at,
            "paused_until": now.paused_until,
        }
        return Reply(template="reply_awake", facts=facts)
    return _snooze(request, use, asked.incident.ref, parse_duration(words.verb or "20m"), words.rest)


@routes.button("snooze_5", "snooze_10", "snooze_15", "snooze_30", verb="snooze")
def snooze_by_button(request: Request, use: UseCases) -> Reply:
    """The buttons "Snooze 5 min" and so on."""
    minutes = int(request.event["action_id"].removeprefix("snooze_"))
    reply = _snooze(request, use, incident_here(request, use).ref, timedelta(minutes=minutes), "")
    return reply if reply.facts["same"] else DONE


def _snooze(request: Request, use: UseCases, ref: str, asked: timedelta, reason: str) -> Reply:
    change = use.incidents.snooze(ref, by=request.user, asked=asked, reason=fitting(reason))
    now = change.incident
    granted = cadence.snooze_cap(asked, severity_of(now, use.lookup.policy))
    facts = {
        "same": change.is_nothing,
        "until": now.nudge_due_at,
        "capped": granted < asked,
        "granted": print_duration(granted),
    }
    return Reply(template="reply_snoozed", facts=facts)
