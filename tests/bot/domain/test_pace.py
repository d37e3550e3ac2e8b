"""How a response kept its pace (PRODUCT 5.4)."""

from datetime import timedelta

from bot.domain import pace
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
