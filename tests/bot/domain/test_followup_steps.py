"""The life of a follow-up: who may do what to it when, and what is kept (R-AI-1, 3, 5, 7, 8)."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from bot.domain import followup_edits as edits
from bot.domain import followup_moving as moving
from bot.domain import followup_steps as steps
from bot.domain.followup import State
from bot.domain.followup_shown import dependencies
from bot.domain.incident import Status
from bot.domain.refusal import GoesOnElsewhere, NotPossible
from bot.domain.refusal_followup import (
    BlockNeedsReason,
    CriteriaUnconfirmed,
    DayIsPast,
    DropNeedsReason,
    FollowUpIsOver,
    FollowUpLacks,
    FollowUpMoved,
    RedateNeedsReason,
)
from bot.domain.topic_fields import fingerprint
from tests.followup_rules import AT, CFO, DAY, OPEN, OTHER, WHO, agreed, later, one, with_one

# Added and accepted


def test_one_is_proposed_until_it_has_owner_and_date_and_somebody_accepts_it() -> None:
    """R-AI-5."""
    missing = {"owner": ("owner",), "date": ("due_on",), "owner and no date": ("owner", "due_on")}
    for words, names in missing.items():
        lacking: dict[str, Any] = dict.fromkeys(names)
        bare = with_one(**lacking)
        for step in (
            lambda it: steps.accept(it, 1, policy=CFO, **WHO),
            lambda it: steps.start(it, 1, **WHO),
            lambda it: steps.done(it, 1, result="", **WHO),
            lambda it: edits.block(it, 1, reason="x", **WHO),
            lambda it: steps.accept_all(it, **WHO),
        ):
            with pytest.raises(FollowUpLacks, match=f"no {words} yet"):
                step(bare)
    ready = agreed()
    assert (one(ready).state, one(ready).accepted_by, one(ready).first_due_on) == (State.OPEN, "U1", DAY)
    assert steps.accept(ready, 1, policy=CFO, **WHO).is_nothing


def test_owner_and_date_may_come_with_the_yes() -> None:
    now = steps.accept(with_one(owner=None, due_on=None), 1, owner="U3", due_on=DAY, policy=CFO, **WHO)
    assert (one(now).owner, one(now).due_on, one(now).first_due_on, one(now).redates) == ("U3", DAY, DAY, ())
    assert now.news[0].facts["given"] is True


def test_all_accepts_those_that_lack_nothing() -> None:
    some = with_one(with_one(with_one(), owner=None))
    now = steps.accept_all(some, **WHO)
    assert [each.state for each in now.incident.followups] == [State.OPEN, State.PROPOSED, State.OPEN]
    assert (len(now.entries), len(now.news), now.news[0].facts["numbers"]) == (2, 1, [1, 3])


def test_what_nobody_does_needs_neither_owner_nor_date_but_a_reason() -> None:
    bare = with_one(owner=None, due_on=None)
    with pytest.raises(DropNeedsReason):
        steps.drop(bare, 1, reason=" ", **WHO)
    now = steps.drop(bare, 1, reason="switched off", **WHO)
    assert (one(now).state, one(now).result, one(now).done_at) == (State.NOT_DOING, "switched off", AT)
    assert steps.drop(now.incident, 1, reason="again", **WHO).is_nothing
    assert one(steps.reopen(now.incident, 1, reason="", **WHO)).state is State.PROPOSED


def test_a_day_in_the_past_is_refused_but_in_a_record_of_former_times() -> None:
    """Which day is today is the organisation's zone's affair."""
    with pytest.raises(DayIsPast, match="1 Mar 2026 is past: today is 2 Mar 2026"):
        with_one(due_on=date(2026, 3, 1))
    zoned = replace(CFO, timezone="America/Los_Angeles")
    early: dict[str, Any] = {"policy": zoned, "at": datetime.fromisoformat("2026-03-02T07:59:00+00:00")}
    assert one(with_one(due_on=date(2026, 3, 1), **early)).due_on == date(2026, 3, 1)
    for former in (replace(OPEN, backfilled=True), replace(OPEN, header={"people": []})):
        assert one(with_one(former, due_on=date(2020, 1, 1))).due_on == date(2020, 1, 1)


def test_in_a_cancelled_or_merged_incident_nothing_changes_and_the_way_on_is_named() -> None:
    for status, refusal in ((Status.CANCELLED, NotPossible), (Status.MERGED, GoesOnElsewhere)):
        over = replace(
            with_one(), status=status, merged_into="INC-2026-0302-002" if status is Status.MERGED else None
        )
        for step in (with_one, lambda it: steps.drop(it, 1, reason="x", **WHO)):
            with pytest.raises(refusal) as refused:
                step(over)
            assert refused.value.next_step
    assert one(with_one(replace(OPEN, status=Status.CLOSED))).n == 1


def test_numbers_are_never_given_twice() -> None:
    one_back = with_one(with_one())
    gone = replace(
        one_back, followups=(one_back.followups[0], replace(one_back.followups[1], taken_back=True))
    )
    assert with_one(gone).followups[-1].n == 3


# Done


def test_whoever_says_done_has_read_the_very_criteria() -> None:
    """R-AI-8."""
    asked = agreed(criteria="p95 below 300 ms")
    with pytest.raises(CriteriaUnconfirmed, match="p95 below 300 ms"):
        steps.done(asked, 1, result="", **WHO)
    read = fingerprint("p95 below 300 ms")
    other = edits.word(asked, 1, name="criteria", text="p99 below 300 ms", **WHO).incident
    with pytest.raises(CriteriaUnconfirmed, match="p99"):
        steps.done(other, 1, result="", confirmed=read, **WHO)
    now = steps.done(asked, 1, result="live", confirmed=read, **WHO)
    assert (one(now).state, one(now).done_by, one(now).result) == (State.DONE, "U1", "live")
    assert steps.done(now.incident, 1, result="", **WHO).is_nothing
    with pytest.raises(FollowUpIsOver, match="done since 2026-03-02 09:00 UTC"):
        edits.give(now.incident, 1, owner="U3", **WHO)
    again = one(steps.reopen(now.incident, 1, reason="", by="U1", at=later(1)))
    assert (again.state, again.done_at, again.counted_from) == (State.OPEN, None, later(1))


# Dates


def test_the_first_date_is_kept_whatever_comes_after() -> None:
    """R-AI-3, R-MET-12."""
    with pytest.raises(RedateNeedsReason, match="later than 30 Apr 2026"):
        edits.redate(agreed(), 1, day=date(2026, 5, 15), reason="", policy=CFO, **WHO)
    now = edits.redate(agreed(), 1, day=date(2026, 5, 15), reason="vendor", policy=CFO, **WHO).incident
    now = edits.redate(now, 1, day=date(2026, 4, 1), reason="", policy=CFO, **WHO).incident
    assert (one(now).due_on, one(now).first_due_on) == (date(2026, 4, 1), DAY)
    assert [(each.before, each.after, each.reason) for each in one(now).redates] == [
        (DAY, date(2026, 5, 15), "vendor"), (date(2026, 5, 15), date(2026, 4, 1), ""),
    ]  # fmt: skip
    assert edits.redate(now, 1, day=date(2026, 4, 1), reason="x", policy=CFO, **WHO).is_nothing
    bare = edits.redate(with_one(due_on=None), 1, day=DAY, reason="", policy=CFO, **WHO)
    assert (one(bare).first_due_on, one(bare).redates) == (DAY, ())


# Blocked


def test_the_clock_of_a_block_runs_until_it_is_unblocked_and_work_goes_on_where_it_stood() -> None:
    """R-AI-1."""
    started = steps.start(agreed(), 1, **WHO).incident
    with pytest.raises(BlockNeedsReason):
        edits.block(started, 1, reason="", **WHO)
    shut = edits.block(started, 1, reason="no window", **WHO).incident
    other = edits.block(shut, 1, reason="no people", by="U2", at=later(3)).incident
    assert (one(other).state, one(other).blocked_at, one(other).blocked_by) == (
        State.BLOCKED,
        AT,
        "no people",
    )
    assert edits.block(other, 1, reason="no people", by="U3", at=later(4)).is_nothing
    free = edits.unblock(other, 1, reason="", by="U2", at=later(5))
    assert (one(free).state, one(free).blocked_at, one(free).resumes_as) == (State.IN_PROGRESS, None, None)
    assert free.news[0].facts["blocked_for"] == timedelta(days=5)
    assert edits.unblock(free.incident, 1, reason="", **WHO).is_nothing
    assert one(steps.done(shut, 1, result="", **WHO)).blocked_at is None


# Merged


def test_open_ones_go_on_in_the_other_incident_and_done_ones_stay() -> None:
    left = with_one(with_one(with_one(), text="second"), text="third", dependencies="#1, #2, db setup")
    left = steps.done(left, 1, result="", **WHO).incident
    left = edits.block(left, 2, reason="x", **WHO).incident
    gone, came = moving.go_on(left, with_one(OTHER), by="U1", at=AT)
    assert [(each.moved_to, each.moved_as) for each in gone.incident.followups] == [
        ("", 0), (OTHER.ref, 2), (OTHER.ref, 3),
    ]  # fmt: skip
    assert [(each.n, each.state) for each in came.incident.followups[1:]] == [
        (2, State.BLOCKED),
        (3, State.PROPOSED),
    ]
    assert came.incident.followups[2].dependencies == f"#1 of {OPEN.ref}, #2, db setup"
    assert (len(gone.entries), len(came.entries)) == (2, 2)
    with pytest.raises(FollowUpMoved, match=f"goes on as follow-up 3 of {OTHER.ref}"):
        steps.numbered(gone.incident, 3)


def test_what_one_depends_on_is_shown_with_its_state() -> None:
    now = with_one(with_one(), dependencies="#1, db setup; #9")
    found = dependencies(now, now.followups[1])
    assert [(each.text, each.on.state if each.on else None, each.unknown) for each in found] == [
        ("#1", State.PROPOSED, False), ("db setup", None, False), ("#9", None, True),
    ]  # fmt: skip
