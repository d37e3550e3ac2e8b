"""The pace: working hours, the long pace, snoozes, severities, and how it was kept (R-COM, DR-3, DR-5, DR-27)."""

from datetime import UTC, datetime, timedelta

import pytest

from tests.world import World, declared, heads, said

REF = "INC-2026-0302-001"
SLEEPS = """
[organisation]
timezone = "America/Los_Angeles"
[severity.P2]
working_hours = true
[severity.P3]
working_hours = true
"""


def changes(world: World, change: str) -> list[tuple[str | None, str]]:
    """Who made which change of that kind, in which words."""
    return [(e.author, e.text) for e in world.bot.lookup.record(REF) if e.data.get("change") == change]


# Working hours


@pytest.mark.parametrize(("policy", "start"), [(SLEEPS, datetime(2026, 3, 6, 23, 30, tzinfo=UTC))])
class TestWorkingHours:
    """Friday, 15:30 in Los Angeles; on the Sunday clocks go forward."""

    def test_what_falls_outside_is_due_when_the_next_hours_begin(self, world: World) -> None:
        """R-COM-3, R-COM-5: the next due time that is printed is the true one, with its date."""
        ana, room = declared(world, "sev3")
        assert "updates every 1 h in working hours" in room.card.words
        world.forward(hours=1)
        assert len(room.nudges) == 1, "16:30 lies within"
        answer = said(world, ana, "update the parts are ordered")
        assert "2026-03-09 16:00 UTC" in answer
        assert "2026-03-09 16:00 UTC" in room.keyed("update").words[0]
        assert "2026-03-09 16:00 UTC" in room.card.words
        assert "2026-03-09 16:00 UTC" in said(world, ana, "status")
        world.forward(days=2, hours=15, minutes=29, seconds=59)
        assert len(room.nudges) == 1, "silent all weekend"
        world.forward(seconds=1)
        assert len(room.nudges) == 2
        assert "late" not in room.nudges[1]
        world.forward(hours=1, seconds=-1)
        assert len(room.nudges) == 2
        world.forward(seconds=1)
        assert heads(room)[2].startswith("2nd reminder")

    def test_reminders_stop_for_the_night_and_go_on_in_the_morning(self, world: World) -> None:
        _, room = declared(world, "sev3")
        world.forward(hours=1, minutes=30)
        assert len(room.nudges) == 1, "16:30; the next would be 17:30"
        world.forward(days=2, hours=14, minutes=59, seconds=59)
        assert len(room.nudges) == 1
        world.forward(seconds=1)
        assert len(room.nudges) == 2, "Monday, 09:00 PDT"

    def test_a_raise_to_p0_at_night_brings_reminders_at_once(self, world: World) -> None:
        """P0 and P1 never sleep; nudges 4: two minutes, then every 15."""
        ana, room = declared(world, "sev3")
        world.forward(minutes=45)
        said(world, ana, "update the parts are ordered")
        world.forward(hours=10)
        assert room.nudges == []
        answer = said(world, ana, "sev sev1 it spreads")
        assert "updates every 15 min. " in answer
        world.forward(minutes=2, seconds=-1)
        assert room.nudges == []
        world.forward(seconds=1)
        assert len(room.nudges) == 1
        world.forward(minutes=15)
        assert len(room.nudges) == 2
        said(world, ana, "sev sev3 contained")
        world.forward(hours=20)
        assert len(room.nudges) == 2

    def test_a_snooze_ends_in_working_hours(self, world: World) -> None:
        ana, room = declared(world, "sev3")
        assert "2026-03-09 16:00 UTC" in said(world, ana, "snooze 5h")
        world.forward(days=2, hours=16, minutes=29, seconds=59)
        assert room.nudges == []
        world.forward(seconds=1)
        assert len(room.nudges) == 1

    def test_waking_a_snooze_or_another_commander_by_night_wakes_nobody(self, world: World) -> None:
        ana, room = declared(world, "sev3")
        world.person("ben")
        said(world, ana, "snooze 2d")
        world.forward(hours=9)
        said(world, ana, "lead @ben")
        world.forward(hours=1)
        said(world, ana, "snooze 2d")
        assert "2026-03-09 16:00 UTC" in said(world, ana, "snooze off")
        world.forward(hours=40)
        assert room.nudges == []

    def test_a_reminder_that_is_late_waits_for_working_hours_too(self, world: World) -> None:
        """DR-24: the bot was down when it was due, and is back by night."""
        _, room = declared(world, "sev3")
        world.restart(after=timedelta(hours=5))
        assert room.nudges == []
        world.forward(days=2, hours=11, minutes=30)
        assert len(room.nudges) == 1
        assert "late" not in room.nudges[0]

    def test_nights_are_no_gap(self, world: World) -> None:
        """R-COM-6: only the time in which an update was wanted counts."""
        ana, _ = declared(world, "sev3")
        world.forward(hours=1)
        said(world, ana, "update the parts are ordered")
        world.forward(days=2, hours=15, minutes=45)
        said(world, ana, "update the parts are here")
        assert "Updates on time: 1 of 2, longest gap 1 h." in said(world, ana, "status")


