"""Customer escalations that are records of their own: opened, taken a level up, tied to an incident (PRODUCT 3.0).

One is an incident with a reference of its own kind (``CE1012``), a customer and a channel of its own. It has no
ladder and counts in no metric of incidents; what holds for it instead is ``bot.domain.incident.rules_of``.
"""

from dataclasses import dataclass, replace
from datetime import datetime

from bot.domain import lifecycle
from bot.domain.incident import Change, Incident, Status, moved, unchanged
from bot.domain.lifecycle import state_entry
from bot.domain.news import News, What
from bot.domain.opening import name_for
from bot.domain.policy import Policy
from bot.domain.privacy import admitted
from bot.domain.recording import title_of
from bot.domain.refusal_cases import NoCase, NotTied, TieAcross, TieDrill, TieToCase, TieToGone
from bot.domain.timeline import Entry, Kind

ENGINEER = "engineer"
"""The role of whoever works on it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What somebody opens. Texts are in Slack's encoding."""

    by: str
    customer: str
    severity: str
    """The policy's level that its priority means."""
    title: str = ""
    """As typed, however long."""
    level: int = 0
    contact: str = ""
    engineer: str | None = None
    tied: Incident | None = None
    """The incident that it belongs to: of a private one, or of a drill, it is that too."""
    private: bool = False
    drill: bool = False


def opened(wanted: Wanted, ref: str, *, at: datetime, policy: Policy) -> Change:
    """The customer escalation of that reference, with its clock started at *at*. Raises refusals of the tie."""
    title, tied = title_of(wanted.title), wanted.tied
    incident = Incident(
        ref=ref,
        title=title,
        severity=wanted.severity,
        declared_by=wanted.by,
        declared_at=at,
        customer=title_of(wanted.customer),
        customer_contact=wanted.contact or None,
        level=wanted.level,
        roles={ENGINEER: wanted.engineer} if wanted.engineer else {},
        private=wanted.private or (tied is not None and tied.private),
        drill=wanted.drill or (tied is not None and tied.drill),
        classification=policy.severities[wanted.severity].classification,
    )
    incident = replace(incident, channel_name=name_for(incident))
    incident = replace(admitted(None, incident), members=_members(incident, tied))
    whole = wanted.title if wanted.title != title else ""
    change = lifecycle.declare(incident, by=wanted.by, at=at, policy=policy, whole=whole)
    made = replace(change, news=(News(what=What.DECLARED, facts={"by": wanted.by, "adopted": False}),))
    if wanted.level:
        made = replace(made, entries=(*made.entries, _level_entry(made.incident, 0, by=wanted.by, at=at)))
    return _tied_at_once(made, tied, by=wanted.by, at=at) if tied else made


def _members(incident: Incident, tied: Incident | None) -> tuple[str, ...]:
    """Of a private one: its own people, and those of the private incident that it belongs to."""
    if not incident.private:
        return ()
    own = admitted(None, incident).members
    return tuple(dict.fromkeys((*own, *(tied.members if tied and tied.private else ()))))


def _tied_at_once(made: Change, incident: Incident, *, by: str, at: datetime) -> Change:
    _check_tie(made.incident, incident)
    now = replace(made.incident, tied_to=incident.ref)
    return replace(made, incident=now, entries=(*made.entries, _tie_entry(now, "tied", incident.ref, by, at)))


# How far up


def take_up(incident: Incident, level: int, *, reason: str, by: str, at: datetime) -> Change:
    """The customer escalation is at *level* from now on. The same again changes nothing. Raises NoCase."""
    if incident.customer is None:
        raise NoCase(ref=incident.ref)
    now = replace(moved(incident, "customer"), level=level)
    if now == incident:
        return unchanged(incident)
    entry = _level_entry(now, incident.level, by=by, at=at, reason=reason)
    facts = {"by": by, "was": incident.level, "reason": reason}
    news = News(what=What.CASE_LEVEL, facts=facts)
    return Change(before=incident, incident=now, entries=(entry,), news=(news,))


