"""Plays the steps of a replay into a running sandbox, through the API that its page uses."""

import json
import sys
import urllib.error
import urllib.request
from datetime import datetime
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from bot.cli.records import read_file
from bot.clock import Clock
from bot.domain.refusal import NoSandbox, ReplayStuck
from bot.domain.replay import read
from bot.domain.replay_steps import Deletes, Edits, Reacts, Says, Step, Types, handle, people, steps

CHANNEL_WAIT = 30.0
"""Seconds until the incident's channel must be there."""
LONGEST_PAUSE = 20.0
"""Machine seconds between two steps at most: nights are skipped."""


class _Sandbox:
    """The sandbox's API for what people do (see ``bot.sandbox.server``)."""

    def __init__(self, url: str) -> None:
        self._url = url.rstrip("/")

    def ask(self, path: str, body: dict[str, Any] | None = None) -> Any:
        """GET, or POST with a body. Raises NoSandbox and ReplayStuck."""
        data = json.dumps(body).encode() if body is not None else None
        request = urllib.request.Request(  # noqa: S310 - an address that the operator gave
            f"{self._url}/{path}", data=data, headers={"Content-Type": "application/json"}
        )
        try:
            with urllib.request.urlopen(request, timeout=30) as answer:  # noqa: S310
                return json.load(answer)
        except urllib.error.HTTPError as error:
            raise ReplayStuck(reason=error.read().decode("utf-8", "replace")) from error
        except (OSError, ValueError) as error:
            raise NoSandbox(given=self._url) from error


class _Players:
    """The people of the replay, as members of the sandbox, and the messages that they have written."""

    def __init__(self, sandbox: _Sandbox, cast: dict[str, str], clock: Clock) -> None:
        self._sandbox = sandbox
        self._clock = clock
        self._messages: dict[str, str] = {}
        self.channel = "general"
        known = {member["name"]: member for member in sandbox.ask("people")}
        self._handles = {key: handle(key) for key in cast}
        for key, name in cast.items():
            if self._handles[key] not in known:
                sandbox.ask("people", {"name": self._handles[key], "real_name": name, "tz": "Etc/UTC"})
            self.does(key, "joins", channel="general")

    def does(self, person: str, verb: str, **arguments: Any) -> dict[str, Any]:
        """One thing that one person does."""
        done: dict[str, Any] = self._sandbox.ask(f"people/{self._handles[person]}/{verb}", arguments)
        return done

    def act(self, step: Step) -> None:
        """Do *step* in the incident's channel. Raises ReplayStuck where the bot refuses a command."""
        action, who, here = step.action, step.person, {"channel": self.channel}
        if isinstance(action, Types):
            self._joins(who)
            answer = self.does(who, "types", text=action.command, **here).get("answer", {})
            if not answer.get("ok", True):
                raise ReplayStuck(reason=f"{action.command}: {answer.get('text')}")
        elif isinstance(action, Says):
            self._joins(who)
            thread = self._messages.get(action.thread or "")
            self._messages[action.key] = self.does(who, "says", text=action.text, thread=thread, **here)["ts"]
        elif isinstance(action, Edits):
            self.does(who, "edits", ts=self._messages[action.key], text=action.text, **here)
        elif isinstance(action, Deletes):
            self.does(who, "deletes", ts=self._messages[action.key], **here)
        elif isinstance(action, Reacts):
            self.does(who, "reacts", ts=self._messages[action.key], emoji=action.emoji, **here)

    def _joins(self, who: str) -> None:
        if self.channel != "general":
            self.does(who, "joins", channel=self.channel)

    def enters(self, person: str, before: set[str]) -> None:
        """Wait for the incident's channel and go there."""
        end = self._clock.monotonic() + CHANNEL_WAIT
        while self._clock.monotonic() < end:
            new = [name for name in self.channels(person) if name not in before and name.startswith("inc-")]
            if new:
                self.channel = new[-1]
                return
            self._clock.sleep(0.1)
        raise ReplayStuck(reason=f"no incident channel appeared within {CHANNEL_WAIT:g} seconds")

    def channels(self, person: str) -> list[str]:
        """Names of the channels that *person* sees."""
        state = self._sandbox.ask(f"state?person={self._handles[person]}")
        return [channel["name"] for channel in state["channels"]]


def play(file: str, *, url: str, speed: float, console: Console) -> int:
    """Play *file* into the sandbox at *url*, business time running *speed* times as fast. Raises refusals."""
    replay = read(read_file(file))
    sandbox, clock = _Sandbox(url), Clock()
    planned = steps(replay)
    players = _Players(sandbox, people(replay), clock)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console) as bar:
        task = bar.add_task(replay.id, total=len(planned))
        _set(sandbox, planned[0].at, speed)
        for done, step in enumerate(planned, 1):
            _wait(sandbox, clock, step.at, speed)
            before = set(players.channels(step.person)) if done == 1 else set()
            players.act(step)
            if done == 1:
                players.enters(step.person, before)
            bar.update(task, completed=done, description=f"{replay.id} {step.at:%Y-%m-%d %H:%M} UTC")
            sandbox.ask("progress", {"label": replay.id, "done": done, "total": len(planned)})
            _set(sandbox, step.at, speed)
    _set(sandbox, planned[-1].at, 1.0)
    sandbox.ask("progress", {})
    console.print(f"Played into #{players.channel}. The draft:", soft_wrap=True)
    console.print(f"{sys.executable} -m bot postmortem {players.channel[:17].upper()}", soft_wrap=True)
    return 0


def _set(sandbox: _Sandbox, at: datetime, speed: float) -> None:
    sandbox.ask("clock", {"now": at.timestamp(), "speed": speed})


def _wait(sandbox: _Sandbox, clock: Clock, at: datetime, speed: float) -> None:
    """Until business time is *at*; then hold it there: what is done at *at* is recorded at *at*."""
    ahead = (at.timestamp() - sandbox.ask("clock")["now"]) / speed
    if ahead > 0:
        clock.sleep(min(ahead, LONGEST_PAUSE))
    _set(sandbox, at, 0.0)
