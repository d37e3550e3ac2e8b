"""Metrics over a period: targets with their exact signs, what counts, what is late, what is an error."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from bot.domain import score_words
from bot.domain.followup import Redate, State
from bot.domain.impact import record_impact
from bot.domain.incident import Status
from bot.domain.parts import Review, Stage
from bot.domain.policy_file import read_policy
from bot.domain.score_card import left_out
from bot.domain.score_metrics import known
from bot.domain.score_values import About, Verdict
from bot.domain.timeline import Entry, Kind, Source
from bot.settings import DEFAULT_POLICY
from tests.records import START, incident, policy
from tests.scores import NOW, after, counted, counting, followup, line, value

SECOND = timedelta(seconds=1)


def entry(at: datetime, kind: Kind = Kind.NOTE, **fields) -> Entry:
    known = Entry(
        incident="INC-2026-0309-001", at=at, recorded_at=at, kind=kind, text="it", source=Source.COMMAND,
        marks=("command",), author="U1",
    )  # fmt: skip
    return replace(known, **fields)


def change(at: datetime, name: str, **data) -> Entry:
    return entry(at, Kind.STATUS, source=Source.BOT, marks=("state",), data={"change": name, **data})


def test_the_twelve_come_first_and_in_the_order_of_the_seed():
    rules = [metric.rule for metric in known(policy()) if metric.rule]
    assert rules == [f"R-MET-{n}" for n in range(1, 13)]
    assert [metric.rule for metric in known(policy())][:12] == rules
    keys = [metric.key for metric in known(policy())]
    assert len(set(keys)) == len(keys)


@pytest.mark.parametrize(
    ("minutes", "seconds", "verdict"), [(4, 59, Verdict.MET), (5, 0, Verdict.MISSED), (5, 1, Verdict.MISSED)]
)
def test_less_than_five_minutes_is_less(minutes: int, seconds: int, verdict: Verdict):
    """R-MET-2: the sign is <."""
    at = START + timedelta(minutes=minutes, seconds=seconds)
    found = line("mttd", counted(detected_at=at))
    assert [each.verdict for each in found.readings] == [verdict]
    assert found.verdict is verdict


@pytest.mark.parametrize(("seconds", "verdict"), [(0, Verdict.MET), (1, Verdict.MISSED)])
def test_within_ten_minutes_includes_the_tenth(seconds: int, verdict: Verdict):
    """R-MET-10: the sign is ≤."""
    told = entry(after(10) + timedelta(seconds=seconds), Kind.COMMS_EXTERNAL)
    assert line("external", counted(None, told)).verdict is verdict


@pytest.mark.parametrize(("seconds", "verdict"), [(0, Verdict.MET), (1, Verdict.MISSED)])
def test_a_postmortem_is_complete_within_48_hours_of_the_resolve(seconds: int, verdict: Verdict):
    """R-MET-11, of its review; the sign is ≤."""
    at = after(120) + timedelta(hours=48, seconds=seconds)
    review = Review(stage=Stage.REVIEWED, at=at, reviewed_at=at)
    assert line("postmortem", counted(review=review)).verdict is verdict


def test_a_postmortem_that_is_not_there_is_late_once_its_time_is_over():
    waiting = counted(review=Review(at=after(130)))
    due = after(120) + timedelta(hours=48)
    assert [each.verdict for each in line("postmortem", waiting, at=due).readings] == [Verdict.WAITS]
    late = line("postmortem", waiting, at=due + SECOND)
    assert (late.verdict, late.judged, late.met, late.shown) == (Verdict.MISSED, 1, 0, None)


def test_an_incident_without_a_postmortem_counts_for_none():
    assert line("postmortem", counted()).readings == ()


def test_one_that_is_late_and_not_there_weighs_as_much_as_one_that_came_late():
    done = Review(stage=Stage.REVIEWED, at=after(200), reviewed_at=after(200))
    quick, missing = counted(review=done), counted(ref="INC-2026-0309-002", review=Review(at=after(130)))
    other = counted(ref="INC-2026-0309-003", review=Review(at=after(130)))
    assert line("postmortem", quick, missing).verdict is Verdict.MET
    assert line("postmortem", quick, missing, other).verdict is Verdict.MISSED


def test_what_ends_before_it_begins_is_an_error_and_never_zero():
    """MD-1."""
    found = line("mttr", counted(resolved_at=after(-1), closed_at=None, status=Status.RESOLVED))
    (reading,) = found.readings
    assert (reading.value, reading.verdict) == (None, Verdict.ERROR)
    assert (found.errors, found.summary, found.verdict) == (1, None, Verdict.UNKNOWN)


def test_a_reopened_incident_counts_to_its_last_resolve_and_shows_both():
    """MD-3."""
    reopened = counted(first_resolved_at=after(60), reopened_at=after(80))
    (reading,) = line("mttr", reopened).readings
    assert [reading.value, reading.also] == [7_200, 3_600]
    assert reading.notes == ("reopened",)


def test_a_mitigation_that_nobody_recorded_is_marked():
    """MD-4."""
    (reading,) = line("ttm", counted(mitigated_at=None)).readings
    assert reading.value == 7_200
    assert reading.notes == ("skipped",)


def test_time_in_which_reminders_rested_is_told_apart_and_not_taken_off():
    """MD-2."""
    entries = (change(after(20), "pause"), change(after(50), "resume"))
    (reading,) = line("mttr-p2", counted(incident(severity="P2"), *entries)).readings
    assert [reading.value, reading.also] == [7_200, 1_800]
    assert reading.notes == ("paused",)


def test_an_alert_that_is_the_first_sign_of_all_tells_nothing_of_detection():
    bare = incident(impact_started_at=None, detected_at=None)
    found = line("mttd", counted(bare, entry(after(0), Kind.ALERT)))
    (reading,) = found.readings
    assert (reading.value, reading.verdict, reading.notes) == (None, Verdict.UNKNOWN, ("guess",))
    assert found.summary is None


def test_what_is_not_recorded_is_counted_and_no_value():
    found = line("mttd", counted(detected_at=None), counted(ref="INC-2026-0309-002"))
    assert (found.unrecorded, len(found.readings)) == (1, 1)


def test_only_incidents_of_the_period_count_by_the_organisations_days():
    rules = read_policy(DEFAULT_POLICY.read_text("utf-8"), '[organisation]\ntimezone = "Asia/Tokyo"\n')
    midnight = datetime(2026, 3, 9, 15, 0, tzinfo=UTC)  # begins 10 March in Tokyo
    early, late = counted(declared_at=midnight - SECOND), counted(ref="INC-2", declared_at=midnight)
    shown = counting(early, late, period="2026-03-10", rules=rules)
    assert shown.incidents == 1
    assert [each.ref for each in line("mttr", early, late, period="2026-03-10", rules=rules).readings] == [
        "INC-2"
    ]


@pytest.mark.parametrize(
    ("fields", "why"),
    [
        ({"drill": True}, "drill"),
        ({"status": Status.CANCELLED}, "cancelled"),
        ({"status": Status.MERGED}, "merged"),
        ({"is_customers": True}, "customers"),
        ({"backfilled": True}, ""),
        ({}, ""),
    ],
)
def test_what_is_left_out_and_why(fields: dict[str, object], why: str):
    """MD-5."""
    known = About(ref="INC-1", title="", severity="P0", status=Status.CLOSED, declared_at=START)
    assert left_out(replace(known, **fields), policy()) == why  # type: ignore[arg-type]


def test_what_was_written_down_afterwards_counts_unless_the_policy_says_no():
    rules = read_policy(DEFAULT_POLICY.read_text("utf-8"), "[metrics]\nbackfilled = false\n")
    known = About(
        ref="INC-1", title="", severity="P0", status=Status.CLOSED, declared_at=START, backfilled=True
    )
    assert left_out(known, rules) == "backfilled"


# Follow-ups on time (R-MET-12)


def verdicts(*items, at: datetime = NOW) -> list[Verdict]:
    found = line("followups", counted(followups=items), at=at)
    return [each.verdict for each in sorted(found.readings, key=lambda one: one.n)]


def test_done_on_its_day_is_on_time_and_a_day_later_is_late():
    on_the_day = followup(1, state=State.DONE, done_at=datetime(2026, 3, 20, 23, 59, tzinfo=UTC))
    next_day = followup(2, state=State.DONE, done_at=datetime(2026, 3, 21, 0, 0, tzinfo=UTC))
    assert verdicts(on_the_day, next_day) == [Verdict.MET, Verdict.MISSED]


def test_open_on_its_day_is_still_to_come_and_late_from_the_next_on():
    item = followup(1)
    assert verdicts(item, at=datetime(2026, 3, 20, 23, 59, tzinfo=UTC)) == [Verdict.WAITS]
    assert verdicts(item, at=datetime(2026, 3, 21, 0, 0, tzinfo=UTC)) == [Verdict.MISSED]


def test_a_new_date_hides_nothing():
    day = datetime(2026, 3, 30, 9, 0, tzinfo=UTC)
    moved = Redate(before=followup().due_on, after=day.date(), by="U1", at=START)  # type: ignore[arg-type]
    item = followup(1, due_on=day.date(), redates=(moved,), state=State.DONE, done_at=day)
    assert verdicts(item) == [Verdict.MISSED]


def test_given_up_before_its_date_counts_for_neither_and_afterwards_it_was_late():
    early = followup(1, state=State.NOT_DOING, done_at=datetime(2026, 3, 19, 9, 0, tzinfo=UTC))
    late = followup(2, state=State.NOT_DOING, done_at=datetime(2026, 3, 25, 9, 0, tzinfo=UTC))
    assert verdicts(early, late) == [Verdict.UNJUDGED, Verdict.MISSED]


def test_what_a_record_calls_done_without_a_day_is_neither_late_nor_open():
    done = followup(1, state=State.DONE, done_at=None)
    assert verdicts(done) == [Verdict.UNKNOWN]
    found = line("followups", counted(followups=(done,)))
    assert score_words.reading(found.metric, found.readings[0]) == "done, nobody wrote down when"


def test_the_share_is_of_those_that_were_due_in_the_period():
    at = datetime(2026, 3, 12, 9, 0, tzinfo=UTC)
    items = [followup(n, state=State.DONE, done_at=at) for n in range(1, 20)]
    items += [followup(20), followup(21, due="2026-04-01"), followup(22, due="2026-02-01")]
    found = line("followups", counted(followups=tuple(items)))
    assert (found.value, found.verdict, found.judged) == (Decimal("95.00"), Verdict.MET, 20)
    more = line("followups", counted(followups=(*items, followup(23))))
    assert (more.value, more.verdict) == (Decimal("90.47"), Verdict.MISSED)


def test_what_was_added_by_mistake_or_goes_on_elsewhere_is_none():
    assert verdicts(followup(1, taken_back=True), followup(2, moved_to="INC-9")) == []


# Uptime (R-MET-1), and what people enter


def total(**fields):
    facts = record_impact({}, {"pct": ["100"]})
    return counted(impact_started_at=START, restored_at=after(60), facts=facts, **fields)


def test_uptime_is_the_share_without_the_windows_of_total_outages():
    """An hour of 31 days: 99.865… %, cut off."""
    april = datetime(2026, 4, 2, tzinfo=UTC)
    found = line("uptime", total(), at=april)
    assert (found.value, found.verdict) == (Decimal("99.86"), Verdict.MISSED)
    twice = line("uptime", total(), total(ref="INC-2026-0309-002"), at=april)
    assert twice.value == found.value  # at the same time: what overlaps counts once


def test_without_a_total_outage_uptime_is_what_was_entered():
    partly = counted(facts=record_impact({}, {"pct": ["99.9"]}))
    assert line("uptime", partly).value is None
    told = value("uptime", "99.97", first="2026-03-01", last="2026-03-31")
    found = line("uptime", partly, entered=(told,))
    assert (found.value, found.verdict) == (Decimal("99.97"), Verdict.MET)


def test_of_what_was_entered_the_newest_days_count_and_a_later_entry_corrects():
    first = value("nps", "8.2", first="2026-03-01", n=1)
    wrong = value("nps", "9", first="2026-03-10", n=2)
    right = value("nps", "7.4", first="2026-03-10", n=3)
    found = line("nps", entered=(first, wrong, right))
    assert (found.value, found.verdict) == (Decimal("7.4"), Verdict.MISSED)
    assert [each.value for each in found.readings] == [Decimal("7.4"), Decimal("8.2")]
    gone = value("nps", "0", first="2026-03-10", n=4, value=None)
    assert line("nps", entered=(first, wrong, right, gone)).value == Decimal("8.2")


def test_for_a_month_its_own_value_counts_and_not_that_of_the_year():
    year = value("nps", "7", first="2026-01-01", last="2026-12-31", n=1)
    march = value("nps", "8.5", first="2026-03-01", last="2026-03-31", n=2)
    for entered in ((year, march), (march, replace(year, id=3))):
        assert line("nps", entered=entered).value == Decimal("8.5")
        assert line("nps", entered=entered, period="2026").value == Decimal(7)


def test_eight_is_not_more_than_eight():
    """R-MET-5: the sign is >."""
    assert line("nps", entered=(value("nps", "8.0", first="2026-03-01"),)).verdict is Verdict.MISSED
