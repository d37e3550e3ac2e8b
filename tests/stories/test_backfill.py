"""An incident that is written down when it is over: ``declare --backfill`` (PRODUCT 2.2, nudges 7)."""

from datetime import UTC, datetime

from bot.sandbox import Person
from tests.world import World, said

LINE = "declare sev2 mail was late --backfill at=2026-02-27 10:00 resolved=2026-02-27 12:30"
REF = "INC-2026-0227-001"


def test_what_is_over_is_written_down_with_its_times_and_stays_silent(world: World) -> None:
    ana = world.person("ana")
    answer = said(world, ana, LINE)
    assert "Written down as over: *SEV-2 (P1 · High)*, with no reminders and no announcement." in answer
    assert f"`{REF}` mail was late" in answer
    assert "Resolved 2026-02-27 12:30:00 UTC" in answer
    room = world.channel()
    assert room.name == "inc-2026-0227-001-mail-was-late"
    assert ana.id in room.channel.members
    assert "is *resolved*" in room.card.words
    assert "after 2 h 30 min" in room.card.words
    assert world.channel("incidents").messages == []
    with world.bot.store.read() as tx:
        kept, entries = tx.incident(REF), tx.entries(REF)
    assert kept is not None
    assert kept.backfilled
    assert kept.declared_at == kept.impact_started_at == datetime(2026, 2, 27, 10, 0, tzinfo=UTC)
    assert [(entry.data["change"], entry.at.hour) for entry in entries] == [
        ("declared", 10),
        ("resolved", 12),
    ]
    world.forward(hours=30)
    assert len(room.messages) == 1, "the card, and never a reminder"
    assert world.dm(ana) == []


def test_notes_are_added_and_it_is_closed_with_a_draft(world: World) -> None:
    ana = world.person("ana")
    said(world, ana, LINE + " detected=2026-02-27 10:05")
    ana.channel = world.channel().channel
    said(world, ana, "note decision: restart the queue at=2026-02-27 11:00")
    assert "restart the queue" in said(world, ana, "timeline")
    assert "is closed" in said(world, ana, "close")
    assert len(world.channel().keyed("draft")) == 1
    assert world.channel("incidents").messages == []


def test_the_same_words_again_are_the_same_incident(world: World) -> None:
    """Replay I."""
    ana = world.person("ana")
    said(world, ana, LINE)
    assert f"You declared this a moment ago: `{REF}`" in said(world, ana, LINE)
    assert "-0227-002" in said(world, ana, LINE.replace("mail", "post"))


def test_missing_and_disordered_times_are_refused_with_a_command_to_run(world: World) -> None:
    """DR-16, MD-1."""
    ana = world.person("ana")
    both = "at=TIME resolved=TIME"
    for line, sentence in {
        "declare sev2 mail was late --backfill": "what is over needs both its start (at=) and its end (resolved=)",
        "declare sev2 mail was late --backfill at=08:00": "what is over needs both its start",
        "declare sev2 mail was late --backfill resolved=08:00": "what is over needs both its start",
        "declare sev2 mail was late resolved=08:00": "resolved= is for an incident that is over",
        "declare sev2 mail was late --backfill --triage at=07:00 resolved=08:00": "Leave out --triage.",
        "declare sev2 mail was late --backfill at=08:00 resolved=07:00": "the resolve (2026-03-02 07:00:00 UTC) would "
        "lie before the start of impact (2026-03-02 08:00:00 UTC)",
    }.items():
        answer = said(world, ana, line)
        assert sentence in answer, line
        assert "Next: `/incident declare" in answer, line
        assert f"mail was late --backfill {both}`" in answer, line
    assert "in the future" in said(world, ana, LINE.replace("2026-02-27 12:30", "2027-02-27 12:30"))
    assert "No incident was ever declared" in said(world, ana, "list all")


def test_one_that_turns_out_not_to_be_over_is_reopened_and_lives(world: World) -> None:
    ana: Person = world.person("ana")
    said(world, ana, LINE)
    ana.channel = world.channel().channel
    assert "is open again" in said(world, ana, "reopen it is back")
    world.forward(minutes=30)
    assert len(world.channel().nudges) == 1


def test_a_reopened_one_counts_open_time_from_the_reopening(world: World) -> None:
    """Nudges 7, R-ESCL-1: nobody is told at once that it was open for hours."""
    ana = world.person("ana")
    ana.commands("/incident declare sev1 pay was down --backfill at=03:00 resolved=08:30")
    world.settle()
    room = world.channel()
    ana.channel = room.channel
    said(world, ana, "reopen it is back")
    world.forward(minutes=29)
    assert room.keyed("rungs") == []
    world.forward(minutes=1)
    assert len(room.keyed("rungs")) == 1
    assert "late by" not in room.keyed("rungs").words[0]
