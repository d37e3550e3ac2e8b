"""An incident that goes on in another channel: made private, or reopened while Slack keeps its channel archived.

From the decision until Slack has made the new channel ``channel_id`` is None and ``former_channel_id`` is the old one.
"""

from dataclasses import replace
from datetime import datetime
from enum import StrEnum

from bot.domain.incident import Change, Incident, News, What, moved
from bot.domain.lifecycle import state_entry
from bot.domain.privacy import with_members
from bot.domain.refusal_moving import NoChannelYet, PrivateAlready
from bot.domain.timeline import Kind


class Why(StrEnum):
    """Why it moves."""

    PRIVATE = "private"
    ARCHIVED = "archived"


def go_private(incident: Incident, *, by: str, at: datetime) -> Change:
    """It goes on in a private channel; nothing is said in public from here on (DR-28)."""
    if incident.private:
        raise PrivateAlready(ref=incident.ref)
    now = moved(incident, "private")
    if now.channel_id is None:
        raise NoChannelYet(ref=incident.ref)
    inside = with_members(replace(now, private=True), incident.declared_by, *incident.roles.values(), by)
    return _leaving(incident, inside, why=Why.PRIVATE, text="Made private", by=by, at=at)


def leave_archived(incident: Incident, *, at: datetime) -> Change:
    """It was reopened, and Slack does not let the bot take its channel out of the archive (DR-15)."""
    text = "Its channel stays archived: it goes on in a new one"
    return _leaving(incident, incident, why=Why.ARCHIVED, text=text, by=None, at=at)


def _leaving(before: Incident, now: Incident, *, why: Why, text: str, by: str | None, at: datetime) -> Change:
    """Its nudge stays where it stands; the next one comes in the new channel."""
    now = replace(
        now, channel_id=None, former_channel_id=before.channel_id, channels=before.channels + 1, live_nudge=None,
        archived_at=None,
    )  # fmt: skip
    data = {"change": "moved", "why": why.value}
    entry = state_entry(now, kind=Kind.DECISION, text=text, by=by, at=at, data=data)
    news = News(what=What.MOVED, facts={"by": by, "why": why.value})
    return Change(before=before, incident=now, entries=(entry,), news=(news,))


def arrived(incident: Incident, *, channel_id: str, name: str) -> Incident:
    """Slack has made the channel."""
    return replace(incident, channel_id=channel_id, channel_name=name)


def stayed(incident: Incident, *, why: Why, by: str, error: str, at: datetime) -> Change:
    """Slack refused to make the new channel: it stays where it was, and is public again if it was to be private."""
    now = replace(
        incident,
        channel_id=incident.former_channel_id,
        former_channel_id=None,
        channels=incident.channels - 1,
    )
    if why is Why.PRIVATE:
        now = replace(now, private=False, members=())
    text = f"Slack refused to make a new channel ({error}): it goes on in the old one"
    data = {"change": "stayed", "why": why.value, "error": error}
    entry = state_entry(now, kind=Kind.EVENT, text=text, by=None, at=at, data=data)
    news = News(what=What.STAYED, facts={"by": by, "why": why.value, "error": error})
    return Change(before=incident, incident=now, entries=(entry,), news=(news,))
