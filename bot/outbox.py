"""The outbox: claims planned calls and has them made, side by side. Nothing is lost and nothing said twice.

RELIABILITY section 2, "Out". A call is claimed under a lease with an attempt number; its outcome is written only by
whoever holds the newest attempt. ``bot.delivering`` makes one call, ``bot.sweep`` cleans up behind all of them.
"""

import logging
import threading
from concurrent.futures import ThreadPoolExecutor

from bot.clock import Clock
from bot.crash import crash
from bot.delivering import SETTLE, Delivering, Hooks, Slack, lease_of
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


class Outbox:
    """One worker. Any number of them work on one database, in any number of processes."""

    def __init__(
        self, store: Store, clock: Clock, slack: Slack, hooks: Hooks, meters: Meters | None = None
    ) -> None:
        """Take calls from *store*, make them through *slack*."""
        self._store = store
        self._clock = clock
        self._delivering = Delivering(store, clock, slack, hooks, meters or Meters())
        self._sweep = Sweep(store, clock, slack)
        self._work = threading.Event()
        self._free = threading.Semaphore(BATCH)
        self._stopping = False
        self._tidied = self._moved = clock.monotonic()
        store.awake.append(self._work.set)

    def run(self) -> None:
        """Work until ``stop``, ``BATCH`` calls side by side: at once after a commit, at the latest every second."""
        with ThreadPoolExecutor(max_workers=BATCH, thread_name_prefix="outbox") as pool:
            while not self._stopping:
                self._work.clear()
                if not self._round(pool):
                    self._work.wait(WAIT)

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

    def _round(self, pool: ThreadPoolExecutor) -> int:
        """Hand out what can be made now; how many calls. Whatever goes wrong, the next round comes."""
        try:
            if self._clock.monotonic() - self._tidied > TIDY:
                self._tidied = self._clock.monotonic()
                self.tidy()
            return self._hand_out(pool)
        except StoreAway as error:
            log.error("the database is away: %s", error)  # noqa: TRY400 - expected
        except Collision:
            log.info("another process was first")
        except Exception:
            log.exception("a round of the outbox failed")
        return 0

    def _hand_out(self, pool: ThreadPoolExecutor) -> int:
        free = 0
        while free < BATCH and self._free.acquire(blocking=False):
            free += 1
        claimed: list[tuple[Claimed, float]] = []
        try:
            self._moved = self._clock.monotonic() if free else self._moved
            claimed = self._claim(free) if free else []
        finally:
            for _ in range(free - len(claimed)):
                self._free.release()
        for call, taken in claimed:
            pool.submit(self._in_hand, call, taken)
        return len(claimed)

    def _in_hand(self, call: Claimed, taken: float) -> None:
        try:
            self._delivering.deliver(call, taken)
        finally:
            self._moved = self._clock.monotonic()
            self._free.release()
            self._work.set()

    def tidy(self) -> int:
        """Drop what can never be made, delete what was said twice; how many messages that were."""
        return self._sweep.tidy()

    def deliver(self) -> int:
        """Make the calls that can be made now, one after the other; how many."""
        claimed = self._claim(BATCH)
        for call, taken in claimed:
            self._delivering.deliver(call, taken)
        return len(claimed)

    def _claim(self, limit: int) -> list[tuple[Claimed, float]]:
        """Calls under a lease, each with the monotonic time from which it runs: once the database let us in."""
        with self._store.begin() as tx:
            taken = self._clock.monotonic()
            claimed = tx.outbox.claim(
                machine=self._clock.machine(), lease=lease_of, settle=SETTLE, limit=limit
            )
        if claimed:
            crash("claimed")
        return [(call, taken) for call in claimed]
