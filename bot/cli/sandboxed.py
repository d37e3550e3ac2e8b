"""Trying it out: ``sandbox``, our small Slack with the bot in it, and ``replay``, an incident played into it."""

import argparse
import os
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from importlib.resources import files
from pathlib import Path
from threading import Event

from rich.console import Console

from bot.app import SHORTCUTS, build, commands
from bot.cli.alone import alone
from bot.cli.logs import start_logging
from bot.cli.operate import REFUSED, on_signal, wait_for
from bot.cli.performing import Performer
from bot.cli.replaying import play
from bot.clock import MovableClock
from bot.domain.command import named
from bot.domain.policy import Policy
from bot.sandbox import Shortcut, Workspace
from bot.sandbox.server import ClockControl, SandboxServer
from bot.settings import Settings, read_settings, with_playbooks
from bot.store.migrate import ready

HINT = (
    "Type `/incident declare sev1 checkout is down`, then talk in the channel that opens. An update is wanted "
    "every {cadence}: *+15 min* above moves the clock on, and what is due then comes at once. End with "
    "`/incident resolve` and `/incident close`: the postmortem draft stands in the channel. To watch a whole "
    "incident go by: *Play an incident*, at the top."
)
TAKEN_FILE = (
    "Another sandbox has this database: {url}. Stop that one, or give this one its own: "
    "DATABASE_URL=sqlite:///second.db make demo PORT=4000"
)
TAKEN_PORT = "Port {port} cannot be used ({reason}). Another one: make demo PORT=4000"
PATIENT_START = 60.0
"""Seconds that what is typed into the page waits for the bot, which connects a moment after the page is there."""
PATIENT_ANSWER = 20.0
"""Seconds for an answer, where Slack gives 3: a busy laptop must not cost a newcomer the first one."""
PEOPLE = (
    ("ana", "Ana Alvarez", "Europe/Madrid"),
    ("ben", "Ben Okafor", "America/New_York"),
    ("chiyo", "Chiyo Tanaka", "Asia/Tokyo"),
    ("dev", "Dev Sharma", "Asia/Kolkata"),
)


def _policy() -> Policy:
    """The sandbox's policy, unless the operator names an own one."""
    if os.environ.get("TOCSIN_POLICY"):
        return read_settings(os.environ, needs_slack=False).policy
    short = Path(__file__).resolve().parent.parent / "sandbox_policy.toml"
    return with_playbooks(short)


def make_workspace(clock: MovableClock) -> Workspace:
    """A small workspace with people in several zones."""
    workspace = Workspace(time=lambda: clock.now().timestamp(), machine=clock.machine)
    workspace.shortcuts = [
        Shortcut(name=each.label, callback_id=each.callback, kind=each.place.value, about=each.does)
        for each in SHORTCUTS
    ]
    people = [workspace.add_user(name, real_name=real, tz=zone).id for name, real, zone in PEOPLE]
    workspace.add_channel("general", members=people)
    workspace.add_channel("incidents", members=people, bot=True)
    workspace.add_channel("exec-updates", members=people[:1], bot=True)
    workspace.add_channel("status-page", members=people, bot=True)
    workspace.add_group("oncall", [people[1]])
    workspace.add_group("customer-success", [people[3]])
    workspace.auto = True
    workspace.limits_enforced = True
    workspace.app_within, workspace.answer_within = PATIENT_START, PATIENT_ANSWER
    return workspace


def control(clock: MovableClock) -> ClockControl:
    """How the page and a replay move business time."""
    return ClockControl(
        now=lambda: clock.now().timestamp(),
        set=lambda now, speed: clock.set(datetime.fromtimestamp(now, UTC), speed),
        forward=lambda seconds: clock.forward(timedelta(seconds=seconds)),
    )


def sandbox(asked: argparse.Namespace) -> int:
    """Run the small Slack, its page and the bot until told to stop; the exit code."""
    found = read_settings({**os.environ, "TOCSIN_POLICY": ""}, needs_slack=False)
    start_logging((os.environ.get("LOG_LEVEL") or "WARNING").upper(), found.log_format)
    stop, console = on_signal(), Console()  # from the first second on it ends well
    clock = MovableClock()
    server = SandboxServer(make_workspace(clock), port=asked.port, clock_control=control(clock))
    with alone(found.database_url) as is_alone:
        if not is_alone:
            console.print(TAKEN_FILE.format(url=found.database_url), style="red", soft_wrap=True)
            return REFUSED
        try:
            server.start()
        except OSError as error:
            reason = os.strerror(error.errno or 0)
            console.print(TAKEN_PORT.format(port=asked.port, reason=reason), style="red", soft_wrap=True)
            return REFUSED
        try:
            return _with_bot(found, server, clock, console, stop)
        finally:
            server.stop()


def _with_bot(
    found: Settings, server: SandboxServer, clock: MovableClock, console: Console, stop: Event
) -> int:
    workspace = server.workspace
    inside = replace(
        found,
        bot_token=workspace.bot_token,
        app_token=workspace.app_token,
        signing_secret=workspace.signing_secret,
        slack_api_url=server.api_url,
        policy=_policy(),
    )
    most_severe = next(iter(inside.policy.severities.values()))
    workspace.commands = commands(inside.policy.command)
    workspace.marks = {
        name: about
        for name, about in (
            (inside.policy.emoji, "Add to timeline"),
            (inside.policy.star, "Make a task of it"),
            (inside.policy.repeat, "Make a follow-up of it"),
        )
        if name
    }
    workspace.hint = named(HINT, inside.policy.command).format(cadence=most_severe.cadence)
    bot = build(inside, clock)
    ready(bot.store)
    if sentence := bot.identity.settle_in_sandbox():
        console.print(sentence, style="red")
        return REFUSED
    incident = files("bot.sandbox").joinpath("incident.json").read_text(encoding="utf-8")
    performer = Performer(server, clock, incident, due=bot.due, rests=bot.is_at_rest)
    bot.start()
    bot.connect()
    server.player = performer
    console.print(f"The sandbox runs: [bold]{server.url}[/bold]", soft_wrap=True)
    console.print(f"Open it in a browser. {workspace.hint.replace('*', '')}", highlight=False)
    console.print("Stop with Ctrl-C.")
    try:
        wait_for(stop)
    finally:
        performer.stop()
        bot.stop()
    return 0


def replay(asked: argparse.Namespace) -> int:
    """Play a recorded incident into a sandbox that runs; the exit code."""
    return play(asked.file, url=asked.url, speed=asked.speed, console=Console(stderr=True))
