"""The pace: pauses, the long pace, stale incidents, and the archiving at the end."""

from collections.abc import Iterator

from bot.call import Call, Priority, result
from bot.domain import long_pace
from bot.domain.incident import Status
from bot.domain.news import News, What
from bot.slack import blocks
from bot.slack.blocks import Block
from bot.slack.news.common import Tellers, echo, is_outside, said
from bot.slack.room import Room, readable


def long_offer(room: Room) -> list[Block]:
    """The button "Long incident: every 30 min", where it may be chosen (DR-3)."""
    slower = long_pace.offered(room.incident, room.policy, room.at)
    if slower is None:
        return []
    return [blocks.button(f"Long incident: every {slower.cadence}", "long_on", room.incident.ref)]


def _stale(room: Room, news: News) -> Iterator[Call]:
    """A question: to the commander alone the first time, then in the channel (DR-22), or where they left it (DR-28)."""
    ref, version, facts = room.incident.ref, room.incident.version, readable(room, news)
    key, row = f"stale:{ref}:{version}", _ways_on(room)
    facts["alone"] = facts["alone"] and not is_outside(room, room.incident.commander)
    if not facts["alone"]:
        yield room.say(key, room.message("stale", row, **facts), guarded=True, priority=Priority.NUDGE)
        return
    opened = f"stale-open:{ref}:{version}"
    yield room.call(opened, "conversations.open", {"users": room.incident.commander})
    message = room.message("stale", row, **facts)
    yield room.post(
        key, result(opened, "channel.id"), message, stream=f"dm:{room.incident.commander}", guarded=True,
        priority=Priority.NUDGE,
    )  # fmt: skip


def _ways_on(room: Room) -> Block:
    ref = room.incident.ref
    if room.incident.status is Status.RESOLVED:
        return blocks.actions(
            blocks.button("Close", "close", ref, style="primary"), blocks.button("Reopen", "reopen", ref)
        )
    return blocks.actions(
        blocks.button("Still going on", "still", ref),
        blocks.button("Post update", "update_form", ref, style="primary"),
        blocks.button("Resolve", "resolve_form", ref),
    )


def _archived(room: Room, _: News) -> Iterator[Call]:
    """A last line that says how to come back, then the archive; neither where it is reopened in between."""
    ref, version = room.incident.ref, room.incident.version
    line = f"archived:{ref}:{version}"
    yield room.say(line, room.message("archived"), guarded=True)
    yield room.call(
        f"archive:{ref}:{version}", "conversations.archive", {"channel": room.channel}, after=(line,),
        stream=ref, guarded=True, priority=Priority.COSMETIC,
    )  # fmt: skip


TELL: Tellers = {
    What.PAUSED: said("paused"),
    What.RESUMED: said("resumed"),
    What.LONG: said("long_pace"),
    What.STALE: _stale,
    What.STILL: echo("still_going_on"),
    What.ARCHIVED: _archived,
}
