"""What moves, ends or withdraws a nudge: snooze, severity, resolve, reopen, also when it is on its way."""

from datetime import timedelta

import pytest

from tests.world import START, World, declared, heads

# Snooze


def test_a_snooze_moves_the_next_nudge_and_is_logged_with_who_asked(world: World) -> None:
    """DR-5: any responder; the live nudge says that it was snoozed."""
    ana, room = declared(world)
    ben = world.person("ben")
    world.forward(minutes=15)
    ben.commands("/incident snooze 20m waiting on the vendor", channel=room.channel)
    world.settle()
    assert heads(room)[0].startswith("A status update was due here; snoozed until")
    assert f"<@{ben.id}> snoozed the reminders until" in room.keyed("snoozed").words[0]
    assert "waiting on the vendor" in room.keyed("snoozed").words[0]
    assert "snoozed until" in room.card.words
    world.forward(minutes=20, seconds=-1)
    assert len(room.nudges) == 1
    world.forward(seconds=1)
    assert len(room.nudges) == 2
    assert "late" not in room.nudges[1]
    ana.commands("/incident update on it")
    world.settle()
    assert "reminders snoozed" not in room.card.words


@pytest.mark.parametrize("minutes", [5, 10, 15, 30])
def test_the_buttons_of_a_nudge_snooze_it(world: World, minutes: int) -> None:
    """DR-5: buttons of 5, 10, 15 and 30 minutes."""
    ana, room = declared(world)
    world.forward(minutes=15)
    ana.clicks(f"Snooze {minutes} min")
    world.forward(minutes=minutes, seconds=-1)
    assert len(room.nudges) == 1
    world.forward(seconds=1)
    assert len(room.nudges) == 2


@pytest.mark.parametrize(("severity", "cap"), [("sev1", 30), ("sev2", 60)])
def test_a_snooze_of_a_high_severity_is_capped_at_twice_the_cadence(
    world: World, severity: str, cap: int
) -> None:
    """DR-5: capped, and the cap is said."""
    ana, room = declared(world, severity)
    answer = ana.commands("/incident snooze 5h lunch")
    assert "is the longest that this severity allows" in answer.text
    world.forward(minutes=cap, seconds=-1)
    assert room.nudges == []
    world.forward(seconds=1)
    assert len(room.nudges) == 1


def test_a_snooze_of_a_low_severity_is_as_long_as_asked(world: World) -> None:
    """DR-5 caps sev1 and sev2 only."""
    ana, room = declared(world, "sev3")
    assert "longest" not in ana.commands("/incident snooze 9h").text
    world.forward(hours=9, seconds=-1)
    assert room.nudges == []
    world.forward(seconds=1)
    assert len(room.nudges) == 1


def test_snooze_off_brings_the_nudge_back(world: World) -> None:
    """DR-5: one that is overdue by then comes at once, and says nothing of being late."""
    ana, room = declared(world)
    world.forward(minutes=1)
    ana.commands("/incident snooze 29m")
    world.forward(minutes=19)
    assert room.nudges == []
    assert "snooze is over" in ana.commands("/incident snooze off").text
    world.tick()
    assert len(room.nudges) == 1
    assert "late" not in room.nudges[0]
    world.forward(minutes=15)
    assert len(room.nudges) == 2


def test_an_update_a_higher_severity_or_another_commander_ends_a_snooze(world: World) -> None:
    """DR-5."""
    ana, room = declared(world, "sev2")
    world.person("ben")
    ana.commands("/incident snooze 60m")
    ana.commands("/incident update here")
    world.forward(minutes=30)
    assert len(room.nudges) == 1
    ana.commands("/incident snooze 60m")
    world.forward(seconds=1)
    ana.commands("/incident lead @ben")
    world.tick()
    assert len(room.nudges) == 2
    assert "late" not in room.nudges[1]
    ana.commands("/incident snooze 60m")
    ana.commands("/incident sev sev1 worse")
    world.forward(minutes=2, seconds=-1)
    assert len(room.nudges) == 2
    world.forward(seconds=1)
    assert len(room.nudges) == 3


# Severity


def test_a_raise_counts_from_the_same_anchor(world: World) -> None:
    """Nudges 4."""
    ana, room = declared(world, "sev2")
    world.forward(minutes=5)
    ana.commands("/incident sev sev1 spreading")
    world.forward(minutes=10, seconds=-1)
    assert room.nudges == []
    world.forward(seconds=1)
    assert len(room.nudges) == 1


def test_a_raise_past_the_new_due_time_gives_two_minutes(world: World) -> None:
    """Nudges 4: already past, so due = now + 2 min; the live nudge gives way."""
    ana, room = declared(world, "sev3")
    world.forward(minutes=70)
    assert len(room.nudges) == 1
    ana.commands("/incident sev sev1 spreading")
    world.settle()
    assert heads(room)[0].startswith("A status update was due here; the severity changed")
    world.forward(minutes=2, seconds=-1)
    assert len(room.nudges) == 1
    world.forward(seconds=1)
    assert len(room.nudges) == 2
    world.forward(minutes=15)
    assert len(room.nudges) == 3


