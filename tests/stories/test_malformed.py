"""What Slack signed and nobody can read: 4xx or 200 without a trace, whatever is missing or of the wrong shape."""

import json
import logging
from collections.abc import Iterator
from copy import deepcopy
from typing import Any
from urllib.parse import parse_qsl, urlencode

import pytest

from bot.sandbox import HttpDoor
from tests.stories.test_doors import FORM, JSON, signed
from tests.world import World

GONE = object()
INSTEAD: tuple[Any, ...] = (GONE, 3, "x" * 300, ["a"], {"a": [1]})
"""What may stand in any place instead of what belongs there; a null is tidied away at the door, and is like GONE."""
Path = tuple[str | int, ...]


def paths(value: Any, here: Path = ()) -> Iterator[Path]:
    """Every place in *value*; of a list the first item stands for all."""
    if here:
        yield here
    steps = value if isinstance(value, dict) else range(min(len(value), 1)) if isinstance(value, list) else ()
    for step in steps:
        yield from paths(value[step], (*here, step))


def changed(value: Any, path: Path, instead: Any) -> Any:
    copy = deepcopy(value)
    inner = copy
    for step in path[:-1]:
        inner = inner[step]
    if instead is GONE:
        del inner[path[-1]]
    else:
        inner[path[-1]] = instead
    return copy


def in_full(world: World) -> dict[str, Any]:
    """One delivery of each kind, as Slack sends it."""
    found: dict[str, Any] = {}
    usual = world.slack.door
    assert isinstance(usual, HttpDoor)

    def kept(path: str, body: bytes, headers: dict[str, str]) -> tuple[int, dict[str, str], bytes]:
        if body.startswith(b"{"):
            payload = json.loads(body)
            event = payload["event"]
            found[f"{event['type']}/{event.get('subtype', '')}"] = payload
        else:
            fields = dict(parse_qsl(body.decode()))
            payload = json.loads(fields["payload"]) if "payload" in fields else fields
            found[payload.get("type", "command")] = payload
        return usual.post(path, body, headers)

    world.slack.door = HttpDoor(kept)
    ana = world.person("ana")
    ana.commands("/incident declare sev1 checkout is down")
    room = world.channel()
    ana.channel = room.channel
    ana.commands("/incident update")
    ana.submits({"text": "all is being done"})
    ana.clicks("Resolve", channel=ana.channel)
    said = ana.says("Decision: roll back")
    ana.edits(said, "Decision: roll forward")
    ana.reacts(said, "pushpin")
    ana.deletes(said)
    world.settle()
    world.slack.door = usual
    return found


def body_of(payload: Any) -> tuple[bytes, str]:
    if isinstance(payload, dict) and "command" in payload and "type" not in payload:
        fields = {name: value for name, value in payload.items() if isinstance(value, str)}
        return urlencode(fields).encode(), FORM
    if isinstance(payload, dict) and payload.get("type") == "event_callback":
        return json.dumps(payload).encode(), JSON
    return urlencode({"payload": json.dumps(payload)}).encode(), FORM


def test_whatever_is_wrong_with_a_delivery_is_4xx_or_200_without_a_trace(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    world.expects_errors(
        "invalid_trigger_id", "expired_trigger_id", "exchanged_trigger_id", "invalid_arguments"
    )
    kinds = in_full(world)
    assert {
        "command",
        "block_actions",
        "view_submission",
        "message/",
        "message/message_changed",
    } <= kinds.keys()
    caplog.set_level(logging.WARNING)
    caplog.clear()
    tried = 0
    for name, payload in kinds.items():
        for path in paths(payload):
            for instead in INSTEAD:
                wrong = changed(payload, path, instead)
                body, kind = body_of(wrong)
                status, _, text = world.bot.dispatch(body, signed(world, body, kind))
                assert status < 500, (name, path, instead, caplog.text[-2000:])
                assert "Traceback" not in text
                tried += 1
    assert tried > 1_000
    assert "Traceback" not in caplog.text
    assert [r for r in caplog.records if r.exc_info or r.levelno >= logging.ERROR] == []


def test_a_click_that_cannot_be_recorded_nor_answered_is_no_error(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    click = {**in_full(world)["block_actions"], "response_url": "http://127.0.0.1:9/nobody"}
    body, kind = body_of(click)
    with world.without_database():
        assert world.bot.dispatch(body, signed(world, body, kind))[0] == 200
    assert "could not be recorded" in caplog.text
    assert "a click or form could not be answered" in caplog.text
    assert "Traceback" not in caplog.text
