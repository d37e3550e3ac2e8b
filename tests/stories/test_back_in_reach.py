"""The bot is back in a channel that was out of reach: whatever was missed is read by somebody (promise 2)."""

import logging
from collections.abc import Callable
from datetime import timedelta

import pytest

from tests.stories.test_out_of_reach import REF, incident, taken_out
from tests.world import World, declared, joined


def test_what_nobody_was_told_of_yet_is_said_once_the_bot_is_back(world: World) -> None:
    ana, ben, room = taken_out(world)
    since = len(world.dm(ana))
    ana.commands(f"/incident update {REF} pool is exhausted")
    ana.commands(f"/incident resolve {REF} restarted the pool")
    world.settle()
    ben.invites("tocsin", room.channel)
    world.settle()
    (back,) = room.keyed("in-reach")
    assert "commander had" not in back.words, "nothing was told to the commander"
    shown = str(back.blocks)
    assert "pool is exhausted" in shown
    assert "restarted the pool" in shown
    assert len(world.dm(ana)) == since
    assert world.audited() == (0, 0)


def test_what_waits_for_an_answer_is_shown_again_once_the_bot_is_back(world: World) -> None:
    ana, ben, room = taken_out(world)
    ana.commands(f"/incident role comms @ben {REF}")
    ben.channel = room.channel
    ben.commands(f"/incident update {REF} identified Our cache lost its mind --external")
    dev = joined(world, "dev")
    ana.commands(f"/incident handoff {REF} comms @dev off at six")
    ana.invites("tocsin", room.channel)
    world.settle()
    (preview,) = room.keyed("preview").words
    assert "Our cache lost its mind" in preview
    (offer,) = room.keyed("offer").words
    assert "still waits for your answer" in offer
    assert "What waits for an answer follows" in room.keyed("in-reach")[0].words
    assert dev.clicks("Accept", channel=room.channel).status == 200
    assert ana.clicks("Approve", channel=room.channel).status == 200
    world.settle()
    assert incident(world).roles["comms"] == dev.id
    assert "waits for approval" not in ana.commands(f"/incident status {REF}").text


def test_in_a_drill_nobody_is_said_to_have_been_told(world: World) -> None:
    ana = world.person("ana")
    ana.commands("/incident declare sev1 checkout is down --drill")
    room = world.channel()
    ana.channel = room.channel
    world.settle()
    ana.removes("tocsin")
    world.settle()
    ana.channel = world.slack.channel("general")
    ana.commands(f"/incident update {REF} pool is exhausted")
    world.forward(minutes=16)
    ana.invites("tocsin", room.channel)
    world.tick()
    world.forward(seconds=2)
    (back,) = room.keyed("in-reach")
    assert "commander had" not in back.words
    assert "pool is exhausted" in str(back.blocks)
    assert len(room.nudges) == 1


def unheard(world: World, do: Callable[[], object]) -> None:
    """*do* something of which the bot hears nothing, ever."""
    door, world.slack.door = world.slack.door, None
    do()
    world.slack.deliveries._waiting.clear()  # noqa: SLF001 - the events that Slack gave up
    world.slack.door = door


@pytest.mark.parametrize("away", [5, 60, 1_200])
def test_a_bot_that_was_invited_while_it_was_down_takes_its_channel_up_at_its_start(
    world: World, away: int
) -> None:
    ana, ben, room = taken_out(world)
    told = len(world.dm(ana))
    unheard(world, lambda: ben.invites("tocsin", room.channel))
    unheard(world, lambda: ben.says("Decision: restart the nodes", channel=room.channel))
    world.restart(after=timedelta(seconds=away))
    assert incident(world).out_of_reach is None
    assert len(room.keyed("in-reach")) == 1
    assert len(world.dm(ana)) == told, "nobody is asked to invite it who did so"
    world.forward(seconds=30)
    assert "restart the nodes" in ana.commands(f"/incident timeline {REF} --all").text


def test_a_bot_that_is_still_outside_at_its_start_says_nothing_new(world: World) -> None:
    ana, _, room = taken_out(world)
    told = len(world.dm(ana))
    world.restart(after=timedelta(seconds=5))
    world.restart(after=timedelta(seconds=5))
    assert incident(world).out_of_reach is not None
    assert len(world.dm(ana)) == told
    assert room.keyed("in-reach") == []


def logged(caplog: pytest.LogCaptureFixture, level: int) -> list[str]:
    """What stands in the log about a channel out of reach, and about history that is refused."""
    found = [record for record in caplog.records if record.levelno == level]
    return [
        each.getMessage() for each in found if "reach" in each.getMessage() or "history" in each.getMessage()
    ]


def out_of_reach(world: World) -> float:
    (gauge,) = [each for each in world.bot.gauges() if each.name == "tocsin_incidents_out_of_reach"]
    return gauge.value


def test_operators_read_once_that_a_channel_is_out_of_reach_and_that_it_no_longer_is(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "bot")
    _, ben, room = taken_out(world)
    world.forward(minutes=20)
    (lost,) = logged(caplog, logging.WARNING)
    assert lost.startswith(f"{REF} is out of reach: The bot was taken out of the channel")
    assert lost.endswith("Invite the bot there again: /invite")
    assert out_of_reach(world) == 1
    ben.invites("tocsin", room.channel)
    world.settle()
    (back,) = [each for each in logged(caplog, logging.INFO) if "in reach again" in each]
    assert back.startswith(REF)
    assert out_of_reach(world) == 0
    assert len(logged(caplog, logging.WARNING)) == 1


def test_operators_are_not_told_that_history_of_a_deleted_channel_is_refused(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    world.expects_errors("channel_not_found")
    caplog.set_level(logging.INFO, "bot")
    ana, old = declared(world)
    world.settle()
    ana.deletes_channel(old.channel)
    world.forward(minutes=5)
    world.restart(after=timedelta(minutes=30))
    world.forward(minutes=5)
    (lost,) = logged(caplog, logging.WARNING)
    assert "The channel was deleted" in lost
    (back,) = [each for each in logged(caplog, logging.INFO) if "in reach again" in each]
    assert f"it goes on in #{world.channel().channel.name}" in back
    assert out_of_reach(world) == 0


def test_the_draft_after_the_bot_is_back_waits_for_what_was_said_meanwhile(world: World) -> None:
    ana, ben, room = taken_out(world)
    ana.commands(f"/incident resolve {REF}")
    ana.commands(f"/incident close {REF}")
    world.forward(minutes=70)
    ben.channel = room.channel
    ben.says("Decision: restart the nodes")
    ben.invites("tocsin", room.channel)
    world.settle()
    world.bot.due.fire()
    world.settle()
    assert room.keyed("draft") == [], "the channel is read first"
    world.forward(minutes=1)
    assert len(room.keyed("draft")) == 1
    assert room.keyed("gap-closed") == [], "no other draft is to be asked for"
    (file,) = [file for message in room.channel.messages for file in message.files]
    assert "restart the nodes" in str(file)
