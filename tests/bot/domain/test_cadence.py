"""When updates are due and reminders go out (R-COM-1 to R-COM-4; the nudge state machine of PRODUCT section 4)."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain import cadence
from bot.domain.incident import Incident
from tests.records import policy

AT = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
P0, P1, P2, P3 = (policy().severities[level] for level in ("P0", "P1", "P2", "P3"))


def minutes(count: float) -> datetime:
    return AT + timedelta(minutes=count)


def opened(**fields) -> Incident:
    """Declared at AT, its clock running at P0's pace."""
    fresh = Incident(ref="INC-2026-0302-001", severity="P0", declared_by="U1", declared_at=AT)
    return replace(cadence.restarted(fresh, P0), **fields)


@pytest.mark.parametrize(("severity", "due"), [(P0, 15), (P1, 30), (P2, 60), (P3, 240)])
def test_an_update_is_due_one_cadence_after_the_declaration(severity, due):  # R-COM-1 to R-COM-4
    of = cadence.restarted(opened(), severity)
    assert (of.update_due_at, of.nudge_due_at) == (minutes(due), minutes(due))
    assert not cadence.is_overdue(of, minutes(due) - timedelta(seconds=1))
    assert cadence.is_overdue(of, minutes(due))


def test_the_cadence_counts_from_the_latest_of_declaration_update_and_reopen():
    assert cadence.anchor(opened()) == AT
    assert cadence.anchor(opened(last_update_at=minutes(7))) == minutes(7)
    assert cadence.anchor(opened(last_update_at=minutes(7), reopened_at=minutes(90))) == minutes(90)


@pytest.mark.parametrize(("promised", "due"), [(5, 5), (25, 25), (30, 30), (31, 30), (600, 30)])
def test_a_promise_holds_up_to_twice_the_cadence(promised, due):  # nudges 1
    of = cadence.restarted(opened(), P0, promised=timedelta(minutes=promised))
    assert of.update_due_at == minutes(due)


def test_a_restarted_clock_forgets_reminders_and_snooze():
    of = cadence.restarted(opened(reminders=4, live_nudge=4, snoozed_until=minutes(40)), P0)
    assert (of.reminders, of.live_nudge, of.snoozed_until) == (0, None, None)


def test_a_silenced_incident_wants_nothing():  # DR-1
    of = cadence.silenced(opened(reminders=4, live_nudge=4, snoozed_until=minutes(40)))
    assert (of.update_due_at, of.nudge_due_at, of.live_nudge) == (None, None, None)


def test_a_raise_counts_from_the_same_anchor():  # nudges 4
    of = cadence.restarted(opened(), P2)
    assert cadence.at_severity(of, P2, P0, minutes(5)).nudge_due_at == minutes(15)


def test_a_raise_past_the_new_due_time_gives_two_minutes():  # nudges 4
    of = cadence.restarted(opened(), P2)
    raised = cadence.at_severity(of, P2, P0, minutes(20))
    assert (raised.update_due_at, raised.nudge_due_at) == (minutes(22), minutes(22))
    assert cadence.at_severity(of, P2, P0, minutes(15)).nudge_due_at == minutes(17)


def test_a_raise_ends_a_snooze_and_a_drop_does_not():  # DR-5
    of = replace(cadence.restarted(opened(), P1), snoozed_until=minutes(80), nudge_due_at=minutes(80))
    raised = cadence.at_severity(of, P1, P0, minutes(5))
    assert (raised.snoozed_until, raised.nudge_due_at) == (None, minutes(15))
    dropped = cadence.at_severity(of, P1, P2, minutes(5))
    assert (dropped.update_due_at, dropped.nudge_due_at) == (minutes(60), minutes(80))


def test_a_drop_withdraws_what_is_not_due_any_more():  # nudges 4
    of = opened(live_nudge=1, reminders=1, nudge_due_at=minutes(30))
    dropped = cadence.at_severity(of, P0, P2, minutes(20))
    assert (dropped.live_nudge, dropped.reminders, dropped.nudge_due_at) == (None, 0, minutes(60))


@pytest.mark.parametrize(("at", "following"), [(60, 120), (70, 120), (125, 180)])
def test_a_drop_keeps_what_is_due_still_and_slows_what_follows(at, following):  # nudges 4
    of = opened(live_nudge=4, reminders=4, nudge_due_at=minutes(130))
    dropped = cadence.at_severity(of, P0, P2, minutes(at))
    assert (dropped.live_nudge, dropped.reminders) == (4, 4)
    assert (dropped.update_due_at, dropped.nudge_due_at) == (minutes(15), minutes(following)), "since then"


def test_what_is_overdue_stays_overdue_whatever_the_pace():  # DR-2, R-COM-6, nudges 4
    of = opened(live_nudge=4, reminders=4, nudge_due_at=minutes(75))
    long = cadence.later(of, replace(P0, update_every=timedelta(minutes=30)), minutes(66))
    back = cadence.sooner(long, P0, minutes(67))
    assert (long.update_due_at, long.reminders, long.nudge_due_at) == (minutes(15), 4, minutes(90))
    assert back == of
    lower = cadence.at_severity(of, P0, P2, minutes(66))
    raised = cadence.at_severity(lower, P2, P0, minutes(67))
    assert (raised.update_due_at, raised.reminders) == (minutes(15), 4)
    assert (raised.nudge_due_at, raised.live_nudge) == (minutes(69), None), (
        "the raise brings it in two minutes"
    )


