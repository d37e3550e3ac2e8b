"""The incident behind the play button: a replay file like any other, at any time, with enough in it to be watched."""

import json
from datetime import UTC, datetime, timedelta
from importlib.resources import files

import jsonschema
import pytest

from bot.domain import postmortem, replay_shift
from bot.domain.mrkdwn import Names
from bot.domain.replay import Replay, Stage, read
from bot.domain.replay_import import to_record
from bot.domain.replay_steps import Says, Step, Types, steps
from bot.domain.times import parse_iso
from bot.formats import FORMATS
from tests.records import REPLAYS, needs_replays, policy

TEXT = files("bot.sandbox").joinpath("incident.json").read_text(encoding="utf-8")
NIGHT = datetime(2031, 12, 31, 22, 10, 7, tzinfo=UTC)


def seconds(replay: Replay, place: str) -> float:
    """The instant of an event, or of a time in the header (``/incident/times/…``), since the declaration."""
    name = place.removeprefix("/incident/times/")
    found = next((event["at"] for event in replay.events if event["id"] == name), None)
    declared = replay.time("declared")
    assert declared
    return (parse_iso(found or replay.incident["times"][name]) - declared).total_seconds()


def draft(text: str) -> str:
    incident, entries = to_record(read(text), policy=policy(), stage=Stage.CLOSE, ref="INC-2026-0211-001")
    return FORMATS["full"].render(postmortem.draft(incident, list(entries), policy=policy(), names=Names()))


@needs_replays
def test_it_is_a_valid_replay_file() -> None:
    schema = json.loads((REPLAYS / "replay.schema.json").read_text(encoding="utf-8"))
    jsonschema.validate(json.loads(TEXT), schema, jsonschema.Draft202012Validator)


def test_its_draft_holds_what_can_be_computed_and_asks_for_what_a_review_finds() -> None:
    full, told = draft(TEXT), json.loads(TEXT)
    for expected in told["expect"]:
        span = expected["compute"]
        assert seconds(read(TEXT), span["to"]) - seconds(read(TEXT), span["from"]) == span["value"]
        assert expected["text"] in full
    for heading in (
        "Enterprise",
        "Latin America",
        "Route Forecast",
        "no alert when the pool fills",
        "Still to be written",
        "Alert before the pool is full",
        "no report reads from the primary",
    ):
        assert heading in full
    assert told["facts"]["root_cause"]["text"] not in full
    assert "156 formal complaints" not in full
    assert "A larger database server" not in full


@pytest.fixture(scope="module")
def moved() -> Replay:
    return replay_shift.at(TEXT, NIGHT)


def test_it_can_happen_at_any_time_with_the_same_spans(moved: Replay) -> None:
    before = read(TEXT)
    declared = moved.time("declared")
    assert declared
    assert timedelta() <= declared - NIGHT < timedelta(minutes=1)
    for name in ("started", "mitigated", "resolved", "closed"):
        assert seconds(moved, f"/incident/times/{name}") == seconds(before, f"/incident/times/{name}")
    for was, event in zip(before.events, moved.events, strict=True):
        assert seconds(moved, event["id"]) == seconds(before, was["id"])
        stamps = [float(each["slack"]["ts"]) - parse_iso(each["at"]).timestamp() for each in (was, event)]
        assert stamps[0] == pytest.approx(stamps[1], abs=0.001)
    first, now = before.facts["action_items"][0]["due"], moved.facts["action_items"][0]["due"]
    days = datetime.fromisoformat(now) - datetime.fromisoformat(first)
    assert abs(days - (declared - before.time("declared"))) < timedelta(days=1)  # type: ignore[operator]


def test_an_instant_that_is_no_whole_minute_before_is_never_in_the_past() -> None:
    declared = read(TEXT).time("declared")
    assert declared
    assert replay_shift.at(TEXT, declared).time("declared") == declared
    later = replay_shift.at(TEXT, declared + timedelta(seconds=1)).time("declared")
    assert later == declared + timedelta(minutes=1)


def test_a_window_of_impact_moves_as_a_whole_and_words_stay() -> None:
    told = json.loads(TEXT)
    told["facts"]["impact_metrics"].append({
        "name": "Impact Window", "unit": "window", "text": "09:23-09:52", "entered": "during",
        "value": "2026-02-11T09:23:00-05:00/2026-02-11T09:52:00-05:00",
    })  # fmt: skip
    window = replay_shift.at(json.dumps(told), parse_iso("2026-02-12T09:27:30-05:00")).facts[
        "impact_metrics"
    ][-1]
    assert window["value"] == "2026-02-12T09:23:00-05:00/2026-02-12T09:52:00-05:00"
    assert window["text"] == "09:23-09:52"


def typed(planned: list[Step], verb: str) -> list[Step]:
    commands = ((step, step.action.command) for step in planned if isinstance(step.action, Types))
    return [step for step, command in commands if command.startswith(f"/incident {verb} ")]


def test_it_is_played_as_it_was_typed_and_nothing_twice(moved: Replay) -> None:
    planned = steps(moved)
    assert planned[0].person == "tomas"
    assert "lead=@priya" in planned[0].action.command  # type: ignore[union-attr]
    for verb in ("declare", "resolve", "close", "mitigate"):
        assert len(typed(planned, verb)) == 1, verb
    assert typed(planned, "set mitigated") == []
    assert [step.action.command for step in typed(planned, "update identified")] == [  # type: ignore[union-attr]
        "/incident update identified --external"
    ]
    assert len(typed(planned, "impact")) == 2
    added = [step.person for step in typed(planned, "followup add")]
    assert added == ["leo", "hana"]
    (accepted,) = typed(planned, "followup accept")
    assert accepted.person == "priya"
    said = [step.action for step in planned if isinstance(step.action, Says)]
    assert sum(each.thread is not None for each in said) == 3
    assert planned[-1].at - planned[0].at == timedelta(hours=2, minutes=43)
