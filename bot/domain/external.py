"""What customers are told while it goes on: pre-approved texts go out at once, others wait for approval (R-TPL-2).

Who publishes, when the first update is wanted (R-MET-10), and what may not leave (R-SLA-1, BL-5).
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from bot.domain import cadence, references, sla
from bot.domain.draft_record import print_date
from bot.domain.incident import OPEN, PHASES, Change, Incident, Status, moved, severity_of
from bot.domain.lifecycle import state_entry
from bot.domain.mrkdwn import plain
from bot.domain.news import News, What
from bot.domain.parts import External
from bot.domain.policy import LONGEST_OUTSIDE, Policy
from bot.domain.refusal_customers import (
    NamesInside,
    OnlyResolvedOutside,
    TooLongOutside,
)
from bot.domain.timeline import Kind
from bot.domain.times import print_clock, print_duration, zone_label

WANTED_TO = 1
"""Up to this rank (P0 and P1) a first update for customers is wanted even where no status channel is configured."""
TOTAL = 100
REPLACED = "replaced"
_INSIDE = re.compile(
    rf"<[@#!][^<>]*>|(?<![\w@])@(?:here|channel|everyone)\b|\b{references.ANY}\b", re.IGNORECASE
)
_OUTAGE = re.compile(r"\boutages?\b", re.IGNORECASE)
_SHARES = ("Share of Customers Affected", "Share of Users Affected")


# What may leave


def phase_of(incident: Incident) -> Status:
    """The phase that customers hear of where none is named: triage looks into it, what ended is resolved."""
    if incident.status in PHASES:
        return incident.status
    return Status.INVESTIGATING if incident.status is Status.TRIAGE else Status.RESOLVED


def check(incident: Incident, *, phase: Status, text: str) -> None:
    """Raise the refusal for what may not go outside as *text* in *phase*; services leave with it."""
    moved(incident, "external")
    if not incident.is_open and phase is not Status.RESOLVED:
        raise OnlyResolvedOutside(ref=incident.ref, status=incident.status.value)
    length = len(plain(", ".join((text, *incident.services))))
    if length > LONGEST_OUTSIDE:
        raise TooLongOutside(length=f"{length:,}", most=f"{LONGEST_OUTSIDE:,}")
    named = [match[0] for each in (text, *incident.services) for match in _INSIDE.finditer(each)]
    if named:
        raise NamesInside(found=", ".join(dict.fromkeys(named)))
    sla.check(incident, text, *incident.services)


def is_approved(text: str, approved: str) -> bool:
    """Whether *text* is the pre-approved one: spaces and line ends do not matter."""
    return plain(text).split() == plain(approved).split()


def hints(incident: Incident, text: str) -> tuple[str, ...]:
    """What the preview draws attention to, by name; nothing is blocked: ``outage`` (BL-5), ``services``."""
    found = ["outage"] if says_outage(plain(text)) and not is_total(incident) else []
    return (*found, *([] if incident.services else ["services"]))


def says_outage(text: str) -> bool:
    """Whether a readable text uses the word that is for a total loss (BL-5)."""
    return _OUTAGE.search(text) is not None


def is_total(incident: Incident) -> bool:
    """Whether it is recorded that all customers, or all users, were affected."""
    known = incident.facts.get("impact_metrics", ())
    share = incident.facts.get("affected_customers", {}).get("percent")
    exact = any(m["name"] in _SHARES and m["value"] >= TOTAL and not m.get("approx") for m in known)
    return exact or (share is not None and share >= TOTAL)


def share(incident: Incident) -> str:
    """The recorded share of customers or users, as typed; empty where none is."""
    known = incident.facts.get("impact_metrics", ())
    return next((f"{str(m['text']).rstrip('% ')} %" for m in known if m["name"] in _SHARES), "")


# The block that customers read (R-TPL-3)


def block(incident: Incident, *, phase: Status, at: datetime, policy: Policy) -> Mapping[str, str]:
    """What stands around the text: the date in the incident's zone, and how long it took once it is resolved."""
    zone = policy.zone_of(incident.timezone)
    local = at.astimezone(zone)
    return {
        "phase": phase.value,
        "updated": f"{print_date(local.date())} {print_clock(at, zone, seconds=False)} {zone_label(at, zone)}",
        "took": _took(incident) if phase is Status.RESOLVED else "",
    }


