"""Procfile, Dockerfile, compose file and unit: what they name exists, and what they start does start."""

import json
import os
import re
import shlex
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator, Mapping
from configparser import RawConfigParser
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
import yaml

from bot.cli import VERBS
from bot.clock import Clock
from bot.sandbox import Workspace
from bot.sandbox.server import SandboxServer
from bot.settings import VARIABLES
from tests.waiting import until

HOUSE = Path(__file__).parent.parent
PYTHONS_OWN = {"PATH", "PYTHONUNBUFFERED", "PYTHONDONTWRITEBYTECODE", "PGPASSWORD"}
"""Variables that Python, or libpq, reads."""
KNOWN = {one.name for one in VARIABLES}
SECONDS = 60


def read(name: str) -> str:
    return (HOUSE / name).read_text(encoding="utf-8")


class Unit(RawConfigParser):
    """A unit of systemd: keys keep their case, and one may stand there several times."""

    def __init__(self) -> None:
        super().__init__(strict=False, delimiters=("=",))
        self.environment = re.findall(r"^Environment=(.*)$", read("deploy/tocsin.service"), re.MULTILINE)
        self.read_string(read("deploy/tocsin.service"))

    def optionxform(self, optionstr: str) -> str:
        return optionstr


COMPOSE: dict[str, Any] = yaml.safe_load(read("compose.yaml"))
BOT: dict[str, Any] = COMPOSE["services"]["bot"]
DOCKERFILE = read("Dockerfile").replace("\\\n", " ")
PROCFILE = dict(re.findall(r"^(\w+): (.+)$", read("Procfile"), re.MULTILINE))
COMMANDS: dict[str, list[str]] = {
    **{f"Procfile {name}": shlex.split(line) for name, line in PROCFILE.items()},
    "Dockerfile": json.loads(re.findall(r"^CMD (.+)$", DOCKERFILE, re.MULTILINE)[0]),
    "compose bot": BOT["command"],
    "compose migrate": COMPOSE["services"]["migrate"]["command"],
    "systemd": shlex.split(Unit()["Service"]["ExecStart"]),
}
"""Every command line that these files start, by where it stands."""
STAYS = [
    ("Procfile web", "postgres"),
    ("Procfile worker", "postgres"),
    ("Dockerfile", "sqlite"),
    ("compose bot", "postgres"),
    ("systemd", "sqlite"),
]
"""What goes on until it is told to stop, and the database that it is made for."""
HEALTH = {
    "Dockerfile": json.loads(re.findall(r"^HEALTHCHECK .*CMD (.+)$", DOCKERFILE, re.MULTILINE)[0]),
    "compose bot": BOT["healthcheck"]["test"][1:],
}


# What they name


@pytest.mark.parametrize("where", COMMANDS)
def test_each_command_is_a_verb_with_options_that_it_has(where):
    python, module, bot, name, *options = COMMANDS[where]
    assert (Path(python).name, module, bot) == ("python", "-m", "bot")
    verb = next(verb for verb in VERBS if verb.name == name)
    taken = {option for names, _ in verb.arguments for option in names}
    assert {option for option in options if option.startswith("-")} <= taken


def test_each_variable_that_they_set_is_one_that_is_read():
    unit = {name for line in Unit().environment for name in re.findall(r"(\w+)=", line.partition(":")[0])}
    image = set(re.findall(r"(\w+)=", " ".join(re.findall(r"^ENV (.+)$", DOCKERFILE, re.MULTILINE))))
    compose = {name for one in COMPOSE["services"].values() if "build" in one for name in one["environment"]}
    assert unit | image | compose <= KNOWN | PYTHONS_OWN
    assert set(re.findall(r"\$\{(\w+)", read("compose.yaml"))) == {"POSTGRES_PASSWORD"} <= KNOWN


def test_the_ports_are_one():
    port = BOT["environment"]["PORT"]
    assert re.findall(r"^EXPOSE (\d+)$", DOCKERFILE, re.MULTILINE) == [port]
    assert [published.split(":")[-1] for published in BOT["ports"]] == [port]
    for command in HEALTH.values():
        assert f"127.0.0.1:{port}/healthz" in command[-1]


def test_the_image_is_pinned_and_runs_as_nobody_of_importance():
    images = [*re.findall(r"^FROM (\S+)", DOCKERFILE, re.MULTILINE), COMPOSE["services"]["db"]["image"]]
    assert all(re.fullmatch(r"[\w/]+:\d[\w.-]+", image) for image in images), images
    (user,) = re.findall(r"^USER (\d+)$", DOCKERFILE, re.MULTILINE)
    assert int(user) > 0
    assert "--require-hashes -r /requirements.txt" in DOCKERFILE


def test_the_bot_starts_once_the_database_is_there_and_migrated():
    assert {name: how["condition"] for name, how in BOT["depends_on"].items()} == {
        "db": "service_healthy",
        "migrate": "service_completed_successfully",
    }
    assert BOT["read_only"]
    assert BOT["restart"] == "unless-stopped"


