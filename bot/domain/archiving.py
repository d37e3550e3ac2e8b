"""The channel of an incident that is over is archived after a while, unless people still talk in it."""

from dataclasses import replace
from datetime import datetime, timedelta

from bot.domain.incident import Change, Incident
from bot.domain.lifecycle import state_entry
from bot.domain.news import News, What
from bot.domain.policy import Policy
from bot.domain.timeline import Kind

QUIET = timedelta(days=1)
"""Talk within this time puts the archiving off by as much."""


def when(incident: Incident, policy: Policy) -> datetime | None:
    """When its channel is archived: only one that the bot opened for it, which bears its reference.

    A channel that was there before the incident belongs to whoever uses it.
    """
    over = incident.closed_at or incident.ended_at
    if (
        over is None
        or not incident.has_own_channel
        or incident.channel_id is None
        or incident.archived_at is not None
    ):
        return None
    return max(over + policy.archive_after, incident.archive_after or over)


def fire(
    incident: Incident,
    *,
    at: datetime,
    policy: Policy,  # noqa: ARG001 - as all timers
    talked_at: datetime | None,
) -> Change:
    """Archive it, with a last line; put off by a day where people talked (*talked_at*) within the last."""
    if talked_at is not None and at - talked_at < QUIET:
        return Change(before=incident, incident=replace(incident, archive_after=at + QUIET))
    now = replace(incident, archived_at=at)
    entry = state_entry(
        now,
        kind=Kind.NOTE,
        text="Channel archived",
        by=None,
        at=at,
        data={"change": "archived"},
        on_timeline=False,
    )
    return Change(before=incident, incident=now, entries=(entry,), news=(News(what=What.ARCHIVED),))


def is_wanted(incident: Incident) -> bool:
    """Whether the archiving that is on its way to Slack should still be done: it was not reopened meanwhile."""
    return incident.archived_at is not None
