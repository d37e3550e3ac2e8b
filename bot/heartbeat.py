"""The fixed ticks: the home of APScheduler, which is the clock that ticks and never the place where jobs are kept.

https://apscheduler.readthedocs.io/en/3.x/faq.html: its job stores must not be shared between processes.
"""

import logging
import os
import threading
from collections.abc import Callable
from dataclasses import dataclass

from apscheduler.schedulers.background import BackgroundScheduler

from bot.clock import Clock
from bot.store.store import Collision, StoreAway

log = logging.getLogger(__name__)

STALLED = 5.0
"""Seconds without a tick after which the process is no longer healthy and ends, so that its supervisor restarts it."""
EXIT_STALLED = 70


@dataclass(frozen=True, slots=True, kw_only=True)
class Tick:
    """One job, run again and again."""

    name: str
    every: float
    """Seconds of machine time."""
    work: Callable[[], object]


class Heartbeat:
    """Runs ticks, and knows when the last one was."""

    def __init__(self, clock: Clock, ticks: tuple[Tick, ...]) -> None:
        """Run *ticks*, each once a process at any time; the first of them is watched."""
        self._clock = clock
        self._ticks = ticks
        self._scheduler = BackgroundScheduler(timezone="UTC", daemon=True)
        self._last = clock.monotonic()
        self._stopping = threading.Event()
        self._watchdog = threading.Thread(target=self._watch, name="watchdog", daemon=True)

    def start(self) -> None:
        """Begin; the first run of each tick is at once."""
        self._last = self._clock.monotonic()
        for tick in self._ticks:
            self._scheduler.add_job(
                self._run, "interval", (tick,), seconds=tick.every, id=tick.name, max_instances=1, coalesce=True,
                misfire_grace_time=None,
            )  # fmt: skip
        self._scheduler.start()
        self._watchdog.start()

    def stop(self) -> None:
        """End, after the ticks in hand."""
        self._stopping.set()
        if self._scheduler.running:
            self._scheduler.shutdown(wait=True)

    def is_healthy(self) -> bool:
        """Whether the ticks run."""
        return self._clock.monotonic() - self._last < STALLED

    def _run(self, tick: Tick) -> None:
        self._last = self._clock.monotonic()
        try:
            tick.work()
        except StoreAway as error:
            log.error("tick %s: the database is away: %s", tick.name, error)  # noqa: TRY400 - expected
        except Collision:
            log.info("tick %s: another process was first", tick.name)
        except Exception:
            log.exception("tick %s failed", tick.name)
        self._last = self._clock.monotonic()

    def _watch(self) -> None:
        while not self._stopping.wait(1.0):
            if not self.is_healthy():
                log.critical("no tick for %s seconds: this process ends, to be restarted", STALLED)
                os._exit(EXIT_STALLED)
