"""Times to come, as people type them for the end of a pause (PRODUCT 2.2)."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain import refusal, refusal_pace
from bot.domain.refusal import Refusal
from bot.domain.times import parse_ahead

PACIFIC = ZoneInfo("America/Los_Angeles")
NOW = datetime(2024, 3, 9, 18, 0, tzinfo=UTC)  # Saturday, 10:00 on the wall; clocks go forward the next night


def read(text, *, now=NOW):
    return parse_ahead(text, now=now, zone=PACIFIC)


@pytest.mark.parametrize(
    ("text", "wall"),
    [
        ("2h", "2024-03-09 12:00"),
        ("1h30m", "2024-03-09 11:30"),
        ("1d", "2024-03-10 11:00"),  # 24 hours, in a night that lasted one less
        ("14:00", "2024-03-09 14:00"),
        ("2:30 pm", "2024-03-09 14:30"),
        ("09:59", "2024-03-10 09:59"),
        ("10:00", "2024-03-10 10:00"),
        ("today 10:01", "2024-03-09 10:01"),
        ("tomorrow 09:00", "2024-03-10 09:00"),
        ("Tomorrow 9:00 am", "2024-03-10 09:00"),
        ("2024-03-11 07:15", "2024-03-11 07:15"),
        ("2024-03-11T07:15", "2024-03-11 07:15"),
        ("21:00 UTC", "2024-03-09 13:00"),
        ("13:00 EST", "2024-03-10 10:00"),  # Eastern, where 13:00 is now: tomorrow's, in daylight time
        ("2025-03-10 10:00", "2025-03-10 10:00"),
    ],
)
def test_a_time_to_come_is_read_on_the_callers_wall(text, wall):
    assert read(text).at == datetime.fromisoformat(wall).replace(tzinfo=PACIFIC)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("", refusal_pace.UnknownTimeAhead),
        ("soon", refusal_pace.UnknownTimeAhead),
        ("25:00", refusal_pace.UnknownTimeAhead),
        ("-2h", refusal_pace.UnknownTimeAhead),
        ("2024-02-31 10:00", refusal_pace.UnknownTimeAhead),
        ("0001-01-01 10:00", refusal_pace.UnknownTimeAhead),
        ("x" * 5000, refusal_pace.UnknownTimeAhead),
        ("0h", refusal.DurationNotPositive),
        ("400d", refusal.DurationTooLong),
        ("2025-03-11 10:00", refusal.DurationTooLong),
        ("9999-12-31 10:00", refusal.DurationTooLong),
        ("tomorrow", refusal.DateWithoutTime),
        ("14:00 XYZ", refusal.UnknownZone),
        ("2024-03-10 02:30", refusal.NoSuchLocalTime),
        ("today 10:00", refusal_pace.TimeIsPast),
        ("2024-03-08 10:00", refusal_pace.TimeIsPast),
    ],
)
def test_what_is_no_time_to_come_is_refused(text, kind):
    with pytest.raises(kind):
        read(text)


@given(st.text(max_size=30))
def test_whatever_is_typed_is_a_time_to_come_or_a_refusal(text):
    try:
        at = read(text).at
    except Refusal:
        return
    assert NOW < at <= NOW + timedelta(days=368)
