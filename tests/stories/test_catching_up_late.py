"""What cannot be read at once, or not at all, is said once and stands in the draft (RELIABILITY, promise 5)."""

import json
from datetime import timedelta

from bot.archive import Archive
from bot.checks import check_bot
from bot.domain.replay import Stage
from bot.sandbox import Person
from tests.catching_up import (
    REF,
    changes,
    channel,
    in_log,
    in_slack,
    outage,
    ticking,
)
from tests.world import Room, World, at_once, key_of, said

__all__ = ["channel"]


def slow(world: World) -> None:
    """Slack's tier for apps that are distributed outside of its Marketplace."""
    world.slack.slow_history = world.slack.limits_enforced = True


def gap(world: World) -> list[str]:
    return [message.words for message in world.channel().keyed("gap")]


def draft(world: World) -> str:
    """The draft as it would be made now."""
    return world.bot.documents.make(REF, "sre").content


# The slow tier


def test_the_slow_tier_is_known_read_to_the_end_and_said_once(
    world: World, channel: tuple[Person, Room]
) -> None:
    ana, room = channel
    slow(world)
    world.expects_errors("ratelimited")
    with outage(world):
        root = ana.says("the first")
        ana.says("its answer", thread=root)
        for n in range(100):
            ana.says(f"line {n}")
    assert len(in_log(world)) == 15, "the newest first"
    ticking(world, 120)
    assert gap(world) == []
    assert "tocsin_backfill_lag_seconds 0.0" not in world.bot.meters.text().decode()
    for _ in range(5):
        world.clock.move(timedelta(seconds=61))
        world.tick()
    (told,) = gap(world)
    assert told.startswith(
        f"The log of `{REF}` is catching up: some of what was said, edited or answered in threads"
    )
    assert "probably until" in told
    assert "may be incomplete from" in draft(world)
    for _ in range(10):
        world.clock.move(timedelta(seconds=61))
        world.tick()
    assert in_log(world) == in_slack(world)
    assert [each["change"] for each in changes(world)] == ["gap", "gap_closed"]
    assert "may be incomplete" not in draft(world)
    assert "The log is complete again." in [m.words for m in room.messages if key_of(m).startswith("echo")]
    refused = [call for call in world.slack.calls if call.answer.get("error") == "ratelimited"]
    assert len(refused) <= 1, "after the first page the bot waits by itself"
    assert "tocsin_backfill_lag_seconds 0.0" in world.bot.meters.text().decode()


def test_the_slow_tier_goes_on_over_restarts(world: World, channel: tuple[Person, Room]) -> None:
    ana, _ = channel
    slow(world)
    with outage(world):
        for n in range(60):
            ana.says(f"line {n}")
    for _ in range(4):
        world.bot.store.close()
        world.clock.move(timedelta(seconds=61))
        world.bot = world.another_bot()
        world.tick()
    assert in_log(world) == in_slack(world)


def test_a_usual_tier_is_known_again(world: World, channel: tuple[Person, Room]) -> None:
    ana, _ = channel
    slow(world)
    with outage(world):
        for n in range(400):
            ana.says(f"line {n}")
    world.slack.slow_history = False
    world.clock.move(timedelta(seconds=61))
    world.tick()
    ticking(world, 61)
    assert in_log(world) == in_slack(world)


def test_a_draft_that_waited_long_enough_is_made_and_says_what_may_be_missing(
    world: World, channel: tuple[Person, Room]
) -> None:
    ana, room = channel
    slow(world)
    with outage(world):
        for n in range(300):
            ana.says(f"line {n}")
    ana.commands("/incident resolve the pool is full again")
    ana.commands("/incident close")
    for _ in range(4):
        world.clock.move(timedelta(seconds=61))
        world.tick()
    assert room.keyed("draft") == []
    for _ in range(2):
        world.clock.move(timedelta(seconds=61))
        world.tick()
    assert len(room.keyed("draft")) == 1
    made = next(iter(world.slack.files.values())).content or b""
    assert b"The log may be incomplete from" in made
    for _ in range(60):
        world.clock.move(timedelta(seconds=61))
        world.tick()
    assert in_log(world) == in_slack(world)
    (complete,) = room.keyed("gap-closed").words
    assert "`/incident postmortem draft` writes it anew" in complete
    said(world, ana, "postmortem draft")
    world.tick()
    made = list(world.slack.files.values())[-1].content or b""
    assert b"may be incomplete" not in made


def test_processes_that_lose_patience_in_the_same_second_say_it_once(
    world: World, channel: tuple[Person, Room]
) -> None:
    ana, _ = channel
    slow(world)
    world.expects_errors("ratelimited")
    with outage(world):
        for n in range(300):
            ana.says(f"line {n}")
    ana.commands("/incident resolve the pool is full again")
    ana.commands("/incident close")
    world.settle()
    world.clock.move(timedelta(minutes=6))
    bots = [world.bot, world.another_bot(), world.another_bot()]
    at_once([bot.due.fire for bot in bots])
    world.settle()
    assert len(gap(world)) == 1
    assert [each["change"] for each in changes(world)] == ["gap"]


# What Slack refuses