def test_a_reminder_that_is_due_at_this_moment_and_a_snooze_stay_where_the_pace_changes():  # DR-5, DR-24
    down = opened()
    assert cadence.at_severity(down, P0, P1, minutes(40)).nudge_due_at == minutes(15)
    snoozed = opened(snoozed_until=minutes(50), nudge_due_at=minutes(50))
    assert cadence.at_severity(snoozed, P0, P1, minutes(40)).nudge_due_at == minutes(50)


def test_the_two_minutes_after_a_raise_stand_where_it_is_lowered_within_them():  # nudges 4
    raised = cadence.at_severity(cadence.restarted(opened(), P2), P2, P0, minutes(40))
    lower = cadence.at_severity(raised, P0, P1, minutes(41))
    assert (lower.update_due_at, lower.nudge_due_at) == (minutes(42), minutes(42)), "never in the past"


def test_a_due_time_that_passed_is_kept_where_a_change_moves_it():  # R-COM-6
    of = opened()
    moved = cadence.at_severity(of, P0, P2, minutes(20))
    assert cadence.missed(of, moved, minutes(20)) == {"missed": minutes(15).isoformat()}
    assert cadence.missed(of, moved, minutes(15)) == {}, "it came at the instant"
    assert cadence.missed(of, of, minutes(20)) == {}, "it stands"


def test_a_drop_after_more_reminders_than_the_limit_ends_them():  # nudges 3
    of = opened(live_nudge=12, reminders=12, nudge_due_at=minutes(195))
    assert cadence.at_severity(of, P0, P2, minutes(190)).nudge_due_at is None


@pytest.mark.parametrize(
    ("severity", "asked", "granted"),
    [(P0, 20, 20), (P0, 31, 30), (P1, 90, 60), (P2, 900, 900), (P3, 900, 900)],
)
def test_a_snooze_is_capped_where_the_severity_has_a_limit(severity, asked, granted):  # DR-5
    assert cadence.snooze_cap(timedelta(minutes=asked), severity) == timedelta(minutes=granted)


def test_reminders_of_low_severities_end_at_the_limit():  # nudges 3
    assert cadence.next_nudge(opened(reminders=8), P2, minutes(15)) is not None
    assert cadence.next_nudge(opened(reminders=9), P2, minutes(15)) is None
    assert cadence.next_nudge(opened(reminders=99), P0, minutes(15)) is not None


@given(st.integers(min_value=0, max_value=10**7))
def test_the_next_reminder_lies_on_the_grid_within_one_cadence(late: int):  # DR-24
    at = minutes(15) + timedelta(seconds=late)
    following = cadence.next_nudge(opened(), P0, at)
    assert following is not None
    assert at < following <= at + P0.update_every
    assert (following - AT) % P0.update_every == timedelta()


def test_a_pause_rests_reminders_and_the_cadence_counts_from_its_end():  # DR-1, nudges 1
    paused = cadence.restarted(opened(paused_at=minutes(5), paused_until=minutes(100)), P2)
    assert (paused.update_due_at, paused.nudge_due_at) == (minutes(160), None)
    promised = cadence.restarted(paused, P2, promised=timedelta(minutes=5))
    assert promised.update_due_at == minutes(160)
    assert cadence.at_severity(paused, P2, P3, minutes(20)).nudge_due_at is None
    assert cadence.anchor(opened(resumed_at=minutes(50), last_update_at=minutes(7))) == minutes(50)


def test_a_pause_that_ended_is_added_up_and_never_negative():  # MD-2
    paused = opened(paused_at=minutes(5), paused_until=minutes(100), paused_seconds=60)
    ended = cadence.rested(paused, minutes(7))
    assert (ended.paused_at, ended.paused_until, ended.paused_seconds) == (None, None, 180)
    assert cadence.rested(paused, minutes(4)).paused_seconds == 60
    assert cadence.rested(ended, minutes(9)) is ended


def test_what_is_resolved_is_paused_no_more_from_then_on():  # DR-1, MD-2
    of = cadence.silenced(opened(paused_at=minutes(5), paused_until=minutes(100), resolved_at=minutes(15)))
    assert (of.paused_until, of.paused_seconds) == (None, 600)


def test_the_end_of_reminders_plans_a_question_and_a_restart_takes_it_back():  # DR-22
    ended = cadence.reminded(opened(), None, P2, minutes(60))
    assert ended.nudge_due_at is None
    assert ended.due["stale"] == minutes(60) + P2.stale_after
    assert "stale" not in cadence.restarted(replace(ended, stale_prompts=2), P2).due
    assert cadence.restarted(replace(ended, stale_prompts=2), P2).stale_prompts == 0
    assert cadence.reminded(opened(), minutes(70), P2, minutes(60)).due == {}


def test_a_dropped_severity_after_the_limit_plans_the_question():  # nudges 3, DR-22
    of = opened(live_nudge=12, reminders=12, nudge_due_at=minutes(195))
    assert cadence.at_severity(of, P0, P2, minutes(190)).due["stale"] == minutes(190) + P2.stale_after
