"""Nudges: asked for on time, answered only by an update, silent once it is over (PRODUCT section 4, DR-1 to DR-5)."""

from datetime import timedelta

import pytest

from tests.world import START, World, declared, heads

CADENCES = [("sev1", 15), ("sev2", 30), ("sev3", 60), ("sev4", 240)]
"""R-COM-1 to R-COM-4: minutes between updates."""

# When


@pytest.mark.parametrize(("severity", "minutes"), CADENCES)
def test_a_nudge_comes_when_the_update_is_due_and_not_a_second_before(
    world: World, severity: str, minutes: int
) -> None:
    """R-COM-1, R-COM-2, R-COM-3, R-COM-4."""
    _, room = declared(world, severity)
    world.forward(minutes=minutes, seconds=-1)
    assert room.nudges == []
    world.forward(seconds=1)
    assert len(room.nudges) == 1
    assert room.nudges[0].startswith("A status update is due")


@pytest.mark.parametrize(("severity", "minutes"), CADENCES)
def test_an_update_sets_the_next_nudge_a_whole_cadence_after_itself(
    world: World, severity: str, minutes: int
) -> None:
    """R-COM-1 to R-COM-4, counted from the last status update."""
    ana, room = declared(world, severity)
    world.forward(minutes=7)
    ana.commands("/incident update looking into it")
    world.forward(minutes=minutes, seconds=-1)
    assert room.nudges == []
    world.forward(seconds=1)
    assert len(room.nudges) == 1
    assert "The last one was" in room.nudges[0]


def test_talk_marks_notes_and_roles_do_not_move_the_clock(world: World) -> None:
    """DR-4: chat, pins, reactions, notes, fields and roles are no update."""
    ana, room = declared(world)
    world.person("ben")
    world.forward(minutes=10)
    said = ana.says("we are still looking")
    ana.pins(said)
    ana.reacts(said, "pushpin")
    ana.commands("/incident note decision: fail over")
    ana.commands("/incident set service checkout")
    ana.commands("/incident impact customers=12")
    ana.commands("/incident role ops @ben")
    world.forward(minutes=5)
    assert len(room.nudges) == 1


def test_the_button_of_a_nudge_posts_an_update_and_starts_the_clock_anew(world: World) -> None:
    """DR-4: the nudge says what resets it, with a button that does."""
    ana, room = declared(world)
    world.forward(minutes=16)
    assert "What resets the clock" in room.nudges[0]
    ana.clicks("Post update", message=room.keyed("nudge")[0].ts)
    assert ana.submits({"Where things stand": "pool is exhausted", "Phase": "Identified"}).ok
    world.settle()
    assert "pool is exhausted" in room.keyed("update").words[0]
    assert heads(room) == ["A status update was due here; it was posted."]
    world.forward(minutes=15, seconds=-1)
    assert len(room.nudges) == 1
    world.forward(seconds=1)
    assert len(room.nudges) == 2


def test_next_promises_the_next_update_up_to_twice_the_cadence(world: World) -> None:
    """Nudges 1: an explicit next, at most twice the cadence; the cap is told."""
    ana, room = declared(world)
    ana.commands("/incident update looking next=25m")
    world.settle()
    assert "longest" not in room.keyed("update").words[-1]
    world.forward(minutes=25, seconds=-1)
    assert room.nudges == []
    world.forward(seconds=1)
    assert len(room.nudges) == 1
    ana.commands("/incident update still looking next=3h")
    world.settle()
    assert "the longest that this severity allows" in room.keyed("update").words[-1]
    world.forward(minutes=30, seconds=-1)
    assert len(room.nudges) == 1
    world.forward(seconds=1)
    assert len(room.nudges) == 2


def test_an_update_at_the_very_instant_of_the_nudge_wins(world: World) -> None:
    """Nudges 5."""
    ana, room = declared(world)
    with world.at(START + timedelta(minutes=15)):
        ana.commands("/incident update in time")
    assert room.nudges == []
    world.forward(minutes=15)
    assert len(room.nudges) == 1


# To whom, and how often


