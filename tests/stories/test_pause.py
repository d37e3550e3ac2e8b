"""Pauses: reminders of a sev3 or sev4 rest until a time, with a reason (PRODUCT 1.5, 2.2)."""

from datetime import timedelta

import pytest

from bot.sandbox import Person
from tests.world import START, World, declared, heads, said

REF = "INC-2026-0302-001"


def changes(world: World) -> list[tuple[str, str | None]]:
    """What the record holds of pauses: change and who."""
    entries = world.bot.lookup.record(REF)
    return [(e.data["change"], e.author) for e in entries if e.data.get("change") in ("pause", "resume")]


def test_while_it_is_paused_no_reminder_comes_and_the_pause_ends_by_itself(world: World) -> None:
    """DR-1 (paused): silent; then the cadence counts from its end (nudges 1)."""
    ana, room = declared(world, "sev3")
    world.forward(minutes=30)
    answer = said(world, ana, "pause 3h the vendor delivers at noon")
    assert "are paused until 12:30:00 UTC. The next update is due" in answer
    assert "(13:30 UTC)" in answer
    (told,) = room.keyed("paused").words
    assert f"<@{ana.id}> paused the reminders until" in told
    assert "(12:30 UTC): the vendor delivers at noon" in told
    assert "Updates are welcome meanwhile." in told
    assert "reminders *paused* until" in room.card.words
    assert "reminders paused until" in world.channel("incidents").messages.words[0]
    world.forward(hours=3, seconds=-1)
    assert room.nudges == []
    world.forward(seconds=1)
    assert "The pause is over. The next update is due" in room.keyed("resumed").words[0]
    assert "paused" not in room.card.words
    assert "paused" not in world.channel("incidents").messages.words[0]
    world.forward(hours=1, seconds=-1)
    assert room.nudges == []
    world.forward(seconds=1)
    assert len(room.nudges) == 1
    assert "None was posted since the pause ended 1 h ago." in room.nudges[0]
    assert changes(world) == [("pause", ana.id), ("resume", None)]


def test_the_live_nudge_shrinks_at_a_pause(world: World) -> None:
    """DR-1, DR-2."""
    ana, room = declared(world, "sev3")
    world.forward(hours=1)
    said(world, ana, "pause until=14:00 vendor")
    assert heads(room)[0].startswith("A status update was due here; reminders are paused until")
    world.forward(hours=4)
    assert len(room.nudges) == 1


def test_a_nudge_on_its_way_when_it_is_paused_is_never_said(world: World) -> None:
    """DR-1 (paused): the state is read again just before it is sent."""
    ana, room = declared(world, "sev3")
    world.forward(hours=1, seconds=-1)
    world.slack.faults.add("chat.postMessage", "429", retry_after=30, channel=room.id)
    world.clock.move(timedelta(seconds=1))
    world.tick()
    assert room.nudges == []
    said(world, ana, "pause 2h vendor")
    world.forward(hours=2)
    assert room.nudges == []


@pytest.mark.parametrize(
    ("words", "until"),
    [
        ("pause 2h vendor", "11:00:00 UTC"),
        ("pause for 2h30m vendor", "11:30:00 UTC"),
        ("pause until=10:15 vendor", "10:15:00 UTC"),
        ("pause until 10:15 vendor", "10:15:00 UTC"),
        ("pause vendor until=08:00", "2026-03-03 08:00:00 UTC"),
        ("pause until=tomorrow 08:00 vendor", "2026-03-03 08:00:00 UTC"),
        ("pause 2026-03-04 07:30 vendor", "2026-03-04 07:30:00 UTC"),
        ("pause until=10:15 CET vendor", "10:15:00 CET (09:15:00 UTC)"),
    ],
)
def test_its_end_is_written_as_people_write_times(world: World, words: str, until: str) -> None:
    ana, room = declared(world, "sev4")
    assert f"are paused until {until}." in said(world, ana, words)
    assert room.keyed("paused").words[0].splitlines()[0].endswith(": vendor")


def test_sev1_and_sev2_are_refused_with_the_severity_that_can_be_paused(world: World) -> None:
    """PRODUCT 1.5: the reason is kept in the command that is offered."""
    ana, room = declared(world, "sev2")
    answer = said(world, ana, "pause until=14:00 waiting")
    assert (
        "Reminders of SEV-2 (P1 · High) cannot be paused. If it has calmed down, lower the severity" in answer
    )
    assert f"Next: `/incident sev {REF} sev3 waiting`" in answer
    for line, reason in (("2h waiting", "waiting"), ("for the vendor", "for the vendor"), ("2h", "…")):
        assert f"Next: `/incident sev {REF} sev3 {reason}`" in said(world, ana, f"pause {line}"), line
    assert f"Next: `/incident sev {REF} sev3 …`" in said(world, ana, "pause")
    world.forward(minutes=30)
    assert len(room.nudges) == 1


