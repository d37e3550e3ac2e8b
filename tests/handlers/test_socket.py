"""Socket Mode's connections: several, replaced before they go, back after a cut, and never silent for long."""

import socket as network
import threading
from collections.abc import Iterator, Mapping
from contextlib import suppress
from typing import Any

import pytest

from bot.clock import Clock
from bot.sandbox import SocketDoor, Workspace
from bot.sandbox.doors import Connection
from bot.sandbox.server import SandboxServer
from bot.slack.client import Away, SlackClient
from handlers.socket import CannotConnect, Socket
from tests.waiting import until

PATIENCE = 30.0
CLOCK = Clock()


class Hasty(Clock):
    """A clock by which a quarter of a minute of silence takes three seconds."""

    def monotonic(self) -> float:
        return super().monotonic() * 5


class Watched(SocketDoor):
    """Remembers how many connections there were, each time that changed."""

    def __init__(self) -> None:
        super().__init__()
        self.counts: list[int] = []

    def joined(self, connection: Connection) -> int:
        self.counts.append(count := super().joined(connection))
        return count

    def left(self, connection: Connection) -> None:
        super().left(connection)
        self.counts.append(len(self.connections))


class App:
    """What is at the other end: keeps what it gets, and takes as long as the test wants."""

    def __init__(self) -> None:
        self.said: list[str] = []
        self.retries: list[str] = []
        self.losses = self.taken = 0
        self.go_on = threading.Event()
        self.go_on.set()
        self.keeps = True

    def take(
        self, payload: Mapping[str, Any], headers: Mapping[str, str], received: float
    ) -> dict[str, Any] | None:
        if "event" not in payload:
            return {"text": f"You said: {payload['text']}"}
        self.taken += 1
        self.go_on.wait(PATIENCE)
        if not self.keeps:
            return None
        self.said.append(payload["event"]["text"])
        self.retries += headers.values()
        return {}

    def on_lost(self) -> None:
        self.losses += 1


@pytest.fixture
def server() -> Iterator[SandboxServer]:
    made = SandboxServer(Workspace(time=CLOCK.machine, machine=CLOCK.machine))
    made.start()
    made.workspace.add_user("ana")
    made.workspace.add_channel("general", members=["ana"], bot=True)
    made.workspace.door = Watched()
    yield made
    made.stop()


@pytest.fixture
def app() -> App:
    return App()


def opened(
    server: SandboxServer, app: App, *, n: int = 2, clock: Clock = CLOCK, through: int | None = None
) -> Socket:
    """Socket Mode, connected; *through* a port of the test's own."""
    client = SlackClient(server.workspace.app_token, server.api_url)

    def address() -> str:
        url = str(client.perform("apps.connections.open", {})["url"])
        return url.replace(f":{server.port}/", f":{through}/") if through else url

    made = Socket(app.take, address, clock, connections=n, on_lost=app.on_lost)
    made.open()
    return made


@pytest.fixture
def sockets(server: SandboxServer, app: App) -> Iterator[Socket]:
    made = opened(server, app)
    until(lambda: len(door(server).connections) == 2)
    yield made
    app.go_on.set()
    made.close()


def door(server: SandboxServer) -> Watched:
    found = server.workspace.door
    assert isinstance(found, Watched)
    return found


def test_what_slack_sends_over_any_of_them_is_answered(server, app, sockets):
    ana = server.workspace.person("ana")
    for n in range(6):
        assert ana.types(f"/incident {n}").text == f"You said: {n}"
        ana.says(str(n), "general")
    assert server.workspace.pump() == 6
    assert sorted(app.said) == list("012345")
    assert sockets.connections == 2


def test_after_a_cut_all_are_back_and_it_is_told(server, app, sockets):
    assert server.cut_sockets(None) == 2
    until(lambda: app.losses)
    until(lambda: len(door(server).connections) == 2)
    server.workspace.person("ana").says("again", "general")
    server.workspace.pump()
    until(lambda: app.said == ["again"])


def test_a_warning_is_followed_by_a_new_connection_before_the_old_one_goes(server, app, sockets):
    door(server).counts.clear()
    assert server.cut_sockets("warning") == 2
    until(lambda: len(door(server).connections) == 4)
    assert min(door(server).counts) > 2
    assert app.losses == 0


def test_a_refresh_is_no_loss_and_events_meanwhile_come_by_another_way(server, app, sockets):
    server.workspace.person("ana").says("meanwhile", "general")
    assert server.cut_sockets("refresh_requested") == 2
    until(lambda: len(door(server).connections) == 2)
    server.workspace.pump()
    until(lambda: app.said == ["meanwhile"])
    assert app.losses == 0


