"""Somebody with a part in an incident is deactivated: said once, addressed no more, handed over."""

import pytest

from tests.world import World, declared, joined, said

REF = "INC-2026-0302-001"


def test_a_commander_who_is_deactivated_is_handed_over_and_mentioned_no_more(world: World) -> None:
    ana, room = declared(world)
    ben = joined(world, "ben")
    ben.commands("/incident role commander me")
    ben.commands("/incident task add restart the pool @ben")
    world.settle()
    world.slack.deactivate("ben")
    world.settle()
    (told,) = room.keyed("absent").words
    assert f"<@{ben.id}> is no longer in this workspace, and was incident commander" in told
    assert "`/incident role commander @name`" in told
    assert "Open task 1: `/incident task give 1 @name`" in told
    world.forward(minutes=31)
    assert f"<@{ana.id}>" in room.nudges[-1]
    assert all(f"<@{ben.id}>" not in words for words in room.nudges)
    assert len(room.keyed("absent")) == 1
    world.slack.reactivate("ben")
    world.forward(minutes=15)
    assert f"<@{ben.id}>" in room.nudges[-1]
    assert ben.commands("/incident list").ok


def test_a_deactivated_commander_is_marked_and_asked_for_nothing(world: World) -> None:
    world.expects_errors("cant_invite")
    ana, room = declared(world)
    ben = joined(world, "ben")
    ben.commands("/incident role commander me")
    world.settle()
    world.slack.deactivate("ben")
    world.settle()
    mark = f"<@{ben.id}> (deactivated)"
    assert f"Commander: {mark}" in room.card.words
    assert f"commander {mark}" in world.channel("incidents").keyed("announce").words[0]
    assert f"commander {mark}" in said(world, ana, "status")
    world.forward(minutes=31)
    asked = [words for words in room.keyed("roles").words if "nobody is" in words]
    assert all(words.startswith(f"<@{ana.id}>: nobody is") for words in asked)
    (told,) = room.keyed("rungs").words
    assert f"<@{ana.id}>, tell them by hand" in told
    assert f"<@{ben.id}>" not in told


def test_where_nobody_is_left_a_nudge_says_so(world: World) -> None:
    _, room = declared(world)
    world.settle()
    world.slack.deactivate("ana")
    world.forward(minutes=16)
    assert room.nudges[-1].startswith("A status update is due.")
    assert "take over with `/incident lead me`" in room.nudges[-1]


def test_what_a_deactivated_person_would_be_told_alone_is_said_below_the_card(world: World) -> None:
    ana, room = declared(world, "sev3")
    ben = joined(world, "ben")
    ana.commands("/incident task add restart the pool @ben in=10m")
    world.settle()
    world.slack.deactivate("ben")
    since = len(world.slack.calls_of("conversations.open"))
    world.forward(minutes=60)
    asked = [call.args for call in world.slack.calls_of("conversations.open")[since:]]
    assert {"users": ben.id} not in asked
    assert any("restart the pool" in words for words in room.keyed("task").words)


def test_nobody_gives_a_role_to_somebody_who_is_deactivated(world: World) -> None:
    ana, _ = declared(world)
    world.person("ben")
    world.slack.deactivate("ben")
    world.settle()
    answer = said(world, ana, "role comms @ben")
    assert "deactivated" in answer
    assert "Name a person" in answer


@pytest.mark.parametrize("policy", ['[target.executives]\nusers = ["@cara"]\n'])
def test_an_escalation_to_somebody_deactivated_is_told_to_be_done_by_hand(world: World) -> None:
    world.expects_errors("user_disabled", "user_not_found")
    world.person("cara")
    _, room = declared(world)
    world.settle()
    world.slack.deactivate("cara")
    world.forward(minutes=45)
    opened = [call for call in world.slack.calls_of("conversations.open") if not call.answer["ok"]]
    assert len(opened) <= 1
    assert any("by hand" in words for words in room.keyed("rungs").words)


def test_somebody_deactivated_while_the_bot_was_away_is_noticed_when_people_are_read(world: World) -> None:
    _, room = declared(world)
    ben = joined(world, "ben")
    ben.commands("/incident role comms me")
    world.settle()
    door, world.slack.door = world.slack.door, None
    world.slack.deactivate("ben")
    world.slack.deliveries._waiting.clear()  # noqa: SLF001 - the events that Slack gave up
    world.slack.door = door
    world.forward(hours=24)
    world.bot.directory.refresh()
    world.settle()
    assert len(room.keyed("absent")) == 1
