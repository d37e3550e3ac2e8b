"""A fleet: real processes of the bot on the world's database, its small Slack and its clock.

The test moves time, and tells the fleet when to work; every process sees the same time. Processes can be killed
(``kill -9``, or at the n-th place of ``bot.crash``), made to stand still, and are started again as a supervisor would.
The small Slack is the one in the test's process: its faults, its history's lag and its journal are at hand.

    fleet.start(4)
    fleet.forward(minutes=15)       # stops at each instant at which something is due, and has all of them work
"""

from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from multiprocessing.context import ForkServerContext

from bot.sandbox import HttpDoor, Workspace
from bot.sandbox.delivery import RETRY_AFTER
from bot.sandbox.state import Json
from tests.experiments.lives import Killer, Lives, Worker
from tests.world import World

__all__ = ["Fleet", "Killer", "Worker", "launched"]

TICK = timedelta(seconds=1)
STUCK = 50
"""Ticks in a row after which what is overdue still will stay so."""
PORTION = 50
"""Events that a worker is handed at a time."""


@dataclass(slots=True, kw_only=True)
class Sent:
    """An event on its way to a worker; ``attempt`` counts redeliveries."""

    payload: Json
    attempt: int = 0
    reason: str = ""

    def again(self, waiting: deque["Sent"], reason: str) -> None:
        """Once more: at once, later, then much later; then Slack gives it up."""
        self.attempt, self.reason = self.attempt + 1, reason
        assert self.attempt <= len(RETRY_AFTER), f"given up: {self.payload}"
        waiting.appendleft(self) if self.attempt == 1 else waiting.append(self)


def _request(slack: Workspace, sent: Sent) -> tuple[bytes, dict[str, str]]:
    """Body and headers of the delivery, signed now."""
    made: list[tuple[bytes, dict[str, str]]] = []

    def keep(_path: str, body: bytes, headers: dict[str, str]) -> tuple[int, dict[str, str], bytes]:
        made.append((body, headers))
        return 200, {}, b""

    HttpDoor(keep).deliver(slack, "events_api", sent.payload, attempt=sent.attempt, reason=sent.reason)
    return made[0]


class Fleet(Lives):
    """Workers, what is delivered to them, and the time that they share with the test."""

    # Events

    def deliver(self, payloads: Sequence[Json]) -> int:
        """Events to all workers side by side; what nobody answered with 200 comes again, as Slack sends it.

        How many deliveries that took. Fails where one is given up after the third time that it came again.
        """
        waiting, made = deque(Sent(payload=payload) for payload in payloads), 0
        while waiting:
            free = self.free
            portions = [waiting.popleft() for _ in range(min(PORTION * len(free), len(waiting)))]
            made += len(portions)
            hands: dict[Worker, dict[int, Sent]] = {}
            for place, worker in enumerate(free):
                # in turn, so that what lies side by side is worked on side by side
                self._hand(worker, hands, portions[place :: len(free)])
            while hands:
                for worker in self.ready(list(hands)):
                    self._delivered(worker, hands, waiting)
        return made

    def _hand(self, worker: Worker, hands: dict[Worker, dict[int, "Sent"]], portion: list["Sent"]) -> None:
        hands[worker] = dict(enumerate(portion))
        requests = [(n, *_request(self.world.slack, sent)) for n, sent in hands[worker].items()]
        worker.order("events", deliveries=requests)

    def _delivered(
        self, worker: Worker, hands: dict[Worker, dict[int, "Sent"]], waiting: deque["Sent"]
    ) -> None:
        answer = self.heard(worker)
        if answer is None:
            for sent in hands.pop(worker).values():
                sent.again(waiting, "connection_failed")
        elif answer[0] == "done":
            assert hands.pop(worker) == {}, "each delivery was answered"
        else:
            n, status = answer[1]
            sent = hands[worker].pop(n)
            if status != 200:
                sent.again(waiting, "http_error")

    # Time

    def tick(self) -> None:
        """One tick of every worker at this instant: due timers once, calls as long as there are some."""
        killed = self.everybody("tick")
        while killed:
            killed = self.everybody("make")

    def forward(self, **by: float) -> None:
        """Let time pass. The workers tick at each instant at which something is due, at most once a second."""
        end = self.world.clock.now() + timedelta(**by)
        self.tick()
        left = 0
        while (due := self._next()) is not None and max(due, self.world.clock.now() + TICK) < end:
            left = left + 1 if due <= self.world.clock.now() else 0
            assert left < STUCK, f"what was due at {due} is left undone"
            self.world.clock.move(max(due - self.world.clock.now(), TICK))
            self.tick()
        self.world.clock.move(end - self.world.clock.now())
        self.tick()

    def _next(self) -> datetime | None:
        """When the workers have something to do next; in the past where they have left something."""
        now, machine = self.world.clock.now(), self.world.clock.machine()
        with self.world.bot.store.read() as tx:
            due, again = tx.next_due(), tx.outbox.next_try(machine)
        waits = [due] if due is not None else []
        if again is not None:
            waits.append(now + timedelta(seconds=again - machine))
        return min(waits, default=None)


@contextmanager
def launched(world: World, context: ForkServerContext) -> Iterator[Fleet]:
    fleet = Fleet(world, context)
    try:
        yield fleet
    finally:
        fleet.close()
