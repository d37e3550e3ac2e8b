"""Who does what: roles, the question who takes them, and hand-offs."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from bot import render
from bot.call import Call
from bot.domain.handover import Handover, Quote
from bot.domain.news import News, What
from bot.domain.parts import Offer, RoleCall, Task
from bot.domain.rolecall import holder
from bot.slack import blocks
from bot.slack.cutting import fitting
from bot.slack.news.common import Tellers, alone, invited
from bot.slack.room import ECHOED, Room, readable


def _role(room: Room, news: News) -> Iterator[Call]:
    ref, version, to = room.incident.ref, room.incident.version, news.facts["to"]
    facts = readable(room, news)
    former = f"<@{news.facts['from']}>" if news.facts["from"] else None
    taken = news.facts.get("instead")
    instead = f"<@{taken}>" if taken and not former else None
    key = f"role-assigned:{ref}:{version}"
    yield room.say(key, room.message("role_assigned", **{**facts, "former": former, "instead": instead}))
    yield invited(room, to)
    yield from alone(room, f"dm:{ref}:{version}", to, "role_instructions", **facts)


# The role call


def _wanted(room: Room, news: News) -> Iterator[Call]:
    ref, n = room.incident.ref, news.facts["n"]
    yield room.say(f"roles:{ref}:{n}", _call_message(room))
    if n > 1:
        message = _line(room, "roles_repeated")
        yield room.edit(f"roles-past:{ref}:{n - 1}", f"roles:{ref}:{n - 1}", message)


def asked_again(room: Room, call: RoleCall) -> Iterator[Call]:
    """The role call, in the channel where the incident goes on."""
    yield room.say(f"roles:{room.incident.ref}:{call.n}", _call_message(room))


def claimed(room: Room) -> Iterator[Call]:
    """The role call that stands in the channel, edited to what is so now."""
    call, ref = room.incident.role_call, room.incident.ref
    if call is not None and call.n:
        key = f"roles-edit:{ref}:{room.incident.version}"
        yield room.edit(key, f"roles:{ref}:{call.n}", _call_message(room), slot=f"roles:{ref}:{call.n}")


def _call_message(room: Room) -> dict[str, Any]:
    """The question with a button for each role that is still free; one line where none is."""
    call = room.incident.role_call
    asked = [room.policy.roles[key] for key in (call.roles if call else ()) if key in room.policy.roles]
    held = {role.key: holder(room.incident, role.key) for role in asked}
    taken = [(role.label, f"<@{held[role.key]}>") for role in asked if held[role.key]]
    free = [(role.key, role.label) for role in asked if not held[role.key]]
    if not free:
        return _line(room, "roles_claimed", taken=taken)
    labels = [label for _, label in free]
    return room.message("roles_wanted", *blocks.claims(room.incident.ref, free), free=labels, taken=taken)


def _line(room: Room, template: str, **facts: Any) -> dict[str, Any]:
    text = render.slack(template, room.facts(**facts), room.policy.command)
    return {"text": text, "blocks": [blocks.context(text)]}


# Hand-offs


def _offered(room: Room, news: News) -> Iterator[Call]:
    facts, note = news.facts, news.facts["handover"]
    keys = {role.label: role.key for role in room.policy.roles.values()}
    yield invited(room, facts["to"])
    shown = {
        **readable(room, news),
        **_shown(room, note),
        "holder": f"<@{facts['holder']}>" if facts["holder"] else None,
        "note": fitting(room.quiet(facts["note"]), 3_000),
    }
    row = blocks.offer(room.incident.ref, facts["n"], keys[facts["label"]])
    yield room.say(f"offer:{room.incident.ref}:{facts['n']}", room.message("handoff_offered", row, **shown))


def offered_again(room: Room, offer: Offer) -> Iterator[Call]:
    """An offer that waits, in the channel where the incident goes on: in short, the record has the rest."""
    role = room.policy.roles.get(offer.role)
    facts = {
        "by": f"<@{offer.by}>", "to": f"<@{offer.to}>", "label": role.label if role else offer.role,
        "note": fitting(room.quiet(offer.note), 3_000),
    }  # fmt: skip
    row = blocks.offer(room.incident.ref, offer.n, offer.role)
    yield room.say(f"offer:{room.incident.ref}:{offer.n}", room.message("handoff_waits", row, **facts))


def _shown(room: Room, note: Handover) -> dict[str, Any]:
    """The note's parts in words that call nobody."""
    since = room.at - (room.incident.last_update_at or room.at)
    return {
        "since_update": max(since, timedelta()),
        "tried": [_quoted(room, quote) for quote in note.tried],
        "owners": [(label, room.quiet(f"<@{user}>")) for label, user in note.roles],
        "open": [_task(room, task) for task in note.tasks],
        "next": _quoted(room, note.next) if note.next else None,
    }


def _quoted(room: Room, quote: Quote) -> dict[str, Any]:
    text = fitting(room.quiet(quote.text), ECHOED)
    return {"at": quote.at, "kind": quote.kind, "text": text, "who": room.quiet(quote.who)}


def _task(room: Room, task: Task) -> dict[str, Any]:
    owner = room.quiet(f"<@{task.owner}>") if task.owner else None
    return {
        "n": task.n,
        "text": fitting(room.quiet(task.text), ECHOED),
        "owner": owner,
        "due_at": task.due_at,
    }


def _ended(room: Room, news: News) -> Iterator[Call]:
    """An offer that waits no longer is one line, without buttons."""
    ref, n = room.incident.ref, news.facts["n"]
    yield room.edit(
        f"offer-past:{ref}:{n}", f"offer:{ref}:{n}", _line(room, "handoff_ended", **readable(room, news))
    )


def _declined(room: Room, news: News) -> Iterator[Call]:
    has = news.facts["holder"]
    key = f"handoff-declined:{room.incident.ref}:{room.incident.version}"
    facts = {**readable(room, news), "holder": room.quiet(f"<@{has}>") if has else None}
    yield room.say(key, room.message("handoff_declined", **facts))


def _absent(room: Room, news: News) -> Iterator[Call]:
    """Somebody with a part in it was deactivated: what is to be handed over, and how."""
    who, keys = f"<@{news.facts['to']}>", news.facts["roles"]
    held = [room.policy.roles[key].label for key in keys if key in room.policy.roles]
    message = room.message("absent", to=who, keys=keys, held=held, numbers=news.facts["tasks"])
    yield room.say(f"absent:{room.incident.ref}:{room.incident.version}", message)


TELL: Tellers = {
    What.ABSENT: _absent,
    What.ROLE: _role,
    What.ROLES_WANTED: _wanted,
    What.OFFERED: _offered,
    What.OFFER_ENDED: _ended,
    What.DECLINED: _declined,
}
