"""What customers are told: approved texts at once, edited ones after approval (R-TPL), no amounts (R-SLA)."""

import pytest

from tests.world import Room, World, changed, declared, in_channel, joined, said
from tests.writing import draft

POLICY = """
[organisation]
name = "TechFlow"
[channels]
status = "status"
[sla]
legal = ["@lena"]
finance = ["@finn"]
"""
TEXTS = {
    "investigating": "We are investigating reports of connectivity issues.",
    "identified": "We have identified the root cause and are implementing a fix.",
    "monitoring": "Services are being restored and we are monitoring closely.",
    "resolved": "All services have been fully restored.",
}
"""R-TPL-1: how the four pre-approved texts begin."""


@pytest.fixture
def policy() -> str:
    return POLICY


# Pre-approved texts


@pytest.mark.parametrize("phase", TEXTS)
def test_each_phase_has_an_approved_text_that_goes_out_at_once(
    world: World, status: Room, phase: str
) -> None:
    """R-TPL-1, R-TPL-2, R-TPL-3."""
    ana, room = declared(world)
    said(world, ana, "set service Checkout")
    answer = said(world, ana, f"update {phase} --external")
    assert (
        "Customers can read it in `#status`: the text approved by the built-in policy on 2026-11-25."
        in answer
    )
    (told,) = status.keyed("external").words
    first, *rest = told.splitlines()
    assert first.startswith(f"{phase.upper()}: {TEXTS[phase]}")
    took = ["Incident Duration: 0 minutes"] if phase == "resolved" else []
    assert rest == [
        f"Status: {phase.capitalize()}", "Services Affected: Checkout", *took, "Last Updated: March 2, 2026 09:00 UTC"
    ]  # fmt: skip
    assert room.keyed("preview") == []
    assert "INC-" not in told


def test_the_approved_text_typed_as_it_stands_needs_no_approval(world: World, status: Room) -> None:
    """R-TPL-2."""
    ana, _ = declared(world)
    said(world, ana, f"update identified {TEXTS['identified']} --external")
    assert len(status.keyed("external")) == 1


def test_an_update_for_customers_is_one_update_in_the_channel(world: World, status: Room) -> None:
    """LINT-1, and it resets the clock like any other."""
    ana, room = declared(world)
    world.forward(minutes=10)
    said(world, ana, "update monitoring --external")
    assert len(room.keyed("update")) == 1
    assert "customers can read it in `#status`" in room.keyed("update").words[0]
    world.forward(minutes=15, seconds=-1)
    assert room.nudges == []
    timeline = said(world, ana, "timeline")
    assert timeline.count("Services are being restored") == 1


# Approval


def test_an_edited_text_waits_in_the_channel_until_the_commander_approves(world: World, status: Room) -> None:
    """R-TPL-2."""
    ana, room = declared(world)
    ben = joined(world, "ben")
    world.forward(minutes=5)
    answer = said(world, ben, "update identified the pool is exhausted --external")
    assert f"waits: <@{ana.id}> can approve it." in answer
    (preview,) = room.keyed("preview").words
    assert "&gt; IDENTIFIED: the pool is exhausted" in preview
    assert f"Nothing is published before <@{ana.id}> approves it." in preview
    assert len(room.keyed("update")) == 1, "inside it goes out at once"
    assert status.messages == []
    ben.clicks("Approve")
    world.settle()
    assert "Only the commander (@Ana) may approve a text for customers" in ben.hears()[-1].words
    assert status.messages == []
    ana.clicks("Approve")
    world.settle()
    assert "IDENTIFIED: the pool is exhausted" in status.keyed("external").words[0]
    assert "Published." in ana.hears()[-1].words
    (settled,) = room.keyed("preview").words
    assert settled.startswith(f"IDENTIFIED was published for customers, approved by <@{ana.id}>.")
    assert len(settled.splitlines()) == 1
    assert not any(block["type"] == "actions" for block in room.keyed("preview")[0].blocks)


@pytest.mark.parametrize(("click", "warnings"), [(None, 1), ("Approve", 0), ("Discard", 0)])
def test_a_draft_says_of_a_text_that_waits_that_nobody_outside_has_read_it(
    world: World, status: Room, click: str | None, warnings: int
) -> None:
    ana, _ = declared(world)
    world.forward(minutes=5)
    said(world, ana, "update identified the pool is exhausted --external")
    if click:
        ana.clicks(click)
        world.settle()
    told = "A text for customers of 09:05 (+5 min) was never approved: nobody outside has read it."
    assert draft(world).replace("\\", "").count(told) == warnings


def test_a_second_click_says_that_it_was_published(world: World, status: Room) -> None:
    ana, room = declared(world)
    ben = joined(world, "ben")
    said(world, ana, "comms @ben")
    said(world, ana, "update identified the pool is exhausted --external")
    ts = room.keyed("preview")[0].ts
    shown = room.keyed("preview")[0].blocks
    ben.clicks("Approve", message=ts)
    world.settle()
    room.keyed("preview")[0].blocks = shown  # as somebody's Slack that has not heard of the edit yet
    ana.clicks("Approve", message=ts)
    world.settle()
    assert "was published already, approved by @Ben; nothing was done twice" in ana.hears()[-1].words
    assert len(status.keyed("external")) == 1


def test_a_withdrawn_text_is_never_published(world: World, status: Room) -> None:
    _, room = declared(world)
    ben, cem = joined(world, "ben"), joined(world, "cem")
    said(world, ben, "update identified the pool is exhausted --external")
    cem.clicks("Discard")
    world.settle()
    assert "Only whoever wrote it, or the commander (@Ana), may withdraw" in cem.hears()[-1].words
    ben.clicks("Discard")
    world.settle()
    assert room.keyed("preview").words == [
        f"A text for customers (identified) was withdrawn by <@{ben.id}>; it was not published."
    ]
    assert status.messages == []


