"""The record of an incident: the log of all that was said and done, and the timeline that is drawn from it.

Two layers (PRODUCT 1.6): every message of the channel is an entry of the log; an entry that bears a mark (typed by
command, by prefix, by emoji or pin, or a change of state) stands on the timeline as well.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from bot.domain.times import Precision

__all__ = ["PREFIXES", "Entry", "Kind", "Precision", "Source"]


class Kind(StrEnum):
    """What an entry tells (PRODUCT 2.2). The value is what people type before the colon."""

    MESSAGE = "message"
    EVENT = "event"
    TRIGGER = "trigger"
    IMPACT = "impact"
    ALERT = "alert"
    ACTION = "action"
    FINDING = "finding"
    HYPOTHESIS = "hypothesis"
    DECISION = "decision"
    RESULT = "result"
    ISSUE = "issue"
    ROOT_CAUSE = "root-cause"
    SOLUTION = "solution"
    ASSEMBLY = "assembly"
    COMMS_INTERNAL = "comms-internal"
    COMMS_EXTERNAL = "comms-external"
    ESCALATION = "escalation"
    RECOVERY = "recovery"
    MONITORING = "monitoring"
    TESTING = "testing"
    STATUS = "status"
    CUSTOMER_IMPACT = "customer-impact"
    DURATION = "duration"
    NOTE = "note"


PREFIXES: Mapping[str, Kind] = {
    **{kind.value: kind for kind in Kind if kind is not Kind.MESSAGE},
    **{kind.value.replace("-", " "): kind for kind in Kind if "-" in kind.value},
}
"""What may stand before a colon, lower case, to its kind: ``root cause`` and ``root-cause`` are one."""


class Source(StrEnum):
    """How an entry came into the record."""

    COMMAND = "command"
    MESSAGE = "message"
    BOT = "bot"
    """A change of state that the bot itself wrote down."""
    IMPORT = "import"


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One thing in the record. A column of table ``entries`` bears the name of each field.

    ``text`` is as Slack sends it (escaped, mentions as codes). ``at`` is when it happened: for a message Slack's own
    time stamp, when it was said (DR-7); ``recorded_at`` is when the bot learnt of it.
    """

    incident: str
    at: datetime
    recorded_at: datetime
    kind: Kind
    text: str
    source: Source
    id: int | None = None
    """Given by the store; entries of one instant keep this order."""
    until: datetime | None = None
    precision: Precision = Precision.SECOND
    approx: bool = False
    label: str | None = None
    """The word before the colon as typed, where it is not the kind's own."""
    group: str | None = None
    author: str | None = None
    """Slack user id (``U…``) or bot id (``B…``); in an imported record the id of one of its people."""
    author_name: str | None = None
    """Where Slack told it with the message: the name of another bot."""
    channel_id: str | None = None
    ts: str | None = None
    """Slack's time stamp of the message: a string, unique in its channel."""
    thread_ts: str | None = None
    link: str | None = None
    files: tuple[Mapping[str, str], ...] = ()
    """Files shared with it, ``{"name": …, "url": …}``; of a message also what its copy needs: Slack's ``id``, ``file``
    (its own name), ``mime``, ``size`` in bytes, ``mode``, and ``bytes`` (where they are)."""
    data: Mapping[str, Any] = field(default_factory=dict)
    """Facts of a change of state: ``{"change": "severity", "from": "P2", "to": "P0"}``."""
    marks: tuple[str, ...] = ()
    """Why it stands on the timeline: ``command``, ``prefix``, ``state``, ``import``, ``pin``, ``emoji:U…``,
    ``shortcut:U…``."""
    edited_at: datetime | None = None
    deleted_at: datetime | None = None
    versions: tuple[Mapping[str, str], ...] = ()
    """Former texts, oldest first, ``{"at": ISO time from which it stood, "text": …}``."""
    arrived: bool = True
    """False: only a deletion or a mark has come so far, its message has not (events keep no order)."""
    saves: int = field(default=0, compare=False)
    """How often it was changed since it was recorded; counted by the store."""

    @property
    def on_timeline(self) -> bool:
        """True where it belongs on the timeline: marked, there, and not deleted."""
        return bool(self.marks) and self.arrived and self.deleted_at is None

    @property
    def is_state(self) -> bool:
        """True for a change of state that the bot wrote down."""
        return "state" in self.marks
