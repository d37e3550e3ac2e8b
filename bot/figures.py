"""Figures for ``/metrics`` that are read when they are asked for: out of the database, the same in every process."""

import logging
from collections.abc import Callable

from bot.audit import KNOWN, Result
from bot.clock import Clock
from bot.meters import Gauge
from bot.store.store import Store, StoreAway

log = logging.getLogger(__name__)


class Figures:
    """Reads them."""

    def __init__(self, store: Store, clock: Clock, connections: Callable[[], int]) -> None:
        """Read from *store*; *connections* tells how many of Socket Mode this process holds."""
        self._store = store
        self._clock = clock
        self._connections = connections

    def gauges(self) -> tuple[Gauge, ...]:
        """The connections of this process, and what stands in the database for all of them, where it answers."""
        socket = Gauge(
            name="tocsin_socket_connections",
            does="Connections of Socket Mode that this process holds.",
            value=self._connections(),
        )
        try:
            kept = self._kept()
        except StoreAway as error:
            log.debug("no figures out of the database: %s", error)  # the store has said it
            kept = ()
        up = Gauge(name="tocsin_database_up", does="1 while the database answers.", value=bool(kept))
        return socket, up, *kept

    def _kept(self) -> tuple[Gauge, ...]:
        """Figures out of the database. Raises StoreAway."""
        now = self._clock.now()
        with self._store.read() as tx:
            figures, audit = tx.audit.figures(now), Result.of(tx.known(KNOWN))
            shut_out, lag_since = tx.access.standing(), tx.watermarks.lag_since()
        lag = (now - lag_since).total_seconds() if lag_since else 0.0
        oldest = (now - figures.oldest).total_seconds() if figures.oldest else 0.0
        told = [
            ("outbox_calls", "Slack calls still to be made.", figures.waiting),
            ("outbox_oldest_seconds", "Age of the oldest of them.", max(0.0, oldest)),
            ("timers_overdue", "Timers that are due and not fired yet.", figures.overdue),
            ("incidents_open", "Incidents that are open.", figures.incidents),
            (
                "incidents_out_of_reach",
                "Incidents in whose channel nothing can be said.",
                figures.out_of_reach,
            ),
            ("slack_token_good", "1 while Slack takes the token.", int(not shut_out)),
            ("backfill_lag_seconds", "How far back something said may be missing in a log.", lag),
            *(self._audited(audit) if audit is not None else ()),
        ]
        return tuple(Gauge(name=f"tocsin_{name}", does=does, value=value) for name, does, value in told)

    def _audited(self, audit: Result) -> tuple[tuple[str, str, float], ...]:
        """What the last audit found, and when that was."""
        age = max(0.0, self._clock.machine() - audit.at)
        return (
            ("audit_age_seconds", "Time since the last audit.", age),
            ("nudges_missing", "Nudges and timers that should be there and are not.", audit.missing),
            ("nudges_duplicate", "Nudges planned or said twice.", audit.duplicate),
            ("timers_mended", "Timers that audits have made anew.", audit.mended),
        )
