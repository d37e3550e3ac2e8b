"""The use cases of follow-ups: added, accepted, worked on, done, dropped. One method is one transaction."""

from collections.abc import Collection
from datetime import date

from bot.domain import followup_reminders as reminders
from bot.domain import followup_steps as steps
from bot.domain.followup import Budget, Priority
from bot.domain.incident import Change, Incident
from bot.domain.privacy import may_see
from bot.domain.refusal_followup import OwnerIsTeam
from bot.followup_files import FollowUpFiles, ListFile
from bot.lookup import Lookup
from bot.transaction import Transactions


class FollowUps:
    """What will be changed after an incident, by whom, until when."""

    def __init__(self, transactions: Transactions, lookup: Lookup) -> None:
        """Work in *transactions*; people come from *lookup*."""
        self._tx = transactions
        self._lookup = lookup
        self._files = FollowUpFiles(transactions)

    def add(
        self,
        ref: str,
        *,
        by: str,
        text: str,
        action: str = "",
        owner: str | None = None,
        due_on: date | None = None,
        priority: Priority | None = None,
        budget: Budget | None = None,
        dependencies: str = "",
        criteria: str = "",
        horizon: str = "",
        link: str = "",
    ) -> Change:
        """A new follow-up, proposed; *link*: the message that it comes from.

        Raises FollowUpNeedsText, DayIsPast, OwnerIsTeam, NobodyThere, NotPossible.
        """
        self._check_owner(owner)
        return self._tx.change(
            ref,
            lambda incident, at: steps.add(
                incident, text=text, action=action, owner=owner, due_on=due_on, priority=priority, budget=budget,
                dependencies=dependencies, criteria=criteria, horizon=horizon, link=link, by=by, at=at,
                policy=self._tx.policy,
            ),
        )  # fmt: skip

    def accept(
        self, ref: str, n: int, *, by: str, owner: str | None = None, due_on: date | None = None
    ) -> Change:
        """Follow-up *n* leaves "proposed". Raises FollowUpLacks, FollowUpIsOver, DayIsPast."""
        self._check_owner(owner)
        policy = self._tx.policy
        return self._tx.change(
            ref,
            lambda incident, at: steps.accept(
                incident, n, owner=owner, due_on=due_on, by=by, at=at, policy=policy
            ),
        )

    def accept_all(self, ref: str, *, by: str) -> Change:
        """All that are proposed and lack nothing are accepted. Raises NothingToAccept, FollowUpLacks."""
        return self._tx.change(ref, lambda incident, at: steps.accept_all(incident, by=by, at=at))

    def start(self, ref: str, n: int, *, by: str) -> Change:
        """Somebody works on it. Raises FollowUpLacks, FollowUpIsOver."""
        return self._tx.change(ref, lambda incident, at: steps.start(incident, n, by=by, at=at))

    def done(self, ref: str, n: int, *, by: str, result: str = "") -> Change:
        """It is done. Raises FollowUpLacks, FollowUpIsOver."""
        return self._tx.change(ref, lambda incident, at: steps.done(incident, n, result=result, by=by, at=at))

    def drop(self, ref: str, n: int, *, by: str, reason: str) -> Change:
        """It will not be done. Raises DropNeedsReason, FollowUpIsOver."""
        return self._tx.change(ref, lambda incident, at: steps.drop(incident, n, reason=reason, by=by, at=at))

    def reopen(self, ref: str, n: int, *, by: str, reason: str = "") -> Change:
        """It is to be done after all. Raises FollowUpIsOpen."""
        return self._tx.change(
            ref, lambda incident, at: steps.reopen(incident, n, reason=reason, by=by, at=at)
        )

    def put_off(self, ref: str, numbers: Collection[int], *, by: str) -> Change:
        """The next reminder of these comes tomorrow. Raises NothingToPutOff."""
        policy = self._tx.policy
        return self._tx.change(
            ref, lambda incident, at: reminders.put_off(incident, numbers, by=by, at=at, policy=policy)
        )

    def owned(self, user: str) -> list[Incident]:
        """The incidents that *user* may see in which an open follow-up is theirs; newest first."""
        with self._tx.read() as tx:
            found = tx.followups.named(user)
        return [
            one for one in found
            if may_see(one, user) and any(each.owner == user for each in steps.open_followups(one))
        ]  # fmt: skip

    def send(self, kind: str, *, user: str, channel: str, ref: str | None) -> ListFile:
        """A list as a file, to *user* alone: of *ref*, else of all that they may see. Raises NoSuchIncident."""
        return self._files.send(kind, user=user, channel=channel, ref=ref)

    def today(self) -> date:
        """The day that it is in the organisation's zone."""
        return steps.today(self._tx.clock.now(), self._tx.policy)

    def _check_owner(self, owner: str | None) -> None:
        """Raise OwnerIsTeam for a group, NobodyThere for a bot: a person, not a team (R-AI-5)."""
        if owner is None:
            return
        if not owner.startswith(("U", "W")):
            raise OwnerIsTeam(given=owner)
        self._lookup.reader(owner)
