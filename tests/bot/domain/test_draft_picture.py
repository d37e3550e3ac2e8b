"""The timeline's picture as data: what lies where, and what is not shown because nobody recorded it."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain import postmortem
from bot.domain.draft_axis import TICKS, ticks
from bot.domain.draft_picture import Lane, Picture, Sort
from bot.domain.timeline import Kind
from tests.records import (
    FILES,
    NAMES,
    START,
    entry,
    incident,
    minutes,
    needs_replays,
    policy,
    record,
    state,
)  # fmt: skip

LOS_ANGELES = ZoneInfo("America/Los_Angeles")


def picture(of, entries=()) -> Picture:
    found = postmortem.draft(of, list(entries), policy=policy(), names=NAMES).picture
    assert found is not None
    return found


def lane(found: Picture, name) -> Lane:
    return next(each for each in found.lanes if each.name == name)


def bars(found, name) -> list[tuple[str, str]]:
    return [(bar.name, bar.clocks) for bar in lane(found, name).bars]


def spots(found, name) -> list[tuple[Sort, str]]:
    return [(spot.sort, spot.clock) for spot in lane(found, name).spots]


def iso(after: float) -> str:
    return minutes(after).isoformat()


def test_the_marks_are_those_of_the_record_in_order_and_one_moment_has_one_mark():
    of = incident(detected_at=START, mitigated_at=minutes(60))
    assert [(mark.words, mark.clock) for mark in picture(of).marks] == [
        ("Start of impact, detected", "14:02"), ("Declared", "14:08"), ("Mitigated", "15:02"),
        ("Resolved", "16:02"), ("Closed", "16:12"),
    ]  # fmt: skip


def test_updates_stand_against_their_due_times():
    entries = [
        state(6, "declared", severity="P0"),
        state(20, "update", phase="identified", due=iso(21)),
        state(40, "update", phase="identified", due=iso(35)),
        state(120, "resolved", due=iso(55)),
    ]
    found = picture(incident(), entries)
    assert spots(found, "Updates") == [(Sort.ON_TIME, "14:22"), (Sort.LATE, "14:42"), (Sort.MISSING, "14:57")]
    late = lane(found, "Updates").spots[1]
    assert late.due is not None
    assert late.due < late.at


def test_an_update_at_the_due_instant_is_on_time():
    found = picture(incident(), [state(21, "update", phase="identified", due=iso(21))])
    assert spots(found, "Updates") == [(Sort.ON_TIME, "14:23")]


def test_an_update_of_which_nobody_knows_when_it_was_due_is_only_sent():
    found = picture(incident(), [entry(9, "told the team", Kind.COMMS_INTERNAL)])
    assert spots(found, "Updates") == [(Sort.SENT, "14:11")]


def test_phases_and_severities_are_bars_with_their_lengths():
    entries = [
        state(6, "declared", severity="P2"),
        state(20, "severity", **{"from": "P2", "to": "P0"}),
        state(30, "phase", phase="identified"),
        state(90, "mitigated"),
        state(120, "resolved"),
    ]
    found = picture(incident(), entries)
    assert bars(found, "Severity") == [
        ("SEV-3", "14:08 to 14:22, 14 min"), ("SEV-1", "14:22 to 16:02, 1 h 40 min"),
    ]  # fmt: skip
    assert bars(found, "Phase") == [
        ("investigating", "14:08 to 14:32, 24 min"), ("identified", "14:32 to 15:32, 1 h"),
        ("monitoring", "15:32 to 16:02, 30 min"),
    ]  # fmt: skip
    assert bars(found, "Impact") == [("impact", "14:02 to 16:02, 2 h")]


def test_a_reopened_incident_has_a_gap_and_both_resolves():
    of = incident(first_resolved_at=minutes(40), reopened_at=minutes(80))
    entries = [
        state(6, "declared", severity="P0"), state(40, "resolved"), state(80, "reopened"), state(120, "resolved"),
    ]  # fmt: skip
    found = picture(of, entries)
    assert [clocks for _, clocks in bars(found, "Severity")] == [
        "14:08 to 14:42, 34 min",
        "15:22 to 16:02, 40 min",
    ]
    assert [clocks for _, clocks in bars(found, "Impact")] == [
        "14:02 to 14:42, 40 min",
        "15:22 to 16:02, 40 min",
    ]
    words = [mark.words for mark in found.marks]
    assert words.index("First resolved") < words.index("Reopened") < words.index("Resolved")


def test_whom_the_ladder_told_stands_there_by_name():
    told = entry(
        36, "Escalated", Kind.ESCALATION, data={"change": "escalated", "target": "board"}, marks=("state",)
    )
    (spot,) = lane(picture(incident(), [told]), "Escalations").spots
    assert (spot.name, spot.clock) == ("the board", "14:38")


def test_a_close_long_after_is_told_in_words_and_does_not_squeeze_the_rest():
    found = picture(incident(closed_at=minutes(3_000)))
    assert found.beyond == ("Closed: Mar 11, 16:02",)
    assert "Closed" not in [mark.words for mark in found.marks]
    assert lane(found, "Impact").bars[0].right > 0.9


def test_a_trigger_shortly_before_is_shown_and_one_of_last_week_is_not():
    near = picture(incident(), [entry(-20, "deploy", Kind.TRIGGER)])
    far = picture(incident(), [entry(-9_000, "deploy", Kind.TRIGGER)])
    assert near.marks[0].at > far.marks[0].at
    assert far.marks[0].at < 0.02


def test_times_after_midnight_bear_their_date():
    found = picture(incident(resolved_at=minutes(700), first_resolved_at=minutes(700), closed_at=None))
    assert found.marks[-1].clock == "Mar 10, 01:42"
    assert [(tick.label, tick.is_day) for tick in found.ticks if tick.is_day] == [("Mar 10", True)]


@needs_replays
@pytest.mark.parametrize("file", FILES)
def test_every_replay_has_a_picture_but_the_one_that_knows_days_only(file):
    of, entries = record(file)
    found = postmortem.draft(of, list(entries), policy=policy(), names=NAMES).picture
    assert (found is None) == (file == "centurion-escalation")


def test_an_incident_that_is_not_over_ends_with_what_is_known_last():
    of = incident(mitigated_at=None, resolved_at=None, first_resolved_at=None, closed_at=None)
    found = picture(of, [state(6, "declared", severity="P0"), entry(50, "still down")])
    assert bars(found, "Impact")[0][1].startswith("14:02 to 14:52")


def test_an_incident_without_any_length_has_a_picture_of_a_minute():
    of = incident(
        declared_at=START, detected_at=START, mitigated_at=START, resolved_at=START, first_resolved_at=START,
        closed_at=START,
    )  # fmt: skip
    assert len(picture(of).ticks) >= 1


@given(
    st.datetimes(datetime(2024, 1, 1), datetime(2026, 1, 1)),  # noqa: DTZ001 - made aware below
    st.timedeltas(timedelta(minutes=1), timedelta(days=200)),
    st.sampled_from(["UTC", "America/Los_Angeles", "Europe/Madrid", "Asia/Kathmandu", "Australia/Lord_Howe"]),
)
def test_ticks_are_few_in_order_and_inside(start, length, zone):
    start = start.replace(tzinfo=UTC)
    found = ticks(start, start + length, ZoneInfo(zone))
    assert len(found) <= TICKS + 2
    assert all(0 <= tick.at <= 1 for tick in found)
    assert all(a.at < b.at for a, b in pairwise(found))


def test_ticks_stand_at_round_times_of_the_zone_also_when_clocks_change():
    """The night of 2024-03-10 in Los Angeles has no 02:00."""
    start = datetime(2024, 3, 10, 6, 30, tzinfo=UTC)
    found = ticks(start, start + timedelta(hours=9), LOS_ANGELES)
    assert [tick.label for tick in found] == [
        "23:00",
        "Mar 10",
        "01:00",
        "03:00",
        "04:00",
        "05:00",
        "06:00",
        "07:00",
        "08:00",
    ]


def test_the_zone_says_both_when_clocks_change():
    of = replace(
        incident(), timezone="America/Los_Angeles", impact_started_at=datetime(2024, 3, 10, 9, tzinfo=UTC),
        declared_at=datetime(2024, 3, 10, 9, 5, tzinfo=UTC), detected_at=None, mitigated_at=None,
        resolved_at=datetime(2024, 3, 10, 12, tzinfo=UTC), first_resolved_at=None, closed_at=None,
    )  # fmt: skip
    assert picture(of).zone == "March 10, 2024, times in PST, then PDT"
