"""The use cases of roles: give, claim, hand over. One method is one transaction."""

from datetime import datetime

from bot.domain import handoffs, roles
from bot.domain.incident import Change, Incident
from bot.domain.parts import Offer
from bot.domain.policy import Policy
from bot.lookup import Lookup
from bot.transaction import Transactions


class Roles:
    """Who does what in an incident."""

    def __init__(self, transactions: Transactions, lookup: Lookup) -> None:
        """Work in *transactions*; people come from *lookup*."""
        self._tx = transactions
        self._lookup = lookup

    @property
    def _policy(self) -> Policy:
        return self._tx.policy

    def assign(self, ref: str, *, by: str, role: str, to: str) -> Change:
        """Give a role to a person. Raises UnknownRole, NobodyThere."""
        wanted = self._policy.role(role)
        self._lookup.reader(to)
        return self._tx.change(ref, lambda incident, at: roles.assign(incident, wanted, to=to, by=by, at=at))

    def claim(self, ref: str, *, by: str, role: str) -> Change:
        """Take a role that nobody has. Raises UnknownRole, RoleTaken."""
        wanted = self._policy.role(role)
        return self._tx.change(ref, lambda incident, at: roles.claim(incident, wanted, by=by, at=at))

    def offer(self, ref: str, *, by: str, role: str, to: str, note: str) -> Change:
        """Offer a role to somebody, with a note made from the record (DR-26). Raises refusals."""
        wanted = self._policy.role(role)
        self._lookup.reader(to)

        return self._tx.change(
            ref,
            lambda incident, at: handoffs.offer(
                incident, wanted, to=to, note=note, by=by, at=at, policy=self._policy,
                entries=self._lookup.record(ref, talk=False),
            ),
        )  # fmt: skip

    def answer(
        self, ref: str, *, by: str, accepts: bool, role: str | None = None, n: int | None = None
    ) -> Change:
        """Accept or decline: the offer *n* of *role* by button, else the one that the words mean. Raises refusals."""

        def answered(incident: Incident, at: datetime) -> Change:
            found = self._offer(incident, by=by, accepts=accepts, role=role, n=n)
            decide = handoffs.accept if accepts else handoffs.decline
            return decide(incident, found, self._policy.role(found.role), by=by, at=at)

        return self._tx.change(ref, answered)

    def _offer(self, incident: Incident, *, by: str, accepts: bool, role: str | None, n: int | None) -> Offer:
        wanted = self._policy.role(role) if role else None
        if n is not None and wanted is not None:
            return handoffs.numbered(incident, n, wanted, by=by)
        return handoffs.meant(incident, wanted, answer="accept" if accepts else "decline", by=by)
