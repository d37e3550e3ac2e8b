"""Something was taken back: told where it had been told."""

from collections.abc import Iterator

from bot.call import Call
from bot.domain.news import News, What
from bot.slack.news.common import Tellers, echo, said
from bot.slack.room import Room


def _undone(room: Room, news: News) -> Iterator[Call]:
    tell = echo if news.facts["echoed"] else said
    yield from tell("undone")(room, news)


TELL: Tellers = {What.UNDONE: _undone}
