"""An incident whose channel is out of reach: the bot was taken out, or the channel is archived or deleted.

Its clocks go on; nothing is said there until it is mended. Learned from Slack's events, from refusals of calls, and
from a look at the channel now and then, for an event may be lost.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from bot.domain import moving
from bot.domain.incident import Change, Incident, Status, severity_of, unchanged
from bot.domain.lifecycle import state_entry
from bot.domain.news import News, What
from bot.domain.parts import Audience, Loss
from bot.domain.policy import Policy
from bot.domain.timeline import Entry, Kind
from bot.domain.times import print_duration

REFUSALS: Mapping[str, Loss] = {
    "not_in_channel": Loss.LEFT,
    "is_archived": Loss.ARCHIVED,
    "channel_not_found": Loss.HIDDEN,
}
"""What Slack's refusal of a call into a channel says about it."""
HEARD = frozenset(
    {Status.TRIAGE, Status.INVESTIGATING, Status.IDENTIFIED, Status.MONITORING, Status.RESOLVED}
)
"""In which statuses somebody must hear of it; in others people have gone."""
GONE = frozenset({Loss.ARCHIVED, Loss.DELETED, Loss.HIDDEN})
"""Losses after which a channel of an incident that is over is hardly ever used again."""
SOONEST, LATEST = timedelta(minutes=5), timedelta(hours=1)
"""Bounds of the time between two looks at a channel; else the cadence of updates."""
BREATH = timedelta(seconds=1)
"""From the word that the bot is back to the reminder: one may have been due, and told alone, at this very instant."""
_SAID: Mapping[Loss, str] = {
    Loss.LEFT: "The bot was taken out of the channel",
    Loss.ARCHIVED: "The channel was archived",
    Loss.DELETED: "The channel was deleted",
    Loss.HIDDEN: "Slack does not show the channel to the bot any more",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Missed:
    """What was not said in a channel while that was out of reach."""

    nudges: int = 0
    """How many reminders the commander had alone."""
    others: int = 0
    """How many other messages the commander had alone."""
    is_nudge_due: bool = False
    """Whether a reminder was not said: one comes late, and not all of them."""
    is_draft_due: bool = False
    """Whether a draft was not said: it is made anew."""
    repeated: tuple[Any, ...] = ()
    """What nobody has read yet: the channel is told of it now (``bot.slack.afar.Kept``)."""
    again: tuple[str, ...] = ()
    """The keys of what still waits for an answer: it is shown with its buttons."""
    alarms: tuple[str, ...] = ()
    """The keys of what was said elsewhere about the loss: it is edited."""


def lost(incident: Incident, why: Loss, *, by: str | None, at: datetime) -> Change:
    """Nothing can be said in its channel any more. An archived channel of one that is over is as it should be."""
    known = incident.out_of_reach
    if incident.channel_id is None or not _is_news(incident, why):
        return unchanged(incident)
    since = incident.out_of_reach_since or at
    now = replace(incident, out_of_reach=why, out_of_reach_since=since, reach_checked_at=at)
    entry = state_entry(now, kind=Kind.EVENT, text=said(why, by), by=by, at=at, data=_data(why, by))
    heard = now.status in HEARD
    news = (News(what=What.OUT_OF_REACH, facts={"why": why.value, "by": by, "again": known is not None}),)
    return Change(before=incident, incident=now, entries=(entry,), news=news if heard else ())


def takes_nothing(incident: Incident) -> bool:
    """Whether it is over and nothing can be put into its channel any more. A drill's goes nowhere else (R-DRL-2)."""
    shut = incident.archived_at is not None or incident.out_of_reach in GONE
    return shut and incident.status not in HEARD and not incident.drill


def _is_news(incident: Incident, why: Loss) -> bool:
    known = incident.out_of_reach
    if why is Loss.ARCHIVED and not incident.is_open:
        return False
    return known is not why and known is not Loss.DELETED and not (known and why is Loss.HIDDEN)


def said(why: Loss, by: str | None) -> str:
    """The entry's sentence, with who did it where Slack tells."""
    return _SAID[why] + (f" by <@{by}>" if by else "")


def _data(why: Loss, by: str | None) -> dict[str, str | None]:
    return {"change": "out_of_reach", "why": why.value, "by": by}


def named(entry: Entry, why: Loss, by: str) -> Entry:
    """The entry of a loss, now that Slack told who did it: that comes in an event of its own."""
    return replace(entry, author=by, text=said(why, by), data=_data(why, by))


def regained(incident: Incident, missed: Missed, *, at: datetime) -> Change:
    """The bot can speak there again, and says what was *missed*."""
    since = incident.out_of_reach_since
    if incident.out_of_reach is None or since is None:
        return unchanged(incident)
    now = in_reach(incident)
    snoozed = now.snoozed_until is not None and now.snoozed_until > at
    if now.is_open and missed.is_nudge_due and now.reminders and now.nudge_due_at is not None and not snoozed:
        now = replace(now, nudge_due_at=at + BREATH)
    if missed.is_draft_due:
        now = replace(now, draft_due_at=at, draft_audience=Audience.INTERNAL)
    text = f"The channel is in reach again, after {print_duration(at - since, seconds=False)}"
    entry = state_entry(now, kind=Kind.EVENT, text=text, by=None, at=at, data={"change": "in_reach"})
    facts = {"since": since, "missed": missed}
    return Change(
        before=incident, incident=now, entries=(entry,), news=(News(what=What.IN_REACH, facts=facts),)
    )


def in_reach(incident: Incident) -> Incident:
    """*incident*, whose channel is in reach."""
    return replace(incident, out_of_reach=None, out_of_reach_since=None, reach_checked_at=None)


def when(incident: Incident, policy: Policy) -> datetime | None:
    """When to look at its channel again, and to tell the commander what was not said meanwhile."""
    if incident.out_of_reach is None or incident.channel_id is None or incident.reach_checked_at is None:
        return None
    every = severity_of(incident, policy).update_every
    return incident.reach_checked_at + min(max(every, SOONEST), LATEST)


def fire(incident: Incident, *, at: datetime, policy: Policy) -> Change:  # noqa: ARG001 - as all timers
    """Look at the channel; for one that is gone for good a new one is asked for again."""
    now = replace(incident, reach_checked_at=at)
    if incident.out_of_reach is Loss.DELETED:
        return replace(moving.leave_deleted(now, at=at), before=incident)
    return Change(before=incident, incident=now, news=(News(what=What.REACH_CHECKED),))


def renamed(incident: Incident, name: str, *, by: str | None, at: datetime) -> Change:
    """People gave its channel another name; whose channel it is stays, and so does the name asked of Slack."""
    if incident.called == name:
        return unchanged(incident)
    now = replace(incident, renamed=None if name == incident.channel_name else name)
    entry = state_entry(
        now, kind=Kind.NOTE, text="", by=by, at=at, data={"change": "channel_renamed", "name": name}
    )
    return Change(before=incident, incident=now, entries=(renamed_by(entry, by),))


def renamed_by(entry: Entry, by: str | None) -> Entry:
    """The entry of a new name, with who gave it where Slack tells."""
    text = f"Channel renamed to #{entry.data['name']}" + (f" by <@{by}>" if by else "")
    return replace(entry, author=by, text=text)
