from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain import refusal
from bot.domain.times import (
    H12,
    LONGEST,
    Precision,
    find_zone,
    parse_duration,
    parse_iso,
    parse_time,
    print_clock,
    print_duration,
    print_iso,
    print_moment,
    slack_date,
    write_duration,
    zone_label,
)

PACIFIC = ZoneInfo("America/Los_Angeles")
INDIA = ZoneInfo("Asia/Kolkata")
NOW = datetime(2024, 3, 15, 17, 0, tzinfo=UTC)  # 10:00 on the wall in Los Angeles


def read(text, *, now=NOW, zone=PACIFIC):
    return parse_time(text, now=now, zone=zone)


# Durations


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("3s", 3),
        ("15m", 900),
        ("1h", 3600),
        ("1h30m", 5400),
        ("1H30M", 5400),
        ("2d", 172_800),
        ("90 min", 5400),
        ("20 minutes", 1200),
        ("1.5h", 5400),
        ("1 hour and 5 minutes", 3900),
        ("2 days, 3 hours", 183_600),
        ("１５m", 900),
        ("366d", 31_622_400),
    ],
)
def test_durations_are_read_as_people_write_them(text, seconds):
    assert parse_duration(text) == timedelta(seconds=seconds)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("", refusal.UnknownDuration),
        ("20", refusal.UnknownDuration),
        ("soon", refusal.UnknownDuration),
        ("5m5m", refusal.UnknownDuration),
        ("m", refusal.UnknownDuration),
        ("1" * 5000 + "h", refusal.UnknownDuration),
        ("0m", refusal.DurationNotPositive),
        ("0.0h", refusal.DurationNotPositive),
        ("-10m", refusal.DurationNotPositive),
        ("367d", refusal.DurationTooLong),
        ("999999999d", refusal.DurationTooLong),
    ],
)
def test_what_is_no_duration_is_refused(text, kind):
    with pytest.raises(kind):
        parse_duration(text)


@pytest.mark.parametrize(
    ("seconds", "short", "long"),
    [
        (0, "0 s", "0 seconds"),
        (1, "1 s", "1 second"),
        (705, "11 min 45 s", "11 minutes 45 seconds"),
        (3600, "1 h", "1 hour"),
        (3840, "1 h 4 min", "1 hour 4 minutes"),
        (7020, "1 h 57 min", "1 hour 57 minutes"),
        (10_035, "2 h 47 min 15 s", "2 hours 47 minutes 15 seconds"),
        (20_820, "5 h 47 min", "5 hours 47 minutes"),
        (183_600, "2 d 3 h", "2 days 3 hours"),
    ],
)
def test_spans_are_printed_exactly_and_without_zero_parts(seconds, short, long):
    span = timedelta(seconds=seconds)
    assert print_duration(span) == short
    assert print_duration(span, long=True) == long


def test_seconds_can_be_left_off_and_are_then_cut_not_rounded():
    assert print_duration(timedelta(minutes=11, seconds=59), seconds=False) == "11 min"
    assert print_duration(timedelta(seconds=59), seconds=False) == "under 1 min"
    assert print_duration(timedelta(), seconds=False, long=True) == "0 minutes"
    assert print_duration(timedelta(minutes=45), seconds=True) == "45 min 0 s"
    assert print_duration(timedelta(seconds=1, microseconds=999_999)) == "1 s"


def test_a_negative_span_is_an_error_not_zero():  # MD-1
    with pytest.raises(refusal.NegativeSpan) as caught:
        print_duration(timedelta(minutes=-5))
    assert "by 5 minutes" in caught.value.sentence


@given(st.integers(1, int(LONGEST.total_seconds())))
def test_what_is_written_or_printed_is_read_back(seconds):
    span = timedelta(seconds=seconds)
    assert parse_duration(write_duration(span)) == span
    assert parse_duration(print_duration(span)) == span
    assert parse_duration(print_duration(span, long=True)) == span


# Times of day


