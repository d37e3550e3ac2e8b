"""Owners are reminded of their follow-ups: two days before, on the day, then weekly, each time once (R-AI-6)."""

from datetime import timedelta

import pytest

from tests.followups import INC, closed, incident, spoken, times
from tests.reviews import labels
from tests.world import World, at_once, said


def test_an_owner_is_reminded_alone_with_buttons_until_it_is_done(world: World) -> None:
    ana, ben, room = closed(world)
    said(world, ana, "followup add Isolate the <analytics> load @ben due=2026-03-10")
    said(world, ana, "followup accept 1")
    world.forward(days=20)
    assert times(world.dm(ben)) == ["03-08 09:00", "03-10 09:00", "03-17 09:00"]
    first, on_the_day, late = spoken(world.dm(ben))
    assert "newer message" in first.words, "it gives way to the one that came after it"
    assert "newer message" in on_the_day.words
    assert labels(first) == []
    assert "Follow-ups of `INC-2026-0302-001` (checkout is down) that are yours" in late.words
    assert "*1. Isolate the &lt;analytics&gt; load*" in late.words
    assert "*Overdue by 7 days*: was due Tue 10 Mar 2026 · open" in late.words
    assert labels(late)[-1] == "Remind me tomorrow"
    assert spoken(room.messages) == []
    said(world, ben, f"followup {INC} done 1 moved to the replica")
    assert "1. Isolate the &lt;analytics&gt; load: done, says" in spoken(world.dm(ben))[-1].words
    assert labels(spoken(world.dm(ben))[-1]) == []
    world.forward(days=30)
    assert len(times(world.dm(ben))) == 3


def test_several_of_one_person_come_in_one_message(world: World) -> None:
    ana, ben, _ = closed(world)
    for line in ("one @ben due=2026-03-10", "two @ben due=2026-03-10", "three @ana due=2026-03-10"):
        said(world, ana, f"followup add {line}")
    said(world, ana, "followup accept all")
    world.forward(days=7)
    assert times(world.dm(ben)) == ["03-08 09:00"]
    assert times(world.dm(ana)) == ["03-08 09:00"]
    (told,) = spoken(world.dm(ben))
    assert "*1. one*" in told.words
    assert "*2. two*" in told.words
    assert "three" not in told.words
    assert labels(told).count("Remind me tomorrow") == 1
    said(world, ben, f"followup {INC} done 1")
    (told,) = spoken(world.dm(ben))
    assert "1. one: done, says" in told.words
    assert "*2. two*" in told.words


def test_remind_me_tomorrow_comes_the_next_morning_and_can_be_undone(world: World) -> None:
    ana, ben, _ = closed(world)
    said(world, ana, "followup add one @ben due=2026-03-10")
    said(world, ana, "followup accept 1")
    world.forward(days=8, hours=2)
    ben.clicks("Remind me tomorrow", channel="@tocsin")
    world.settle()
    assert f"You are reminded of follow-up 1 of `{INC}` again <!date" in ben.hears("@tocsin")[-1].words
    assert "You are reminded again <!date" in spoken(world.dm(ben))[-1].words
    (entry,) = [e for e in world.bot.lookup.record(INC) if e.data.get("change") == "followup_snooze"]
    assert entry.author == ben.id
    world.forward(days=5)
    assert times(world.dm(ben)) == ["03-08 09:00", "03-10 09:00", "03-11 09:00"]


def test_after_an_outage_one_message_comes_and_says_how_late_it_is(world: World) -> None:
    """DR-24."""
    ana, ben, _ = closed(world)
    said(world, ana, "followup add one @ben due=2026-03-10")
    said(world, ana, "followup accept 1")
    world.restart(after=timedelta(days=17, hours=3))
    assert times(world.dm(ben)) == ["03-19 12:00"]
    assert "This message is late by 11 d 3 h." in spoken(world.dm(ben))[-1].words
    world.forward(days=8)
    assert times(world.dm(ben)) == ["03-19 12:00", "03-24 09:00"]
    assert "late by" not in spoken(world.dm(ben))[-1].words


