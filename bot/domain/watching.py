"""A customer escalation is watched for a week once it is resolved: the bot adds a follow-up for that (R-ESC-2)."""

from dataclasses import replace
from datetime import date, datetime, timedelta

from bot.domain import followup_steps, lifecycle
from bot.domain.cases import engineer
from bot.domain.followup import FollowUp, Redate, State
from bot.domain.incident import Change, Incident
from bot.domain.policy import Policy

WATCH = timedelta(days=7)
"""So long it is watched, from the resolve on."""
ORIGIN = "watch"
"""What ``FollowUp.origin`` says of that follow-up: by it, not by its words, it is known again."""
TEXT = "Monitor for a week"


def resolve(
    incident: Incident, *, message: str, by: str, at: datetime, resolved_at: datetime | None, policy: Policy
) -> Change:
    """``lifecycle.resolve``, and of a customer escalation the follow-up with it.

    A further resolve moves the date of the one that is still to be done, and begins another week where that was over
    or was taken back with the resolve before; where people dropped it they want none.
    """
    change = lifecycle.resolve(
        incident, message=message, by=by, at=at, resolved_at=resolved_at, policy=policy
    )
    now = change.incident
    if now.customer is None or now.backfilled:
        return change
    today = followup_steps.today(at, policy)
    day = max(followup_steps.today(now.resolved_at or at, policy) + WATCH, today)
    watched = [each for each in now.followups if each.origin == ORIGIN and not each.taken_back]
    known = watched[-1] if watched else None
    if known is None or known.state is State.DONE:
        return _added(change, day, by=by, at=at, policy=policy)
    if known.is_open and known.due_on is not None and known.due_on < day:
        moved = Redate(before=known.due_on, after=day, by=by, at=at, reason="resolved again")
        later = replace(known, due_on=day, redates=(*known.redates, moved), counted_from=at)
        return replace(change, incident=_with(now, later))
    return change


def _added(change: Change, day: date, *, by: str, at: datetime, policy: Policy) -> Change:
    """Nobody need agree to it: with an owner it is open at once (R-AI-5)."""
    owner = engineer(change.incident) or None
    more = followup_steps.add(
        change.incident, text=TEXT, by=by, at=at, policy=policy, owner=owner, due_on=day
    )
    now, made = more.incident, replace(more.incident.followups[-1], origin=ORIGIN)
    if owner:
        made = followup_steps.accepted(now, made, by=by, at=at)
    entries, news = (*change.entries, *more.entries), (*change.news, *more.news)
    return replace(change, incident=_with(now, made), entries=entries, news=news)


def _with(incident: Incident, changed: FollowUp) -> Incident:
    others = (changed if each.n == changed.n else each for each in incident.followups)
    return replace(incident, followups=tuple(others))