@pytest.mark.parametrize(
    ("text", "utc"),
    [
        ("now", "2024-03-15T17:00:00"),
        ("-10m", "2024-03-15T16:50:00"),
        ("—10m", "2024-03-15T16:50:00"),
        ("10m ago", "2024-03-15T16:50:00"),
        ("1h 30m ago", "2024-03-15T15:30:00"),
        ("09:23", "2024-03-15T16:23:00"),
        ("09:23:15", "2024-03-15T16:23:15"),
        ("09:23:15,", "2024-03-15T16:23:15"),
        ("9:23am", "2024-03-15T16:23:00"),
        ("12:05 a.m.", "2024-03-15T07:05:00"),
        ("12:05 pm UTC", "2024-03-15T12:05:00"),
        ("9\u202fAM", "2024-03-15T16:00:00"),
        ("10:00", "2024-03-15T17:00:00"),
        ("09:23Z", "2024-03-15T09:23:00"),
        ("09:23 GMT", "2024-03-15T09:23:00"),
        ("09:23+02:00", "2024-03-15T07:23:00"),
        ("12:23 EST", "2024-03-15T16:23:00"),
        ("17:23 cet", "2024-03-15T16:23:00"),
        ("09:23 Asia/Kolkata", "2024-03-15T03:53:00"),
        ("09:23 america/los_angeles", "2024-03-15T16:23:00"),
        ("2024-03-15 09:23", "2024-03-15T16:23:00"),
        ("2024-03-15T09:23:15-07:00", "2024-03-15T16:23:15"),
        ("2024-03-15T09:23:15.250Z", "2024-03-15T09:23:15.250"),
        ("2024-03-14 09:23:15 PDT", "2024-03-14T16:23:15"),
        ("yesterday 22:10", "2024-03-15T05:10:00"),
        ("today 9:00", "2024-03-15T16:00:00"),
    ],
)
def test_times_are_read_as_people_write_them(text, utc):
    assert read(text).at == datetime.fromisoformat(utc).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("", refusal.UnknownTime),
        ("soon", refusal.UnknownTime),
        ("9", refusal.UnknownTime),
        ("9:5", refusal.UnknownTime),
        ("25:00", refusal.UnknownTime),
        ("24:00", refusal.UnknownTime),
        ("09:60", refusal.UnknownTime),
        ("13:00 pm", refusal.UnknownTime),
        ("0:30 am", refusal.UnknownTime),
        ("2024-02-30 10:00", refusal.UnknownTime),
        ("0001-01-01 00:00", refusal.UnknownTime),
        ("09:23 " + "x" * 10_000, refusal.UnknownTime),
        ("09:23 XYZ", refusal.UnknownZone),
        ("09:23 ../../etc/passwd", refusal.UnknownTime),
        ("09:23 America", refusal.UnknownZone),
        ("09:23 +25:00", refusal.UnknownZone),
        ("2024-03-15", refusal.DateWithoutTime),
        ("2024-03-15 10:01", refusal.FutureTime),
        ("today 10:01", refusal.FutureTime),
        ("9999-12-31 23:59", refusal.FutureTime),
        ("later ago", refusal.UnknownDuration),
        ("-0m", refusal.DurationNotPositive),
    ],
)
def test_what_is_no_time_of_the_past_is_refused(text, kind):
    with pytest.raises(kind):
        read(text)


def test_a_bare_time_that_is_to_come_means_yesterday_and_says_so():
    moment = read("10:01")
    assert moment.at == datetime(2024, 3, 14, 17, 1, tzinfo=UTC)
    assert moment.rolled_back
    assert not read("09:59").rolled_back


def test_a_full_date_to_come_is_refused_with_both_clocks():
    with pytest.raises(refusal.FutureTime) as caught:
        read("2024-03-15 10:30")
    assert caught.value.sentence == (
        "That time is in the future: 10:30:00 PDT (17:30:00 UTC). Now it is 10:00:00 PDT (17:00:00 UTC). "
        "Write a time that has passed."
    )


def test_an_abbreviation_means_the_clock_on_the_wall_and_a_wrong_one_is_noted():  # LINT-8
    moment = read("09:23:15 PST")
    assert moment.at == datetime(2024, 3, 15, 16, 23, 15, tzinfo=UTC)
    assert moment.zone_note == "PST was PDT on that date"
    assert read("09:23:15 PDT").zone_note == ""
    assert read("2024-01-15 09:23 PST").zone_note == ""


