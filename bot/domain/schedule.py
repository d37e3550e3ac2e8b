"""The schedule: what is to happen later, as rows. They follow from the incident's state, so they can be audited.

``wanted(incident)`` gives the timers that an incident must have; the store keeps exactly these. When a timer is due
and what it leads to stands in ``bot.domain.timers``.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.domain.incident import OPEN, Incident, Status


class TimerKind(StrEnum):
    """What a timer leads to."""

    NUDGE = "nudge"
    DRAFT = "draft"
    ESCALATION = "escalation"
    """The next rung of the ladder (R-ESCL-1 to 3)."""
    RESUME = "resume"
    """The end of a pause."""
    STALE = "stale"
    """Is it still going on, or to be closed (DR-22)."""
    ARCHIVE = "archive"
    """The channel of a closed one is archived."""
    TASK = "task"
    """The next check-back to the owner of a task."""
    ROLES = "roles"
    """A role that the severity wants and nobody has taken."""
    REACH = "reach"
    """A look at a channel that is out of reach."""
    POSTMORTEM = "postmortem"
    """Reminders of a postmortem that is to be written (DR-23)."""
    FOLLOWUP = "followup"
    """Reminders and notices of follow-ups (R-AI-1, 2, 3, 6)."""
    MAIL = "mail"
    """The mail to customers: reminder, then overdue (R-CUS-1)."""


_ENDED = frozenset({Status.RESOLVED, Status.CLOSED})
RUNS_IN: Mapping[TimerKind, frozenset[Status]] = {
    TimerKind.ESCALATION: OPEN,
    TimerKind.RESUME:     OPEN,
    TimerKind.STALE:      OPEN | {Status.RESOLVED},
    TimerKind.ARCHIVE:    frozenset({Status.CLOSED, Status.CANCELLED, Status.MERGED}),
    TimerKind.TASK:       OPEN | _ENDED,
    TimerKind.FOLLOWUP:   OPEN | _ENDED,
    TimerKind.ROLES:      OPEN,
    TimerKind.MAIL:       _ENDED,
    TimerKind.POSTMORTEM: frozenset({Status.CLOSED}),
    TimerKind.REACH:      OPEN | {Status.RESOLVED},
}  # fmt: skip
"""In which statuses the times in ``Incident.due`` count; in others they rest."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Timer:
    """One thing due later. A column of table ``timers`` bears the name of each field. One per incident and kind."""

    incident: str
    kind: TimerKind
    due_at: datetime


def wanted(incident: Incident) -> Iterator[Timer]:
    """The timers that *incident* must have as it stands."""
    if incident.is_open and incident.nudge_due_at is not None:
        yield Timer(incident=incident.ref, kind=TimerKind.NUDGE, due_at=incident.nudge_due_at)
    if incident.draft_due_at is not None:
        yield Timer(incident=incident.ref, kind=TimerKind.DRAFT, due_at=incident.draft_due_at)
    for kind, statuses in RUNS_IN.items():
        at = due_at(incident, kind)
        if at is not None and incident.status in statuses:
            yield Timer(incident=incident.ref, kind=kind, due_at=at)


def due_at(incident: Incident, kind: TimerKind) -> datetime | None:
    """When *kind* is due; None: it is not planned."""
    return incident.due.get(kind.value)
