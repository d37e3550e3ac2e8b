"""The incident's channel is out of reach, or in reach again. What its commander hears alone: ``bot.slack.afar``."""

from collections.abc import Iterator

from bot.call import Call, result
from bot.domain.incident import Incident
from bot.domain.news import News, What
from bot.domain.parts import Loss
from bot.domain.reach import Missed
from bot.slack import afar
from bot.slack.news.common import Tellers
from bot.slack.news.moving import waiting
from bot.slack.room import Room, card, readable


def _lost(room: Room, news: News) -> Iterator[Call]:
    """Said aloud where incidents are announced, with what to do; where Slack is not plain about it, it is asked."""
    incident = room.incident
    if room.is_announced and incident.is_open:
        key = f"{afar.alarms(incident)[0]}{incident.version}"
        message = room.message("out_of_reach_announced", **readable(room, news))
        yield room.post(key, room.announce_channel, message, stream=f"announce:{incident.ref}")
    if incident.out_of_reach is Loss.HIDDEN:
        yield looked(incident)


def _checked(room: Room, news: News) -> Iterator[Call]:  # noqa: ARG001 - as all tellers
    yield looked(room.incident)


def looked(incident: Incident, again: str = "") -> Call:
    """Ask Slack how the channel stands; *again* tells the question from one that was asked before."""
    key = f"probe:{incident.ref}:{incident.version}{again}"
    args = {"channel": incident.channel_id}
    return Call(key=key, method="conversations.info", args=args, incident=incident.ref)


def _back(room: Room, news: News) -> Iterator[Call]:
    """One message says what was missed, and what nobody has read yet; what waits for an answer is shown again."""
    incident = room.incident
    ref, version = incident.ref, incident.version
    missed: Missed = news.facts["missed"]
    facts = {"since": news.facts["since"], "nudges": missed.nudges, "others": missed.others}
    facts |= {"waits": bool(missed.again), "late": missed.is_nudge_due or missed.is_draft_due}
    yield room.say(
        f"in-reach:{ref}:{version}", afar.with_repeated(room, "in_reach", missed.repeated, **facts)
    )
    yield from (call for call in waiting(room) if call.key in missed.again)
    yield from afar.taken_back(room, missed.alarms, moved=False, since=news.facts["since"])
    users = sorted({incident.commander, *incident.roles.values()} - set(incident.absent))
    if incident.is_open and users:
        args = {"channel": room.channel, "users": ",".join(users), "force": True}
        yield room.call(f"invite:{ref}:back:{version}", "conversations.invite", args)


def card_again(room: Room) -> Iterator[Call]:
    """The status card, which somebody deleted, once more; edits of it go to the new one from here on."""
    key = f"card-again:{room.incident.ref}:{room.incident.version}"
    yield room.say(key, card(room), once=True)
    pin = {"channel": room.channel, "timestamp": result(key, "ts")}
    yield room.call(f"pin-again:{room.incident.ref}:{room.incident.version}", "pins.add", pin, once=True)


TELL: Tellers = {What.OUT_OF_REACH: _lost, What.REACH_CHECKED: _checked, What.IN_REACH: _back}