class Pipe:
    """A port that leads to another one, until it is frozen: then nothing passes, and nobody is told."""

    def __init__(self, port: int) -> None:
        self._to = port
        self._listening = network.create_server(("127.0.0.1", 0))
        self.port = self._listening.getsockname()[1]
        self._open = threading.Event()
        self._open.set()
        self._ends: list[network.socket] = []
        self._threads = [threading.Thread(target=self._accept)]
        self._threads[0].start()

    def _accept(self) -> None:
        while True:
            try:
                near, _ = self._listening.accept()
            except OSError:
                return
            far = network.create_connection(("127.0.0.1", self._to))
            self._ends += [near, far]
            for one, other in ((near, far), (far, near)):
                copying = threading.Thread(target=self._copy, args=(one, other, self._open))
                self._threads.append(copying)
                copying.start()

    @staticmethod
    def _copy(one: network.socket, other: network.socket, is_open: threading.Event) -> None:
        try:
            while data := one.recv(65_536):
                if is_open.is_set():
                    other.sendall(data)
            if is_open.is_set():
                other.shutdown(network.SHUT_RDWR)
        except OSError:
            return

    def freeze(self) -> None:
        """What is connected now hangs for ever; new connections work."""
        self._open.clear()
        self._open = threading.Event()
        self._open.set()

    def close(self) -> None:
        for each in (self._listening, *self._ends):
            with suppress(OSError):
                each.shutdown(network.SHUT_RDWR)
            each.close()
        for thread in self._threads:
            thread.join(PATIENCE)


def test_a_connection_that_says_nothing_any_more_is_replaced(server, app):
    pipe = Pipe(server.port)
    made = opened(server, app, n=1, clock=Hasty(), through=pipe.port)
    try:
        first = list(door(server).connections)
        pipe.freeze()
        until(lambda: app.losses)
        assert [one for one in door(server).connections if one not in first]
    finally:
        made.close()
        pipe.close()


def test_one_that_is_idle_but_answers_pings_stays(server, app):
    made = opened(server, app, n=1, clock=Hasty())
    try:
        begun = CLOCK.monotonic()
        until(lambda: CLOCK.monotonic() - begun > 5.0)  # twenty-five of its seconds
        assert (door(server).counts, app.losses) == ([1], 0)
    finally:
        made.close()


def test_slow_deliveries_hold_up_no_others(server, app, sockets):
    ana = server.workspace.person("ana")
    app.go_on.clear()
    waiting = []
    for n in range(15):
        server.workspace.emit({"type": "message", "channel": "C1", "text": str(n), "ts": f"{n}.000001"})
        payload = server.workspace.deliveries.waiting[-1].payload
        waiting.append(threading.Thread(
            target=door(server).deliver, args=(server.workspace, "events_api", payload), daemon=True
        ))  # fmt: skip
        waiting[-1].start()
    assert ana.types("/incident help").text == "You said: help"
    app.go_on.set()
    until(lambda: len(app.said) == 15)


def test_what_is_not_kept_is_not_acknowledged_and_comes_again(server, app, sockets):
    app.keeps = False
    door(server).seconds = 0.2
    server.workspace.person("ana").says("a", "general")
    assert server.workspace.pump() == 0
    (waiting,) = server.workspace.deliveries.waiting
    assert waiting.attempt == 2, "at once, and a minute later"


def test_at_the_end_what_is_in_hand_is_acknowledged_and_nothing_more_is_taken(server, app):
    made = opened(server, app, n=2)
    door(server).seconds = PATIENCE
    until(lambda: len(door(server).connections) == 2)
    app.go_on.clear()
    server.workspace.person("ana").says("in hand", "general")
    delivered: list[int] = []
    pumping = threading.Thread(target=lambda: delivered.append(server.workspace.pump()))
    pumping.start()
    until(lambda: app.taken)
    closing = threading.Thread(target=made.close)
    closing.start()
    app.go_on.set()
    pumping.join(PATIENCE)
    closing.join(PATIENCE)
    assert (delivered, app.said) == ([1], ["in hand"])
    until(lambda: door(server).connections == [])
    assert app.losses == 0


def test_without_slack_there_is_no_beginning():
    def nobody() -> str:
        raise Away("refused")

    with pytest.raises(CannotConnect, match="cannot be reached"):
        Socket(App().take, nobody, CLOCK, connections=1, on_lost=lambda: None).open()
