"""An incident that goes on in another channel: made private, or reopened while Slack keeps its channel archived.

From the decision until Slack has made the new channel ``channel_id`` is None and ``former_channel_id`` is the old one.
"""

from dataclasses import replace
from datetime import datetime
from enum import StrEnum

from bot.domain.incident import Change, Incident, moved
from bot.domain.lifecycle import state_entry
from bot.domain.news import News, What
from bot.domain.parts import RoleCall
from bot.domain.privacy import with_members
from bot.domain.refusal_moving import NoChannelYet, PrivateAlready
from bot.domain.rolecall import holder
from bot.domain.schedule import TimerKind
from bot.domain.timeline import Kind


class Why(StrEnum):
    """Why it moves."""

    PRIVATE = "private"
    ARCHIVED = "archived"
    DELETED = "deleted"


def go_private(incident: Incident, *, by: str, at: datetime) -> Change:
    """It goes on in a private channel; nothing is said in public from here on (DR-28)."""
    if incident.private:
        raise PrivateAlready(ref=incident.ref)
    now = moved(incident, "private")
    if now.channel_id is None:
        raise NoChannelYet(ref=incident.ref)
    offered = (offer.to for offer in now.offers)
    owners = (task.owner for task in now.tasks if task.is_open and task.owner)
    people = (incident.declared_by, *incident.roles.values(), by, *owners, *offered)
    inside = with_members(replace(now, private=True), *people)
    return _leaving(incident, inside, why=Why.PRIVATE, text="Made private", by=by, at=at)


def leave_archived(incident: Incident, *, at: datetime) -> Change:
    """It was reopened, and Slack does not let the bot take its channel out of the archive (DR-15)."""
    text = "Its channel stays archived: it goes on in a new one"
    return _leaving(incident, incident, why=Why.ARCHIVED, text=text, by=None, at=at)


def leave_deleted(incident: Incident, *, at: datetime) -> Change:
    """Its channel is gone for good: it goes on in a new one. Until Slack has made that, it is out of reach."""
    text = "Its channel was deleted: it goes on in a new one"
    return _leaving(incident, incident, why=Why.DELETED, text=text, by=None, at=at)


def _leaving(before: Incident, now: Incident, *, why: Why, text: str, by: str | None, at: datetime) -> Change:
    """Its nudge stays where it stands; the next one comes in the new channel. What waits comes along."""
    now = replace(
        carried(now), channel_id=None, former_channel_id=before.channel_id, channels=before.channels + 1,
        live_nudge=None, archived_at=None,
    )  # fmt: skip
    data = {"change": "moved", "why": why.value}
    entry = state_entry(now, kind=Kind.DECISION, text=text, by=by, at=at, data=data)
    news = News(what=What.MOVED, facts={"by": by, "why": why.value})
    return Change(before=before, incident=now, entries=(entry,), news=(news,))


def carried(incident: Incident) -> Incident:
    """What waits for an answer gets a new number: it is said anew where the incident goes on (DR-28)."""
    now, text, call = incident, incident.external, asked_roles(incident)
    if text is not None and not text.outcome:
        now = replace(now, externals=now.externals + 1, external=replace(text, n=now.externals + 1))
    offers = tuple(replace(offer, n=n) for n, offer in enumerate(now.offers, now.handoffs + 1))
    now = replace(now, offers=offers, handoffs=now.handoffs + len(offers))
    if call is not None:
        now = replace(now, role_call=replace(call, n=call.n + 1))
    waiting = [each for each in now.escalations if each.is_told and not each.is_settled]
    if not waiting or not now.is_open:
        return now
    n = now.rungs + 1
    told = tuple(replace(each, n=n) if each in waiting else each for each in now.escalations)
    return replace(now, rungs=n, escalations=told)


def asked_roles(incident: Incident) -> RoleCall | None:
    """The question who takes which role, where it was asked and one of these is still free."""
    call = incident.role_call
    free = call is not None and call.n and any(holder(incident, key) is None for key in call.roles)
    return call if free and incident.is_open else None


def arrived(incident: Incident, *, channel_id: str, name: str) -> Incident:
    """Slack has made the channel."""
    due = {kind: at for kind, at in incident.due.items() if kind != TimerKind.REACH}
    return replace(
        incident, channel_id=channel_id, channel_name=name, renamed=None, due=due, out_of_reach=None,
        out_of_reach_since=None, reach_checked_at=None,
    )  # fmt: skip


def stayed(incident: Incident, *, why: Why, by: str, error: str, at: datetime) -> Change:
    """Slack refused to make the new channel: it stays where it was, and is public again if it was to be private."""
    now = replace(
        carried(incident),
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
