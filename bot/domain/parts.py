"""What an incident holds several of: tasks, escalations, hand-offs, and the text that waits for approval.

Each is kept as JSON in a column of its incident: a field is text, a number, a flag, a time, a word of an enum, or a
tuple of texts or of parts.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Audience(StrEnum):
    """For whom a draft is made: one for customers is built from what may leave, and from nothing else."""

    INTERNAL = "internal"
    EXTERNAL = "external"
    BOTH = "both"
    """Both were asked for before the first was made."""


class Loss(StrEnum):
    """Why an incident's channel is out of reach."""

    LEFT = "left"
    """The bot was taken out of it."""
    ARCHIVED = "archived"
    DELETED = "deleted"
    HIDDEN = "hidden"
    """Slack does not find it: it was deleted, or it is private and the bot is outside."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """Something that somebody does now, with a time at which the bot asks how it went (``task``)."""

    n: int
    """Counts from 1 in its incident."""
    text: str
    """In Slack's encoding."""
    owner: str | None = None
    """Slack user id; None: nobody yet."""
    by: str
    """Slack user id of whoever added it; empty: the bot, because somebody is owed something."""
    added_at: datetime
    due_at: datetime | None = None
    """When its owner is asked; None: never."""
    asked: bool = False
    """True once its owner was asked."""
    asks: int = 0
    """How often its owner was asked in all; numbers the keys ``task:INC-…:n`` and ``task:INC-…:n:k``."""
    taken_back: bool = False
    """True: it was added by mistake. It keeps its number, so that no number ever means two things."""
    done_at: datetime | None = None
    done_by: str | None = None
    moved_to: str = ""
    """Reference of the incident where it goes on, since its own was merged into that one; empty: here."""
    moved_as: int = 0
    """Its number there."""

    @property
    def is_open(self) -> bool:
        """Whether it is still to be done here."""
        return self.done_at is None and not self.taken_back and not self.moved_to


@dataclass(frozen=True, slots=True, kw_only=True)
class Escalation:
    """One target that was told, or whose rung was skipped (R-ESCL-4)."""

    target: str
    """Its key in the policy."""
    at: datetime
    by: str | None = None
    """Slack user id; None: the ladder itself."""
    after: int | None = None
    """Seconds of open time after which the ladder wanted it; None: it is on no ladder."""
    reason: str = ""
    """Why they were told, in Slack's encoding; empty where the ladder did it."""
    skipped: bool = False
    """True: set aside on purpose, before anybody was told or instead of an answer."""
    skipped_by: str | None = None
    skipped_at: datetime | None = None
    skip_reason: str = ""
    """In Slack's encoding."""
    late: int = 0
    """Seconds by which the ladder was behind its time (DR-24)."""
    recipients: tuple[str, ...] = ()
    """People, groups and channels, as the policy names them; in place of a group that has no channel its members, once
    Slack has named them; empty where the policy names nobody."""
    n: int = 0
    """Number of the message ``rungs:INC-…:n`` that tells of it in the incident's channel; 0: nobody was told."""
    earlier: tuple[str, ...] = ()
    """Numbers of the messages that told of tries before this one, of which Slack took none."""
    refused: tuple[str, ...] = ()
    """Of the recipients those whom Slack refused to tell (DR-25)."""
    failed: str = ""
    """Slack's error, once it refused every way: nobody was told, and it is to be done by hand; empty: it did not."""
    acknowledged_by: str | None = None
    acknowledged_at: datetime | None = None

    @property
    def is_told(self) -> bool:
        """False where it was skipped before anybody was to be told; *failed* says whether Slack took it."""
        return self.n > 0

    @property
    def is_settled(self) -> bool:
        """True once nobody needs to answer any more."""
        return self.skipped or self.acknowledged_by is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """A role offered to somebody, who has not answered yet (``handoff``, DR-26)."""

    n: int
    """Counts from 1 in its incident."""
    role: str
    to: str
    by: str
    at: datetime
    note: str = ""
    """In Slack's encoding: what whoever hands over said."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RoleCall:
    """The question who takes the roles that the severity wants and nobody has."""

    n: int = 0
    """How often it was asked; numbers the keys ``roles:INC-…:n``."""
    since: datetime | None = None
    """When a raise of the severity brought in roles; None: it wants the same ones since the declaration."""
    roles: tuple[str, ...] = ()
    """The keys of the roles that the last question named."""


@dataclass(frozen=True, slots=True, kw_only=True)
class External:
    """A text for customers that somebody changed, and that is shown for approval (R-TPL-2)."""

    n: int
    phase: str
    text: str
    """In Slack's encoding."""
    by: str
    at: datetime
    inside: bool = False
    """True where it was posted in the incident's channel as an update when it was written."""
    outcome: str = ""
    """``published``, ``discarded`` or ``replaced``; empty: it waits."""
    decided_by: str = ""
    """Slack user id."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A stretch of a playbook that was posted, in Slack's encoding."""

    text: str
    """Empty for a step: its words stand with it."""
    heading: bool = False
    step: int = 0
    """Its number in its playbook; 0: it is no step."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Posted:
    """A playbook as it was when it was posted."""

    n: int
    """Counts from 1 in its incident; numbers the keys ``playbook:INC-…:n``."""
    name: str
    title: str
    """In Slack's encoding."""
    by: str
    """Slack user id."""
    at: datetime
    lines: tuple[Line, ...] = ()
    taken_back: bool = False
    """True: it was posted by mistake. It keeps its number."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaybookStep:
    """A step of a posted playbook, which somebody ticks."""

    n: int
    """Its number among all steps of its incident."""
    playbook: int
    """The number of its playbook."""
    number: int
    """Its number there, from 1."""
    text: str
    """In Slack's encoding."""
    done_by: str | None = None
    """Slack user id."""
    done_at: datetime | None = None

    @property
    def is_done(self) -> bool:
        """Whether somebody ticked it."""
        return self.done_at is not None


class Stage(StrEnum):
    """Where a postmortem stands (AD-8). The value is what people read."""

    DRAFT = "draft"
    IN_REVIEW = "in review"
    REVIEWED = "reviewed"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Tick:
    """A point of the checklist that somebody found done."""

    item: str
    """Its words in the policy: other words are another point."""
    by: str
    """Slack user id."""
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Reviewer:
    """Somebody who is asked to read the postmortem."""

    user: str
    """Slack user id."""
    by: str
    """Who asked them."""
    at: datetime
    approved_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Review:
    """How far the postmortem of a closed incident is (AD-8)."""

    stage: Stage = Stage.DRAFT
    by: str = ""
    """Slack user id of whoever brought it there; empty: the close did."""
    at: datetime
    """Since when."""
    reviewed_at: datetime | None = None
    """When it last became reviewed, and is since (R-MET-11)."""
    closed_at: datetime | None = None
    first_due_at: datetime | None = None
    """When it was due before somebody moved that; None: nobody has."""
    ticks: tuple[Tick, ...] = ()
    reviewers: tuple[Reviewer, ...] = ()

    @property
    def is_done(self) -> bool:
        """Whether nobody waits for it any more."""
        return self.stage in (Stage.REVIEWED, Stage.CLOSED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reminded:
    """What was said about a postmortem that is to be written (DR-23)."""

    since: datetime
    """Only what falls due after this is said: the close, a step back, or a move of the due time."""
    n: int = 0
    """Reminders in its incident's whole life; numbers their keys."""
    at: datetime | None = None
    """The last one since then."""
    escalated: bool = False
    """Whether the digest went out since then."""
    snoozed_until: datetime | None = None
