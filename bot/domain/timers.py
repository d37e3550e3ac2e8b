"""When each timer is due, and what it leads to when it fires. Which timers there are: ``bot.domain.schedule``."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from bot.domain import (
    archiving,
    customers,
    escalation,
    followup_reminders,
    nudges,
    pauses,
    reach,
    review_reminders,
    rolecall,
    stale,
    tasks,
)
from bot.domain.drafting import draft_for
from bot.domain.incident import Change, Incident, unchanged
from bot.domain.news import News, What
from bot.domain.parts import Audience
from bot.domain.policy import Policy
from bot.domain.schedule import RUNS_IN, Timer, TimerKind, due_at


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """A document made from the record."""

    file: str
    """Name of its file, which bears the reference and the draft's number."""
    title: str
    format: str
    content: str
    """As Markdown."""
    prompts: int
    """How much is still to be written by people."""
    files: tuple["MadeFile", ...] = ()
    """What it was made as, in the order wanted."""
    trouble: tuple["Trouble", ...] = ()
    """What could not be made."""
    external: bool = False
    """Whether it is for customers."""
    remarks: tuple[str, ...] = ()
    """What people should know before a draft for customers leaves: never part of it."""
    canvas: str = ""
    """The document as a canvas takes it."""
    asked: Mapping[str, str] = field(default_factory=dict)
    """Its prompts: topic to the question as it stands in Markdown."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MadeFile:
    """A document as one kind of file."""

    name: str
    title: str
    kind: str
    """The end of its name: ``md``, ``pdf``."""
    content: bytes = field(repr=False)
    alt: str = ""
    """Of a picture: what it shows, in words."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Trouble:
    """Why a document could not be made as one kind of file."""

    kind: str
    name: str
    """What that kind is called."""
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Timed:
    """One kind of timer: when it is due for an incident as it stands, and what it leads to."""

    when: Callable[[Incident, Policy], datetime | None]
    """None: there is nothing to wait for."""
    fire: Callable[..., Change]
    """Takes the incident, ``at`` and ``policy``; gives ``unchanged`` where there is nothing to do any more."""


_TIMED: Mapping[TimerKind, Timed] = {
    TimerKind.MAIL: Timed(when=customers.when, fire=customers.fire),
    TimerKind.POSTMORTEM: Timed(when=review_reminders.when, fire=review_reminders.fire),
    TimerKind.RESUME: Timed(when=pauses.when, fire=pauses.fire),
    TimerKind.STALE: Timed(when=stale.when, fire=stale.fire),
    TimerKind.ARCHIVE: Timed(when=archiving.when, fire=archiving.fire),
    TimerKind.TASK: Timed(when=tasks.when, fire=tasks.fire),
    TimerKind.FOLLOWUP: Timed(when=followup_reminders.when, fire=followup_reminders.fire),
    TimerKind.ROLES: Timed(when=rolecall.when, fire=rolecall.fire),
    TimerKind.REACH: Timed(when=reach.when, fire=reach.fire),
    TimerKind.ESCALATION: Timed(when=escalation.when, fire=escalation.fire),
}
"""Nudges and drafts keep their due times in fields of their own; all others follow from the state."""


_LIVE = frozenset(
    {TimerKind.ESCALATION, TimerKind.STALE, TimerKind.MAIL, TimerKind.ROLES, TimerKind.POSTMORTEM}
)
"""What an incident that was written down when it was over never leads to (nudges 7)."""


def planned(incident: Incident, policy: Policy) -> Incident:
    """*incident* with the due times that follow from its state: done at each save of a decision."""
    is_past = incident.backfilled or (bool(incident.header) and not incident.is_open)  # imported, and over
    kinds = {kind: timed for kind, timed in _TIMED.items() if not (is_past and kind in _LIVE)}
    times = {kind.value: timed.when(incident, policy) for kind, timed in kinds.items()}
    return replace(incident, due={name: at for name, at in times.items() if at is not None})


def fire(
    timer: Timer,
    incident: Incident,
    *,
    at: datetime,
    policy: Policy,
    made: Made | None,
    talked_at: datetime | None = None,
) -> Change:
    """What *timer*, due at *at*, leads to for *incident* as it stands now.

    *made* is the draft for a draft timer; *talked_at*, for one that archives, when people last talked in its channel.
    """
    if timer.kind is TimerKind.DRAFT:
        return _draft(incident, at, made)
    if timer.kind is TimerKind.NUDGE:
        return nudges.fire(incident, at=at, policy=policy)
    due = due_at(incident, timer.kind)
    if due is None or due > at or incident.status not in RUNS_IN[timer.kind]:
        return unchanged(incident)
    more = {"talked_at": talked_at} if timer.kind is TimerKind.ARCHIVE else {}
    return _TIMED[timer.kind].fire(incident, at=at, policy=policy, **more)


def _draft(incident: Incident, at: datetime, made: Made | None) -> Change:
    """The draft that was asked for goes into the channel (AD-1); of two, the one for customers comes after."""
    if made is None or incident.draft_due_at is None or incident.draft_due_at > at:
        return unchanged(incident)
    if made.external is not (draft_for(incident) is Audience.EXTERNAL):
        return unchanged(incident)  # another one was asked for while this one was made
    now = replace(incident, drafts=incident.drafts + 1, draft_due_at=None)
    if incident.draft_audience is Audience.BOTH:
        now = replace(now, draft_due_at=at, draft_audience=Audience.EXTERNAL)
    facts = {"n": now.drafts, **{name: getattr(made, name) for name in Made.__slots__}}
    news = News(what=What.DRAFTED, facts=facts)
    return Change(before=incident, incident=now, news=(news,))
