"""The bot as operators run it: real processes of ``python -m bot``, real HTTP and WebSocket, on both databases."""

import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from bot.clock import Clock
from bot.sandbox import HttpDoor, Workspace, post_to
from bot.sandbox.server import SandboxServer
from tests.waiting import until

CHECKOUT = Path(__file__).parents[2]
DEADLINE = 30.0
"""Machine seconds in which a process must have done something; far more than it needs."""
LISTENING = re.compile(r"listening on (http://\S+)")


@pytest.fixture
def slack() -> Iterator[SandboxServer]:
    clock = Clock()
    server = SandboxServer(Workspace(time=clock.machine, machine=clock.machine))
    server.start()
    server.workspace.auto = True
    server.workspace.add_channel("incidents", bot=True)
    yield server
    server.stop()


def environment(slack: SandboxServer, database_url: str, *, socket: bool) -> dict[str, str]:
    return {
        **os.environ,
        "SLACK_BOT_TOKEN": slack.workspace.bot_token,
        "SLACK_SIGNING_SECRET": slack.workspace.signing_secret,
        "SLACK_APP_TOKEN": slack.workspace.app_token if socket else "",
        "SLACK_API_URL": slack.api_url,
        "DATABASE_URL": database_url,
        "PORT": "0",
    }


@contextmanager
def process(verb: str, env: dict[str, str], log: Path) -> Iterator[Callable[[re.Pattern[str]], str]]:
    """A process of the bot; gives a way to wait for a line of its log. It must end well when told to."""
    with log.open("w") as written:
        running = subprocess.Popen([sys.executable, "-m", "bot", verb], cwd=CHECKOUT, env=env, stderr=written)

    def says(wanted: re.Pattern[str]) -> str:
        found = until(lambda: wanted.search(log.read_text()))
        return found[1] if found.re.groups else found[0]

    try:
        yield says
    finally:
        running.send_signal(signal.SIGTERM)
        assert running.wait(DEADLINE) == 0, log.read_text()
    assert "Traceback" not in log.read_text(), log.read_text()


def declared(slack: SandboxServer) -> None:
    """Ana declares, and everything that belongs to it happens once."""
    workspace = slack.workspace
    workspace.add_user("ana", real_name="Ana Alvarez", tz="Europe/Madrid")
    ana = workspace.person("ana")
    ana.channel = workspace.channel("incidents")
    ana.joins("incidents")
    answer = until(
        lambda: given if (given := ana.commands("/incident declare sev1 api down")).status == 200 else None
    )
    assert "SEV-1 (P0 · Critical)" in answer.text
    room = until(lambda: next((c for c in workspace.channels if c.name.startswith("inc-")), None))
    until(lambda: room.pins)
    announced = until(lambda: [m for m in workspace.channel("incidents").messages if "api down" in m.words])
    assert len(announced) == 1
    ana.says("Decision: roll back", room.name)
    until(lambda: "roll back" in ana.commands("/incident timeline", room.name).text)


def test_one_process_does_it_all_over_a_socket(slack, database_url, tmp_path):
    env = environment(slack, database_url, socket=True)
    with process("run", env, tmp_path / "log") as says:
        says(LISTENING)
        declared(slack)


def test_what_a_cut_connection_lost_is_read_once_it_is_back(slack, database_url, tmp_path):
    env = environment(slack, database_url, socket=True)
    with process("run", env, tmp_path / "log") as says:
        says(LISTENING)
        declared(slack)
        ana, room = slack.workspace.person("ana"), slack.workspace.channels[-1]
        slack.workspace.auto = False
        ana.says("Decision: said to nobody", room.name)
        slack.workspace.deliveries._waiting.clear()  # noqa: SLF001 - it went with the connection
        assert slack.cut_sockets(None) > 0
        slack.workspace.auto = True
        until(lambda: "said to nobody" in ana.commands("/incident timeline", room.name).text)


def with_port(env: dict[str, str]) -> dict[str, str]:
    """*env* with a port for health and metrics, by which it is known that a worker is up."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        return {**env, "METRICS_PORT": str(listening.getsockname()[1])}


def test_a_door_and_two_workers_share_one_database(slack, database_url, tmp_path):
    env = environment(slack, database_url, socket=False)
    with (
        process("serve", env, tmp_path / "door") as says,
        process("work", with_port(env), tmp_path / "worker-1") as first,
        process("work", with_port(env), tmp_path / "worker-2") as second,
    ):
        first(LISTENING)
        second(LISTENING)
        slack.workspace.door = HttpDoor(post_to(says(LISTENING)))
        declared(slack)


@pytest.mark.parametrize(
    ("variable", "wrong", "line"),
    [
        ("SLACK_BOT_TOKEN", "xoxb-wrong", "Slack does not accept SLACK_BOT_TOKEN (invalid_auth)"),
        ("SLACK_APP_TOKEN", "xapp-wrong", "Slack refuses SLACK_APP_TOKEN (invalid_auth)"),
    ],
)
def test_a_wrong_token_ends_the_process_with_one_line_that_names_it(slack, sqlite_url, variable, wrong, line):
    env = {**environment(slack, sqlite_url, socket=True), variable: wrong}
    ended = subprocess.run(
        [sys.executable, "-m", "bot", "run"],
        cwd=CHECKOUT,
        env=env,
        capture_output=True,
        text=True,
        timeout=DEADLINE,
        check=False,
    )
    errors = [
        said for said in ended.stderr.splitlines() if " WARNING " not in said
    ]  # what check finds comes beside
    assert (ended.returncode, len(errors)) == (1, 1), ended.stderr
    assert line in errors[0]
