"""What the log lacks, and that it was made up for."""

from collections.abc import Iterator

from bot.call import Call
from bot.domain.news import News, What
from bot.slack.news.common import Tellers, echo
from bot.slack.room import Room
from bot.slack.unsaid import DEAD


def _gap(room: Room, news: News) -> Iterator[Call]:
    """Once in the channel. Of one that is out of reach the commander hears elsewhere, with the way back into it."""
    if news.facts["error"] not in DEAD:
        key = f"gap:{room.incident.ref}:{room.incident.version}"
        yield room.say(key, room.message("gap", **news.facts))


def _closed(room: Room, news: News) -> Iterator[Call]:
    """In the card's thread; in the channel where a draft was made that lacks something."""
    if news.facts["drafted"]:
        key = f"gap-closed:{room.incident.ref}:{room.incident.version}"
        yield room.say(key, room.message("gap_closed", **news.facts))
    elif news.facts["error"] not in DEAD:
        yield from echo("gap_closed")(room, news)


TELL: Tellers = {What.GAP: _gap, What.GAP_CLOSED: _closed}