def test_a_pause_needs_an_end_that_is_to_come_and_a_reason(world: World) -> None:
    """DR-16."""
    ana, room = declared(world, "sev3")
    for line, sentence, following in (
        (
            "pause",
            f"Until when should {REF} be paused?",
            f"`/incident pause {REF} 2h waiting for the vendor`",
        ),
        ("pause 2h", f"Why should {REF} be paused?", f"`/incident pause {REF} 2h waiting for the vendor`"),
        (
            "pause wait a bit",
            "'wait' is not a time to come. Write 2h, 14:00",
            "You typed: /incident pause wait a bit",
        ),
        (
            "pause until=2026-03-02 08:00 x",
            "That time has passed: 08:00:00 UTC. Now it is 09:00:00 UTC",
            "You typed",
        ),
        ("pause until=2028-01-01 08:00 x", "The longest duration is 366 days", "You typed"),
        ("pause until=tomorrow x", "'tomorrow' is a date without a time of day", "You typed"),
        ("pause 0h x", "is not longer than zero", "You typed"),
    ):
        answer = said(world, ana, line)
        assert sentence in answer, line
        assert following in answer, line
    assert room.keyed("paused") == []


def test_pausing_again_moves_the_end(world: World) -> None:
    ana, room = declared(world, "sev3")
    ben = world.person("ben")
    said(world, ana, "pause until=11:00 vendor")
    assert "paused until then already; nothing changed" in said(world, ana, "pause until=11:00 vendor")
    said(world, ben, f"pause {REF} until=10:00 they are early")
    assert f"<@{ben.id}> moved the end of the pause: reminders rest until" in room.keyed("paused").words[1]
    world.forward(hours=1)
    assert len(room.keyed("resumed")) == 1
    world.forward(hours=2)
    assert len(room.keyed("resumed")) == 1
    assert changes(world) == [("pause", ana.id), ("pause", ben.id), ("resume", None)]


def test_resume_ends_it_by_hand_and_says_so_where_it_runs(world: World) -> None:
    ana, room = declared(world, "sev3")
    assert f"`{REF}` is not paused: the next update is due" in said(world, ana, "resume")
    said(world, ana, "pause 5h vendor")
    world.forward(hours=2)
    assert "The pause of" in said(world, ana, "resume")
    assert f"<@{ana.id}> ended the pause." in room.keyed("resumed").words[0]
    world.forward(hours=1, seconds=-1)
    assert room.nudges == []
    world.forward(seconds=1)
    assert len(room.nudges) == 1
    world.forward(hours=4)
    assert len(room.keyed("resumed")) == 1, "the end that was planned is gone"
    assert changes(world) == [("pause", ana.id), ("resume", ana.id)]


def test_an_update_is_taken_and_does_not_end_the_pause(world: World) -> None:
    ana, room = declared(world, "sev3")
    said(world, ana, "pause until=12:00 vendor")
    world.forward(hours=1)
    answer = said(world, ana, "update the parts are on their way next=30m")
    assert "(13:00 UTC)" in answer
    (update,) = room.keyed("update").words
    assert "Reminders are paused until" in update
    assert "(12:00 UTC)" in update
    world.forward(hours=2, seconds=-1)
    assert room.nudges == []
    assert "Updates on time: 1 of 1" in said(world, ana, "status")


def test_a_raise_to_a_severity_that_never_pauses_ends_the_pause_at_once(world: World) -> None:
    """DR-5, DR-27: one command; recorded with who."""
    ana, room = declared(world, "sev3")
    said(world, ana, "pause 8h vendor")
    world.forward(hours=2)
    answer = said(world, ana, "sev sev1 it spreads")
    assert "updates every 15 min" in answer
    assert "The pause is over. Updates every 15 min" in room.keyed("severity-changed").words[0]
    world.forward(minutes=15, seconds=-1)
    assert room.nudges == []
    world.forward(seconds=1)
    assert len(room.nudges) == 1
    world.forward(hours=6)
    assert room.keyed("resumed") == []
    assert changes(world) == [("pause", ana.id), ("resume", ana.id)]


