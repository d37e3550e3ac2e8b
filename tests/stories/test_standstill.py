"""Slack takes no call: an operator reads it once, every few minutes, and when it is over, whatever the log's level."""

import logging

import pytest

from tests.world import World, declared


def passes(world: World, seconds: int) -> None:
    """The seconds of a running worker."""
    for second in range(seconds):
        world.clock.sleep(1)
        while world.bot.outbox.deliver():
            pass
        if second % 5 == 0:
            world.bot.outbox.tidy()


def said(caplog: pytest.LogCaptureFixture, level: int) -> list[str]:
    return [each.getMessage() for each in caplog.records if each.levelno >= level and each.name[:4] == "bot."]


@pytest.mark.parametrize("kind", ["500", "429"])
def test_while_slack_takes_no_call_that_is_said_as_a_state_and_not_for_each_try(
    world: World, caplog: pytest.LogCaptureFixture, kind: str
) -> None:
    ana, _ = declared(world)
    world.settle()
    world.slack.faults.add("*", kind, times=1_000_000, retry_after=20)
    caplog.set_level(logging.INFO)
    for n in range(4):
        ana.commands(f"/incident update step {n}")
    passes(world, 55)
    assert said(caplog, logging.WARNING) == [], "what is soon over is no news"
    passes(world, 545)
    lines = said(caplog, logging.WARNING)
    assert len(lines) == 2, lines
    assert lines[0].startswith("Slack has taken no call for 6"), lines[0]
    assert lines[0].endswith(" wait")
    assert len(said(caplog, logging.INFO)) <= 2 + 10, "and at most one call a minute is named"
    world.slack.faults.clear()
    passes(world, 60)
    assert "Slack takes calls again, after 6" in said(caplog, logging.WARNING)[-1]
    assert len(said(caplog, logging.WARNING)) == 3


def test_one_limit_among_calls_that_slack_takes_is_no_standstill(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    ana, _ = declared(world)
    world.settle()
    caplog.set_level(logging.INFO)
    for n in range(5):
        world.slack.faults.add("chat.postMessage", "429", retry_after=25)
        ana.commands(f"/incident update step {n}")
        passes(world, 30)
    assert said(caplog, logging.WARNING) == []


def test_people_are_told_that_what_the_bot_says_comes_late_and_read_when_it_was_said(world: World) -> None:
    ana, room = declared(world)
    world.settle()
    world.slack.faults.add("*", "500", times=1_000_000)
    assert "Slack takes" not in ana.commands("/incident update the pool is full").text
    world.forward(seconds=25)
    assert "Slack takes" not in ana.commands("/incident status").text
    world.forward(seconds=10)
    for line in ("status", "update the pool is empty", "list"):
        answer = ana.commands(f"/incident {line}")
        assert "Slack takes what the bot says late" in answer.words, line
        assert "since <!date^" in answer.words
        assert "Posted" not in answer.words
    assert ana.commands("/incident resolve it is over").ok
    world.forward(minutes=10)
    world.slack.faults.clear()
    world.forward(minutes=1)
    assert [message.words.partition("(said at ")[2][:7] != "" for message in room.keyed("update")] == [
        True
    ] * 2
    assert "(said at <!date^" in room.keyed("resolved")[0].words
    assert "Slack takes" not in ana.commands("/incident status").text
    ana.commands("/incident reopen it is back")
    ana.commands("/incident update the pool is full again")
    world.settle()
    assert "said at" not in room.keyed("reopened")[0].words + room.keyed("update")[-1].words
