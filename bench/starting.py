"""P8: how soon a process is ready, and what it weighs."""

import os
import re
import signal
import subprocess
import sys
import tempfile
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

from bench.measure import ROUNDS, Ratio, ratios
from bench.place import Place, place
from bot.clock import Clock

LIBRARIES = (
    "slack_bolt, slack_sdk, sqlalchemy, alembic.command, apscheduler.schedulers.background, jinja2, dotenv, \
starlette.applications, uvicorn, prometheus_client, rich.console, websocket"
)
"""What the bot runs on: imported without the bot."""
DEADLINE = 60.0
REST = 3.0
"""Seconds after which a process that is ready has come to rest."""
ROOT = Path(__file__).resolve().parent.parent
LISTENING = re.compile(r"listening on (http://\S+)")


def start_and_weight() -> Iterator[Ratio]:
    """P8: from the start of ``python -m bot run`` until /readyz is 200, and its memory at rest."""
    with place() as here:
        runs = [(_ready(here), _imported()) for _ in range(ROUNDS)]
    times, weights = [one for (one, _), _ in runs], [two for (_, two), _ in runs]
    yield Ratio(
        number="P8", what="start until ready ÷ importing the libraries alone",
        values=ratios(times, [imported for _, imported in runs]), goal=1.5, hoped=1.2,
        note=f"{sorted(times)[ROUNDS // 2]:.2f} s",
    )  # fmt: skip
    yield Ratio(
        number="P8",
        what="memory of a process at rest",
        values=tuple(weights),
        goal=90.0,
        hoped=60.0,
        unit="MB",
    )


def _imported() -> float:
    clock = Clock()
    began = clock.monotonic()
    subprocess.run([sys.executable, "-c", f"import {LIBRARIES}"], check=True)  # noqa: S603 - our own
    return clock.monotonic() - began


def _ready(here: Place) -> tuple[float, float]:
    """Seconds until ready, and megabytes at rest, of one process on a database that is migrated."""
    clock = Clock()
    with tempfile.NamedTemporaryFile("w+") as log:
        began = clock.monotonic()
        running = subprocess.Popen(
            [sys.executable, "-m", "bot", "run"], cwd=ROOT, env=_environment(here), stderr=log
        )
        try:
            while not _is_ready(Path(log.name)):
                if clock.monotonic() - began > DEADLINE:
                    raise TimeoutError(Path(log.name).read_text())
                clock.sleep(0.005)
            ready = clock.monotonic() - began
            clock.sleep(REST)
            return ready, _megabytes(running.pid)
        finally:
            running.send_signal(signal.SIGTERM)
            running.wait(DEADLINE)


def _is_ready(log: Path) -> bool:
    listening = LISTENING.search(log.read_text())
    if listening is None:
        return False
    try:
        with urllib.request.urlopen(f"{listening[1]}/readyz", timeout=5) as answer:  # noqa: S310 - loopback
            return bool(answer.status == 200)
    except urllib.error.HTTPError:
        return False


def _megabytes(pid: int) -> float:
    """What the process holds in memory (VmRSS)."""
    told = Path(f"/proc/{pid}/status").read_text()
    return int(told.split("VmRSS:")[1].split()[0]) / 1e3


def _environment(here: Place) -> dict[str, str]:
    return {
        **os.environ,
        "SLACK_BOT_TOKEN": here.slack.bot_token,
        "SLACK_SIGNING_SECRET": here.slack.signing_secret,
        "SLACK_APP_TOKEN": "",
        "SLACK_API_URL": here.server.api_url,
        "DATABASE_URL": here.bot.settings.database_url,
        "PORT": "0",
        "LOG_LEVEL": "INFO",
    }