def test_an_abbreviation_of_ones_own_zone_is_ones_own():
    shanghai = ZoneInfo("Asia/Shanghai")
    assert read("23:00 CST", zone=shanghai).at == datetime(2024, 3, 15, 15, 0, tzinfo=UTC)
    assert read("11:00 CST").at == datetime(2024, 3, 15, 16, 0, tzinfo=UTC)


def test_a_time_that_clocks_jumped_over_is_refused_with_its_neighbours():
    with pytest.raises(refusal.NoSuchLocalTime) as caught:
        read("2024-03-10 02:30")
    assert caught.value.sentence == (
        "There was no 02:30 on 2024-03-10: clocks went from 02:00 PST to 03:00 PDT. "
        "Write a time outside that gap."
    )


def test_a_whole_day_that_was_jumped_over_names_both_dates():
    with pytest.raises(refusal.NoSuchLocalTime) as caught:
        read("2011-12-30 12:00", zone=ZoneInfo("Pacific/Apia"))
    assert "from 2011-12-30 00:00" in caught.value.sentence
    assert "to 2011-12-31 00:00" in caught.value.sentence


def test_a_time_that_came_twice_is_the_first_unless_its_label_says_the_second():
    now = datetime(2023, 11, 6, tzinfo=UTC)
    first = read("2023-11-05 01:30", now=now)
    assert first.at == datetime(2023, 11, 5, 8, 30, tzinfo=UTC)
    assert first.zone_note == "01:30 came twice on 2023-11-05: the first one, 01:30 PDT, was taken"
    second = read("2023-11-05 01:30 PST", now=now)
    assert (second.at, second.zone_note) == (datetime(2023, 11, 5, 9, 30, tzinfo=UTC), "")
    assert read("2023-11-05 01:30 PDT", now=now).zone_note == ""


def test_precision_is_what_was_written():
    assert read("09:23").precision is Precision.MINUTE
    assert read("09:23:00").precision is Precision.SECOND
    assert read("-30s").precision is Precision.SECOND
    assert read("10m ago").precision is Precision.MINUTE


@given(st.text(max_size=150))
def test_any_text_is_a_past_time_or_a_refusal(text):
    try:
        moment = read(text)
    except refusal.Refusal:
        return
    assert moment.at <= NOW


@given(
    st.datetimes(datetime(1970, 1, 2), datetime(2024, 3, 14)).map(lambda at: at.replace(microsecond=0)),  # noqa: DTZ001 - local times of no zone
    st.sampled_from(["America/Los_Angeles", "Asia/Kolkata", "Pacific/Apia", "Europe/London", "UTC"]),
)
def test_a_local_time_is_shown_as_it_was_typed(local, name):
    zone = ZoneInfo(name)
    try:
        moment = parse_time(f"{local:%Y-%m-%d %H:%M:%S}", now=NOW, zone=zone)
    except refusal.NoSuchLocalTime:
        assert local.replace(tzinfo=zone).astimezone(UTC).astimezone(zone).replace(tzinfo=None) != local
        return
    assert moment.at.astimezone(zone).replace(tzinfo=None) == local


def test_hundred_thousand_characters_are_refused_without_being_read():
    for text in ("1h" * 50_000, "-" * 100_000, "09:23 " * 20_000, " " * 100_000, "1 and " * 20_000):
        with pytest.raises(refusal.Refusal) as caught:
            read(text)
        assert len(caught.value.sentence) < 300


# Printing


def test_a_moment_is_printed_in_its_zone_and_in_utc():  # DR-6
    at = datetime(2024, 3, 15, 16, 23, 15, tzinfo=UTC)
    assert print_moment(at, PACIFIC, today=date(2024, 3, 15)) == "09:23:15 PDT (16:23:15 UTC)"
    assert print_moment(at, PACIFIC, today=NOW) == "09:23:15 PDT (16:23:15 UTC)"
    assert print_moment(at, PACIFIC, today=date(2024, 3, 16)) == "2024-03-15 09:23:15 PDT (16:23:15 UTC)"
    assert print_moment(at, PACIFIC, seconds=False) == "2024-03-15 09:23 PDT (16:23 UTC)"
    assert print_moment(at, UTC, today=NOW) == "16:23:15 UTC"


