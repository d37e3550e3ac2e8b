"""Makes the pictures of docs/install.md: ``python docs/make_install_pictures.py``, with ``.venv/bin/python``.

The terminals show what the commands print, on a small Slack of our own; the sketches of Slack's settings are drawn.
Both are SVG. The result, in the small Slack's page, is photographed with Chromium.
"""  # noqa: INP001 - a script, no package

import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
from playwright.sync_api import sync_playwright

HOUSE = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(HOUSE))

from install_drawings import Part, Sketch, sketch, terminal  # noqa: E402 - the checkout must be on the path first

from bot.clock import Clock  # noqa: E402
from bot.sandbox import Workspace  # noqa: E402
from bot.sandbox.server import SandboxServer  # noqa: E402

PICTURES = HOUSE / "docs" / "pictures"
COLUMNS = 108
"""Characters in a line of the terminals."""
PATIENCE = 30.0
"""Machine seconds in which something must have happened."""
MANIFEST_LINES, LOG_LINES = 16, 6
STEADY = ["--no-sandbox", "--disable-partial-raster", "--disable-lcd-text", "--num-raster-threads=1"]
"""Options of Chromium with which the same page gives the same picture."""
NIGHT = datetime(2026, 3, 10, 2, 12, tzinfo=UTC)
SETTINGS = (
    "Basic Information",
    "Collaborators",
    "Socket Mode",
    "Install App",
    "OAuth & Permissions",
    "App Manifest",
)


def sidebar(**steps: int) -> tuple[tuple[str, int], ...]:
    """The list at the left of an app's settings, with the clicks in it: ``Install_App=1``."""
    given = {name.replace("_and_", "_&_").replace("_", " "): step for name, step in steps.items()}
    return tuple((name, given.get(name, 0)) for name in SETTINGS)


CREATE = (
    Sketch(
        address="api.slack.com/apps",
        sidebar=(),
        parts=(
            Part(kind="heading", text="Your Apps"),
            Part(kind="button", text="Create New App", step=1),
            Part(kind="button", text="From a manifest", step=2, note="or: From an app manifest"),
            Part(kind="field", text="your workspace", step=3, note="pick the workspace, then Next"),
            Part(
                kind="box",
                text="display_information:\n  name: Tocsin\n  …",
                step=4,
                note="under YAML, all of manifest.yaml; then Next",
            ),
            Part(kind="button", text="Create", step=5, note="after a look at the summary"),
        ),
    ),
)
INSTALL = (
    Sketch(
        address="api.slack.com/apps, then Tocsin",
        sidebar=sidebar(Install_App=1),
        parts=(
            Part(kind="heading", text="Install App"),
            Part(kind="button", text="Install to Workspace", step=2),
            Part(kind="button", text="Allow", step=3, note="on the page that asks you"),
        ),
    ),
    Sketch(
        address="api.slack.com/apps, then Tocsin",
        sidebar=sidebar(OAuth_and_Permissions=4),
        parts=(
            Part(kind="heading", text="OAuth & Permissions"),
            Part(kind="text", text="Bot User OAuth Token"),
            Part(kind="field", text="xoxb-…", step=5, note="Copy: it is SLACK_BOT_TOKEN"),
        ),
    ),
)
APP_TOKEN = (
    Sketch(
        address="api.slack.com/apps, then Tocsin",
        sidebar=sidebar(Basic_Information=1),
        parts=(
            Part(kind="heading", text="App-Level Tokens"),
            Part(kind="button", text="Generate Token and Scopes", step=2),
            Part(kind="field", text="Token Name: tocsin", note="any name"),
            Part(kind="button", text="Add Scope", step=3, note="connections:write"),
            Part(kind="button", text="Generate", step=4),
            Part(kind="field", text="xapp-…", step=5, note="Copy: it is SLACK_APP_TOKEN"),
        ),
    ),
)
REINSTALL = (
    Sketch(
        address="api.slack.com/apps, then Tocsin",
        sidebar=sidebar(App_Manifest=1, Install_App=4),
        parts=(
            Part(kind="heading", text="App Manifest"),
            Part(
                kind="box",
                text="display_information:\n  name: Tocsin\n  …",
                step=2,
                note="the new manifest.yaml, whole",
            ),
            Part(kind="button", text="Save Changes", step=3),
            Part(kind="heading", text="Install App"),
            Part(kind="button", text="Reinstall to Workspace", step=5, note="then Allow"),
        ),
    ),
)
SKETCHES = {
    "install-create": (
        "Where to click: Create New App, From a manifest, workspace, the manifest, Create",
        CREATE,
    ),
    "install-bot-token": (
        "Where to click: Install App, Install to Workspace, Allow; the bot's token",
        INSTALL,
    ),
    "install-app-token": (
        "Where to click: Basic Information, Generate Token and Scopes; the app's token",
        APP_TOKEN,
    ),
    "install-again": (
        "Where to click: App Manifest, Save Changes, Install App, Reinstall to Workspace",
        REINSTALL,
    ),
}


