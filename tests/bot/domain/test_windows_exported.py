"""Windows of impact and the ends of a stretch that is past, written out and read in again."""

import difflib
import json

import jsonschema
import pytest

from bot.domain import recording
from bot.domain.mrkdwn import Names
from bot.domain.replay import read
from bot.domain.replay_export import export, print_replay
from bot.domain.replay_import import to_record
from bot.domain.replay_steps import Types, steps
from bot.formats import FORMATS
from tests.lives import MADRID, NAMES, Life, drawn, written
from tests.records import REPLAYS, minutes, needs_replays


def reopened(*entered):
    """Restored after 50 minutes, resolved after 60, reopened after 90, resolved after 120; with windows *entered*."""
    life = Life()
    life.update(20, None, "looking into it")
    life.sets(50, "restored", minutes(50))
    life.does("resolve", 60, message="rolled back", resolved_at=None, policy=MADRID)
    life.does("reopen", 90, reason="it is back", policy=MADRID)
    life.does("resolve", 120, message="rolled back again", resolved_at=None, policy=MADRID)
    windows = tuple(f"{minutes(start).isoformat()}/{minutes(end).isoformat()}" for start, end in entered)
    if windows:
        life.take(recording.impact(life.of, measures={"window": windows}, by="U1", at=minutes(125)))
    life.does("close", 130, policy=MADRID)
    return life.of, sorted(life.entries, key=lambda made: made.at)


BOTH = pytest.mark.parametrize("windows", [(), ((0, 45), (95, 110))], ids=["computed", "entered"])


@BOTH
@pytest.mark.parametrize("name", list(FORMATS))
def test_the_time_affected_comes_back(name, windows):
    of, entries = reopened(*windows)
    again, copied = to_record(read(written(of, entries)), policy=MADRID)
    before = drawn(name, of, entries, NAMES).splitlines()
    assert list(difflib.unified_diff(before, drawn(name, again, copied, Names()).splitlines(), n=0)) == []
    total = "1 hour in all" if windows else "1 hour 20 minutes in all"
    assert any(total in line for line in before)


@BOTH
def test_a_second_export_has_equal_bytes(windows):
    of, entries = reopened(*windows)
    first = written(of, entries)
    again, copied = to_record(read(first), policy=MADRID)
    assert print_replay(export(again, copied, Names(), policy=MADRID)) == first


@needs_replays
@BOTH
def test_the_file_is_a_replay(windows):
    schema = json.loads((REPLAYS / "replay.schema.json").read_text(encoding="utf-8"))
    jsonschema.validate(json.loads(written(*reopened(*windows))), schema)


def test_windows_are_typed_again_when_it_is_played():
    told = read(written(*reopened((0, 45), (95, 110))))
    typed = [step.action.command for step in steps(told) if isinstance(step.action, Types)]
    (command,) = [line for line in typed if "impact" in line]
    assert command.count("window=") == 2
    assert f'window="{minutes(0).isoformat()} to {minutes(45).isoformat()}"' in command
