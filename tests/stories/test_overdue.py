"""An update that is overdue: it stays so until one is posted, and every sentence says so (R-COM-6, DR-2, DR-4)."""

import pytest

from tests.world import World, declared, heads, said

REF = "INC-2026-0302-001"


@pytest.mark.parametrize(
    "lines",
    [
        ("long", "long off"),
        ("long", "undo"),
        ("sev sev3", "undo"),
        ("sev sev4", "undo"),
        ("sev sev4", "sev sev1"),
        ("sev sev3", "pause 5m vendor", "resume", "sev sev2"),
        ("sev sev4", "pause 5m vendor", "undo"),
    ],
)
def test_a_due_time_that_passed_stays_missed_whatever_is_typed_before_the_update(
    world: World, lines: tuple[str, ...]
) -> None:
    """R-COM-6, DR-4: the interval counts as late, in the status and in the draft; only an update ends it."""
    ana, _ = declared(world)
    world.forward(hours=2, minutes=31)
    for line in lines:
        said(world, ana, line)
    said(world, ana, "update here we are")
    assert "Updates on time: 0 of 1, longest gap" in said(world, ana, "status")
    said(world, ana, "resolve over")
    said(world, ana, "close")
    draft = world.bot.documents.make(REF, "sre").content
    assert "0 of 1" in draft
    assert "1 of 1 status updates came late" in draft


@pytest.mark.parametrize(
    "lines", [("long", "long off"), ("long", "undo"), ("sev sev3", "undo"), ("sev sev4", "undo")]
)
def test_the_mark_of_an_overdue_update_and_the_count_of_reminders_come_back(
    world: World, lines: tuple[str, ...]
) -> None:
    """R-COM-6, DR-2: what is overdue was so all the time."""
    ana, room = declared(world)
    world.forward(hours=2, minutes=31)
    assert heads(room)[-1].startswith("10th reminder")
    for line in lines:
        said(world, ana, line)
    assert "*update overdue*" in room.card.words
    assert "*update overdue*" in world.channel("incidents").messages.words[0]
    world.forward(minutes=14)
    assert heads(room)[-1].startswith("11th reminder")
    assert "late" not in room.nudges[-1]


def test_a_due_time_that_has_passed_is_never_told_as_the_next_one(world: World) -> None:
    """DR-2, DR-3: overdue since when, in answers, in the channel, on the card and on a reminder that gave way."""
    ana, room = declared(world)
    world.forward(hours=2, minutes=31)
    since = "overdue since <!date^1772442900^{time}|09:15 UTC>"
    for line, key in (
        ("long", "long-pace"),
        ("long off", "long-pace"),
        ("sev sev3", "severity-changed"),
        ("phase identified", "phase-changed"),
        ("sev sev1", "severity-changed"),
    ):
        assert f"update is {since}" in said(world, ana, line), line
        assert f"n update is {since}" in room.keyed(key).words[-1], line
    assert f"the severity changed and an update is {since}" in heads(room)[-1]
    assert "Update due since *<!date^1772442900^{time}|09:15 UTC> (09:15 UTC)*" in room.card.words
    assert "Update *overdue* since" in said(world, ana, "status")
    assert "next is due" not in "".join(room.messages.words)


def test_a_reminder_that_a_change_of_severity_brings_is_not_late(world: World) -> None:
    """DR-24: late is only what could have been sent before; one that came on time does not come again (DR-2)."""
    ana, room = declared(world, "sev3")
    world.forward(minutes=70)
    said(world, ana, "sev sev1 worse")
    said(world, ana, "sev sev3 not so bad")
    assert len(room.nudges) == 1
    world.forward(minutes=50)
    assert heads(room)[1].startswith("2nd reminder")
    assert "late" not in "".join(room.nudges)


def test_the_end_of_a_snooze_tells_what_is_overdue(world: World) -> None:
    """DR-5."""
    ana, room = declared(world)
    said(world, ana, "snooze 25m")
    world.forward(minutes=20)
    answer = said(world, ana, "snooze off")
    assert "An update is overdue since" in answer
    assert "(09:15 UTC); a reminder comes at once." in answer
    assert "ended the snooze. An update is overdue since" in room.keyed("snoozed").words[-1]
    assert len(room.nudges) == 1


# A snooze that has nothing to move


def test_a_snooze_that_moves_nothing_says_so_and_leaves_no_trace(world: World) -> None:
    """DR-5, DR-2: no reminder would come before that anyway; nobody hears of it, and nothing is taken back."""
    ana, room = declared(world, "sev2")
    answer = said(world, ana, "snooze 20m waiting")
    assert answer.startswith("Nothing was moved: the next reminder is only due")
    assert "(09:30 UTC)." in answer
    assert room.keyed("snoozed") == []
    assert "snoozed" not in room.card.words
    assert "snoozed" not in said(world, ana, "timeline")
    assert "Snoozed until" in said(world, ana, "snooze 40m waiting")
    assert "only due" in said(world, ana, "snooze 40m waiting"), "the same again"
    assert len(room.keyed("snoozed")) == 1
    assert "Taken back: Reminders snoozed for 40 min: waiting" in said(world, ana, "undo")


def test_a_snooze_that_moves_nothing_names_what_its_severity_allows(world: World) -> None:
    """DR-5."""
    ana, _ = declared(world)
    said(world, ana, "update here next=30m")
    answer = said(world, ana, "snooze 5h")
    assert "only due" in answer
    assert "(09:30 UTC), and 30 min is the longest that this severity allows." in answer
