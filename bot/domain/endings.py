"""The end of an incident but for its resolve: the impact is contained (mitigate), or it was none (cancel)."""

from dataclasses import replace
from datetime import UTC, datetime

from bot.domain import approval, cadence, roles, updates
from bot.domain.incident import Change, Incident, Status, moved, severity_of
from bot.domain.lifecycle import state_entry
from bot.domain.news import News, What
from bot.domain.policy import Policy
from bot.domain.refusal import OutOfOrder
from bot.domain.refusal_endings import (
    CancelledAlready,
    CancelNeedsReason,
    MitigatedAlready,
    MitigateOutOfOrder,
)
from bot.domain.spans import check_order
from bot.domain.timeline import Kind


def mitigate(
    incident: Incident, *, message: str, by: str, at: datetime, mitigated_at: datetime | None, policy: Policy
) -> Change:
    """The impact is contained: phase monitoring; reminders and escalations go on (PRODUCT 2.2).

    With a *message* it is an update too and restarts the clock (DR-4). *mitigated_at*: when it was; None: now.
    """
    known = incident.mitigated_at
    if incident.is_open and known and (incident.reopened_at is None or known >= incident.reopened_at):
        raise MitigatedAlready(ref=incident.ref, at=f"{known.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC")
    since = max(at, incident.impact_started_at or at)
    now = replace(moved(incident, "mitigate"), mitigated_at=mitigated_at or since)
    try:
        check_order(now)
    except OutOfOrder as error:
        raise MitigateOutOfOrder(**error.facts) from error
    data = {"change": "mitigated", "from": incident.status.value}
    data |= cadence.missed(incident, _paced(incident, now, at, policy), at)
    entry = state_entry(
        now, kind=Kind.RECOVERY, text="Mitigated", by=by, at=mitigated_at or at, recorded_at=at, data=data
    )
    facts = {"by": by, "message": message, "was": incident.status.value, "n": None, "told": mitigated_at}
    if not message:
        news = News(what=What.MITIGATED, facts=facts)
        return Change(
            before=incident, incident=_paced(incident, now, at, policy), entries=(entry,), news=(news,)
        )
    updated = updates.update(
        replace(incident, mitigated_at=now.mitigated_at), text=message, phase=Status.MONITORING, promised=None,
        by=by, at=at, policy=policy,
    )  # fmt: skip
    numbered = {**facts, "n": updated.incident.updates, "answered": incident.live_nudge}
    news = News(what=What.MITIGATED, facts=numbered)
    return replace(updated, before=incident, entries=(entry, *updated.entries), news=(news,))


def _paced(before: Incident, now: Incident, at: datetime, policy: Policy) -> Incident:
    """*now* at the pace of its severity, where it was in triage, which has a pace of its own."""
    if before.status is not Status.TRIAGE:
        return now
    return cadence.at_severity(now, severity_of(before, policy), severity_of(now, policy), at)


def cancel(incident: Incident, *, reason: str, by: str, at: datetime, policy: Policy) -> Change:
    """A false alarm: silent at once, and out of metrics (DR-1, MD-5)."""
    if incident.status is Status.CANCELLED:
        raise CancelledAlready(ref=incident.ref)
    now = moved(incident, "cancel")
    if not reason.strip():
        raise CancelNeedsReason(ref=incident.ref)
    dropped = withdrawn(ended(now, at), by=by, at=at, policy=policy)
    now = dropped.incident
    data = {"change": "cancelled", "from": incident.status.value, "reason": reason}
    entry = state_entry(now, kind=Kind.DECISION, text=f"Cancelled: {reason}", by=by, at=at, data=data)
    facts = {"by": by, "reason": reason, "answered": incident.live_nudge}
    news = (News(what=What.CANCELLED, facts=facts), *dropped.news)
    return Change(before=incident, incident=now, entries=(entry, *dropped.entries), news=news)


def withdrawn(incident: Incident, *, by: str, at: datetime, policy: Policy) -> Change:
    """*incident*, cancelled or merged, with nothing that waits for an answer: no hand-off, no text for customers."""
    news = tuple(
        roles.ended(offer.n, policy.roles[offer.role], how="over")
        for offer in incident.offers
        if offer.role in policy.roles
    )
    now, text = replace(incident, offers=()), incident.external
    if text is None or text.outcome:
        return Change(before=incident, incident=now, news=news)
    dropped = approval.withdraw(now, text, by=by, at=at)
    return replace(dropped, before=incident, news=(*news, *dropped.news))


def ended(incident: Incident, at: datetime) -> Incident:
    """*incident*, cancelled or merged at *at*: nothing is wanted of anybody any more."""
    over = replace(
        incident,
        ended_at=max(at, incident.declared_at),
        draft_due_at=None,
        postmortem_due_at=None,
        review=None,
    )
    return cadence.silenced(over)
