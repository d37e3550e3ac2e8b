"""When the next update is due and when a nudge goes out: PRODUCT section 4, the nudge state machine."""

from dataclasses import replace
from datetime import datetime, timedelta

from bot.domain.incident import Incident
from bot.domain.policy import Severity

AFTER_RAISE = timedelta(minutes=2)
"""A raised severity whose update is overdue already gives people this long (nudges 4)."""
PROMISE_LIMIT = 2
"""``next=`` may promise the next update at most this many times the cadence ahead (nudges 1)."""


def anchor(incident: Incident) -> datetime:
    """The instant from which the cadence counts: declared, last update or reopened, whichever is latest."""
    times = (incident.declared_at, incident.last_update_at, incident.reopened_at)
    return max(at for at in times if at is not None)


def restarted(incident: Incident, severity: Severity, *, promised: timedelta | None = None) -> Incident:
    """*incident* with its clock set anew after an update, a declaration or a reopen: nothing overdue, no reminder.

    *promised* is the "next=" of an update; it is cut to twice the cadence.
    """
    wait = severity.update_every if promised is None else min(promised, severity.update_every * PROMISE_LIMIT)
    due = anchor(incident) + wait
    return replace(
        incident, update_due_at=due, nudge_due_at=due, snoozed_until=None, reminders=0, live_nudge=None
    )


def silenced(incident: Incident) -> Incident:
    """*incident* with no update wanted and no nudge to come: resolved and later (DR-1)."""
    return replace(
        incident, update_due_at=None, nudge_due_at=None, snoozed_until=None, reminders=0, live_nudge=None
    )


def at_severity(incident: Incident, old: Severity, new: Severity, at: datetime) -> Incident:
    """*incident* after its severity went from *old* to *new*: due times from the same anchor (nudges 4).

    Raised and already past: due in two minutes, and a snooze ends. Lowered: a nudge that is not due any more
    is withdrawn; one that is due still stays, and the reminders after it keep to the new cadence.
    """
    due = anchor(incident) + new.update_every
    if new.rank < old.rank:
        due = max(due, at + AFTER_RAISE) if due <= at else due
        return replace(
            incident, update_due_at=due, nudge_due_at=due, snoozed_until=None, reminders=0, live_nudge=None
        )
    if due <= at and incident.live_nudge is not None:
        ended = new.nudge_limit and incident.reminders >= new.nudge_limit
        return replace(
            incident, update_due_at=due, nudge_due_at=None if ended else _on_grid(due, new.update_every, at)
        )
    nudge = max(due, incident.snoozed_until or due)
    return replace(incident, update_due_at=due, nudge_due_at=nudge, reminders=0, live_nudge=None)


def snooze_cap(asked: timedelta, severity: Severity) -> timedelta:
    """How long a snooze may last: at most ``snooze_limit`` times the cadence, where there is a limit (DR-5)."""
    if severity.snooze_limit == 0:
        return asked
    return min(asked, severity.update_every * severity.snooze_limit)


def next_nudge(incident: Incident, severity: Severity, at: datetime) -> datetime | None:
    """When to remind again after the nudge that goes out at *at*: on the grid of the cadence, never in the past.

    None once the severity's limit of reminders in a row is reached (nudges 3). What was missed while the bot was
    down is skipped: one catch-up, never a burst (DR-24).
    """
    due = incident.nudge_due_at
    sent = incident.reminders + 1
    if due is None or (severity.nudge_limit and sent >= severity.nudge_limit):
        return None
    return _on_grid(due, severity.update_every, at)


def _on_grid(due: datetime, every: timedelta, at: datetime) -> datetime:
    """The first instant after *at* that lies a whole number of times *every* after *due*."""
    return due + every * ((at - due) // every + 1)


def is_overdue(incident: Incident, at: datetime) -> bool:
    """Whether a status update is due and has not come."""
    return incident.update_due_at is not None and at >= incident.update_due_at
