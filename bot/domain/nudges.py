"""Nudges: what a due one leads to, and whether one that is on its way is still wanted."""

from dataclasses import replace
from datetime import datetime, timedelta

from bot.domain import cadence
from bot.domain.hours import within
from bot.domain.incident import Change, Incident, severity_of, unchanged
from bot.domain.news import News, What
from bot.domain.ordinals import ordinal
from bot.domain.policy import Policy

LATE = timedelta(minutes=1)
"""A nudge this much behind its time says so: "late by" (DR-24)."""
MENTION_COMMANDER_FROM = 2
MARK_OVERDUE_FROM = 3


def fire(incident: Incident, *, at: datetime, policy: Policy) -> Change:
    """The nudge that is due at *at*; nothing where none is due any more (DR-1: the state is read again)."""
    due = incident.nudge_due_at
    if not incident.is_open or due is None or due > at:
        return unchanged(incident)
    severity = severity_of(incident, policy)
    opening = within(at, severity.hours)
    if opening > at:  # late, or woken by night: it waits for working hours as any other
        return Change(before=incident, incident=replace(incident, nudge_due_at=opening))
    now = replace(
        incident,
        nudges=incident.nudges + 1,
        reminders=incident.reminders + 1,
        live_nudge=incident.nudges + 1,
        snoozed_until=None,
    )
    now = cadence.reminded(now, cadence.next_nudge(incident, severity, at), severity, at)
    to = [incident.addressee] if incident.addressee else []
    called = now.reminders >= MENTION_COMMANDER_FROM and incident.commander not in incident.absent
    if called and incident.commander not in to:
        to.append(incident.commander)
    facts = {
        "n": now.nudges,
        "due": due,
        "reminder": now.reminders,
        "ordinal": ordinal(now.reminders),
        "to": to,
        "since": at - cadence.anchor(incident),
        "anchor": _anchor_words(incident),
        "late": at - due if at - due >= LATE else None,
        "former": incident.live_nudge,
        "last": now.nudge_due_at is None,
    }
    return Change(before=incident, incident=now, news=(News(what=What.NUDGED, facts=facts),))


def _anchor_words(incident: Incident) -> str:
    """What the cadence counts from: ``update``, ``reopening``, ``pause`` or ``declaration``."""
    anchor = cadence.anchor(incident)
    if anchor == incident.last_update_at:
        return "update"
    others = {
        incident.declared_at: "declaration",
        incident.resumed_at: "pause",
        incident.reopened_at: "reopening",
    }
    return others[anchor]


def is_wanted(incident: Incident, number: int) -> bool:
    """Whether nudge *number*, on its way to Slack, should still be said."""
    return incident.is_open and incident.live_nudge == number
