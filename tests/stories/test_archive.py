"""Archiving: the channel of an incident that is over, a week after the close, unless people still talk."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.sandbox import Person
from tests.world import Room, World, declared, said

REF = "INC-2026-0302-001"


@pytest.fixture
def closed(world: World) -> tuple[Person, Room]:
    """An incident that was closed at 09:00; nobody owes a postmortem, so nobody is reminded of one."""
    ana, room = declared(world, "sev2")
    said(world, ana, "resolve over")
    said(world, ana, "close --no-postmortem too small")
    return ana, room


def is_archived(room: Room) -> bool:
    return room.channel.is_archived


def archive_calls(world: World) -> int:
    return len(world.slack.calls_of("conversations.archive"))


def test_the_close_says_when_and_a_week_later_the_channel_is_archived(
    world: World, closed: tuple[Person, Room]
) -> None:
    """Life cycle: one last line says how to come back; then silence."""
    ana, room = closed
    (told,) = room.keyed("closed").words
    assert "The channel is archived" in told
    assert "2026-03-09 09:00:00 UTC" in told
    assert "unless people still talk here" in told
    world.forward(days=7, seconds=-1)
    assert room.keyed("archived") == []
    world.forward(seconds=1)
    (line,) = room.keyed("archived").words
    assert f"`{REF}` is closed, and this channel is archived now" in line
    assert f"`/incident reopen {REF}` from any channel" in line
    assert is_archived(room)
    world.forward(days=30)
    assert archive_calls(world) == 1
    assert world.dm(ana) == [], "nothing of the archive comes alone"


def test_people_who_still_talk_put_it_off_by_a_day_and_bots_do_not(
    world: World, closed: tuple[Person, Room]
) -> None:
    ana, room = closed
    world.slack.add_user("graphs", real_name="Graphs", is_bot=True)
    graphs = world.slack.person("graphs")
    graphs.joins(room.name)
    world.forward(days=6, hours=12)
    ana.says("has anybody seen the second report?")
    world.forward(hours=12)
    assert not is_archived(room)
    assert room.keyed("archived") == []
    world.forward(hours=23)
    graphs.says("all graphs are green", room.channel)
    world.forward(minutes=59)
    assert not is_archived(room)
    world.forward(minutes=1)
    assert is_archived(room)
    assert len(room.keyed("archived")) == 1


def test_a_reopen_before_it_takes_it_back(world: World, closed: tuple[Person, Room]) -> None:
    ana, room = closed
    world.forward(days=3)
    said(world, ana, "reopen it is back")
    world.forward(days=5)
    assert not is_archived(room)
    said(world, ana, "resolve over again")
    said(world, ana, "close")
    world.forward(days=7, seconds=-1)
    assert not is_archived(room)
    world.forward(seconds=1)
    assert is_archived(room)


def test_a_reopen_of_an_archived_one_takes_the_channel_out_and_tells_so_there(
    world: World, closed: tuple[Person, Room]
) -> None:
    """DR-15: by itself, from anywhere; the clock runs, and it is archived again a week after the next close."""
    world.expects_errors("is_archived")
    ana, room = closed
    world.forward(days=8)
    assert is_archived(room)
    ana.channel = world.slack.channel("general")
    assert "is open again" in said(world, ana, f"reopen {REF} it is back")
    assert not is_archived(room)
    assert "it is back" in room.keyed("reopened").words[0]
    world.forward(minutes=30)
    assert len(room.nudges) == 1
    said(world, ana, f"resolve {REF} over")
    said(world, ana, f"close {REF}")
    world.forward(days=7)
    assert is_archived(room)
    assert archive_calls(world) == 2


def test_a_reopen_while_the_archiving_is_on_its_way_stops_it(
    world: World, closed: tuple[Person, Room]
) -> None:
    """DR-1: the state is read again just before the call."""
    ana, room = closed
    world.forward(days=7, seconds=-1)
    world.slack.faults.add("conversations.archive", "429", retry_after=60)
    world.clock.move(timedelta(seconds=1))
    world.tick()
    assert not is_archived(room)
    said(world, ana, "reopen it is back")
    world.forward(minutes=10)
    assert not is_archived(room)


def test_a_channel_that_people_archived_themselves_is_left_in_peace(
    world: World, closed: tuple[Person, Room]
) -> None:
    world.expects_errors("is_archived")
    ana, _ = closed
    before = len(world.dm(ana))
    ana.archives()
    world.forward(days=8)
    assert len(world.dm(ana)) == before
    assert archive_calls(world) == 0


def test_a_refusal_is_told_to_the_commander_once(world: World, closed: tuple[Person, Room]) -> None:
    """DR-14."""
    world.expects_errors("restricted_action")
    ana, room = closed
    before = len(world.dm(ana))
    world.slack.faults.add("conversations.archive", "restricted_action")
    world.forward(days=20)
    (told,) = world.dm(ana).words[before:]
    assert f"`{REF}` (checkout is down) is closed, and its channel" in told
    assert "Slack did not let the bot do that (restricted_action)" in told
    assert archive_calls(world) == 1
    assert len(room.keyed("archived")) == 1


def test_a_channel_that_was_there_before_the_incident_is_never_archived(world: World) -> None:
    """An adopted channel belongs to whoever uses it."""
    ana, room = declared(world)
    with world.bot.store.begin() as tx:
        known = tx.incident(REF, lock=True)
        assert known is not None
        tx.save_incident(replace(known, channel_name="team-payments"))
    said(world, ana, "resolve over")
    said(world, ana, "close")
    assert "archived" not in room.keyed("closed").words[0]
    world.forward(days=30)
    assert not is_archived(room)


def test_after_a_downtime_it_is_archived_once_by_whichever_bot_comes_first(
    world: World, closed: tuple[Person, Room]
) -> None:
    """DR-24, RELIABILITY promise 2."""
    _, room = closed
    other = world.another_bot()
    world.clock.move(timedelta(days=9))
    for bot in (other, world.bot):
        bot.due.fire()
    for bot in (world.bot, other):
        bot.outbox.deliver()
    world.settle()
    assert is_archived(room)
    assert len(room.keyed("archived")) == 1


@pytest.mark.parametrize("line", ["cancel the probe was wrong", "merge INC-2026-0302-002"])
def test_what_was_cancelled_or_merged_is_archived_too_and_says_when(world: World, line: str) -> None:
    """With notice, as after a close; a pause that ran is over with it."""
    ana, room = declared(world, "sev3")
    ana.commands("/incident declare sev3 payments hang")
    world.settle()
    said(world, ana, "pause 2h waiting for the vendor")
    said(world, ana, line)
    (told,) = [*room.keyed("cancelled"), *room.keyed("merged")]
    assert "The channel is archived" in told.words
    assert "2026-03-09 09:00:00 UTC" in told.words
    world.forward(days=7, seconds=-1)
    assert not is_archived(room)
    world.forward(seconds=1)
    assert is_archived(room)
    assert room.keyed("resumed") == []
