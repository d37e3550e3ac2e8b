"""The long pace: after hours of a sev1 or sev2, people may choose half the pace of updates (DR-3)."""

from dataclasses import replace
from datetime import datetime, timedelta

from bot.domain import cadence
from bot.domain.incident import LONG_PACE, Change, Incident, Status, moved, rules_of, severity_of, unchanged
from bot.domain.lifecycle import state_entry
from bot.domain.news import News, What
from bot.domain.policy import Policy, Severity
from bot.domain.refusal_pace import NotForLong, TooEarlyForLong
from bot.domain.timeline import Kind
from bot.domain.times import print_duration, print_moment


def offered(incident: Incident, policy: Policy, at: datetime) -> Severity | None:
    """The severity at the pace that people may choose at *at*; None: there is nothing to choose."""
    severity = rules_of(incident, policy)
    fits = incident.is_open and incident.status is not Status.TRIAGE and _may_be_long(incident, severity)
    if not fits or incident.long or at < _possible_from(incident, policy):
        return None
    return _slower(severity)


def _may_be_long(incident: Incident, severity: Severity) -> bool:
    return severity.is_high and not incident.is_case


def _slower(severity: Severity) -> Severity:
    return replace(severity, update_every=severity.update_every * LONG_PACE)


def _possible_from(incident: Incident, policy: Policy) -> datetime:
    """After ``long_after`` of open time: what lay between a resolve and a reopen does not count."""
    return incident.declared_at + timedelta(seconds=incident.shut_seconds) + policy.long_after


def choose(incident: Incident, *, by: str, at: datetime, policy: Policy) -> Change:
    """Half the pace from now on, in triage from its end on; again changes nothing. Raises refusals."""
    now, severity = moved(incident, "long"), rules_of(incident, policy)
    if not _may_be_long(incident, severity):
        raise NotForLong(severity=severity.spelled, cadence=severity.cadence, ref=incident.ref)
    if incident.long:
        return unchanged(incident)
    since = _possible_from(incident, policy)
    if at < since:
        raise TooEarlyForLong(
            ref=incident.ref, after=print_duration(policy.long_after), slower=_slower(severity).cadence,
            since=print_moment(since, policy.zone, today=at),
        )  # fmt: skip
    now = replace(now, long=True)
    return _told(incident, cadence.later(now, severity_of(now, policy), at), by, at, policy)


def leave(incident: Incident, *, by: str, at: datetime, policy: Policy) -> Change:
    """Back to the severity's own pace; a snooze holds. Where it keeps to that already, nothing changes."""
    now = moved(incident, "long")
    if not incident.long:
        return unchanged(incident)
    now = replace(now, long=False)
    quick = cadence.sooner(now, severity_of(now, policy), at)
    until = incident.snoozed_until
    if until is not None:
        quick = replace(quick, snoozed_until=until, nudge_due_at=max(until, quick.update_due_at or until))
    return _told(incident, quick, by, at, policy)


def _told(before: Incident, now: Incident, by: str, at: datetime, policy: Policy) -> Change:
    every = severity_of(now, policy).cadence
    text = f"{'Long incident' if now.long else 'No longer at the long pace'}: an update every {every}"
    data = {"change": "long", "on": now.long, **cadence.missed(before, now, at)}
    entry = state_entry(now, kind=Kind.DECISION, text=text, by=by, at=at, data=data)
    news = News(what=What.LONG, facts={"by": by, "on": now.long, "answered": before.live_nudge})
    return Change(before=before, incident=now, entries=(entry,), news=(news,))
