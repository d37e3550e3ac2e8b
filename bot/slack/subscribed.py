"""What those are told who subscribed to an incident: one direct message for each step, under a key of its own.

Keys: ``subscriber:INC-…:version:what:user``; ``subscriber-open:INC-…:user`` opens the conversation, once.
"""

from collections.abc import Iterator, Sequence

from bot.call import Call, Priority, result
from bot.domain import subscribing
from bot.domain.news import News
from bot.slack import blocks
from bot.slack.room import Room, readable


def told(room: Room, news: Sequence[News], users: Sequence[str]) -> Iterator[Call]:
    """All that *users* hear of *news*; not whoever did it, for they know."""
    for each in news:
        if subscribing.is_told(each):
            for user in users:
                if user != each.facts.get("by"):
                    yield from _alone(room, each, user)


def _alone(room: Room, news: News, user: str) -> Iterator[Call]:
    ref, what = room.incident.ref, news.what
    ends = what in subscribing.ENDS
    row = () if ends else (blocks.actions(blocks.subscription(ref, told=True)),)
    message = room.message("subscribed", *row, **{**readable(room, news), "what": what.value, "ends": ends})
    opened = f"subscriber-open:{ref}:{user}"
    yield room.call(opened, "conversations.open", {"users": user}, once=True, anew=True)
    key = f"subscriber:{ref}:{room.incident.version}:{what.value}:{user}"
    to = result(opened, "channel.id")
    yield room.post(key, to, message, stream=f"dm:{user}", priority=Priority.COSMETIC)
