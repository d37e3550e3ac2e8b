"""Deliveries have the shape that features rely on, or nothing is done with them."""

import pytest

from handlers import ROUTES
from handlers.shape import EVENTS, Misshapen, fitted

COMMAND = {"command": "/incident", "user_id": "U1", "channel_id": "C1", "text": "help", "trigger_id": "1.2.a"}
CLICK = {
    "type": "block_actions", "user": {"id": "U1"}, "trigger_id": "1.2.a",
    "actions": [{"action_id": "close", "value": "INC-2026-0302-001"}],
}  # fmt: skip
FORM = {
    "type": "view_submission", "user": {"id": "U1"},
    "view": {"type": "modal", "id": "V1", "callback_id": "title_form", "state": {"values": {"title": {"x": {}}}}},
}  # fmt: skip
SAID = {"type": "message", "channel": "C1", "user": "U1", "ts": "1772442000.000100", "text": "one"}


def event(**fields: object) -> dict[str, object]:
    return {"type": "event_callback", "event": SAID | fields}


def test_every_event_that_leads_somewhere_has_a_shape():
    assert ROUTES.events.keys() <= EVENTS.keys()


@pytest.mark.parametrize("body", [COMMAND, CLICK, FORM, event()])
def test_what_slack_sends_fits_as_it_is(body: dict[str, object]):
    assert fitted(body) == body


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"type": "of_tomorrow"},
        {"type": ["block_actions"]},
        COMMAND | {"user_id": ""},
        {name: value for name, value in COMMAND.items() if name != "user_id"},
        CLICK | {"actions": []},
        CLICK | {"user": None},
        FORM | {"view": {"callback_id": "title_form"}},
        event(ts="yesterday"),
        event(channel=["C1"]),
        {"type": "event_callback", "event": {"type": ["message"]}},
        {"type": "event_callback", "event": {"type": "reaction_added", "item": 3}},
    ],
)
def test_without_what_must_be_there_nothing_is_done(body: dict[str, object]):
    with pytest.raises(Misshapen):
        fitted(body)


def test_what_may_be_missing_counts_as_missing_when_it_does_not_fit():
    """Slack may add to its shapes: a message is never lost for that."""
    told = event(
        text=None, user=7, files=[3, {"name": "a", "mode": {}}], blocks="new", attachments=[{"text": 1}]
    )
    assert fitted(told)["event"] == {
        "type": "message", "channel": "C1", "ts": "1772442000.000100", "files": [{"name": "a"}], "attachments": [{}],
    }  # fmt: skip


def test_what_no_table_names_stays_as_it_is():
    assert fitted(event(of_tomorrow=[{}]))["event"]["of_tomorrow"] == [{}]
    assert fitted({"type": "event_callback", "event": {"type": "of_tomorrow", "ts": 3}})["event"]["ts"] == 3
