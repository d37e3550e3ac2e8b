"""What the log lacks, and that it was made up for."""

from collections.abc import Iterator

from bot.call import Call
from bot.domain.gaps import Missing
from bot.domain.incident import News, What
from bot.slack.news.common import Tellers, alone, echo
from bot.slack.room import Room
from bot.slack.unsaid import DEAD


def _gap(room: Room, news: News) -> Iterator[Call]:
    """Once in the channel; to the commander alone where nothing can be said there any more.

    Of a channel that is out of reach they hear with the way back into it; the gap stands in the record.
    """
    if room.incident.out_of_reach is not None and news.facts["why"] == Missing.HISTORY:
        return
    key = f"gap:{room.incident.ref}:{room.incident.version}"
    if news.facts["why"] == Missing.HISTORY and news.facts["error"] in DEAD:
        yield from alone(room, key, room.incident.commander, "gap", **news.facts)
    else:
        yield room.say(key, room.message("gap", **{**news.facts, "whom": ""}))


def _closed(room: Room, news: News) -> Iterator[Call]:
    """In the card's thread; in the channel where a draft was made that lacks something."""
    if not news.facts["drafted"]:
        yield from echo("gap_closed")(room, news)
        return
    key = f"gap-closed:{room.incident.ref}:{room.incident.version}"
    yield room.say(key, room.message("gap_closed", **news.facts))


TELL: Tellers = {What.GAP: _gap, What.GAP_CLOSED: _closed}
