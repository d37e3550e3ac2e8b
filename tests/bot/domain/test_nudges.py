"""What a due nudge leads to, whom it names, and whether one on its way is still wanted (DR-1, DR-2, DR-24)."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.domain import cadence, nudges
from bot.domain.incident import Change, Incident, Status
from tests.records import policy

AT = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


def minutes(count: float) -> datetime:
    return AT + timedelta(minutes=count)


def opened(**fields) -> Incident:
    """A P0 declared at AT."""
    fresh = Incident(ref="INC-2026-0302-001", severity="P0", declared_by="U1", declared_at=AT)
    return replace(cadence.restarted(fresh, policy().severities["P0"]), **fields)


def fire(of: Incident, at: float) -> Change:
    return nudges.fire(of, at=minutes(at), policy=policy())


def told(change: Change):
    (news,) = change.news
    return news.facts


def after(count: int) -> Change:
    """The *count*-th nudge in a row."""
    change = fire(opened(), 15)
    for number in range(2, count + 1):
        change = fire(change.incident, 15 * number)
    return change


def test_nothing_is_said_before_its_time():
    assert fire(opened(), 14.99).is_nothing
    assert not fire(opened(), 15).is_nothing


@pytest.mark.parametrize("status", [Status.RESOLVED, Status.CLOSED])
def test_nothing_is_said_once_it_is_over(status):  # DR-1
    assert fire(opened(status=status), 15).is_nothing
    assert fire(cadence.silenced(opened()), 15).is_nothing


def test_a_nudge_is_addressed_to_comms_else_commander_else_declarer():  # nudges 2
    assert told(fire(opened(), 15))["to"] == ["U1"]
    assert told(fire(opened(roles={"commander": "U2"}), 15))["to"] == ["U2"]
    assert told(fire(opened(roles={"commander": "U2", "comms": "U3"}), 15))["to"] == ["U3"]


def test_from_the_second_on_the_commander_is_named_too_and_nobody_twice():  # nudges 3
    first = fire(opened(roles={"comms": "U3"}), 15)
    assert told(first)["to"] == ["U3"]
    assert told(fire(first.incident, 30))["to"] == ["U3", "U1"]
    assert told(after(2))["to"] == ["U1"]


def test_a_repeat_knows_the_former_one_and_counts_what_went_unanswered():  # DR-2
    third = after(3)
    assert (told(third)["n"], told(third)["reminder"], told(third)["former"]) == (3, 3, 2)
    assert (third.incident.live_nudge, third.incident.nudge_due_at) == (3, minutes(60))
    assert told(third)["since"] == timedelta(minutes=45)


def test_numbers_of_nudges_go_on_after_an_update_and_reminders_begin_anew():
    answered = cadence.restarted(
        replace(after(2).incident, last_update_at=minutes(31)), policy().severities["P0"]
    )
    following = told(fire(answered, 46))
    assert (following["n"], following["reminder"], following["former"]) == (3, 1, None)


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({}, "declaration"),
        ({"last_update_at": minutes(1)}, "update"),
        ({"last_update_at": minutes(1), "reopened_at": minutes(2)}, "reopening"),
        ({"last_update_at": minutes(3), "reopened_at": minutes(2)}, "update"),
    ],
)
def test_a_nudge_says_what_it_counts_from(fields, words):
    assert told(fire(opened(**fields), 15))["anchor"] == words


def test_what_was_missed_becomes_one_nudge_that_says_how_late_it_is():  # DR-24
    late = fire(opened(), 50)
    assert told(late)["late"] == timedelta(minutes=35)
    assert late.incident.nudge_due_at == minutes(60)
    assert fire(late.incident, 50).is_nothing
    assert told(fire(opened(), 15.5))["late"] is None


def test_the_tenth_of_a_low_severity_says_that_it_is_the_last():  # nudges 3
    low = replace(opened(), severity="P2")
    assert told(fire(replace(low, reminders=8), 15))["last"] is False
    tenth = fire(replace(low, reminders=9), 15)
    assert (told(tenth)["last"], tenth.incident.nudge_due_at) == (True, None)


def test_a_nudge_ends_the_snooze_that_it_waited_for():
    woken = fire(opened(snoozed_until=minutes(40), nudge_due_at=minutes(40)), 40)
    assert woken.incident.snoozed_until is None
    assert told(woken)["late"] is None


def test_only_the_live_nudge_of_an_open_incident_is_still_wanted():  # DR-1
    third = after(3).incident
    assert nudges.is_wanted(third, 3)
    assert not nudges.is_wanted(third, 2)
    assert not nudges.is_wanted(replace(third, status=Status.RESOLVED), 3)
    assert not nudges.is_wanted(cadence.restarted(third, policy().severities["P0"]), 3)
