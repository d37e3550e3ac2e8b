"""The four ways in which a call ends, by what really comes over the wire; and the calls that are several."""

import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Thread

import pytest

from bot.clock import Clock
from bot.sandbox import Workspace
from bot.sandbox.server import SandboxServer
from bot.slack.client import Ambiguous, Away, Rejected, SlackClient, TryLater
from bot.slack.compound import COMPOUND
from bot.slack.looking import Way

CUT = b""
"""The connection ends without a byte."""


@contextmanager
def answering(*answers: bytes, silent: bool = False) -> Iterator[str]:
    """A server that reads a request and sends these bytes, whatever they are; one connection each."""
    listening = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        for answer in answers:
            connection, _ = listening.accept()
            with connection:
                connection.recv(65_536)
                if silent:
                    connection.recv(1)  # until the other side gives up
                connection.sendall(answer) if answer else None

    thread = Thread(target=serve, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{listening.getsockname()[1]}/api/"
    thread.join(timeout=10)
    listening.close()


def http(status: str, body: str, *headers: str, kind: str = "application/json") -> bytes:
    content = body.encode()
    lines = [
        f"HTTP/1.1 {status}",
        f"Content-Type: {kind}",
        f"Content-Length: {len(content)}",
        "Connection: close",
    ]
    return "\r\n".join([*lines, *headers, "", ""]).encode() + content


DOUBTFUL = {
    "cut before the answer": CUT,
    "cut in the headers": b"HTTP/1.1 200 OK\r\nContent-Le",
    "cut in the body": http("200 OK", '{"ok": true}')[:-5],
    "no HTTP": b"220 mail.example.com ESMTP\r\n",
    "500 with a page": http("500 Oops", "<html>oops</html>", kind="text/html"),
    "503 with JSON": http("503 Away", '{"ok": false, "error": "service_unavailable"}'),
    "502 with a refusal's word": http("502 Bad Gateway", '{"ok": false, "error": "msg_too_long"}'),
    "200 with a page": http("200 OK", "<html>please log in</html>", kind="text/html"),
    "200 with nothing": http("200 OK", ""),
    "200 with half a JSON": http("200 OK", '{"ok": tr'),
    "200 with a list": http("200 OK", '["ok"]'),
    "200 with null": http("200 OK", "null"),
    "200 with an empty object": http("200 OK", "{}"),
    "200 without a reason": http("200 OK", '{"ok": false}'),
    "200 in an unknown encoding": http("200 OK", "{}", kind="application/json; charset=klingon"),
    "200 in a broken encoding": http("200 OK", "x").replace(b"x", b"\xff"),
    "403 of a gateway": http("403 Forbidden", "<html>no</html>", kind="text/html"),
    "internal_error": http("200 OK", '{"ok": false, "error": "internal_error"}'),
    "fatal_error": http("200 OK", '{"ok": false, "error": "fatal_error"}'),
}


@pytest.mark.parametrize("answer", DOUBTFUL.values(), ids=DOUBTFUL)
@pytest.mark.filterwarnings("ignore::ResourceWarning")  # urllib's own, where it stumbles over half an answer
def test_what_may_have_been_done_is_ambiguous(answer: bytes):
    with answering(answer) as url, pytest.raises(Ambiguous):
        SlackClient("xoxb-1", url).perform("chat.postMessage", {"channel": "C1", "text": "a"})


def test_no_answer_in_time_is_ambiguous():
    with answering(CUT, silent=True) as url:
        client = SlackClient("xoxb-1", url)
        client.web.timeout = 1  # in place of 5
        with pytest.raises(Ambiguous):
            client.perform("chat.postMessage", {"channel": "C1", "text": "a"})


def test_a_port_where_nobody_listens_was_never_reached():
    with socket.create_server(("127.0.0.1", 0)) as once:
        port = once.getsockname()[1]
    with pytest.raises(Away):
        SlackClient("xoxb-1", f"http://127.0.0.1:{port}/api/").perform("chat.postMessage", {"channel": "C1"})


def test_a_name_that_nobody_knows_was_never_reached():
    with pytest.raises(Away):
        SlackClient("xoxb-1", "http://slack.invalid/api/").perform("chat.postMessage", {"channel": "C1"})


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        (["Retry-After: 30"], 30.0),
        (["retry-after: 7"], 7.0),
        (["Retry-After: 0"], 1.0),
        ([], 5.0),
        (["Retry-After: Wed, 21 Oct 2026 07:28:00 GMT"], 5.0),
        (["Retry-After: -3"], 5.0),
        (["Retry-After: inf"], 5.0),
    ],
)
@pytest.mark.parametrize("body", ['{"ok": false, "error": "ratelimited"}', "<html>slow down</html>", ""])
def test_a_429_says_how_long_to_wait(headers: list[str], seconds: float, body: str):
    with answering(http("429 Too Many Requests", body, *headers)) as url, pytest.raises(TryLater) as told:
        SlackClient("xoxb-1", url).perform("chat.postMessage", {"channel": "C1"})
    assert told.value.seconds == seconds
    assert (told.value.method, told.value.channel) == ("chat.postMessage", "C1")