def test_a_bot_that_was_removed_tells_the_commander_once_and_reads_it_all_when_it_is_back(
    world: World, channel: tuple[Person, Room]
) -> None:
    ana, room = channel
    world.expects_errors("not_in_channel")
    before = len(world.dm(ana))
    ana.removes("tocsin")
    ana.says("said while it was out")
    world.settle()
    for _ in range(3):
        world.bot.backfill.look_everywhere()
        world.tick()
        world.forward(minutes=11)
    told = [words for words in world.dm(ana).words[before:] if "arrives in" in words]
    assert len(told) <= 1, "told of the channel, and not once more of the log"
    assert not any("missing in the log" in words for words in world.dm(ana).words)
    assert "Slack does not let the bot read the channel" in draft(world)
    ana.invites("tocsin")
    world.tick()
    assert in_log(world) == in_slack(world, room.id)
    assert "may be incomplete" not in draft(world)
    assert [each["change"] for each in changes(world)] == ["gap", "gap_closed"]


def test_a_scope_that_is_missing_is_said_in_the_channel_and_mended_by_an_operator(
    world: World, channel: tuple[Person, Room]
) -> None:
    ana, _ = channel
    world.expects_errors("missing_scope")
    kept = set(world.slack.scopes)
    world.slack.scopes -= {"channels:history", "groups:history", "im:history", "mpim:history"}
    with outage(world):
        ana.says("said meanwhile")
    world.tick()
    (told,) = gap(world)
    assert "(missing_scope)" in told
    assert "an operator adds the scope that `python -m bot check` names" in told
    assert any(
        "channels:history" in each.what
        for each in check_bot(world.settings(), world.bot.store, world.bot.slack)
    )
    world.slack.scopes = kept
    ticking(world, 2)
    world.forward(minutes=11)
    assert in_log(world) == in_slack(world)
    assert "may be incomplete" not in draft(world)


def test_answers_in_threads_that_slack_refuses_do_not_keep_out_the_rest(
    world: World, channel: tuple[Person, Room]
) -> None:
    """SLACK.md: the documents contradict themselves about bot tokens and conversations.replies."""
    ana, _ = channel
    world.slack.faults.add("conversations.replies", "not_allowed_token_type", times=1_000)
    with outage(world):
        for n in range(3):
            root = ana.says(f"root {n}")
            ana.says(f"answer {n}", thread=root)
    assert {entry[0] for entry in in_log(world).values()} == {"root 0", "root 1", "root 2"}
    (told,) = gap(world)
    assert "(not_allowed_token_type)" in told
    assert "`/incident note`" in told
    assert "Slack does not let the bot read answers in threads" in draft(world)
    world.bot.backfill.look_everywhere()
    world.forward(minutes=1)
    assert len(gap(world)) == 1
    world.slack.faults.clear()
    world.forward(minutes=1)
    world.bot.backfill.look_everywhere()
    world.tick()
    assert in_log(world) == in_slack(world)
    assert "may be incomplete" not in draft(world)


def test_what_slacks_retention_took_is_a_gap_and_not_deleted_by_people(
    world: World, channel: tuple[Person, Room]
) -> None:
    ana, room = channel
    ana.says("kept, and taken by Slack later")
    world.settle()
    world.forward(minutes=2)
    world.bot.backfill.look_everywhere()
    world.tick()
    with outage(world):
        ana.says("never seen, and taken by Slack")
        world.clock.move(timedelta(days=2))
        for message in list(room.channel.messages):
            room.channel.messages.remove(message)
            del room.channel.by_ts[message.ts]
        ana.says("still there")
    world.expects_errors("message_not_found")
    texts = [entry.text for entry in world.bot.lookup.record(REF) if entry.ts and entry.deleted_at is None]
    assert texts == ["kept, and taken by Slack later", "still there"]
    (told,) = gap(world)
    assert "its retention rules deleted them" in told
    assert "Slack has deleted messages of that time by its retention rules" in draft(world)
    world.bot.backfill.look_everywhere()
    world.forward(minutes=1)
    assert len(gap(world)) == 1


def test_a_token_that_slack_does_not_accept_is_no_gap(world: World, channel: tuple[Person, Room]) -> None:
    ana, _ = channel
    world.slack.faults.add("conversations.history", "invalid_auth", times=3)
    with outage(world):
        ana.says("said meanwhile")
    ticking(world, 20)
    assert in_log(world) == in_slack(world)
    assert changes(world) == []


def test_a_channel_that_was_left_lacks_something_until_then_and_no_longer(
    world: World, channel: tuple[Person, Room]
) -> None:
    ana, room = channel
    world.expects_errors("name_taken")
    ticking(world, 15)
    world.slack.faults.add("conversations.history", "missing_scope", channel=room.id, times=9)
    said(world, ana, "private")
    world.forward(minutes=5)
    (told,) = gap(world)
    assert told.startswith(f"What was said in the former channel of `{REF}` from ")
    (line,) = [line for line in draft(world).splitlines() if "may be incomplete" in line]
    assert " to " in line


# The record


def test_gaps_go_out_and_come_in_with_the_record(world: World, channel: tuple[Person, Room]) -> None:
    ana, _ = channel
    world.slack.faults.add("conversations.replies", "not_allowed_token_type", times=1_000)
    with outage(world):
        ana.says("answer", thread=ana.says("root"))
    said(world, ana, "resolve done")
    archive = Archive(world.bot.transactions)
    written = archive.export(REF)
    assert [each["label"] for each in json.loads(written)["events"]].count("Gap") == 1
    again = archive.import_replay(written, stage=Stage.CLOSE)
    assert json.loads(archive.export(again))["events"] == json.loads(written)["events"]
    assert (
        "Slack does not let the bot read answers in threads" in world.bot.documents.make(again, "sre").content
    )
