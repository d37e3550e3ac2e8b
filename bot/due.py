"""What is due is done: timers fire, each in a transaction of its own, whatever becomes of the others."""

import logging
from dataclasses import replace
from datetime import timedelta

from bot.call import Call
from bot.context import about
from bot.documents import Documents
from bot.domain import timers
from bot.domain.incident import Incident
from bot.domain.schedule import Timer, TimerKind
from bot.slack import announce
from bot.store.store import Collision, StoreAway
from bot.transaction import Transactions

log = logging.getLogger(__name__)

BATCH = 50
DRAFT_AGAIN = timedelta(minutes=10)
"""A draft that could not be made is tried again after this long."""


class Due:
    """Fires timers. Any number of processes may do so at once: the incident's row decides who was first."""

    def __init__(self, transactions: Transactions, documents: Documents) -> None:
        """Work in *transactions*; drafts come from *documents*."""
        self._tx = transactions
        self._documents = documents

    def fire(self) -> int:
        """Fire the timers that are due; how many led to something. One that fails holds up no other."""
        with self._tx.store.read() as tx:
            due = tx.due_timers(self._tx.clock.now(), BATCH)
        return sum(self._fired(timer) for timer in due)

    def _fired(self, timer: Timer) -> bool:
        with about(timer=timer.kind.value, incident=timer.incident):
            return self._tried(timer)

    def _tried(self, timer: Timer) -> bool:
        try:
            return self._fire(timer)
        except StoreAway:
            raise
        except Collision:
            log.info("%s of %s: another process was first", timer.kind, timer.incident)
        except Exception:
            log.exception("%s of %s failed", timer.kind, timer.incident)
            self._failed(timer)
        return False

    def _fire(self, timer: Timer) -> bool:
        made = self._documents.make(timer.incident) if timer.kind is TimerKind.DRAFT else None
        with self._tx.begin() as tx:
            incident = tx.incident(timer.incident, lock=True)
            if incident is None:
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
