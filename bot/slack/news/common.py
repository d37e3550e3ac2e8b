"""What several kinds of news share: one message in the channel, one line in the card's thread."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from bot.call import Call, result
from bot.domain.news import News, What
from bot.slack.blocks import Block
from bot.slack.cutting import fitting
from bot.slack.room import ECHOED, FREE_TEXT, Room, readable

Teller = Callable[[Room, News], Iterator[Call]]
"""Gives the calls that tell of one piece of news."""
Tellers = Mapping[What, Teller]


def said(template: str) -> Callable[[Room, News], Iterator[Call]]:
    """News that is one message in the incident's channel."""

    def tell(room: Room, news: News) -> Iterator[Call]:
        facts = readable(room, news)
        key = f"{template.replace('_', '-')}:{room.incident.ref}:{room.incident.version}"
        yield room.say(key, room.message(template, **facts))

    return tell


def echo(template: str) -> Callable[[Room, News], Iterator[Call]]:
    """News that is one short line in the card's thread (DR-2, DR-20)."""

    def tell(room: Room, news: News) -> Iterator[Call]:
        ref = room.incident.ref
        facts = readable(room, news)
        facts |= {
            name: fitting(facts[name], ECHOED) for name in FREE_TEXT if isinstance(facts.get(name), str)
        }
        yield in_thread(room, f"echo:{ref}:{room.incident.version}", room.message(template, **facts))

    return tell


def in_thread(room: Room, key: str, message: Mapping[str, Any]) -> Call:
    """A message below the status card."""
    return room.say(key, {**message, "thread_ts": result(room.card_key, "ts")})


def invited(room: Room, user: str) -> Call:
    """In the channel's own order: what is said after it finds them there, also where Slack refuses the invitation."""
    key = f"invite:{room.incident.ref}:{user}:{room.incident.version}"
    args = {"channel": room.channel, "users": user}
    return room.call(key, "conversations.invite", args, stream=room.incident.ref)


def is_outside(room: Room, user: str) -> bool:
    """Whether *user* cannot be told alone: deactivated, or outside of a private incident, as one who left (DR-28)."""
    incident = room.incident
    return user in incident.absent or (incident.private and user not in incident.members)


def alone(room: Room, key: str, user: str, template: str, *extra: Block, **facts: Any) -> Iterator[Call]:
    """A direct message to *user*; in a drill below the card, for nothing leaves its channel (R-DRL-2).

    Who left a private incident hears nothing of it: what they would have been told stands below the card too (DR-28).
    The template begins with "{{ whom }}", which names the person where the message is not theirs alone.
    """
    stays = room.incident.drill or is_outside(room, user)
    whom = f"<@{user}>: " if stays else ""
    message = room.message(template, *extra, **{**facts, "whom": whom})
    if stays:
        yield in_thread(room, key, message)
        return
    kind, _, rest = key.partition(":")
    opened = f"{kind}-open:{rest}"
    yield room.call(opened, "conversations.open", {"users": user})
    yield room.post(key, result(opened, "channel.id"), message, stream=f"dm:{user}")
