"""The pace of an incident, as people set it: pauses, the long pace, and "still going on"."""

from datetime import datetime

from bot.domain import long_pace, pauses, stale
from bot.domain.incident import Change
from bot.transaction import Transactions


class Pacing:
    """What people decide about reminders, beside updates and snoozes. One method is one transaction."""

    def __init__(self, transactions: Transactions) -> None:
        """Work in *transactions*."""
        self._tx = transactions
        self._policy = transactions.policy

    def pause(self, ref: str, *, by: str, until: datetime, reason: str) -> Change:
        """No reminder before *until* (PRODUCT 1.5)."""
        return self._tx.change(
            ref,
            lambda incident, at: pauses.pause(
                incident, until=until, reason=reason, by=by, at=at, policy=self._policy
            ),
        )

    def resume(self, ref: str, *, by: str) -> Change:
        """End a pause."""
        return self._tx.change(
            ref, lambda incident, at: pauses.resume(incident, by=by, at=at, policy=self._policy)
        )

    def go_long(self, ref: str, *, by: str) -> Change:
        """Half the pace of updates (DR-3)."""
        return self._tx.change(
            ref, lambda incident, at: long_pace.choose(incident, by=by, at=at, policy=self._policy)
        )

    def leave_long(self, ref: str, *, by: str) -> Change:
        """Back to the severity's own pace."""
        return self._tx.change(
            ref, lambda incident, at: long_pace.leave(incident, by=by, at=at, policy=self._policy)
        )

    def goes_on(self, ref: str, *, by: str) -> Change:
        """Somebody says that it is still going on (DR-22)."""
        return self._tx.change(
            ref, lambda incident, at: stale.goes_on(incident, by=by, at=at, policy=self._policy)
        )
