"""What cannot be read at once, or not at all, is said once and stands in the draft (RELIABILITY, promise 5)."""

import json
from datetime import timedelta
from pathlib import Path

import pytest

from bot.archive import Archive
from bot.checks import check_bot
from bot.domain.replay import Stage
from bot.sandbox import HttpDoor, Person
from bot.sandbox.server import SandboxServer
from bot.store.store import StoreAway
from tests.catching_up import (
    LOST,
    REF,
    changes,
    in_log,
    in_slack,
    lose,
    nobody,
    outage,
    ticking,
)
from tests.world import Room, World, declared, key_of, said


@pytest.fixture
def channel(world: World) -> tuple[Person, Room]:
    """Ana in the channel of her incident, which ben is in too."""
    ana, room = declared(world)
    world.person("ben").joins(room.channel)
    world.person("ben").channel = room.channel
    world.settle()
    return ana, room


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
    told = [words for words in world.dm(ana).words[before:] if "may be missing in the log" in words]
    assert len(told) == 1
    assert "(not_in_channel)" in told[0]
    assert "type `/invite @tocsin` there; then it is read and recorded" in told[0]
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


# When it looks


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
    ana, _ = channel
    door, world.slack.door = world.slack.door, HttpDoor(nobody)
    ana.says("its event was lost")
    lose(world, [])
    world.slack.door = door
    assert in_log(world) == {}
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
    door, world.slack.door = world.slack.door, HttpDoor(nobody)
    world.expects_errors("name_taken")
    lost = ana.says("said in public, and lost")
    lose(world, [])
    world.slack.door = door
    said(world, ana, "private")
    world.tick()
    world.forward(minutes=1)
    entries = {entry.ts: entry for entry in world.bot.lookup.record(REF)}
    assert entries[lost].channel_id == room.id
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
