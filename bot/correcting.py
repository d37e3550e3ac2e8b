"""The use cases of corrections: entries are edited, retimed, hidden and shown. One method is one transaction."""

from collections.abc import Callable
from datetime import datetime

from bot.domain import correcting
from bot.domain.correcting import Correction
from bot.domain.incident import Change, Incident
from bot.domain.refusal_correcting import NoSuchEntry
from bot.domain.timeline import Entry
from bot.domain.times import Moment
from bot.store.store import Tx
from bot.transaction import Transactions


class Correcting:
    """Corrects what stands in the record; what stood there before is kept."""

    def __init__(self, transactions: Transactions) -> None:
        """Work in *transactions*."""
        self._tx = transactions

    def edit(self, ref: str, n: int, *, text: str, by: str) -> Change:
        """Note *n* says something else. Raises NoSuchEntry and the refusals of ``bot.domain.correcting``."""
        return self._correct(
            ref, n, lambda incident, entry, at: correcting.edit(incident, entry, n, text=text, by=by, at=at)
        )

    def retime(self, ref: str, n: int, *, to: Moment, echo: str, by: str) -> Change:
        """Note *n* happened at another time. Raises as ``edit``."""
        return self._correct(
            ref,
            n,
            lambda incident, entry, at: correcting.retime(
                incident, entry, n, to=to.at, precision=to.precision, echo=echo, by=by, at=at
            ),
        )

    def hide(self, ref: str, n: int, *, reason: str, by: str) -> Change:
        """Entry *n* stands on no timeline any more. Raises as ``edit``."""
        return self._correct(
            ref,
            n,
            lambda incident, entry, at: correcting.hide(incident, entry, n, reason=reason, by=by, at=at),
        )

    def show(self, ref: str, n: int, *, by: str) -> Change:
        """Entry *n* is shown again. Raises as ``edit``."""
        return self._correct(
            ref, n, lambda incident, entry, at: correcting.show(incident, entry, n, by=by, at=at)
        )

    def numbers(self, ref: str, entries: list[Entry]) -> dict[int, int]:
        """The number of each of *entries* by its id: the how-manieth it was when it was recorded, so it stays."""
        with self._tx.read() as tx:
            return tx.entry_numbers(ref, [entry.id for entry in entries if entry.id is not None])

    def _correct(self, ref: str, n: int, decide: Callable[[Incident, Entry, datetime], Correction]) -> Change:
        def corrected(incident: Incident, at: datetime) -> Change:
            with self._tx.begin() as tx:
                entry = tx.nth_entry(ref, n)
                if entry is None:
                    raise NoSuchEntry(n=n, ref=ref)
                made = decide(incident, entry, at)
                if made.entry != entry:
                    tx.save_entry(made.entry)
            return made.change

        def locked(tx: Tx) -> Change:
            tx.nth_entry(ref, n)  # before the incident, as a reaction does it: no two wait for each other
            return self._tx.change(ref, corrected)

        return self._tx.until_kept(locked)
