"""How a follow-up changes: in which state it is then, what the record keeps of it, and what is told.

For the files that decide: ``followup_steps``, ``followup_edits``, ``followup_requests``.
"""

from dataclasses import replace
from datetime import date, datetime
from typing import Any

from bot.domain.followup import FollowUp, Redate, Request, State
from bot.domain.followup_days import print_day
from bot.domain.incident import Change, Incident, moved
from bot.domain.lifecycle import state_entry
from bot.domain.news import News, What
from bot.domain.timeline import Entry, Kind

VERB = "followup"
"""The verb in TRANSITIONS, and the name of the change in an entry's data."""
WITHDRAWN = "withdrawn"
"""The outcome of a request that whoever made it takes back, or that something newer stands for."""


def in_state(followup: FollowUp, state: State, at: datetime) -> FollowUp:
    """*followup* in *state* since *at*; neither blocked nor waiting."""
    return replace(followup, state=state, since=at, resumes_as=None, blocked_at=None, blocked_by="")


def settled(followup: FollowUp, at: datetime) -> FollowUp:
    """*followup* in the state that follows from what holds it up: a block first, else a request that waits."""
    below = followup.resumes_as or followup.state
    held = State.BLOCKED if followup.blocked_at else State.AWAITING if followup.waiting else None
    state, resumes_as = held or below, below if held else None
    since = followup.since if state is followup.state else at
    return replace(followup, state=state, resumes_as=resumes_as, since=since)


def over(followup: FollowUp, state: State, *, result: str, by: str, at: datetime) -> FollowUp:
    """*followup* at its end."""
    return replace(in_state(followup, state, at), done_at=at, done_by=by, result=result)


def dated(followup: FollowUp, day: date, *, reason: str, by: str, at: datetime) -> FollowUp:
    """*followup*, due on *day*. Its first date is kept, and so is each that it had (R-AI-3)."""
    before = followup.due_on
    if before == day:
        return followup
    if before is None:
        return replace(followup, due_on=day, first_due_on=followup.first_due_on or day, counted_from=at)
    move = Redate(before=before, after=day, by=by, at=at, reason=reason)
    return replace(followup, due_on=day, redates=(*followup.redates, move), counted_from=at)


def closed(request: Request, outcome: str, *, by: str, at: datetime, answer: str = "") -> Request:
    """*request* with its outcome; as it is where it has one."""
    if request.outcome:
        return request
    return replace(request, outcome=outcome, decided_by=by, decided_at=at, answer=answer)


def changed(
    incident: Incident,
    followup: FollowUp,
    step: str,
    *,
    by: str,
    at: datetime,
    reason: str = "",
    **facts: Any,
) -> Change:
    """The change of *incident* in which *followup* stands as it is now; *facts* for whoever tells of it."""
    kept = put(moved(incident, VERB), followup)
    return told(incident, kept, followup, step, by=by, at=at, reason=reason, **facts)


def put(incident: Incident, followup: FollowUp) -> Incident:
    """*incident* with *followup* in the place of the one of its number."""
    others = (followup if each.n == followup.n else each for each in incident.followups)
    return replace(incident, followups=tuple(others))


def told(
    was: Incident,
    now: Incident,
    followup: FollowUp,
    step: str,
    /,
    *,
    by: str,
    at: datetime,
    reason: str = "",
    **facts: Any,
) -> Change:
    """The change with its entry and its news: one line each (DR-20)."""
    entry = _entry(now, followup, step, by=by, at=at, reason=reason, after=str(facts.get("after", "")))
    known = {
        "step": step, "n": followup.n, "text": followup.text, "to": followup.owner, "due": followup.due_on, "by": by,
        "reason": reason, "lacks": followup.lacks, "state": followup.state.value,
        "given": bool(followup.owner) and _owner_of(was, followup.n) != followup.owner,
    }  # fmt: skip
    news = News(what=What.FOLLOWUP, facts={**known, **facts})
    return Change(before=was, incident=now, entries=(entry,), news=(news,))


def _owner_of(incident: Incident, n: int) -> str | None:
    return next((each.owner for each in incident.followups if each.n == n), None)


# The record

SAID = {
    "added": "", "accepted": " accepted", "started": " started", "done": " done", "dropped": " will not be done",
    "taken back": " taken back", "reopened": " reopened", "moved": " moved", "owner": " handed on",
    "due": " due on another day",
    "priority": " has another priority", "criteria": " has other success criteria",
    "dependencies": " has other dependencies", "horizon": " has another horizon", "blocked": " blocked",
    "unblocked": " goes on", "budget": " has a budget", "forecast": " has a forecast",
    "requested": " waits for an approval", "approved": ": the change is approved", "refused": ": the change is refused",
    "withdrawn": ": the change is withdrawn", "scope": " reads otherwise",
}  # fmt: skip
"""What an entry says of a step, behind "Follow-up 3"."""


def _entry(
    now: Incident, followup: FollowUp, step: str, *, by: str, at: datetime, reason: str, after: str
) -> Entry:
    about = [f"<@{followup.owner}>"] if followup.owner else []
    day = followup.due_on if step in ("added", "accepted", "due") else None
    about += [f"due {print_day(day)}"] if day else []
    about += [after] if after else []
    text = f"Follow-up {followup.n}{SAID[step]}: {followup.text}" + (
        f" ({', '.join(about)})" if about else ""
    )
    data = {"change": VERB, "step": step, "n": followup.n, "to": followup.owner}
    return state_entry(
        now,
        kind=Kind.ACTION,
        text=text + (f". {reason}" if reason else ""),
        by=by,
        at=at,
        data=data | ({"reason": reason} if reason else {}),
    )
