"""What people do about escalations: tell a target now, acknowledge, skip. One method is one transaction."""

from bot.domain import escalation, escalation_answers
from bot.domain.incident import Change
from bot.domain.policy import Target
from bot.transaction import Transactions


class Escalations:
    """What handlers do about escalations. What the ladder does comes of ``bot.due``."""

    def __init__(self, transactions: Transactions) -> None:
        """Work in *transactions*."""
        self._tx = transactions

    def target(self, name: str) -> Target:
        """The target of a button: one that the policy has no more has nobody."""
        return escalation.target_of(self._tx.policy, name)

    def escalate(self, ref: str, *, by: str, target: Target, reason: str) -> Change:
        """Tell *target* now (R-ESCL-5)."""
        return self._tx.change(
            ref,
            lambda incident, at: escalation.escalate(
                incident, target, reason=reason, by=by, at=at, policy=self._tx.policy
            ),
        )

    def acknowledge(self, ref: str, *, by: str, target: Target) -> Change:
        """Somebody has seen it. Whoever has the button may say so: people of the channel, and whom it reached."""
        return self._tx.change(
            ref, lambda incident, at: escalation_answers.acknowledge(incident, target, by=by, at=at)
        )

    def skip(self, ref: str, *, by: str, target: Target, reason: str) -> Change:
        """*target* need not be told, or need not answer."""
        return self._tx.change(
            ref,
            lambda incident, at: escalation_answers.skip(
                incident, target, reason=reason, by=by, at=at, policy=self._tx.policy
            ),
        )
