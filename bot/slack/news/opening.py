"""An incident is declared: channel, invitations, card, announcement."""

from collections.abc import Iterator, Mapping

from bot import render
from bot.call import Call, Priority, result
from bot.domain.incident import Incident
from bot.domain.news import News, What
from bot.slack.news.common import Tellers, echo
from bot.slack.news.escalations import informed, invitations
from bot.slack.room import Room, card, topic


def _declared(room: Room, news: News) -> Iterator[Call]:
    incident = room.incident
    ref, first = incident.ref, Priority.DECLARING
    adopted = news.facts.get("adopted", False)
    if adopted:
        yield joining(room)
    else:
        args = {"name": incident.channel_name, "ref": ref, "private": incident.private}
        yield room.call(room.channel_key, "open_channel", args, priority=first)
    inside = (f"join:{ref}",) if adopted else (room.channel_key,)
    for user in _invited(incident, adopted=adopted):
        args = {"channel": room.channel, "users": user}
        yield room.call(f"invite:{ref}:{user}", "conversations.invite", args, priority=first, after=inside)
    furniture = list(furnished(room, after=inside, own=not adopted))
    yield furniture[0]
    if room.is_announced:
        yield announced_first(room, after=inside)
    yield from furniture[1:]
    if incident.is_open:
        yield from invitations(room, after=inside)
        yield from informed(room)


def announced_first(room: Room, *, after: tuple[str, ...] = ()) -> Call:
    """The announcement, where incidents are announced."""
    key = f"announce:{room.incident.ref}"
    message = room.message("announcement")
    return room.post(
        key, room.announce_channel, message, stream=key, priority=Priority.DECLARING, after=after
    )


def link(room: Room, answer_to: Mapping[str, str]) -> Call:
    """The channel's link for whoever declared, where they did: their answer came before it was there (DR-17).

    It is no incident's call: one that Slack does not take leads to nothing said in the channel. Where the channel
    cannot be opened it is dropped, and the declarer is told why.
    """
    said = room.linked(room.marked(render.slack("opened", room.facts(), room.policy.command)))
    args = {**answer_to, "text": said, "response_type": "ephemeral", "replace_original": False}
    return Call(
        key=f"link:{room.incident.ref}", method="respond", args=args, after=(room.channel_key,),
        priority=Priority.DECLARING,
    )  # fmt: skip


def adopted(room: Room) -> Iterator[Call]:
    """What is said where an incident adopts a channel that people made."""
    yield from _declared(room, News(what=What.DECLARED, facts={"adopted": True}))


def joining(room: Room) -> Call:
    """The bot comes into a channel that people made (``convert``)."""
    args = {"channel": room.channel, "private": room.incident.private}
    return room.call(f"join:{room.incident.ref}", "join_channel", args, priority=Priority.DECLARING)


def _invited(incident: Incident, *, adopted: bool) -> tuple[str, ...]:
    """Whoever declared, and who has a role. In an adopted channel the declarer is there already."""
    others = sorted({*incident.roles.values()} - {incident.declared_by})
    return tuple(others) if adopted else (incident.declared_by, *others)


def furnished(room: Room, *, after: tuple[str, ...] = (), own: bool = True) -> Iterator[Call]:
    """What stands in a channel of the incident's: the card first, its pin; topic and purpose where it is its *own*."""
    incident = room.incident
    ref, n = incident.ref, incident.channels
    number = f":{n}" if n > 1 else ""
    yield room.say(room.card_key, card(room), priority=Priority.DECLARING, after=after)
    pin = {"channel": room.channel, "timestamp": result(room.card_key, "ts")}
    yield room.call(f"pin:{ref}{number}", "pins.add", pin, priority=Priority.DECLARING)
    if own:
        yield topic(room, f"topic:{ref}:0{number}", after=after)
        said = room.marked(render.slack("purpose", room.facts(), room.policy.command))
        args = {"channel": room.channel, "purpose": said}
        yield room.call(
            f"purpose:{ref}{number}", "conversations.setPurpose", args, priority=Priority.COSMETIC
        )


TELL: Tellers = {What.DECLARED: _declared, What.DECLARED_FROM: echo("declared_from")}
