"""The ends of an incident's life but for resolve and close: mitigated, cancelled, merged; and what a resolve asks."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from bot.domain import endings, merging, recording, watching
from bot.domain.cases import follow as following
from bot.domain.incident import Change, Incident
from bot.store.store import Tx
from bot.transaction import Transactions


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What people know when it is over: asked for, never forced (DR-18)."""

    root_cause: str = ""
    data_loss: str = ""
    restored_at: datetime | None = None
    """The end of impact."""
    restored: str = ""
    """Its echo."""


class Endings:
    """One method is one transaction."""

    def __init__(self, transactions: Transactions) -> None:
        """Work in *transactions*."""
        self._tx = transactions

    def mitigate(self, ref: str, *, by: str, message: str, mitigated_at: datetime | None) -> Change:
        """The impact is contained."""
        return self._tx.change(
            ref,
            lambda incident, at: endings.mitigate(
                incident, message=message, by=by, at=at, mitigated_at=mitigated_at,
                policy=self._tx.policy,
            ),
        )  # fmt: skip

    def cancel(self, ref: str, *, by: str, reason: str) -> Change:
        """A false alarm."""
        return self._tx.change(
            ref,
            lambda incident, at: endings.cancel(
                incident, reason=reason, by=by, at=at, policy=self._tx.policy
            ),
        )

    def merge(self, ref: str, *, into: str, by: str, reason: str) -> Change:
        """*ref* goes on in *into*, and what belongs to it does too: all of them are changed, or none."""

        def decide(incident: Incident, target: Incident, at: datetime) -> tuple[Change, Change]:
            with self._tx.read() as tx:
                onward = tx.incident(target.merged_into) if target.merged_into else None
            return merging.merge(
                incident, target, onward=onward, reason=reason, by=by, at=at, policy=self._tx.policy
            )

        def merged(tx: Tx) -> Change:
            cases = [
                tx.incident(each.ref, lock=True) for each in tx.cases.tied(ref)
            ]  # before their incidents
            change = self._tx.change_two(ref, into, decide)[0]
            for case in cases:
                if case is not None and (target := tx.incident(into)) is not None:
                    self._tx.keep(tx, following(case, target, by=by, at=self._tx.clock.now()))
            return change

        return self._tx.until_kept(merged)

    def resolve_knowing(
        self, ref: str, *, by: str, message: str, known: Known, resolved_at: datetime | None = None
    ) -> Change:
        """Resolve, and record what is *known* by now. *resolved_at*: when it was over; None: now."""

        def set_to(field: str, value: object, echo: str) -> None:
            self._tx.change(
                ref,
                lambda one, at: recording.set_field(one, field=field, value=value, echo=echo, by=by, at=at),
            )

        with self._tx.begin():
            if known.restored_at is not None:
                set_to("restored", known.restored_at, known.restored)
            if known.root_cause:
                set_to("root_cause", known.root_cause, known.root_cause)
            if known.data_loss:
                self._record(ref, {"data_loss": (known.data_loss,)}, by)
            return self._tx.change(
                ref,
                lambda one, at: watching.resolve(
                    one, message=message, by=by, at=at, resolved_at=resolved_at, policy=self._tx.policy
                ),
            )

    def _record(self, ref: str, measures: Mapping[str, tuple[str, ...]], by: str) -> None:
        self._tx.change(ref, lambda one, at: recording.impact(one, measures=measures, by=by, at=at))
