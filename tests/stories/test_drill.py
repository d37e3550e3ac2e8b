"""Drills: everything runs, everything says DRILL, nothing leaves the channel (R-DRL-2, replay M)."""

import pytest

from bot.sandbox import Person
from tests.world import Room, World, key_of, said

REF = "INC-2026-0302-001"


@pytest.fixture
def policy() -> str:
    return '[severity.P0]\ninvite = ["@oncall"]\n'


def drill(world: World) -> tuple[Person, Room]:
    ana = world.person("ana")
    world.slack.add_group("oncall", ["ana"])
    answer = said(world, ana, "declare sev1 checkout is down --drill")
    assert "This is a drill: everything is marked DRILL, and nothing leaves its channel." in answer
    room = world.channel()
    ana.channel = room.channel
    return ana, room


def of_the_bot(world: World, room: Room) -> list[str]:
    """What the bot says in that channel; of a file its title."""
    own = [m for m in room.channel.messages if m.bot_id == world.slack.bot_id and not m.deleted]
    return [m.words.strip() or ", ".join(file.title for file in m.files) for m in own]


def test_a_drill_runs_everything_with_its_mark_and_nothing_leaves_its_channel(world: World) -> None:
    """R-DRL-2, replay M."""
    ana, room = drill(world)
    ben = world.person("ben")
    world.forward(minutes=31)
    for line in ("update identified pool is exhausted", "comms @ben", "sev sev2", "snooze 20m", "mitigate contained",
                 "note decision: fail over", "impact customers=3", "postmortem owner @ben", "resolve pool raised",
                 "close", "reopen not over", "cancel it was a drill"):  # fmt: skip
        assert "Something went wrong" not in said(world, ana, line), line
        world.forward(minutes=20)
    assert room.name == "inc-2026-0302-001-drill-checkout-is-down"
    assert room.channel.topic.startswith("DRILL · ")
    assert room.channel.purpose.startswith("DRILL · ")
    elsewhere = [
        (channel.name, message.words)
        for channel in world.slack.channels
        if channel.id != room.id
        for message in channel.messages
        if message.subtype is None
    ]
    assert elsewhere == [], "nothing at all stands outside its channel"
    spoken = of_the_bot(world, room)
    assert [words for words in spoken if not words.startswith("DRILL")] == []
    kinds = {key_of(message).partition(":")[0] for message in room.messages}
    assert {"card", "nudge", "update", "resolved", "closed", "draft", "reopened", "cancelled"} <= kinds
    (instructions,) = [m for m in room.messages if key_of(m).startswith("dm:")]
    assert instructions.thread_ts == room.card.ts, "what a role asks stands below the card"
    assert ben.id in room.channel.members
    assert world.dm(ben) == []


def test_a_drill_is_told_from_the_rest_wherever_it_is_looked_up(world: World) -> None:
    ana, _ = drill(world)
    assert "DRILL: checkout is down" in said(world, ana, "status")
    assert "DRILL: checkout is down" in said(world, world.person("ben"), "list")


def test_a_drill_and_a_real_incident_have_nothing_to_do_with_each_other(world: World) -> None:
    ana, _ = drill(world)
    real = said(world, ana, "declare sev1 checkout is down")
    assert "You declared this" not in real
    assert "This looks like" not in real
    answer = said(world, ana, f"merge INC-2026-0302-002 into {REF}")
    assert "A drill and a real incident cannot be merged" in answer


def test_a_drill_without_a_channel_is_told_to_its_declarer_alone(world: World) -> None:
    world.expects_errors("restricted_action")
    world.slack.faults.add("conversations.create", "restricted_action")
    ana = world.person("ana")
    said(world, ana, "declare sev1 checkout is down --drill")
    (told,) = world.dm(ana).words
    assert told.startswith("DRILL · `INC-2026-0302-001` is declared and recorded")
    assert world.channel("incidents").messages == []


def test_a_private_drill_is_both(world: World) -> None:
    ana = world.person("ana")
    said(world, ana, "declare sev1 checkout is down --drill --private")
    room = world.channel()
    assert room.channel.is_private
    assert room.card.words.startswith("DRILL · ")
    assert "There is no incident" in said(world, world.person("ben"), f"status {REF}")


def test_a_drill_that_goes_private_leaves_its_old_channel_with_a_word(world: World) -> None:
    """R-DRL-2, DR-28: the channel that it left is its own too."""
    world.expects_errors("name_taken")
    ana = world.person("ana")
    said(world, ana, "declare sev1 checkout is down --drill")
    old = world.channel()
    ana.channel = old.channel
    said(world, ana, "private")
    (farewell,) = old.keyed("farewell").words
    assert farewell.startswith("DRILL · This incident goes on in a private channel")
    assert old.channel.is_archived
    assert world.channel().channel.is_private
    assert world.channel().id != old.id
    assert world.channel("incidents").messages == []
