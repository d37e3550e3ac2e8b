"""Messages that begin with a mention of the bot: what follows it is a command, as after the slash command.

A mention further on is talk about the bot ("I asked @tocsin yesterday"), and leads to nothing.
"""

import re
from datetime import datetime, timedelta

from bot.domain.messages import when

LATE = timedelta(minutes=10)
"""Slack delivers an event again up to some six minutes later. What comes later was said while the bot was away, and is
not done: whoever asked has gone on without it."""
TOLD_WITHIN = timedelta(days=1)
"""Whoever asked something that was not done is told so within this time; later it is of no use."""
_BEGINS = re.compile(r"[\s>*_~]*<@(?P<user>[UW][A-Z0-9]{1,30})(?:\|[^<>]*)?>[\s,:;*_~-]*")


def to_bot(text: str, bot: str) -> str | None:
    """What is asked of the *bot* (its user id) in *text*, in Slack's encoding; None where it is not asked anything.

    "" is asked by the mention alone.
    """
    found = _BEGINS.match(text)
    return text[found.end() :].strip() if found is not None and found["user"] == bot else None


def without_command(text: str, command: str) -> str:
    """*text* without the slash *command* that habit puts first: `@tocsin /incident status` asks for `status`."""
    word, _, rest = text.partition(" ")
    return rest.strip() if word.casefold() == command.casefold() else text


def is_late(ts: str, at: datetime) -> bool:
    """Whether what was said at *ts* (Slack's time stamp) is too old to be done at *at*."""
    return at - when(ts) > LATE


def key_of(channel: str, ts: str) -> str:
    """Under which a mention is taken care of once, and answered once."""
    return f"mention:{channel}:{ts}"
