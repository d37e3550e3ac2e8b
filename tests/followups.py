"""Follow-ups of a closed incident, and when the bot spoke of them of its own accord: for stories."""

from collections.abc import Iterable
from datetime import UTC, datetime

from bot.domain.incident import Incident
from bot.sandbox import Message, Person
from tests.world import Room, World, declared, joined, key_of, said

INC = "INC-2026-0302-001"
KINDS = ("due", "lacks", "blocked", "budget", "late")


def incident(world: World, ref: str = INC) -> Incident:
    with world.bot.store.read() as tx:
        found = tx.incident(ref)
    assert found is not None
    return found


def closed(world: World, more: str = "") -> tuple[Person, Person, Room]:
    """Ana's sev4, closed at 09:00 on the 2nd without a postmortem; Ben was there too."""
    ana, room = declared(world, f"sev4{more}")
    if "--private" in more:
        ben = world.person("ben")
        ana.invites("ben", room.channel)
        ben.channel = room.channel
        world.settle()
    else:
        ben = joined(world, "ben")
    said(world, ana, "resolve over")
    said(world, ana, "close --no-postmortem small")
    return ana, ben, room


def spoken(messages: Iterable[Message], *kinds: str) -> list[Message]:
    """What was said of its own accord of these kinds; of all of them where none is named."""
    begins = tuple(f"followup-{kind}:" for kind in kinds or KINDS)
    return [message for message in messages if key_of(message).startswith(begins)]


def times(messages: Iterable[Message], *kinds: str) -> list[str]:
    """When that was said, in UTC."""
    return [f"{datetime.fromtimestamp(float(m.ts), UTC):%m-%d %H:%M}" for m in spoken(messages, *kinds)]
