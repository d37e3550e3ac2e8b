"""The life of a follow-up: who may do what to it when, and what is kept (R-AI-1 to 5, 7, 8)."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain import followup_decisions as decisions
from bot.domain import followup_edits as edits
from bot.domain import followup_moving as moving
from bot.domain import followup_requests as requests
from bot.domain import followup_steps as steps
from bot.domain.followup import FollowUp, State
from bot.domain.followup_money import is_over, read_budget
from bot.domain.followup_shown import dependencies
from bot.domain.incident import Change, Incident, Status
from bot.domain.policy import Target
from bot.domain.refusal import GoesOnElsewhere, NotPossible, Refusal
from bot.domain.refusal_followup import (
    BlockNeedsReason,
    CriteriaUnconfirmed,
    DayIsPast,
    DropNeedsReason,
    FollowUpIsOver,
    FollowUpLacks,
    FollowUpMoved,
    ForecastTooEarly,
    MayNotDecide,
    MayNotWithdraw,
    MixedUnits,
    NobodyMayApproveBudget,
    NothingToDecide,
    OwnRequest,
    RedateNeedsReason,
    RequestWaits,
    ScopeNeedsReason,
)
from bot.domain.topic_fields import fingerprint
from tests.records import policy

AT = datetime.fromisoformat("2026-03-02T09:00:00+00:00")
DAY = date(2026, 4, 30)
OPEN = Incident(ref="INC-2026-0302-001", severity="P0", declared_by="U1", declared_at=AT)
OTHER = replace(OPEN, ref="INC-2026-0302-002")
CFO = replace(
    policy(), targets={"cfo": Target(name="cfo", label="CFO", users=("@cfo", "U8"), usergroup="@money")}
)
WHO: dict[str, Any] = {"by": "U1", "at": AT}


def later(days: float = 0, **more: float) -> datetime:
    return AT + timedelta(days=days, **more)


def with_one(incident: Incident = OPEN, **more: Any) -> Incident:
    known: dict[str, Any] = {
        "text": "isolate the load",
        "owner": "U2",
        "due_on": DAY,
        "policy": CFO,
        **WHO,
    } | more
    return steps.add(incident, **known).incident


def agreed(**more: Any) -> Incident:
    return steps.accept(with_one(**more), 1, policy=CFO, **WHO).incident


def one(change: Change | Incident) -> FollowUp:
    return (change.incident if isinstance(change, Change) else change).followups[0]


def costs(incident: Incident, amount: str, *, by: str = "U2", said: bool = True) -> Change:
    ask = requests.forecast if said else requests.set_budget
    return ask(incident, 1, amount=read_budget(amount), reason="", by=by, at=AT, policy=CFO)


def decided(
    incident: Incident,
    outcome: str = "approved",
    *,
    by: str = "U8",
    known_as: tuple[str, ...] = (),
    **more: Any,
) -> Change:
    known: dict[str, Any] = {"policy": CFO, "known_as": {by, *known_as}, **more}
    return decisions.decide(incident, 1, outcome=outcome, by=by, at=AT, **known)


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
    with pytest.raises(FollowUpIsOver, match="done since 2 Mar 2026"):
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


# Budgets


def test_acceptance_f_exactly_a_tenth_asks_nobody_and_a_dollar_more_the_cfo() -> None:
    """R-AI-2, PRODUCT 7 F."""
    has = agreed(budget=read_budget("$12,000/month"))
    fine = costs(has, "$13,200/month").incident
    assert (one(fine).state, one(fine).requests, one(fine).forecast) == (
        State.OPEN,
        (),
        read_budget("13200/month"),
    )
    assert one(costs(has, "$2/month")).state is State.OPEN
    for said in (True, False):
        asked = costs(has, "$13,201/month", said=said)
        assert one(asked).state is State.AWAITING
        assert one(asked).budget == read_budget("12000/month")
        assert (asked.news[0].facts["what"], asked.news[0].facts["share"]) == ("budget", "10.01 %")
        assert costs(asked.incident, "$13,201/month", said=said).is_nothing
        with pytest.raises(RequestWaits):
            steps.done(asked.incident, 1, result="", **WHO)
        yes = one(decided(asked.incident))
        assert (yes.state, yes.budget, yes.forecast) == (State.OPEN, read_budget("13201/month"), None)
        no = one(decided(asked.incident, "refused", reason="too much"))
        assert (no.state, no.budget, no.forecast) == (State.OPEN, read_budget("12000/month"), None)
        assert (no.requests[0].outcome, no.requests[0].decided_by, no.requests[0].answer) == (
            "refused",
            "U8",
            "too much",
        )


def test_many_small_steps_are_compared_with_what_was_approved() -> None:
    now = agreed(budget=read_budget("$10,000"))
    for amount in ("$10,900", "$11,000"):
        now = costs(now, amount, said=False).incident
        assert (one(now).state, one(now).budget) == (State.OPEN, read_budget("10000"))
    assert one(costs(now, "$11,001", said=False)).state is State.AWAITING


def test_before_it_is_accepted_a_budget_is_simply_set() -> None:
    now = costs(with_one(budget=read_budget("$10")), "4 engineer-weeks", said=False).incident
    assert (one(now).state, one(now).budget) == (State.PROPOSED, read_budget("4 engineer-weeks"))
    with pytest.raises(ForecastTooEarly):
        costs(now, "5 engineer-weeks")
    assert one(costs(agreed(), "$500", said=False)).budget == read_budget("$500")


@pytest.mark.parametrize("amount", ["$5/month", "€5", "1 engineer-day"])
def test_only_the_same_units_are_compared(amount: str) -> None:
    with pytest.raises(MixedUnits):
        costs(agreed(budget=read_budget("$10")), amount)


def test_only_whom_the_policy_names_as_cfo_says_yes_and_never_to_oneself() -> None:
    asked = costs(agreed(budget=read_budget("$10")), "$20").incident
    with pytest.raises(MayNotDecide, match="@cfo, <@U8>, @money"):
        decided(asked, by="U1")
    for known_as in (("@cfo",), ("@CFO",), ("@money",)):
        assert one(decided(asked, by="U9", known_as=known_as)).budget == read_budget("$20")
    with pytest.raises(OwnRequest):
        decided(costs(agreed(budget=read_budget("$10")), "$20", by="U8").incident)
    with pytest.raises(NobodyMayApproveBudget):
        decided(asked, policy=replace(CFO, targets={}))
    with pytest.raises(NobodyMayApproveBudget):
        decided(asked, policy=replace(CFO, targets={"cfo": Target(name="cfo", label="CFO", channel="money")}))
    with pytest.raises(NothingToDecide):
        decided(agreed())


def test_a_click_approves_what_was_shown_and_nothing_newer() -> None:
    first = costs(agreed(budget=read_budget("$10")), "$20").incident
    newer = costs(first, "$500").incident
    assert [each.outcome for each in one(newer).requests] == ["withdrawn", ""]
    assert decided(newer, request=1).is_nothing
    assert one(decided(newer, request=2)).budget == read_budget("$500")


def test_a_request_is_taken_back_by_whoever_asked_the_owner_or_the_commander() -> None:
    asked = costs(agreed(budget=read_budget("$10")), "$20", by="U5").incident
    with pytest.raises(MayNotWithdraw):
        decisions.withdraw(asked, 1, by="U7", at=AT)
    for by in ("U5", "U2", "U1"):
        now = one(decisions.withdraw(asked, 1, by=by, at=AT))
        assert (now.state, now.forecast, now.waiting) == (State.OPEN, None, ())
    assert one(steps.drop(asked, 1, reason="x", **WHO)).requests[0].outcome == "withdrawn"
    assert one(costs(asked, "$10.50")).state is State.OPEN


# Scope


def test_a_scope_is_edited_before_the_yes_and_asked_for_after_it_with_the_earlier_text_kept() -> None:
    """R-AI-4."""

    def to(incident: Incident, text: str, reason: str = "", by: str = "U2") -> Change:
        return requests.scope(incident, 1, text=text, reason=reason, by=by, at=AT)

    assert one(to(with_one(), "isolate all load")).text == "isolate all load"
    assert one(to(with_one(action="a replica"), "two replicas")).action == "two replicas"
    with pytest.raises(ScopeNeedsReason):
        to(agreed(), "isolate all load")
    asked = to(agreed(), "isolate all load", "reports too").incident
    (request,) = one(asked).requests
    assert (one(asked).state, one(asked).text) == (State.AWAITING, "isolate the load")
    assert (request.by, request.before, request.after, request.reason) == (
        "U2", "isolate the load", "isolate all load", "reports too",
    )  # fmt: skip
    with pytest.raises(MayNotDecide):
        decided(asked, by="U2")
    now = one(decided(asked, by="U1"))
    assert (now.text, now.requests[0].before, now.state) == (
        "isolate all load",
        "isolate the load",
        State.OPEN,
    )
    with pytest.raises(OwnRequest, match="another commander or owner"):
        decided(to(agreed(), "isolate all load", "reports too", by="U1").incident, by="U1")
    owned = replace(to(agreed(), "isolate all load", "x", by="U1").incident, postmortem_owner="U4")
    assert one(decided(owned, by="U4")).text == "isolate all load"


def test_two_requests_wait_apart_and_each_is_decided_by_its_own() -> None:
    asked = costs(agreed(budget=read_budget("$10")), "$20").incident
    both = requests.scope(asked, 1, text="more", reason="x", by="U2", at=AT).incident
    half = decided(both, by="U1").incident
    assert (one(half).text, one(half).state, [each.what for each in one(half).waiting]) == (
        "more", State.AWAITING, ["budget"],
    )  # fmt: skip
    assert one(decided(half)).state is State.OPEN
    with pytest.raises(MayNotDecide, match="budget"):
        decided(both, by="U1", what="budget")


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


# Whatever people do, in whatever order

ANYTHING: tuple[Callable[[Incident], Change], ...] = (
    lambda it: steps.accept(it, 1, policy=CFO, **WHO),
    lambda it: steps.start(it, 1, **WHO),
    lambda it: steps.done(it, 1, result="", **WHO),
    lambda it: steps.drop(it, 1, reason="x", **WHO),
    lambda it: steps.reopen(it, 1, reason="", **WHO),
    lambda it: edits.block(it, 1, reason="x", **WHO),
    lambda it: edits.unblock(it, 1, reason="", **WHO),
    lambda it: costs(it, "$105"),
    lambda it: costs(it, "$200"),
    lambda it: costs(it, "$300", said=False),
    lambda it: requests.scope(it, 1, text="more", reason="x", by="U2", at=AT),
    decided,
    lambda it: decided(it, "refused"),
    lambda it: decided(it, by="U1"),
    lambda it: decisions.withdraw(it, 1, by="U2", at=AT),
)


@given(st.lists(st.sampled_from(ANYTHING), max_size=25))
def test_its_state_always_says_what_holds_it_up(doings: list[Callable[[Incident], Change]]) -> None:
    now = with_one(budget=read_budget("$100"))
    for doing in doings:
        try:
            now = doing(now).incident
        except Refusal:
            continue
        item = one(now)
        over = item.state in (State.DONE, State.NOT_DOING)
        assert (item.state is State.BLOCKED) == (item.blocked_at is not None)
        assert (item.state is State.AWAITING) == (bool(item.waiting) and item.blocked_at is None)
        assert (item.resumes_as is not None) == (item.state in (State.BLOCKED, State.AWAITING))
        assert (item.done_at is not None) == over
        assert not (over and item.waiting)
        assert not item.lacks or item.state in (State.PROPOSED, State.NOT_DOING)
        if (
            item.forecast
            and item.budget
            and is_over(item.forecast, item.budget, CFO.followups.over_budget)
            and not over
        ):
            assert any(each.what == "budget" for each in item.waiting)
