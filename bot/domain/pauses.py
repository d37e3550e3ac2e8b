"""Pauses: reminders of a sev3 or sev4 rest until a time, with a reason (PRODUCT 1.5).

Open time goes on meanwhile: no clock of escalation stops, and a rung that falls due is told when the pause is over.
"""

from dataclasses import replace
from datetime import datetime

from bot.domain import cadence
from bot.domain.incident import Change, Incident, moved, severity_of, unchanged
from bot.domain.lifecycle import pause_ended, state_entry
from bot.domain.news import News, What
from bot.domain.policy import Policy, Severity
from bot.domain.refusal_pace import NeverPaused, PauseNeedsReason, TimeIsPast, TooSevereToPause
from bot.domain.timeline import Kind
from bot.domain.times import print_duration, print_moment, write_duration


def pause(
    incident: Incident, *, until: datetime, reason: str, by: str, at: datetime, policy: Policy
) -> Change:
    """No reminder before *until* (DR-1); one that is paused gets another end. Raises refusals."""
    now = check(incident, reason=reason, policy=policy)
    if until <= at:
        clock, shown = (print_moment(when, policy.zone, today=at) for when in (until, at))
        raise TimeIsPast(clock=clock, now=shown)
    if not reason.strip():
        raise PauseNeedsReason(ref=incident.ref, until=write_duration(until - at))
    if until == incident.paused_until:
        return unchanged(incident)
    now = replace(now, paused_at=now.paused_at or at, paused_until=until)
    now = cadence.restarted(now, severity_of(now, policy))
    data = {"change": "pause", "until": until.isoformat(), "reason": reason}
    data |= cadence.missed(incident, now, at)
    text = f"Reminders paused for {print_duration(until - at)}: {reason}"
    entry = state_entry(now, kind=Kind.STATUS, text=text, by=by, at=at, data=data)
    facts = {"by": by, "until": until, "reason": reason, "answered": incident.live_nudge}
    facts |= {"again": incident.paused_until is not None}
    return Change(
        before=incident, incident=now, entries=(entry,), news=(News(what=What.PAUSED, facts=facts),)
    )


def check(incident: Incident, *, reason: str, policy: Policy) -> Incident:
    """*incident*, which may be paused: it is open, and not too severe. Raises refusals that repeat *reason*."""
    severity = severity_of(incident, policy)
    if not severity.may_pause:
        moved(incident, "pause")
        raise _too_severe(incident, severity, reason, policy)
    return moved(incident, "pause")


def _too_severe(
    incident: Incident, severity: Severity, reason: str, policy: Policy
) -> TooSevereToPause | NeverPaused:
    """The refusal, with the highest severity that may be paused: a debate of one command (DR-27)."""
    lower = next(
        (one for one in policy.severities.values() if one.may_pause and one.rank > severity.rank), None
    )
    if lower is None:
        return NeverPaused(severity=severity.spelled, ref=incident.ref)
    return TooSevereToPause(
        severity=severity.spelled, ref=incident.ref, lower=lower.spellings[0], reason=reason or "…"
    )


def resume(incident: Incident, *, by: str | None, at: datetime, policy: Policy) -> Change:
    """The pause ends at *at*: by hand, or by itself (*by* None). The cadence counts from here (nudges 1)."""
    moved(incident, "pause")
    if incident.paused_at is None:
        return unchanged(incident)
    now = replace(cadence.rested(incident, at), resumed_at=at)
    now = cadence.restarted(now, severity_of(now, policy))
    news = News(what=What.RESUMED, facts={"by": by})
    return Change(before=incident, incident=now, entries=(pause_ended(now, by=by, at=at),), news=(news,))


def when(incident: Incident, policy: Policy) -> datetime | None:  # noqa: ARG001 - as all timers
    """When a pause ends by itself."""
    return incident.paused_until


def fire(incident: Incident, *, at: datetime, policy: Policy) -> Change:
    """The pause ends when it was said to end, also where the bot was down at that time."""
    return resume(incident, by=None, at=incident.paused_until or at, policy=policy)