@pytest.mark.parametrize("word", ["ratelimited", "rate_limited"])
def test_a_rate_limit_in_a_200_is_one_too(word: str):
    answer = http("200 OK", f'{{"ok": false, "error": "{word}"}}', "Retry-After: 9")
    with answering(answer) as url, pytest.raises(TryLater) as told:
        SlackClient("xoxb-1", url).perform("chat.postMessage", {"channel": "C1"})
    assert told.value.seconds == 9.0


@pytest.mark.parametrize(
    ("answer", "word"),
    [
        (http("200 OK", '{"ok": false, "error": "channel_not_found"}'), "channel_not_found"),
        (http("404 Not Found", '{"ok": false, "error": "unknown_method"}'), "unknown_method"),
        (http("413 Too Large", "<html>too large</html>"), "http_413"),
    ],
)
def test_a_refusal_is_for_good_and_keeps_slacks_word(answer: bytes, word: str):
    with answering(answer) as url, pytest.raises(Rejected) as told:
        SlackClient("xoxb-1", url).perform("chat.postMessage", {"channel": "C1"})
    assert told.value.error == word


@pytest.mark.parametrize("word", ["already_in_channel", "already_pinned", "already_reacted"])
def test_what_is_so_already_is_an_answer(word: str):
    with answering(http("200 OK", f'{{"ok": false, "error": "{word}"}}')) as url:
        assert SlackClient("xoxb-1", url).perform("pins.add", {"channel": "C1"})["already"] == word


def test_nothing_is_tried_again_by_itself():
    with answering(CUT) as url, pytest.raises(Ambiguous):  # a second connection would find nobody: Away
        SlackClient("xoxb-1", url).perform("chat.postMessage", {"channel": "C1"})


# Calls that are several, on the small Slack


@pytest.fixture
def slack() -> Iterator[Workspace]:
    clock = Clock()
    server = SandboxServer(Workspace(time=clock.machine, machine=clock.machine))
    server.start()
    server.workspace.add_channel("incidents", bot=True)
    yield server.workspace
    server.stop()


@pytest.fixture
def client(slack: Workspace) -> SlackClient:
    return SlackClient(slack.bot_token, f"{slack.base_url}api/")


OPEN = {"name": "inc-2026-0302-001-down", "ref": "INC-2026-0302-001", "private": False}


def test_a_channel_whose_creation_was_lost_is_adopted(slack: Workspace, client: SlackClient):
    slack.faults.add("conversations.create", "lost_reply")
    with pytest.raises(Ambiguous):
        client.perform("open_channel", OPEN)
    answer = client.perform("open_channel", OPEN)
    assert answer == {"channel": {"id": slack.channel("inc-2026-0302-001-down").id, "name": OPEN["name"]}}
    assert [c.name for c in slack.channels if c.name.startswith("inc-")] == [OPEN["name"]]


def _somebody_elses(slack: Workspace) -> None:
    slack.add_user("eva")
    slack.add_channel(str(OPEN["name"]), members=["eva"], bot=True)


