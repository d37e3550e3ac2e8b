import hashlib
import hmac
import json

from bot.sandbox import HttpDoor


def test_a_request_is_signed_on_machine_time(ws, app, moment):
    moment.business = 1.0
    ws.person("ana").says("hello")
    ws.pump()
    body, headers = app.requests[0]
    stamp = headers["x-slack-request-timestamp"]
    assert stamp == str(int(moment.machine))
    expected = hmac.new(
        ws.signing_secret.encode(), f"v0:{stamp}:".encode() + body, hashlib.sha256
    ).hexdigest()
    assert headers["x-slack-signature"] == f"v0={expected}"


def test_events_come_in_the_order_in_which_they_happened(ws, app):
    ana = ws.person("ana")
    for number in range(20):
        ana.says(str(number))
    assert ws.pump() == 20
    assert [event["text"] for event in app.events] == [str(number) for number in range(20)]


def test_an_event_that_was_not_taken_comes_again_at_once_after_a_minute_and_after_five(ws, app, moment):
    app.answers = [(500, {}, b"")] * 3
    ws.person("ana").says("hello")
    assert ws.pump() == 0
    assert len(app.requests) == 2
    moment.forward(59)
    assert ws.pump() == 0
    assert len(app.requests) == 2
    moment.forward(1)
    ws.pump()
    assert len(app.requests) == 3
    moment.forward(300)
    assert ws.pump() == 1
    headers = [headers for _, headers in app.requests]
    assert [each.get("x-slack-retry-num") for each in headers] == [None, "1", "2", "3"]
    assert headers[1]["x-slack-retry-reason"] == "http_error"
    assert len({json.loads(body)["event_id"] for body, _ in app.requests}) == 1


def test_after_the_third_redelivery_an_event_is_lost(ws, app, moment):
    app.answers = [(500, {}, b"")] * 9
    ws.person("ana").says("hello")
    for _ in range(9):
        ws.pump()
        moment.forward(300)
    assert len(app.requests) == 4
    assert [each["event"]["text"] for each in ws.deliveries.lost] == ["hello"]


def test_an_app_that_is_away_or_slow_gets_it_again(ws, app):
    app.answers = [ConnectionRefusedError(), (200, {}, b"")]
    ws.person("ana").says("one")
    assert ws.pump() == 1
    app.answers = [TimeoutError(), (200, {}, b"")]
    ws.person("ana").says("two")
    assert ws.pump() == 1
    reasons = [headers.get("x-slack-retry-reason") for _, headers in app.requests]
    assert reasons == [None, "connection_failed", None, "http_timeout"]


def test_an_app_may_refuse_redelivery(ws, app, moment):
    app.answers = [(500, {"X-Slack-No-Retry": "1"}, b"")]
    ws.person("ana").says("hello")
    ws.pump()
    moment.forward(1000)
    assert ws.pump() == 0
    assert len(app.requests) == 1


def test_what_the_app_causes_while_it_is_told_is_delivered_too(ws, app, call):
    def once():
        app.during = None
        call("chat.postMessage", channel="general", text="echo")

    app.during = once
    ws.person("ana").says("hello")
    assert ws.pump() == 2
    assert [event["text"] for event in app.events] == ["hello", "echo"]


def test_events_wait_until_an_app_is_there(ws, app):
    ws.door = None
    ws.person("ana").says("hello")
    assert ws.pump() == 0
    ws.door = HttpDoor(app.post)
    assert ws.pump() == 1


def test_by_itself_a_workspace_delivers_when_told_to(ws, app):
    ws.auto = True
    ws.person("ana").says("hello")
    ws.auto = False
    assert ws.pump() + len(app.events) >= 1
    assert [event["text"] for event in app.events] == ["hello"]
    assert not ws.auto