def test_a_change_between_severities_that_may_pause_leaves_the_pause(world: World) -> None:
    ana, room = declared(world, "sev4")
    said(world, ana, "pause until=14:00 vendor")
    assert "(15:00 UTC)" in said(world, ana, "sev sev3 a little worse")
    world.forward(hours=5)
    assert room.nudges == []
    world.forward(hours=1)
    assert len(room.nudges) == 1


def test_a_snooze_of_a_paused_one_is_refused_with_the_way_out(world: World) -> None:
    ana, _ = declared(world, "sev3")
    said(world, ana, "pause until=14:00 vendor")
    answer = said(world, ana, "snooze 20m")
    assert f"{REF} is paused until 14:00:00 UTC: no reminder comes before that." in answer
    assert f"Next: `/incident resume {REF}`" in answer
    assert "Reminders are paused until" in said(world, ana, "snooze off")


def test_how_long_it_was_paused_is_told_apart_in_status_and_draft(world: World) -> None:
    """MD-2: reported apart, subtracted from nothing; R-COM-6: a pause is no gap."""
    ana, room = declared(world, "sev3")
    world.forward(minutes=20)
    said(world, ana, "update looking")
    said(world, ana, "pause 2h vendor")
    world.forward(hours=2, minutes=30)
    said(world, ana, "pause 1h once more")
    world.forward(minutes=30)
    text = said(world, ana, "status")
    assert "reminders *paused* until" in text
    assert "Reminders were paused for 2 h 30 min in all; that is in no gap." in text
    assert "Updates on time: 1 of 1, longest gap 30 min." in text
    said(world, ana, "resolve the parts are in")
    assert "Reminders were paused for 2 h 30 min in all" in said(world, ana, "status")
    assert "Declared to resolved: 3 h 20 min" in room.keyed("resolved").words[0]
    draft = world.bot.documents.make(REF, "sre").content
    assert "Reminders paused" in draft
    assert "2 hours 30 minutes" in draft
    assert "3 hours 20 minutes" in draft


def test_a_resolve_ends_a_pause_and_a_reopen_begins_without_one(world: World) -> None:
    ana, room = declared(world, "sev3")
    said(world, ana, "pause 8h vendor")
    world.forward(hours=1)
    said(world, ana, "resolve over")
    assert "is resolved, so 'pause' is not possible now" in said(world, ana, "resume")
    assert f"Next: `/incident reopen {REF}`" in said(world, ana, "pause 1h vendor")
    world.forward(hours=9)
    assert room.keyed("resumed") == []
    said(world, ana, "reopen it is back")
    world.forward(hours=1)
    assert len(room.nudges) == 1
    incident = world.bot.lookup.here(room.id)
    assert incident is not None
    assert incident.paused_seconds == 3600


def test_a_pause_that_ended_while_the_bot_was_down_is_told_once_with_one_reminder(world: World) -> None:
    """DR-24: its end is when it was said to end, and the reminder that followed is late by that much."""
    ana, room = declared(world, "sev3")
    said(world, ana, "pause 1h vendor")
    world.restart(after=timedelta(hours=4))
    assert len(room.keyed("resumed")) == 1
    assert len(room.nudges) == 1
    assert "late by 2 h" in room.nudges[0]
    (entry,) = [e for e in world.bot.lookup.record(REF) if e.data.get("change") == "resume"]
    assert entry.at == START + timedelta(hours=1)


def test_the_reason_calls_nobody(world: World, ana: Person) -> None:
    said(world, ana, "sev sev3 calmer")
    said(world, ana, "pause 1h <!channel> <http://x|bank> & more")
    (told,) = world.channel().keyed("paused").words
    assert "<!channel" not in told
    assert "<http" not in told


LADDER = '[severity.P2]\nescalate = [{after = "1h", to = "executives"}, {after = "3h", to = "board"}]'


@pytest.mark.parametrize("policy", [LADDER])
def test_a_pause_does_not_stop_the_clock_of_escalation(world: World) -> None:
    """R-ESCL-1, DR-1 (paused): open time goes on; a rung that falls due in a pause is told when that is over."""
    ana, room = declared(world, "sev3")
    said(world, ana, "pause 50m vendor")
    world.forward(hours=1, seconds=-1)
    assert room.keyed("rungs") == []
    world.forward(seconds=1)
    assert len(room.keyed("rungs")) == 1, "after an hour of open time, paused or not"
    said(world, ana, "pause 4h vendor")
    world.forward(hours=4, seconds=-1)
    assert len(room.keyed("rungs")) == 1
    world.forward(seconds=1)
    assert len(room.keyed("rungs")) == 2