def _archived(slack: Workspace) -> None:
    made = slack.call("conversations.create", {"name": OPEN["name"]}, slack.bot_token)
    slack.call("conversations.archive", {"channel": made["channel"]["id"]}, slack.bot_token)


def _of_another_purpose(slack: Workspace) -> None:
    made = slack.call("conversations.create", {"name": OPEN["name"]}, slack.bot_token)
    slack.call(
        "conversations.setPurpose", {"channel": made["channel"]["id"], "purpose": "tea"}, slack.bot_token
    )


@pytest.mark.parametrize("taken", [_somebody_elses, _archived, _of_another_purpose])
def test_a_channel_that_is_not_this_incidents_is_left_alone(
    slack: Workspace, client: SlackClient, taken: Callable[[Workspace], None]
):
    taken(slack)
    assert client.perform("open_channel", OPEN)["channel"]["name"] == f"{OPEN['name']}-2"
    assert client.perform("open_channel", OPEN)["channel"]["name"] == f"{OPEN['name']}-2", "and found again"


def test_one_of_a_group_who_cannot_be_invited_keeps_nobody_out(slack: Workspace, client: SlackClient):
    ben, gone, eva = (slack.add_user(name) for name in ("ben", "gone", "eva"))
    slack.add_group("oncall", ["ben", "gone", "eva"])
    slack.deactivate("gone")
    channel = client.perform("open_channel", OPEN)["channel"]["id"]
    with pytest.raises(Rejected):
        client.perform("invite_named", {"channel": channel, "who": "@oncall"})
    members = slack.channel(channel).members
    assert {ben.id, eva.id} <= set(members)
    assert gone.id not in members


def post(client: SlackClient, key: str, **more: object) -> str:
    metadata = {"event_type": "tocsin", "event_payload": {"key": key}}
    answer = client.perform("chat.postMessage", {"text": key, "metadata": metadata, **more})
    return str(answer["ts"])


def test_a_message_is_found_by_its_key_below_hundreds_of_others(slack: Workspace, client: SlackClient):
    channel = slack.channel("incidents")
    ts = post(client, "nudge:1", channel=channel.id)
    slack.add_user("eva")
    eva = slack.person("eva")
    eva.joins("incidents")
    eva.channel = channel
    for n in range(450):
        eva.says(f"message {n}")
    found = client.look("chat.postMessage", {"channel": channel.id}, "nudge:1", Way(since=float(ts) - 60))
    assert list(found) == [{"channel": channel.id, "ts": ts}]
    assert list(client.look("chat.postMessage", {"channel": "incidents"}, "nudge:2", Way(since=0.0))) == []
    assert (
        list(client.look("chat.postMessage", {"channel": channel.id}, "nudge:1", Way(since=float(ts) + 1)))
        == []
    )


def test_a_message_in_a_thread_is_found_there(slack: Workspace, client: SlackClient):
    channel = slack.channel("incidents").id
    root = post(client, "card:1", channel=channel)
    ts = post(client, "echo:1", channel=channel, thread_ts=root)
    found = client.look("chat.postMessage", {"channel": channel, "thread_ts": root}, "echo:1", Way(since=0.0))
    assert list(found) == [{"channel": channel, "ts": ts}]


def test_a_channel_given_by_name_is_looked_at(slack: Workspace, client: SlackClient):
    ts = post(client, "announce:1", channel="#incidents")
    found = client.look("chat.postMessage", {"channel": "#incidents"}, "announce:1", Way(since=0.0))
    assert list(found) == [{"channel": slack.channel("incidents").id, "ts": ts}]


def test_a_private_channel_given_by_name_is_looked_at(slack: Workspace, client: SlackClient):
    channel = slack.add_channel("board", bot=True, private=True)
    ts = post(client, "exec:1", channel="board")
    found = client.look("chat.postMessage", {"channel": "board"}, "exec:1", Way(since=0.0))
    assert list(found) == [{"channel": channel.id, "ts": ts}]


