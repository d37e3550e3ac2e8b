"""Real processes that are restarted, told to stop while all hangs, or lose a thread: nothing is lost, nothing twice."""

import signal
import socket
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

import httpx
import psycopg
import pytest

from bot.heartbeat import EXIT_STALLED
from bot.sandbox import HttpDoor, post_to
from bot.sandbox.server import SandboxServer
from bot.store.store import Store
from tests.stories.test_processes import CHECKOUT, DEADLINE, LISTENING, environment, process, slack
from tests.waiting import until
from tests.world import key_of

__all__ = ["slack"]

POLICY = '[severity.P0]\nupdate_every = "2s"\ninvite = []\nescalate = []\nnudge_limit = 0\n'
"""A nudge every two seconds, so that some are due while processes come and go."""


@pytest.fixture
def policy(tmp_path: Path) -> str:
    file = tmp_path / "policy.toml"
    file.write_text(POLICY)
    return str(file)


@dataclass(slots=True)
class Balancer:
    """What stands before several doors: each delivery goes to the next one, and to another where one is closed."""

    urls: list[str] = field(default_factory=list)
    turn: int = 0

    def post(self, path: str, body: bytes, headers: dict[str, str]) -> tuple[int, dict[str, str], bytes]:
        for _ in range(20):
            urls = list(self.urls)
            self.turn += 1
            try:
                return post_to(urls[self.turn % len(urls)])(path, body, headers)
            except ConnectionRefusedError:
                continue
        raise ConnectionRefusedError


class Traffic:
    """Ana, who goes on talking and typing in the incident's channel until it is enough."""

    def __init__(self, slack: SandboxServer) -> None:
        self.slack, self.said = slack, 0
        self.refused: list[tuple[int, int, str]] = []
        self._enough = threading.Event()
        self._thread = threading.Thread(target=self._go_on)
        self.ana = slack.workspace.person("ana")

    def _go_on(self) -> None:
        while not self._enough.wait(0.05):
            self.said += 1
            self.ana.says(f"message {self.said}", self.room)
            answer = self.ana.commands(f"/incident note fact {self.said}", self.room)
            if answer.status != 200 or "not recorded" in answer.text:
                self.refused.append((self.said, answer.status, answer.text))

    def __enter__(self) -> Self:
        self.ana.commands("/incident declare sev1 api down", "incidents")
        self.room = until(
            lambda: next((c.name for c in self.slack.workspace.channels if c.name.startswith("inc-")), None)
        )
        until(lambda: self.ana.id in self.slack.workspace.channel(self.room).members)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._enough.set()
        self._thread.join(DEADLINE)


def in_log(database_url: str, ref: str) -> Counter[str]:
    store = Store(database_url)
    try:
        with store.read() as tx:
            return Counter(entry.text for entry in tx.entries(ref))
    finally:
        store.close()


def nudges_of(slack: SandboxServer, traffic: Traffic) -> list[str]:
    """The keys of the nudges that stand in the channel."""
    keys = [key_of(m) for m in slack.workspace.channel(traffic.room).messages if not m.deleted]
    return [key for key in keys if key.startswith("nudge:")]


def whole(slack: SandboxServer, database_url: str, traffic: Traffic) -> None:
    """Everything that was said and typed is in the log once, every command was answered, every nudge stands once."""
    ref = traffic.room[:17].upper()
    wanted = {f"{what} {n}" for what in ("message", "fact") for n in range(1, traffic.said + 1)}

    until(lambda: not slack.workspace.deliveries.waiting)
    assert traffic.refused == []
    found = in_log(database_url, ref)
    assert {text: found[text] for text in wanted if found[text] != 1} == {}
    until(lambda: len(nudges_of(slack, traffic)) > 1)
    nudges = nudges_of(slack, traffic)
    assert len(nudges) == len(set(nudges))
    assert slack.workspace.deliveries.lost == []


def test_doors_and_workers_are_restarted_one_by_one_while_all_goes_on(slack, database_url, policy, tmp_path):
    slack.workspace.add_user("ana")
    slack.workspace.person("ana").joins("incidents")
    env = {**environment(slack, database_url, socket=False), "TOCSIN_POLICY": policy}
    balancer = Balancer()
    with ExitStack() as second:
        with ExitStack() as first:
            says = first.enter_context(process("serve", env, tmp_path / "door-1"))
            first.enter_context(process("work", env, tmp_path / "worker-1"))
            balancer.urls.append(says(LISTENING))
            slack.workspace.door = HttpDoor(balancer.post)
            traffic = second.enter_context(Traffic(slack))
            later = second.enter_context(process("serve", env, tmp_path / "door-2"))
            second.enter_context(process("work", env, tmp_path / "worker-2"))
            balancer.urls.append(later(LISTENING))
            before = traffic.said
            until(lambda: traffic.said > before + 5)
        before = traffic.said
        until(lambda: traffic.said > before + 10)
        traffic.__exit__()
        whole(slack, database_url, traffic)


