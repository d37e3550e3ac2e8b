"""Times as people write them around the world: 12 hours, other digits, half hours, other orders of a date."""

from collections.abc import Callable
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.hours import within
from bot.domain.policy import Hours
from bot.domain.refusal import DateInOtherOrder, NoSuchLocalTime, UnknownTime
from bot.domain.times import Moment, parse_ahead, parse_duration, parse_time, print_clock, print_moment
from bot.domain.words import parse, split

NOW = datetime(2026, 3, 2, 20, 0, tzinfo=UTC)
TIMES = frozenset({"at"})


def read(text: str, zone: str = "Etc/UTC") -> str:
    return f"{parse_time(text, now=NOW, zone=ZoneInfo(zone)).at:%Y-%m-%d %H:%M}"


@pytest.mark.parametrize(
    ("written", "clock"),
    [
        ("2:30pm", "14:30"), ("2:30 pm", "14:30"), ("2:30 PM", "14:30"), ("2:30 p.m.", "14:30"), ("2.30 pm", "14:30"),
        ("2.30pm", "14:30"), ("2pm", "14:00"), ("12am", "00:00"), ("12:30 pm", "12:30"), ("2:30", "02:30"),
        ("14:30", "14:30"), ("14h30", "14:30"), ("9 h 05", "09:05"), ("9H05", "09:05"), ("１４：３０", "14:30"),
        ("２:３０ｐｍ", "14:30"),
        ("٩:٢٣", "09:23"), ("\u200f٠٩:٢٣\u200f", "09:23"), ("۱۴:۳۰", "14:30"), ("१४:३०", "14:30"),
        ("2:30\u202fPM", "14:30"),
    ],
)  # fmt: skip
def test_a_time_of_day_is_read_in_each_form(written: str, clock: str) -> None:
    """Without its half a time is of 24 hours: 2:30 is at night."""
    assert read(written) == f"2026-03-02 {clock}"


@pytest.mark.parametrize(
    ("line", "at", "rest"),
    [
        ("down at=2:30pm", "2:30pm", "down"), ("down at=2.30 pm", "2.30 pm", "down"),
        ("at=2:30 p.m. down", "2:30 p.m.", "down"),
        ("at=2.30 pm PST down", "2.30 pm PST", "down"), ("at=14h30 down", "14h30", "down"),
        ("at=٩:٢٣ down", "٩:٢٣", "down"),
    ],
)  # fmt: skip
def test_a_command_takes_the_whole_of_it(line: str, at: str, rest: str) -> None:
    said = split(line, time_keys=TIMES)
    assert (said.one("at"), said.text) == (at, rest)
    assert read(at)


@pytest.mark.parametrize("written", ["2h30", "14h30", "14 h 30"])
def test_of_a_time_to_come_the_same_could_be_a_span_and_is_refused(written: str) -> None:
    with pytest.raises(UnknownTime, match="Write 2h, 14:00"):
        parse_ahead(written, now=NOW, zone=UTC)


NO_TIMES = ["2.30", "13:30pm", "0:30am", "25:00", "2:3pm", "1430", "half past two", "٢٥:٠٠"]


@pytest.mark.parametrize("written", NO_TIMES)
def test_what_is_no_time_is_refused_with_the_forms(written: str) -> None:
    with pytest.raises(UnknownTime) as caught:
        read(written)
    assert "Write -10m, 09:23, 09:23:15 UTC, 2024-03-15 09:23 or now" in caught.value.sentence


@pytest.mark.parametrize(
    "written",
    [
        "03/04/2026 09:23",
        "3/4/26 9:23",
        "3/4 09:23",
        "04.03.2026 09:23",
        "4-3-2026 09:23",
        "2026/03/02 09:23",
        "٠٣/٠٤/٢٠٢٦ ٠٩:٢٣",
    ],
)
@pytest.mark.parametrize("read_it", [parse_time, parse_ahead])
def test_a_date_in_another_order_is_refused_and_told_the_form(
    written: str, read_it: Callable[..., Moment]
) -> None:
    with pytest.raises(DateInOtherOrder, match="Write it like 2024-03-15 09:23: year, month and day"):
        read_it(written, now=NOW, zone=UTC)


def test_durations_of_other_digits() -> None:
    assert parse_duration("١٥m") == parse_duration("１５ｍ") == parse_duration("15m")


