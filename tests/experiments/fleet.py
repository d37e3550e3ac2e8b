"""A fleet: real processes of the bot on the world's database, its small Slack and its clock.

The test moves time, and tells the fleet when to work; every process sees the same time. Processes can be killed
(``kill -9``, or at the n-th place of ``bot.crash``), made to stand still, and are started again as a supervisor would.
The small Slack is the one in the test's process: its faults, its history's lag and its journal are at hand.

    fleet.start(4)
    fleet.forward(minutes=15)       # stops at each instant at which something is due, and has all of them work
"""

import os
import random
import signal
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from multiprocessing.connection import Connection, wait
from multiprocessing.context import ForkServerContext
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any, TypeVar

from bot.app import Bot
from bot.clock import Clock
from bot.crash import STATUS
from bot.sandbox import HttpDoor
from tests.experiments.clock import SharedClock
from tests.experiments.worker import live
from tests.world import World

T = TypeVar("T")
PATIENCE = 600.0
"""Machine seconds after which a process that has not answered is taken for stuck."""
TICK = timedelta(seconds=1)
KILLED = (-signal.SIGKILL, STATUS)


@dataclass(slots=True, kw_only=True, eq=False)
class Worker:
    """One process, from its start to its end."""

    name: str
    process: BaseProcess
    line: Connection
    busy: bool = False
    held: bool = False
    """It stands still: no order is given to it."""

    @property
    def pid(self) -> int:
        assert self.process.pid is not None
        return self.process.pid

    def order(self, verb: str, **args: Any) -> None:
        self.busy = True
        self.line.send((verb, args))


@dataclass(slots=True, kw_only=True)
class Tally:
    """What the workers did since the test last asked."""

    fired: int = 0
    made: int = 0
    doubles: int = 0
    """Messages that the sweep deleted."""
    kills: int = 0

    def add(self, **more: int) -> None:
        for name, by in more.items():
            setattr(self, name, getattr(self, name) + by)


@dataclass(slots=True, kw_only=True)
class Killer:
    """Kills workers at random: at a place drawn for each life, and in the middle of whatever a busy one does."""

    chance: random.Random
    places: tuple[int, int]
    """At the n-th place of ``bot.crash`` that it comes by a life ends: n from … to …; (0, 0): it does not."""
    seconds: float = 0.0
    """Mean machine time between two kill -9 of busy workers; 0: none."""
    at: float = field(default=float("inf"), init=False)

    def draw(self) -> int:
        return self.chance.randint(*self.places)

    def aim(self, now: float) -> None:
        self.at = now + self.chance.expovariate(1 / self.seconds) if self.seconds else float("inf")


