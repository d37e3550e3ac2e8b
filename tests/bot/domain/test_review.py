"""The stages of a postmortem as a table, and when its reminders fall due (AD-8, DR-23)."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from bot.domain import lifecycle, privacy, review, review_reminders, stages, timers
from bot.domain.incident import Incident, Status
from bot.domain.parts import Reminded, Review, Stage
from bot.domain.policy import Policy, Reviews
from bot.domain.refusal import NotPossible
from bot.domain.refusal_review import (
    AnywayNeedsReason,
    NotAReviewer,
    NotInReview,
    PointsOpen,
    ReviewedFirst,
    ReviewIsDone,
    ReviewNotBegun,
    TooLateToPutOff,
    UnknownStage,
)
from tests.records import incident, minutes, policy

CLOSED = minutes(130)
DUE = minutes(120) + timedelta(hours=48)
H = timedelta(hours=1)


def begun(**fields: Any) -> Incident:
    """Closed ten minutes after its resolve, with a postmortem to write."""
    return stages.begun(incident(postmortem_due_at=DUE, postmortem_owner="U2", **fields), CLOSED)


def without_list() -> Policy:
    return replace(policy(), reviews=replace(policy().reviews, checklist=()))


def at_stage(stage: Stage) -> Incident:
    return replace(begun(), review=Review(stage=stage, at=CLOSED))


@pytest.mark.parametrize("was", list(Stage))
@pytest.mark.parametrize("to", list(Stage))
def test_every_step_of_the_table_is_taken_and_no_other(was: Stage, to: Stage) -> None:
    """AD-8: on one by one, a review may be skipped, closed comes after reviewed; back is always possible."""
    of = at_stage(was)
    if was is to:
        assert review.move(of, to, by="U1", at=CLOSED, policy=without_list()).is_nothing
    elif to is Stage.CLOSED and was is not Stage.REVIEWED:
        with pytest.raises(ReviewedFirst):
            review.move(of, to, by="U1", at=CLOSED, policy=without_list())
    else:
        made = review.move(of, to, by="U1", at=CLOSED + H, policy=without_list())
        now = made.incident.review
        assert now is not None
        assert (now.stage, now.by, now.at) == (to, "U1", CLOSED + H)
        assert made.entries[0].data == {
            "change": "postmortem_state", "from": was.value, "stage": to.value, "reason": "", "step": "",
        }  # fmt: skip


@pytest.mark.parametrize(
    ("word", "stage"),
    [("draft", Stage.DRAFT), ("in-review", Stage.IN_REVIEW), ("In_Review", Stage.IN_REVIEW),
     ("review", Stage.IN_REVIEW), ("reviewed", Stage.REVIEWED), ("CLOSED", Stage.CLOSED)],
)  # fmt: skip
def test_a_stage_is_typed_in_any_way(word: str, stage: Stage) -> None:
    assert stages.stage_named(word) is stage
    assert stages.stage_named(stages.typed(stage)) is stage


def test_another_word_is_refused() -> None:
    with pytest.raises(UnknownStage):
        stages.stage_named("finished")


def test_when_it_became_reviewed_and_closed_is_kept_until_it_goes_back() -> None:
    """R-MET-11."""
    of = begun()
    for hours, to in ((20, Stage.IN_REVIEW), (30, Stage.REVIEWED), (40, Stage.CLOSED)):
        of = review.move(of, to, by="U1", at=CLOSED + hours * H, policy=without_list()).incident
    assert of.review is not None
    assert (of.review.reviewed_at, of.review.closed_at) == (CLOSED + 30 * H, CLOSED + 40 * H)
    back = review.move(of, Stage.REVIEWED, by="U1", at=CLOSED + 41 * H, policy=without_list()).incident.review
    assert back is not None
    assert (back.reviewed_at, back.closed_at) == (CLOSED + 30 * H, None)
    gone = review.move(of, Stage.DRAFT, by="U1", at=CLOSED + 41 * H, policy=without_list()).incident.review
    assert gone is not None
    assert (gone.reviewed_at, gone.closed_at) == (None, None)


def test_reviewed_with_points_open_is_asked_once_more() -> None:
    of = at_stage(Stage.IN_REVIEW)
    points = policy().reviews.checklist
    told: dict[str, Any] = {"by": "U1", "at": CLOSED, "policy": policy()}
    of = review.tick(of, on=points[1:], off=(), by="U1", at=CLOSED).incident
    with pytest.raises(PointsOpen) as caught:
        review.move(of, Stage.REVIEWED, **told)
    assert "1. Data collected" in caught.value.sentence
    assert "2." not in caught.value.sentence
    with pytest.raises(AnywayNeedsReason):
        review.move(of, Stage.REVIEWED, anyway="", **told)
    made = review.move(of, Stage.REVIEWED, anyway="no data is left", **told)
    assert made.entries[0].text == (
        "Postmortem: reviewed; open on the checklist: 1. Data collected; no data is left"
    )
    whole = review.tick(of, on=points[:1], off=(), by="U2", at=CLOSED).incident
    assert review.move(whole, Stage.REVIEWED, **told).entries[0].text == "Postmortem: reviewed"


def test_who_ticked_a_point_first_keeps_it() -> None:
    points = policy().reviews.checklist
    of = review.tick(begun(), on=points[:1], off=(), by="U1", at=CLOSED).incident
    again = review.tick(of, on=points[:2], off=(), by="U2", at=CLOSED + H).incident.review
    assert again is not None
    assert [(tick.item, tick.by) for tick in again.ticks] == [(points[0], "U1"), (points[1], "U2")]
    assert review.tick(of, on=points[:1], off=points[3:], by="U2", at=CLOSED).is_nothing


def test_who_reviews_a_private_one_may_see_it() -> None:
    """DR-28."""
    of = begun(private=True, members=("U1",))
    asked = review.ask(of, ["U3"], by="U1", at=CLOSED).incident
    assert privacy.admitted(of, asked).members == ("U1", "U3")


def test_only_who_was_asked_approves_and_a_step_back_asks_anew() -> None:
    of = review.ask(begun(), ["U3", "U4", "U3"], by="U1", at=CLOSED).incident
    assert of.review is not None
    assert (of.review.stage, [each.user for each in of.review.reviewers]) == (Stage.IN_REVIEW, ["U3", "U4"])
    with pytest.raises(NotAReviewer):
        review.approve(of, by="U1", at=CLOSED)
    first = review.approve(of, by="U3", at=CLOSED)
    assert first.news[0].facts["suggests"] is False
    assert review.approve(first.incident, by="U3", at=CLOSED).is_nothing
    second = review.approve(first.incident, by="U4", at=CLOSED)
    assert second.news[0].facts["suggests"] is True
    back = review.move(second.incident, Stage.DRAFT, by="U1", at=CLOSED, policy=policy()).incident
    assert back.review is not None
    assert [each.approved_at for each in back.review.reviewers] == [None, None]
    with pytest.raises(NotInReview):
        review.approve(back, by="U3", at=CLOSED)


@pytest.mark.parametrize("status", [Status.INVESTIGATING, Status.RESOLVED, Status.CLOSED])
def test_without_a_postmortem_nothing_can_be_done_with_one(status: Status) -> None:
    of = incident(status=status)
    with pytest.raises(ReviewNotBegun):
        review.move(of, Stage.REVIEWED, by="U1", at=CLOSED, policy=policy())
    assert review_reminders.when(of, policy()) is None


@pytest.mark.parametrize("status", [Status.CANCELLED, Status.MERGED])
def test_of_a_cancelled_or_merged_incident_there_is_none(status: Status) -> None:
    with pytest.raises(NotPossible):
        stages.current(begun(status=status))


def test_one_that_was_closed_before_the_bot_kept_stages_is_a_draft_and_begins_with_the_first_word() -> None:
    of = incident(postmortem_due_at=DUE)
    assert review_reminders.when(of, policy()) is None, "nobody is reminded of what was due long ago"
    now = review.move(of, Stage.IN_REVIEW, by="U1", at=DUE + 90 * H, policy=policy()).incident
    assert review_reminders.when(now, policy()) == DUE + 90 * H + 24 * H


def test_a_done_one_is_not_due_at_another_time() -> None:
    with pytest.raises(ReviewIsDone):
        review.move_due(at_stage(Stage.REVIEWED), DUE + H, reason="x", by="U1", at=CLOSED, policy=policy())


# Reminders


def said(of: Incident, rules: Policy, *, until: float = 200) -> list[tuple[float, bool, bool]]:
    """All reminders of *of*: hours after it was due, whether the channel hears it, whether it is the last line."""
    made = []
    while (at := review_reminders.when(of, rules)) is not None and at < DUE + until * H:
        change = review_reminders.fire(of, at=at, policy=rules)
        of, (news,) = change.incident, change.news
        made.append(
            ((at - DUE) / H, news.facts["late"] and not news.facts["escalated"], news.facts["escalated"])
        )
    return made


def test_the_neglected_one_is_reminded_of_five_times_in_all() -> None:
    """DR-23: 24 h and 4 h before, when due, a day later with the channel, two days later the target."""
    assert said(begun(), policy()) == [
        (-24, False, False), (-4, False, False), (0, False, False), (24, True, False), (48, False, True),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("rules", "expected"),
    [
        ({"remind_before": ()}, [0, 24, 48]),
        ({"remind_after": ()}, [-24, -4, 0, 48]),
        ({"remind_after": (H, 36 * H)}, [-24, -4, 0, 1, 36, 48]),
        ({"remind_before": (90 * H, H), "escalate_after": 30 * H}, [-1, 0, 24, 30]),
    ],
)
def test_the_policy_says_when(rules: dict[str, Any], expected: list[float]) -> None:
    """What falls before the close is not said: its owner was told with the draft."""
    changed = replace(policy(), reviews=replace(policy().reviews, **rules))
    assert [at for at, _, _ in said(begun(), changed)] == expected


def test_under_a_policy_that_wants_it_later_by_now_nothing_is_said_yet() -> None:
    of = timers.planned(begun(), policy())
    later = replace(policy(), reviews=replace(policy().reviews, remind_before=(2 * H,)))
    change = review_reminders.fire(of, at=DUE - 24 * H, policy=later)
    assert change.news == ()
    assert change.incident.due["postmortem"] == DUE - 2 * H
    assert not change.is_nothing, "it is kept, so that the timer does not fire each second"


def test_who_gets_it_late_has_as_long_as_everybody() -> None:
    """Closed three days after it was due: nothing at once, a day later owner and channel, then the target."""
    of = stages.begun(incident(postmortem_due_at=DUE), DUE + 72 * H)
    assert said(of, policy()) == [(96, True, False), (120, False, True)]


def test_after_a_downtime_one_reminder_comes_and_the_target_hears_nothing_before_the_owner() -> None:
    """DR-24."""
    change = review_reminders.fire(begun(), at=DUE + 100 * H, policy=policy())
    assert len(change.news) == 1
    assert (change.news[0].facts["late"], change.news[0].facts["escalated"]) == (True, False)
    assert said(change.incident, policy()) == [(124, False, True)]


def test_a_snooze_puts_off_a_day_and_never_past_the_overdue_reminder() -> None:
    first = review_reminders.fire(begun(), at=DUE - 24 * H, policy=policy()).incident
    later = review_reminders.put_off(first, by="U2", at=DUE - 20 * H, policy=policy()).incident
    assert [at for at, _, _ in said(later, policy())] == [4, 24, 48], "what fell in between comes once"
    at_due = review_reminders.put_off(first, by="U2", at=DUE + 10 * H, policy=policy()).incident
    assert [at for at, _, _ in said(at_due, policy())] == [24, 48]
    with pytest.raises(TooLateToPutOff):
        review_reminders.put_off(first, by="U2", at=DUE + 24 * H, policy=policy())


def test_a_moved_due_time_counts_anew_and_keeps_the_first_one() -> None:
    of = review_reminders.fire(begun(), at=DUE - 24 * H, policy=policy()).incident
    of = review.move_due(
        of, DUE + 24 * H, reason="vendor", by="U2", at=DUE - 10 * H, policy=policy()
    ).incident
    assert [at for at, _, _ in said(of, policy())] == [0, 20, 24, 48, 72]
    again = review.move_due(of, DUE + 30 * H, reason="still", by="U2", at=DUE, policy=policy()).incident
    assert again.review is not None
    assert again.review.first_due_at == DUE


def test_a_step_back_counts_anew_and_a_done_one_is_silent() -> None:
    done = review.move(begun(), Stage.REVIEWED, by="U1", at=CLOSED, policy=without_list()).incident
    assert review_reminders.when(done, policy()) is None
    back = review.move(done, Stage.DRAFT, by="U1", at=DUE + 50 * H, policy=policy()).incident
    assert [at for at, _, _ in said(back, policy())] == [74, 98]


@pytest.mark.parametrize("fields", [{"header": {"id": "x"}}, {"backfilled": True}])
def test_of_a_record_from_elsewhere_or_of_the_past_nobody_is_reminded(fields: dict[str, Any]) -> None:
    assert "postmortem" not in timers.planned(begun(**fields), policy()).due


def test_numbers_go_on_over_a_reopening_so_that_no_key_comes_twice() -> None:
    of = review_reminders.fire(begun(), at=DUE, policy=policy()).incident
    of = lifecycle.reopen(of, reason="", by="U1", at=DUE + H, policy=policy()).incident
    assert of.review is not None
    assert of.review.stage is Stage.DRAFT
    assert not stages.is_wanted(of), "nothing is said while it is open"
    of = lifecycle.resolve(
        of, message="", by="U1", at=DUE + 2 * H, resolved_at=None, policy=policy()
    ).incident
    of = lifecycle.close(of, by="U1", at=DUE + 2 * H, policy=policy()).incident
    assert of.reminded == Reminded(since=DUE + 2 * H, n=1)


def test_the_rules_of_the_built_in_policy() -> None:
    rules = policy().reviews
    assert isinstance(rules, Reviews)
    assert (rules.remind_before, rules.remind_after) == ((24 * H, 4 * H), (24 * H,))
    assert 5 <= len(rules.checklist) <= 7
