"""When channels are read again: after what lost events, at an end and at a move; else as rarely as can be."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import event
from sqlalchemy.exc import OperationalError

from bot.sandbox import HttpDoor, Person
from bot.sandbox.server import SandboxServer
from bot.store.store import StoreAway
from tests.catching_up import LOST, REF, channel, in_log, in_slack, lose, nobody, outage, ticking
from tests.world import Room, World, declared, said

__all__ = ["channel"]


def test_slack_says_that_it_dropped_events(world: World, channel: tuple[Person, Room]) -> None:
    ana, _ = channel
    door, world.slack.door = world.slack.door, HttpDoor(nobody)
    ana.says("dropped")
    lose(world, [])
    world.slack.door = door
    limited = {
        "token": "t", "type": "app_rate_limited", "team_id": world.slack.team_id, "api_app_id": world.slack.app_id,
        "minute_rate_limited": 1_772_442_000,
    }  # fmt: skip
    assert in_log(world) == {}
    assert world.deliver_to(world.bot, limited) == 200
    world.tick()
    assert in_log(world) == in_slack(world)


def test_a_quiet_door_is_made_up_for_within_minutes_by_one_call_each(
    world: World, channel: tuple[Person, Room]
) -> None:
    """Nothing is heard: a quiet night, or a broken door. Messages are read all the same."""
    ana, _ = channel
    ticking(world, 1)
    door, world.slack.door = world.slack.door, HttpDoor(nobody)
    ana.says("said to nobody")
    lose(world, [])
    calls = len(world.slack.calls_of("conversations.history"))
    for _ in range(12):
        world.clock.move(timedelta(minutes=1))
        world.bot.backfill.read()
    assert in_log(world) == in_slack(world)
    assert len(world.slack.calls_of("conversations.history")) - calls in (2, 3, 4)
    world.slack.door = door


def test_a_healthy_bot_makes_few_calls(world: World, channel: tuple[Person, Room]) -> None:
    ana, _ = channel
    calls = len(world.slack.calls_of("conversations.history"))
    for n in range(48):
        world.clock.move(timedelta(minutes=5))
        ana.says(f"line {n}")
        world.tick()
    assert in_log(world) == in_slack(world)
    assert len(world.slack.calls_of("conversations.history")) - calls <= 5


def test_resolving_and_closing_read_the_channel_once_more(world: World, channel: tuple[Person, Room]) -> None:
    """An edit, which no look forward finds."""
    ana, _ = channel
    ts = ana.says("errors at 4%")
    world.tick()
    door, world.slack.door = world.slack.door, HttpDoor(nobody)
    ana.edits(ts, "errors at 40%")
    lose(world, [])
    world.slack.door = door
    world.tick()
    assert in_log(world) != in_slack(world)
    said(world, ana, "resolve done")
    world.tick()
    assert in_log(world) == in_slack(world)


def test_a_closed_incident_is_read_after_an_outage_for_a_week(
    world: World, channel: tuple[Person, Room]
) -> None:
    ana, _ = channel
    said(world, ana, "resolve done")
    said(world, ana, "close")
    world.tick()
    world.clock.move(timedelta(days=2))
    with outage(world):
        ana.says("one thing more")
    assert in_log(world) == in_slack(world)
    world.clock.move(timedelta(days=6))
    calls = len(world.slack.calls_of("conversations.history"))
    with outage(world):
        ana.says("too late for any draft")
    assert len(world.slack.calls_of("conversations.history")) == calls


def test_what_was_said_before_a_move_into_a_private_channel_is_read_there(
    world: World, channel: tuple[Person, Room]
) -> None:
    ana, room = channel
    ts = ana.says("said in public")
    world.tick()
    world.expects_errors("name_taken")
    door, world.slack.door = world.slack.door, HttpDoor(nobody)
    ana.edits(ts, "edited in public, and lost")
    lose(world, [])
    world.slack.door = door
    said(world, ana, "private")
    world.tick()
    world.forward(minutes=1)
    entries = {entry.ts: entry for entry in world.bot.lookup.record(REF)}
    assert (entries[ts].channel_id, entries[ts].text) == (room.id, "edited in public, and lost")
    ana.channel = world.channel().channel
    with outage(world):
        ana.says("in private")
    assert "in private" in [entry.text for entry in world.bot.lookup.record(REF)]


def test_a_channel_that_people_made_is_read_from_the_declaration_on(world: World) -> None:
    ana = world.person("ana")
    room = ana.creates("war-room")
    ana.channel = room
    ana.says("long before")
    world.clock.move(timedelta(minutes=5))
    ana.commands("/incident convert sev1 checkout is down", room)
    world.tick()
    with outage(world):
        ana.says("since then")
    texts = [entry.text for entry in world.bot.lookup.record(REF) if entry.ts]
    assert texts == ["since then"]


def test_what_was_lost_while_the_database_was_away_is_read_once_it_is_back(
    slack_server: SandboxServer, sqlite_url: str
) -> None:
    """Slack delivers again for six minutes; a longer time without the database loses events for good."""
    world = World(slack_server, sqlite_url)
    try:
        ana, _ = declared(world)
        file = Path(sqlite_url.removeprefix("sqlite:///"))
        world.bot.store.close()
        aside = file.rename(file.with_suffix(".aside"))
        ana.says("lost")
        for _ in range(3):
            with pytest.raises(StoreAway):
                world.bot.backfill.read()
            world.slack.pump()
            world.clock.move(LOST)
        world.slack.deliveries.lost.clear()
        world.bot.store.close()
        aside.rename(file)
        world.tick()
        assert in_log(world) == in_slack(world)
        world.finish()
    finally:
        world.close()


def test_a_connection_that_was_gone_for_minutes_has_lost_something(
    world: World, channel: tuple[Person, Room]
) -> None:
    ana, _ = channel
    ts = ana.says("to be edited")
    world.tick()
    door, world.slack.door = world.slack.door, HttpDoor(nobody)
    world.bot.backfill.connected(on=True)
    world.bot.backfill.connected(on=False)
    ana.edits(ts, "edited, and told to nobody")
    lose(world, [])
    world.slack.door = door
    world.bot.backfill.connected(on=False)
    world.bot.backfill.connected(on=True)
    world.tick()
    assert in_log(world) == in_slack(world)


@contextmanager
def failing(world: World, what: str = "") -> Iterator[None]:
    """The database falls away at each statement that begins so."""

    def fail(_connection: object, _cursor: object, statement: str, *_more: object) -> None:
        if statement.startswith(what):
            raise OperationalError(statement, {}, ConnectionError("it fell away"))

    event.listen(world.bot.store.engine, "before_cursor_execute", fail)
    yield
    event.remove(world.bot.store.engine, "before_cursor_execute", fail)


def database_away(world: World) -> None:
    with failing(world):
        for _ in range(2):
            with pytest.raises(StoreAway):
                world.bot.backfill.read()
            world.clock.move(LOST)


def connection_cut(world: World) -> None:
    world.bot.backfill.connected(on=False)
    world.clock.move(LOST)


@pytest.mark.parametrize("outage", [database_away, connection_cut])
def test_an_outage_is_remembered_until_it_is_kept_that_all_is_to_be_read(
    world: World, channel: tuple[Person, Room], outage: Callable[[World], None]
) -> None:
    """Promises 1 and 5: the database may fall away again just then."""
    ana, _ = channel
    ts = ana.says("to be edited")
    ticking(world, 15)
    door, world.slack.door = world.slack.door, HttpDoor(nobody)
    ana.edits(ts, "edited, and told to nobody")
    outage(world)
    lose(world, [])
    world.slack.door = door

    def back() -> None:
        world.bot.backfill.connected(on=True)
        world.bot.backfill.read()

    with failing(world, "UPDATE watermarks"), pytest.raises(StoreAway):
        back()
    back()
    world.tick()
    assert in_log(world) == in_slack(world)


def test_a_cut_is_remembered_until_it_is_kept_that_the_news_are_to_be_read(
    world: World, channel: tuple[Person, Room]
) -> None:
    ana, _ = channel
    ticking(world, 15)
    door, world.slack.door = world.slack.door, HttpDoor(nobody)
    ana.says("told to nobody")
    world.slack.pump()
    world.slack.door = door
    world.bot.backfill.lost()
    with failing(world, "UPDATE watermarks"), pytest.raises(StoreAway):
        world.bot.backfill.read()
    for _ in range(5):
        world.bot.backfill.read()
        world.clock.move(timedelta(seconds=1))
    assert in_log(world) == in_slack(world)


def test_a_short_cut_has_the_news_read_and_a_short_restart_says_nothing(
    world: World, channel: tuple[Person, Room]
) -> None:
    ana, _ = channel
    world.tick()
    door, world.slack.door = world.slack.door, HttpDoor(nobody)
    ana.says("told to nobody")
    world.slack.pump()
    world.slack.door = door
    world.bot.backfill.connected(on=False)
    world.bot.backfill.connected(on=True)
    world.bot.backfill.lost()
    for _ in range(5):
        world.bot.backfill.read()
        world.clock.move(timedelta(seconds=1))
    assert in_log(world) == in_slack(world)
    world.restart(after=timedelta(seconds=30))
    with world.bot.store.read() as tx:
        assert tx.watermarks.lag_since() is None
    world.clock.move(timedelta(minutes=6))
    world.tick()
    assert in_log(world) == in_slack(world), "what Slack delivers again is there already"
