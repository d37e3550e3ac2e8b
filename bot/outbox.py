"""The outbox: claims planned calls, makes them, keeps Slack's answer. Nothing is lost and nothing said twice.

RELIABILITY section 2, "Out". A call is claimed under a lease with an attempt number; its outcome is written only by
whoever holds the newest attempt. What may have reached Slack although no answer came back is looked for in the
channel before it is sent again.
"""

import logging
import threading
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, Protocol

from bot.call import filled
from bot.clock import Clock
from bot.slack.client import Ambiguous, Away, Rejected, TryLater
from bot.store.outbox import Claimed
from bot.store.store import Store, StoreAway, Tx

log = logging.getLogger(__name__)

LEASE = 10.0
"""Seconds a worker holds a call; longer than the HTTP timeout of one try."""
SETTLE = 2.0
"""Seconds after an ambiguous try until the first look into the channel's history."""
SECOND_LOOK = 4.0
LOOKS = 2
BATCH = 8
WAIT = 1.0
"""Seconds without work after which the worker looks again by itself: calls that other processes planned."""


class Slack(Protocol):
    """What the outbox needs of Slack's client."""

    def perform(self, method: str, args: Mapping[str, Any]) -> dict[str, Any]:
        """Make one call. Raises TryLater, Ambiguous or Rejected."""

    def find(self, method: str, args: Mapping[str, Any], key: str) -> dict[str, Any] | None:
        """Slack's answer to a call that may have been made before, found by its key; None: it was not made."""

    def is_repeatable(self, method: str) -> bool:
        """Whether making the call again does no harm."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Hooks:
    """What the use cases want to know about calls."""

    answered: Callable[[Tx, Claimed, dict[str, Any]], dict[str, Any]]
    """In the transaction that keeps the answer; gives back what of the answer is worth keeping."""
    refused: Callable[[Tx, Claimed, str], None]
    """In the transaction that keeps a refusal of Slack's."""
    is_wanted: Callable[[str, str], bool]
    """Whether a guarded call (key, incident) should still be made."""