def test_the_other_day_in_utc_is_named():
    at = datetime(2024, 3, 16, 6, 23, 15, tzinfo=UTC)
    assert print_moment(at, PACIFIC, today=date(2024, 3, 15)) == "23:23:15 PDT (2024-03-16 06:23:15 UTC)"


def test_labels_follow_the_date_and_numbers_are_spelled_as_offsets():
    winter, summer = datetime(2024, 1, 15, tzinfo=UTC), datetime(2024, 7, 15, tzinfo=UTC)
    assert (zone_label(winter, PACIFIC), zone_label(summer, PACIFIC)) == ("PST", "PDT")
    assert zone_label(winter, INDIA) == "IST"
    assert zone_label(winter, ZoneInfo("Asia/Kathmandu")) == "UTC+05:45"
    assert zone_label(winter, ZoneInfo("America/Sao_Paulo")) == "UTC-03:00"
    assert zone_label(winter, find_zone("+05:30")) == "UTC+05:30"
    assert zone_label(winter, find_zone("+00:00")) == "UTC"


def test_durations_across_the_change_of_clocks_come_from_utc_and_labels_follow():  # PRODUCT 7 L
    start, end = parse_iso("2024-03-10T01:30:00-08:00"), parse_iso("2024-03-10T03:30:00-07:00")
    assert print_duration(end - start) == "1 h"
    assert [zone_label(at, PACIFIC) for at in (start, end)] == ["PST", "PDT"]
    assert [print_clock(at, PACIFIC, seconds=False) for at in (start, end)] == ["01:30", "03:30"]


def test_slacks_date_mark_bears_the_unix_time_and_an_escaped_fallback():
    at = datetime(2024, 3, 15, 16, 23, 15, tzinfo=UTC)
    assert slack_date(at, "09:23 <PDT>") == (
        "<!date^1710519795^{date_short_pretty} at {time_secs}|09:23 &lt;PDT&gt;>"
    )


@given(st.datetimes(datetime(1980, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC)))  # noqa: DTZ001 - the strategy adds the zone
def test_iso_times_come_back_as_they_went_out(at):
    assert parse_iso(print_iso(at, INDIA)) == at


def test_iso_times_bear_an_offset_and_seconds():
    assert print_iso(datetime(2024, 3, 15, 16, 23, tzinfo=UTC), PACIFIC) == "2024-03-15T09:23:00-07:00"
    for text in ("2024-03-15T09:23:15", "yesterday", "", "0001-01-01T00:00:00+14:00"):
        with pytest.raises(refusal.UnknownTime):
            parse_iso(text)


@pytest.mark.parametrize(
    ("clock", "shown"),
    [("00:00:00", "12:00 AM"), ("00:59:59", "12:59 AM"), ("09:05:07", "9:05 AM"), ("11:59:00", "11:59 AM"),
     ("12:00:00", "12:00 PM"), ("13:30:00", "1:30 PM"), ("23:59:59", "11:59 PM")],
)  # fmt: skip
def test_a_twelve_hour_clock(clock, shown):  # R-FMT-4
    at = datetime.fromisoformat(f"2026-03-09T{clock}+00:00")
    assert print_clock(at, UTC, seconds=False, clock=H12) == shown
    exact = print_clock(at, UTC, clock=H12)
    assert exact == shown.replace(" ", f":{clock[-2:]} ")
    assert print_clock(at, UTC) == clock


@given(st.integers(0, 40 * 365 * 86_400))
def test_a_twelve_hour_clock_is_read_back_as_what_it_was(seconds):
    at = datetime(2000, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds)
    for zone in (UTC, PACIFIC):
        local = at.astimezone(zone).replace(tzinfo=None)
        read = parse_time(
            f"{local.date()} {print_clock(at, zone, clock=H12)}", now=NOW.replace(year=2041), zone=zone
        )
        assert read.at.astimezone(zone).replace(tzinfo=None) == local
