"""Acceptance replays of PRODUCT section 7 as stories: A, G, J and K."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.sandbox import Person
from tests.world import Room, World, key_of

PACIFIC = ZoneInfo("America/Los_Angeles")


def pacific(clock: str) -> datetime:
    """A time of 15 March 2024 in Los Angeles."""
    return datetime.fromisoformat(f"2024-03-15T{clock}").replace(tzinfo=PACIFIC).astimezone(UTC)


@pytest.fixture
def start() -> datetime:
    """The instant at which the long seed's incident was declared."""
    return pacific("09:27:30")


@pytest.fixture
def policy() -> str:
    return '[organisation]\ntimezone = "America/Los_Angeles"\n'


def declared(world: World) -> tuple[Person, Room]:
    """The long seed's incident, by somebody in Los Angeles."""
    sarah = world.person("sarah", tz="America/Los_Angeles")
    answer = sarah.commands("/incident declare sev1 Database outage at=09:23:15")
    assert "Impact since 09:23:15 PDT (16:23:15 UTC)" in answer.text
    room = world.channel()
    sarah.channel = room.channel
    return sarah, room


def nudged(room: Room) -> list[str]:
    """When each nudge was said, on the clock in Los Angeles."""
    said = [datetime.fromtimestamp(float(message.ts), PACIFIC) for message in room.keyed("nudge")]
    return [f"{at:%H:%M:%S}" for at in said]


def seed_1(world: World) -> tuple[Person, Room]:
    """Replay A up to its last update, at 10:15:00."""
    sarah, room = declared(world)
    assert room.name.startswith("inc-2024-0315-001")
    for clock in ("09:35:00", "09:50:00", "10:15:00"):
        with world.at(pacific(clock)):
            sarah.commands(f"/incident update at {clock}")
    return sarah, room


def test_a_the_long_seed_resolved_at_full_recovery_is_nudged_five_times(world: World) -> None:
    """Replay A: 10:05, 10:30, 10:45, 11:00, 11:15, and none until two days later."""
    sarah, room = seed_1(world)
    assert nudged(room) == ["10:05:00"]
    with world.at(pacific("11:20:15")):
        sarah.commands("/incident resolve all services restored")
    world.forward(days=2)
    assert nudged(room) == ["10:05:00", "10:30:00", "10:45:00", "11:00:00", "11:15:00"]


def test_a_the_long_seed_resolved_after_validation_is_nudged_eight_times(world: World) -> None:
    """Replay A, variant: also 11:30, 11:45, 12:00; what is said at 12:15:00 triggers nothing."""
    sarah, room = seed_1(world)
    with world.at(pacific("12:10:30")):
        sarah.commands("/incident resolve validated")
    with world.at(pacific("12:15:00")):
        sarah.says("Resolution is posted on the status page.")
    world.forward(days=2)
    assert nudged(room) == [
        "10:05:00", "10:30:00", "10:45:00", "11:00:00", "11:15:00", "11:30:00", "11:45:00", "12:00:00",
    ]  # fmt: skip


def test_a_an_update_at_exactly_the_due_time_spares_the_nudge(world: World) -> None:
    """Replay A: the update of 09:50:00 falls on the due time that the one of 09:35:00 set."""
    _, room = seed_1(world)
    posted = [datetime.fromtimestamp(float(m.ts), PACIFIC) for m in room.keyed("update")]
    assert [f"{at:%H:%M:%S}" for at in posted] == ["09:35:00", "09:50:00", "10:15:00"]
    assert "09:50:00" not in nudged(room)


def test_g_a_restart_after_three_missed_dues_says_one_nudge(world: World) -> None:
    """Replay G, DR-24."""
    _, room = declared(world)
    world.restart(after=timedelta(minutes=50))
    assert nudged(room) == ["10:17:30"]
    assert "late by" in room.nudges[0]


def test_j_an_event_delivered_three_times_is_one_entry(world: World) -> None:
    """Replay J, DR-10."""
    sarah, room = declared(world)
    event = {
        "type": "message", "channel": room.id, "user": sarah.id, "text": "pool is exhausted", "ts": "1710520100.000100",
        "event_ts": "1710520100.000100", "channel_type": "channel",
    }  # fmt: skip
    world.sends(event, times=3)
    world.sends(event)
    log = sarah.commands("/incident timeline --all").words
    assert log.count("pool is exhausted") == 1


def test_k_a_message_that_is_pinned_edited_and_deleted_is_followed_by_the_timeline(world: World) -> None:
    """Replay K, DR-7, DR-9: it stands at the time at which it was said, as it reads now, until it is deleted."""
    sarah, room = declared(world)
    world.forward(minutes=3)
    said = sarah.says("the replica is lagging")
    world.forward(minutes=4)
    sarah.pins(said)
    world.settle()
    assert "09:30:30 the replica is lagging" in sarah.commands("/incident timeline").words
    sarah.edits(said, "the replica is 40 s behind")
    world.settle()
    shown = sarah.commands("/incident timeline").words
    assert "09:30:30 the replica is 40 s behind" in shown
    assert "lagging" not in shown
    sarah.deletes(said)
    world.settle()
    for command in ("/incident timeline", "/incident timeline --all"):
        assert "replica" not in sarah.commands(command).words
    sarah.commands("/incident resolve restored")
    sarah.commands("/incident close")
    world.tick()
    (draft,) = [file for message in room.channel.messages for file in message.files]
    assert b"replica" not in (draft.content or b"")
    assert [key_of(m) for m in room.messages].count("draft:INC-2024-0315-001:1") == 1
