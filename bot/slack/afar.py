"""What would be said in a channel that is out of reach goes to the commander instead, a few messages at a time."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from bot.call import Call, joined, references, result
from bot.domain import approval, moving
from bot.domain.incident import Incident
from bot.slack import blocks
from bot.slack.blocks import Block
from bot.slack.news.common import is_outside
from bot.slack.room import Room

AT_ONCE = ("nudge:", "rungs:", "preview:", "offer:")
"""What the keys begin with of what cannot wait: reminders come at the cadence of updates, the others seldom."""
LEFT_OUT = ("echo:",)
"""Lines below the card that repeat what the record holds."""
LONGEST = 9_000
"""Characters of what one direct message repeats; Slack takes some 12,900."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """A message that was not said."""

    key: str
    text: Any
    """A text, or what becomes one (``bot.call.joined``)."""
    blocks: tuple[Block, ...]

    @classmethod
    def of(cls, key: str, args: Any) -> "Kept":
        """The message of the call *key*."""
        return cls(key=key, text=args.get("text") or "", blocks=tuple(args.get("blocks") or ()))


def kept(key: str, args: Any, room: Room) -> Kept:
    """The message of the call *key*; of a draft that could not be uploaded, how to get at it."""
    if "content" in args or "base64" in args:
        args = room.message("trouble_upload", error=room.facts()["out_of_reach"])
    return Kept.of(key, args)


def parted(room: Room, calls: Iterable[Call], there: Collection[str]) -> tuple[list[Call], list[Call]]:
    """*calls* that lead elsewhere, and those into the incident's channel (*there*: keys of what stands in it)."""
    elsewhere, here = list[Call](), list[Call]()
    for call in calls:
        asks = call.method == "conversations.info"
        inside = call.args.get("channel") == room.incident.channel_id or references(call.args) & set(there)
        (here if inside and not asks else elsewhere).append(call)
    return elsewhere, here


def cannot_wait(calls: Iterable[Call]) -> bool:
    """Whether the commander must hear of one of *calls* at once."""
    return any(call.key.startswith(AT_ONCE) for call in calls)


def reader(incident: Incident) -> str | None:
    """Who is told: the commander, else whoever declared it; None where neither may hear of it, or is there."""
    for user in (incident.commander, incident.declared_by):
        outside = incident.private and user not in incident.members
        if not outside and user not in incident.absent:
            return user
    return None


def alarms(incident: Incident) -> tuple[str, str]:
    """What the keys of the alarms about this loss begin with: where incidents are announced, and alone."""
    since = incident.out_of_reach_since
    mark = f"{incident.ref}:{since.timestamp():.0f}:" if since else f"{incident.ref}:"
    return f"reach:{mark}", f"reach-dm:{mark}"


def alarm(room: Room) -> tuple[Call, ...]:
    """The direct message that its channel is out of reach; edited when the bot is back."""
    to, key = reader(room.incident), f"{alarms(room.incident)[1]}{room.incident.version}"
    return _alone(room, key, to, room.message("out_of_reach")) if to else ()


def taken_back(room: Room, keys: Iterable[str], **facts: Any) -> Iterator[Call]:
    """The alarms of these *keys*, edited to what is so now."""
    for key in keys:
        yield room.edit(
            f"reach-past:{key}:{room.incident.version}", key, room.message("out_of_reach_past", **facts)
        )


def told(room: Room, pending: Sequence[Kept], *, first: bool) -> tuple[Call, ...]:
    """A direct message with the *pending* messages, their buttons too. *first*: how to mend it was said just now."""
    to = reader(room.incident)
    key = f"unsaid:{room.incident.ref}:{room.incident.version}"
    said = with_repeated(room, "unsaid_there", pending, **({"invite": False} if first else {}))
    return _alone(room, key, to, said) if to and pending else ()


def asked(room: Room, pending: Sequence[Kept]) -> tuple[Call, ...]:
    """To each whom one of the *pending* messages asks something: those, where the commander has them already."""
    incident, calls = room.incident, list[Call]()
    theirs = {each.key: _addressed(incident, each.key) for each in pending}
    for user in sorted({user for users in theirs.values() for user in users} - {reader(incident)}):
        if not is_outside(room, user):
            said = with_repeated(room, "unsaid_there", [each for each in pending if user in theirs[each.key]])
            calls += _alone(room, f"unsaid:{incident.ref}:{incident.version}:{user}", user, said)
    return tuple(calls)


def _addressed(incident: Incident, key: str) -> tuple[str, ...]:
    """Of whom the message of that *key* wants something: an update, an answer to an offer, an approval."""
    kind, n = key.partition(":")[0], key.rpartition(":")[2]
    if kind == "nudge":
        return (incident.addressee,) if incident.addressee else ()
    if kind == "preview":
        return tuple(approval.approvers(incident))
    return tuple(offer.to for offer in incident.offers if kind == "offer" and str(offer.n) == n)


def _alone(room: Room, key: str, to: str, said: dict[str, Any]) -> tuple[Call, ...]:
    opened = f"open-{key}"
    return (
        room.call(opened, "conversations.open", {"users": to}),
        room.post(key, result(opened, "channel.id"), said, stream=f"dm:{to}"),
    )


def with_repeated(room: Room, template: str, pending: Sequence[Kept], **facts: Any) -> dict[str, Any]:
    """A message with *template* and the *pending* messages below it, their buttons too."""
    shown = _fitting(pending)
    reminds = any(each.key.startswith("nudge:") for each in pending)
    facts = {"invite": reminds or room.incident.nudge_due_at is None, **facts}  # said once a look
    message = room.message(template, more=len(pending) - len(shown), shown=len(shown), **facts)
    extra = [block for each in shown for block in each.blocks][
        : blocks.MESSAGE_LIMIT - len(message["blocks"])
    ]
    words = joined(message["text"], *(part for each in shown for part in ("\n", each.text)))
    return {"text": words if shown else message["text"], "blocks": [*message["blocks"], *extra]}


def waiting(incident: Incident) -> set[str]:
    """The keys of messages whose buttons wait for an answer."""
    ref, text, call = incident.ref, incident.external, moving.asked_roles(incident)
    keys = {f"offer:{ref}:{offer.n}" for offer in incident.offers}
    if text is not None and not text.outcome:
        keys.add(f"preview:{ref}:{text.n}")
    if call is not None:
        keys.add(f"roles:{ref}:{call.n}")
    if incident.is_open and any(each.is_told and not each.is_settled for each in incident.escalations):
        keys.add(f"rungs:{ref}:{incident.rungs}")
    return keys


def _fitting(pending: Sequence[Kept]) -> list[Kept]:
    """The newest of *pending* that fit into one message."""
    found: list[Kept] = []
    length = 0
    for each in reversed(pending):
        length += len(str(each.blocks))
        if found and length > LONGEST:
            break
        found.insert(0, each)
    return found