def _took(incident: Incident) -> str:
    """From the start of impact to the resolve: ``2 hours 47 minutes``."""
    if incident.resolved_at is None:
        return ""
    span = incident.resolved_at - began(incident)
    return print_duration(max(span, timedelta()), long=True, seconds=False)


# The first one (R-MET-10)


@dataclass(frozen=True, slots=True, kw_only=True)
class First:
    """How long after the start of impact customers first heard, and within which time they should have."""

    after: timedelta
    target: timedelta
    since_impact: bool
    """False: counted from the declaration, because no start of impact is recorded."""

    @property
    def in_time(self) -> bool:
        """At the very instant counts as in time."""
        return self.after <= self.target


def began(incident: Incident) -> datetime:
    """The start of impact, else the declaration."""
    return incident.impact_started_at or incident.declared_at


def first(change: Change, policy: Policy) -> First | None:
    """The measure of the first update for customers, where *change* published it."""
    now, before = change.incident, change.before
    if now.first_external_at is None or before is None or before.first_external_at is not None:
        return None
    after = max(now.first_external_at - began(now), timedelta())
    return First(after=after, target=policy.first_external, since_impact=now.impact_started_at is not None)


def wanted_by(incident: Incident, policy: Policy) -> datetime | None:
    """By when customers should first hear; None: they have, it is over, or nobody waits for it."""
    if incident.status not in OPEN or incident.first_external_at is not None or incident.is_case:
        return None
    wanted = policy.status or policy.severities[incident.severity].rank <= WANTED_TO
    return began(incident) + policy.first_external if wanted else None


# Publishing


def sent(incident: Incident, *, phase: Status, text: str, by: str, at: datetime) -> Change:
    """*text* goes out now; what still waited for approval gives way to it."""
    now = replace(
        incident,
        external_updates=incident.external_updates + 1,
        first_external_at=incident.first_external_at or at,
    )
    facts = {"by": by, "n": now.external_updates, "phase": phase.value, "text": text}
    news: tuple[News, ...] = (News(what=What.EXTERNAL, facts=facts),)
    waiting = incident.external
    if waiting is not None and not waiting.outcome:
        now = replace(now, external=replace(waiting, outcome=REPLACED, decided_by=by))
        news += (settled(waiting, REPLACED, by),)
    return Change(before=incident, incident=now, news=news)


def publish(
    incident: Incident,
    *,
    phase: Status,
    text: str,
    by: str,
    at: datetime,
    policy: Policy,
    approved: External | None = None,
) -> Change:
    """A text for customers as an event of its own: the RESOLVED one, or one that *by* approved just now.

    The clock of an open incident starts anew, as after any published update (DR-4). What was told inside when it was
    written is one update with it: ``told`` in the entry says so.
    """
    check(incident, phase=phase, text=text)
    change = sent(incident, phase=phase, text=text, by=by, at=at)
    now = change.incident
    if now.is_open:
        now = cadence.restarted(replace(now, last_update_at=at), severity_of(now, policy))
    data: dict[str, Any] = {
        "change": "update", "from": incident.status.value, "phase": phase.value, "audience": "external",
        "due": incident.update_due_at.isoformat() if incident.update_due_at else None,
    }  # fmt: skip
    if approved is not None:
        data |= {"written_by": approved.by, "told": approved.inside}
    entry = state_entry(now, kind=Kind.COMMS_EXTERNAL, text=text, by=by, at=at, data=data)
    news = tuple(
        replace(each, facts={**each.facts, "answered": incident.live_nudge})
        if each.what is What.EXTERNAL
        else each
        for each in change.news
    )
    return Change(before=incident, incident=now, entries=(entry,), news=news)


def settled(waiting: External, outcome: str, by: str) -> News:
    """The news that *waiting* waits no more: its preview shrinks."""
    facts = {"n": waiting.n, "outcome": outcome, "by": by, "phase": waiting.phase}
    return News(what=What.PREVIEW_SETTLED, facts=facts)