def workspace() -> Workspace:
    """A small Slack as an operator meets it: the bot is installed, and is in no channel yet."""
    clock = Clock()
    made = Workspace(time=clock.machine, machine=clock.machine)
    made.auto = True
    made.add_user("ana", real_name="Ana Alvarez", tz="Europe/Madrid")
    ana = made.person("ana")
    made.add_channel("incidents")
    ana.joins("incidents")
    return made


def environment(server: SandboxServer, folder: Path) -> dict[str, str]:
    """What the terminals run in: the small Slack's tokens, and an empty database."""
    return {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": str(HOUSE),
        "COLUMNS": str(COLUMNS),
        "SLACK_BOT_TOKEN": server.workspace.bot_token,
        "SLACK_APP_TOKEN": server.workspace.app_token,
        "SLACK_API_URL": server.api_url,
        "DATABASE_URL": f"sqlite:///{folder}/tocsin.db",
        "PORT": "0",
    }


def prints(verb: str, env: dict[str, str]) -> list[str]:
    """What a verb prints."""
    done = subprocess.run(  # noqa: S603 - our own command
        [sys.executable, "-m", "bot", *verb.split()],
        env=env,
        cwd=HOUSE,
        check=False,
        capture_output=True,
        text=True,
    )
    return [line.rstrip() for line in done.stdout.splitlines()]


def until(ask: object, what: str) -> None:
    """Wait until *ask* gives something."""
    clock = Clock()
    end = clock.monotonic() + PATIENCE
    while not ask():  # type: ignore[operator]
        if clock.monotonic() > end:
            raise RuntimeError(f"it did not happen in time: {what}")
        clock.sleep(0.05)


@contextmanager
def running(env: dict[str, str], log: Path) -> Iterator[None]:
    """The bot, from when it listens until the end of the block."""
    with log.open("w") as written:
        bot = subprocess.Popen([sys.executable, "-m", "bot", "run"], env=env, cwd=HOUSE, stderr=written)
    try:
        said = ("listening on", "the board reach nobody")
        until(
            lambda: all(words in log.read_text() for words in said), "the bot listens, and has looked around"
        )
        yield
    finally:
        bot.send_signal(signal.SIGTERM)
        bot.wait(PATIENCE)


def steady(lines: list[str]) -> list[str]:
    """Lines of a log as they are whenever they are written: a time, a port and a place that never change."""
    found = []
    for number, line in enumerate(
        sorted(lines, key=lambda line: "listening on" in line)
    ):  # which may come earlier
        line = re.sub(r"^\S+ \S+", f"2026-03-02 09:00:0{number},000", line)  # noqa: PLW2901
        found.append(re.sub(r"127\.0\.0\.1:\d+", "127.0.0.1:3000", line))
    return found


def cut(lines: list[str], most: int) -> list[str]:
    """The first of them."""
    return lines if len(lines) <= most else [*lines[:most], "…"]


def keep(name: str, text: str) -> None:
    """Write one picture."""
    (PICTURES / f"{name}.svg").write_text(text, encoding="utf-8")


