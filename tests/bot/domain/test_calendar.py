"""When the calendar reminds people: the first working day of a month, quarter or year (R-DRL-1)."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.calendar import latest, read_month
from bot.domain.policy import Reminder
from bot.domain.policy_file import read_policy
from bot.domain.refusal_calendar import UnknownDigest
from bot.settings import DEFAULT_POLICY

DEFAULT = DEFAULT_POLICY.read_text(encoding="utf-8")
PACIFIC = ZoneInfo("America/Los_Angeles")


def reminder(every: str, at: str = "09:00", days: tuple[int, ...] = ()) -> Reminder:
    return Reminder(name="x", every=every, days=days, at=time.fromisoformat(at), channel="", text="x")


@pytest.mark.parametrize(
    ("every", "now", "period", "due"),
    [
        ("monthly", "2026-04-01 09:00", "2026-04", "2026-04-01 09:00"),
        ("monthly", "2026-04-01 08:59", "2026-03", "2026-03-02 09:00"),
        ("monthly", "2026-08-02 12:00", "2026-07", "2026-07-01 09:00"),
        ("monthly", "2026-08-31 12:00", "2026-08", "2026-08-03 09:00"),
        ("monthly", "2026-01-01 00:00", "2025-12", "2025-12-01 09:00"),
        ("quarterly", "2026-03-31 23:59", "2026-01", "2026-01-01 09:00"),
        ("quarterly", "2026-04-01 09:00", "2026-04", "2026-04-01 09:00"),
        ("quarterly", "2026-12-31 09:00", "2026-10", "2026-10-01 09:00"),
        ("yearly", "2027-12-31 09:00", "2027-01", "2027-01-01 09:00"),
        ("yearly", "2028-01-02 09:00", "2027-01", "2027-01-01 09:00"),
        ("yearly", "2028-01-03 09:00", "2028-01", "2028-01-03 09:00"),
    ],
)
def test_the_last_time_that_it_was_due(every, now, period, due):
    found = latest(reminder(every), PACIFIC, datetime.fromisoformat(now).replace(tzinfo=PACIFIC))
    assert (found.period, found.at) == (period, datetime.fromisoformat(due).replace(tzinfo=PACIFIC))
    assert found.at.tzinfo is UTC


def test_the_hour_on_the_wall_is_the_same_in_summer_and_winter():
    summer = latest(reminder("monthly"), PACIFIC, datetime(2026, 7, 9, tzinfo=UTC))
    winter = latest(reminder("monthly"), PACIFIC, datetime(2026, 12, 9, tzinfo=UTC))
    assert (summer.at.hour, winter.at.hour) == (16, 17)


@given(st.integers(0, 5 * 366 * 24 * 60), st.sampled_from(["monthly", "quarterly", "yearly"]))
def test_it_is_never_in_the_future_and_each_period_has_one(minute, every):
    now = datetime(2024, 1, 1, tzinfo=UTC) + timedelta(minutes=minute)
    found = latest(reminder(every, "23:59"), PACIFIC, now)
    assert found.at <= now
    assert latest(reminder(every, "23:59"), PACIFIC, found.at) == found
    before = latest(reminder(every, "23:59"), PACIFIC, found.at - timedelta(seconds=1))
    assert before.period < found.period
    assert found.at.astimezone(PACIFIC).weekday() < 5


def test_what_is_some_minutes_late_is_not_called_late():
    found = latest(reminder("monthly"), PACIFIC, datetime(2026, 7, 9, tzinfo=UTC))
    assert found.late(found.at + timedelta(minutes=9)) is None
    assert found.late(found.at + timedelta(hours=2)) == timedelta(hours=2)


def test_a_week_of_work_begins_where_the_policy_says():
    """Sunday to Thursday: 2026-05-01 is a Friday, and the first working day is Sunday the third."""
    policy = read_policy(DEFAULT, '[working_hours]\ndays = ["sun", "mon", "tue", "wed", "thu"]\n')
    found = latest(reminder("monthly"), PACIFIC, datetime(2026, 5, 9, tzinfo=UTC), days=policy.working_days)
    assert found.at.astimezone(PACIFIC) == datetime(2026, 5, 3, 9, tzinfo=PACIFIC)
    usual = latest(
        reminder("monthly"), PACIFIC, datetime(2026, 5, 9, tzinfo=UTC), days=read_policy(DEFAULT).working_days
    )
    assert usual.at.astimezone(PACIFIC) == datetime(2026, 5, 1, 9, tzinfo=PACIFIC)


@pytest.mark.parametrize(
    ("days", "now", "period", "due"),
    [
        ((2,), "2024-05-01 09:00", "2024-04-29", "2024-05-01 09:00"),
        ((2,), "2024-05-01 08:59", "2024-04-22", "2024-04-24 09:00"),
        ((2,), "2024-05-05 23:59", "2024-04-29", "2024-05-01 09:00"),
        ((2,), "2025-01-01 09:00", "2024-12-30", "2025-01-01 09:00"),
        ((0, 3), "2024-05-01 09:00", "2024-04-29", "2024-04-29 09:00"),
        ((0, 3), "2024-05-02 09:00", "2024-04-29.2", "2024-05-02 09:00"),
        ((0, 3), "2024-04-29 08:00", "2024-04-22.2", "2024-04-25 09:00"),
        ((6,), "2024-05-04 12:00", "2024-04-22", "2024-04-28 09:00"),
        ((), "2024-05-01 12:00", "2024-04-29", "2024-04-29 09:00"),
    ],
)
def test_the_last_time_of_a_week(days, now, period, due):
    """R-REV-1: 1 May 2024 is a Wednesday."""
    found = latest(
        reminder("weekly", days=days), PACIFIC, datetime.fromisoformat(now).replace(tzinfo=PACIFIC)
    )
    assert (found.period, found.at) == (period, datetime.fromisoformat(due).replace(tzinfo=PACIFIC))


def test_a_week_of_work_may_begin_on_sunday():
    found = latest(reminder("weekly"), PACIFIC, datetime(2024, 5, 2, tzinfo=UTC), days=(6, 0, 1, 2, 3))
    assert found.at.astimezone(PACIFIC) == datetime(2024, 4, 28, 9, tzinfo=PACIFIC)


@given(st.integers(0, 2 * 366 * 24 * 60), st.sets(st.integers(0, 6), min_size=1))
def test_each_of_its_times_comes_once_each_week(minute, days):
    """R-REV-1: also where clocks are put forward and back, and at the turn of a year."""
    asked = reminder("weekly", "02:30", tuple(sorted(days)))
    now = datetime(2024, 1, 8, tzinfo=UTC) + timedelta(minutes=minute)
    found = latest(asked, PACIFIC, now)
    assert found.at <= now
    assert latest(asked, PACIFIC, found.at) == found
    assert found.at.astimezone(PACIFIC).weekday() in days
    before = latest(asked, PACIFIC, found.at - timedelta(seconds=1))
    assert before.period < found.period
    assert timedelta(hours=23) <= found.at - before.at <= timedelta(days=7, hours=1)


def test_a_change_of_the_day_or_zone_makes_no_second_one_in_a_week():
    """R-REV-1: the period stays the same, so it counts as told."""
    wednesday = latest(reminder("weekly", days=(2,)), PACIFIC, datetime(2024, 5, 2, tzinfo=UTC))
    friday = latest(reminder("weekly", days=(4,)), PACIFIC, datetime(2024, 5, 4, tzinfo=UTC))
    moved = latest(reminder("weekly", days=(2,)), ZoneInfo("Asia/Tokyo"), datetime(2024, 5, 2, tzinfo=UTC))
    assert wednesday.period == friday.period == moved.period
    assert wednesday.at < friday.at


def test_a_month_is_read_within_the_years_that_can_be_reckoned_with():
    assert read_month("2026-04") == date(2026, 4, 1)
    assert read_month("Last month") is None
    for wrong in ("2026-13", "0001-01", "9999-12", "soon"):
        with pytest.raises(UnknownDigest):
            read_month(wrong)
