"""Days on which follow-ups are due, as people type them."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.followup_days import day_first, print_day, read_day
from bot.domain.refusal_followup import DayInOtherOrder, DayTooFar, UnknownDay

MONDAY = date(2026, 3, 2)


@pytest.mark.parametrize(
    ("typed", "day"),
    [
        ("2026-04-30", date(2026, 4, 30)),
        ("today", MONDAY),
        ("Tomorrow.", date(2026, 3, 3)),
        ("yesterday", date(2026, 3, 1)),
        ("30d", date(2026, 4, 1)),
        ("in 2 weeks", date(2026, 3, 16)),
        ("2w", date(2026, 3, 16)),
        ("6mo", date(2026, 9, 2)),
        ("1 year", date(2027, 3, 2)),
        ("friday", date(2026, 3, 6)),
        ("next monday", date(2026, 3, 9)),
        ("30 April", date(2026, 4, 30)),
        ("Apr 30th, 2027", date(2027, 4, 30)),
        ("1 Feb", date(2027, 2, 1)),
    ],
)
def test_what_people_type(typed: str, day: date) -> None:
    assert read_day(typed, today=MONDAY) == day


def test_a_month_from_the_last_day_is_the_last_day_of_a_shorter_one() -> None:
    assert read_day("1mo", today=date(2026, 1, 31)) == date(2026, 2, 28)


@pytest.mark.parametrize("typed", ["", "soon", "2026-02-30", "29 Feb 2027", "9" * 200, "ma", "31 June"])
def test_what_is_no_day(typed: str) -> None:
    with pytest.raises(UnknownDay):
        read_day(typed, today=MONDAY)


@pytest.mark.parametrize("typed", ["03/04", "3.4.2026", "2026/04/30"])
def test_what_could_be_several_days(typed: str) -> None:
    with pytest.raises(DayInOtherOrder):
        read_day(typed, today=MONDAY)


@pytest.mark.parametrize("typed", ["2050-01-01", "9999d", "1999-12-31", "6 years"])
def test_what_is_too_far_away(typed: str) -> None:
    with pytest.raises(DayTooFar):
        read_day(typed, today=MONDAY)


@given(st.dates(min_value=MONDAY - timedelta(days=1_800), max_value=MONDAY + timedelta(days=1_800)))
def test_what_is_printed_reads_back_as_the_same(day: date) -> None:
    assert read_day(print_day(day), today=MONDAY) == day
    assert day_first(f"{print_day(day)} the vendor is late", today=MONDAY) == (day, "the vendor is late")


def test_the_reason_follows_the_day() -> None:
    assert day_first("30d waiting for the vendor", today=MONDAY) == (
        date(2026, 4, 1),
        "waiting for the vendor",
    )
    assert day_first("in 2 weeks it ships", today=MONDAY) == (date(2026, 3, 16), "it ships")
    with pytest.raises(UnknownDay, match="'later'"):
        day_first("later on", today=MONDAY)
