"""Timers: what is to happen later, as rows. They follow from the incident's state, so that they can be audited.

``due(incident)`` gives the timers that an incident must have; the store keeps exactly these.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from bot.domain import nudges
from bot.domain.incident import Change, Incident, News, What, unchanged
from bot.domain.policy import Policy


class TimerKind(StrEnum):
    """What a timer leads to."""

    NUDGE = "nudge"
    DRAFT = "draft"


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """A document made from the record."""

    file: str
    """Name of its file, which bears the reference and the draft's number."""
    title: str
    format: str
    content: str
    prompts: int
    """How much is still to be written by people."""


def fire(timer: Timer, incident: Incident, *, at: datetime, policy: Policy, made: Made | None) -> Change:
    """What *timer*, due at *at*, leads to for *incident* as it stands now; *made* is the draft for a draft timer."""
    if timer.kind is TimerKind.NUDGE:
        return nudges.fire(incident, at=at, policy=policy)
    return _draft(incident, at, made)


def _draft(incident: Incident, at: datetime, made: Made | None) -> Change:
    """The draft that was asked for goes into the channel (AD-1)."""
    if made is None or incident.draft_due_at is None or incident.draft_due_at > at:
        return unchanged(incident)
    now = replace(incident, drafts=incident.drafts + 1, draft_due_at=None)
    facts = {"n": now.drafts, **{name: getattr(made, name) for name in Made.__slots__}}
    news = News(what=What.DRAFTED, facts=facts)
    return Change(before=incident, incident=now, news=(news,))
