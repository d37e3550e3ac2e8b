"""Whole incidents in and out, as replay files: ``import`` and ``export``."""

from bot.documents import whole_record
from bot.domain import followup_reminders, replay, replay_export, replay_import
from bot.domain.references import case_number, is_case
from bot.store.store import Tx
from bot.transaction import Transactions


class Archive:
    """Keeps imported incidents; writes any incident out."""

    def __init__(self, transactions: Transactions) -> None:
        """Work in *transactions*."""
        self._tx = transactions

    def import_replay(self, text: str, *, stage: replay.Stage) -> str:
        """Record a past incident from a replay file; its reference. Posts nothing, starts no timer. Raises refusals."""
        read = replay.read(text)
        with self._tx.begin() as tx:
            ref = self._free_reference(tx, read)
            incident, entries = replay_import.to_record(read, policy=self._tx.policy, stage=stage, ref=ref)
            tx.add_incident(followup_reminders.restarted(None, incident, at=self._tx.clock.now()))
            tx.add_entries(entries)
        return ref

    def _free_reference(self, tx: Tx, read: replay.Replay) -> str:
        """The record's own reference where it is free, else the next of its day."""
        own = read.reference
        if own is not None and tx.incident(own) is None:
            if is_case(own):
                tx.cases.count_from(case_number(own))  # those that we open ourselves come after it
            return own
        if own is not None and is_case(own):
            return tx.cases.next_reference(self._tx.policy.cases.first_number)
        day = own[4:13] if own is not None else f"{read.day:%Y-%m%d}"
        while True:
            ref = f"INC-{day}-{tx.next_number(day):03}"
            if tx.incident(ref) is None:
                return ref

    def export(self, ref: str) -> str:
        """The incident as a replay file. Raises NoSuchIncident."""
        incident, entries, names = whole_record(self._tx, ref)
        written = replay_export.export(incident, entries, names, policy=self._tx.policy)
        return replay_export.print_replay(written)
