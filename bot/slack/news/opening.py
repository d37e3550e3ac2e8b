"""An incident is declared: channel, invitations, card, announcement."""

from collections.abc import Iterator

from bot import render
from bot.call import Call, Priority, result
from bot.domain.incident import News, What
from bot.slack.news.common import Tellers
from bot.slack.news.escalations import informed, invitations
from bot.slack.room import Room, card, topic


def _declared(room: Room, _: News) -> Iterator[Call]:
    incident = room.incident
    ref, first = incident.ref, Priority.DECLARING
    opened = (room.channel_key,)
    yield room.call(
        opened[0],
        "open_channel",
        {"name": incident.channel_name, "ref": ref, "private": False},
        priority=first,
    )
    users = sorted({incident.declared_by, *incident.roles.values()} - {incident.declared_by})
    for user in (incident.declared_by, *users):
        args = {"channel": room.channel, "users": user}
        yield room.call(f"invite:{ref}:{user}", "conversations.invite", args, priority=first)
    yield room.say(room.card_key, card(room), priority=first)
    announce = room.post(
        f"announce:{ref}", room.policy.announce, room.message("announcement"), stream=f"announce:{ref}", priority=first,
        after=opened,
    )  # fmt: skip
    yield announce
    pin = {"channel": room.channel, "timestamp": result(room.card_key, "ts")}
    yield room.call(f"pin:{ref}", "pins.add", pin, priority=first)
    yield topic(room, f"topic:{ref}:0")
    yield room.call(
        f"purpose:{ref}",
        "conversations.setPurpose",
        {"channel": room.channel, "purpose": render.slack("purpose", room.facts())},
        priority=Priority.COSMETIC,
    )
    yield from invitations(room)
    yield from informed(room)


TELL: Tellers = {What.DECLARED: _declared}
