"""Status updates and what moves their clock: ``update``, ``phase``, ``snooze``; the update form."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from bot.domain import approval, cadence, external, mistyped
from bot.domain.arguments import Arguments
from bot.domain.incident import Change, Incident, Status, severity_of
from bot.domain.news import What
from bot.domain.refusal import OutOfDate, UpdatesAreOver
from bot.domain.refusal_customers import WhichPhase
from bot.domain.times import parse_duration, print_duration
from bot.domain.updates import EXECUTIVES, WORDS, Said, phase_word
from bot.domain.words import parse, split
from bot.slack import blocks
from handlers.asking import at_field, fitting, incident_asked, incident_here, readable
from handlers.routes import DONE, Reply, Request, Routes, Situation, UseCases

routes = Routes()
_FLAGS = frozenset({"external", "exec"})
OUTSIDE, TO_EXECUTIVES = "external", "exec"
"""What can be chosen in the form besides the incident's channel."""


def _taken_apart(text: str, typed: str) -> Arguments:
    """*text* without options and flags. Raises FlagNearby: with a mistyped one customers would hear nothing."""
    taken = split(text, keys=frozenset({"next"}), flags=_FLAGS)
    mistyped.check(taken, typed, _FLAGS)
    return taken


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
        return Reply(form=_form(asked.incident, phase, use, taken))
    said = Said(text=fitting(text), phase=phase, outside=outside, executives="exec" in taken.flags)
    return _post(request, use, asked.incident, said, promised=taken.one("next"))


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
            outside="external" in taken.flags,
            executives="exec" in taken.flags,
        )
        return _post(request, use, asked.incident, said, promised=taken.one("next"))
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


def _allow(request: Request, use: UseCases, incident: Incident, said: Said) -> None:
    """Raise LeftToOthers where an update does what the policy leaves to some under another verb (DR-19)."""
    resolves = said.phase is Status.RESOLVED
    moves = not resolves and said.phase not in (None, incident.status)
    also = [("external", said.outside), ("resolve", resolves), ("phase", moves), ("update", True)]
    for verb, does in also:
        if does:
            use.lookup.allow(verb, request.user)


def _post(request: Request, use: UseCases, incident: Incident, said: Said, *, promised: str | None) -> Reply:
    _allow(request, use, incident, said)
    with at_field("next"):
        span = parse_duration(promised) if promised else None
    with at_field("text"):
        change = use.updates.post(
            incident.ref,
            Said(
                text=said.text,
                phase=said.phase,
                promised=span,
                outside=said.outside,
                executives=said.executives,
            ),
            by=request.user,
        )
    vain = span is not None and not change.incident.is_open
    return Reply(template="reply_updated", facts={**_told(change, said, use), "promised_in_vain": vain})


def _told(change: Change, said: Said, use: UseCases) -> Mapping[str, Any]:
    """What the answer says: what happened in the channel, outside, and at the executives'."""
    policy, now = use.lookup.policy, change.incident
    news = {each.what for each in change.news}
    target = policy.targets.get(EXECUTIVES)
    sent = "drill" if now.drill else "sent" if What.EXECUTIVES in news else "nobody"
    return {
        "ref": now.ref,
        "update_due_at": now.update_due_at,
        "inside": What.UPDATED in news,
        "resolved_now": What.RESOLVED in news,
        "drill": now.drill,
        "outside": "published" if What.EXTERNAL in news else "waiting" if What.PREVIEW in news else "",
        "status_channel": policy.status,
        "no_service": not now.services,
        "pre_approved": policy.status_texts[(said.phase or external.phase_of(now)).value],
        "approvers": " or ".join(f"<@{user}>" for user in approval.approvers(now)),
        "first": external.first(change, policy),
        "executives": sent if said.executives else "",
        "executives_channel": (target.channel if target else "") or "",
    }


def _form(
    incident: Incident, phase: Status | None, use: UseCases, taken: Arguments | None = None
) -> dict[str, object]:
    """The form, filled in with what is known and what was typed already."""
    policy = use.lookup.policy
    options = [(value, value.capitalize()) for value in WORDS]
    chosen = (phase or incident.status).value
    every = severity_of(incident, policy).cadence
    target = policy.targets.get(EXECUTIVES)
    audiences = [(OUTSIDE, "Customers (an edited text waits for approval)")]
    if target is not None and target.channel:
        audiences.append((TO_EXECUTIVES, f"Executives (#{target.channel})"))
    fields = [
        blocks.choice("phase", "Phase", options, initial=chosen if chosen in WORDS else "investigating"),
        blocks.text_input(
            "text", "Where things stand", initial=readable(incident.last_update, use), multiline=True,
            hint="Left empty, and for customers: the approved text of the phase.",
        ),
        blocks.text_input(
            "next", "Next update in", initial=(taken.one("next") or "") if taken else "",
            hint=f"Left empty: in {every}. Like 20m or 1h.",
        ),
        blocks.checkboxes("audiences", "Tell also", audiences, initial=taken.flags if taken else ()),
    ]  # fmt: skip
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
    audiences, phase = request.fields.get("audiences", "").split(), request.fields["phase"]
    if phase not in WORDS:
        raise OutOfDate
    said = Said(
        text=request.fields.get("text", ""), phase=WORDS[phase], outside=OUTSIDE in audiences,
        executives=TO_EXECUTIVES in audiences,
    )  # fmt: skip
    _post(request, use, incident, said, promised=request.fields.get("next", "").strip() or None)
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
