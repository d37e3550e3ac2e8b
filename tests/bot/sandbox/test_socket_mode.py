import json
from concurrent.futures import ThreadPoolExecutor
from threading import Condition

import httpx
import pytest
from slack_bolt import App as BoltApp
from slack_bolt.adapter.socket_mode.websocket_client import SocketModeHandler
from slack_sdk import WebClient
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import connect

from bot.sandbox import SocketDoor
from tests.waiting import until

PATIENCE = 20


class Heard:
    """What a Bolt app was told; ``until`` waits for it."""

    def __init__(self):
        self.texts = []
        self.more = Condition()

    def add(self, text):
        with self.more:
            self.texts.append(text)
            self.more.notify_all()

    def until(self, wanted):
        with self.more:
            assert self.more.wait_for(lambda: wanted in self.texts, timeout=PATIENCE), self.texts


@pytest.fixture
def heard():
    return Heard()


@pytest.fixture
def bolt(server, ws, heard):
    """A real Bolt app on Socket Mode."""
    ws.door = None
    client = WebClient(ws.bot_token, base_url=server.api_url, retry_handlers=[])
    app = BoltApp(client=client, process_before_response=True)
    app.command("/incident")(lambda ack, command: ack(f"You said: {command['text']}"))
    app.event("message")(lambda event: heard.add(event["text"]))
    handler = SocketModeHandler(app, ws.app_token, ping_interval=1)
    handler.client.on_close_listeners.clear()
    handler.connect()
    wait_for_connections(ws, 1)
    yield handler
    handler.client.auto_reconnect_enabled = False
    handler.close()
    handler.app.listener_runner.listener_executor.shutdown(wait=True)


def wait_for_connections(ws, count):
    with ws.changed:
        there = ws.changed.wait_for(
            lambda: isinstance(ws.door, SocketDoor) and len(ws.door.connections) >= count, timeout=PATIENCE
        )
    assert there


def test_bolt_answers_commands_and_hears_messages(bolt, ws, heard):
    ana = ws.person("ana")
    assert ana.types("/incident help").text == "You said: help"
    ana.says("hello")
    assert ws.pump() == 1
    heard.until("hello")


def open_socket(server, ws):
    headers = {"Authorization": f"Bearer {ws.app_token}"}
    url = httpx.post(f"{server.api_url}apps.connections.open", headers=headers).json()["url"]
    return connect(url, compression=None)


def test_hello_then_an_envelope_then_again_when_it_was_not_acknowledged(server, ws):
    ws.door = SocketDoor(seconds=0.05)
    with open_socket(server, ws) as socket:
        assert read(socket)["type"] == "hello"
        wait_for_connections(ws, 1)
        ws.person("ana").says("hello")
        assert ws.pump() == 0
        first, second = read(socket), read(socket)
        assert (first["type"], first["retry_attempt"], second["retry_attempt"]) == ("events_api", 0, 1)
        assert second["retry_reason"] == "timeout"
        assert first["payload"]["event_id"] == second["payload"]["event_id"]
        assert first["envelope_id"] != second["envelope_id"]


def test_each_envelope_goes_to_one_connection(server, ws):
    ws.door = SocketDoor(seconds=0.05)
    with open_socket(server, ws) as one, open_socket(server, ws) as other:
        wait_for_connections(ws, 2)
        assert {read(one)["num_connections"], read(other)["num_connections"]} == {1, 2}
        ws.person("ana").says("a")
        ws.pump()
        assert {read(one)["retry_attempt"], read(other)["retry_attempt"]} == {0, 1}


@pytest.mark.parametrize(
    ("reason", "closed"), [("warning", False), ("refresh_requested", True), (None, True)]
)
def test_connections_are_cut_on_demand(server, ws, reason, closed):
    ws.door = None
    with open_socket(server, ws) as socket:
        read(socket)
        wait_for_connections(ws, 1)
        assert server.cut_sockets(reason) == 1
        if reason is not None:
            assert read(socket) == {"type": "disconnect", "reason": reason, "debug_info": {"host": "sandbox"}}
        if closed:
            with pytest.raises(ConnectionClosed):
                read(socket)


def test_a_ticket_opens_one_connection(server, ws):
    ws.door = None
    headers = {"Authorization": f"Bearer {ws.app_token}"}
    url = httpx.post(f"{server.api_url}apps.connections.open", headers=headers).json()["url"]
    with connect(url, compression=None) as socket:
        read(socket)
        with pytest.raises(Exception, match="403"), connect(url, compression=None):
            pass


def test_a_command_without_a_connection_fails(ws):
    ws.door = SocketDoor()
    assert ws.person("ana").types("/incident").status == 503


def test_a_command_typed_before_the_app_has_connected_is_answered_once_it_has(server, ws, moment):
    ws.door, ws.app_within = None, PATIENCE
    with ThreadPoolExecutor(1) as keyboard:
        typed = keyboard.submit(ws.person("ana").types, "/incident help")
        until(lambda: ws.response_urls)
        assert httpx.get(f"{server.url}state").json()["starting"]
        moment.forward(30)
        with open_socket(server, ws) as socket:
            assert read(socket)["type"] == "hello"
            envelope = read(socket)
            socket.send(json.dumps({"envelope_id": envelope["envelope_id"], "payload": {"text": "Yes"}}))
            assert typed.result(PATIENCE).text == "Yes"
    trigger = ws.triggers[envelope["payload"]["trigger_id"]]
    assert trigger.made == moment.machine  # it begins to age when the app can use it


def test_what_is_said_before_the_app_has_connected_is_delivered_at_the_first_try(server, ws):
    ws.door = None
    with pytest.raises(InvalidStatus), connect(f"{server.url.replace('http', 'ws')}link/?ticket=forged"):
        pass
    ws.person("ana").says("hello")
    assert ws.pump() == 0
    with open_socket(server, ws) as socket, ThreadPoolExecutor(1) as delivering:
        assert read(socket)["type"] == "hello"
        wait_for_connections(ws, 1)
        pumped = delivering.submit(ws.pump)
        envelope = read(socket)
        assert (envelope["type"], envelope["retry_attempt"]) == ("events_api", 0)
        socket.send(json.dumps({"envelope_id": envelope["envelope_id"]}))
        assert pumped.result(PATIENCE) == 1


def read(socket):
    return json.loads(socket.recv(timeout=PATIENCE))
