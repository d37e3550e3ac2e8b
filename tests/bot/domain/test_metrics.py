"""Spans and how they are computed (PRODUCT 5.4; rule 2 of the layout)."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain import metrics
from bot.domain.timeline import Kind
from tests.records import START, entry, incident, minutes, needs_replays, record


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
