"""What every story is held to finds what is wrong: calls, messages, answers, payloads."""

import pytest

from bot.sandbox.state import ApiCall
from tests.conforming import (
    faults_of_answer,
    faults_of_call,
    faults_of_message,
    faults_of_payload,
    faults_of_response,
)
from tests.slack_samples import AT_HAND, MISSING

with_samples = pytest.mark.skipif(not AT_HAND, reason=MISSING)
TIME = "<!date^1772442000^{time}|09:00 UTC>"


def call(method, **args):
    return ApiCall(method=method, args=args, at=0.0, answer={"ok": True})


def section(text):
    return {"type": "section", "text": {"type": "mrkdwn", "text": text}}


@with_samples
@pytest.mark.parametrize(
    ("made", "fault"),
    [
        (call("chat.shout", channel="C1234567"), "chat.shout is not documented"),
        (call("chat.postMessage", text="x"), "chat.postMessage needs channel"),
        (call("chat.postMessage", channel="C1234567"), "needs one of text, blocks, attachments"),
        (call("chat.postMessage", channel="C1234567", text="x", colour="red"), "has no argument colour"),
        (call("chat.postMessage", channel="C1234567", text="x", mrkdwn="maybe"), "mrkdwn is 'maybe'"),
        (call("chat.update", channel="general", ts="1772442000.000100", text="x"), "channel is 'general'"),
        (call("chat.update", channel="C1234567", ts=1772442000.0001, text="x"), "ts is 1772442000.0001"),
        (call("pins.add", channel="C1234567"), "needs one of timestamp"),
        (call("conversations.invite", channel="C1234567", users="ana,ben"), "users is 'ana,ben'"),
        (call("conversations.list", types="public"), "types is 'public'"),
        (call("conversations.history", channel="C1234567", limit="1000"), "limit is '1000'"),
        (call("conversations.setTopic", channel="C1234567", topic="x" * 251), "topic is "),
        (call("conversations.create", name="Checkout Down"), "name is 'Checkout Down'"),
        (call("files.getUploadURLExternal", filename="a.md", length="many"), "length is 'many'"),
        (call("files.completeUploadExternal", files='[{"id": "F1"'), "files is "),
        (call("views.open", trigger_id="", view={}), "trigger_id is ''"),
    ],
)
def test_a_call_that_is_not_as_documented_is_found(made, fault):
    assert any(fault in each for each in faults_of_call(made)), list(faults_of_call(made))


@with_samples
def test_a_call_as_documented_is_good():
    metadata = {"event_type": "tocsin", "event_payload": {"key": "card:INC-1"}}
    made = call(
        "chat.postMessage", channel="C1234567", text="x", metadata=metadata, thread_ts="1772442000.000100"
    )
    assert list(faults_of_call(made)) == []


@pytest.mark.parametrize(
    ("said", "fault"),
    [
        ({"text": "", "blocks": [section("down")]}, "has no text for screen readers"),
        ({"text": "A message", "blocks": [section("checkout is down")]}, "does not say what a block says"),
        ({"text": "x", "blocks": [{"type": "header"}]}, "missing required field: text"),
        ({"text": "ok\n:white_check_mark:"}, "an emoji stands alone"),
        ({"text": "🔴"}, "an emoji stands alone"),
        ({"text": f"due {TIME}"}, "no UTC beside it"),
        ({"text": "due <!date^1772442000^{time}|09:00>"}, "no fallback in UTC"),
        ({"text": f"due {TIME} (2026-03-02 09:00 UTC) (09:00 UTC)"}, "UTC twice"),
        ({"text": "due 09:00 UTC (09:00 UTC)"}, "UTC twice"),
        ({"text": "the next update is due at 09:15"}, "a time without a zone"),
        ({"text": "due at 09:15, for INC-2026-0302-001 is SEV-1"}, "a time without a zone"),
    ],
)
def test_a_message_that_somebody_cannot_read_is_found(said, fault):
    assert any(fault in each for each in faults_of_message(said))


@pytest.mark.parametrize(
    "text",
    [
        f"due {TIME} (09:00 UTC)",
        "due 10:00 CET (09:00 UTC)",
        "due 14:45 +0545 (09:00 UTC)",
        "Duration: 3 min (10:00 - 10:03 PST)",
        "type `/incident set mitigated 09:23`",
        "🔴 open",
        "step 3:10:45 of 12",
    ],
)
def test_a_message_that_everybody_can_read_is_good(text):
    assert list(faults_of_message({"text": text, "blocks": [section(text)]})) == []


def test_a_time_that_somebody_typed_is_theirs():
    assert list(faults_of_message({"text": "You typed: at=09:23"}, typed="at=09:23")) == []


def test_a_long_fallback_may_be_cut_where_its_blocks_go_on():
    text = "word " * 1_000
    blocks = [section(text[:2_500]), section(text[2_500:])]
    assert list(faults_of_message({"text": text[:2_950], "blocks": blocks})) == []
    assert any(
        "begins differently" in each for each in faults_of_message({"text": "x" * 3_000, "blocks": blocks})
    )


@pytest.mark.parametrize(
    ("body", "fault"),
    [
        ({"text": "x", "channel": "C1"}, "an answer has no channel"),
        ({"text": "x", "response_type": "public"}, "response_type is public"),
    ],
)
def test_a_wrong_answer_to_a_command_or_click_is_found(body, fault):
    assert any(fault in each for each in faults_of_response(body))


def test_a_wrong_answer_to_a_form_is_found():
    view = {"type": "modal", "title": {"type": "plain_text", "text": "x" * 25}, "blocks": []}
    assert any(
        "less than 25" in each for each in faults_of_answer({"response_action": "update", "view": view})
    )
    assert list(faults_of_answer({"response_action": "close"})) == ["response_action is close"]


@with_samples
def test_a_payload_that_slack_would_not_send_is_found():
    event = {"type": "pin_added", "user": 7, "mood": "bad"}
    found = faults_of_payload({"type": "event_callback", "event_id": "Ev1", "event": event})
    assert "event.mood" in found
    assert "event.user: int for str" in found
