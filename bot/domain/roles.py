"""Roles: who is given which, and who claims one that nobody has."""

from dataclasses import replace
from datetime import datetime

from bot.domain.incident import Change, Incident, moved, unchanged
from bot.domain.lifecycle import state_entry
from bot.domain.news import News, What
from bot.domain.policy import Role
from bot.domain.refusal_roles import RoleTaken
from bot.domain.rolecall import holder
from bot.domain.timeline import Kind


def assign(incident: Incident, role: Role, *, to: str, by: str, at: datetime) -> Change:
    """Give *role* to the Slack user *to*; an offer of it that waits is withdrawn."""
    former = holder(incident, role.key)
    if former == to:
        return unchanged(incident)
    offers = tuple(offer for offer in incident.offers if offer.role != role.key)
    now = replace(moved(incident, "role"), roles={**incident.roles, role.key: to}, offers=offers)
    if role.key == "commander":
        now = replace(now, snoozed_until=None, nudge_due_at=_unsnoozed(now, at))
    data = {"change": "role", "role": role.key, "from": former, "to": to}
    entry = state_entry(now, kind=Kind.ASSEMBLY, text=f"{capital(role)}: <@{to}>", by=by, at=at, data=data)
    facts = {
        "by": by, "role": role.key, "label": role.label, "to": to, "instructions": role.instructions, "from": None,
        "instead": former,
    }  # fmt: skip
    withdrawn = (
        ended(offer.n, role, how="withdrawn", to=to) for offer in incident.offers if offer.role == role.key
    )
    news = (News(what=What.ROLE, facts=facts), *withdrawn)
    return Change(before=incident, incident=now, entries=(entry,), news=news)


def claim(incident: Incident, role: Role, *, by: str, at: datetime) -> Change:
    """Take *role*, which nobody has. Raises RoleTaken where somebody was first."""
    known = holder(incident, role.key)
    if known is not None and known != by:
        raise RoleTaken(
            label=role.label, holder=f"<@{known}>", role=role.key, by=f"<@{by}>", ref=incident.ref
        )
    return unchanged(incident) if known == by else assign(incident, role, to=by, by=by, at=at)


def capital(role: Role) -> str:
    """``Comms lead``: how a sentence begins with it."""
    return role.label[:1].upper() + role.label[1:]


def ended(n: int, role: Role, *, how: str, to: str | None = None) -> News:
    """Offer *n* waits no longer: ``accepted``, ``declined``, ``replaced``, ``withdrawn`` or ``undone``."""
    return News(what=What.OFFER_ENDED, facts={"n": n, "label": role.label, "how": how, "to": to})


def _unsnoozed(incident: Incident, at: datetime) -> datetime | None:
    """The nudge's due time once a snooze is over: a change of commander at *at* ends it (DR-5)."""
    if incident.snoozed_until is None or incident.nudge_due_at != incident.snoozed_until:
        return incident.nudge_due_at
    return max(incident.update_due_at or at, at)
