"""When the next update is due and when a nudge goes out: PRODUCT section 4, the nudge state machine."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from bot.domain.hours import within
from bot.domain.incident import Incident
from bot.domain.policy import Severity
from bot.domain.schedule import TimerKind

AFTER_RAISE = timedelta(minutes=2)
"""A raised severity whose update is overdue already gives people this long (nudges 4)."""
PROMISE_LIMIT = 2
"""``next=`` may promise the next update at most this many times the cadence ahead (nudges 1)."""


def anchor(incident: Incident) -> datetime:
    """The instant from which the cadence counts: declared, last update, reopened or resumed, whichever is latest.

    While it is paused: the end of the pause.
    """
    times = (
        incident.declared_at, incident.last_update_at, incident.reopened_at, incident.resumed_at,
        incident.paused_until,
    )  # fmt: skip
    return max(at for at in times if at is not None)


def restarted(incident: Incident, severity: Severity, *, promised: timedelta | None = None) -> Incident:
    """*incident* with its clock set anew after an update, a declaration or a reopen: nothing overdue, no reminder.

    *promised* is the "next=" of an update; it is cut to twice the cadence. In a pause it holds nothing: reminders
    rest until its end, and count from there.
    """
    wait = severity.update_every
    if promised is not None and incident.paused_at is None:
        wait = min(promised, severity.update_every * PROMISE_LIMIT)
    due = within(anchor(incident) + wait, severity.hours)
    return _waiting(incident, due, due)


def _waiting(incident: Incident, due: datetime, nudge: datetime) -> Incident:
    """*incident* with an update due and the reminder of it to come; in a pause no reminder comes (DR-1)."""
    paused = incident.paused_at is not None
    return replace(
        incident, update_due_at=due, nudge_due_at=None if paused else nudge, snoozed_until=None, reminders=0,
        live_nudge=None, stale_prompts=0, due=_not_stale(incident),
    )  # fmt: skip


def silenced(incident: Incident) -> Incident:
    """*incident* with no update wanted and no nudge to come: resolved and later (DR-1). A pause ends with it."""
    over = incident.ended_at or incident.resolved_at
    return replace(
        rested(incident, over) if over else incident,
        update_due_at=None, nudge_due_at=None, snoozed_until=None, reminders=0, live_nudge=None, stale_prompts=0,
        due=_not_stale(incident),
    )  # fmt: skip


def rested(incident: Incident, at: datetime) -> Incident:
    """*incident* without its pause, which ended at *at*; how long it was is added up (MD-2)."""
    if incident.paused_at is None:
        return incident
    spent = max(at - incident.paused_at, timedelta())
    return replace(
        incident, paused_at=None, paused_until=None, paused_seconds=incident.paused_seconds + int(spent.total_seconds())
    )  # fmt: skip


def at_severity(incident: Incident, old: Severity, new: Severity, at: datetime) -> Incident:
    """*incident* after its severity went from *old* to *new*: due times from the same anchor (nudges 4).

    Raised and already past: due in two minutes, and a snooze ends. Lowered: a nudge that is not due any more
    is withdrawn; one that is due still stays, and the reminders after it keep to the new cadence. At the same rank
    (out of triage) the faster pace counts as a raise. What was overdue before stays overdue since then.
    """
    if (new.rank, new.update_every) >= (old.rank, old.update_every):
        return later(incident, new, at)
    if not is_overdue(incident, at):
        return sooner(incident, new, at)
    soon = None if incident.paused_at is not None else within(at + AFTER_RAISE, new.hours)
    now = replace(incident, nudge_due_at=soon, snoozed_until=None, live_nudge=None, stale_prompts=0)
    return replace(now, due=_not_stale(now))


def sooner(incident: Incident, new: Severity, at: datetime) -> Incident:
    """*incident* at a faster pace from *at* on, counted from the same anchor: what is past by then in two minutes.

    Where an update was overdue already it still is, since the same time, and the reminders go on counting.
    """
    if is_overdue(incident, at):
        return _still_overdue(incident, new, at)
    due = anchor(incident) + new.update_every
    due = within(max(due, at + AFTER_RAISE) if due <= at else due, new.hours)
    return _waiting(incident, due, due)


def later(incident: Incident, new: Severity, at: datetime) -> Incident:
    """*incident* at a slower pace from *at* on, counted from the same anchor; a snooze holds.

    A due time that this pace has passed too stands as it was: overdue since then, or in the two minutes after a raise.
    """
    due = within(anchor(incident) + new.update_every, new.hours)
    if due <= at:
        return _still_overdue(incident, new, at) if is_overdue(incident, at) else incident
    snoozed = incident.snoozed_until
    return replace(_waiting(incident, due, max(due, snoozed or due)), snoozed_until=snoozed)


def _still_overdue(incident: Incident, new: Severity, at: datetime) -> Incident:
    """*incident*, whose update is overdue at the pace of *new* too: the reminders after this one keep to that pace.

    A snooze holds, and a reminder that is due at this very moment goes out.
    """
    nudge = incident.nudge_due_at
    if incident.paused_at is not None or incident.snoozed_until is not None or (nudge and nudge <= at):
        return incident
    if new.nudge_limit and incident.reminders >= new.nudge_limit:
        return reminded(incident, None, new, at)
    following = _on_grid(anchor(incident) + new.update_every, new, at)
    return replace(incident, nudge_due_at=following, stale_prompts=0, due=_not_stale(incident))


def missed(before: Incident, now: Incident, at: datetime) -> dict[str, str]:
    """What an entry keeps of a due time that had passed by *at* and that the change from *before* moved (R-COM-6).

    The update after it comes late, however the pace is set by then; also where the change is taken back.
    """
    due = before.update_due_at
    if due is None or at <= due or now.update_due_at == due:
        return {}
    return {"missed": due.isoformat()}


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
    return _on_grid(due, severity, at)


def reminded(incident: Incident, following: datetime | None, severity: Severity, at: datetime) -> Incident:
    """*incident* whose next reminder comes at *following*; None: they ended at *at*, and it may go stale (DR-22)."""
    now = replace(incident, nudge_due_at=following)
    return now if following is not None else asked_from(now, at + severity.stale_after)


def asked_from(incident: Incident, at: datetime) -> Incident:
    """*incident* about which people are asked at *at* whether it goes on, or may be closed (``bot.domain.stale``).

    Nothing else in its state tells when its reminders ended, so this one due time is kept as it was set.
    """
    return replace(incident, due={**incident.due, TimerKind.STALE.value: at})


def _not_stale(incident: Incident) -> Mapping[str, datetime]:
    return {name: due for name, due in incident.due.items() if name != TimerKind.STALE}


def _on_grid(due: datetime, severity: Severity, at: datetime) -> datetime:
    """The first instant after *at* a whole number of cadences after *due*, in the severity's working hours."""
    every = severity.update_every
    return within(due + every * ((at - due) // every + 1), severity.hours)


def is_overdue(incident: Incident, at: datetime) -> bool:
    """Whether a status update is due and has not come."""
    return incident.update_due_at is not None and at >= incident.update_due_at