class Outbox:
    """One worker. Any number of them work on one database, in any number of processes."""

    def __init__(self, store: Store, clock: Clock, slack: Slack, hooks: Hooks) -> None:
        """Take calls from *store*, make them through *slack*."""
        self._store = store
        self._clock = clock
        self._slack = slack
        self._hooks = hooks
        self._work = threading.Event()
        self._stopping = False
        self._pool = ThreadPoolExecutor(max_workers=BATCH, thread_name_prefix="outbox")
        store.awake.append(self._work.set)

    def run(self) -> None:
        """Work until ``stop``: at once after a commit of this process, at the latest every second."""
        while not self._stopping:
            self._work.clear()
            try:
                worked = self.deliver(pool=self._pool)
            except StoreAway as error:
                log.error("the database is away: %s", error)  # noqa: TRY400 - expected
                worked = 0
            if not worked:
                self._work.wait(WAIT)

    def wake(self) -> None:
        """There may be work."""
        self._work.set()

    def stop(self) -> None:
        """End ``run`` after the calls in hand."""
        self._stopping = True
        self._work.set()
        self._pool.shutdown(wait=True)

    def deliver(self, *, pool: ThreadPoolExecutor | None = None) -> int:
        """Make the calls that can be made now, side by side in *pool*; how many."""
        with self._store.begin() as tx:
            claimed = tx.outbox.claim(machine=self._clock.machine(), lease=LEASE, settle=SETTLE, limit=BATCH)
        taken = self._clock.monotonic()
        if pool is None:
            for call in claimed:
                self._deliver(call, taken)
        else:
            list(pool.map(lambda call: self._deliver(call, taken), claimed))
        return len(claimed)

    def _deliver(self, call: Claimed, taken: float) -> None:
        """One claimed call, whatever comes of it. *taken*: monotonic time of the claim."""
        try:
            args = filled(call.args, call.answers)
            wanted = not call.guarded or self._hooks.is_wanted(call.key, call.incident or "")
            if call.ambiguous and not self._slack.is_repeatable(call.method):
                self._look(call, args, wanted=wanted)
            elif not wanted:
                self._drop(call)
            elif self._clock.monotonic() - taken > LEASE / 2:
                self._put_back(call, "the lease ran short", after=0.0, ambiguous=call.ambiguous)
            else:
                self._make(call, args)
        except StoreAway:
            log.exception("the outcome of %s could not be kept; its lease will run out", call.key)

    def _drop(self, call: Claimed) -> None:
        self._finish(lambda tx: tx.outbox.drop(call, "no longer wanted", self._clock.now()))

    def _look(self, call: Claimed, args: Mapping[str, Any], *, wanted: bool) -> None:
        """An ambiguous call: is it there already? Looked for twice before it is made again, where still *wanted*.

        One that is there is kept although it is wanted no longer: what edits it later needs its answer.
        """
        try:
            answer = self._slack.find(call.method, args, call.key)
        except TryLater as error:
            self._put_back(call, str(error), after=error.seconds, ambiguous=True, lookups=call.lookups)
        except (Ambiguous, Away) as error:
            self._put_back(call, str(error), after=SETTLE, ambiguous=True, lookups=call.lookups)
        except Rejected as error:
            self._refuse(call, error.error)
        else:
            if answer is not None:
                self._keep(call, answer)
            elif call.lookups + 1 < LOOKS:
                self._put_back(
                    call, "not found yet", after=SECOND_LOOK, ambiguous=True, lookups=call.lookups + 1
                )
            elif wanted:
                self._make(call, args)
            else:
                self._drop(call)

    def _make(self, call: Claimed, args: Mapping[str, Any]) -> None:
        try:
            answer = self._slack.perform(call.method, args)
        except TryLater as error:
            self._throttle(call, error)
        except Ambiguous as error:
            self._put_back(call, str(error), after=SETTLE, ambiguous=True)
        except Away as error:
            self._put_back(call, str(error), after=SETTLE, ambiguous=False)
        except Rejected as error:
            self._refuse(call, error.error)
        else:
            self._keep(call, answer)

    def _keep(self, call: Claimed, answer: dict[str, Any]) -> None:
        def keep(tx: Tx) -> None:
            if tx.outbox.done(call, {}, self._clock.now()):
                tx.outbox.keep_answer(call, self._hooks.answered(tx, call, answer))

        self._finish(keep)

    def _refuse(self, call: Claimed, error: str) -> None:
        log.warning("Slack refused %s (%s): %s", call.key, call.method, error)

        def keep(tx: Tx) -> None:
            if tx.outbox.failed(call, error, self._clock.now()):
                self._hooks.refused(tx, call, error)

        self._finish(keep)

    def _throttle(self, call: Claimed, error: TryLater) -> None:
        """Slack asked all of us to wait: kept in the database, so that every worker obeys."""
        scope = call.method if call.stream is None else f"{call.method}:{call.stream}"
        until = self._clock.machine() + error.seconds

        def keep(tx: Tx) -> None:
            tx.outbox.throttle(scope, until)
            tx.outbox.again(call, not_before=until, ambiguous=False, lookups=0, error=str(error))

        self._finish(keep)

    def _put_back(self, call: Claimed, why: str, *, after: float, ambiguous: bool, lookups: int = 0) -> None:
        log.info("%s (%s) will be tried again: %s", call.key, call.method, why)
        at = self._clock.machine() + after
        self._finish(
            lambda tx: tx.outbox.again(call, not_before=at, ambiguous=ambiguous, lookups=lookups, error=why)
        )

    def _finish(self, keep: Callable[[Tx], object]) -> None:
        with self._store.begin() as tx:
            keep(tx)
        self._work.set()
