"""A closed incident whose postmortem Ben is to write, and how it stands: for stories of its life."""

from bot.domain.incident import Incident
from bot.domain.parts import Stage
from bot.sandbox import Message, Person
from tests.world import Room, World, declared, joined, said

INC = "INC-2026-0302-001"


def incident(world: World) -> Incident:
    with world.bot.store.read() as tx:
        found = tx.incident(INC)
    assert found is not None
    return found


def stage(world: World) -> Stage | None:
    review = incident(world).review
    return review.stage if review else None


def closed(world: World) -> tuple[Person, Person, Room]:
    """Ana's incident, resolved and closed at 09:00; Ben owns its postmortem, due on the 4th at 09:00."""
    ana, room = declared(world, "sev2")
    ben = joined(world, "ben")
    said(world, ana, "postmortem owner @ben")
    said(world, ana, "resolve over")
    said(world, ana, "close")
    return ana, ben, room


def labels(message: Message) -> list[str]:
    rows = [block["elements"] for block in message.blocks if block["type"] == "actions"]
    return [each["text"]["text"] for row in rows for each in row]
