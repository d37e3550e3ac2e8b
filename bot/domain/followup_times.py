"""When something is next to be said about a follow-up, for each kind of notice (R-AI-1, 2, 3, 6).

Days are days of the organisation's zone, reminders of a date come at the same time of day all the year round, also on
weekends; spans that others wait for (blocked, undecided) are counted to the second.
"""

from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from bot.domain.followup import FollowUp, Notice, Redate, Request, State, Told
from bot.domain.policy import Policy

LACKS_AT_MOST = 3
"""So often in all whoever sees to the postmortem is asked for a missing owner or date (DR-22)."""
BUDGET, SCOPE = "budget", "scope"
_APART = timedelta(days=1)


def told_of(item: FollowUp, what: Notice) -> Told | None:
    """What was last said about it of that kind."""
    return next((told for told in item.told if told.what is what), None)


def next_of(item: FollowUp, what: Notice, policy: Policy) -> datetime | None:
    """When *what* is next to be said about *item*; None: never, as things stand."""
    return _NEXT[what](item, policy) if item.is_open else None


def about(item: FollowUp, what: Notice, policy: Policy) -> str:
    """What a notice of that kind is about as things stand; empty: nothing."""
    return _ABOUT[what](item, policy) if item.is_open else ""


def waiting(item: FollowUp, what: str = BUDGET) -> Request | None:
    """The change of its budget, or of its scope, that waits for somebody's yes."""
    return next((one for one in item.waiting if one.what == what), None)


def morning_after(at: datetime, policy: Policy) -> datetime:
    """The time of day at which people are reminded, on the day after *at*."""
    day = at.astimezone(policy.zone).date() + timedelta(days=1)
    return _instant(datetime.combine(day, policy.followups.remind_at), policy.zone)


def _instant(wall: datetime, zone: ZoneInfo) -> datetime:
    """When the clock on the wall shows *wall*: the first time of two; where it never does, an hour later."""
    return wall.replace(tzinfo=zone, fold=0).astimezone(UTC)


# Of its date


def _due(item: FollowUp, policy: Policy) -> datetime | None:
    told = told_of(item, Notice.DUE)
    if item.owner is None or item.due_on is None:
        return None
    since = max(at for at in (item.added_at, item.counted_from, told.at if told else None) if at)
    if item.snoozed_until is not None and item.snoozed_until > since:
        return item.snoozed_until
    day = told.at.astimezone(policy.zone).date() if told else None
    for wall in _mornings(item.due_on, policy, since):
        at = _instant(wall, policy.zone)
        if at > since and (day is None or wall.date() > day):
            return at
    raise AssertionError("there is always a next week")


def _mornings(due: date, policy: Policy, since: datetime) -> Iterator[datetime]:
    """When its owner is reminded, in order, from some time before *since* on."""
    rules = policy.followups
    first = datetime.combine(due, rules.remind_at)
    yield from (first - rules.remind_before, first)
    passed = (since.astimezone(policy.zone).replace(tzinfo=None) - first) // rules.remind_every
    week = max(1, passed - 1)
    while True:
        yield first + week * rules.remind_every
        week += 1


# Of what it lacks


def _lacks(item: FollowUp, policy: Policy) -> datetime | None:
    told = told_of(item, Notice.LACKS)
    if not _lacking(item) or (told is not None and told.times >= LACKS_AT_MOST):
        return None
    last = (told.at if told else item.added_at).astimezone(policy.zone).date()
    return _instant(datetime.combine(last, policy.followups.remind_at) + _week(policy), policy.zone)


def _lacking(item: FollowUp) -> str:
    if item.state is not State.PROPOSED:
        return ""
    return " ".join(item.lacks)


def _week(policy: Policy) -> timedelta:
    return policy.followups.remind_every


# What others are told of


def _blocked(item: FollowUp, policy: Policy) -> datetime | None:
    if item.blocked_at is None:
        return None
    longer = (
        item.blocked_at + policy.followups.blocked_after + datetime.resolution
    )  # not just as long (R-AI-1)
    return _weekly(longer, item, Notice.BLOCKED, policy)


def _budget(item: FollowUp, policy: Policy) -> datetime | None:
    asked = waiting(item)
    return None if asked is None else _weekly(asked.at, item, Notice.BUDGET, policy)


def _scope(item: FollowUp, policy: Policy) -> datetime | None:
    asked = waiting(item, SCOPE)
    return None if asked is None else _weekly(asked.at, item, Notice.SCOPE, policy)


def _weekly(first: datetime, item: FollowUp, what: Notice, policy: Policy) -> datetime:
    """*first*, and after that every week of it: the next one that was not told, a day after the last at least.

    What comes late, after an outage, is not said again within the hour.
    """
    told = told_of(item, what)
    if told is None or told.about != about(item, what, policy) or told.at < first:
        return first
    following = first + ((told.at - first) // _week(policy) + 1) * _week(policy)
    return following if following - told.at >= _APART else following + _week(policy)


def _late(item: FollowUp, policy: Policy) -> datetime | None:
    moved = late_move(item, policy)
    told = told_of(item, Notice.LATE)
    known = told is not None and told.about == about(item, Notice.LATE, policy)
    return None if moved is None or known else moved.at


def late_move(item: FollowUp, policy: Policy) -> Redate | None:
    """The last new date that crosses the line, or goes further than any before it, while it still is so late (R-AI-3).

    A date that comes back towards the first one is told to nobody; nor is one that stays within what was told.
    """
    first = item.first_due_on
    if first is None or item.due_on is None or item.due_on - first <= policy.followups.late_after:
        return None
    line = first + policy.followups.late_after
    found, farthest = None, line
    for move in item.redates:
        crosses = move.before <= line < move.after
        if crosses or move.after > farthest:
            found, farthest = move, move.after
    return found


_NEXT: Mapping[Notice, Callable[[FollowUp, Policy], datetime | None]] = {
    Notice.DUE: _due,
    Notice.LACKS: _lacks,
    Notice.BLOCKED: _blocked,
    Notice.BUDGET: _budget,
    Notice.LATE: _late,
    Notice.SCOPE: _scope,
}
_ABOUT: Mapping[Notice, Callable[[FollowUp, Policy], str]] = {
    Notice.DUE: lambda item, _: item.due_on.isoformat() if item.due_on else "",
    Notice.LACKS: lambda item, _: _lacking(item),
    Notice.BLOCKED: lambda item, _: item.blocked_at.isoformat() if item.blocked_at else "",
    Notice.BUDGET: lambda item, _: str(asked.n) if (asked := waiting(item)) else "",
    Notice.SCOPE: lambda item, _: str(asked.n) if (asked := waiting(item, SCOPE)) else "",
    Notice.LATE: lambda item, policy: moved.at.isoformat() if (moved := late_move(item, policy)) else "",
}
