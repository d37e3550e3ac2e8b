"""20 workers start at once on an empty database: one migration, no error, all of them serve (RELIABILITY R12)."""

import re
import subprocess
import sys
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from pathlib import Path

import pytest

from bot.sandbox import HttpDoor, post_to
from bot.sandbox.server import SandboxServer
from tests.experiments.conftest import Size
from tests.experiments.processes import CHECKOUT, DEADLINE, MACHINE, Running, environment, running
from tests.experiments.traffic import SlacksClock, slack_with
from tests.waiting import until
from tests.world import key_of

pytestmark = pytest.mark.experiment("R12")
UPGRADE = re.compile(r"the database was migrated from nothing to \d+")
TROUBLE = re.compile(r" (?:WARNING(?!.*\(to mend it: )|ERROR|CRITICAL) .*")
"""What ``check`` finds about the policy is told at each start, and is no trouble."""


@pytest.fixture
def slack() -> Iterator[SandboxServer]:
    with slack_with(SlacksClock()) as server:
        server.workspace.add_user("ana")
        server.workspace.person("ana").joins("incidents")
        yield server


def each_serves(slack: SandboxServer, doors: list[Running]) -> None:
    """Each is ready, and takes a declaration; all that follows happens once, whoever does it."""
    workspace = slack.workspace
    ana, before = workspace.person("ana"), len(_rooms(slack))
    for n, door in enumerate(doors):
        with urllib.request.urlopen(f"{door.address}/readyz", timeout=DEADLINE) as answer:  # noqa: S310 - our own
            assert answer.status == 200
        workspace.door = HttpDoor(post_to(door.address, DEADLINE))
        assert "SEV-2" in ana.commands(f"/incident declare sev2 service {n} is down", "incidents").text
    wanted = before + len(doors)
    until(lambda: sum(bool(room.pins) for room in _rooms(slack)) == wanted, what="each channel is open")
    announced = [
        key_of(m) for m in workspace.channel("incidents").messages if key_of(m).startswith("announce:")
    ]
    until(lambda: len(workspace.channel("incidents").messages) >= wanted, what="all are announced")
    assert len(set(announced)) == len(announced)
    assert len(_rooms(slack)) == wanted


def _rooms(slack: SandboxServer):
    return [channel for channel in slack.workspace.channels if channel.name.startswith("inc-")]


def no_trouble(logs: list[Path]) -> int:
    """No log tells of any trouble; how many processes migrated."""
    texts = [log.read_text() for log in logs]
    assert [found for text in texts for found in TROUBLE.findall(text)] == []
    return sum(UPGRADE.search(text) is not None for text in texts)


def test_all_of_them_on_an_empty_file(
    slack: SandboxServer, empty_sqlite_url: str, tmp_path: Path, size: Size, figures: Callable[..., None]
) -> None:
    count, begun = size.of(3, 20), MACHINE.monotonic()
    env, logs = environment(slack, empty_sqlite_url), [tmp_path / f"log-{n}" for n in range(count)]
    with ExitStack() as stack:
        started = [stack.enter_context(running("run", env, log)) for log in logs]
        assert all(each.address for each in started)
        took = MACHINE.monotonic() - begun
        each_serves(slack, started)
    migrations = no_trouble(logs)
    figures(database="sqlite", processes=count, migrations=migrations, all_listen_after_seconds=took)
    assert migrations == 1


def test_all_of_them_on_an_empty_postgres(
    slack: SandboxServer, empty_postgres_url: str, tmp_path: Path, size: Size, figures: Callable[..., None]
) -> None:
    """Whoever runs before the migration is done says so and ends; ``migrate`` may be run by all at once."""
    count = size.of(1, 10)
    few = {"DATABASE_CONNECTIONS": "3"}  # of the hundred that a PostgreSQL has
    env = {**environment(slack, empty_postgres_url), **few}
    logs = [tmp_path / f"log-{n}" for n in range(count * 2)]
    early = [_begin(verb, env) for verb in ("work", "serve")[: size.of(1, 2)]]
    assert [each.wait(DEADLINE) for each in early] == [1] * len(early)
    assert all("python -m bot migrate" in str(each.communicate()[1]) for each in early)
    migrating = [_begin("migrate", env) for _ in range(2 * count)]
    told = [each.communicate(timeout=DEADLINE) for each in migrating]
    assert [each.returncode for each in migrating] == [0] * 2 * count, told
    assert len({out for out, _ in told}) == 1
    with ExitStack() as stack:
        verbs = ["serve", "work"] * count
        started = [
            stack.enter_context(running(verb, env, log)) for verb, log in zip(verbs, logs, strict=True)
        ]
        each_serves(slack, started[::2])
        assert [each.process.poll() for each in started] == [None] * 2 * count
    figures(database="postgres", processes=2 * count, migrating=2 * count)
    assert no_trouble([each.log for each in started]) == 0
    assert sum(UPGRADE.search(errors) is not None for _, errors in told) == 1


def _begin(verb: str, env: Mapping[str, str]) -> "subprocess.Popen[str]":
    pipe = subprocess.PIPE
    return subprocess.Popen(
        [sys.executable, "-m", "bot", verb], cwd=CHECKOUT, env=dict(env), stdout=pipe, stderr=pipe, text=True
    )
