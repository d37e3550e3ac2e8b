"""Processes of a fleet: how they begin, stand still and end, and how orders are given to them.

They can be killed (``kill -9``, or at the n-th place of ``bot.crash``), and are started again as a supervisor would.
"""

import os
import random
import signal
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from multiprocessing.connection import Connection, wait
from multiprocessing.context import ForkServerContext
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any

from bot.clock import Clock
from bot.crash import STATUS
from tests.experiments.clock import SharedClock
from tests.experiments.worker import live
from tests.world import World

PATIENCE = 600.0
"""Machine seconds after which a process that has not answered is taken for stuck."""
KILLED = (-signal.SIGKILL, STATUS)


@dataclass(slots=True, kw_only=True, eq=False)
class Worker:
    """One process, from its start to its end."""

    name: str
    process: BaseProcess
    line: Connection
    held: bool = False
    """It stands still: no order is given to it."""

    @property
    def pid(self) -> int:
        assert self.process.pid is not None
        return self.process.pid

    def order(self, verb: str, **args: Any) -> None:
        with suppress(BrokenPipeError):  # killed after its last answer: whoever waits for it hears of its end
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


class Lives:
    """Workers, from one life to the next."""

    def __init__(self, world: World, context: ForkServerContext) -> None:
        assert isinstance(world.clock, SharedClock), "the processes share a page with the world's clock"
        self.world, self.page, self._context = world, world.clock.page, context
        self._machine = Clock()
        self.workers: list[Worker] = []
        self.tally = Tally()
        self.killer: Killer | None = None

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
            self.all_heard([worker])
        return stopped

    def go_on(self, worker: Worker) -> None:
        """Let a worker that stands still finish its order."""
        worker.held = False
        os.kill(worker.pid, signal.SIGCONT)
        self.all_heard([worker])

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

    @property
    def free(self) -> list[Worker]:
        """Those who do not stand still."""
        return [worker for worker in self.workers if not worker.held]

    def ask(self, worker: Worker, verb: str, **args: Any) -> Any:
        """One order, and its answer. Raises ConnectionResetError where the worker was killed over it."""
        worker.order(verb, **args)
        answer = self.heard(worker)
        if answer is None:
            raise ConnectionResetError
        return answer[1]

    def together(self, verb: str, **args: Any) -> list[Any]:
        """One order to everybody at once, and the answers."""
        for worker in (free := self.free):
            worker.order(verb, **args)
        return [answer[1] for worker in free if (answer := self.heard(worker)) is not None]

    def heard(self, worker: Worker) -> Any:
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
            assert answer[2] == [], f"{worker.name} logged bugs:\n" + "\n".join(answer[2])
        return answer

    def all_heard(self, workers: Sequence[Worker]) -> int:
        """Wait for what *workers* were ordered; how many of them were killed over it."""
        waiting, killed = list(workers), 0
        while waiting:
            for worker in self.ready(waiting):
                waiting.remove(worker)
                answer = self.heard(worker)
                if answer is None:
                    killed += 1
                else:
                    self.tally.add(**answer[1])
        return killed

    def ready(self, busy: Sequence[Worker]) -> list[Worker]:
        """Who of *busy* has something to say, or was killed; perhaps nobody yet."""
        lines = wait([worker.line for worker in busy], timeout=self._next_kill(busy))
        return [worker for worker in busy if worker.line in lines]

    def _next_kill(self, busy: Sequence[Worker]) -> float:
        """Seconds to wait until the killer's next turn; whom it meets is killed."""
        if self.killer is None:
            return PATIENCE
        now = self._machine.monotonic()
        if now >= self.killer.at:
            self.kill(self.killer.chance.choice(busy))
        if now >= self.killer.at or self.killer.at == float("inf"):
            self.killer.aim(now)
        return min(PATIENCE, self.killer.at - now)

    def everybody(self, verb: str) -> int:
        """Order all who do not stand still, and wait for them; how many were killed over it."""
        for worker in (free := self.free):
            worker.order(verb)
        return self.all_heard(free)


def _state(pid: int) -> str:
    """The state of a process as the kernel calls it: R, S, D, T (stands still), Z …"""
    status = Path(f"/proc/{pid}/stat").read_text(encoding="ascii", errors="replace")
    return status.rpartition(")")[2].split()[0]
