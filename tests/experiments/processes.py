"""The bot as operators run it, for experiments that kill what it stands on: processes of ``python -m bot``."""

import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from bot.clock import Clock
from bot.sandbox.server import SandboxServer
from tests.waiting import until

CHECKOUT = Path(__file__).parents[2]
DEADLINE = 180.0
"""Machine seconds in which something must have happened; far more than it needs."""
LISTENING = re.compile(r"listening on (http://\S+)")
MACHINE = Clock()


def environment(slack: SandboxServer, database_url: str, *, socket: bool = False) -> dict[str, str]:
    workspace = slack.workspace
    return {
        **os.environ,
        "SLACK_BOT_TOKEN": workspace.bot_token,
        "SLACK_SIGNING_SECRET": workspace.signing_secret,
        "SLACK_APP_TOKEN": workspace.app_token if socket else "",
        "SLACK_API_URL": slack.api_url,
        "DATABASE_URL": database_url,
        "PORT": "0",
    }


@dataclass(frozen=True, slots=True)
class Running:
    """One process; what it logs."""

    process: "subprocess.Popen[bytes]"
    log: Path

    def says(self, wanted: re.Pattern[str]) -> str:
        """The first group of a line of the log, once it is there."""
        found = until(
            lambda: wanted.search(self.log.read_text()), what=f"{wanted.pattern} in {self.log.name}"
        )
        return found[1]

    @property
    def address(self) -> str:
        return self.says(LISTENING)

    def ends(self) -> int:
        """Told to end as a supervisor does; its exit code."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        try:
            return self.process.wait(DEADLINE)
        except subprocess.TimeoutExpired:
            self.process.kill()
            raise


@contextmanager
def running(verb: str, env: Mapping[str, str], log: Path) -> Iterator[Running]:
    """A process of the bot. It must end well when told to, and have met no bug."""
    with log.open("w") as written:
        process = subprocess.Popen(
            [sys.executable, "-m", "bot", verb], cwd=CHECKOUT, env=dict(env), stdout=written, stderr=written
        )
    made = Running(process, log)
    try:
        yield made
    finally:
        code = made.ends()
    assert code == 0, log.read_text()[-3_000:]
    assert "Traceback" not in log.read_text(), log.read_text()[-6_000:]