def test_a_newer_text_takes_the_place_of_the_one_that_waits(world: World, status: Room) -> None:
    ana, room = declared(world)
    said(world, ana, "update identified one --external")
    said(world, ana, "update identified two --external")
    first, second = room.keyed("preview").words
    assert first == "A text for customers (identified) waited here; a newer one took its place."
    assert "&gt; IDENTIFIED: two" in second
    ana.clicks("Approve")
    world.settle()
    assert ["two" in words for words in status.keyed("external").words] == [True]


def test_an_approval_answers_the_nudge_that_waits(world: World, status: Room) -> None:
    """DR-4: the publication resets the clock too."""
    ana, room = declared(world)
    said(world, ana, "update identified one --external")
    world.forward(minutes=16)
    assert len(room.nudges) == 1
    ana.clicks("Approve", message=room.keyed("preview")[0].ts)
    world.settle()
    assert room.nudges == ["A status update was due here; it was posted."]
    world.forward(minutes=15, seconds=-1)
    assert len(room.nudges) == 1
    world.forward(seconds=1)
    assert len(room.nudges) == 2


def test_a_text_that_waits_outlives_a_restart(world: World, status: Room) -> None:
    ana, room = declared(world)
    said(world, ana, "update identified one --external")
    world.restart()
    ana.clicks("Approve")
    world.settle()
    assert len(status.keyed("external")) == 1
    assert "was published" in room.keyed("preview").words[0]


def test_an_outage_that_is_not_total_is_questioned_in_the_preview_and_not_blocked(
    world: World, status: Room
) -> None:
    """BL-5."""
    ana, room = declared(world)
    said(world, ana, "impact pct=80")
    said(world, ana, "update identified the outage goes on --external")
    assert "“Outage” tells customers that everything is down, and the recorded impact is 80 %" in in_channel(
        world
    )
    said(world, ana, "impact pct=100")
    said(world, ana, "update identified the outage goes on and on --external")
    assert "“Outage” tells" not in room.keyed("preview").words[-1]
    ana.clicks("Approve")
    world.settle()
    assert "the outage goes on and on" in status.keyed("external").words[0]


def test_the_resolved_text_may_follow_a_resolve(world: World, status: Room) -> None:
    ana, _ = declared(world)
    world.forward(minutes=30)
    said(world, ana, "resolve done")
    world.forward(minutes=5)
    said(world, ana, "update resolved --external")
    (told,) = status.keyed("external").words
    assert "Incident Duration: 30 minutes" in told
    assert "Last Updated: March 2, 2026 09:35 UTC" in told


# The first one


def test_card_and_status_say_by_when_customers_should_first_hear(world: World, status: Room) -> None:
    """R-MET-10."""
    ana, room = declared(world)
    assert "First update for customers wanted by *<!date" in room.card.words
    assert "09:10 UTC" in room.card.words
    said(world, ana, "set impact_start 08:58 UTC")
    assert "09:08 UTC" in room.card.words
    world.forward(minutes=9)
    assert "First update for customers wanted by" in (shown := said(world, ana, "status"))
    assert "(*overdue*)" in shown
    answer = said(world, ana, "update --external")
    assert "went out 11 min after the start of impact; the target is 10 min, so it came late." in answer
    assert "First update for customers" not in room.card.words
    assert "First update for customers" not in said(world, ana, "status")
    assert "First update" not in said(world, ana, "update --external")


def test_an_early_first_update_is_in_time(world: World, status: Room) -> None:
    """R-MET-10; without a start of impact it counts from the declaration, and says so."""
    ana, _ = declared(world)
    world.forward(minutes=10)
    answer = said(world, ana, "update --external")
    assert "10 min after the declaration (no start of impact is recorded)" in answer
    assert "so it was in time" in answer


# Drills, private incidents, trouble


def test_a_drill_only_shows_what_would_be_published(world: World, status: Room) -> None:
    """R-DRL-2."""
    ana, room = declared(world)
    changed(world, drill=True)
    answer = said(world, ana, "update identified --external")
    assert "A drill: the text for customers was shown in the channel alone." in answer
    (shown,) = room.keyed("external").words
    assert shown.startswith("DRILL · This would be published for customers in `#status` now")
    assert status.messages == []


def test_a_private_incident_tells_customers_nothing_of_itself(world: World, status: Room) -> None:
    """DR-28."""
    ana, _ = declared(world, "sev1 --private")
    said(world, ana, "set title secret breach")
    said(world, ana, "update identified --external")
    (told,) = status.keyed("external").words
    for each in ("secret", "INC-", "inc-", "Ana", "<@"):
        assert each not in told


def test_a_status_channel_that_refuses_is_said_aloud_each_time(world: World) -> None:
    """DR-14: with what to do by hand."""
    world.expects_errors("channel_not_found")
    ana, _ = declared(world)
    said(world, ana, "update identified --external")
    said(world, ana, "update monitoring --external")
    told = in_channel(world)
    assert told.count("The update for customers could not be published in `#status` (channel_not_found)") == 2


class TestLeftToSome:
    @pytest.fixture
    def policy(self) -> str:
        return POLICY + '[allow]\nexternal = ["@lena"]\nresolve = ["@lena"]\n'

    def test_a_flag_or_a_phase_is_no_way_around_the_policy(self, world: World, status: Room) -> None:
        """DR-19."""
        ana, _ = declared(world)
        assert "'external' is left to @lena" in said(world, ana, "update identified --external")
        assert "'resolve' is left to @lena" in said(world, ana, "update resolved done")
        assert "'resolve' is left to @lena" in said(world, ana, "phase resolved")
        assert "Recorded." in said(world, ana, "update identified done")