class Shut:
    """A gate that lets nothing pass, and knows what would have passed first."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def __call__(self, method: str, _channel: str | None, /) -> None:
        self.asked.append(method)
        raise TryLater(1.0)


@pytest.mark.parametrize(
    ("method", "args"),
    [
        ("open_channel", OPEN),
        ("invite_named", {"who": "@oncall"}),
        ("invite_named", {"who": "ben@example.com"}),
        ("invite_named", {"who": "U1"}),
        ("move_members", {"from": "C1", "users": []}),
        ("join_channel", {"private": False}),
        ("join_channel", {"private": True}),
        ("group_members", {"who": "@oncall"}),
        ("group_members", {"who": "S1"}),
        ("upload", {"name": "a.md", "title": "A", "content": "a"}),
        ("chat.update", {"ts": "1.1", "text": "a"}),
    ],
)
def test_it_is_known_which_limit_a_call_waits_for_first(
    slack: Workspace, client: SlackClient, method: str, args: dict[str, object]
):
    gate = Shut()
    full = {"channel": slack.channel("incidents").id, **args}
    with pytest.raises(TryLater):
        client.perform(method, full, gate=gate)
    assert gate.asked == [client.begins_with(method, full, looking=False)[0]]
    if method in COMPOUND and "who" not in args and "private" not in args:
        assert method in client.begun_by(gate.asked)


@pytest.mark.parametrize(
    "where", [{"channel": "C1"}, {"channel": "C1", "thread_ts": "1.1"}, {"channel": "#incidents"}]
)
def test_it_is_known_which_limit_a_look_waits_for_first(client: SlackClient, where: dict[str, str]):
    gate = Shut()
    with pytest.raises(TryLater):
        next(client.look("chat.postMessage", where, "a:1", Way(since=0.0), gate=gate))
    assert gate.asked == [client.begins_with("chat.postMessage", where, looking=True)[0]]


def test_every_message_of_a_key_is_found_and_one_can_be_deleted(slack: Workspace, client: SlackClient):
    channel = slack.channel("incidents").id
    first, second = post(client, "a:1", channel=channel), post(client, "a:1", channel=channel)
    found = list(client.look("chat.postMessage", {"channel": channel}, "a:1", Way(since=0.0)))
    assert {each["ts"] for each in found} == {first, second}
    client.unsay({"channel": channel, "ts": second})
    client.unsay({"channel": channel, "ts": second})
    (left,) = client.look("chat.postMessage", {"channel": channel}, "a:1", Way(since=0.0))
    assert left["ts"] == first


FILE = {"name": "INC-1-draft-1.md", "title": "Draft", "content": "# Día — 事故\n"}


def test_a_file_is_uploaded_and_found_by_its_name(slack: Workspace, client: SlackClient):
    args = {**FILE, "channel": slack.channel("incidents").id}
    answer = client.perform("upload", args)
    (found,) = client.look("upload", args, "upload:1", Way(since=0.0))
    assert found["file"] == answer["file"]
    assert slack.files[answer["file"]].content == str(FILE["content"]).encode()


def test_a_file_that_was_uploaded_twice_goes_out_of_the_channel_once(slack: Workspace, client: SlackClient):
    args = {**FILE, "channel": slack.channel("incidents").id}
    first, second = client.perform("upload", args), client.perform("upload", args)
    found = {each["file"]: each for each in client.look("upload", args, "upload:1", Way(since=0.0))}
    assert set(found) == {first["file"], second["file"]}
    assert client.unsay(found[second["file"]])
    (left,) = client.look("upload", args, "upload:1", Way(since=0.0))
    assert left["file"] == first["file"]


def test_trouble_before_a_file_is_completed_leaves_no_doubt(slack: Workspace, client: SlackClient):
    args = {**FILE, "channel": slack.channel("incidents").id}
    slack.faults.add("files.getUploadURLExternal", "lost_reply")
    with pytest.raises(Away):
        client.perform("upload", args)
    slack.faults.add("files.completeUploadExternal", "lost_reply")
    with pytest.raises(Ambiguous):
        client.perform("upload", args)
    assert len(list(client.look("upload", args, "upload:1", Way(since=0.0)))) == 1
