"""Subscriptions: who is told of an incident alone. One method is one transaction; they are no part of the record."""

from bot.context import tell
from bot.domain import subscribing
from bot.domain.refusal import NoSuchIncident
from bot.store.store import Tx
from bot.transaction import Transactions


class Subscriptions:
    """Begins and ends them; what is told stands in ``bot.slack.subscribed``."""

    def __init__(self, transactions: Transactions) -> None:
        """Work in *transactions*."""
        self._tx = transactions

    def subscribe(self, ref: str, *, by: str) -> bool:
        """*by* is told of it from now on; False: they are already. Raises refusals."""

        def begun(tx: Tx) -> bool:
            incident = tx.incident(ref, lock=True)
            if incident is None:
                raise NoSuchIncident(given=ref)
            subscribing.check(incident)
            tell(incident=ref)
            return tx.subscriptions.add(ref, by, self._tx.clock.now())

        return self._tx.until_kept(begun)

    def unsubscribe(self, ref: str, *, by: str) -> bool:
        """*by* is told of it no longer; False: they were not."""
        tell(incident=ref)
        return self._tx.until_kept(lambda tx: tx.subscriptions.drop(ref, [by]) > 0)

    def of(self, user: str) -> frozenset[str]:
        """References of the incidents that *user* is told of, those too that are over and may be reopened."""
        with self._tx.read() as tx:
            return tx.subscriptions.by(user)

    def left(self, channel_id: str, user: str) -> None:
        """*user* left that channel: of a private incident they hear no more (DR-28)."""
        with self._tx.read() as tx:
            incident = tx.incident_of_channel(channel_id)
        if incident is not None and incident.private and user not in incident.members:
            self.unsubscribe(incident.ref, by=user)
