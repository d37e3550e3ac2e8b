from http.client import RemoteDisconnected

import httpx
import pytest
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from slack_sdk.webhook import WebhookClient

from bot.sandbox import ClockControl, HttpDoor, post_to
from bot.sandbox.doors import Outcome


@pytest.fixture
def client(server, ws):
    return WebClient(ws.bot_token, base_url=server.api_url, retry_handlers=[], timeout=10)


@pytest.fixture
def http(server):
    with httpx.Client(base_url=server.url, timeout=10) as made:
        yield made


# ---- the app's side


def test_slacks_own_client_works(client, ws):
    assert client.auth_test()["user_id"] == ws.bot_user_id
    made = client.conversations_create(name="inc-1")["channel"]["id"]
    client.conversations_invite(channel=made, users=[ws.user("ana").id])
    metadata = {"event_type": "tocsin", "event_payload": {"key": "card:1"}}
    blocks = [{"type": "section", "text": {"type": "mrkdwn", "text": "*card*"}}]
    ts = client.chat_postMessage(channel=made, text="card", blocks=blocks, metadata=metadata)["ts"]
    client.pins_add(channel=made, timestamp=ts)
    shown = client.conversations_history(channel=made, include_all_metadata=True)["messages"]
    assert shown[0]["metadata"] == metadata
    assert ws.channel("inc-1").pins[0].message.words == "*card*\ncard"


def test_an_error_reaches_the_client_by_name(client):
    with pytest.raises(SlackApiError) as caught:
        client.conversations_create(name="general")
    assert caught.value.response["error"] == "name_taken"


def test_the_scopes_stand_in_a_header(client, ws):
    ws.scopes = {"chat:write", "commands"}
    assert client.auth_test().headers["x-oauth-scopes"] == "chat:write,commands"


def test_a_call_over_the_limit_is_a_429_that_says_when(client, ws):
    ws.faults.add("chat.postMessage", "429", retry_after=7)
    with pytest.raises(SlackApiError) as caught:
        client.chat_postMessage(channel="general", text="x")
    assert caught.value.response.status_code == 429
    assert caught.value.response.headers["Retry-After"] == "7"


@pytest.mark.parametrize(("kind", "posted"), [("timeout", 0), ("lost_reply", 1)])
def test_a_connection_may_be_dropped_before_or_after_the_deed(client, ws, kind, posted):
    ws.faults.add("chat.postMessage", kind)
    with pytest.raises(RemoteDisconnected):
        client.chat_postMessage(channel="general", text="x")
    assert len(ws.channel("general").messages) == posted
    assert client.auth_test()["ok"]


def test_a_500_is_a_500(http, ws):
    ws.faults.add("auth.test", "500")
    assert http.post("api/auth.test", headers={"Authorization": f"Bearer {ws.bot_token}"}).status_code == 500


def test_a_slow_call_is_done_all_the_same(client, ws):
    ws.faults.add("auth.test", "slow", seconds=0.01)
    assert client.auth_test()["ok"]


def test_arguments_may_come_as_a_form_as_json_or_in_parts(http, ws):
    headers = {"Authorization": f"Bearer {ws.bot_token}"}
    args = {"channel": "general", "text": "ü & <!here>"}
    assert http.post("api/chat.postMessage", headers=headers, data=args).json()["ok"]
    assert http.post("api/chat.postMessage", headers=headers, json=args).json()["ok"]
    parts = {key: (None, value) for key, value in args.items()}
    assert http.post("api/chat.postMessage", headers=headers, files=parts).json()["ok"]
    assert http.get("api/users.info", params={"token": ws.bot_token, "user": ws.user("ana").id}).json()["ok"]
    assert {m.text for m in ws.channel("general").messages} == {"ü &amp; <!here>"}


def test_an_upload_stands_in_the_channel_and_opens(client, http, ws):
    channel = ws.channel("general")
    text = "# Postmortem\n日本語\n"
    done = client.files_upload_v2(
        channel=channel.id, content=text, filename="draft.md", title="Draft", initial_comment="The draft"
    )
    message = channel.messages[-1]
    assert (message.text, message.files[0].name, message.files[0].title) == ("The draft", "draft.md", "Draft")
    opened = http.get(done["file"]["permalink"])
    assert opened.text == text
    assert opened.headers["x-content-type-options"] == "nosniff"
    info = client.files_info(file=done["file"]["id"])["file"]
    assert info["shares"]["public"][channel.id][0]["ts"] == message.ts


def test_an_upload_of_another_length_is_refused(client, http):
    asked = client.files_getUploadURLExternal(filename="a.txt", length=3)
    assert http.post(asked["upload_url"], content=b"four").status_code == 400
    with pytest.raises(SlackApiError, match="file_not_found"):
        client.files_completeUploadExternal(files=[{"id": asked["file_id"], "title": "a"}])


def test_a_response_url_answers_over_http(server, ws, app):
    ws.person("ana").types("/incident help")
    webhook = WebhookClient(app.payloads[0]["response_url"])
    assert webhook.send(text="help", response_type="ephemeral").status_code == 200
    assert [m.text for m in ws.person("ana").hears()] == ["help"]


def test_the_lag_is_asked_for_by_method(server, client):
    asked = []

    def none(method):
        asked.append(method)
        return 0.0

    server.lag = none
    client.auth_test()
    assert asked == ["auth.test"]


