"""Stale incidents: open without a sign of life, or resolved and not closed; people are asked, at most three times."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.sandbox import Person
from tests.world import Room, World, declared, said

REF = "INC-2026-0302-001"


def quiet_sev3(world: World) -> tuple[Person, Room]:
    """A sev3 whose ten reminders ended at 19:00."""
    ana, room = declared(world, "sev3")
    world.forward(hours=10)
    assert "last reminder" in room.nudges[-1]
    return ana, room


def asked(world: World, ana: Person) -> list[str]:
    return [words for words in world.dm(ana).words if "still open" in words or "is not closed" in words]


def test_an_open_one_whose_reminders_ended_is_asked_about_alone_then_twice_in_the_channel(
    world: World,
) -> None:
    """DR-22: stale_after (1 d at sev3) apart, three in all, then no more."""
    ana, room = quiet_sev3(world)
    world.forward(days=1, seconds=-1)
    assert asked(world, ana) == []
    world.forward(seconds=1)
    (first,) = asked(world, ana)
    assert f"`{REF}` (checkout is down) is still open" in first
    assert "no status update came for 1 d 10 h. Is it still going on?" in first
    assert room.keyed("stale") == []
    world.forward(days=1, seconds=-1)
    assert room.keyed("stale") == []
    world.forward(seconds=1)
    assert len(room.keyed("stale")) == 1
    assert f"Is it still going on, <@{ana.id}>?" in room.keyed("stale").words[0]
    world.forward(days=1)
    assert "This was the last time that the bot asks." in room.keyed("stale").words[1]
    world.forward(days=10)
    assert len(room.keyed("stale")) == 2
    assert len(asked(world, ana)) == 1


def test_a_p0_is_reminded_and_never_asked(world: World) -> None:
    ana, room = declared(world, "sev1")
    world.forward(days=1, hours=1)
    assert asked(world, ana) == []
    assert room.keyed("stale") == []


def test_still_going_on_is_a_sign_of_life_and_starts_the_wait_anew(world: World) -> None:
    """DR-22: it is recorded who said so, and DR-4: it is no update."""
    ana, room = quiet_sev3(world)
    world.forward(days=1)
    ana.clicks("Still going on", channel="@tocsin")
    world.settle()
    assert f"Still going on, says <@{ana.id}>." in room.keyed("echo").words
    world.forward(days=1, seconds=-1)
    assert len(asked(world, ana)) == 1
    world.forward(seconds=1)
    assert len(asked(world, ana)) == 2, "alone again: the count begins anew"
    assert room.keyed("stale") == []
    assert len(room.nudges) == 10
    (entry,) = [e for e in world.bot.lookup.record(REF) if e.data.get("change") == "still"]
    assert entry.author == ana.id


def test_still_going_on_twice_or_after_the_end_changes_nothing(world: World) -> None:
    ana, room = quiet_sev3(world)
    world.forward(days=2)
    (question,) = room.keyed("stale")
    ana.clicks("Still going on", message=question.ts)
    ana.clicks("Still going on", message=question.ts)
    world.settle()
    assert len(room.keyed("echo")) == 1
    said(world, ana, "resolve over")
    ana.clicks("Still going on", message=question.ts)
    world.settle()
    assert f"{REF} is resolved by now; nothing was changed." in ana.hears()[-1].words


def test_the_other_buttons_post_an_update_or_resolve(world: World) -> None:
    """DR-22: an update begins again, with reminders."""
    ana, room = quiet_sev3(world)
    world.forward(days=2)
    (question,) = room.keyed("stale")
    ana.clicks("Post update", message=question.ts)
    assert ana.submits({"Where things stand": "waiting for parts"}).ok
    world.forward(hours=10)
    assert len(room.nudges) == 20
    world.forward(days=1)
    assert len(asked(world, ana)) == 2
    world.forward(days=1)
    ana.clicks("Resolve", message=room.keyed("stale")[-1].ts)
    assert ana.submits({"What brought it to an end": "parts came"}).ok
    world.settle()
    assert len(room.keyed("resolved")) == 1


def test_a_resolved_one_that_nobody_closes_is_asked_about(world: World) -> None:
    """DR-22 (b): after unclosed_after (1 d), alone, then twice in the channel."""
    ana, room = declared(world, "sev1")
    said(world, ana, "resolve over")
    world.forward(days=1, seconds=-1)
    assert asked(world, ana) == []
    world.forward(seconds=1)
    (first,) = asked(world, ana)
    assert "was resolved 1 d ago and is not closed" in first
    assert "Closing it makes the postmortem draft." in first
    world.forward(days=2)
    assert len(room.keyed("stale")) == 2
    assert "was resolved 3 d ago" in room.keyed("stale").words[1]
    world.forward(days=5)
    assert len(room.keyed("stale")) == 2
    ana.clicks("Close", message=room.keyed("stale")[-1].ts)
    world.tick()
    assert len(room.keyed("draft")) == 1
    world.forward(days=3)
    assert len(room.keyed("stale")) == 2


def test_a_reopen_by_its_button_starts_reminders_and_the_count_anew(world: World) -> None:
    ana, room = declared(world, "sev3")
    said(world, ana, "resolve over")
    world.forward(days=1)
    ana.clicks("Reopen", channel="@tocsin")
    world.forward(hours=1)
    assert len(room.nudges) == 1
    said(world, ana, "resolve really over")
    world.forward(days=1)
    assert len(asked(world, ana)) == 2


def test_a_resolve_as_of_days_ago_is_not_asked_about_at_once(world: World) -> None:
    ana, _ = declared(world, "sev4")
    world.forward(days=3)
    said(world, ana, "resolve over at=2026-03-02 12:00")
    before = len(asked(world, ana))
    world.forward(hours=23)
    assert len(asked(world, ana)) == before
    world.forward(hours=1)
    assert len(asked(world, ana)) == before + 1


def test_a_pause_rests_the_question_too(world: World) -> None:
    """DR-1 (paused), DR-22."""
    ana, room = quiet_sev3(world)
    said(world, ana, "pause 5d waiting for parts")
    world.forward(days=5, seconds=-1)
    assert asked(world, ana) == []
    world.forward(hours=10, seconds=1)
    assert len(room.nudges) == 20, "reminders begin again, and then the question"
    assert asked(world, ana) == []


def test_after_a_downtime_one_question_comes_and_the_next_a_whole_time_later(world: World) -> None:
    """DR-24."""
    ana, room = quiet_sev3(world)
    world.restart(after=timedelta(days=4))
    assert len(asked(world, ana)) == 1
    assert room.keyed("stale") == []
    world.forward(days=1, seconds=-1)
    assert room.keyed("stale") == []
    world.forward(seconds=1)
    assert len(room.keyed("stale")) == 1


@pytest.mark.parametrize("kind", ["drill", "backfilled"])
def test_a_drill_is_asked_about_in_its_channel_only_and_a_backfilled_one_never(
    world: World, kind: str
) -> None:
    """DR-22, R-DRL-2: nothing of a drill leaves its channel."""
    ana, room = declared(world, "sev3")
    with world.bot.store.begin() as tx:
        known = tx.incident(REF, lock=True)
        assert known is not None
        tx.save_incident(replace(known, drill=kind == "drill", backfilled=kind == "backfilled"))
    said(world, ana, "resolve over")
    world.forward(days=4)
    assert asked(world, ana) == []
    assert len(room.keyed("stale")) == (3 if kind == "drill" else 0)


def test_a_question_on_its_way_when_an_update_comes_is_never_asked(world: World) -> None:
    """DR-1: the state is read again just before it is sent."""
    ana, room = quiet_sev3(world)
    world.forward(days=2, seconds=-1)
    world.slack.faults.add("chat.postMessage", "429", retry_after=30, channel=room.id)
    world.clock.move(timedelta(seconds=1))
    world.tick()
    said(world, ana, "update here we are")
    world.forward(minutes=1)
    assert room.keyed("stale") == []


@pytest.mark.parametrize("severity", ["sev3"])
def test_a_drop_after_more_reminders_than_the_limit_is_followed_by_the_question(
    world: World, severity: str
) -> None:
    """Nudges 3 and 4, DR-22: reminders end with the drop; a day later somebody is asked."""
    ana, room = declared(world, "sev1")
    world.forward(hours=3)
    assert len(room.nudges) == 12
    said(world, ana, f"sev {severity} calmer")
    world.forward(days=1, seconds=-1)
    assert asked(world, ana) == []
    world.forward(seconds=1)
    assert len(asked(world, ana)) == 1
    assert len(room.nudges) == 12
