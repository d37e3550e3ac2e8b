"""Hand-offs: a role is offered to somebody, who accepts or declines (DR-26)."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from bot.domain import roles
from bot.domain.handover import handover
from bot.domain.incident import Change, Incident, moved, unchanged
from bot.domain.lifecycle import state_entry
from bot.domain.news import News, What
from bot.domain.parts import Offer
from bot.domain.policy import Policy, Role
from bot.domain.refusal_roles import (
    HandoffToOneself,
    HoldsItAlready,
    NothingOffered,
    OfferForAnother,
    OfferGone,
    WhichOffer,
)
from bot.domain.rolecall import holder
from bot.domain.timeline import Entry, Kind


def waiting(incident: Incident, key: str) -> Offer | None:
    """The offer of the role *key* that nobody has answered yet."""
    return next((offer for offer in incident.offers if offer.role == key), None)


def offer(
    incident: Incident,
    role: Role,
    *,
    to: str,
    note: str,
    by: str,
    at: datetime,
    policy: Policy,
    entries: Sequence[Entry],
) -> Change:
    """Offer *role* to *to*, with the note made from *entries*, the record. A second offer of it replaces the first.

    The same offer again changes nothing: it waits already.
    """
    now, has = moved(incident, "handoff"), holder(incident, role.key)
    if to == by:
        raise HandoffToOneself(role=role.key)
    if to == has:
        raise HoldsItAlready(holder=f"<@{to}>", label=role.label, ref=incident.ref)
    former = waiting(incident, role.key)
    if former is not None and former.to == to and note in ("", former.note):
        return unchanged(incident)
    made = Offer(n=now.handoffs + 1, role=role.key, to=to, by=by, at=at, note=note)
    others = tuple(each for each in now.offers if each is not former)
    now = replace(now, handoffs=made.n, offers=(*others, made))
    text = f"{roles.capital(role)} offered to <@{to}>" + (f": {note}" if note else "")
    entry = _entry(now, "offered", role, text=text, to=to, by=by, at=at)
    facts = {
        "by": by, "n": made.n, "label": role.label, "to": to, "holder": has, "note": note,
        "handover": handover(now, entries, policy),
    }  # fmt: skip
    replaced = (roles.ended(former.n, role, how="replaced", to=to),) if former else ()
    news = (News(what=What.OFFERED, facts=facts), *replaced)
    return Change(before=incident, incident=now, entries=(entry,), news=news)


def accept(incident: Incident, made: Offer, role: Role, *, by: str, at: datetime) -> Change:
    """Take the role that was offered: it is swapped, and its new holder gets the instructions."""
    now, has = moved(incident, "handoff"), holder(incident, role.key)
    now = replace(now, offers=tuple(each for each in now.offers if each is not made))
    swapped = roles.assign(now, role, to=by, by=by, at=at)
    entry = _entry(
        now, "accepted", role, text=f"{roles.capital(role)} accepted by <@{by}>", to=by, by=by, at=at
    )
    given = [replace(each, facts={**each.facts, "from": has}) for each in swapped.news]
    news = (*given, roles.ended(made.n, role, how="accepted", to=by))
    return Change(before=incident, incident=swapped.incident, entries=(*swapped.entries, entry), news=news)


def decline(incident: Incident, made: Offer, role: Role, *, by: str, at: datetime) -> Change:
    """Leave the role where it is; whoever offered it hears so."""
    now = moved(incident, "handoff")
    now = replace(now, offers=tuple(each for each in now.offers if each is not made))
    text = f"{roles.capital(role)} declined by <@{by}>"
    entry = _entry(now, "declined", role, text=text, to=by, by=by, at=at)
    facts = {
        "by": by, "to": made.by, "label": role.label, "role": role.key, "holder": holder(incident, role.key),
    }  # fmt: skip
    news = (News(what=What.DECLINED, facts=facts), roles.ended(made.n, role, how="declined", to=by))
    return Change(before=incident, incident=now, entries=(entry,), news=news)


def numbered(incident: Incident, n: int, role: Role, *, by: str) -> Offer:
    """Offer *n* of *role*, whose button was clicked. Raises OfferGone, OfferForAnother."""
    found = next((each for each in incident.offers if each.n == n), None)
    if found is None:
        has = holder(incident, role.key)
        raise OfferGone(label=role.label, holder=f"<@{has}>" if has else "nobody", ref=incident.ref)
    return _own(incident, found, role, by)


def meant(incident: Incident, role: Role | None, *, answer: str, by: str) -> Offer:
    """The offer that *answer* (accept or decline) is about, as typed. Raises refusals."""
    if role is not None:
        found = waiting(incident, role.key)
        if found is None:
            raise NothingOffered(ref=incident.ref)
        return _own(incident, found, role, by)
    own = [each for each in incident.offers if each.to == by]
    if len(own) > 1:
        keys = [each.role for each in own]
        raise WhichOffer(roles=", ".join(keys), answer=answer, first=keys[0])
    if not own:
        raise NothingOffered(ref=incident.ref)
    return own[0]


def _own(incident: Incident, found: Offer, role: Role, by: str) -> Offer:
    if found.to != by:
        raise OfferForAnother(label=roles.capital(role), to=f"<@{found.to}>", ref=incident.ref)
    return found


def _entry(incident: Incident, step: str, role: Role, *, text: str, to: str, by: str, at: datetime) -> Entry:
    data = {"change": "handoff", "step": step, "role": role.key, "from": holder(incident, role.key), "to": to}
    return state_entry(incident, kind=Kind.ASSEMBLY, text=text, by=by, at=at, data=data)
