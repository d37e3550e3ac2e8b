"""The use cases of tasks: add, give, done, later. One method is one transaction."""

from datetime import datetime, timedelta

from bot.domain import tasks
from bot.domain.incident import Change
from bot.lookup import Lookup
from bot.transaction import Transactions


class Tasks:
    """What is to be done now, and by whom."""

    def __init__(self, transactions: Transactions, lookup: Lookup) -> None:
        """Work in *transactions*; people come from *lookup*."""
        self._tx = transactions
        self._lookup = lookup

    def _now(self) -> datetime:
        return self._tx.clock.now()

    def add(self, ref: str, *, by: str, text: str, owner: str | None, wait: timedelta | None) -> Change:
        """A new task; its owner is asked how it is after *wait*. Raises TaskNeedsText, NobodyThere."""
        if owner is not None:
            self._lookup.reader(owner)
        return self._tx.change(
            ref,
            lambda incident: tasks.add(incident, text=text, owner=owner, wait=wait, by=by, at=self._now()),
        )

    def give(self, ref: str, n: int, *, by: str, owner: str) -> Change:
        """Task *n* is *owner*'s from now on. Raises NoSuchTask, TaskIsDone, NobodyThere."""
        self._lookup.reader(owner)
        return self._tx.change(
            ref, lambda incident: tasks.give(incident, n, owner=owner, by=by, at=self._now())
        )

    def done(self, ref: str, n: int, *, by: str, result: str = "") -> Change:
        """Task *n* is done. Raises NoSuchTask."""
        return self._tx.change(
            ref, lambda incident: tasks.done(incident, n, result=result, by=by, at=self._now())
        )

    def later(self, ref: str, n: int, *, by: str) -> Change:
        """Ask about task *n* again later. Raises NoSuchTask, TaskIsDone."""
        return self._tx.change(ref, lambda incident: tasks.later(incident, n, by=by, at=self._now()))
