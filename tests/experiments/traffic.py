"""People who go on talking and typing in an incident while its database is away, and what must come of it."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from bot.clock import Clock
from bot.sandbox import Channel, HttpDoor, Workspace, post_to
from bot.sandbox.server import SandboxServer
from bot.store.store import Store
from tests.experiments.processes import MACHINE, environment, running
from tests.waiting import until
from tests.world import key_of


class SlacksClock(Clock):
    """Slack's own clock, which the test puts ahead so that redeliveries come at once."""

    ahead = 0.0

    def machine(self) -> float:
        return super().machine() + self.ahead


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """A command and what the bot answered to it; times are monotonic."""

    begun: float
    ended: float
    status: int
    text: str
    words: str

    @property
    def kept(self) -> bool:
        return self.status == 200 and self.text.startswith("Recorded.")

    @property
    def not_kept(self) -> bool:
        return self.status == 200 and "nothing was recorded" in self.text

    @property
    def perhaps(self) -> bool:
        return self.status == 200 and "it may be kept or not" in self.text


class Traffic:
    """People who go on talking and typing in an incident, whatever happens."""

    def __init__(self, slack: SandboxServer, clock: SlacksClock) -> None:
        self.workspace, self.clock = slack.workspace, clock
        self.said: list[str] = []
        self.answers: list[Answered] = []
        for name in ("ana", "ben"):
            self.workspace.add_user(name)
            self.workspace.person(name).joins("incidents")
        ana = self.workspace.person("ana")
        assert "SEV-1" in ana.commands("/incident declare sev1 checkout is down", "incidents").text
        self.room = until(self._room, what="a channel")
        self._over = threading.Event()
        self._threads: list[threading.Thread] = []

    def _room(self) -> Channel | None:
        found = (c for c in self.workspace.channels if c.name.startswith("inc-") and c.pins)
        return next(found, None)

    def _talk(self) -> None:
        ana = self.workspace.person("ana")
        while not self._over.wait(0.1):
            self.said.append(f"word {len(self.said)}")
            ana.says(self.said[-1], self.room.name)

    def _type(self) -> None:
        ana = self.workspace.person("ana")
        while not self._over.wait(0.2):
            words, begun = f"fact {len(self.answers)}", MACHINE.monotonic()
            answer = ana.commands(f"/incident update {words}", self.room.name)
            self.answers.append(
                Answered(
                    begun=begun,
                    ended=MACHINE.monotonic(),
                    status=answer.status,
                    text=answer.text,
                    words=words,
                )
            )

    def __enter__(self) -> Self:
        self._over.clear()
        self._threads = [threading.Thread(target=work) for work in (self._talk, self._type)]
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        for thread in self._threads:
            thread.join()

    def recovered(self, back: float) -> float:
        """Seconds from *back* until the first command after it was done."""
        done = until(
            lambda: next((a for a in self.answers if a.begun > back and a.kept), None),
            what="a command is done again",
        )
        return done.ended - back

    def refused(self, more: int) -> None:
        """Wait until *more* commands were told that nothing was recorded."""
        before = sum(a.not_kept for a in self.answers)
        until(lambda: sum(a.not_kept for a in self.answers) >= before + more, what="commands are refused")

    # What must have come of it

    def nothing_is_lost(self, database_url: str) -> dict[str, int]:
        """The log against what Slack was told, the channel against the log; gives figures."""
        store = Store(database_url)
        self._comes_to_rest(store)
        with store.read() as tx:
            (incident,) = tx.incidents(open_only=True, limit=2)
            entries = tx.entries(incident.ref)
        store.close()
        self._messages_are_kept([entry.text for entry in entries if entry.ts is not None])
        self._answers_are_true([entry.text for entry in entries if entry.text.startswith("fact ")])
        return {
            "commands": len(self.answers),
            "done": sum(a.kept for a in self.answers),
            "refused": sum(a.not_kept for a in self.answers),
            "perhaps": sum(a.perhaps for a in self.answers),
            "events": len(self.said),
            "lost": 0,
        }

    def _comes_to_rest(self, store: Store) -> None:
        """Slack delivers again what was not taken, and the outbox says what it has."""
        until(self._delivered, what="all events are delivered")
        assert self.workspace.deliveries.lost == []

        def is_empty() -> bool:
            with store.read() as tx:
                return tx.outbox.unfinished() == 0

        until(is_empty, what="the outbox is empty")

    def _delivered(self) -> bool:
        deliveries = self.workspace.deliveries
        waiting = deliveries.waiting
        if waiting and min(each.due for each in waiting) > self.clock.machine():
            self.clock.ahead += 61  # Slack's first wait
            deliveries.wake()
        return not waiting and len(deliveries.delivered) > len(self.said)

    def _messages_are_kept(self, texts: list[str]) -> None:
        kept = [text for text in texts if text.startswith("word ")]
        assert sorted(kept) == sorted(self.said), "each message that was said, once"

    def _answers_are_true(self, recorded: list[str]) -> None:
        assert len(set(recorded)) == len(recorded), "each update once"
        strange = [a for a in self.answers if not (a.kept or a.not_kept or a.perhaps)]
        assert strange == []
        assert {a.words for a in self.answers if a.kept} <= set(recorded), (
            "what was answered as done is there"
        )
        assert not {a.words for a in self.answers if a.not_kept} & set(recorded), "and what was not is not"
        posted = [message for message in self.room.messages if key_of(message).startswith("update:")]
        told = [next(line for line in m.words.splitlines() if "fact " in line) for m in posted]
        assert [line.strip("> ") for line in told] == recorded, "each once, and in order"


@contextmanager
def talking(slack: SandboxServer, clock: SlacksClock, database_url: str, logs: Path) -> Iterator[Traffic]:
    """A bot in a process of its own on the database, and people who have declared an incident there."""
    with running("run", environment(slack, database_url), logs / "log") as bot:
        slack.workspace.door = HttpDoor(post_to(bot.address))
        yield Traffic(slack, clock)


@contextmanager
def slack_with(clock: SlacksClock) -> Iterator[SandboxServer]:
    """A small Slack that delivers by itself."""
    server = SandboxServer(Workspace(time=MACHINE.machine, machine=clock.machine))
    server.start()
    server.workspace.auto = True
    server.workspace.add_channel("incidents", bot=True)
    yield server
    server.workspace.auto = False
    server.stop()