# The long pace


def test_after_two_hours_a_p0_may_go_over_to_half_the_pace(world: World) -> None:
    """DR-3: offered by a button on reminders and updates, never before; recorded with who; shown."""
    ana, room = declared(world)
    world.forward(hours=1, minutes=45)
    assert "long_on" not in str(room.keyed("nudge")[-1].blocks)
    world.forward(minutes=15)
    assert "Long incident: every 30 min" in str(room.keyed("nudge")[-1].blocks)
    ana.clicks("Long incident: every 30 min")
    world.settle()
    (told,) = room.keyed("long-pace").words
    assert f"<@{ana.id}> marked this as a long incident: an update every 30 min from now on." in told
    assert "updates every 30 min" in room.card.words
    assert changes(world, "long") == [(ana.id, "Long incident: an update every 30 min")]
    said(world, ana, "update still at it")
    assert "long_on" not in str(room.keyed("update")[-1].blocks), "it is at the long pace already"
    sent = len(room.nudges)
    world.forward(minutes=30, seconds=-1)
    assert len(room.nudges) == sent
    world.forward(seconds=1)
    assert len(room.nudges) == sent + 1
    assert "at the long pace already: an update every 30 min" in said(world, ana, "long")


def test_an_update_offers_the_long_pace_too(world: World) -> None:
    """DR-3."""
    ana, room = declared(world, "sev2")
    world.forward(hours=2)
    said(world, ana, "update still at it")
    assert "Long incident: every 1 h" in str(room.keyed("update")[-1].blocks)


def test_the_long_pace_is_refused_with_the_time_from_which_it_can_be_chosen(world: World) -> None:
    """DR-3."""
    ana, room = declared(world)
    world.forward(minutes=30)
    answer = said(world, ana, "long")
    assert f"{REF} has not been open for 2 h yet. From 11:00:00 UTC on it can go over to" in answer
    assert "an update every 30 min." in answer
    said(world, ana, "resolve over")
    world.forward(hours=1)
    said(world, ana, "reopen back")
    assert "From 12:00:00 UTC on" in said(world, ana, "long"), "open time alone counts"
    said(world, ana, "sev sev3 calmer")
    assert "The long pace is for sev1 and sev2. SEV-3" in said(world, ana, "long")
    assert room.keyed("long-pace") == []


def test_long_off_and_a_raise_end_the_long_pace(world: World) -> None:
    """DR-3: the severity's own pace holds again; what is past by then is due in two minutes (nudges 4)."""
    ana, room = declared(world, "sev2")
    assert "is not at the long pace: an update every 30 min" in said(world, ana, "long off")
    world.forward(hours=2)
    assert "wants an update every 1 h now" in said(world, ana, "long")
    assert "every 2 h" not in said(world, ana, "status")
    said(world, ana, "update on it")
    world.forward(minutes=40)
    answer = said(world, ana, "long off")
    assert "wants an update every 30 min now" in answer
    assert "(11:42 UTC)" in answer
    assert "ended the long pace: an update every 30 min again." in room.keyed("long-pace").words[1]
    said(world, ana, "long")
    assert "updates every 15 min." in said(world, ana, "sev sev1 worse")
    assert "updates every 15 min" in room.card.words
    world.forward(minutes=2)
    assert "Long incident: every 30 min" in str(room.keyed("nudge")[-1].blocks), "and may be chosen anew"


def test_the_long_pace_leaves_a_snooze_and_one_live_nudge(world: World) -> None:
    """DR-2: at most one live nudge; DR-5."""
    ana, room = declared(world)
    world.forward(hours=2)
    said(world, ana, "long")
    live = [line for line in heads(room) if "reminder" in line and "see the" not in line]
    assert len(live) == 1, "an update is overdue at this pace too"
    said(world, ana, "snooze 1h")
    said(world, ana, "long off")
    sent = len(room.nudges)
    world.forward(hours=1, seconds=-1)
    assert len(room.nudges) == sent
    world.forward(seconds=1)
    assert len(room.nudges) == sent + 1


# Snoozes and severities


