"""Spans and how they are computed (PRODUCT 5.4; rule 2 of the layout)."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain import metrics
from bot.domain.timeline import Kind, Precision
from tests.records import START, entry, incident, minutes, needs_replays, record, state


def values(of, entries=()):
    found = metrics.spans(metrics.points(of, metrics.live(entries)))
    return {span.key: None if span.value is None else span.value.total_seconds() / 60 for span in found}


def test_spans_are_counted_from_the_points_that_they_name():
    found = values(incident(), [entry(4, "paged", Kind.ALERT), entry(5, "on it", author="U2")])
    assert found["detected"] == 2
    assert found["acknowledged"] == 1
    assert found["declared"] == 4
    assert found["mitigated"] == 90
    assert found["recovered"] == 30
    assert found["resolved"] == 120
    assert found["closed"] == 130


def test_what_nobody_recorded_has_no_value():
    found = values(incident(detected_at=None, closed_at=None))
    assert found["detected"] is None
    assert found["external"] is None
    assert found["closed"] is None


def test_a_start_that_nobody_recorded_is_estimated_and_says_so():
    of = incident(impact_started_at=None)
    point = metrics.points(of, metrics.live([entry(1, "500s", Kind.ALERT)]))["impact"]
    assert (point.at, point.source) == (minutes(1), "estimated from the first entry marked alert")
    point = metrics.points(of, [])["impact"]
    assert (point.at, point.source) == (minutes(6), "estimated from the declaration")


def test_a_span_whose_end_lies_before_its_start_is_an_error_not_zero():  # MD-1
    spans = metrics.spans(metrics.points(incident(detected_at=minutes(-1)), []))
    detected = next(span for span in spans if span.key == "detected")
    assert detected.is_negative
    assert detected.value is None


def test_a_reopened_incident_shows_both_resolves():  # MD-3
    found = values(incident(first_resolved_at=minutes(60)))
    assert (found["first_resolved"], found["resolved"]) == (60, 120)
    assert "first_resolved" not in values(incident())


def test_a_skipped_mitigation_is_the_resolve_and_marked():  # MD-4
    points = metrics.points(incident(mitigated_at=None), [])
    assert points["mitigated"].at == points["resolved"].at
    assert "no mitigation recorded" in points["mitigated"].source
    assert "recovered" not in values(incident(mitigated_at=None))


def test_a_finding_that_names_a_root_cause_is_only_a_candidate():
    found = metrics.points(incident(), [entry(28, "Root cause identified: pool", Kind.FINDING)])["identified"]
    assert found.at == minutes(28)
    assert "candidate" in found.source


def test_an_external_update_whose_text_was_kept_counts_before_one_only_told_of():  # LINT-1
    told = entry(4, "status page posted", Kind.COMMS_EXTERNAL)
    sent = entry(11, "INVESTIGATING: …", Kind.COMMS_EXTERNAL, data={"comm": {"template": "c1"}})
    assert values(incident(), [told, sent])["external"] == 11
    assert values(incident(), [told])["external"] == 4


def test_microseconds_are_cut_so_that_a_span_fits_its_two_times():
    of = incident(resolved_at=minutes(120) + timedelta(microseconds=900_000), impact_started_at=START)
    assert values(of)["resolved"] == 120


@needs_replays
@pytest.mark.parametrize(
    ("key", "seconds"),
    [
        ("detected", 0), ("acknowledged", 30), ("declared", 255), ("assembled", 750), ("external", 705),
        ("mitigated", 1750), ("resolved", 7020), ("closed", 10035),
    ],
)  # fmt: skip
def test_the_long_seeds_spans_are_those_that_arithmetic_finds(key, seconds):  # PRODUCT 7 A
    of, entries = record("techflow-p0")
    assert values(of, entries)[key] == seconds / 60


@needs_replays
def test_deleted_entries_count_for_nothing():
    of = incident(detected_at=None)
    alert = entry(3, "paged", Kind.ALERT)
    assert values(of, [alert])["detected"] == 3
    assert values(of, [replace(alert, deleted_at=minutes(4))])["detected"] is None


def test_spans_with_two_starts_are_two_rows_where_these_are_two_times():  # LINT-2
    steps = [entry(4, "paged", Kind.ALERT), entry(5, "on it"), entry(9, "all here", Kind.ASSEMBLY)]
    found = values(incident(), [*steps, entry(20, "the vendor", Kind.ESCALATION)])
    assert (found["assembled"], found["assembled_declared"]) == (5, 3)
    assert (found["acknowledged"], found["acknowledged_start"]) == (1, 5)
    assert (found["escalated"], found["escalated_detected"]) == (20, 18)
    one = metrics.spans(metrics.points(incident(detected_at=START), metrics.live(steps)))
    assert {span.key for span in one}.isdisjoint({"escalated_detected", "external_detected"})


def test_one_row_names_both_starts_where_they_are_one_time():
    of = incident(detected_at=START)
    found = metrics.spans(metrics.points(of, [entry(20, "the vendor", Kind.ESCALATION)]))
    escalated = next(span for span in found if span.key == "escalated")
    assert escalated.start.name == "start of impact and detection"


def test_the_team_is_there_when_the_third_person_has_written():  # R-MET-9
    talk = [
        entry(n, "hm", Kind.MESSAGE, author=who) for n, who in ((4, "U1"), (5, "U2"), (6, "U1"), (8, "U3"))
    ]
    found = metrics.points(incident(), metrics.live([entry(3, "paged", Kind.ALERT, author=None), *talk]))
    assert (found["assembled"].at, found["assembled"].source) == (
        minutes(8), "estimated: the third person to write after the alert",
    )  # fmt: skip
    assert metrics.points(incident(), metrics.live(talk[:3]))["assembled"].at is None


def test_how_many_people_are_a_team_is_the_policys():  # R-MET-9
    talk = [entry(n, "hm", Kind.MESSAGE, author=who) for n, who in ((4, "U1"), (5, "U2"), (8, "U3"))]
    record = metrics.live([entry(3, "paged", Kind.ALERT, author=None), *talk])
    found = metrics.points(incident(), record, responders=2)
    assert found["assembled"].at == minutes(5)
    assert found["assembled"].source == "estimated: the second person to write after the alert"
    (span,) = (each for each in metrics.spans(found, record, responders=2) if each.key == "assembled")
    assert span.counted == "until the entry that says so, else until the second person had written"
    assert metrics.points(incident(), record, responders=11)["assembled"].at is None


def test_a_time_that_is_known_only_roughly_is_no_end_of_a_span():
    vague = entry(5, "looked at the server", approx=True, precision=Precision.HOUR)
    assert values(incident(), [entry(2, "paged", Kind.ALERT, author=None), vague])["acknowledged"] is None


def test_an_answer_of_executives_is_no_escalation():
    answered = state(10, "acknowledged")
    told = replace(state(30, "escalated"), kind=Kind.ESCALATION)
    steps = [replace(answered, kind=Kind.ESCALATION), told]
    assert values(incident(), steps)["escalated"] == 30


def test_open_time_leaves_out_what_lay_between_a_resolve_and_a_reopening():  # PRODUCT 1.3
    steps = [state(60, "resolved"), state(90, "reopened"), state(120, "resolved")]
    found = metrics.spans(metrics.points(incident(), steps), steps)
    assert next(span.value for span in found if span.key == "open") == timedelta(minutes=120 - 6 - 30)
    assert next(span.value for span in found if span.key == "closing") == timedelta(minutes=10)


def test_what_is_said_while_it_goes_on_is_counted_from_second_to_second_as_spans_are():
    of = incident(
        declared_at=START + timedelta(milliseconds=900),
        resolved_at=START + timedelta(minutes=2, milliseconds=100),
    )
    found = metrics.spans(metrics.points(of, []))
    assert next(span.value for span in found if span.key == "resolved") == timedelta(minutes=2)
    assert of.open_time(START + timedelta(hours=1)) == timedelta(minutes=2)
