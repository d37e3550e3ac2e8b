"""Customer escalations as records of their own: words, numbers, rules, ties, and the week in which one is watched."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.domain import case_words, cases, escalation, lifecycle, merging, watching
from bot.domain.followup import State
from bot.domain.followup_steps import drop
from bot.domain.horizons import read_horizon
from bot.domain.incident import Incident, Status, rules_of, severity_of
from bot.domain.policy import Policy
from bot.domain.policy_file import BrokenPolicy, read_policy
from bot.domain.references import case_number, case_reference, is_case, is_reference
from bot.domain.refusal_cases import (
    CaseIntoIncident,
    NoCase,
    NotTied,
    QuoteNotClosed,
    TieAcross,
    TieDrill,
    TieToCase,
    TieToGone,
    UnknownLevel,
    UnknownPriority,
)
from bot.domain.words import incident_word
from bot.settings import DEFAULT_POLICY

AT = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
BUILT_IN = DEFAULT_POLICY.read_text(encoding="utf-8")
POLICY = read_policy(BUILT_IN)
INCIDENT = Incident(ref="INC-2026-0302-001", severity="P0", declared_by="U1", declared_at=AT)


def opened(policy: Policy = POLICY, **more: object) -> Incident:
    wanted = cases.Wanted(by="U1", customer="Acme Corp", severity="P1", title="slow", **more)  # type: ignore[arg-type]
    return cases.opened(wanted, "CE1001", at=AT, policy=policy).incident


# Words


@pytest.mark.parametrize(
    ("typed", "customer", "rest"),
    [
        ('"Acme Corp" slow queries', "Acme Corp", "slow queries"),
        ("“Acme Corp” slow queries", "Acme Corp", "slow queries"),
        ('"Acme  Corp": slow "since noon"', "Acme Corp", 'slow "since noon"'),
        ("Centurion Timeouts in the EU region", "Centurion", "Timeouts in the EU region"),
        ("Centurion: timeouts", "Centurion", "timeouts"),
        ("O'Neill slow", "O'Neill", "slow"),
        ("Centurion", "Centurion", ""),
        ("", "", ""),
    ],
)
def test_a_name_with_spaces_stands_in_quotes(typed: str, customer: str, rest: str) -> None:
    assert case_words.named(typed) == (customer, rest)


def test_a_quote_that_never_ends_is_refused() -> None:
    with pytest.raises(QuoteNotClosed):
        case_words.named('"Acme Corp slow queries')


def test_a_priority_is_a_severity_as_the_policy_says() -> None:
    """PRODUCT 3.0, row 3."""
    assert [case_words.severity_of(word, POLICY.cases) for word in ("High", "medium", "low", "p2")] == [
        "P1", "P2", "P3", "P2",
    ]  # fmt: skip
    own = read_policy(BUILT_IN, '[customers.priorities]\nhigh = "P0"')
    assert case_words.severity_of("high", own.cases) == "P0"
    assert (own.priority_of("P0"), own.priority_of("P1")) == ("high", "high")
    with pytest.raises(UnknownPriority) as refused:
        case_words.severity_of("urgent", POLICY.cases, customer="Acme Corp", title="slow")
    assert refused.value.next_step == '/incident customer add "Acme Corp" slow p=medium'
    with pytest.raises(BrokenPolicy, match=r"customers\.priorities\.high"):
        read_policy(BUILT_IN, '[customers.priorities]\nhigh = "urgent"')


def test_a_level_is_a_number() -> None:
    assert [case_words.level_of(word) for word in ("2", "level 2", "L2", "Level 2")] == [2, 2, 2, 2]
    for word in ("0", "10", "two", ""):
        with pytest.raises(UnknownLevel):
            case_words.level_of(word)


def test_a_horizon_is_kept_in_its_short_form() -> None:
    """PRODUCT 3.0, row 10; words of an organisation's own stay."""
    typed = ("4h", "0\u20134 hours", "Immediate", "24H", "short-term", "7 days", "30d", "Q3", "")
    assert [read_horizon(word) for word in typed] == ["4h", "4h", "4h", "24h", "24h", "7d", "30d", "Q3", ""]


def test_a_reference_of_either_kind_is_one() -> None:
    assert (case_reference(7), case_reference(1012), case_number("CE1012")) == ("CE0007", "CE1012", 1012)
    assert is_case("CE1012")
    assert not is_case("INC-2026-0302-001")
    assert not is_case("CEO1")
    assert is_reference("INC-2026-0302-001")
    word = incident_word("ce1012,")
    assert word is not None
    assert word.reference == "CE1012"
    assert incident_word("CE99") is None


# Rules of its own


def test_it_has_no_ladder_and_a_pace_of_its_own() -> None:
    case = opened()
    rules = rules_of(case, POLICY)
    assert (rules.escalate, rules.inform, rules.customer_mail, rules.roles) == ((), (), False, ("engineer",))
    assert severity_of(case, POLICY).update_every == timedelta(days=1)
    assert escalation.when(replace(case, severity="P0"), POLICY) is None
    assert escalation.when(INCIDENT, POLICY) is not None, "an incident keeps its ladder"
    raised = lifecycle.change_severity(
        case, POLICY.severities["P0"], reason="", by="U1", at=AT, policy=POLICY
    ).incident
    assert raised.update_due_at == case.update_due_at