def test_an_app_is_reached_over_the_wire(server, ws):
    ws.door = HttpDoor(post_to(server.url), path="/people")
    outcome = ws.door.deliver(ws, "events_api", {"name": "cara"})
    assert outcome == Outcome(ok=True, status=200, body=outcome.body)
    assert ws.user("cara").real_name == "Cara"


def test_an_app_that_is_not_there_is_not_reached(ws):
    ws.door = HttpDoor(post_to("http://127.0.0.1:9"))
    assert ws.door.deliver(ws, "events_api", {}).reason == "connection_failed"


# ---- the people's side


def do(http, name, verb, **args):
    return http.post(f"people/{name}/{verb}", json=args)


def test_people_talk_and_click_over_http(http, app, ws):
    ts = do(http, "ana", "says", text="hello").json()["ts"]
    do(http, "ben", "reacts", ts=ts, emoji="eyes")
    do(http, "ana", "edits", ts=ts, text="hello all")
    app.answer({"text": "done"})
    answer = do(http, "ana", "types", text="/incident help").json()["answer"]
    assert (answer["ok"], answer["words"]) == (True, "done")
    heard = do(http, "ana", "hears").json()["messages"]
    assert [(m["text"], m["ephemeral"]) for m in heard] == [("hello all", False), ("done", True)]
    assert heard[0]["reactions"] == [{"name": "eyes", "users": [ws.user("ben").id], "count": 1}]


def test_a_file_is_attached_over_http(http, ws):
    do(http, "ana", "says", text="log", files=[{"name": "a.bin", "base64": "AAE="}])
    assert ws.channel("general").messages[0].files[0].content == b"\x00\x01"


@pytest.mark.parametrize(
    ("name", "verb", "args", "refused"),
    [
        ("nobody", "says", {"text": "x"}, (404, "There is nobody called nobody.")),
        ("ana", "sings", {}, (404, "There is no verb sings")),
        ("ana", "says", {"text": "x", "loud": True}, (400, "unexpected keyword argument 'loud'")),
        ("ana", "says", {}, (400, "missing a required argument: 'text'")),
        ("ana", "says", {"text": "x", "channel": "nowhere"}, (400, "There is no channel nowhere")),
        ("ana", "clicks", {"what": "Resolve"}, (400, "ana sees no 'Resolve'")),
        ("ana", "submits", {}, (400, "ana has no form open.")),
    ],
)
def test_what_people_cannot_do_is_said(http, name, verb, args, refused):
    answer = do(http, name, verb, **args)
    assert answer.status_code == refused[0]
    assert refused[1] in answer.json()["error"]


def test_broken_json_is_refused(http):
    assert http.post("people/ana/says", content=b"{").status_code == 400
    assert http.post("people/ana/says", json=["x"]).status_code == 400


def test_people_are_listed_and_added(http):
    added = http.post("people", json={"name": "cara", "real_name": "Cara C.", "tz": "Asia/Tokyo"}).json()
    assert added["real_name"] == "Cara C."
    assert [each["name"] for each in http.get("people").json()] == ["ana", "ben", "cara"]
    assert http.post("people", json={"name": "cara"}).status_code == 400
    assert http.post("people", json={"name": "dan", "tz": "Mars/Base"}).status_code == 400


def test_the_state_is_what_one_person_sees(http, ws):
    ws.add_channel("hidden", private=True, members=["ana"])
    ws.person("ana").says("hello")
    state = http.get("state", params={"person": "ben", "channel": "general"}).json()
    assert [each["name"] for each in state["channels"]] == ["general", "side"]
    assert state["channel"]["messages"][0]["author"] == "ana"
    assert (state["me"]["name"], state["modal"]) == ("ben", None)
    assert http.get("state", params={"person": "nobody"}).status_code == 400


def test_the_state_can_be_waited_for(http, ws):
    version = http.get("state").json()["version"]
    assert http.get("state", params={"since": version}).json()["changed"] is False
    ws.person("ana").says("hello")
    answer = http.get("state", params={"since": version, "wait": 20, "channel": "general"}).json()
    assert (answer["changed"], answer["version"] > version) == (True, True)


def test_the_clock_is_moved_where_it_can_be(http, server, moment):
    assert http.post("clock", json={"forward": 60}).json()["error"] == "This sandbox's clock cannot be moved."

    def put(now, speed):
        moment.business = now

    server.clock_control = ClockControl(now=lambda: moment.business, set=put, forward=moment.forward)
    http.post("clock", json={"now": 1000, "speed": 600})
    assert http.post("clock", json={"forward": 60}).json()["now"] == 1060
    assert http.get("clock").json() == {"ok": True, "now": 1060, "speed": 600, "movable": True}
    assert http.post("clock", json={"now": "noon"}).status_code == 400


def test_progress_stands_in_the_state(http):
    http.post("progress", json={"label": "db-sev1", "done": 3, "total": 9})
    assert http.get("state").json()["progress"] == {"label": "db-sev1", "done": 3, "total": 9}
    http.post("progress", json={})
    assert http.get("state").json()["progress"] is None


@pytest.mark.parametrize(
    "headers",
    [
        {"Host": "evil.example"},
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Host": "127.0.0.1.evil.example"},
    ],
)
def test_a_page_from_elsewhere_is_refused(http, headers):
    assert http.get("people", headers=headers).status_code == 403


@pytest.mark.parametrize("origin", ["http://127.0.0.1:1", "http://localhost:8080", "http://[::1]:1"])
def test_a_page_of_this_machine_is_served(http, origin):
    assert http.get("people", headers={"Origin": origin}).status_code == 200
