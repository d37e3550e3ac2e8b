"""A message that somebody marked with the emoji of tasks becomes a task, once for ever."""

from dataclasses import replace
from datetime import datetime

from bot.domain import messages, tasks
from bot.domain.incident import Change, Incident
from bot.domain.timeline import Entry
from bot.store.store import Tx
from bot.transaction import Transactions


class Starred:
    """Makes tasks of entries. Whoever calls is inside the transaction that keeps them."""

    def __init__(self, transactions: Transactions) -> None:
        """Work in *transactions*."""
        self._tx = transactions

    def made(self, tx: Tx, entry: Entry) -> Entry:
        """*entry*, with the number of its task where one was asked for and is made now.

        A message that was deleted, or has not come yet, makes none. Whom the policy leaves no tasks to asks in vain
        (DR-19). The incident is locked before the entry is saved, as everywhere.
        """
        by = entry.data.get(messages.STARRED_BY)
        text = entry.text.strip() or ", ".join(file["name"] for file in entry.files)
        if by is None or messages.TASK in entry.data or not entry.arrived or entry.deleted_at or not text:
            return entry
        if not self._may(tx, str(by)):
            return entry

        def decide(incident: Incident, at: datetime) -> Change:
            owner = self._owner(tx, incident, text)
            asked = tasks.without_address(text, owner) if owner else text
            return tasks.add(incident, text=asked, owner=owner, wait=None, by=str(by), at=at)

        made = self._tx.change(entry.incident, decide).incident.tasks[-1]
        return replace(entry, data={**entry.data, messages.TASK: made.n})

    def _owner(self, tx: Tx, incident: Incident, text: str) -> str | None:
        """The one person whom the message mentions. In a private incident nobody is let in by that (DR-28)."""
        named = tasks.mentioned(text)
        if len(named) != 1 or (incident.private and named[0] not in incident.members):
            return None
        known = tx.directory.person(named[0])
        return None if known is not None and (known.gone or known.is_bot) else named[0]

    def _may(self, tx: Tx, user: str) -> bool:
        allowed = self._tx.policy.allow.get("task")
        return allowed is None or not tx.directory.known_as(user).isdisjoint(allowed)
