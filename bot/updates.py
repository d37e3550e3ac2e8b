"""The use cases around what people are told: updates and phases, texts for customers, credit amounts, the mail.

One method is one transaction.
"""

from bot.documents import pre_approved
from bot.domain import approval, customers, sla, updates
from bot.domain.incident import Change, Status
from bot.domain.policy import Policy
from bot.domain.refusal_customers import NobodyMayApprove, NotThatSide
from bot.domain.updates import Said
from bot.lookup import Lookup
from bot.transaction import Transactions


class Updates:
    """What handlers do about updates, in the channel and outside."""

    def __init__(self, transactions: Transactions, lookup: Lookup) -> None:
        """Work in *transactions*; people come from *lookup*."""
        self._tx = transactions
        self._lookup = lookup

    @property
    def policy(self) -> Policy:
        """The policy in force."""
        return self._tx.policy

    def post(self, ref: str, said: Said, *, by: str) -> Change:
        """Post a status update to everybody whom *said* names: the clock starts anew (DR-4)."""
        approved = pre_approved(self.policy)
        return self._tx.change(
            ref,
            lambda incident, at: updates.post(
                incident, said, approved=approved, by=by, at=at, policy=self.policy
            ),
        )

    def change_phase(self, ref: str, phase: Status, *, by: str) -> Change:
        """Another phase without a word: the clock goes on (DR-4)."""
        return self._tx.change(
            ref,
            lambda incident, at: updates.change_phase(incident, phase, by=by, at=at, policy=self.policy),
        )

    def approve(self, ref: str, n: int, *, by: str) -> Change:
        """Publish a text for customers that waits (R-TPL-2)."""
        return self._tx.change(
            ref, lambda incident, at: approval.approve(incident, n, by=by, at=at, policy=self.policy)
        )

    def discard(self, ref: str, n: int, *, by: str) -> Change:
        """Withdraw a text for customers that waits."""
        return self._tx.change(ref, lambda incident, at: approval.discard(incident, n, by=by, at=at))

    def approve_amounts(self, ref: str, side: str, *, by: str) -> Change:
        """One side approves credit amounts (R-SLA-2); closed when in doubt. Raises NobodyMayApprove, NotThatSide."""
        named = self.policy.sla_approvers[side]
        if not named:
            raise NobodyMayApprove(side=side)
        if not sla.may_approve(named, self._lookup.known_as(by)):
            who = ", ".join(f"<@{each}>" if not each.startswith("@") else each for each in named)
            raise NotThatSide(side=side, who=who)
        return self._tx.change(ref, lambda incident, at: sla.approve(incident, side, by=by, at=at))

    def customers_told(self, ref: str, *, to: str, by: str) -> Change:
        """The mail to customers is sent (R-CUS-1, R-CUS-2)."""
        return self._tx.change(
            ref, lambda incident, at: customers.told(incident, to=to, by=by, at=at, policy=self.policy)
        )
