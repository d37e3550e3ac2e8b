"""Something was taken back: told where it had been told."""

from collections.abc import Iterator

from bot.call import Call
from bot.domain.news import News, What
from bot.domain.reach import takes_nothing
from bot.slack.news.common import Tellers, echo, said
from bot.slack.room import Room


def _undone(room: Room, news: News) -> Iterator[Call]:
    """A follow-up is changed long after its channel was archived: whoever takes that back is answered, no more."""
    if takes_nothing(room.incident):
        return
    tell = echo if news.facts["echoed"] else said
    yield from tell("undone")(room, news)


TELL: Tellers = {What.UNDONE: _undone}
