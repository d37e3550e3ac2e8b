"""The outbox: claims planned calls and has them made, side by side. Nothing is lost and nothing said twice.

RELIABILITY section 2, "Out". A call is claimed under a lease with an attempt number; its outcome is written only by
whoever holds the newest attempt. ``bot.delivering`` makes one call, ``bot.sweep`` cleans up behind all of them.
"""

import logging
import threading
from collections import Counter
from collections.abc import Collection, Iterable
from concurrent.futures import ThreadPoolExecutor

from bot.call import Priority
from bot.clock import Clock
from bot.crash import crash
from bot.delivering import SETTLE, Delivering, Hooks, Slack
from bot.holding import LEASE, Limited, Pauses
from bot.meters import Meters
from bot.store.outbox import Claimed
from bot.store.store import Collision, Store, StoreAway
from bot.sweep import Sweep

__all__ = ["Hooks", "Outbox", "Slack"]

log = logging.getLogger(__name__)

BATCH = 8
"""Calls that one worker makes side by side."""
WAIT = 1.0
"""Seconds without work after which the worker looks again by itself: calls that other processes planned."""
STUCK = 300.0
"""Seconds without a round or an outcome after which the worker counts as gone."""
TIDY = 5.0
"""Seconds between two rounds of tidying."""


SOON = 0.02
"""Seconds between two looks at the least, however much falls due."""
SAME = 4
"""Calls of one method that a worker makes at once: one that hangs leaves room for all others."""
PLACES = {Priority.DECLARING: 7, Priority.NUDGE: 6, Priority.UPDATE: 5, Priority.COSMETIC: 3}
"""Calls of a priority and of less urgent ones that a worker makes at once: a declare always finds a thread, and however
much is declared, one is left for the rest."""


class Places:
    """What is left of a worker's threads beside the calls in hand."""

    def __init__(self, in_hand: Iterable[tuple[str, int]]) -> None:
        """*in_hand*: method and priority of each call that is being made."""
        self._methods: Counter[str] = Counter()
        self._priorities: Counter[int] = Counter()
        for method, priority in in_hand:
            self._take(method, priority)

    def admits(self, method: str, priority: int) -> bool:
        """Take a place for such a call; False where there is none."""
        methods, priorities = self.shut
        if method in methods or priority in priorities:
            return False
        self._take(method, priority)
        return True

    @property
    def shut(self) -> tuple[Collection[str], Collection[int]]:
        """Methods, and priorities, for which there is no place any more."""
        methods = [method for method, n in self._methods.items() if n >= SAME]
        full = [priority for priority in PLACES if self._counted(priority) >= PLACES[priority]]
        return methods, [int(each) for each in PLACES if any(_takes_from(each, one) for one in full)]

    def _counted(self, priority: Priority) -> int:
        """Calls in hand that take a place of *priority*."""
        return sum(n for each, n in self._priorities.items() if _takes_from(each, priority))

    def _take(self, method: str, priority: int) -> None:
        self._methods[method] += 1
        self._priorities[priority] += 1


def _takes_from(priority: int, places: Priority) -> bool:
    """Whether a call of *priority* takes one of these places: its own, and those of more urgent ones but declaring."""
    return priority == places if places is Priority.DECLARING else priority >= places


