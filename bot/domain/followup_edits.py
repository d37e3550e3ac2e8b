"""What else changes of a follow-up: owner, date, priority, what blocks it, its criteria (R-AI-1, 3, 7)."""

from dataclasses import replace
from datetime import date, datetime
from typing import Any

from bot.domain.followup import FollowUp, Priority
from bot.domain.followup_change import changed, dated, settled
from bot.domain.followup_days import print_day
from bot.domain.followup_steps import accepted, check_day, unfinished
from bot.domain.incident import Change, Incident, unchanged
from bot.domain.policy import Policy
from bot.domain.refusal_followup import BlockNeedsReason, RedateNeedsReason

WORDS = ("criteria", "dependencies", "horizon")
"""Fields that are free words, and change without anybody's approval; what stood there is kept in the record."""


def give(incident: Incident, n: int, *, owner: str, by: str, at: datetime) -> Change:
    """Follow-up *n* is *owner*'s: one person's, never a team's (R-AI-5)."""
    followup = unfinished(incident, n)
    if followup.owner == owner:
        return unchanged(incident)
    return changed(incident, replace(followup, owner=owner), "owner", by=by, at=at, before=followup.owner)


def redate(
    incident: Incident, n: int, *, day: date, reason: str, by: str, at: datetime, policy: Policy
) -> Change:
    """Follow-up *n* is due on *day*. The first date is kept (R-AI-3, R-MET-12).

    Once it is accepted a later date needs a reason. Raises DayIsPast, RedateNeedsReason.
    """
    followup = unfinished(incident, n)
    before = followup.due_on
    if before == day:
        return unchanged(incident)
    check_day(incident, day, at=at, policy=policy)
    if before is not None and day > before and followup.is_accepted and not reason.strip():
        raise RedateNeedsReason(ref=incident.ref, n=n, before=print_day(before), day=day.isoformat())
    now = dated(followup, day, reason=reason.strip(), by=by, at=at)
    facts = {"before": before, "first": now.first_due_on}
    return changed(incident, now, "due", by=by, at=at, reason=reason.strip(), **facts)


def prioritise(incident: Incident, n: int, *, priority: Priority, by: str, at: datetime) -> Change:
    """Follow-up *n* is wanted sooner, or later."""
    followup = unfinished(incident, n)
    if followup.priority is priority:
        return unchanged(incident)
    now = replace(followup, priority=priority)
    return changed(incident, now, "priority", by=by, at=at, priority=priority.value)


def word(incident: Incident, n: int, *, name: str, text: str, by: str, at: datetime) -> Change:
    """The field *name*, one of WORDS, of follow-up *n* is *text*."""
    followup = unfinished(incident, n)
    before = getattr(followup, name)
    if before == text.strip():
        return unchanged(incident)
    fields: dict[str, Any] = {name: text.strip()}
    now = replace(followup, **fields)
    reason = text.strip() + (f" (before: {before})" if before else "")
    return changed(incident, now, name, by=by, at=at, reason=reason)


def block(incident: Incident, n: int, *, reason: str, by: str, at: datetime) -> Change:
    """Follow-up *n* cannot go on, because of *reason*: its clock starts (R-AI-1).

    Blocked already: the clock goes on, under the new reason. Raises BlockNeedsReason, FollowUpLacks.
    """
    followup = accepted(incident, unfinished(incident, n), by=by, at=at)
    if not reason.strip():
        raise BlockNeedsReason(ref=incident.ref, n=n)
    if followup.blocked_at is not None and followup.blocked_by == reason.strip():
        return unchanged(incident)
    now = replace(followup, blocked_at=followup.blocked_at or at, blocked_by=reason.strip())
    return changed(incident, settled(now, at), "blocked", by=by, at=at, reason=reason.strip())


def unblock(incident: Incident, n: int, *, reason: str, by: str, at: datetime) -> Change:
    """Follow-up *n* can go on: its clock stops (R-AI-1). Where it was not blocked, nothing changes."""
    followup = unfinished(incident, n)
    if followup.blocked_at is None:
        return unchanged(incident)
    facts = {"blocked_for": at - followup.blocked_at}
    return changed(incident, unblocked(followup, at), "unblocked", by=by, at=at, reason=reason, **facts)


def unblocked(followup: FollowUp, at: datetime) -> FollowUp:
    """*followup* without what blocked it."""
    return settled(replace(followup, blocked_at=None, blocked_by=""), at)
