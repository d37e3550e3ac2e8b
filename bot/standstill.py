"""Whether Slack takes calls at all, as one process finds it: said when it lasts, and when it is over.

A single try that comes to nothing is no news: it is made again. An operator wants to know that none gets through.
"""

import logging

from bot.clock import Clock
from bot.outage import Outage
from bot.store.store import Store

log = logging.getLogger(__name__)

AFTER = 60.0
"""Seconds without a call that Slack took, from which on it is said."""
AGAIN = 300.0
"""Seconds between two lines that say so."""
ONE_OF_MANY = 60.0
"""Seconds between two calls of which it is said that they are tried again; of the others only in the debug log."""


class Standstill:
    """What became of the last calls."""

    def __init__(self, clock: Clock) -> None:
        """Slack takes calls, as far as is known."""
        self._outage = Outage(clock.monotonic, after=AFTER, again=AGAIN)
        self._tries = Outage(clock.monotonic, again=ONE_OF_MANY)

    def goes_on(self) -> None:
        """Slack did not take a call: it is away, or asks us to wait."""
        self._outage.met()

    def is_over(self) -> None:
        """Slack took a call, or refused it: it is there."""
        if (lasted := self._outage.over()) is not None:
            log.warning("Slack takes calls again, after %d s", lasted)

    def tried_again(self, key: str, method: str, why: str) -> None:
        """A call will be tried again."""
        self._tries.met()
        level = logging.INFO if self._tries.news() is not None else logging.DEBUG
        log.log(level, "%s (%s) will be tried again: %s", key, method, why)

    def tell(self, store: Store) -> None:
        """Say that it lasts, where it is time to; where no call waits any more, others had them taken."""
        if not self._outage.lasts:
            return
        with store.read() as tx:
            waiting = tx.outbox.unfinished()
        if not waiting:
            self.is_over()
        elif (lasted := self._outage.news()) is not None:
            log.warning("Slack has taken no call for %d s, %d wait", lasted, waiting)