def test_the_unit_is_one_that_systemd_takes(tmp_path):
    """Where there is a systemd; its path of Python is replaced by ours, since it must be there."""
    analyze = shutil.which("systemd-analyze")
    if analyze is None:
        pytest.skip("no systemd-analyze on this machine, so the unit is not looked at")
    unit = tmp_path / "tocsin.service"
    text = read("deploy/tocsin.service").replace("/opt/tocsin/.venv/bin/python", sys.executable)
    unit.write_text(re.sub(r"^User=.*\n|^Documentation=.*\n", "", text, flags=re.MULTILINE))
    done = subprocess.run([analyze, "verify", unit], check=False, capture_output=True, text=True)
    assert (done.returncode, [line for line in done.stderr.splitlines() if "tocsin" in line]) == (0, [])


# What they start


@pytest.fixture(scope="module")
def slack() -> Iterator[SandboxServer]:
    clock = Clock()
    server = SandboxServer(Workspace(time=clock.machine, machine=clock.machine))
    server.start()
    server.workspace.auto = True
    server.workspace.add_channel("incidents", bot=True)
    server.workspace.add_user("ana", real_name="Ana Alvarez", tz="Europe/Madrid")
    yield server
    server.stop()


@pytest.fixture(scope="module")
def image(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The checkout as the Dockerfile leaves it in /app: what .dockerignore lets in, compiled."""
    folder = tmp_path_factory.mktemp("app")
    for name in re.findall(r"^!(.+)$", read(".dockerignore"), re.MULTILINE):
        source, target = HOUSE / name, folder / name
        if source.is_dir():
            shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(source, target)
    subprocess.run([sys.executable, "-m", "compileall", "-q", folder], check=True)
    return folder


def what_stands_in(folder: Path) -> dict[str, int]:
    """Every file with the time of its last change."""
    return {str(path): path.stat().st_mtime_ns for path in folder.rglob("*")}


def environment(slack: SandboxServer, database_url: str, port: int) -> dict[str, str]:
    """All that the bot gets: no HOME, and nothing else of this machine's."""
    return {
        "PATH": os.environ["PATH"],
        "PYTHONDONTWRITEBYTECODE": "1",
        "SLACK_BOT_TOKEN": slack.workspace.bot_token,
        "SLACK_SIGNING_SECRET": slack.workspace.signing_secret,
        "SLACK_APP_TOKEN": slack.workspace.app_token,
        "SLACK_API_URL": slack.api_url,
        "DATABASE_URL": database_url,
        "PORT": str(port),
        "METRICS_PORT": str(port),
    }


def free_port() -> int:
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        return int(listening.getsockname()[1])


@contextmanager
def started(command: list[str], env: Mapping[str, str], folder: Path, log: Path) -> Iterator[None]:
    """The command line as it stands there, with our Python; it must end well when told to."""
    with log.open("w") as written:
        running = subprocess.Popen([sys.executable, *command[1:]], cwd=folder, env=env, stderr=written)
    try:
        yield
    finally:
        running.send_signal(signal.SIGTERM)
        assert running.wait(SECONDS) == 0, log.read_text()


def answers(port: int, path: str, log: Path) -> httpx.Response:
    """The first good answer at *path*."""

    def ask() -> httpx.Response | None:
        try:
            found = httpx.get(f"http://127.0.0.1:{port}{path}", timeout=SECONDS)
        except httpx.TransportError:
            return None
        return found if found.status_code == 200 else None

    return until(ask, what=f"{path}: {log.read_text()}")


def migrated(env: Mapping[str, str], folder: Path, where: str) -> None:
    done = subprocess.run(
        [sys.executable, *COMMANDS[where][1:]],
        cwd=folder,
        env=env,
        check=False,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr


def test_all_that_goes_on_is_tried():
    assert {name for name, words in COMMANDS.items() if words[3] != "migrate"} == {name for name, _ in STAYS}


@pytest.mark.parametrize("stays", STAYS, ids=" ".join)
def test_what_is_started_answers_and_leaves_the_checkout_as_it_was(stays, slack, image, tmp_path, request):
    where, database = stays
    log, port, before = tmp_path / "log", free_port(), what_stands_in(image)
    env = environment(slack, request.getfixturevalue(f"empty_{database}_url"), port)
    migrated(env, image, "compose migrate" if where.startswith("compose") else "Procfile release")
    with started(COMMANDS[where], env, image, log):
        assert answers(port, "/healthz", log).json() == {"healthy": True}
        assert answers(port, "/readyz", log).json() == {"ready": True, "reasons": []}
        if where == "Dockerfile":
            assert "Declared *SEV-1" in declares(slack)
        if where in HEALTH:
            assert [asks(where, at, env) for at in (port, free_port())] == [0, 1]
    assert what_stands_in(image) == before


def declares(slack: SandboxServer) -> str:
    """What ana is answered: all that the bot says and writes must have come along."""
    ana = slack.workspace.person("ana")
    ana.joins("incidents")
    answer = until(
        lambda: given if (given := ana.commands("/incident declare sev1 down", "incidents")).text else None,
        what="an answer",
    )
    return str(answer.text)


def asks(where: str, port: int, env: Mapping[str, str]) -> int:
    """The exit code of the health check that stands *where*, asked at *port*."""
    _, *words = HEALTH[where]
    asked = [word.replace(f":{BOT['environment']['PORT']}/", f":{port}/") for word in words]
    return subprocess.run(
        [sys.executable, *asked], check=False, env=env, stderr=subprocess.DEVNULL
    ).returncode