def test_of_two_processes_with_sockets_one_ends_while_all_goes_on(slack, sqlite_url, policy, tmp_path):
    slack.workspace.add_user("ana")
    slack.workspace.person("ana").joins("incidents")
    env = {**environment(slack, sqlite_url, socket=True), "TOCSIN_POLICY": policy}
    with ExitStack() as second:
        with process("run", env, tmp_path / "first") as says:
            says(LISTENING)
            traffic = second.enter_context(Traffic(slack))
            later = second.enter_context(process("run", env, tmp_path / "second"))
            later(LISTENING)
            until(lambda: len(slack.workspace.door.connections) == 4)
            before = traffic.said
            until(lambda: traffic.said > before + 5)
        before = traffic.said
        until(lambda: traffic.said > before + 10)
        traffic.__exit__()
        whole(slack, sqlite_url, traffic)


@contextmanager
def started(
    env: dict[str, str], log: Path, *command: str
) -> Iterator[tuple["subprocess.Popen[bytes]", Callable[[], str]]]:
    """A process, and its log so far; killed at the end where it still lives."""
    with log.open("w") as written:
        running = subprocess.Popen([sys.executable, "-m", *command], cwd=CHECKOUT, env=env, stderr=written)
    try:
        yield running, log.read_text
    finally:
        if running.poll() is None:
            running.kill()
            running.wait(DEADLINE)


@pytest.mark.parametrize("thread", ["APScheduler", "outbox"])
def test_where_a_thread_dies_health_fails_first_and_then_the_process_ends(
    slack, sqlite_url, tmp_path, thread
):
    """R16."""
    env = {**environment(slack, sqlite_url, socket=False), "WEAK_THREAD": thread}
    with started(env, tmp_path / "log", "tests.stories.dying", "run") as (running, log):
        url = until(lambda: found[1] if (found := LISTENING.search(log())) else None)
        until(lambda: httpx.get(f"{url}/healthz").status_code == 200)
        running.send_signal(signal.SIGUSR1)
        statuses = []
        while running.poll() is None:
            try:
                statuses.append(httpx.get(f"{url}/healthz", timeout=2).status_code)
            except httpx.HTTPError:
                break
        assert 503 in statuses
        assert running.wait(DEADLINE) == EXIT_STALLED
        assert "not healthy" in log()


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        return int(listening.getsockname()[1])


def test_a_worker_tells_its_health_and_metrics_where_it_was_given_a_port(slack, sqlite_url, tmp_path):
    port = free_port()
    env = {**environment(slack, sqlite_url, socket=True), "METRICS_PORT": str(port)}
    with process("work", env, tmp_path / "log") as says:
        url = says(LISTENING)
        assert url.endswith(f":{port}")
        until(lambda: httpx.get(f"{url}/readyz").status_code == 200)
        assert httpx.get(f"{url}/healthz").status_code == 200
        until(lambda: "tocsin_socket_connections 2.0" in httpx.get(f"{url}/metrics").text)
        assert httpx.post(f"{url}/slack/events").status_code == 404


@pytest.mark.parametrize("signals", [1, 2])
def test_a_database_that_hangs_does_not_hold_up_the_end(slack, postgres_url, tmp_path, signals):
    """Told to stop, a process is gone within ten seconds whatever hangs; told twice, at once."""
    env = environment(slack, postgres_url, socket=False)
    with (
        psycopg.connect(postgres_url) as other,
        other.transaction(),
        started(env, tmp_path / "log", "bot", "run") as (running, log),
    ):
        # who wants to plan tries for a quarter of a minute
        other.execute("LOCK TABLE outbox IN EXCLUSIVE MODE")
        until(lambda: LISTENING.search(log()))
        until(lambda: _waits_for(postgres_url))
        running.send_signal(signal.SIGTERM)
        until(lambda: "told to stop" in log())
        for _ in range(signals - 1):
            running.send_signal(signal.SIGTERM)
        assert running.wait(DEADLINE) == (0 if signals == 1 else 128 + signal.SIGTERM)
        assert ("whoever comes next takes over" in log()) == (signals == 1)


def _waits_for(url: str) -> bool:
    """Whether somebody waits for the lock."""
    with psycopg.connect(url) as asking:
        row = asking.execute("SELECT count(*) FROM pg_locks WHERE NOT granted").fetchone()
    return bool(row and row[0])
