"""Who may see a private incident (DR-28): its members, and whoever acts in its own channel."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Protocol

from bot.domain.incident import Incident


class Seen(Protocol):
    """An incident, or as much of one as tells who may see it."""

    @property
    def private(self) -> bool:
        """Whether it exists for some people only."""

    @property
    def members(self) -> Sequence[str]:
        """Who they are, by Slack user id."""

    @property
    def channel_id(self) -> str | None:
        """Its channel; None: it has none yet."""


def may_see(incident: Seen, user: str, channel_id: str = "") -> bool:
    """Whether *incident* exists for *user*, who asks in *channel_id* (empty where Slack does not say)."""
    inside = bool(channel_id) and channel_id == incident.channel_id
    return not incident.private or inside or user in incident.members


def admitted(before: Incident | None, now: Incident) -> Incident:
    """*now* with those among its members who declared it, or were given something to do in it since *before*.

    A public one has no members.
    """
    if not now.private:
        return now
    was = _holders(before) if before is not None and before.private else set()
    came = {user for _, user in _holders(now) - was}
    return with_members(now, *sorted(came), *(() if before else (now.declared_by,)))


def _holders(incident: Incident) -> set[tuple[str, str]]:
    """Who has which role, who owns or reviews the postmortem, and whose tasks and follow-ups others gave them."""
    given = {
        (f"{name} {each.n}", each.owner)
        for name, parts in (("task", incident.tasks), ("followup", incident.followups))
        for each in parts
        if each.owner and each.owner != each.by
    }
    owner = {("postmortem", incident.postmortem_owner)} if incident.postmortem_owner else set()
    asked = {("reviewer", each.user) for each in (incident.review.reviewers if incident.review else ())}
    return {*incident.roles.items(), *owner, *asked, *given}


def with_members(incident: Incident, *users: str) -> Incident:
    """*incident* with *users* among its members, in the order in which they came."""
    members = tuple(dict.fromkeys((*incident.members, *users)))
    return incident if members == incident.members else replace(incident, members=members)


def without_member(incident: Incident, user: str) -> Incident:
    """*incident* without *user*, who left its channel or was taken out of it, also one who has a role."""
    return replace(incident, members=tuple(member for member in incident.members if member != user))
