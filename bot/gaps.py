"""States what a log lacks, once, and that it was made up for: in the transaction of whoever finds out."""

from dataclasses import replace
from datetime import datetime, timedelta

from bot.domain import gaps
from bot.domain.gaps import Gap, Missing
from bot.domain.incident import Incident
from bot.domain.looks import SLOW_PAGE, SLOW_PAUSE, Watermark
from bot.store.store import Tx
from bot.transaction import Transactions

SLOW = "slow_history"
"""What is remembered where Slack gives this app its history in the slow tier."""
PAGE = 200
"""Messages asked for at once (https://docs.slack.dev/reference/methods/conversations.history)."""
EVERY = 1.5
"""Seconds between two calls of all processes together: 40 a minute of the 50 that Slack allows; the rest is left to
looks for what the bot itself may have said."""


class Gaps:
    """Keeps what is known to be missing."""

    def __init__(self, transactions: Transactions) -> None:
        """Work in *transactions*."""
        self._tx = transactions

    def state(
        self, tx: Tx, mark: Watermark, incident: Incident, gap: Gap, by: datetime | None = None
    ) -> Watermark:
        """Something is missing in the channel of *mark*: said unless it was said already. Gives the mark that knows.

        *incident* is locked; *by* is when it may have been read.
        """
        told = gap.error if gap.end is None else gap.start.isoformat()
        if gap.why.value in mark.gaps and (gap.end is None or mark.gaps[gap.why.value] == told):
            return mark
        self._tx.keep(tx, gaps.stated(incident, gap, at=self._tx.clock.now(), by=by))
        return replace(mark, gaps={**mark.gaps, gap.why.value: told})

    def close(self, tx: Tx, mark: Watermark, why: Missing) -> Watermark:
        """What was missing is there now, where anything was."""
        if why.value not in mark.gaps:
            return mark
        incident = tx.incident(mark.incident, lock=True)
        if incident is not None:
            self._tx.keep(
                tx, gaps.made_up(incident, why, error=mark.gaps[why.value], at=self._tx.clock.now())
            )
        return replace(mark, gaps={name: error for name, error in mark.gaps.items() if name != why.value})

    def late(self, tx: Tx, mark: Watermark, incident: Incident) -> Watermark:
        """The look after an outage takes long: said, with when it should have ended."""
        if mark.lag_since is None or Missing.HISTORY.value in mark.gaps:
            return mark
        gap = Gap(why=Missing.LAG, start=mark.lag_since, end=None)
        return self.state(tx, mark, incident, gap, by=self._ends(tx, mark))

    def _ends(self, tx: Tx, mark: Watermark) -> datetime:
        """When the look should end: by what the log holds already, and by how many channels wait with it."""
        look, slow = mark.whole, bool(tx.known(SLOW))
        held = tx.watermarks.older(mark.channel_id, look.edge if look else "9")
        pages = held // (SLOW_PAGE if slow else PAGE) + 1 + (len(look.threads) if look else 0)
        each = SLOW_PAUSE if slow else EVERY
        return self._tx.clock.now() + timedelta(seconds=pages * each * max(tx.watermarks.lagging(), 1))

    def draft_waits(self, ref: str, due_at: datetime) -> bool:
        """Whether the draft that is due since *due_at* waits for a look into the channel (RELIABILITY section 2).

        Not for more than ``PATIENCE``; then what may be missing is said, and the draft says it too. In the slow tier
        only an outage is waited for: without one the log has what events told.
        """

        def waits(tx: Tx) -> bool:
            if not self._behind(tx, ref):
                return False
            if self._tx.clock.now() - due_at < gaps.PATIENCE:
                return True
            self._give_up(tx, ref)
            return False

        return self._tx.until_kept(waits)

    def _behind(self, tx: Tx, ref: str) -> list[Watermark]:
        """Channels of *ref* that a draft waits for."""
        slow = bool(tx.known(SLOW))
        return [
            mark
            for mark in tx.watermarks.of_incident(ref)
            if mark.is_behind
            and mark.due_at is not None
            and (mark.lag_since or not slow)
            and (Missing.HISTORY.value not in mark.gaps or mark.fresh or mark.whole is not None)
        ]

    def _give_up(self, tx: Tx, ref: str) -> None:
        """Say what may be missing. What others have said is read after the lock: many give up in the same second."""
        incident = tx.incident(ref, lock=True)
        for mark in self._behind(tx, ref):
            if incident is not None and (now := self.late(tx, mark, incident)) != mark:
                tx.watermarks.save_gaps(now)
                incident = tx.incident(ref, lock=True)