def _level_entry(now: Incident, was: int, *, by: str, at: datetime, reason: str = "") -> Entry:
    verb = "Escalated" if now.level > was else "Taken back"
    text = f"{verb} to level {now.level}" + (f": {reason}" if reason else "")
    data = {"change": "level", "from": str(was) if was else "", "to": str(now.level), "reason": reason}
    return state_entry(now, kind=Kind.ESCALATION, text=text, by=by, at=at, data=data)


# The incident that it belongs to


def tie(case: Incident, incident: Incident, *, by: str, at: datetime) -> Change:
    """*case* belongs to *incident* from now on. The same again changes nothing. Raises refusals."""
    if not case.is_case:
        raise NoCase(ref=case.ref)
    if case.tied_to == incident.ref:
        return unchanged(case)
    _check_tie(case, incident)
    now = replace(moved(case, "customer"), tied_to=incident.ref)
    entry = _tie_entry(now, "tied", incident.ref, by, at)
    news = News(what=What.CASE_TIED, facts=_about(incident, by))
    return Change(before=case, incident=now, entries=(entry,), news=(news,))


def untie(case: Incident, *, by: str, at: datetime) -> Change:
    """*case* stands alone from now on. Raises NoCase, NotTied."""
    if not case.is_case:
        raise NoCase(ref=case.ref)
    if case.tied_to is None:
        raise NotTied(ref=case.ref)
    now = replace(moved(case, "customer"), tied_to=None)
    entry = _tie_entry(now, "untied", case.tied_to, by, at)
    news = News(what=What.CASE_UNTIED, facts={"by": by, "other": case.tied_to})
    return Change(before=case, incident=now, entries=(entry,), news=(news,))


def follow(case: Incident, target: Incident, *, by: str, at: datetime) -> Change:
    """*case* belongs to *target*, into which its incident was merged."""
    now = replace(case, tied_to=target.ref)
    entry = _tie_entry(now, "tied", target.ref, by, at)
    news = News(what=What.CASE_TIED, facts={**_about(target, by), "merged": case.tied_to})
    return Change(before=case, incident=now, entries=(entry,), news=(news,))


def _about(incident: Incident, by: str) -> dict[str, str | None]:
    return {
        "by": by, "other": incident.ref, "other_title": incident.title, "other_channel": incident.channel_id,
        "merged": None,
    }  # fmt: skip


def _tie_entry(now: Incident, change: str, other: str, by: str, at: datetime) -> Entry:
    text = f"{'Tied to' if change == 'tied' else 'No longer tied to'} {other}"
    return state_entry(now, kind=Kind.NOTE, text=text, by=by, at=at, data={"change": change, "other": other})


def _check_tie(case: Incident, incident: Incident) -> None:
    if incident.is_case:
        raise TieToCase(other=incident.ref)
    if incident.status is Status.MERGED:
        raise TieToGone(ref=case.ref, other=incident.ref, into=incident.merged_into)
    if not (may_be_named(case, incident) and may_be_named(incident, case)):
        raise TieAcross(ref=case.ref, other=incident.ref)
    if case.drill != incident.drill:
        raise TieDrill(ref=case.ref, other=incident.ref)


def may_be_named(other: Incident, where: Incident) -> bool:
    """Whether *other* may be named in the channel of *where*: a private one only among people who see it (DR-28)."""
    return not other.private or (where.private and set(where.members) <= set(other.members))


def is_waiting(case: Incident) -> bool:
    """Whether it still waits for something: for its end, for the customer's word, for its close."""
    return case.is_open or case.status is Status.RESOLVED


def engineer(case: Incident) -> str:
    """Slack user id of whoever works on it; where nobody was named, of whoever sees to it."""
    return case.roles.get(ENGINEER, case.commander)
