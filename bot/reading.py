"""Reading one page of a channel's history: claimed under a lease, asked for, and kept with how far the look has come.

Slack is asked outside of any transaction. A look goes on where the last step of any process stopped.
"""

import logging
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import Any, Protocol

from bot.access import REFUSED
from bot.crash import crash
from bot.domain import looks
from bot.domain.gaps import Gap, Missing
from bot.domain.incident import Incident, Status
from bot.domain.looks import SLOW_PAGE, SLOW_PAUSE, SLOW_WAIT, Ask, Watermark
from bot.domain.messages import when
from bot.domain.parts import Loss
from bot.domain.reach import REFUSALS
from bot.gaps import EVERY, PAGE, SLOW, Gaps
from bot.meters import Meters
from bot.pages import Pages
from bot.reach import Reach
from bot.slack.client import Ambiguous, Away, Rejected, TryLater
from bot.store.store import Tx
from bot.store.watermarks import paced
from bot.transaction import Transactions

log = logging.getLogger(__name__)

LEASE = 15.0
"""Seconds that a step may take: longer than the HTTP timeout."""
OUT_OF_REACH = 60.0
"""Seconds until it is asked again whether a channel that is out of reach is so still: of the database, not of Slack."""
BURST = 30
"""Calls that may be made at once after a rest; one more every ``EVERY`` seconds."""
QUIET = 600.0
"""Seconds without an event after which nothing shows that events reach us."""
HEARD = "heard"
"""What is remembered: when an event was last taken, in business and in machine time."""
UNREADABLE = frozenset({Loss.LEFT, Loss.HIDDEN, Loss.DELETED})
"""Out of reach in a way that Slack refuses history too: it is not asked for until the bot is back."""
Change = Callable[[Tx, Watermark, Incident], Watermark]
"""What comes of a step."""


class Reader(Protocol):
    """What is needed of Slack's client."""

    def perform(self, method: str, args: Mapping[str, Any]) -> dict[str, Any]:
        """Make one call. Raises TryLater, Ambiguous, Away or Rejected."""


