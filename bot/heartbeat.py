"""The fixed ticks: the home of APScheduler, which is the clock that ticks and never the place where jobs are kept.

https://apscheduler.readthedocs.io/en/3.x/faq.html: its job stores must not be shared between processes.
"""

import logging
import os
import threading
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime

from apscheduler.jobstores.base import JobLookupError
from apscheduler.schedulers.background import BackgroundScheduler

from bot.clock import Clock
from bot.context import about
from bot.store.store import Collision, StoreAway

log = logging.getLogger(__name__)

STALLED = 5.0
"""Seconds without a tick after which the process is no longer healthy and ends, so that its supervisor restarts it."""
STUCK = 300.0
"""Seconds after which a tick that has not come back counts as gone: it would keep the next ones from running."""
PULSE = 1.0
ENDING = 0.01
"""Seconds between two looks whether the last tick has ended."""
SOONEST = 0.02
"""Seconds after a tick until the same one can come again: it has ended by then."""
GRACE = 2.0
"""Seconds between failing health and the end: whoever asks sees it first, and a process that was halted may recover."""
WATCH = 0.5
EXIT_STALLED = 70


@dataclass(frozen=True, slots=True, kw_only=True)
class Tick:
    """One job, run again and again."""

    name: str
    every: float
    """Seconds of machine time."""
    work: Callable[[], object]
    soon: Callable[[], float | None] | None = None
    """Seconds until its work falls due, where that is known: it comes then, if that is before its next turn."""


class Heartbeat:
    """Runs ticks, and knows when the last one was."""

    def __init__(
        self, clock: Clock, ticks: tuple[Tick, ...], others: Mapping[str, Callable[[], bool]] | None = None
    ) -> None:
        """Run *ticks*, each once a process at any time. That the scheduler itself lives, its pulse shows.

        *others*: what else must live, by name; each says whether it does.
        """
        self._others = dict(others or {})
        self._clock = clock
        self._ticks = ticks
        self._scheduler = BackgroundScheduler(timezone="UTC", daemon=True)
        self._last = clock.monotonic()
        self._running: dict[str, float] = {}
        self._stopping = threading.Event()
        self._watchdog = threading.Thread(target=self._watch, name="watchdog", daemon=True)

    def start(self) -> None:
        """Begin; the first run of each tick is at once."""
        self._last = self._clock.monotonic()
        self._add("pulse", PULSE, self._pulse)
        for tick in self._ticks:
            self._add(tick.name, tick.every, self._run, tick)
        self._scheduler.start()
        self._watchdog.start()

    def _add(self, name: str, every: float, work: Callable[..., None], *args: object) -> None:
        self._scheduler.add_job(
            work, "interval", args, seconds=every, id=name, max_instances=1, coalesce=True, misfire_grace_time=None,
            next_run_time=datetime.fromtimestamp(self._clock.machine(), UTC),
        )  # fmt: skip

    def stop(self) -> None:
        """End, after the ticks in hand.

        They are waited for here: the library would do so while it holds a lock that a tick may need (``_hasten``).
        """
        self._stopping.set()
        if self._scheduler.running:
            self._scheduler.shutdown(wait=False)
        while self._running:
            self._clock.sleep(ENDING)

    def is_healthy(self) -> bool:
        """Whether the scheduler lives, each tick comes back, and all others live too."""
        return not self.ailing()

    def ailing(self) -> list[str]:
        """What keeps this process from being healthy, by name."""
        now = self._clock.monotonic()
        stuck = [name for name, since in list(self._running.items()) if now - since >= STUCK]
        gone = [name for name, lives in self._others.items() if not lives()]
        return [*(["scheduler"] if self._is_gone() or now - self._last >= STALLED else []), *stuck, *gone]

    def _is_gone(self) -> bool:
        """Whether the scheduler's thread has died: the library itself never says so."""
        thread = getattr(self._scheduler, "_thread", None)
        return thread is not None and not thread.is_alive() and not self._stopping.is_set()

    def _pulse(self) -> None:
        self._last = self._clock.monotonic()

    def _run(self, tick: Tick) -> None:
        self._running[tick.name] = self._clock.monotonic()
        if self._stopping.is_set():
            del self._running[tick.name]
            return
        try:
            with about(tick=tick.name):
                tick.work()
                self._hasten(tick)
        except StoreAway as error:
            log.debug("tick %s: %s", tick.name, error)  # the store has said it
        except Collision:
            log.info("tick %s: another process was first", tick.name)
        except Exception:
            log.exception("tick %s failed", tick.name)
        finally:
            del self._running[tick.name]

    def _hasten(self, tick: Tick) -> None:
        """Let *tick* come when its work falls due, and not up to a turn later."""
        wait = tick.soon() if tick.soon is not None else None
        if wait is None or wait >= tick.every or self._stopping.is_set():
            return
        at = datetime.fromtimestamp(self._clock.machine() + max(wait, SOONEST), UTC)
        with suppress(JobLookupError):  # told to stop meanwhile
            self._scheduler.modify_job(tick.name, next_run_time=at)

    def _watch(self) -> None:
        failing: float | None = None
        while not self._stopping.wait(WATCH):
            now = self._clock.monotonic()
            if not (ailing := self.ailing()):
                failing = None
            elif failing is None:
                log.error("not healthy: %s", ", ".join(ailing))
                failing = now
            elif now - failing >= GRACE:
                log.critical("this process ends, to be restarted: %s", ", ".join(ailing))
                os._exit(EXIT_STALLED)
