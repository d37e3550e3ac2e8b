"""Who was affected: sums, and the local time of an impact in zones as people name them."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.domain import postmortem
from tests.records import NAMES, incident, policy

MARCH = datetime(2024, 3, 15, 16, 23, 15, tzinfo=UTC)
"""09:23 in Los Angeles, where clocks have changed, and before they change in Europe."""


def drawn(start=MARCH, hours=2, *, viewers=(), **affected):
    of = incident(
        timezone="America/Los_Angeles", impact_started_at=start, detected_at=start, declared_at=start,
        mitigated_at=None, resolved_at=start + timedelta(hours=hours), closed_at=None,
        first_resolved_at=start + timedelta(hours=hours),
        header={"timezone": {"viewers": list(viewers)}}, facts={"affected_customers": affected},
    )  # fmt: skip
    return postmortem.draft(of, [], policy=policy(), names=NAMES).customers


def windows(*names, viewers=("America/New_York", "Europe/Paris", "Asia/Tokyo"), **fields):
    zones = [{"name": name, "text": "people slept"} for name in names]
    made = drawn(viewers=viewers, timezones=zones, **fields).zones
    return {zone.name: zone.window for zone in made}


@pytest.mark.parametrize(
    ("name", "window"),
    [
        ("Pacific Time (09:23-12:10)", "09:23 to 11:23 PDT"),
        ("Eastern Time", "12:23 to 14:23 EDT"),
        ("European Time (18:23-21:10)", "17:23 to 19:23 CET"),
        ("Asia-Pacific Time (02:23-05:10)", "March 16, 2024, 01:23 to 03:23 JST"),
        ("Mountain time", "10:23 to 12:23 MDT"),
        ("Asia/Kolkata", "21:53 to 23:53 IST"),
        ("CET", "17:23 to 19:23 CET"),
        ("UTC", "16:23 to 18:23 UTC"),
        ("Latin America", ""),
        ("where our customers sleep", ""),
    ],
)
def test_the_window_of_a_zone_is_computed_whatever_people_wrote_beside_its_name(name, window):
    assert windows(name)[name] == window


def test_each_reader_has_a_row_even_where_nobody_wrote_of_it():
    made = drawn(viewers=["Asia/Tokyo"], timezones=[{"name": "Eastern Time", "text": "noon"}])
    assert [(zone.name, zone.effect) for zone in made.zones] == [
        ("Eastern Time", "noon"), ("Los Angeles", ""), ("Tokyo", ""),
    ]  # fmt: skip


def test_no_zones_are_shown_where_nobody_named_any():
    assert drawn().zones == ()
    assert drawn(viewers=["nowhere", "Mars/Olympus"]).zones == ()


def test_a_window_over_a_change_of_clocks_and_over_midnight_names_both_labels_and_the_date():
    night = datetime(2024, 3, 31, 0, 30, tzinfo=UTC)  # 01:30 CET; clocks change at 01:00 UTC
    shown = windows("European Time", start=night)
    assert shown["European Time"] == "March 31, 2024, 01:30 CET to 04:30 CEST"
    late = datetime(2024, 3, 15, 22, 30, tzinfo=UTC)
    shown = windows("European Time", start=late)
    assert shown["European Time"] == "March 15, 2024, 23:30 to March 16, 2024, 01:30 CET"


def test_an_impact_that_is_not_over_has_no_end():
    of = incident(
        resolved_at=None, mitigated_at=None, closed_at=None, first_resolved_at=None,
        facts={"affected_customers": {"timezones": [{"name": "Tokyo time", "text": ""}, {"name": "JST", "text": ""}]}},
    )  # fmt: skip
    made = postmortem.draft(of, [], policy=policy(), names=NAMES).customers
    assert [zone.window for zone in made.zones][:2] == ["", "from 23:02 JST on"]


def test_parts_are_added_up_and_a_total_that_differs_stands_beside_the_sum():  # LINT-5
    parts = [{"name": "big", "count": 127, "text": "127"}, {"name": "small", "count": 1720, "text": "1,720"}]
    assert drawn(segments=parts, total=1847).segments_sum == "1,847 in all, the sum of the 2 numbers above"
    assert drawn(segments=parts).segments_sum == "1,847 in all, the sum of the 2 numbers above"
    assert drawn(segments=parts, total=1900).segments_sum == (
        "1,847 in all, the sum of the 2 numbers above; the record names 1,900 affected customers"
    )
    assert drawn(segments=parts[:1], total=1900).segments_sum == ""


def test_the_yearly_revenue_of_a_customer_is_said_once():
    named = [{"name": "A", "arr": "$5K", "text": "$5K ARR"}, {"name": "B", "arr": "$6K", "text": "down"}]
    assert [customer.note for customer in drawn(named=named).named] == ["", "$6K a year"]
