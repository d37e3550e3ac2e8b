"""How a response kept its pace (PRODUCT 5.4)."""

from dataclasses import replace
from datetime import time, timedelta

from bot.domain import pace
from bot.domain.incident import Status
from bot.domain.policy import Hours
from tests.records import START, incident, minutes, policy, state


def kept(steps):
    found = pace.cadence(incident(), steps, policy=policy())
    return found and (found.on_time, found.wanted, found.longest and found.longest.length)


def test_updates_are_on_time_until_the_instant_at_which_they_are_due():
    steps = [
        state(21, "update", due=minutes(21).isoformat()),
        state(40, "update", due=minutes(36).isoformat()),
        state(50, "resolved", due=minutes(55).isoformat()),
    ]
    assert kept(steps) == (1, 2, timedelta(minutes=19))
    assert kept([*steps[:2], state(60, "resolved", due=minutes(55).isoformat())]) == (
        1,
        3,
        timedelta(minutes=20),
    )
    assert kept([state(120, "resolved")]) is None


def test_a_due_time_that_a_change_of_pace_moved_stays_missed_once():  # R-COM-6
    missed = {"missed": minutes(21).isoformat()}
    update = state(100, "update", due=minutes(110).isoformat())
    for change in ("severity", "long", "pause", "phase", "undone"):
        steps = [state(10, "update", due=minutes(21).isoformat()), state(30, change, **missed), update]
        assert kept(steps)[:2] == (1, 2), change
    later = [state(110, "update", due=minutes(115).isoformat())]
    assert kept([*steps, state(31, "severity", **missed), *later])[:2] == (2, 3), "its own interval alone"
    before = [steps[0], state(20, "resolved", due=minutes(21).isoformat()), state(30, "severity", **missed)]
    assert kept(before)[:2] == (1, 1), "it ended before that time, which was told later"
    again = [state(40, "reopened"), state(50, "update", due=minutes(55).isoformat())]
    assert kept([*before, *again])[:2] == (2, 2), "it lay resolved at that time"


def test_what_was_taken_back_counts_for_nothing():  # R-COM-6, MD-2
    steps = [
        state(10, "update", due=minutes(21).isoformat()),
        replace(state(50, "resolved", due=minutes(25).isoformat()), deleted_at=minutes(60)),
        replace(state(30, "pause"), deleted_at=minutes(60)),
    ]
    assert kept(steps)[:2] == (1, 1)
    assert pace.paused(steps, minutes(90)) == timedelta()


def test_no_update_is_wanted_between_a_resolve_and_a_reopen():
    steps = [
        state(21, "update", due=minutes(21).isoformat()),
        state(30, "resolved"),
        state(80, "reopened"),
        state(90, "resolved"),
    ]
    assert kept(steps) == (1, 1, timedelta(minutes=15))


def test_time_is_counted_for_each_severity_while_open():
    steps = [
        state(6, "declared"),
        state(36, "severity", **{"from": "P2", "to": "P0"}),
        state(66, "resolved"),
        state(96, "reopened"),
        state(120, "resolved"),
    ]
    spent = pace.time_in_severity(incident(), steps, minutes(120))
    assert spent == {"P2": timedelta(minutes=30), "P0": timedelta(minutes=54)}


def test_silences_are_the_stretches_between_neighbours():
    times = [minutes(40), START, minutes(5), minutes(80)]
    found = pace.silences(times, timedelta(minutes=35))
    assert [(gap.start, gap.end) for gap in found] == [(minutes(40), minutes(80))]
    assert pace.longest(pace.silences(times)) == pace.Interval(start=minutes(40), end=minutes(80))


def hourly():
    """The built-in policy, P2 from 09:00 to 17:00 UTC on weekdays."""
    hours = Hours(zone="Etc/UTC", days=(0, 1, 2, 3, 4), start=time(9), end=time(17))
    severities = policy().severities
    return replace(policy(), severities={**severities, "P2": replace(severities["P2"], hours=hours)})


def longest_of(steps, **fields):
    found = pace.cadence(incident(**fields), steps, policy=hourly())
    assert found is not None
    assert found.longest is not None
    return found.longest.length


def test_a_pause_is_no_gap_also_where_somebody_posts_in_it():  # MD-2, R-COM-6
    steps = [
        state(16, "update"), state(20, "pause"), state(60, "update"), state(100, "resume"), state(105, "update"),
        state(110, "resolved"),
    ]  # fmt: skip
    assert longest_of(steps) == timedelta(minutes=10)


def test_a_pause_that_a_resolve_ended_is_no_gap_and_a_reopen_begins_anew():
    steps = [
        state(16, "update"),
        state(20, "pause"),
        state(80, "resolved"),
        state(90, "reopened"),
        state(103, "resolved"),
    ]
    assert longest_of(steps) == timedelta(minutes=13)


def test_what_lies_outside_of_working_hours_is_no_gap():  # START is a Monday, 14:02
    steps = [state(6 + 160, "update"), state(6 + 1_200, "update"), state(6 + 1_210, "resolved")]
    assert longest_of(steps, severity="P2") == timedelta(minutes=160)
    assert longest_of(steps, severity="P0") == timedelta(minutes=1_040)


def test_a_change_of_severity_ends_no_gap_and_brings_its_own_hours():
    up = state(700, "severity", **{"from": "P2", "to": "P0"})
    steps = [state(166, "update"), up, state(730, "update"), state(731, "resolved")]
    assert longest_of(steps) == timedelta(minutes=160), "from the raise on, the night counts: 30 min"
    between = state(60, "severity", **{"from": "P0", "to": "P1"})
    assert longest_of([between, state(126, "update")]) == timedelta(minutes=120)


def test_an_update_that_is_overdue_now_counts_and_so_does_the_silence():  # R-COM-6
    running = incident(status=Status.MONITORING, update_due_at=minutes(31))
    steps = [state(16, "update", due=minutes(21).isoformat())]
    for at, wanted, longest in ((31, 1, 15), (60, 2, 44)):
        found = pace.cadence(running, steps, policy=policy(), until=minutes(at))
        assert found is not None
        assert (found.on_time, found.wanted) == (1, wanted)
        assert found.longest is not None
        assert found.longest.length == timedelta(minutes=longest)
