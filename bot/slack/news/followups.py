"""Follow-ups: each change of one is a line in the card's thread (DR-2, DR-20)."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from bot.call import Call
from bot.domain.news import News, What
from bot.domain.reach import takes_nothing
from bot.slack.cutting import fitting
from bot.slack.news.common import Tellers, echo, invited
from bot.slack.room import ECHOED, Room

HALF = ECHOED // 2
"""Characters of each of two texts that an echo sets against each other."""


def _changed(room: Room, news: News) -> Iterator[Call]:
    """Whoever is given one of a private incident is let in, so that they read of it (DR-28).

    Follow-ups outlive the channel: one that was archived gets nothing, and whoever typed it was answered.
    """
    if takes_nothing(room.incident):
        return
    owner = news.facts["to"]
    if room.incident.private and news.facts.get("given") and owner and owner != news.facts["by"]:
        yield invited(room, owner)
    yield from echo("followup_changed")(room, replace(news, facts=_quiet(room, news)))


def _quiet(room: Room, news: News) -> Mapping[str, Any]:
    """The facts of *news*; what stood there before, and what is to stand there, short and with nothing active in it."""
    texts = {
        name: fitting(room.quiet(news.facts[name]), HALF)
        for name in ("before", "after")
        if isinstance(news.facts.get(name), str)
    }
    return {**news.facts, **texts}


TELL: Tellers = {What.FOLLOWUP: _changed}
