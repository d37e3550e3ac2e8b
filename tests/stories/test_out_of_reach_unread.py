"""A channel out of reach is not read: what is missing is said, and no worker gets in the way of another for it."""

import threading
from datetime import timedelta

from sqlalchemy import select, text

from bot.clock import Clock
from bot.sandbox import Person
from bot.store import tables
from tests.world import Room, World, declared, joined

REF = "INC-2026-0302-001"


def taken_out(world: World) -> tuple[Person, Room]:
    """A channel out of which ben took the bot at 09:00."""
    _, room = declared(world)
    ben = joined(world, "ben")
    ben.removes("tocsin", room.channel)
    world.settle()
    return ben, room


def test_a_channel_out_of_reach_has_a_gap_and_no_lag_after_an_outage(world: World) -> None:
    """Promise 5: nothing is being read there, so no lag grows; what is missing is said, and stands in the draft."""
    ben, room = taken_out(world)
    world.restart(after=timedelta(minutes=10))
    world.forward(minutes=2)
    assert "tocsin_backfill_lag_seconds 0.0" in world.bot.meters.text().decode()
    assert "may be incomplete from" in world.bot.documents.make(REF, "sre").content
    ben.invites("tocsin", room.channel)
    world.forward(minutes=2)
    assert "may be incomplete" not in world.bot.documents.make(REF, "sre").content


def test_a_step_of_the_back_fill_and_a_command_wait_for_each_other_in_one_order(world: World) -> None:
    """Whoever holds a channel's watermark and then wants its incident would meet all others crosswise."""
    _, room = taken_out(world)
    with world.bot.store.begin() as tx:
        tx.watermarks.want(room.id, world.clock.machine())
    other = world.another_bot()
    errors: list[Exception] = []

    def read() -> None:
        try:
            other.backfill.read()
        except Exception as error:  # noqa: BLE001 - looked at below
            errors.append(error)

    reading = threading.Thread(target=read)
    with world.bot.store.begin() as tx:
        tx.incident(REF, lock=True)
        reading.start()
        waits_and_holds_nothing(world)
        tx.watermarks.want(room.id, world.clock.machine())
    reading.join()
    assert errors == []


def waits_and_holds_nothing(world: World) -> None:
    """Until the reader waits for the incident, and holds no watermark. SQLite lets one write at a time anyhow."""
    if world.bot.store.engine.dialect.name != "postgresql":
        return
    waiting = text(
        "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()"
    )
    clock = Clock()
    until = clock.monotonic() + 10
    with world.bot.store.engine.connect() as connection:
        while not connection.execute(waiting).scalar_one():
            assert clock.monotonic() < until
            connection.rollback()
        assert connection.execute(select(tables.watermarks).with_for_update(skip_locked=True)).all() != []