@pytest.mark.parametrize(
    ("zone", "written", "utc", "echo"),
    [
        ("Asia/Kolkata", "09:23", "2026-03-02 03:53", "09:23:00 IST (03:53:00 UTC)"),
        ("Asia/Kathmandu", "09:23", "2026-03-02 03:38", "09:23:00 UTC+05:45 (03:38:00 UTC)"),
        ("Australia/Eucla", "01:23", "2026-03-02 16:38", "2026-03-03 01:23:00 UTC+08:45 (2026-03-02 16:38:00 UTC)"),
        ("Australia/Lord_Howe", "05:30", "2026-03-02 18:30", "2026-03-03 05:30:00 UTC+11:00 (2026-03-02 18:30:00 UTC)"),
        ("America/St_Johns", "09:23", "2026-03-02 12:53", "09:23:00 NST (12:53:00 UTC)"),
        ("Pacific/Chatham", "09:00", "2026-03-02 19:15", "2026-03-03 09:00:00 UTC+13:45 (2026-03-02 19:15:00 UTC)"),
        ("Etc/UTC", "09:23 UTC+5:45", "2026-03-02 03:38", "09:23:00 UTC+05:45 (03:38:00 UTC)"),
        ("Etc/UTC", "09:23 Asia/Kathmandu", "2026-03-02 03:38", "09:23:00 UTC+05:45 (03:38:00 UTC)"),
        ("Etc/UTC", "2026-03-02T09:23+0530", "2026-03-02 03:53", "09:23:00 UTC+05:30 (03:53:00 UTC)"),
    ],
)  # fmt: skip
def test_zones_with_half_and_quarter_hours(zone: str, written: str, utc: str, echo: str) -> None:
    moment = parse_time(written, now=NOW, zone=ZoneInfo(zone))
    assert f"{moment.at:%Y-%m-%d %H:%M}" == utc
    today = datetime(2026, 3, 2, tzinfo=UTC).date()
    assert print_moment(moment.at, moment.zone, today=today) == echo


def test_a_clock_that_goes_on_by_half_an_hour() -> None:
    """Lord Howe: at 02:00 on 4 October 2026 it is 02:30 at once, and on 5 April 01:30 to 02:00 comes twice."""
    place = ZoneInfo("Australia/Lord_Howe")
    with pytest.raises(NoSuchLocalTime) as caught:
        parse_time("2026-10-04 02:10", now=datetime(2026, 10, 5, tzinfo=UTC), zone=place)
    assert "02:30" in caught.value.sentence
    twice = parse_time("2026-04-05 01:45", now=datetime(2026, 4, 6, tzinfo=UTC), zone=place)
    assert (twice.at, "came twice" in twice.zone_note) == (datetime(2026, 4, 4, 14, 45, tzinfo=UTC), True)


@pytest.mark.parametrize("zone", ["Asia/Kolkata", "Asia/Kathmandu", "Australia/Eucla", "Australia/Lord_Howe"])
def test_working_hours_begin_on_the_clock_of_their_zone(zone: str) -> None:
    """Also over a change of clocks by half an hour, and where a week of work begins on a Sunday."""
    hours = Hours(zone=zone, days=(6, 0, 1, 2, 3), start=time(9), end=time(17))
    for day in range(1, 28):
        at = datetime(2026, 10, day, 3, 7, tzinfo=UTC)
        begins = within(at, hours)
        local = begins.astimezone(ZoneInfo(zone))
        assert begins >= at
        assert local.weekday() in hours.days
        assert begins == at or (local.hour, local.minute) == (9, 0)


@given(
    st.integers(0, 2 * 365 * 24 * 60),
    st.sampled_from(["Asia/Kathmandu", "Australia/Eucla", "America/New_York"]),
)
def test_what_is_printed_by_twelve_hours_is_read_back(minutes: int, name: str) -> None:
    zone = ZoneInfo(name)
    at = datetime(2025, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
    written = f"{at.astimezone(zone):%Y-%m-%d} {print_clock(at, zone, seconds=False, clock='12h')}"
    moment = parse_time(written, now=datetime(2027, 2, 1, tzinfo=UTC), zone=zone)
    assert moment.at == at or moment.zone_note


def test_a_mistyped_verb_and_its_rest_are_taken_apart_whatever_stands_between() -> None:
    assert parse("declare\u00a0sev1\u3000x").verb == "declare"
