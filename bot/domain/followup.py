"""Follow-ups as values: what will be changed after an incident, by whom, until when, at what cost (R-AI-1 to 9).

What one can do with them: ``bot.domain.followup_steps``. Texts are in Slack's encoding; dates are days in the
organisation's zone.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum


class State(StrEnum):
    """Where a follow-up stands (R-AI-7). The value is what people read."""

    PROPOSED = "proposed"
    """It lacks an owner or a date (R-AI-5), or the review has not agreed to it yet."""
    OPEN = "open"
    IN_PROGRESS = "in progress"
    BLOCKED = "blocked"
    AWAITING = "awaiting approval"
    """A change of its budget or scope waits for somebody's yes (R-AI-2, R-AI-4)."""
    DONE = "done"
    NOT_DOING = "not doing"


ENDED = frozenset({State.DONE, State.NOT_DOING})


class Priority(StrEnum):
    """How soon it is wanted."""

    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"


@dataclass(frozen=True, slots=True, kw_only=True)
class Budget:
    """What it may cost: money once, money per month, or effort."""

    amount: Decimal
    unit: str
    """``USD``: once; ``USD/month``; ``engineer-weeks``. Only the same units are compared (R-AI-2)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """A change of budget or scope that somebody has to approve (R-AI-2, R-AI-4)."""

    n: int
    """Counts from 1 in its follow-up."""
    what: str
    """``budget`` or ``scope``."""
    by: str
    """Slack user id."""
    at: datetime
    reason: str = ""
    before: str
    """As people read it."""
    after: str
    amount: Budget | None = None
    """Of a budget what is asked for; None: it is about the scope."""
    outcome: str = ""
    """``approved``, ``refused`` or ``withdrawn``; empty: it waits."""
    decided_by: str = ""
    decided_at: datetime | None = None
    answer: str = ""
    """Why it was decided so, where that was said."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Redate:
    """A new date, and the one before (R-AI-3)."""

    before: date
    after: date
    by: str
    at: datetime
    reason: str = ""


class Notice(StrEnum):
    """What the bot says about follow-ups of its own accord."""

    DUE = "due"
    """To its owner, of its date (R-AI-6)."""
    LACKS = "lacks"
    """To whoever sees to the postmortem: it lacks an owner or a date (R-AI-5)."""
    BLOCKED = "blocked"
    """To the CTO (R-AI-1)."""
    BUDGET = "budget"
    """To the CFO (R-AI-2)."""
    LATE = "late"
    """To the executives (R-AI-3)."""
    SCOPE = "scope"
    """To whoever sees to the postmortem: another scope waits for their yes (R-AI-4)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """The last time that one kind of notice was given about a follow-up: nothing is said twice."""

    what: Notice
    n: int
    """Number of the message among all such of its incident; several follow-ups may stand in one."""
    at: datetime
    to: str = ""
    """Slack user id of whoever was told alone; empty: a target of the policy, or the incident's channel."""
    about: str = ""
    """What it was about: the date, since when it is blocked, the request's number; the same again is a repeat."""
    times: int = 1
    """How often that was said."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FollowUp:
    """One follow-up of an incident."""

    n: int
    """Counts from 1 in its incident; never means another one."""
    text: str
    """What it is, in a line."""
    action: str = ""
    """What is to be done, where that is more than the line."""
    by: str = ""
    """Slack user id of whoever added it; empty: the bot, or an imported record."""
    added_at: datetime
    state: State = State.PROPOSED
    since: datetime | None = None
    """When it came into its state."""
    owner: str | None = None
    """Slack user id of one person (R-AI-5); None: nobody yet, or somebody whom only ``written`` names."""
    due_on: date | None = None
    first_due_on: date | None = None
    """The date that it first had: a later one does not hide lateness (R-MET-12)."""
    redates: tuple[Redate, ...] = ()
    priority: Priority | None = None
    horizon: str = ""
    """``30d``, ``90d``, ``6mo``, or words of an imported record."""
    budget: Budget | None = None
    """As approved."""
    forecast: Budget | None = None
    """What it will cost by now; None: as approved."""
    dependencies: str = ""
    criteria: str = ""
    """How to tell that it is done (R-AI-8)."""
    blocked_at: datetime | None = None
    """Since when it is blocked; None: it is not (R-AI-1)."""
    blocked_by: str = ""
    """Why."""
    resumes_as: State | None = None
    """The state to which it comes back once it is neither blocked nor waiting for an approval; None: it is neither."""
    requests: tuple[Request, ...] = ()
    accepted_at: datetime | None = None
    """When it left "proposed": from then on its budget and scope change by request; None: not yet."""
    accepted_by: str = ""
    done_at: datetime | None = None
    """When it came to its end, done or not."""
    done_by: str | None = None
    result: str = ""
    """What came of it, or why it is not done."""
    link: str = ""
    """Address of the message that it comes from; empty: it comes from none."""
    taken_back: bool = False
    """True: it was added by mistake. It keeps its number."""
    moved_to: str = ""
    """Reference of the incident where it goes on, since its own was merged into that one; empty: here."""
    moved_as: int = 0
    """Its number there."""
    written: Mapping[str, str] = field(default_factory=dict)
    """Of an imported record its own words, by the names of a replay file's ``action_items``: ``owner``, ``email``,
    ``due_written``, ``priority``, ``budget``, ``status``."""

    counted_from: datetime | None = None
    """Reminders of its date count from here, where it got its date, or was opened again, after it was added."""
    snoozed_until: datetime | None = None
    """Its owner wants the next reminder then."""
    origin: str = ""
    """Why the bot added it by itself (``bot.domain.watching``); empty: people did."""
    told: tuple[Told, ...] = ()
    """What was said about it, at most one of each kind: noted by the bot itself, so no undo takes it back."""

    @property
    def lacks(self) -> tuple[str, ...]:
        """What it needs before it can leave "proposed" (R-AI-5): ``owner``, ``date``."""
        owned = self.owner or self.written.get("owner")
        return (*(() if owned else ("owner",)), *(() if self.due_on else ("date",)))

    @property
    def is_accepted(self) -> bool:
        """Whether it was agreed to: budget and scope are changed by request from then on (R-AI-2, R-AI-4)."""
        return self.accepted_at is not None or self.state not in (State.PROPOSED, State.NOT_DOING)

    @property
    def waiting(self) -> tuple[Request, ...]:
        """The requests that nobody has decided yet."""
        return tuple(request for request in self.requests if not request.outcome)

    @property
    def is_open(self) -> bool:
        """Whether it is still to be done here."""
        return self.state not in ENDED and not self.taken_back and not self.moved_to
