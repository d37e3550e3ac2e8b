"""Periods of metrics, as people type them; whole days in the organisation's zone."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from bot.domain.refusal_scores import PeriodBackwards, UnknownPeriod
from bot.domain.score_period import before, parse_period

TODAY = date(2026, 3, 2)


@pytest.mark.parametrize(
    ("typed", "dates"),
    [
        ("", "2026-02-01 to 2026-03-02"),
        ("30d", "2026-02-01 to 2026-03-02"),
        ("last 90 days", "2025-12-03 to 2026-03-02"),
        ("1d", "2026-03-02"),
        ("quarter", "2026-01-01 to 2026-03-31"),
        ("last-quarter", "2025-10-01 to 2025-12-31"),
        ("Last Quarter", "2025-10-01 to 2025-12-31"),
        ("month", "2026-03-01 to 2026-03-31"),
        ("last month", "2026-02-01 to 2026-02-28"),
        ("year", "2026-01-01 to 2026-12-31"),
        ("last-year", "2025-01-01 to 2025-12-31"),
        ("2024", "2024-01-01 to 2024-12-31"),
        ("2024-Q1", "2024-01-01 to 2024-03-31"),
        ("2024 q4", "2024-10-01 to 2024-12-31"),
        ("2024-02", "2024-02-01 to 2024-02-29"),
        ("2024-03-15", "2024-03-15"),
        ("2024-03-01..2024-03-20", "2024-03-01 to 2024-03-20"),
        ("2024-Q1..2024-Q2", "2024-01-01 to 2024-06-30"),
        ("2026-02-20..", "2026-02-20 to 2026-03-02"),
    ],
)
def test_a_period_is_what_people_mean(typed: str, dates: str):
    assert parse_period(typed, TODAY).dates == dates


@pytest.mark.parametrize(
    "typed",
    [
        "0d",
        "9999d",
        "2024-13",
        "2024-Q5",
        "2024-02-30",
        "soon",
        "..2024",
        "٣0d",
        "0001-Q1",
        "9999",
        "2024..9999-12",
    ],
)
def test_anything_else_is_refused(typed: str):
    with pytest.raises(UnknownPeriod):
        parse_period(typed, TODAY)


def test_one_that_ends_before_it_begins_is_refused_with_the_right_order():
    with pytest.raises(PeriodBackwards) as refused:
        parse_period("2024-03-20..2024-03-01", TODAY)
    assert refused.value.next_step == "/incident metrics 2024-03-01..2024-03-20"


@pytest.mark.parametrize(
    ("typed", "dates"),
    [
        ("2024-Q1", "2023-10-01 to 2023-12-31"),
        ("2024-03", "2024-02-01 to 2024-02-29"),
        ("2024", "2023-01-01 to 2023-12-31"),
        ("30d", "2026-01-02 to 2026-01-31"),
    ],
)
def test_the_one_before_is_of_the_same_kind(typed: str, dates: str):
    assert before(parse_period(typed, TODAY)).dates == dates


def test_what_a_period_is_typed_as_means_the_same_period():
    for typed in ("30d", "quarter", "2024-03", "2024-03-01..2024-03-20", "last-year"):
        period = parse_period(typed, TODAY)
        assert parse_period(period.typed, TODAY) == period


def test_its_days_begin_at_midnight_of_the_zone_also_where_clocks_change():
    march = parse_period("2024-03", TODAY)
    pacific = ZoneInfo("America/Los_Angeles")
    assert march.start(pacific) == datetime(2024, 3, 1, 8, tzinfo=UTC)
    assert march.end(pacific) == datetime(2024, 4, 1, 7, tzinfo=UTC)
