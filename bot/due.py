"""What is due is done: timers fire, each in a transaction of its own, whatever becomes of the others."""

import logging
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

from bot.call import Call
from bot.context import about
from bot.documents import Documents
from bot.domain import timers
from bot.domain.incident import Incident
from bot.domain.schedule import Timer, TimerKind
from bot.gaps import Gaps
from bot.slack import announce
from bot.store.store import Collision, StoreAway
from bot.transaction import Transactions

log = logging.getLogger(__name__)

BATCH = 50
DRAFT_AGAIN = timedelta(minutes=10)
"""A draft that could not be made is tried again after this long."""


class Due:
    """Fires timers. Any number of processes may do so at once: the incident's row decides who was first."""

    def __init__(self, transactions: Transactions, documents: Documents, gaps: Gaps) -> None:
        """Work in *transactions*; drafts come from *documents*, and wait until *gaps* are made up for."""
        self._tx = transactions
        self._documents = documents
        self._gaps = gaps

    def fire(self) -> int:
        """Fire all timers that are due; how many led to something. One that fails holds up no other.

        What somebody else has in hand comes last, so that many processes share the work and nobody waits.
        """
        busy: list[Timer] = []
        fired = sum(self._fired(timer, busy) for timer in self._due())
        return fired + sum(self._fired(timer) for timer in busy)

    def soon(self) -> float | None:
        """Seconds until the next timer falls due; what is overdue already comes with the next turn."""
        at = self._tx.clock.now()
        with self._tx.store.read() as tx:
            due = tx.next_due(after=at)
        return (due - at).total_seconds() if due is not None else None

    def _due(self) -> Iterator[Timer]:
        """What is due now, longest overdue first, in batches: what comes after a batch is read after its firing."""
        at, last = self._tx.clock.now(), None
        while True:
            with self._tx.store.read() as tx:
                due = tx.due_timers(at, BATCH, after=last)
            yield from due
            if len(due) < BATCH:
                return
            last = due[-1]

    def _fired(self, timer: Timer, busy: list[Timer] | None = None) -> bool:
        with about(timer=timer.kind.value, incident=timer.incident):
            return self._tried(timer, busy)

    def _tried(self, timer: Timer, busy: list[Timer] | None) -> bool:
        try:
            return self._fire(timer, busy)
        except StoreAway as error:
            if timer.kind is not TimerKind.DRAFT:
                raise
            # a long record may take longer than the database waits: that holds up no other timer
            log.error("the draft of %s comes later: %s", timer.incident, error)  # noqa: TRY400 - expected
        except Collision:
            log.info("%s of %s: another process was first", timer.kind, timer.incident)
        except Exception:
            log.exception("%s of %s failed", timer.kind, timer.incident)
            self._say_failed(timer)
        return False

    def _say_failed(self, timer: Timer) -> None:
        """Say that a timer failed; where another process was first with that, no other timer suffers."""
        try:
            self._failed(timer)
        except Collision:
            log.info("%s of %s: another process says that it failed", timer.kind, timer.incident)

    def _fire(self, timer: Timer, busy: list[Timer] | None) -> bool:
        """Fire one. With *busy* one whose incident somebody else has locked is put there instead."""
        made = None
        if timer.kind is TimerKind.DRAFT:
            if self._gaps.draft_waits(timer.incident, timer.due_at):
                return False
            made = self._documents.make(timer.incident, kinds=None)
        with self._tx.begin() as tx:
            incident = tx.incident(timer.incident, lock=True, if_free=busy is not None)
            if incident is None and busy is not None:
                busy.append(timer)
            if incident is None or not tx.is_due(timer):
                return False
            at, policy = self._tx.clock.now(), self._tx.policy
            talked_at = tx.talked_at(timer.incident) if timer.kind is TimerKind.ARCHIVE else None
            change = timers.fire(timer, incident, at=at, policy=policy, made=made, talked_at=talked_at)
            if change.is_nothing:
                tx.keep_timers(incident)
                return False
            self._tx.keep(tx, change)
            return True

    def _failed(self, timer: Timer) -> None:
        """A draft that cannot be made is said once in the channel, and tried again later."""
        if timer.kind is not TimerKind.DRAFT:
            return
        with self._tx.begin() as tx:
            incident = tx.incident(timer.incident, lock=True)
            if incident is None or incident.draft_due_at is None:
                return
            at = self._tx.clock.now()
            later = tx.save_incident(replace(incident, draft_due_at=at + DRAFT_AGAIN))
            key = f"trouble:draft:{incident.ref}:{incident.drafts + 1}"
            if not tx.outbox.has(key):
                tx.outbox.plan(self._trouble(later, key), at)

    def _trouble(self, incident: Incident, key: str) -> tuple[Call, ...]:
        with self._tx.read() as tx:
            names = self._tx.names(tx, [incident.title], [incident.commander])
        return announce.trouble(
            incident,
            key=key,
            template="trouble_draft",
            policy=self._tx.policy,
            names=names,
            at=self._tx.clock.now(),
            to=None,
            facts={},
        )
