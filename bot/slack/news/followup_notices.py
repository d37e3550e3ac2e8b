"""What is said about follow-ups of its own accord: to owners alone, and to the policy's targets (R-AI-1, 2, 3, 6).

Keys: ``followup-due:INC-…:n:user`` and ``followup-lacks:`` to a person; ``followup-blocked:INC-…:n:target``,
``followup-budget:`` and ``followup-late:`` to a target, with a user's id behind it to each person. Where nobody else
can be told: ``followup-…:INC-…:n`` in the incident's channel. Each is edited once what it says holds no more. A drill
tells nobody outside (R-DRL-2).
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from bot.call import Call, Priority, result
from bot.domain.followup import Notice
from bot.domain.followup_reminders import KEY, TARGETS, reader
from bot.domain.incident import Incident
from bot.domain.news import News, What
from bot.domain.recipients import is_group, is_person, recipients_of
from bot.slack.followup_message import message, target
from bot.slack.news.common import Tellers
from bot.slack.news.escalations import delivered
from bot.slack.room import Room

_GUARDED: Mapping[str, Any] = {"guarded": True, "priority": Priority.NUDGE}
BY_HAND = "by-hand"
"""Behind the key of what whoever sees to an incident reads in place of a target that names nobody."""


def _told(room: Room, news: News) -> Iterator[Call]:
    what, n, to = news.facts["what"], news.facts["n"], news.facts["to"]
    late = news.facts["late"]
    if room.incident.drill:
        said = message(room, what, n, untold=what in TARGETS, late=late)
        yield from () if _is_shut(room) else (_here(room, what, n, said, below=True),)
    elif to:
        yield from _alone(room, _key(room, what, n, to), to, message(room, what, n, reads=to, late=late))
    elif what in TARGETS and target(room, what).is_reachable:
        yield from _to_target(room, what, n, recipients_of(target(room, what)), late=late)
    else:
        yield from _aloud(room, what, n, message(room, what, n, untold=what in TARGETS, late=late))


def _is_shut(room: Room) -> bool:
    """Whether nothing can be said in its channel any more, or it has none: archived, out of reach, from elsewhere."""
    incident = room.incident
    gone = incident.archived_at is not None or incident.out_of_reach is not None
    return gone or (bool(incident.header) and incident.channel_id is None)


# Where it goes


def _key(room: Room, what: Notice, n: int, *more: str) -> str:
    return ":".join((f"{KEY}{what.value}", room.incident.ref, str(n), *more))


def _here(room: Room, what: Notice, n: int, said: Mapping[str, Any], *, below: bool = False) -> Call:
    more = {"thread_ts": result(room.card_key, "ts")} if below else {}
    return room.say(_key(room, what, n), {**said, **more}, **_GUARDED)


def _alone(room: Room, key: str, user: str, said: Mapping[str, Any]) -> Iterator[Call]:
    """A direct message that is not sent any more once nothing of it holds."""
    kind, _, rest = key.partition(":")
    opened = f"{kind}-open:{rest}"
    yield room.call(opened, "conversations.open", {"users": user})
    yield room.post(key, result(opened, "channel.id"), said, stream=f"dm:{user}", **_GUARDED)


def _to_target(room: Room, what: Notice, n: int, recipients: Sequence[str], **shown: Any) -> Iterator[Call]:
    said = message(room, what, n, outside=True, **shown)
    kind, about = f"{KEY}{what.value}", f"{n}:{TARGETS[what]}"
    yield from delivered(room, kind, about, recipients, to_channel=said, to_person=said, **_GUARDED)


def to_members(room: Room, kind: str, about: str, users: Sequence[str]) -> list[Call]:
    """The notice to the members of a target's user group, once Slack has named them; *kind*, *about*: of its key."""
    what, n = Notice(kind.removeprefix(KEY)), int(about.partition(":")[0])
    return list(_to_target(room, what, n, users))


def _aloud(room: Room, what: Notice, n: int, said: Mapping[str, Any]) -> Iterator[Call]:
    """Nobody is named, or nobody can be told alone: said all the same (DR-25).

    In the channel; else to whoever sees to it, else where incidents are announced.
    """
    incident, announce = room.incident, room.policy.announce
    if not _is_shut(room):
        yield _here(room, what, n, said)
    elif what in TARGETS and (to := reader(incident, "")):
        yield from _alone(room, _key(room, what, n, BY_HAND), to, said)
    elif incident.is_announced:
        yield room.post(_key(room, what, n), announce, said, stream=f"to:{announce}", **_GUARDED)


# What is said already


def edits(room: Room, before: Incident) -> Iterator[Call]:
    """The messages about follow-ups that say something else by now: done, another date, answered."""
    known = {(told.what, told.n): told.to for item in before.followups for told in item.told if told.n}
    former = Room(incident=before, policy=room.policy, names=room.names, at=room.at)
    for (what, n), to in known.items():
        outside = what in TARGETS and target(room, what).is_reachable and not room.incident.drill
        more: dict[str, Any] = {
            "reads": to,
            "outside": outside,
            "untold": what in TARGETS and not outside,
        }
        new = message(room, what, n, **more)
        if new != message(former, what, n, **more):
            yield from _edited(room, what, n, to, new)


def _edited(room: Room, what: Notice, n: int, to: str, said: Mapping[str, Any]) -> Iterator[Call]:
    """Wherever it may stand: an edit of what was never said leads nowhere."""
    keys = [_key(room, what, n, to)] if to else [_key(room, what, n), _key(room, what, n, BY_HAND)]
    if what in TARGETS:
        key = _key(room, what, n, TARGETS[what])
        told = [who for who in recipients_of(target(room, what)) if not is_group(who)]
        keys += [f"{key}:{who}" if is_person(who) else key for who in told]
    for key in dict.fromkeys(keys):
        yield room.edit(f"followup-edit:{key}:{room.incident.version}", key, said, slot=key)


TELL: Tellers = {What.FOLLOWUP_NOTICE: _told}
