"""What the outbox lets go of: what calls said that were made long ago. All that is asked of them later stays."""

import json
from datetime import timedelta

from sqlalchemy import select

from bot.sandbox import Person
from bot.store import tables
from tests.world import World


def room_taken(world: World) -> dict[str, int]:
    """Characters that each call that was made holds of what it said."""
    table = tables.outbox.c
    with world.bot.store.engine.connect() as connection:
        rows = connection.execute(select(table.key, table.args).where(table.state == "done")).all()
    return {row.key: len(json.dumps(row.args)) for row in rows}


def test_what_was_said_a_month_ago_takes_no_room_and_is_edited_and_known_all_the_same(
    world: World, ana: Person
) -> None:
    ana.commands("/incident update the pool is full")
    world.forward(minutes=20)
    ana.commands("/incident resolve it is over")
    ana.commands("/incident close")
    world.forward(minutes=5)
    before = room_taken(world)
    world.bot.incidents.forget_deliveries()
    assert room_taken(world) == before, "it is not old"
    world.clock.move(timedelta(days=31))
    world.bot.incidents.forget_deliveries()
    after = room_taken(world)
    assert any(key.startswith("upload:") for key in before)
    assert {after[key] for key in before} == {2}
    card = world.channel().card.words
    said = len(world.channel().messages)
    ana.commands("/incident reopen it is back")
    ana.commands("/incident update it is the index")
    world.restart()
    assert world.channel().card.words != card, "edits find it"
    assert len(world.channel().messages) - said <= 3, "nothing is said again"
