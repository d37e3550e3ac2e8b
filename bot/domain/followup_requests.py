"""Changes of a follow-up's budget and scope that need somebody's yes (R-AI-2, R-AI-4).

Before it is accepted both are simply edited. After that a budget, or a forecast, of more than 10 % over what was
approved waits, and so does another scope. Who decides, and how: ``followup_decisions``.
"""

from dataclasses import replace
from datetime import datetime

from bot.domain.followup import Budget, FollowUp, Request
from bot.domain.followup_change import WITHDRAWN, changed, closed, settled
from bot.domain.followup_money import is_over, print_budget, share_over
from bot.domain.followup_steps import unfinished
from bot.domain.incident import Change, Incident, unchanged
from bot.domain.policy import Policy
from bot.domain.refusal_followup import (
    FollowUpNeedsText,
    ForecastOfNothing,
    ForecastTooEarly,
    MixedUnits,
    ScopeNeedsReason,
)

BUDGET, SCOPE = "budget", "scope"
"""What a request is about."""


def set_budget(
    incident: Incident, n: int, *, amount: Budget, reason: str, by: str, at: datetime, policy: Policy
) -> Change:
    """The budget of follow-up *n* is to be *amount*.

    Before it is accepted, and where it has none, that sets it. After that what was approved stays: up to 10 % more is
    kept as the forecast, anything above asks the CFO (R-AI-2). Raises MixedUnits.
    """
    followup = unfinished(incident, n)
    if not followup.is_accepted or followup.budget is None:
        if followup.budget == amount:
            return unchanged(incident)
        return _budgeted(incident, followup, amount, reason=reason, by=by, at=at)
    return _expected(incident, followup, amount, said=False, reason=reason, by=by, at=at, policy=policy)


def _budgeted(
    incident: Incident, followup: FollowUp, amount: Budget, *, reason: str, by: str, at: datetime
) -> Change:
    before = print_budget(followup.budget) if followup.budget else ""
    now = replace(followup, budget=amount)
    facts = {"before": before, "after": print_budget(amount)}
    return changed(incident, now, "budget", by=by, at=at, reason=reason, **facts)


def forecast(
    incident: Incident, n: int, *, amount: Budget, reason: str, by: str, at: datetime, policy: Policy
) -> Change:
    """Follow-up *n* will cost *amount*: kept as that, and more than 10 % over what was approved asks the CFO (R-AI-2).

    Raises MixedUnits, ForecastTooEarly, ForecastOfNothing.
    """
    followup = unfinished(incident, n)
    known = {"ref": incident.ref, "n": n, "amount": print_budget(amount)}
    if not followup.is_accepted:
        raise ForecastTooEarly(**known)
    if followup.budget is None:
        raise ForecastOfNothing(**known)
    return _expected(incident, followup, amount, said=True, reason=reason, by=by, at=at, policy=policy)


def _expected(
    incident: Incident,
    followup: FollowUp,
    amount: Budget,
    *,
    said: bool,
    reason: str,
    by: str,
    at: datetime,
    policy: Policy,
) -> Change:
    """What it costs by now is *amount*; *said*: that is so, whether anybody approves or not."""
    approved = followup.budget
    if approved is None:
        raise ForecastOfNothing(ref=incident.ref, n=followup.n, amount=print_budget(amount))
    if approved.unit != amount.unit:
        raise MixedUnits(
            ref=incident.ref, n=followup.n, approved=print_budget(approved), given=print_budget(amount)
        )
    facts = {"before": print_budget(approved), "after": print_budget(amount)}
    kept = replace(followup, forecast=None if amount == approved else amount)
    if not is_over(amount, approved, policy.followups.over_budget):
        now = settled(_superseded(kept, BUDGET, by=by, at=at), at)
        if now == followup:
            return unchanged(incident)
        return changed(incident, now, "forecast", by=by, at=at, reason=reason, **facts)
    asked = next((each for each in followup.waiting if each.what == BUDGET), None)
    if asked is not None and asked.amount == amount:  # it waits already: nobody is asked for the same twice
        if not said or followup.forecast == amount:
            return unchanged(incident)
        return changed(incident, kept, "forecast", by=by, at=at, reason=reason, **facts)
    share = share_over(amount, approved)
    return _request(
        incident, kept if said else followup, BUDGET, after=print_budget(amount), amount=amount,
        before=facts["before"], reason=reason, by=by, at=at, share=share,
    )  # fmt: skip


def scope(incident: Incident, n: int, *, text: str, reason: str, by: str, at: datetime) -> Change:
    """Follow-up *n* is about *text*: what is to be done, where it says that apart from its line, else the line.

    Once it is accepted that waits for an approval, and the earlier text stays until then and on the request after that
    (R-AI-4). Raises FollowUpNeedsText, ScopeNeedsReason.
    """
    followup = unfinished(incident, n)
    before, after = followup.action or followup.text, text.strip()
    if not after:
        raise FollowUpNeedsText
    if after == before:
        return unchanged(incident)
    if not followup.is_accepted:
        because = f"{reason} (before: {before})" if reason else f"Before: {before}"
        return changed(incident, of_scope(followup, after), "scope", by=by, at=at, reason=because)
    if not reason.strip():
        raise ScopeNeedsReason(ref=incident.ref, n=n, scope=after)
    if any(each.what == SCOPE and each.after == after for each in followup.waiting):
        return unchanged(incident)
    return _request(
        incident, followup, SCOPE, before=before, after=after, amount=None, reason=reason.strip(), by=by, at=at
    )  # fmt: skip


def of_scope(followup: FollowUp, text: str) -> FollowUp:
    """*followup* with *text* as what it is about."""
    return replace(followup, action=text) if followup.action else replace(followup, text=text)


def _request(
    incident: Incident,
    followup: FollowUp,
    what: str,
    *,
    before: str,
    after: str,
    amount: Budget | None,
    reason: str,
    by: str,
    at: datetime,
    share: str = "",
) -> Change:
    """A request that waits; an older one about the same thing that still waits is withdrawn with that."""
    free = _superseded(followup, what, by=by, at=at)
    n = max((each.n for each in free.requests), default=0) + 1
    asked = Request(n=n, what=what, by=by, at=at, reason=reason, before=before, after=after, amount=amount)
    now = settled(replace(free, requests=(*free.requests, asked)), at)
    facts = {"what": what, "request": n, "before": before, "after": after, "share": share}
    return changed(incident, now, "requested", by=by, at=at, reason=reason, **facts)


def _superseded(followup: FollowUp, what: str, *, by: str, at: datetime) -> FollowUp:
    requests = (
        closed(each, WITHDRAWN, by=by, at=at) if each.what == what else each for each in followup.requests
    )
    return replace(followup, requests=tuple(requests))
