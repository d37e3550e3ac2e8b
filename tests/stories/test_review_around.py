"""A postmortem and what happens around it: incidents without one, reopened, cancelled; undo, and who may (DR-19)."""

import pytest

from bot.domain.parts import Stage
from tests.reviews import INC, closed, incident, stage
from tests.world import World, changed, declared, joined, said

# Where there is none


def test_an_incident_closed_without_a_postmortem_has_none_until_a_draft_is_wanted(world: World) -> None:
    ana, room = declared(world)
    said(world, ana, "resolve over")
    said(world, ana, "close --no-postmortem known cause")
    assert stage(world) is None
    answer = said(world, ana, "postmortem status")
    assert "no postmortem of it was begun" in answer
    assert f"/incident postmortem draft {INC}" in answer
    said(world, ana, "postmortem draft")
    assert stage(world) is Stage.DRAFT
    world.forward(days=6)
    assert world.dm(ana).words == [w for w in world.dm(ana).words if "You own" in w or "mail" in w]
    assert room.keyed("review-overdue") == [], "nobody owes it"


def test_a_reopening_takes_it_back_to_draft_and_says_so(world: World) -> None:
    ana, ben, room = closed(world)
    said(world, ben, "postmortem checklist done all")
    said(world, ben, "postmortem status reviewed")
    said(world, ana, "reopen it is back")
    (told,) = room.keyed("reopened").words
    assert "Its postmortem was reviewed, and is a draft again; ticks and approvals count anew." in told
    assert stage(world) is Stage.DRAFT
    assert "is investigating, and no postmortem of it was begun" in said(world, ana, "postmortem status")
    said(world, ana, "resolve over")
    said(world, ana, "close")
    shown = said(world, ana, "postmortem status")
    assert "draft since" in shown
    assert "Checklist (0 of 6)" in shown


def test_a_cancelled_incident_has_none_any_more(world: World) -> None:
    ana, _, _ = closed(world)
    said(world, ana, "reopen it is back")
    said(world, ana, "cancel it was a test")
    assert stage(world) is None
    assert "is cancelled" in said(world, ana, "postmortem status")


# Taken back, left to some


def test_each_word_about_it_can_be_taken_back(world: World) -> None:
    ana, ben, _ = closed(world)
    joined(world, "cem")
    world.forward(hours=1)
    before = incident(world)
    for line in (
        "postmortem status in-review", "postmortem checklist done 1 2", "postmortem review @cem",
        "postmortem due 2026-03-09 12:00 vendor",
    ):  # fmt: skip
        said(world, ben, line)
        assert incident(world).review != before.review, line
        assert "taken back" in said(world, ben, "undo").lower(), line
        now = incident(world)
        assert (now.review, now.postmortem_due_at, now.reminded, dict(now.due)) == (
            before.review, before.postmortem_due_at, before.reminded, dict(before.due),
        ), line  # fmt: skip
    said(world, ana, "postmortem review me")
    said(world, ana, "postmortem approve")
    assert "taken back" in said(world, ana, "undo").lower()
    review = incident(world).review
    assert review is not None
    assert review.reviewers[0].approved_at is None


@pytest.mark.parametrize("policy", ['[allow]\npostmortem = ["@ben"]\n'])
def test_where_it_is_left_to_some_others_are_refused_but_a_reviewer_may_approve(world: World) -> None:
    """DR-19: buttons and forms stand for the verb; who was asked may answer."""
    ana, room = declared(world)
    ben, cem = joined(world, "ben"), joined(world, "cem")
    said(world, ana, "resolve over")
    said(world, ana, "close")
    assert "'postmortem' is left to @ben" in said(world, ana, "postmortem status in-review")
    ana.clicks("Send to review", message=room.keyed("draft")[0].ts)
    world.settle()
    assert "'postmortem' is left to @ben" in ana.hears()[-1].words
    ana.clicks("Checklist", message=room.keyed("draft")[0].ts)
    assert ana.modal is None
    assert stage(world) is Stage.DRAFT
    said(world, ben, "postmortem review @cem")
    cem.clicks("Approve", channel="@tocsin")
    world.settle()
    review = incident(world).review
    assert review is not None
    assert review.reviewers[0].approved_at is not None


def test_a_postmortem_of_before_the_bot_kept_states_is_a_draft(world: World) -> None:
    ana, _, _ = closed(world)
    changed(world, review=None, reminded=None)
    assert "draft since" in said(world, ana, "postmortem status")
    said(world, ana, "postmortem status in-review")
    assert stage(world) is Stage.IN_REVIEW
