"""What is said in the channel of a customer escalation about itself; what its incident hears: ``bot.slack.tied``."""

from collections.abc import Iterator

from bot.call import Call
from bot.domain.news import News, What
from bot.slack.news.common import Tellers, said
from bot.slack.room import Room, readable


def _tied(room: Room, news: News) -> Iterator[Call]:
    ref, where = room.incident.ref, news.facts["other_channel"]
    facts = readable(room, news)
    facts |= {"other_title": room.quiet(news.facts["other_title"]), "where": f"<#{where}>" if where else ""}
    yield room.say(f"case-tied:{ref}:{room.incident.version}", room.message("case_tied", **facts))


TELL: Tellers = {
    What.CASE_LEVEL: said("case_level"),
    What.CASE_TIED: _tied,
    What.CASE_UNTIED: said("case_untied"),
}
