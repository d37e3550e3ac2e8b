"""Spans as a draft tells them: goals met or missed, what they count, windows."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain import draft_spans
from bot.domain.draft_record import read_record
from bot.domain.policy import Goal
from bot.domain.timeline import Kind
from tests.records import NAMES, START, entry, incident, minutes, policy, state


def measured(*entries, **fields):
    read = read_record(incident(**fields), list(entries), policy=policy(), names=NAMES)
    return {span.key: span for span in draft_spans.spans(read)}


def told(after):
    return entry(after, "We look into it", Kind.COMMS_EXTERNAL)


@pytest.mark.parametrize(
    ("after", "said"),
    [
        (9, "goal ≤ 10 minutes: met"),
        (10, "goal ≤ 10 minutes: met"),
        (12, "goal ≤ 10 minutes: missed by 2 minutes"),
    ],
)
def test_the_first_external_update_may_come_at_the_very_time(after, said):  # R-MET-10
    assert measured(told(after))["external"].goal == said


@pytest.mark.parametrize(
    ("after", "said"),
    [
        (119, "goal < 2 hours: met"),
        (120, "goal < 2 hours: missed, it took exactly as long"),
        (121, "goal < 2 hours: missed by 1 minute"),
    ],
)
def test_the_others_must_be_less_than_their_goal(after, said):  # R-MET-2, 3, 9
    over = {"resolved_at": minutes(after), "first_resolved_at": minutes(after)}
    assert measured(**over)["resolved"].goal == said
    assert measured(**over, severity="P1")["resolved"].goal == ""


def test_a_detection_at_the_start_keeps_to_no_goal():
    found = measured(detected_at=START)["detected"]
    told = "start of impact and detection are one time"
    assert (found.value, found.note) == ("not known", f"0 seconds recorded: {told}")
    assert found.goal == "goal < 5 minutes: cannot be told"
    seen = (entry(0, "latency is high", Kind.ALERT), entry(0, "the pool is exhausted", Kind.TRIGGER))
    assert measured(*seen[:1], detected_at=START)["detected"].value == "not known"
    found = measured(*seen, detected_at=START)["detected"]
    assert (found.value, found.note) == ("0 seconds", told)


def test_a_goal_of_the_level_comes_before_one_for_all():
    own = {"resolved": Goal(within=timedelta(hours=9)), "resolved.P0": Goal(within=timedelta(hours=1))}
    wanted = replace(policy(), goals=own)
    assert wanted.goal("resolved", "P0") == own["resolved.P0"]
    assert wanted.goal("resolved", "P1") == own["resolved"]
    assert policy().goal("resolved", "P1") is None


def test_every_span_says_what_it_counts():  # MD-7
    assert all(span.counted for span in measured(told(5)).values())


def test_windows_are_told_where_there_were_several():
    steps = [state(60, "resolved"), state(90, "reopened"), state(120, "resolved")]
    read = read_record(incident(), steps, policy=policy(), names=NAMES)
    assert [window.length for window in draft_spans.affected(read)] == ["1 hour", "30 minutes"]
    assert draft_spans.affected_for(read) == "1 hour 30 minutes"
    once = read_record(incident(), [], policy=policy(), names=NAMES)
    assert (draft_spans.affected(once), draft_spans.affected_for(once)) == ((), "")
