"""The use cases of follow-ups: added, accepted, changed, approved, done. One method is one transaction."""

from collections.abc import Callable, Collection
from datetime import date
from typing import Any

from bot.domain import followup_decisions as decisions
from bot.domain import followup_edits as edits
from bot.domain import followup_reminders as reminders
from bot.domain import followup_requests as requests
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
        return self._change(
            ref, by, steps.add, text=text, action=action, owner=owner, due_on=due_on, priority=priority, budget=budget,
            dependencies=dependencies, criteria=criteria, horizon=horizon, link=link, policy=self._tx.policy,
        )  # fmt: skip

    def accept(
        self, ref: str, n: int, *, by: str, owner: str | None = None, due_on: date | None = None
    ) -> Change:
        """Follow-up *n* leaves "proposed". Raises FollowUpLacks, FollowUpIsOver, DayIsPast."""
        self._check_owner(owner)
        return self._change(ref, by, steps.accept, n=n, owner=owner, due_on=due_on, policy=self._tx.policy)

    def accept_all(self, ref: str, *, by: str) -> Change:
        """All that are proposed and lack nothing are accepted. Raises NothingToAccept, FollowUpLacks."""
        return self._change(ref, by, steps.accept_all)

    def start(self, ref: str, n: int, *, by: str) -> Change:
        """Somebody works on it. Raises FollowUpLacks, FollowUpIsOver."""
        return self._change(ref, by, steps.start, n=n)

    def done(self, ref: str, n: int, *, by: str, result: str = "", confirmed: str = "") -> Change:
        """It is done; *confirmed*: the fingerprint of the criteria that were read.

        Raises FollowUpLacks, FollowUpIsOver, RequestWaits, CriteriaUnconfirmed.
        """
        return self._change(ref, by, steps.done, n=n, result=result, confirmed=confirmed)

    def drop(self, ref: str, n: int, *, by: str, reason: str) -> Change:
        """It will not be done. Raises DropNeedsReason, FollowUpIsOver."""
        return self._change(ref, by, steps.drop, n=n, reason=reason)

    def reopen(self, ref: str, n: int, *, by: str, reason: str = "") -> Change:
        """It is to be done after all. Raises FollowUpIsOpen."""
        return self._change(ref, by, steps.reopen, n=n, reason=reason)

    # What else changes

    def give(self, ref: str, n: int, *, by: str, owner: str) -> Change:
        """It is *owner*'s from now on. Raises OwnerIsTeam, NobodyThere."""
        self._check_owner(owner)
        return self._change(ref, by, edits.give, n=n, owner=owner)

    def redate(self, ref: str, n: int, *, by: str, day: date, reason: str = "") -> Change:
        """It is due on *day*. Raises DayIsPast, RedateNeedsReason."""
        return self._change(ref, by, edits.redate, n=n, day=day, reason=reason, policy=self._tx.policy)

    def prioritise(self, ref: str, n: int, *, by: str, priority: Priority) -> Change:
        """It is wanted sooner, or later."""
        return self._change(ref, by, edits.prioritise, n=n, priority=priority)

    def word(self, ref: str, n: int, *, by: str, name: str, text: str) -> Change:
        """Its ``criteria``, ``dependencies`` or ``horizon`` are *text*."""
        return self._change(ref, by, edits.word, n=n, name=name, text=text)

    def block(self, ref: str, n: int, *, by: str, reason: str) -> Change:
        """It cannot go on. Raises BlockNeedsReason, FollowUpLacks."""
        return self._change(ref, by, edits.block, n=n, reason=reason)

    def unblock(self, ref: str, n: int, *, by: str, reason: str = "") -> Change:
        """It can go on."""
        return self._change(ref, by, edits.unblock, n=n, reason=reason)

    # What may need an approval

    def budget(self, ref: str, n: int, *, by: str, amount: Budget, reason: str = "") -> Change:
        """It may cost *amount*: set before it is accepted, asked for after that. Raises MixedUnits."""
        more = {"amount": amount, "reason": reason, "policy": self._tx.policy}
        return self._change(ref, by, requests.set_budget, n=n, **more)

    def forecast(self, ref: str, n: int, *, by: str, amount: Budget, reason: str = "") -> Change:
        """It will cost *amount*. Raises MixedUnits, ForecastTooEarly, ForecastOfNothing."""
        more = {"amount": amount, "reason": reason, "policy": self._tx.policy}
        return self._change(ref, by, requests.forecast, n=n, **more)

    def scope(self, ref: str, n: int, *, by: str, text: str, reason: str = "") -> Change:
        """It is about *text*: edited before it is accepted, asked for after that. Raises ScopeNeedsReason."""
        return self._change(ref, by, requests.scope, n=n, text=text, reason=reason)

    def decide(
        self,
        ref: str,
        n: int,
        *,
        by: str,
        outcome: str,
        request: int | None = None,
        what: str = "",
        reason: str = "",
    ) -> Change:
        """What waits is ``approved`` or ``refused``; *request*: the one that was shown; *what*: budget or scope.

        Raises NothingToDecide, NobodyMayApproveBudget, MayNotDecide, OwnRequest.
        """
        known_as = self._lookup.known_as(by)
        return self._change(
            ref, by, decisions.decide, n=n, outcome=outcome, request=request, what=what, reason=reason,
            known_as=known_as, policy=self._tx.policy,
        )  # fmt: skip

    def withdraw(self, ref: str, n: int, *, by: str, what: str = "") -> Change:
        """What waits is taken back. Raises NothingToDecide, MayNotWithdraw."""
        return self._change(ref, by, decisions.withdraw, n=n, what=what)

    # What one can ask

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

    def _change(self, ref: str, by: str, decide: Callable[..., Change], **more: Any) -> Change:
        """Keep what *decide* makes of the incident, with *more* of what was asked."""
        return self._tx.change(ref, lambda incident, at: decide(incident, by=by, at=at, **more))

    def _check_owner(self, owner: str | None) -> None:
        """Raise OwnerIsTeam for a group, NobodyThere for a bot: a person, not a team (R-AI-5)."""
        if owner is None:
            return
        if not owner.startswith(("U", "W")):
            raise OwnerIsTeam(given=owner)
        self._lookup.reader(owner)
