"""Working hours: what falls outside of them waits until the next ones begin, on the clock of their own zone."""

from datetime import UTC, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.hours import stretches, within
from bot.domain.policy import Hours

PACIFIC = ZoneInfo("America/Los_Angeles")
WEEK = (0, 1, 2, 3, 4)
EVERY_DAY = (*WEEK, 5, 6)


def hours(start: str = "09:00", end: str = "17:00", days=WEEK, zone: str = "America/Los_Angeles") -> Hours:
    return Hours(zone=zone, days=days, start=time.fromisoformat(start), end=time.fromisoformat(end))


def at(text: str, fold: int = 0) -> datetime:
    """A time on the wall in Los Angeles."""
    return datetime.fromisoformat(text).replace(tzinfo=PACIFIC, fold=fold).astimezone(UTC)


@pytest.mark.parametrize(
    ("given_at", "moved"),
    [
        ("2024-03-06 09:00", "2024-03-06 09:00"),
        ("2024-03-06 16:59:59", "2024-03-06 16:59:59"),
        ("2024-03-06 17:00", "2024-03-07 09:00"),
        ("2024-03-06 08:59:59", "2024-03-06 09:00"),
        ("2024-03-07 00:00", "2024-03-07 09:00"),
        ("2024-03-08 18:00", "2024-03-11 09:00"),  # a weekend, in which clocks went forward
        ("2024-03-10 02:59", "2024-03-11 09:00"),
        ("2024-11-01 18:00", "2024-11-04 09:00"),  # a weekend, in which clocks went back
    ],
)
def test_what_falls_outside_moves_to_the_next_beginning(given_at, moved):
    assert within(at(given_at), hours()) == at(moved)


def test_without_hours_nothing_moves():
    night = at("2024-03-10 03:00")
    assert within(night, None) is night


def test_the_beginning_is_the_same_on_the_wall_before_and_after_clocks_change():
    assert within(at("2024-03-09 20:00"), hours(days=EVERY_DAY)) == datetime(2024, 3, 10, 16, tzinfo=UTC)
    assert within(at("2024-03-08 20:00"), hours(days=EVERY_DAY)) == datetime(2024, 3, 9, 17, tzinfo=UTC)


def test_a_beginning_that_clocks_leave_out_is_the_instant_after_the_gap():
    early = hours("02:30", "10:00", EVERY_DAY)
    assert within(at("2024-03-10 01:00"), early) == at("2024-03-10 03:30")


def test_a_beginning_that_comes_twice_is_never_before_the_time_itself():
    early = hours("01:30", "10:00", EVERY_DAY)
    assert within(at("2024-11-03 01:10"), early) == at("2024-11-03 01:30")
    second = at("2024-11-03 01:10", fold=1)
    assert within(second, early) == at("2024-11-03 01:30", fold=1)


def test_a_span_of_a_whole_day_moves_next_to_nothing():
    always = hours("00:00", "23:59:59.999999", EVERY_DAY)
    for text in ("2024-03-06 00:00", "2024-03-09 12:00", "2024-03-06 23:59:59"):
        assert within(at(text), always) == at(text)


@given(st.integers(0, 366 * 24 * 60), st.sampled_from(
    [hours(), hours("01:30", "02:30", (6,)), hours("00:00", "23:59"), hours("22:00", "23:00", (2,), "Asia/Kolkata")]
))  # fmt: skip
def test_a_moved_time_is_never_earlier_and_lies_in_working_hours(minute, kept):
    instant = datetime(2024, 1, 1, tzinfo=UTC) + timedelta(minutes=minute)
    moved = within(instant, kept)
    assert instant <= moved <= instant + timedelta(days=9)
    assert within(moved, kept) == moved


def test_a_stretch_is_cut_to_working_hours():
    parts = list(stretches(at("2024-03-08 16:50"), at("2024-03-11 09:30"), hours()))
    assert parts == [
        (at("2024-03-08 16:50"), at("2024-03-08 17:00")), (at("2024-03-11 09:00"), at("2024-03-11 09:30")),
    ]  # fmt: skip
    assert list(stretches(at("2024-03-09 10:00"), at("2024-03-10 10:00"), hours())) == []
    night = (at("2024-03-09 10:00"), at("2024-03-10 10:00"))
    assert list(stretches(*night, None)) == [night]


@given(st.integers(0, 20 * 24 * 60), st.integers(0, 10_000))
def test_stretches_are_in_order_and_do_not_touch(minute, minutes):
    start = datetime(2024, 10, 20, tzinfo=UTC) + timedelta(minutes=minute)
    end = start + timedelta(minutes=minutes)
    parts = list(stretches(start, end, hours("00:30", "01:45", EVERY_DAY)))
    assert all(start <= a < b <= end for a, b in parts)
    assert all(b < c for (_, b), (c, _) in pairwise(parts))


def test_a_stretch_in_the_hour_that_comes_twice_ends():
    start, end = at("2024-11-03 01:10", fold=1), at("2024-11-03 05:00")
    assert list(stretches(start, end, hours("00:30", "01:45", EVERY_DAY))) == [
        (start, at("2024-11-03 01:45", fold=1))
    ]