class Fleet:
    """Workers, and the time that they share with the test."""

    def __init__(self, world: World, context: ForkServerContext) -> None:
        assert isinstance(world.clock, SharedClock), "the processes share a page with the world's clock"
        self.world, self.page, self._context = world, world.clock.page, context
        self._machine = Clock()
        self.workers: list[Worker] = []
        self.tally = Tally()
        self.killer: Killer | None = None
        self._turn = 0

    # Lives

    def start(self, n: int) -> None:
        for _ in range(n):
            self.workers.append(self._born(f"worker-{len(self.workers) + 1}"))

    def _born(self, name: str) -> Worker:
        ours, theirs = self._context.Pipe()
        process = self._context.Process(
            target=live, args=(self.world.settings(), self.page, theirs), name=name, daemon=True
        )
        process.start()
        theirs.close()
        worker = Worker(name=name, process=process, line=ours)
        if self.killer is not None and (n := self.killer.draw()):
            self.arm(worker, n)
        return worker

    def arm(self, worker: Worker, n: int, *, place: str | None = None, stop: bool = False) -> None:
        """Kill *worker*, or make it *stop*, at the n-th place that it comes by from now on."""
        self.ask(worker, "arm", n=n, place=place, stop=stop)

    def kill(self, worker: Worker) -> None:
        """kill -9, whatever it does at this moment."""
        worker.process.kill()

    def stops(self, worker: Worker) -> bool:
        """Wait until an armed *worker* stands still in the middle of its order; False: it was done before that."""
        end = self._machine.monotonic() + PATIENCE
        while not (stopped := _state(worker.pid) == "T") and not worker.line.poll():
            assert self._machine.monotonic() < end, f"{worker.name} neither stops nor answers"
            self._machine.sleep(0.001)
        worker.held = stopped
        if not stopped:
            self._all_heard([worker])
        return stopped

    def go_on(self, worker: Worker) -> None:
        """Let a worker that stands still finish its order."""
        worker.held = False
        os.kill(worker.pid, signal.SIGCONT)
        self._all_heard([worker])

    def _buried(self, worker: Worker) -> Worker:
        """The supervisor: who was killed is started again; an end of any other kind fails the test."""
        worker.process.join(PATIENCE)
        worker.line.close()
        ended = worker.process.exitcode
        assert ended in KILLED, f"{worker.name} ended by itself: {ended}"
        self.tally.kills += 1
        next_life = self._born(worker.name)
        self.workers[self.workers.index(worker)] = next_life
        return next_life

    def close(self) -> None:
        for worker in self.workers:
            worker.process.kill()
            worker.process.join(PATIENCE)
            worker.line.close()

    # Orders

    def ask(self, worker: Worker, verb: str, **args: Any) -> Any:
        """One order, and its answer. Raises ConnectionResetError where the worker was killed over it."""
        worker.order(verb, **args)
        answer = self._heard(worker)
        if answer is None:
            raise ConnectionResetError
        return answer[1]

    def post(self, _path: str, body: bytes, headers: dict[str, str]) -> tuple[int, dict[str, str], bytes]:
        """A way for the small Slack to the workers, in turn: ``world.slack.door = fleet.door``."""
        free = [worker for worker in self.workers if not worker.held]
        self._turn += 1
        answer: tuple[int, dict[str, str], bytes] = self.ask(
            free[self._turn % len(free)], "post", body=body, headers=headers
        )
        return answer

    @property
    def door(self) -> HttpDoor:
        return HttpDoor(self.post)

    def every(self, question: Callable[[Bot], T]) -> list[T]:
        """What a function of a module finds out about the bot of each worker."""
        return [self.ask(worker, "ask", question=question) for worker in self.workers]

    def _heard(self, worker: Worker) -> Any:
        """The next answer of *worker*; None: it was killed, and another life stands in its place."""
        try:
            if not worker.line.poll(PATIENCE):
                raise AssertionError(f"{worker.name} does not answer")
            answer = worker.line.recv()
        except (EOFError, ConnectionResetError, BrokenPipeError):
            self._buried(worker)
            return None
        assert answer[0] != "broken", answer[1]
        if answer[0] == "done":
            worker.busy = False
            assert answer[2] == [], f"{worker.name} logged bugs:\n" + "\n".join(answer[2])
        return answer

    def _all_heard(self, workers: Sequence[Worker]) -> int:
        """Wait for what *workers* were ordered; how many of them were killed over it."""
        waiting, killed = list(workers), 0
        while waiting:
            ready = wait([worker.line for worker in waiting], timeout=self._next_kill(waiting))
            for worker in [worker for worker in waiting if worker.line in ready]:
                waiting.remove(worker)
                answer = self._heard(worker)
                if answer is None:
                    killed += 1
                else:
                    self.tally.add(**answer[1])
        return killed

    def _next_kill(self, busy: list[Worker]) -> float:
        """Seconds to wait until the killer's next turn; whom it meets is killed."""
        if self.killer is None:
            return PATIENCE
        now = self._machine.monotonic()
        if now >= self.killer.at:
            self.kill(self.killer.chance.choice(busy))
        if now >= self.killer.at or self.killer.at == float("inf"):
            self.killer.aim(now)
        return min(PATIENCE, self.killer.at - now)

    def _everybody(self, verb: str) -> int:
        """Order all who do not stand still, and wait for them; how many were killed over it."""
        free = [worker for worker in self.workers if not worker.held]
        for worker in free:
            worker.order(verb)
        return self._all_heard(free)

    # Time

    def tick(self) -> None:
        """One tick of every worker at this instant: due timers once, calls as long as there are some."""
        killed = self._everybody("tick")
        while killed:
            killed = self._everybody("make")

    def forward(self, **by: float) -> None:
        """Let time pass. The workers tick at each instant at which something is due, at most once a second."""
        end = self.world.clock.now() + timedelta(**by)
        self.tick()
        while (due := self._next()) is not None and due < end:
            self.world.clock.move(due - self.world.clock.now())
            self.tick()
        self.world.clock.move(end - self.world.clock.now())
        self.tick()

    def _next(self) -> datetime | None:
        """When the workers have something to do, at the earliest one tick from now."""
        now, machine = self.world.clock.now(), self.world.clock.machine()
        with self.world.bot.store.read() as tx:
            due, again = tx.next_due(), tx.outbox.next_try(machine)
        waits = [due] if due is not None else []
        if again is not None:
            waits.append(now + timedelta(seconds=again - machine))
        return max(min(waits), now + TICK) if waits else None


def _state(pid: int) -> str:
    """The state of a process as the kernel calls it: R, S, D, T (stands still), Z …"""
    status = Path(f"/proc/{pid}/stat").read_text(encoding="ascii", errors="replace")
    return status.rpartition(")")[2].split()[0]


@contextmanager
def launched(world: World, context: ForkServerContext) -> Iterator[Fleet]:
    fleet = Fleet(world, context)
    try:
        yield fleet
    finally:
        fleet.close()