def test_a_snooze_and_its_reason_are_on_record_with_who_asked(world: World) -> None:
    """DR-5: any responder, capped at twice the cadence, and the cap is said."""
    ana, room = declared(world)
    ben = world.person("ben")
    answer = said(world, ben, f"snooze {REF} 2h waiting on the vendor")
    assert "(09:30 UTC); 30 min is the longest that this severity allows" in answer
    assert changes(world, "snooze") == [(ben.id, "Reminders snoozed for 30 min: waiting on the vendor")]
    assert "(the longest that this severity allows)" in room.keyed("snoozed").words[0]
    said(world, ana, "resolve over")
    assert "snoozed" not in room.card.words


def test_a_severity_is_changed_in_one_command_with_who_and_why_on_the_timeline(world: World) -> None:
    """DR-27: no form, no debate; the same again changes nothing."""
    ana, room = declared(world)
    ben = world.person("ben")
    said(world, ben, f"sev {REF} sev2 5% of users")
    assert "is SEV-2 (P1 · High) already; nothing changed" in said(world, ana, "sev p1")
    assert changes(world, "severity") == [
        (ben.id, "Severity SEV-1 (P0 · Critical) → SEV-2 (P1 · High): 5% of users")
    ]
    assert f"by <@{ben.id}>: 5% of users" in room.keyed("severity-changed").words[0]
    assert "5% of users" in said(world, ana, "timeline")


def test_at_most_one_nudge_is_live_whatever_happens(world: World) -> None:
    """DR-2: reminders, a severity down and up, the long pace, a snooze."""
    ana, room = declared(world)
    for step in (
        "forward",
        "sev sev2 less",
        "forward",
        "sev sev1 more",
        "forward",
        "forward",
        "long",
        "forward",
    ):
        if step == "forward":
            world.forward(minutes=50)
        else:
            said(world, ana, step)
        live = [
            line for line in heads(room) if line.startswith("A status update is due") or "reminder, " in line
        ]
        assert len(live) <= 1, step


# How it was kept


def test_status_tells_how_the_updates_kept_their_due_times(world: World) -> None:
    """R-COM-6: per interval; one that is overdue counts, and so does the silence since."""
    ana, _ = declared(world)
    assert "Updates on time" not in said(world, ana, "status")
    world.forward(minutes=10)
    said(world, ana, "update one")
    assert "Updates on time: 1 of 1, longest gap 10 min." in said(world, ana, "status")
    world.forward(minutes=20, seconds=30)
    said(world, ana, "update two")
    assert "Updates on time: 1 of 2, longest gap 20 min 30 s." in said(world, ana, "status")
    world.forward(minutes=14)
    assert "Updates on time: 1 of 2, longest gap 20 min 30 s." in said(world, ana, "status")
    world.forward(hours=1, minutes=41, seconds=30)
    assert "Updates on time: 1 of 3, longest gap 1 h 55 min 30 s." in said(world, ana, "status")
    said(world, ana, "resolve over")
    draft = world.bot.documents.make(REF, "sre").content
    assert "1 of 3" in draft
    assert "1 hour 55 minutes 30 seconds" in draft


# Replay L


@pytest.mark.parametrize(
    ("policy", "start"),
    [('[organisation]\ntimezone = "America/Los_Angeles"', datetime(2024, 3, 10, 7, 50, tzinfo=UTC))],
)
def test_replay_l_a_night_in_which_clocks_go_forward(world: World) -> None:
    """Replay L, DR-6, DR-8: durations from UTC; labels PST, then PDT; a date header at local midnight."""
    ana = world.person("ana", tz="America/Los_Angeles")
    ana.commands("/incident declare sev1 checkout is down")
    room = world.channel()
    ana.channel = room.channel
    world.forward(hours=2)
    said(world, ana, "note decision: fail over at=01:45")
    world.forward(minutes=45)
    said(world, ana, "note result: errors are gone")
    assert "03:20:00 PDT (10:20:00 UTC)" in said(world, ana, "resolve over at=03:20")
    assert "after 2 h 30 min" in room.card.words
    assert "2024-03-10 07:50:00 UTC" in room.card.words
    assert "2024-03-10 10:20:00 UTC" in room.card.words
    timeline = said(world, ana, "timeline")
    assert "times in PST and PDT:" in timeline
    assert timeline.index("*2024-03-09*") < timeline.index("23:50:00 PST") < timeline.index("*2024-03-10*")
    assert "01:45:00 PST [decision] fail over" in timeline
    assert "03:35:00 PDT [result] errors are gone" in timeline
    draft = world.bot.documents.make("INC-2024-0309-001", "sre").content
    assert "23:50:00 PST" in draft or "23:50 PST" in draft
    assert "03:20:00 PDT" in draft or "03:20 PDT" in draft
    assert "2 hours 30 minutes" in draft
    assert "UTC-08:00" in draft
    assert "UTC-07:00" in draft
