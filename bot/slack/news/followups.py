"""Follow-ups: each change of one is a line in the card's thread (DR-2, DR-20)."""

from collections.abc import Iterator

from bot.call import Call
from bot.domain.news import News, What
from bot.domain.reach import takes_nothing
from bot.slack.news.common import Tellers, echo, invited
from bot.slack.room import Room


def _changed(room: Room, news: News) -> Iterator[Call]:
    """Whoever is given one of a private incident is let in, so that they read of it (DR-28).

    Follow-ups outlive the channel: one that was archived gets nothing, and whoever typed it was answered.
    """
    if takes_nothing(room.incident):
        return
    owner = news.facts["to"]
    if room.incident.private and news.facts.get("given") and owner and owner != news.facts["by"]:
        yield invited(room, owner)
    yield from echo("followup_changed")(room, news)


TELL: Tellers = {What.FOLLOWUP: _changed}