def test_two_processes_say_each_reminder_once(world: World) -> None:
    ana, ben, _ = closed(world)
    said(world, ana, "followup add one @ben due=2026-03-10")
    said(world, ana, "followup accept 1")
    other = world.another_bot()
    for days in (6, 2, 7, 7):
        world.clock.move(timedelta(days=days))
        at_once([world.bot.due.fire, other.due.fire])
        at_once([world.bot.outbox.deliver, other.outbox.deliver])
        world.tick()
    assert len(times(world.dm(ben))) == 4


def test_a_reminder_on_its_way_when_it_is_done_is_never_said(world: World) -> None:
    """DR-1: the state is read again just before it is sent."""
    ana, ben, _ = closed(world)
    said(world, ana, "followup add one @ben due=2026-03-10")
    said(world, ana, "followup accept 1")
    world.forward(days=6, seconds=-1)
    world.slack.faults.add("conversations.open", "429", retry_after=30)
    world.clock.move(timedelta(seconds=1))
    world.tick()
    assert incident(world).followups[0].told != ()
    said(world, ben, f"followup {INC} done 1")
    world.forward(minutes=1)
    assert spoken(world.dm(ben)) == []


@pytest.mark.parametrize("way", ["done 1", "drop 1 the service is gone"])
def test_undo_brings_the_reminders_back(world: World, way: str) -> None:
    ana, ben, _ = closed(world)
    said(world, ana, "followup add one @ben due=2026-03-10")
    said(world, ana, "followup accept 1")
    said(world, ben, f"followup {INC} {way}")
    said(world, ben, "undo")
    world.forward(days=6)
    assert times(world.dm(ben)) == ["03-08 09:00"]


def test_an_owner_who_is_deactivated_is_stood_in_for_by_whoever_sees_to_it(world: World) -> None:
    ana, ben, _ = closed(world)
    said(world, ana, "followup add one @ben due=2026-03-10")
    said(world, ana, "followup accept 1")
    world.slack.deactivate("ben")
    world.settle()
    world.forward(days=7)
    assert spoken(world.dm(ben)) == []
    (told,) = spoken(world.dm(ana))
    assert "who cannot be told" in told.words
    assert f"`/incident followup {INC} owner 1 @name`" in told.words


def test_what_lacks_an_owner_or_a_date_is_asked_for_thrice(world: World) -> None:
    """R-AI-5, DR-22."""
    ana, _, _ = closed(world)
    said(world, ana, "followup add one")
    said(world, ana, "followup add two @ben")
    world.forward(days=60)
    assert times(world.dm(ana)) == ["03-09 09:00", "03-16 09:00", "03-23 09:00"]
    last = spoken(world.dm(ana))[-1].words
    assert (
        "No owner and no date yet: `/incident followup INC-2026-0302-001 accept 1 owner=@name due=30d`"
        in last
    )
    assert "No date yet" in last
    assert "You are not asked again." in last


def test_a_private_one_is_spoken_of_inside_alone(world: World) -> None:
    """DR-28: an owner who left its channel hears nothing; whoever sees to it does."""
    ana, ben, room = closed(world, " --private")
    said(world, ana, "followup add one @ben due=2026-03-10")
    said(world, ana, "followup accept 1")
    ben.leaves(room.channel)
    world.settle()
    world.forward(days=6)
    assert spoken(world.dm(ben)) == []
    assert times(world.dm(ana)) == ["03-08 09:00"]


def test_a_drill_stays_in_its_channel(world: World) -> None:
    """R-DRL-2."""
    ana, ben, room = closed(world, " --drill")
    said(world, ana, "followup add one @ben due=2026-03-06")
    said(world, ana, "followup accept 1")
    world.forward(days=20)
    assert spoken(world.dm(ben)) == []
    assert times(room.messages) == ["03-04 09:00", "03-06 09:00"], "then its channel is archived"
    assert all(message.words.startswith("DRILL · ") for message in spoken(room.messages))


def test_a_hundred_follow_ups_keep_within_slacks_limits(world: World) -> None:
    ana, ben, _ = closed(world)
    for n in range(100):
        ana.commands(f"/incident followup add {'long words ' * 20}{n} @ben due=2026-03-10")
    said(world, ana, "followup accept all")
    world.forward(days=6)
    (told,) = spoken(world.dm(ben))
    assert "And 70 more. All of them: `/incident followup INC-2026-0302-001 list`" in str(told.blocks)
