"""What several kinds of news share: one message in the channel, one line in the card's thread."""

from collections.abc import Callable, Iterator, Mapping

from bot.call import Call, result
from bot.domain.incident import News, What
from bot.slack.cutting import fitting
from bot.slack.room import ECHOED, FREE_TEXT, Room, readable

Teller = Callable[[Room, News], Iterator[Call]]
"""Gives the calls that tell of one piece of news."""
Tellers = Mapping[What, Teller]


def said(template: str) -> Callable[[Room, News], Iterator[Call]]:
    """News that is one message in the incident's channel."""

    def tell(room: Room, news: News) -> Iterator[Call]:
        facts = readable(room, news)
        key = f"{template.replace('_', '-')}:{room.incident.ref}:{room.incident.version}"
        yield room.say(key, room.message(template, **facts))

    return tell


def echo(template: str) -> Callable[[Room, News], Iterator[Call]]:
    """News that is one short line in the card's thread (DR-2, DR-20)."""

    def tell(room: Room, news: News) -> Iterator[Call]:
        ref = room.incident.ref
        facts = readable(room, news)
        facts |= {
            name: fitting(facts[name], ECHOED) for name in FREE_TEXT if isinstance(facts.get(name), str)
        }
        message = room.message(template, **facts)
        thread = {"thread_ts": result(room.card_key, "ts")}
        yield room.say(f"echo:{ref}:{room.incident.version}", {**message, **thread})

    return tell
