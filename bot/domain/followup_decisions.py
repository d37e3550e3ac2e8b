"""Who decides about a change of a follow-up's budget or scope that waits, and what becomes of it (R-AI-2, R-AI-4).

Budgets are left to the people of the target ``cfo``; scopes to the commander, the postmortem's owner, and whom the
policy names as the target ``scope``. Nobody approves what they asked for themselves. Closed when in doubt.
"""

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime

from bot.domain import stages
from bot.domain.followup import FollowUp, Request
from bot.domain.followup_change import WITHDRAWN, changed, closed, settled
from bot.domain.followup_requests import BUDGET, SCOPE, of_scope
from bot.domain.followup_steps import unfinished
from bot.domain.incident import Change, Incident, unchanged
from bot.domain.policy import Policy
from bot.domain.policy_followups import CFO
from bot.domain.refusal_followup import (
    MayNotDecide,
    MayNotWithdraw,
    NobodyMayApproveBudget,
    NothingToDecide,
    OwnRequest,
)
from bot.domain.sla import may_approve

APPROVED, REFUSED = "approved", "refused"
SCOPE_TARGET = "scope"
"""Name of the target whose people may approve scopes too, where the policy has one."""


def approvers(incident: Incident, request: Request, policy: Policy) -> tuple[str, ...]:
    """Who may decide *request*: user ids, @handles of people and of user groups. None: nobody may."""
    if request.what == BUDGET:
        return _people(policy, CFO)
    own = (incident.commander, stages.owner_of(incident))
    return tuple(dict.fromkeys(each for each in (*own, *_people(policy, SCOPE_TARGET)) if each))


def _people(policy: Policy, name: str) -> tuple[str, ...]:
    target = policy.targets.get(name)
    if target is None:
        return ()
    named = [*target.users, *([target.usergroup] if target.usergroup else [])]
    return tuple(each if each.startswith(("U", "W", "S", "@")) else f"@{each}" for each in named)


def decide(
    incident: Incident,
    n: int,
    *,
    outcome: str,
    by: str,
    known_as: Collection[str],
    at: datetime,
    policy: Policy,
    request: int | None = None,
    what: str = "",
    reason: str = "",
) -> Change:
    """What waits on follow-up *n* is ``approved`` or ``refused`` by *by*, whom a policy may call *known_as*.

    *request*: the one that was shown; decided already: nothing changes. *what*: ``budget`` or ``scope`` where both
    wait; else the one that is *by*'s to decide. Raises NothingToDecide, NobodyMayApproveBudget, MayNotDecide,
    OwnRequest.
    """
    followup = unfinished(incident, n)
    if request is not None and any(each.n == request and each.outcome for each in followup.requests):
        return unchanged(incident)
    wanted = [each for each in followup.waiting if request in (None, each.n) and what in ("", each.what)]
    if not wanted:
        raise NothingToDecide(ref=incident.ref, n=n)
    mine = [each for each in wanted if may_approve(approvers(incident, each, policy), known_as)]
    chosen = (mine or wanted)[0]
    if chosen not in mine:
        raise _not_yours(incident, n, chosen, policy)
    if outcome == APPROVED and chosen.by == by:
        raise OwnRequest(ref=incident.ref, n=n, what=chosen.what, who=_others(incident, chosen, policy))
    return _decided(incident, followup, chosen, outcome, by=by, at=at, reason=reason)


def _not_yours(
    incident: Incident, n: int, request: Request, policy: Policy
) -> NobodyMayApproveBudget | MayNotDecide:
    named = approvers(incident, request, policy)
    if not named:
        return NobodyMayApproveBudget(ref=incident.ref, n=n)
    return MayNotDecide(ref=incident.ref, n=n, what=request.what, who=_list(named))


def _others(incident: Incident, request: Request, policy: Policy) -> str:
    """Who else may approve it; where nobody can, how somebody comes to."""
    others = [each for each in approvers(incident, request, policy) if each != request.by]
    another = {BUDGET: "another one of [target.cfo]", SCOPE: "another commander or owner of the postmortem"}
    return _list(others) if others else another[request.what]


def _list(named: Collection[str]) -> str:
    return ", ".join(each if each.startswith("@") else f"<@{each}>" for each in named)


def _decided(
    incident: Incident,
    followup: FollowUp,
    request: Request,
    outcome: str,
    *,
    by: str,
    at: datetime,
    reason: str,
) -> Change:
    settled_one = closed(request, outcome, by=by, at=at, answer=reason)
    now = replace(
        followup,
        requests=tuple(settled_one if each.n == request.n else each for each in followup.requests),
    )
    if outcome == APPROVED and request.amount is not None:
        now = replace(now, budget=request.amount, forecast=None)
    elif outcome == APPROVED:
        now = of_scope(now, request.after)
    elif request.amount is not None:  # what is over the budget is approved or asked for, never just there
        now = replace(now, forecast=None)
    facts = {"what": request.what, "request": request.n, "before": request.before, "after": request.after}
    return changed(incident, settled(now, at), outcome, by=by, at=at, reason=reason, **facts)


def withdraw(incident: Incident, n: int, *, by: str, at: datetime, what: str = "") -> Change:
    """What waits on follow-up *n* is taken back by whoever asked, its owner or the commander.

    Raises NothingToDecide, MayNotWithdraw.
    """
    followup = unfinished(incident, n)
    wanted = [each for each in followup.waiting if what in ("", each.what)]
    if not wanted:
        raise NothingToDecide(ref=incident.ref, n=n)
    free = (followup.owner, incident.commander)
    mine = [each for each in wanted if by in (each.by, *free)]
    if not mine:
        who = dict.fromkeys(each for each in (wanted[0].by, *free) if each)
        raise MayNotWithdraw(ref=incident.ref, n=n, who=_list(who))
    return _decided(incident, followup, mine[0], WITHDRAWN, by=by, at=at, reason="")
