"""Who does what: roles."""

from collections.abc import Iterator

from bot.call import Call, result
from bot.domain.incident import News, What
from bot.slack.news.common import Tellers, said
from bot.slack.room import Room, readable


def _role(room: Room, news: News) -> Iterator[Call]:
    ref, version, to = room.incident.ref, room.incident.version, news.facts["to"]
    yield from said("role_assigned")(room, news)
    args = {"channel": room.channel, "users": to}
    yield room.call(f"invite:{ref}:{to}:{version}", "conversations.invite", args)
    message = room.message("role_instructions", **readable(room, news))
    if room.incident.drill:  # nothing leaves its channel (R-DRL-2)
        yield room.say(f"dm:{ref}:{version}", {**message, "thread_ts": result(room.card_key, "ts")})
        return
    opened = f"dm-open:{ref}:{version}"
    yield room.call(opened, "conversations.open", {"users": to})
    yield room.post(f"dm:{ref}:{version}", result(opened, "channel.id"), message, stream=f"dm:{to}")


TELL: Tellers = {What.ROLE: _role}
