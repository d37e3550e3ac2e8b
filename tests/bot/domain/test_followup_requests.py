"""What needs a yes: budgets and scopes, who may give it, and that a state always says what waits (R-AI-2, R-AI-4)."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain import followup_decisions as decisions
from bot.domain import followup_edits as edits
from bot.domain import followup_requests as requests
from bot.domain import followup_steps as steps
from bot.domain.followup import State
from bot.domain.followup_money import is_over, read_budget
from bot.domain.incident import Change, Incident
from bot.domain.policy import Target
from bot.domain.refusal import Refusal
from bot.domain.refusal_followup import (
    ForecastTooEarly,
    MayNotDecide,
    MayNotWithdraw,
    MixedUnits,
    NobodyMayApproveBudget,
    NothingToDecide,
    OwnRequest,
    RequestWaits,
    ScopeNeedsReason,
)
from tests.followup_rules import AT, CFO, WHO, agreed, costs, decided, one, with_one

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


def test_the_same_amount_asked_for_and_then_expected_is_one_request() -> None:
    """Whoever is to approve it is not asked for the same twice."""
    asked = costs(agreed(budget=read_budget("$12,000")), "$13,201", said=False).incident
    expected = costs(asked, "$13,201", said=True)
    assert one(expected).requests == one(asked).requests
    assert (one(expected).state, one(expected).forecast) == (State.AWAITING, read_budget("$13,201"))
    assert costs(expected.incident, "$13,201", said=False).is_nothing
    assert costs(expected.incident, "$13,201", said=True).is_nothing


def test_what_is_dropped_and_opened_again_costs_no_more_than_was_approved() -> None:
    """R-AI-2: the request went with the drop, and what it asked for does too."""
    asked = costs(agreed(budget=read_budget("$100")), "$200").incident
    dropped = steps.drop(asked, 1, reason="x", **WHO).incident
    again = one(steps.reopen(dropped, 1, reason="", **WHO))
    assert (again.state, again.forecast, again.waiting) == (State.OPEN, None, ())


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
