"""Kill -9 between any two steps of a declare leaves, after a restart, one of everything (RELIABILITY R1)."""

import random
from collections.abc import Callable
from datetime import timedelta

import pytest

from tests.experiments.conftest import Size
from tests.experiments.victims import POLICY, Victims
from tests.world import Room, World, key_of

pytestmark = pytest.mark.experiment("R1")
ENOUGH = timedelta(seconds=90)
"""Longer than the longest lease and two looks."""


@pytest.fixture
def policy() -> str:
    return POLICY


@pytest.fixture
def declared(world: World) -> World:
    world.person("ana")
    world.person("ben")
    world.slack.add_group("oncall", ["ben"])
    world.expects_errors("name_taken")
    return world


def finished_by_the_next(world: World) -> None:
    """Another process on the same database, which knows nothing of the one that was killed."""
    world.clock.move(ENOUGH)
    world.tick()
    world.forward(seconds=30)


def one_of_everything(world: World, title: str) -> None:
    incidents = [one for one in world.bot.lookup.listed(open_only=False) if one.title == title]
    assert [one.ref for one in incidents] == [incidents[0].ref]
    ref = incidents[0].ref
    rooms = [room for room in world.slack.channels if room.name.startswith(ref.lower())]
    assert [room.name for room in rooms] == [f"{ref.lower()}-{title.replace(' ', '-')}"]
    room = Room(world, rooms[0])
    said = [key_of(message) for message in room.messages]
    assert said == [f"card:{ref}"]
    assert [pin.message.ts for pin in room.channel.pins] == [room.card.ts]
    assert {world.person("ana").id, world.person("ben").id} <= set(room.channel.members)
    assert ref in room.channel.purpose
    assert title in room.channel.topic
    announced = [key_of(message) for message in world.channel("incidents").messages]
    assert announced.count(f"announce:{ref}") == 1
    assert incidents[0].channel_id == room.id
    with world.bot.store.read() as tx:
        assert tx.outbox.unfinished() == 0


def test_a_process_killed_anywhere_in_a_declare_leaves_one_of_everything(
    declared: World, victims: Victims, size: Size, figures: Callable[..., None]
) -> None:
    """In the suite at every other place, on PostgreSQL at those between."""
    step, first = size.of(2, 1), size.of(2 if declared.database_url.startswith("postgres") else 1, 1)
    killed, n, kills, retyped = True, first - step, -1, 0
    while killed:
        n += step
        kills += 1
        title = f"checkout is down {n}"
        line = f"/incident declare sev1 {title}"
        answered, killed = victims.command(declared, "ana", line, crash_at=n)
        if not answered:  # Slack says that it failed, and ana types it again
            retyped += 1
            declared.person("ana").types(line)
        finished_by_the_next(declared)
        one_of_everything(declared, title)
    assert n > 30, "there are so many places to be killed at"
    figures(kills=kills, incidents=kills + 1)
    assert retyped == 2 // step, "before and after the commit of the declare: the answer was not there yet"


@pytest.mark.parametrize("seed", range(3))
def test_processes_killed_one_after_the_other_still_get_there(
    declared: World, victims: Victims, seed: int
) -> None:
    print(f"seed {seed}")  # noqa: T201 - to do it again
    chance = random.Random(seed)  # noqa: S311 - no secret
    title = f"checkout is down {seed}"
    answered, killed = victims.command(
        declared, "ana", f"/incident declare sev1 {title}", crash_at=chance.randint(3, 12)
    )
    assert answered
    lives = 1
    while killed:
        declared.clock.move(timedelta(seconds=chance.randint(1, 60)))
        killed = victims.finish(declared, crash_at=chance.randint(2, 12))
        lives += 1
        assert lives < 100
    declared.restart()
    finished_by_the_next(declared)
    one_of_everything(declared, title)