def test_a_nudge_goes_to_the_comms_lead_else_the_commander_else_the_declarer(world: World) -> None:
    """Nudges 2; never to the whole channel."""
    ana, room = declared(world)
    ben, cem = world.person("ben"), world.person("cem")
    world.forward(minutes=15)
    ana.commands("/incident lead @ben")
    ana.commands("/incident update one")
    world.forward(minutes=15)
    ana.commands("/incident comms @cem")
    ana.commands("/incident update two")
    world.forward(minutes=15, seconds=-1)
    standing = {m.ts for m in room.keyed("nudge")}
    world.forward(seconds=1)
    asked = [call.args["text"] for call in world.slack.calls_of("chat.postMessage")]
    nudges = [text for text in asked if text.startswith("A status update is due")]
    assert [f"<@{who.id}>" in text for who, text in zip((ana, ben, cem), nudges, strict=True)] == [True] * 3
    assert not any(f"<@{ben.id}>" in nudges[2] or "<!" in text for text in nudges)
    assert len([m for m in room.keyed("nudge") if m.ts not in standing]) == 1


def test_a_repeat_is_a_new_message_names_the_commander_and_shrinks_the_former(world: World) -> None:
    """Nudges 3, DR-2: an edit notifies nobody, so a repeat is new; only one live nudge stands."""
    ana, room = declared(world)
    cem = world.person("cem")
    ana.commands("/incident comms @cem")
    world.forward(minutes=4)
    ana.commands("/incident update looking")
    world.forward(minutes=15)
    first = room.keyed("nudge")[0]
    assert f"<@{cem.id}>" in first.words
    assert f"<@{ana.id}>" not in first.words
    world.forward(minutes=15)
    assert room.keyed("nudge")[0].ts == first.ts
    assert heads(room)[0] == "A status update was due here; see the reminder below."
    assert len(room.nudges[0].splitlines()) == 1
    assert heads(room)[1] == f"2nd reminder, <@{cem.id}> <@{ana.id}>: 30 min since the last update."


def test_from_the_third_reminder_on_card_and_announcement_say_update_overdue(world: World) -> None:
    """Nudges 3; the mark is gone after the update."""
    ana, room = declared(world)
    announced = world.channel("incidents")

    def marked() -> list[bool]:
        return ["update overdue" in words for words in (room.card.words, announced.messages.words[0])]

    world.forward(minutes=30)
    assert marked() == [False, False]
    world.forward(minutes=15)
    assert marked() == [True, True]
    world.forward(minutes=30)
    assert marked() == [True, True]
    ana.commands("/incident update here we are")
    world.settle()
    assert marked() == [False, False]


def test_a_snooze_takes_the_overdue_mark_off_card_and_announcement_alike(world: World) -> None:
    """Nudges 3: both say the same."""
    ana, room = declared(world)
    world.forward(minutes=60)
    ana.commands("/incident snooze 10m")
    world.settle()
    assert "update overdue" not in room.card.words
    assert "update overdue" not in world.channel("incidents").messages.words[0]


@pytest.mark.parametrize(("severity", "hours"), [("sev3", 1), ("sev4", 4)])
def test_lower_severities_stop_after_ten_reminders_and_say_so(
    world: World, severity: str, hours: int
) -> None:
    """Nudges 3: P2 and P3 stop after 10 in a row; an update begins again."""
    ana, room = declared(world, severity)
    world.forward(hours=9 * hours)
    assert "last reminder" not in room.nudges[-1]
    world.forward(hours=hours)
    assert len(room.nudges) == 10
    assert heads(room)[-1].startswith("10th reminder")
    assert "This was the last reminder in a row" in room.nudges[-1]
    world.forward(hours=20 * hours)
    assert len(room.nudges) == 10
    ana.commands("/incident update still there")
    world.forward(hours=hours)
    assert len(room.nudges) == 11


@pytest.mark.parametrize(("severity", "minutes"), CADENCES[:2])
def test_the_highest_severities_go_on_as_long_as_the_incident_is_open(
    world: World, severity: str, minutes: int
) -> None:
    """Nudges 3: thirty in a row, each said once, numbered as people count."""
    _, room = declared(world, severity)
    world.forward(minutes=30 * minutes)
    sent = [
        call.args["text"].split(" ")[0]
        for call in world.slack.calls_of("chat.postMessage")
        if " reminder, " in call.args["text"]
    ]
    assert len(room.nudges) == 30
    assert sent[:3] == ["2nd", "3rd", "4th"]
    assert sent[9:12] == ["11th", "12th", "13th"]
    assert sent[19:23] == ["21st", "22nd", "23rd", "24th"]
    assert "last reminder" not in room.nudges[-1]
