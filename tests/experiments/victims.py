"""Bots in processes of their own, killed at a place of the test's choice: for experiments on a single command."""

import json
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from bot.sandbox import HttpDoor
from tests.world import World

ROOT = Path(__file__).parent.parent.parent
KILLED = 137


class Victims:
    """Bots in processes of their own, on the world's Slack and database."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        self._process = process

    def life(self, world: World, *, crash_at: int = 0, **more: Any) -> dict[str, Any]:
        """What one process does: see ``victim.live``."""
        return {
            "token": world.slack.bot_token,
            "secret": world.slack.signing_secret,
            "api_url": world.server.api_url,
            "database_url": world.database_url,
            "policy": POLICY,
            "at": world.clock.at.isoformat(),
            "crash_at": crash_at,
            **more,
        }

    def begin(self, *lives: dict[str, Any]) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(lives) + "\n")
        self._process.stdin.flush()

    def heard(self) -> dict[str, Any]:
        assert self._process.stdout is not None
        line: dict[str, Any] = json.loads(self._process.stdout.readline())
        return line

    def finish(self, world: World, *, crash_at: int = 0) -> bool:
        """A process that makes what waits; whether it was killed."""
        self.begin(self.life(world, crash_at=crash_at))
        return self._was_killed(self.heard())

    def command(
        self, world: World, who: str, text: str, *, crash_at: int, beside: Sequence[dict[str, Any]] = ()
    ) -> tuple[bool, bool]:
        """A command answered by a process that is killed at its n-th place: was it answered, was it killed?

        *beside*: lives of other processes, which begin at the same time.
        """
        heard: list[dict[str, Any]] = []

        def post(_: str, body: bytes, headers: dict[str, str]) -> tuple[int, dict[str, str], bytes]:
            self.begin(self.life(world, crash_at=crash_at, body=body.decode(), headers=headers), *beside)
            heard.append(self.heard())
            if "status" not in heard[0]:
                raise ConnectionResetError
            return heard[0]["status"], heard[0]["headers"], heard[0]["body"].encode()

        usual, world.slack.door = world.slack.door, HttpDoor(post)
        world.person(who).types(text)
        world.slack.door = usual
        answered = "status" in heard[0]
        if answered:
            assert heard[0]["status"] == 200
            heard.append(self.heard())
        return answered, self._was_killed(heard[-1])

    @staticmethod
    def _was_killed(heard: dict[str, Any]) -> bool:
        ends = heard["ended"]
        assert set(ends) <= {0, KILLED}, f"the processes ended with {ends}"
        return bool(ends[0] == KILLED)


POLICY = '[severity.P0]\nupdate_every = "24h"\ninvite = ["@oncall"]'


@pytest.fixture(scope="session")
def victims() -> Iterator[Victims]:
    command = [sys.executable, "-m", "tests.experiments.victim"]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, cwd=ROOT, stdin=pipe, stdout=pipe, text=True) as process:
        yield Victims(process)
        assert process.stdin is not None
        process.stdin.close()
