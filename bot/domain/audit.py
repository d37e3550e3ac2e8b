"""The audit of one incident: which nudges should there be, and which are there (RELIABILITY section 2, "Ticks").

Counted as *missing* is

- a nudge that the incident counts (``nudges`` numbers them without a gap) and the outbox never had: nobody can have
  read it, and nobody will;
- a timer that follows from the incident's state (``schedule.wanted``) and is not there, or is there for another time:
  what it leads to would never come, or at the wrong time. The audit makes it anew;
- a timer that is overdue by more than ``OVERDUE`` and was so at the audit before: it is tried each second, and fails;
- a nudge that was given up without a word about that to anybody.

Counted as a *duplicate* is

- a second nudge for one due time, or one that the incident does not count;
- a message that the sweep saw twice and could not delete.

What was withdrawn because it was answered, or because the incident was over, is neither: that is as it should be.
Nudges are looked at while the incident is open and for a day after; timers as long as any is wanted.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from hashlib import blake2s

from bot.domain.gaps import PATIENCE
from bot.domain.incident import Incident
from bot.domain.schedule import Timer, TimerKind, wanted

OVERDUE = timedelta(seconds=60)
"""Sixty ticks: a timer that is due fires with the next one, and a thousand at once take some twenty."""
STILL_OF_INTEREST = timedelta(days=1)


class Defect(StrEnum):
    """What can be wrong; the value is what the log says."""

    NO_CALL = "a nudge that it counts was never planned"
    NO_TIMER = "a timer is missing"
    OTHER_TIME = "a timer is set to another time than the incident says"
    OVERDUE = "a timer is overdue and does not fire"
    UNTOLD = "a nudge was given up and nobody was told"
    TWO_AT_ONCE = "two nudges were planned for one due time"
    NOT_COUNTED = "a nudge was planned that it does not count"
    SAID_TWICE = "a message stands there twice"


DUPLICATES = frozenset({Defect.TWO_AT_ONCE, Defect.NOT_COUNTED, Defect.SAID_TWICE})
MENDED = frozenset({Defect.NO_TIMER, Defect.OTHER_TIME})
"""What the audit sets right itself: timers follow from the state."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One defect of one incident."""

    incident: str
    defect: Defect
    what: str
    """Which nudge, timer or message."""

    @property
    def key(self) -> str:
        """By it the same finding is known at the next audit; short, for there may be thousands."""
        told = f"{self.incident} {self.defect.name} {self.what}"
        return blake2s(told.encode(), digest_size=6).hexdigest()


@dataclass(frozen=True, slots=True, kw_only=True)
class Nudge:
    """A planned call ``nudge:INC-…:n``."""

    n: int
    due: str | None
    """When it was due, ISO 8601; None: planned by an earlier version."""
    failed_with: str | None = None
    """Slack's refusal, where that was the end of it."""
    is_stranded: bool = False
    """True: it was dropped because something that it needs did not happen."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What the database holds about one incident at one instant."""

    incident: Incident
    timers: tuple[Timer, ...] = ()
    nudges: tuple[Nudge, ...] = ()
    troubles: frozenset[str] = frozenset()
    """Keys of what was said, or will be, about something that could not be done."""
    said_twice: tuple[str, ...] = ()
    """Keys of messages that stand there twice."""


def examine(facts: Facts, *, at: datetime) -> tuple[Finding, ...]:
    """Everything that is wrong with the incident at *at*."""
    ref = facts.incident.ref
    found = [*_timers(facts, at), *((Defect.SAID_TWICE, key) for key in facts.said_twice)]
    if _is_of_interest(facts.incident, at):
        found += [*_numbers(facts), *_untold(facts)]
    return tuple(Finding(incident=ref, defect=defect, what=what) for defect, what in found)


def _is_of_interest(incident: Incident, at: datetime) -> bool:
    """Whether its nudges are looked at. One whose Slack is gone (the sandbox's) has no channel any more."""
    ends = [end for end in (incident.resolved_at, incident.ended_at, incident.closed_at) if end is not None]
    recent = incident.channel_id is not None and any(at - end <= STILL_OF_INTEREST for end in ends)
    return not incident.backfilled and (incident.is_open or recent)


def _timers(facts: Facts, at: datetime) -> Iterator[tuple[Defect, str]]:
    there = {timer.kind: timer.due_at for timer in facts.timers}
    for timer in wanted(facts.incident):
        due = there.get(timer.kind)
        if due is None:
            yield Defect.NO_TIMER, timer.kind.value
        elif due != timer.due_at:
            yield Defect.OTHER_TIME, timer.kind.value
        elif at - due > OVERDUE + (PATIENCE if timer.kind is TimerKind.DRAFT else timedelta(0)):
            yield Defect.OVERDUE, f"{timer.kind.value} of {due.isoformat()}"


def _numbers(facts: Facts) -> Iterator[tuple[Defect, str]]:
    """The nudges are numbered without a gap, and each is for a due time of its own."""
    there = {nudge.n for nudge in facts.nudges}
    counted = set(range(1, facts.incident.nudges + 1))
    yield from ((Defect.NO_CALL, str(n)) for n in sorted(counted - there))
    yield from ((Defect.NOT_COUNTED, str(n)) for n in sorted(there - counted))
    times = Counter(nudge.due for nudge in facts.nudges if nudge.due is not None)
    yield from ((Defect.TWO_AT_ONCE, due) for due, times_said in sorted(times.items()) if times_said > 1)


def _untold(facts: Facts) -> Iterator[tuple[Defect, str]]:
    """Nudges that were given up although nobody heard of it."""
    for nudge in facts.nudges:
        error = nudge.failed_with
        if error is not None and not _was_told(facts, error):
            yield Defect.UNTOLD, f"{nudge.n} ({error})"
        if nudge.is_stranded and not facts.troubles:
            yield Defect.UNTOLD, str(nudge.n)


def _was_told(facts: Facts, error: str) -> bool:
    """Whether a refusal of Slack's was said in the channel, or to the commander alone (``bot.outcomes``)."""
    ref = facts.incident.ref
    said = (f"trouble:nudge:{ref}:{error}", f"trouble-dm:nudge:{ref}:{error}", f"trouble-dm:{ref}:{error}:")
    return any(key.startswith(said) for key in facts.troubles)


def counted(findings: Iterable[Finding], before: Iterable[str]) -> tuple[Finding, ...]:
    """The *findings* that count: what is overdue only where it was among the keys of the audit *before*."""
    earlier = set(before)
    return tuple(one for one in findings if one.defect is not Defect.OVERDUE or one.key in earlier)
