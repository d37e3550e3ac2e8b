"""Plays the steps of a replay into a running sandbox, through the API that its page uses."""

import json
import re
import sys
import urllib.error
import urllib.request
from datetime import datetime
from typing import Any, cast

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from bot.cli.records import read_file
from bot.clock import Clock
from bot.domain import references
from bot.domain.refusal import NoSandbox, ReplayStuck
from bot.domain.replay import Replay, read
from bot.domain.replay_cast import handle, people
from bot.domain.replay_steps import Deletes, Edits, Reacts, Says, Step, Types, steps

CHANNEL_WAIT = 30.0
"""Seconds until the incident's channel must be there."""
_REFERENCE = re.compile(references.ANY, re.ASCII)
LONGEST_PAUSE = 20.0
"""Machine seconds between two steps at most: nights are skipped."""


class Sandbox:
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
            raise ReplayStuck(reason=_sentence(error.read())) from error
        except (OSError, ValueError) as error:
            raise NoSandbox(given=self._url) from error


class Cast:
    """The people of a replay, as members of the sandbox, and the messages that they have written."""

    def __init__(self, sandbox: Sandbox, replay: Replay, clock: Clock) -> None:
        """Bring in whoever is not there yet. *clock* is for waiting. Raises NoSandbox and ReplayStuck."""
        self._sandbox = sandbox
        self._clock = clock
        self._messages: dict[str, str] = {}
        self.channel = "general"
        known = {member["name"]: member for member in sandbox.ask("people")}
        zones = {person["id"]: person.get("timezone") for person in replay.incident["people"]}
        names = people(replay)
        self._handles = {key: handle(key) for key in names}
        for key, name in names.items():
            if self._handles[key] not in known:
                about = {"name": self._handles[key], "real_name": name, "tz": zones.get(key) or "Etc/UTC"}
                sandbox.ask("people", about)
            self.does(key, "joins", channel="general")

    def does(self, person: str, verb: str, **arguments: Any) -> dict[str, Any]:
        """One thing that one person does."""
        done: dict[str, Any] = self._sandbox.ask(f"people/{self._handles[person]}/{verb}", arguments)
        return done

    def declares(self, step: Step) -> None:
        """Do *step*, which is the declaration, and go to the channel that opens for it. Raises ReplayStuck."""
        answer = json.dumps(self._types(step.person, cast("Types", step.action).command))
        found = _REFERENCE.search(answer)
        if found is None:
            raise ReplayStuck(reason=f"the answer to the declaration names no incident: {answer}")
        self._enters(step.person, found[0].lower())

    def act(self, step: Step) -> None:
        """Do *step* in the incident's channel. Raises ReplayStuck where the bot refuses a command."""
        action, who, here = step.action, step.person, {"channel": self.channel}
        if isinstance(action, Types):
            self._joins(who)
            self._types(who, action.command)
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

    def _types(self, who: str, command: str) -> dict[str, Any]:
        answer: dict[str, Any] = self.does(who, "types", text=command, channel=self.channel).get("answer", {})
        if not answer.get("ok", True):
            raise ReplayStuck(reason=f"{command}: {answer.get('text')}")
        return answer

    def _joins(self, who: str) -> None:
        if self.channel != "general":
            self.does(who, "joins", channel=self.channel)

    def _enters(self, person: str, ref: str) -> None:
        """Wait for the channel of the incident *ref* (in small letters), and go there."""
        end = self._clock.monotonic() + CHANNEL_WAIT
        while self._clock.monotonic() < end:
            for name in self.channels(person):
                if name.startswith(ref):
                    self.channel = name
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
    sandbox, clock = Sandbox(url), Clock()
    planned = steps(replay)
    players = Cast(sandbox, replay, clock)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console) as bar:
        task = bar.add_task(replay.id, total=len(planned))
        _set(sandbox, planned[0].at, speed)
        for done, step in enumerate(planned, 1):
            _wait(sandbox, clock, step.at, speed)
            (players.declares if done == 1 else players.act)(step)
            bar.update(task, completed=done, description=f"{replay.id} {step.at:%Y-%m-%d %H:%M} UTC")
            sandbox.ask("progress", {"label": replay.id, "done": done, "total": len(planned)})
            _set(sandbox, step.at, speed)
    _set(sandbox, planned[-1].at, 1.0)
    sandbox.ask("progress", {})
    console.print(f"Played into #{players.channel}. The draft:", soft_wrap=True)
    console.print(f"{sys.executable} -m bot postmortem {players.channel[:17].upper()}", soft_wrap=True)
    return 0


def _sentence(body: bytes) -> str:
    """What the sandbox refused with: a sentence in JSON, else whatever came."""
    text = body.decode("utf-8", "replace")
    try:
        return str(json.loads(text)["error"])
    except (ValueError, KeyError, TypeError):
        return text


def _set(sandbox: Sandbox, at: datetime, speed: float) -> None:
    sandbox.ask("clock", {"now": at.timestamp(), "speed": speed})


def _wait(sandbox: Sandbox, clock: Clock, at: datetime, speed: float) -> None:
    """Until business time is *at*; then hold it there: what is done at *at* is recorded at *at*."""
    ahead = (at.timestamp() - sandbox.ask("clock")["now"]) / speed
    if ahead > 0:
        clock.sleep(min(ahead, LONGEST_PAUSE))
    _set(sandbox, at, 0.0)
