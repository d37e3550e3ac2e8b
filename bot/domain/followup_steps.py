"""Follow-ups: what will be changed after an incident. Added, accepted, started, done, dropped (R-AI-5, 7, 8).

A follow-up is proposed until somebody accepts it, and nobody can before it has an owner and a date (R-AI-5, AD-4).
What else changes of one: ``followup_edits``; what needs an approval: ``followup_requests``.
"""

from dataclasses import replace
from datetime import UTC, date, datetime

from bot.domain.followup import ENDED, Budget, FollowUp, Priority, State
from bot.domain.followup_change import VERB, WITHDRAWN, changed, closed, dated, in_state, over, told
from bot.domain.followup_days import print_day
from bot.domain.horizons import read_horizon
from bot.domain.incident import Change, Incident, moved, unchanged
from bot.domain.mrkdwn import plain
from bot.domain.news import News, What
from bot.domain.policy import Policy
from bot.domain.refusal_followup import (
    CriteriaUnconfirmed,
    DayIsPast,
    DropNeedsReason,
    FollowUpIsOpen,
    FollowUpIsOver,
    FollowUpLacks,
    FollowUpMoved,
    FollowUpNeedsText,
    NoSuchFollowUp,
    NothingToAccept,
    RequestWaits,
)
from bot.domain.timeline import Entry
from bot.domain.times import print_moment
from bot.domain.topic_fields import fingerprint