def test_a_drop_withdraws_a_nudge_that_is_not_due_any_more(world: World) -> None:
    """Nudges 4."""
    ana, room = declared(world, "sev1")
    world.forward(minutes=20)
    ana.commands("/incident sev sev3 contained")
    world.settle()
    assert heads(room)[0].startswith("A status update was due here; the severity changed")
    world.forward(minutes=40, seconds=-1)
    assert len(room.nudges) == 1
    world.forward(seconds=1)
    assert len(room.nudges) == 2
    assert heads(room)[1].startswith("A status update is due")


def test_a_drop_leaves_a_nudge_that_is_due_still_and_goes_on_at_the_new_pace(world: World) -> None:
    """Nudges 4: at 70 minutes an update is overdue at one hour's cadence too."""
    ana, room = declared(world, "sev1")
    world.forward(minutes=70)
    assert len(room.nudges) == 4
    ana.commands("/incident sev sev3 contained")
    world.settle()
    assert heads(room)[3].startswith("4th reminder")
    world.forward(minutes=50, seconds=-1)
    assert len(room.nudges) == 4
    world.forward(seconds=1)
    assert heads(room)[4].startswith("5th reminder")
    assert heads(room)[3] == "A status update was due here; see the reminder below."


# Resolve and reopen


def test_nothing_is_said_for_a_day_after_a_resolve(world: World) -> None:
    """DR-1, nudges 6: the last nudge is edited to "no longer needed". What customers are owed is another matter."""
    ana, room = declared(world)
    world.forward(minutes=45)
    ana.commands("/incident resolve all good")
    world.settle()
    said = len(room.messages)
    assert heads(room)[-1] == "A status update was due here; no longer needed, the incident is resolved."
    world.forward(days=1)
    assert len(room.messages) == said + len(room.keyed("mail-overdue"))
    assert len(world.channel("incidents").messages) == 1


def test_a_resolve_at_the_very_instant_of_the_nudge_wins(world: World) -> None:
    """DR-1, R14."""
    ana, room = declared(world)
    with world.at(START + timedelta(minutes=15)):
        ana.commands("/incident resolve all good")
    world.forward(hours=1)
    assert room.nudges == []


@pytest.mark.parametrize("kind", ["429", "timeout", "internal_error", "500"])
def test_a_nudge_on_its_way_when_the_incident_is_resolved_is_never_said(world: World, kind: str) -> None:
    """DR-1, R14: claimed, tried, and waiting for another try, as Slack was in trouble."""
    ana, room = declared(world)
    world.forward(minutes=15, seconds=-1)
    world.slack.faults.add("chat.postMessage", kind, retry_after=30, channel=room.id)
    world.clock.move(timedelta(seconds=1))
    world.tick()
    assert room.nudges == []
    ana.commands("/incident resolve all good")
    world.forward(hours=1)
    assert room.nudges == []
    assert len(room.keyed("resolved")) == 1


def test_a_nudge_that_waits_behind_another_message_is_withdrawn_by_a_resolve(world: World) -> None:
    """DR-1, R14: never tried, behind a message that Slack put off."""
    ana, room = declared(world)
    world.forward(minutes=15, seconds=-1)
    world.slack.faults.add("chat.postMessage", "429", retry_after=60, channel=room.id)
    ana.commands("/incident snooze off")
    ana.commands("/incident role comms me")
    world.settle()
    world.clock.move(timedelta(seconds=1))
    world.tick()
    assert room.nudges == []
    ana.commands("/incident resolve all good")
    world.forward(hours=1)
    assert room.nudges == []
    assert len(room.keyed("resolved")) == 1


def test_a_nudge_whose_reply_was_lost_still_shrinks_when_the_incident_is_resolved(world: World) -> None:
    """DR-1: it was said, only nobody told the bot; it is found and edited to "no longer needed"."""
    ana, room = declared(world)
    world.forward(minutes=15, seconds=-1)
    world.slack.faults.add("chat.postMessage", "lost_reply", channel=room.id)
    world.clock.move(timedelta(seconds=1))
    world.tick()
    assert heads(room)[0].startswith("A status update is due")
    ana.commands("/incident resolve all good")
    world.forward(minutes=1)
    assert heads(room) == ["A status update was due here; no longer needed, the incident is resolved."]


def test_a_reopen_starts_the_clock_from_then(world: World) -> None:
    """Nudges 6."""
    ana, room = declared(world)
    ana.commands("/incident update one")
    world.forward(minutes=10)
    ana.commands("/incident resolve all good")
    world.forward(hours=3)
    ana.commands("/incident reopen errors are back")
    world.forward(minutes=15, seconds=-1)
    assert room.nudges == []
    world.forward(seconds=1)
    assert len(room.nudges) == 1
    assert "since the incident was reopened 15 min ago" in room.nudges[0]
    assert "late" not in room.nudges[0]
