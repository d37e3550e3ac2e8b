"""The use case of undo: a person's own last command is taken back, in one transaction."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from bot.domain import correcting, undo
from bot.domain.incident import Change, Incident
from bot.domain.timeline import Entry
from bot.lookup import Lookup
from bot.store.store import Tx
from bot.transaction import Transactions


class Undo:
    """Takes back what somebody did by mistake."""

    def __init__(self, transactions: Transactions, lookup: Lookup) -> None:
        """Work in *transactions*; *lookup* knows who may do what."""
        self._tx = transactions
        self._lookup = lookup

    def take_back(self, ref: str, *, by: str) -> Change:
        """Take the last command of *by* in the incident *ref* back; its entries leave the timeline. Raises refusals.

        Whoever may not use the verb of what is taken back may not take it back either (DR-19).
        """

        def taken_back(incident: Incident, at: datetime) -> Change:
            with self._tx.begin() as tx:
                last = tx.last_command(ref, by)
                entries = tx.entries_numbered(last.entries) if last else []
                change = undo.take_back(incident, last, entries, by=by, at=at, policy=self._tx.policy)
                for verb in undo.verbs(last) if last else ():
                    self._lookup.allow(verb, by)
                for entry, told in _corrected(tx, last, entries):
                    tx.save_entry(correcting.back(entry, told, ref))
                for entry in entries:
                    tx.save_entry(replace(entry, deleted_at=at))
            return change

        def locked(tx: Tx) -> Change:
            last = tx.last_command(ref, by)  # its entries before the incident, as a reaction does it
            entries = tx.entries_numbered(last.entries) if last else []
            _corrected(tx, last, entries)
            return self._tx.change(ref, taken_back)

        return self._tx.until_kept(locked)


def _corrected(tx: Tx, last: undo.Command | None, entries: Sequence[Entry]) -> list[tuple[Entry, Entry]]:
    """The entries that the command *last* corrected, each with the one of *entries* that tells of it."""
    if last is None or last.change != correcting.CORRECTED:
        return []
    return [(entry, told) for told in entries for entry in tx.entries_numbered([told.data["entry"]])]