def add(
    incident: Incident,
    *,
    text: str,
    by: str,
    at: datetime,
    policy: Policy,
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
    """A new follow-up, proposed. Owner and date may come later; it is flagged until they do (R-AI-5).

    Raises FollowUpNeedsText, DayIsPast, and NotPossible of an incident that was cancelled.
    """
    if not text.strip():
        raise FollowUpNeedsText
    now = moved(incident, VERB)
    check_day(incident, due_on, at=at, policy=policy)
    made = FollowUp(
        n=next_number(now), text=text.strip(), action=action.strip(), by=by, added_at=at, since=at, owner=owner,
        due_on=due_on, first_due_on=due_on, priority=priority, budget=budget, dependencies=dependencies.strip(),
        criteria=criteria.strip(), horizon=read_horizon(horizon), link=link,
    )  # fmt: skip
    return told(incident, replace(now, followups=(*now.followups, made)), made, "added", by=by, at=at)


def accept(
    incident: Incident,
    n: int,
    *,
    by: str,
    at: datetime,
    policy: Policy,
    owner: str | None = None,
    due_on: date | None = None,
) -> Change:
    """Follow-up *n* leaves "proposed" (R-AI-5); *owner* and *due_on* fill what it lacks, or replace it.

    Accepted already: nothing changes. Raises FollowUpLacks, FollowUpIsOver, DayIsPast.
    """
    followup = unfinished(incident, n)
    if followup.is_accepted:
        return unchanged(incident)
    check_day(incident, due_on, at=at, policy=policy)
    filled = replace(followup, owner=owner or followup.owner)
    if due_on is not None:
        filled = dated(filled, due_on, reason="", by=by, at=at)
    return changed(incident, accepted(incident, filled, by=by, at=at), "accepted", by=by, at=at)


def accept_all(incident: Incident, *, by: str, at: datetime) -> Change:
    """All that are proposed and have owner and date are accepted; the others stay as they are.

    Raises NothingToAccept where none is proposed, FollowUpLacks where none of them has both.
    """
    proposed = [each for each in open_followups(incident) if each.state is State.PROPOSED]
    ready = [each for each in proposed if not each.lacks]
    if not proposed:
        raise NothingToAccept(ref=incident.ref)
    if not ready:
        check_complete(incident, proposed[0])
    now, entries = incident, list[Entry]()
    for each in ready:
        one = changed(now, accepted(incident, each, by=by, at=at), "accepted", by=by, at=at)
        now, entries = one.incident, [*entries, *one.entries]
    facts = {"step": "all accepted", "numbers": [each.n for each in ready], "by": by, "to": None}
    news = (News(what=What.FOLLOWUP, facts={**facts, "given": False}),)
    return Change(before=incident, incident=now, entries=tuple(entries), news=news)


def start(incident: Incident, n: int, *, by: str, at: datetime) -> Change:
    """Somebody works on follow-up *n*. One that is proposed is accepted with that, where it has owner and date.

    While it is blocked or waits for an approval it stays so, and is in progress after that.
    """
    followup = accepted(incident, unfinished(incident, n), by=by, at=at)
    if State.IN_PROGRESS in (followup.state, followup.resumes_as):
        return unchanged(incident)
    held = followup.resumes_as is not None
    now = (
        replace(followup, resumes_as=State.IN_PROGRESS) if held else in_state(followup, State.IN_PROGRESS, at)
    )
    return changed(incident, now, "started", by=by, at=at)


def done(incident: Incident, n: int, *, result: str, by: str, at: datetime, confirmed: str = "") -> Change:
    """Follow-up *n* is done; *result* is what came of it. Done already: nothing changes.

    *confirmed*: the fingerprint of the success criteria that the closer has read and says are met (R-AI-8). Raises
    CriteriaUnconfirmed, RequestWaits.
    """
    followup = numbered(incident, n)
    if followup.state is State.DONE:
        return unchanged(incident)
    followup = accepted(incident, unfinished(incident, n), by=by, at=at)
    if followup.waiting:
        raise RequestWaits(n=n, ref=incident.ref, what=followup.waiting[0].what)
    if followup.criteria and fingerprint(followup.criteria) != confirmed:
        raise CriteriaUnconfirmed(
            n=n, ref=incident.ref, criteria=plain(followup.criteria), kept=followup.criteria
        )
    now = over(followup, State.DONE, result=result, by=by, at=at)
    return changed(incident, now, "done", by=by, at=at, reason=result)


def drop(incident: Incident, n: int, *, reason: str, by: str, at: datetime) -> Change:
    """Follow-up *n* will not be done (R-AI-7). What nobody does needs neither owner nor date.

    Raises DropNeedsReason.
    """
    if numbered(incident, n).state is State.NOT_DOING:
        return unchanged(incident)
    followup = unfinished(incident, n)
    if not reason.strip():
        raise DropNeedsReason(ref=incident.ref, n=n)
    asked = any(each.amount is not None for each in followup.waiting)
    free = replace(
        followup,
        requests=tuple(closed(each, WITHDRAWN, by=by, at=at) for each in followup.requests),
        forecast=None if asked else followup.forecast,  # gone with what it asked for
    )
    now = over(free, State.NOT_DOING, result=reason.strip(), by=by, at=at)
    return changed(incident, now, "dropped", by=by, at=at, reason=now.result)


def reopen(incident: Incident, n: int, *, reason: str, by: str, at: datetime) -> Change:
    """Follow-up *n* is to be done after all. Its dates stay as they were. Raises FollowUpIsOpen."""
    followup = numbered(incident, n)
    if followup.state not in ENDED:
        raise FollowUpIsOpen(ref=incident.ref, n=n, state=followup.state.value)
    state = State.OPEN if followup.is_accepted else State.PROPOSED
    now = replace(in_state(followup, state, at), done_at=None, done_by=None, result="", counted_from=at)
    return changed(incident, now, "reopened", by=by, at=at, reason=reason)


# What one can ask


def numbered(incident: Incident, n: int) -> FollowUp:
    """Follow-up *n*. Raises NoSuchFollowUp, FollowUpMoved."""
    found = next((each for each in incident.followups if each.n == n and not each.taken_back), None)
    if found is None:
        raise NoSuchFollowUp(given=n, ref=incident.ref)
    if found.moved_to:
        raise FollowUpMoved(n=n, ref=incident.ref, into=found.moved_to, m=found.moved_as)
    return found


def open_followups(incident: Incident) -> tuple[FollowUp, ...]:
    """What is still to be done, in the order in which it was added."""
    return tuple(each for each in incident.followups if each.is_open)


def next_number(incident: Incident) -> int:
    """The number of a follow-up that is added now."""
    return max((each.n for each in incident.followups), default=0) + 1


def today(at: datetime, policy: Policy) -> date:
    """The day at *at* in the organisation's zone, in which follow-ups are due."""
    return at.astimezone(policy.zone).date()


def is_record(incident: Incident) -> bool:
    """Whether it was written down when it was over, or imported: its follow-ups may be of former times."""
    return incident.backfilled or bool(incident.header)


# What must hold


def check_day(incident: Incident, day: date | None, *, at: datetime, policy: Policy) -> None:
    """Raise DayIsPast where nothing can be done until *day* any more."""
    now = today(at, policy)
    if day is not None and day < now and not is_record(incident):
        raise DayIsPast(day=print_day(day), today=print_day(now))


def check_complete(incident: Incident, followup: FollowUp) -> None:
    """Raise FollowUpLacks where owner or date is missing (R-AI-5); records of former times have what they have."""
    if followup.lacks and not is_record(incident):
        fill = {"owner": "owner=me", "date": "due=30d"}
        raise FollowUpLacks(
            n=followup.n, ref=incident.ref, lacks=" and no ".join(followup.lacks),
            fill=" ".join(fill[each] for each in followup.lacks),
        )  # fmt: skip


def accepted(incident: Incident, followup: FollowUp, *, by: str, at: datetime) -> FollowUp:
    """*followup* as it stands once it is accepted; as it is where it was. Raises FollowUpLacks."""
    if followup.is_accepted:
        return followup
    check_complete(incident, followup)
    return replace(in_state(followup, State.OPEN, at), accepted_at=at, accepted_by=by)


def unfinished(incident: Incident, n: int) -> FollowUp:
    """Follow-up *n*, which is still to be done. Raises FollowUpIsOver beside what ``numbered`` raises."""
    moved(incident, VERB)
    followup = numbered(incident, n)
    if followup.state in ENDED:
        since = print_moment(followup.since, UTC, seconds=False) if followup.since else "its import"
        raise FollowUpIsOver(n=n, ref=incident.ref, state=followup.state.value, since=since)
    return followup