def test_its_reminders_keep_to_working_hours() -> None:
    friday = datetime(2026, 3, 6, 16, 0, tzinfo=UTC)
    wanted = cases.Wanted(by="U1", customer="Acme", severity="P1")
    case = cases.opened(wanted, "CE1001", at=friday, policy=POLICY).incident
    assert case.update_due_at == datetime(2026, 3, 9, 9, 0, tzinfo=UTC)
    always = read_policy(BUILT_IN, "[customers]\nworking_hours = false")
    late = cases.opened(wanted, "CE1001", at=friday, policy=always).incident
    assert late.update_due_at == friday + timedelta(days=1)


def test_its_channel_bears_the_customer() -> None:
    assert opened().channel_name == "ce1001-acme-corp"
    assert opened(drill=True).channel_name == "ce1001-drill-acme-corp"


# Levels and ties


def test_a_level_is_said_once() -> None:
    case = opened()
    up = cases.take_up(case, 1, reason="", by="U1", at=AT)
    assert (up.incident.level, up.entries[0].text) == (1, "Escalated to level 1")
    assert cases.take_up(up.incident, 1, reason="again", by="U1", at=AT).is_nothing
    (entry,) = cases.take_up(replace(case, level=3), 2, reason="x", by="U1", at=AT).entries
    assert entry.text == "Taken back to level 2: x"
    with pytest.raises(NoCase):
        cases.take_up(INCIDENT, 1, reason="", by="U1", at=AT)


def test_a_tie_is_between_what_the_same_people_see() -> None:
    """DR-28, R-DRL-2."""
    case = opened()
    tied = cases.tie(case, INCIDENT, by="U1", at=AT).incident
    assert tied.tied_to == INCIDENT.ref
    assert cases.tie(tied, INCIDENT, by="U1", at=AT).is_nothing
    merged = replace(INCIDENT, status=Status.MERGED, merged_into="INC-2026-0302-002")
    hidden = replace(INCIDENT, private=True, members=("U1", "U2"))
    for other, refusal in (
        (replace(case, ref="CE1002"), TieToCase), (merged, TieToGone), (hidden, TieAcross),
        (replace(INCIDENT, drill=True), TieDrill),
    ):  # fmt: skip
        with pytest.raises(refusal):
            cases.tie(case, other, by="U1", at=AT)
    with pytest.raises(NotTied):
        cases.untie(case, by="U1", at=AT)


def test_one_of_a_private_incident_or_a_drill_is_that_too() -> None:
    hidden = replace(INCIDENT, private=True, members=("U1", "U2"))
    case = opened(tied=hidden)
    assert (case.private, case.members, case.tied_to) == (True, ("U1", "U2"), hidden.ref)
    assert cases.may_be_named(case, hidden)
    assert not cases.may_be_named(case, INCIDENT)
    assert not cases.may_be_named(case, replace(hidden, members=("U1", "U2", "U3")))
    assert cases.may_be_named(opened(), hidden), "what is public may be named anywhere"
    assert opened(tied=replace(INCIDENT, drill=True)).drill


def test_a_customer_escalation_is_never_merged_with_an_incident() -> None:
    for one, other in ((opened(), INCIDENT), (INCIDENT, opened())):
        with pytest.raises(CaseIntoIncident) as refused:
            merging.merge(one, other, onward=None, reason="", by="U1", at=AT, policy=POLICY)
        assert refused.value.next_step == "/incident customer tie CE1001 INC-2026-0302-001"
        assert not merging.could_take(one, other)


# Watched for a week


def resolve(incident: Incident, at: datetime = AT) -> Incident:
    return watching.resolve(incident, message="", by="U1", at=at, resolved_at=None, policy=POLICY).incident


def test_it_is_watched_for_a_week_once_it_is_resolved() -> None:
    """R-ESC-2."""
    (watch,) = resolve(opened(engineer="U7")).followups
    assert (watch.text, watch.owner, watch.state) == ("Monitor for a week", "U7", State.OPEN)
    assert f"{watch.due_on}" == "2026-03-09"
    (by_owner,) = resolve(opened()).followups
    assert by_owner.owner == "U1"
    (set_so,) = resolve(replace(INCIDENT, customer="Acme")).followups
    assert set_so.origin == watching.ORIGIN, "an incident with a customer is a customer escalation too"
    assert resolve(INCIDENT).followups == ()


def test_a_further_resolve_moves_the_date_and_doubles_nothing() -> None:
    first = resolve(opened())
    again = lifecycle.reopen(first, reason="", by="U1", at=AT + timedelta(days=2), policy=POLICY).incident
    (moved,) = resolve(again, AT + timedelta(days=3)).followups
    assert (f"{moved.first_due_on}", f"{moved.due_on}") == ("2026-03-09", "2026-03-12")
    dropped = drop(again, 1, reason="they do it", by="U1", at=AT + timedelta(days=2)).incident
    (left,) = resolve(dropped, AT + timedelta(days=3)).followups
    assert (left.state, f"{left.due_on}") == (State.NOT_DOING, "2026-03-09")


def test_one_that_was_over_long_ago_is_watched_from_today() -> None:
    case = replace(opened(), declared_at=AT - timedelta(days=30))
    change = watching.resolve(
        case, message="", by="U1", at=AT, resolved_at=AT - timedelta(days=20), policy=POLICY
    )
    assert f"{change.incident.followups[0].due_on}" == "2026-03-02"
