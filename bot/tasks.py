"""The use cases of tasks: add, give, done, later. One method is one transaction."""

from datetime import timedelta

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

    def add(self, ref: str, *, by: str, text: str, owner: str | None, wait: timedelta | None) -> Change:
        """A new task; its owner is asked how it is after *wait*. Raises TaskNeedsText, NobodyThere."""
        if owner is not None:
            self._lookup.reader(owner)
        return self._tx.change(
            ref,
            lambda incident, at: tasks.add(incident, text=text, owner=owner, wait=wait, by=by, at=at),
        )

    def give(self, ref: str, n: int, *, by: str, owner: str) -> Change:
        """Task *n* is *owner*'s from now on. Raises NoSuchTask, TaskIsDone, NobodyThere."""
        self._lookup.reader(owner)
        return self._tx.change(ref, lambda incident, at: tasks.give(incident, n, owner=owner, by=by, at=at))

    def done(self, ref: str, n: int, *, by: str, result: str = "") -> Change:
        """Task *n* is done. Raises NoSuchTask."""
        return self._tx.change(ref, lambda incident, at: tasks.done(incident, n, result=result, by=by, at=at))

    def later(self, ref: str, n: int, *, by: str) -> Change:
        """Ask about task *n* again later. Raises NoSuchTask, TaskIsDone."""
        return self._tx.change(ref, lambda incident, at: tasks.later(incident, n, by=by, at=at))
