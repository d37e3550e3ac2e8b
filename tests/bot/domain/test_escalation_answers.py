"""What is answered to an escalation, and how things stand with each target then (R-ESCL-4)."""

from dataclasses import replace

import pytest

from bot.domain import escalation, escalation_answers
from bot.domain.incident import Change, Incident, Status
from bot.domain.refusal_escalation import (
    AcknowledgedAlready,
    NothingToSkip,
    NotToldYet,
    SkipNeedsReason,
    SkippedAlready,
    ToldAlready,
)
from tests.escalating import POLICY, by_hand, fire, minutes, opened


def acknowledge(of: Incident, at: float, target: str = "executives") -> Change:
    return escalation_answers.acknowledge(of, POLICY.target(target), by="U0000CEO", at=minutes(at))


def skip(of: Incident, at: float, target: str = "executives", reason: str = "the CEO is here") -> Change:
    return escalation_answers.skip(
        of, POLICY.target(target), reason=reason, by="U0000BEN", at=minutes(at), policy=POLICY
    )


def test_an_acknowledgement_is_recorded_with_who_and_when() -> None:
    """R-ESCL-4."""
    change = acknowledge(fire(opened(), 30).incident, 33)
    (known,) = change.incident.escalations
    assert (known.acknowledged_by, known.acknowledged_at) == ("U0000CEO", minutes(33))
    (entry,) = change.entries
    assert (entry.author, entry.text, entry.data["change"]) == (
        "U0000CEO",
        "Acknowledged: executives",
        "acknowledged",
    )
    with pytest.raises(AcknowledgedAlready) as caught:
        acknowledge(change.incident, 34)
    assert "<@U0000CEO> acknowledged already, at 09:33 UTC" in caught.value.sentence


def test_an_acknowledgement_that_comes_after_the_end_counts() -> None:
    """A late arrival is a fact too."""
    late = replace(fire(opened(), 30).incident, status=Status.RESOLVED)
    assert acknowledge(late, 90).incident.escalations[0].acknowledged_at == minutes(90)


def test_who_was_not_told_cannot_have_seen_it() -> None:
    with pytest.raises(NotToldYet) as caught:
        acknowledge(opened(), 3)
    assert caught.value.next_step == "/incident escalate INC-2026-0302-001 executives"


def test_a_rung_can_be_skipped_with_a_reason_before_it_is_due() -> None:
    """R-ESCL-4; who skipped it may still be told by hand."""
    change = skip(opened(), 5)
    assert fire(change.incident, 30).is_nothing
    assert escalation.when(change.incident, POLICY) == minutes(60)
    (entry,) = change.entries
    assert entry.text == "Escalation to executives skipped: the CEO is here"
    assert (entry.data["change"], entry.data["reason"]) == ("skipped", "the CEO is here")
    with pytest.raises(SkippedAlready):
        skip(change.incident, 6)
    with pytest.raises(SkippedAlready):
        acknowledge(change.incident, 6)
    (known,) = by_hand(change.incident, 10).incident.escalations
    assert (known.is_told, known.skipped) == (True, False)


def test_who_was_told_can_be_skipped_and_stays_told() -> None:
    """R-ESCL-4."""
    now = skip(by_hand(opened(), 4, reason="decide").incident, 5).incident
    (known,) = now.escalations
    assert (known.is_told, known.skipped, known.reason) == (True, True, "decide")
    with pytest.raises(ToldAlready) as caught:
        by_hand(now, 6)
    assert caught.value.next_step == "/incident escalate INC-2026-0302-001 list"


@pytest.mark.parametrize("reason", ["", "  \n "])
def test_a_skip_needs_a_reason(reason: str) -> None:
    """R-ESCL-4."""
    with pytest.raises(SkipNeedsReason):
        skip(opened(), 5, reason=reason)


def test_only_what_is_to_come_or_was_told_can_be_skipped() -> None:
    with pytest.raises(NothingToSkip):
        skip(opened(), 5, "customer_success")
    with pytest.raises(AcknowledgedAlready):
        skip(acknowledge(fire(opened(), 30).incident, 31).incident, 32)


# Standing, and words


def test_how_things_stand_lists_what_was_done_then_what_is_to_come_then_the_others() -> None:
    rows = escalation.standing(skip(fire(opened(), 30).incident, 40, "board").incident, POLICY)
    shown = [(row.target.name, bool(row.done), row.pending.at if row.pending else None) for row in rows]
    assert shown == [
        ("executives", True, None),
        ("board", True, None),
        ("customer_calls", False, minutes(60)),
        ("customer_success", False, None),
        ("cto", False, None),
        ("cfo", False, None),
    ]


def test_a_target_that_the_policy_has_no_more_is_still_named() -> None:
    now = by_hand(opened(), 4).incident
    without = replace(POLICY, targets={})
    assert next(row.target.label for row in escalation.standing(now, without)) == "executives"


def test_a_message_on_its_way_is_wanted_while_it_is_open_and_not_skipped() -> None:
    """DR-1."""
    now = fire(opened(), 30).incident
    keys = ("rungs:INC-1:1", "escalation:INC-1:executives", "escalation:INC-1:executives:U1")
    assert all(escalation.is_wanted(now, key) for key in keys)
    assert not any(escalation.is_wanted(replace(now, status=Status.RESOLVED), key) for key in keys)
    skipped = skip(now, 31).incident
    assert [escalation.is_wanted(skipped, key) for key in keys] == [True, False, False]