class Reading:
    """Takes steps. Any number of processes do so."""

    def __init__(
        self, transactions: Transactions, slack: Reader, *, gaps: Gaps, reach: Reach, meters: Meters
    ) -> None:
        """Read through *slack*, keep in *transactions*, say through *gaps* and *reach* what cannot be read."""
        self._tx = transactions
        self._clock = transactions.clock
        self._slack = slack
        self._gaps = gaps
        self._reach = reach
        self._pages = Pages(transactions, meters)

    def step(self) -> bool:
        """One call of Slack's, for the channel that has waited longest; False: there is none to be made now."""
        claimed = self._tx.until_kept(self._claimed)
        if claimed is None:
            return False
        mark, ask = claimed
        if ask is None:
            self._changed(mark, self._out_of_reach)
            return True
        asked_at = self._clock.now()
        crash("history claimed")
        try:
            answer = self._slack.perform(ask.method, {**ask.args, "limit": PAGE})
        except TryLater as error:
            self._throttled(mark, ask, error.seconds)
        except (Ambiguous, Away) as error:
            log.info("history of %s will be read again: %s", mark.channel_id, error)
            self._changed(mark, self._put_off)
        except Rejected as error:
            self._rejected(mark, ask, error.error)
        else:
            crash("history read")
            read = partial(self._kept, ask=ask, answer=answer, asked_at=asked_at)
            self._changed(mark, read)
        return True

    def _claimed(self, tx: Tx) -> tuple[Watermark, Ask | None] | None:
        """A channel under a lease, with its look begun. Those that have nothing to be read are passed over.

        One that is out of reach has nothing to ask for. No incident is locked here: all others lock it first.
        """
        machine = tx.machine(self._clock)
        while (mark := tx.watermarks.claim(machine, LEASE)) is not None:
            incident = tx.incident(mark.incident)
            now = looks.begun(mark, at=self._clock.now())
            if incident is None or self._rests(mark, incident):
                tx.watermarks.save(self._freed(self._settled(tx, mark, incident)))
            elif incident.out_of_reach and mark.channel_id == incident.channel_id:
                return mark, None
            elif (until := tx.watermarks.held_until(looks.asked(now).method, machine)) > machine:
                tx.watermarks.save(self._freed(replace(now, due_at=until)))
            elif not tx.watermarks.take_turn(machine, EVERY, BURST):
                tx.watermarks.save(self._freed(mark))
                return None
            else:
                tx.watermarks.save(now)
                return now, looks.asked(now)
        return None

    def _rests(self, mark: Watermark, incident: Incident) -> bool:
        """Whether nothing is to be read: a channel that was just opened, or an incident that is long over."""
        idle = mark.forward is None and not mark.is_behind
        return idle and (mark.whole_at is None or _over_at(mark, incident) is not None)

    def _freed(self, mark: Watermark) -> Watermark:
        return replace(mark, lease_until=0.0)

    def _settled(self, tx: Tx, mark: Watermark, incident: Incident | None) -> Watermark:
        over_at = _over_at(mark, incident) if incident else self._clock.now()
        at, machine = self._clock.now(), tx.machine(self._clock)
        return looks.settled(mark, at=at, machine=machine, heard=is_heard(tx, machine), over_at=over_at)

    def _changed(self, mark: Watermark, change: Change) -> None:
        """Keep what came of a step, where no other worker took over; whoever asked meanwhile is not forgotten."""

        def changed(tx: Tx) -> None:
            incident = tx.incident(mark.incident, lock=True)
            now = tx.watermarks.current(mark)
            if now is not None and incident is not None:
                tx.watermarks.save(self._freed(change(tx, now, incident)))

        self._tx.until_kept(changed)

    def _put_off(self, tx: Tx, mark: Watermark, incident: Incident) -> Watermark:  # noqa: ARG002 - as all changes
        return looks.put_off(mark, machine=tx.machine(self._clock))

    def _throttled(self, mark: Watermark, ask: Ask, seconds: float) -> None:
        """Slack asked all of us to wait; so long a wait is that of its slow tier."""

        def waits(tx: Tx, now: Watermark, incident: Incident) -> Watermark:  # noqa: ARG001 - as all changes
            until = tx.machine(self._clock) + seconds
            tx.outbox.throttle(ask.method, until)
            if seconds >= SLOW_WAIT:
                tx.remember(SLOW, True)  # noqa: FBT003 - a remembered value
                tx.outbox.throttle(paced(ask.method), until)
            return replace(now, due_at=until)

        self._changed(mark, waits)

    def _kept(
        self,
        tx: Tx,
        mark: Watermark,
        incident: Incident,
        *,
        ask: Ask,
        answer: Mapping[str, Any],
        asked_at: datetime,
    ) -> Watermark:
        """A page was read."""
        page = self._pages.page_of(tx, mark.channel_id, answer)
        slow = self._tier(tx, ask, len(page.shown), more=bool(page.cursor))
        kept = self._pages.keep(tx, mark, ask, page, asked_at=asked_at, moved_only=slow)
        now = replace(kept.mark, failures=0)
        incident = tx.incident(incident.ref, lock=True) or incident  # a page may have made tasks
        if kept.lost is not None:
            gap = Gap(why=Missing.RETENTION, start=max(kept.lost[0], incident.declared_at), end=kept.lost[1])
            now = self._gaps.state(tx, now, incident, gap)
        if ask.thread is not None:
            now = self._gaps.close(tx, now, Missing.THREADS)
        after = self._settled(tx, now, incident)
        if now.whole is not None and after.whole is None:
            after = self._gaps.close(tx, after, Missing.HISTORY)
        if after.lag_since is None:
            after = self._gaps.close(tx, after, Missing.LAG)
        return after

    def _tier(self, tx: Tx, ask: Ask, n: int, *, more: bool) -> bool:
        """Whether Slack gives us its slow tier: a page that was cut at 15. Then the next call waits for its minute."""
        slow = bool(tx.known(SLOW))
        if (more and n == SLOW_PAGE) or n > SLOW_PAGE:
            now = n == SLOW_PAGE
            if now != slow:
                log.warning("Slack gives history in the %s tier", "slow" if now else "usual")
                tx.remember(SLOW, now)
            slow = now
        if slow:
            tx.outbox.throttle(paced(ask.method), tx.machine(self._clock) + SLOW_PAUSE)
        return slow

    def _rejected(self, mark: Watermark, ask: Ask, error: str) -> None:
        """Slack refused. What can be mended by beginning anew is; the rest is said once."""
        if error in REFUSED:
            self._changed(mark, lambda tx, now, incident: self._shut_out(tx, now, incident, error))
        elif error == "invalid_cursor":
            self._changed(mark, lambda tx, now, _: replace(now, forward=None, whole=None, wanted=True))  # noqa: ARG005
        elif ask.thread is not None:
            self._changed(mark, lambda tx, now, incident: self._thread_refused(tx, now, incident, error))
        else:
            # Of a channel that was left behind, or is lost, people are told as a whole.
            told = mark.ceiling is not None or error in REFUSALS
            said = "Slack refuses the history of %s, a channel of %s: %s"
            log.log(logging.INFO if told else logging.WARNING, said, mark.channel_id, mark.incident, error)
            self._changed(mark, lambda tx, now, incident: self._history_refused(tx, now, incident, error))

    def _shut_out(self, tx: Tx, mark: Watermark, incident: Incident, error: str) -> Watermark:
        """Slack refuses the token: history waits for a good one, as all calls do (``bot.access``)."""
        if tx.access.shut(error, self._clock.now(), try_at=tx.machine(self._clock)):
            log.error(
                "Slack does not accept the token (%s): history and all calls wait for a good one", error
            )
        return self._put_off(tx, mark, incident)

    def _thread_refused(self, tx: Tx, mark: Watermark, incident: Incident, error: str) -> Watermark:
        """A thread that is gone is none; where Slack refuses answers, the rest of the log goes on without them."""
        now = looks.without_thread(mark)
        if error not in ("thread_not_found", "message_not_found"):
            log.warning("Slack refuses the threads of %s: %s", mark.channel_id, error)
            gap = Gap(why=Missing.THREADS, start=_since(mark, incident), end=None, error=error)
            now = self._gaps.state(tx, now, incident, gap)
            if now.whole is not None:
                now = replace(now, whole=replace(now.whole, threads=()))
        return self._settled(tx, now, incident)

    def _out_of_reach(self, tx: Tx, mark: Watermark, incident: Incident) -> Watermark:
        """Nothing is read until the bot is back; what is missing meanwhile stands in the record, and is no lag."""
        if incident.out_of_reach is None or mark.channel_id != incident.channel_id:
            return mark  # it is back by now, or has left the channel
        if incident.out_of_reach in UNREADABLE:
            gap = Gap(why=Missing.HISTORY, start=_since(mark, incident), end=None, error="not_in_channel")
            mark = replace(self._gaps.state(tx, mark, incident, gap), lag_since=None)
        machine = tx.machine(self._clock)
        if (over_at := _over_at(mark, incident)) is not None:
            return looks.refused(mark, machine=machine, over_at=over_at)
        return replace(mark, due_at=machine + OUT_OF_REACH)

    def _history_refused(self, tx: Tx, mark: Watermark, incident: Incident, error: str) -> Watermark:
        left_at = when(mark.ceiling) if mark.ceiling is not None else None
        start = min(_since(mark, incident), left_at or self._clock.now())
        gap = Gap(why=Missing.HISTORY, start=start, end=left_at, error=error)
        why = REFUSALS.get(error)
        # Into an adopted channel that it never joined people were told how to let it.
        never_in = tx.outbox.gave_up(f"join:{incident.ref}")
        if why in (Loss.LEFT, Loss.HIDDEN) and mark.ceiling is None and not never_in:
            self._reach.lose(tx, incident, why)  # which tells the commander, and what to do
            incident = tx.incident(incident.ref, lock=True) or incident
        now = self._gaps.state(tx, mark, incident, gap)
        return looks.refused(now, machine=tx.machine(self._clock), over_at=_over_at(mark, incident))


def _over_at(mark: Watermark, incident: Incident) -> datetime | None:
    """When nothing more was to be said in the channel: the end of the incident, or its move; None while it is open."""
    if mark.ceiling is not None:
        return when(mark.ceiling)
    if incident.is_open or incident.status is Status.RESOLVED:
        return None
    return incident.closed_at or incident.ended_at or incident.declared_at


def _since(mark: Watermark, incident: Incident) -> datetime:
    """From when on something may be missing: since an outage, else since the last look."""
    return max(mark.lag_since or when(mark.read_to), incident.declared_at)


def is_heard(tx: Tx, machine: float) -> bool:
    """Whether Slack's events reach us: one was taken lately, by whatever process."""
    heard = tx.known(HEARD)
    return heard is not None and machine - heard["machine"] < QUIET