def terminals(server: SandboxServer, folder: Path) -> None:
    """The screens of manifest, check and run."""
    env, typed = environment(server, folder), "$ .venv/bin/python -m bot"
    lines = cut(prints("manifest", env), MANIFEST_LINES)
    keep("install-manifest", terminal("What manifest prints: YAML", [f"{typed} manifest", *lines]))
    found = prints("check", env)
    keep(
        "install-check-missing", terminal("check, with the bot not in #incidents", [f"{typed} check", *found])
    )
    server.workspace.person("ana").invites("tocsin", "incidents")
    found = prints("check", env)
    keep(
        "install-check",
        terminal("check, with nothing missing that stops the bot", [f"{typed} check", *found]),
    )
    with running(env, folder / "log"):
        pass
    lines = [line for line in (folder / "log").read_text().splitlines() if "told to stop" not in line]
    log = cut(steady(lines), LOG_LINES)
    keep(
        "install-run", terminal("The log of run: the tables are made, and it listens", [f"{typed} run", *log])
    )


class Sandbox:
    """The sandbox as a process, with its clock held at a night that never changes (see ``bot.sandbox.server``)."""

    def __init__(self, url: str) -> None:
        """Speak to the sandbox at *url*."""
        self.url = url.rstrip("/")
        self._http = httpx.Client(base_url=url, timeout=PATIENCE)
        self.ask("clock", {"now": NIGHT.timestamp(), "speed": 0})

    def ask(self, path: str, body: dict[str, Any] | None = None) -> dict[str, Any]:
        """GET, or POST with a body."""
        answer = self._http.get(path) if body is None else self._http.post(path, json=body)
        answer.raise_for_status()
        found: dict[str, Any] = answer.json()
        return found

    def said(self, channel: str) -> str:
        """What ana sees there."""
        return str(self.ask(f"state?person=ana&channel={channel}").get("channel"))

    def rests(self) -> bool:
        """Whether nothing happens for a second."""
        return not self.ask(f"state?since={self.ask('state')['version']}&wait=1")["changed"]

    def id_of(self, channel: str) -> str:
        """Its id."""
        channels = self.ask("state?person=ana")["channels"]
        return next(str(each["id"]) for each in channels if each["name"] == channel)


@contextmanager
def sandbox(folder: Path) -> Iterator[Sandbox]:
    """A sandbox on a free port, until the end of the block."""
    env = {**os.environ, "DATABASE_URL": f"sqlite:///{folder}/sandbox.db", "PYTHONUNBUFFERED": "1"}
    command = [sys.executable, "-m", "bot", "sandbox", "--port", "0"]
    process = subprocess.Popen(command, cwd=HOUSE, env=env, stdout=subprocess.PIPE, text=True)  # noqa: S603
    try:
        found = re.search(r"http://\S+", process.stdout.readline() if process.stdout else "")
        if found is None:
            raise RuntimeError("the sandbox did not start")
        yield Sandbox(found[0])
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(PATIENCE)


def photograph(folder: Path) -> None:
    """The first incident, in the announce channel."""
    with sandbox(folder) as small_slack, sync_playwright() as playwright:
        small_slack.ask(
            "people/ana/types", {"channel": "incidents", "text": "/incident declare sev2 checkout is slow"}
        )
        until(lambda: "checkout is slow" in small_slack.said("incidents"), "the announcement")
        until(small_slack.rests, "that nothing more happens")
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=STEADY)
        page = browser.new_page(viewport={"width": 1000, "height": 560}, color_scheme="light")
        page.goto(f"{small_slack.url}/#ana/{small_slack.id_of('incidents')}")
        page.get_by_text("checkout is slow").last.wait_for()
        page.get_by_label("Dismiss this card").click()
        page.screenshot(path=PICTURES / "install-result.png", animations="disabled")
        browser.close()


def main() -> None:
    """All of them."""
    for name, (label, pages) in SKETCHES.items():
        keep(name, sketch(label, pages))
    clock = Clock()
    server = SandboxServer(Workspace(time=clock.machine, machine=clock.machine))
    server.workspace = workspace()
    server.start()
    try:
        with tempfile.TemporaryDirectory() as folder:
            terminals(server, Path(folder))
            photograph(Path(folder))
    finally:
        server.stop()


if __name__ == "__main__":
    main()