class Outbox:
    """One worker. Any number of them work on one database, in any number of processes."""

    def __init__(self, store: Store, clock: Clock, slack: Slack, hooks: Hooks, meters: Meters) -> None:
        """Take calls from *store*, make them through *slack*, and count in *meters*."""
        self._store = store
        self._clock = clock
        pauses = Pauses(clock)
        self._delivering = Delivering(store, clock, slack, hooks, meters=meters, pauses=pauses)
        self._access = hooks.access
        self._limits = Limited(slack, self._delivering.is_looked_for)
        self._sweep = Sweep(store, clock, slack, meters, pauses)
        self._work = threading.Event()
        self._in_hand: dict[tuple[int, int], tuple[str, int]] = {}
        """Method and priority of the calls that are being made, by their row and attempt."""
        self._stopping = False
        self._tidied = self._moved = clock.monotonic()
        self._tidying = False
        self._next: float | None = None
        """Seconds until something falls due, as of the last claim."""
        self._is_blocked = False
        """Whether the last claim took none of the calls that waited: the next one looks first whether it could."""
        store.awake.append(self._work.set)

    def run(self) -> None:
        """Work until ``stop``, ``BATCH`` calls side by side: at once after a commit, at the latest every second."""
        threads = BATCH + 2  # and the sweep's, and who tries the token
        with ThreadPoolExecutor(max_workers=threads, thread_name_prefix="outbox") as pool:
            while not self._stopping:
                self._work.clear()
                if not self._round(pool):  # a commit or an outcome in between has set the event
                    self._work.wait(WAIT if self._next is None else min(WAIT, max(SOON, self._next)))

    def wake(self) -> None:
        """There may be work."""
        self._work.set()

    def stop(self) -> None:
        """End ``run`` after the calls in hand."""
        self._stopping = True
        self._work.set()

    def is_moving(self) -> bool:
        """Whether rounds come, and calls come back; their time limits are far below ``STUCK``."""
        return self._clock.monotonic() - self._moved < STUCK

    def _round(self, pool: ThreadPoolExecutor) -> bool:
        """Hand out what can be made now; whether there may be more. Whatever goes wrong, the next round comes."""
        self._next = None
        try:
            if not self._tidying and self._clock.monotonic() - self._tidied > TIDY:
                self._tidying = True
                pool.submit(self._tidy)
            return self._hand_out(pool)
        except StoreAway as error:
            log.debug("the outbox waits for the database: %s", error)  # the store has said it
        except Collision:
            log.info("another process was first")
        except Exception:
            log.exception("a round of the outbox failed")
        return False

    def _tidy(self) -> None:
        """Look for doubles beside the calls: it waits for Slack, and nothing waits for it."""
        try:
            self.tidy()
        except (StoreAway, Collision) as error:
            log.debug("the sweep comes later: %s", error)
        except Exception:
            log.exception("the sweep failed")
        finally:
            self._tidied = self._clock.monotonic()
            self._tidying = False

    def _hand_out(self, pool: ThreadPoolExecutor) -> bool:
        in_hand = list(self._in_hand.values())
        free = BATCH - len(in_hand)
        if not free:
            return False
        self._moved = self._clock.monotonic()
        claimed = self._claim(free, Places(in_hand))
        if not claimed and self._access.is_turn():
            pool.submit(self._knock)
        for call, taken in claimed:
            self._in_hand[call.id, call.attempt] = (call.method, call.priority)
            pool.submit(self._make, call, taken)
        return len(claimed) == free

    def _knock(self) -> None:
        """Try the token beside the calls: Slack may take its time, and answers to clicks need no token."""
        try:
            if self._access.is_let_in():
                self._work.set()
        except (StoreAway, Collision) as error:
            log.info("the token is tried later: %s", error)
        except Exception:
            log.exception("trying the token failed")

    def _make(self, call: Claimed, taken: float) -> None:
        try:
            self._delivering.deliver(call, taken)
        finally:
            self._moved = self._clock.monotonic()
            del self._in_hand[call.id, call.attempt]
            self._work.set()

    def tidy(self) -> int:
        """Drop what can never be made, delete what was said twice (how many), say where Slack takes no call."""
        self._delivering.standstill.tell(self._store)
        return self._sweep.tidy()

    def deliver(self) -> int:
        """Make the calls that can be made now, one after the other; how many."""
        claimed = self._claim(BATCH, Places(()))
        if not claimed and self._access.knock():
            claimed = self._claim(BATCH, Places(()))
        for call, taken in claimed:
            self._delivering.deliver(call, taken)
        return len(claimed)

    def _claim(self, limit: int, places: Places) -> list[tuple[Claimed, float]]:
        """Calls under a lease, each with the monotonic time from which it runs: once the database let us in.

        A worker with nothing to do only looks: on SQLite each one that writes keeps all others waiting.
        """
        with self._store.read() as tx:
            machine = tx.machine(self._clock)
            if tx.outbox.is_idle(machine) or (
                self._is_blocked and tx.outbox.is_blocked(machine, lanes=places, limits=self._limits)
            ):
                due = tx.outbox.next_try(machine)
                self._next = due - machine if due is not None else None
                return []
        with self._store.begin() as tx:
            taken, machine = self._clock.monotonic(), tx.machine(self._clock)
            claimed = tx.outbox.claim(
                machine=machine, lease=LEASE, settle=SETTLE, limit=limit, lanes=places, limits=self._limits
            )
            due = tx.outbox.next_try(machine) if len(claimed) < limit else None
            self._next = due - machine if due is not None else None
        self._is_blocked = not claimed
        if claimed:
            crash("claimed")
        return [(call, taken) for call in claimed]
