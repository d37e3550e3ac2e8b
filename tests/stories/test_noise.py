"""DR-2, as a budget: what the bot says by itself in an incident's channel at the built-in cadence; DR-13, its keys."""

import pytest

from bot.sandbox import Message
from tests.world import Room, World, declared, key_of

BUDGET = 6
"""Unprompted, non-threaded messages of the bot in the first ten minutes."""


def of_the_bot(room: Room) -> list[Message]:
    """What the bot said into the channel itself, not into a thread."""
    return [m for m in room.messages if m.user == room.world.slack.bot.id and m.thread_ts in (None, m.ts)]


@pytest.mark.parametrize("severity", ["sev1", "sev2", "sev3", "sev4"])
def test_nobody_is_flooded_in_the_first_ten_minutes(world: World, severity: str) -> None:
    _, room = declared(world, severity)
    world.forward(minutes=10)
    assert len(of_the_bot(room)) <= BUDGET


def test_what_people_write_down_is_echoed_in_the_cards_thread(world: World) -> None:
    """Notes, fields, impact and tasks make no message of their own in the channel (DR-2, DR-20)."""
    ana, room = declared(world)
    before = len(of_the_bot(room))
    for line in (
        "note decision: fail over",
        "set service checkout",
        "impact customers=12",
        "task add restart the pods @ana in=10m",
        "task done 1",
    ):
        ana.commands(f"/incident {line}")
        world.tick()
    assert len(of_the_bot(room)) == before
    thread = [m for m in room.messages if m.thread_ts == room.card.ts]
    assert len(thread) >= 5


def test_a_silent_hour_leaves_one_live_nudge_and_its_former_ones_in_one_line(world: World) -> None:
    _, room = declared(world)
    world.forward(hours=1)
    nudges = room.keyed("nudge")
    assert [len(m.words.splitlines()) > 1 for m in nudges] == [False] * 3 + [True]
    assert len(of_the_bot(room)) <= 9


def test_each_thing_said_bears_a_key_that_no_other_bears(world: World) -> None:
    """DR-13: every side effect has an idempotency key; a restart between says nothing twice."""
    ana, _ = declared(world)
    world.person("ben")
    for line in ("comms @ben", "update identified pool is full", "sev sev2", "snooze 10m", "escalate execs"):
        ana.commands(f"/incident {line}")
        world.restart()
    world.forward(minutes=45)
    ana.commands("/incident resolve done")
    ana.commands("/incident close")
    world.forward(minutes=1)
    said = [
        m
        for c in world.slack.channels
        for m in c.messages
        if m.user == world.slack.bot.id and m.subtype is None
    ]
    keys = [key_of(m) for m in said if not m.files]
    assert all(keys), [m.text for m in said if not key_of(m)]
    assert len(keys) == len(set(keys))
