"""What must be so, told once more in plain Python: a small model of an incident that knows nothing of the bot's code.

Written from PRODUCT (nudge state machine, life cycle, log), not from ``bot.domain``, which it is there to check.
"""

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime, timedelta

EVERY = {
    "P0": timedelta(minutes=15), "P1": timedelta(minutes=30), "P2": timedelta(hours=1), "P3": timedelta(hours=4)
}  # fmt: skip
"""R-COM-1 to 4. The experiment's policy has no ladder, no roles to ask for, and no end of reminders."""
NAMES = {"P0": "SEV-1", "P1": "SEV-2", "P2": "SEV-3", "P3": "SEV-4"}
AFTER_RAISE = timedelta(minutes=2)
UNCLOSED, ARCHIVED = timedelta(days=1), timedelta(days=7)
WRITTEN = timedelta(hours=48)
"""The postmortem is due so long after the resolve (AD-1)."""
BEFORE, AFTER = (
    (timedelta(hours=24), timedelta(hours=4), timedelta()),
    (timedelta(hours=24), timedelta(hours=48)),
)
"""Its owner is reminded so long before that time and at it; so long after it others hear of it (DR-23)."""
KINDS = ("decision", "finding")


@dataclass(slots=True)
class Line:
    """A message that a person said."""

    author: str
    texts: list[str]
    root: str | None = None
    gone: bool = False
    pinned: bool = False
    emoji: set[str] = field(default_factory=set)

    @property
    def read(self) -> tuple[str, str]:
        """Kind and text: ``Decision: …`` is a decision."""
        return _read(self.texts[-1])

    @property
    def former(self) -> list[str]:
        return [_read(text)[1] for text in self.texts[:-1]]

    @property
    def marks(self) -> set[str]:
        return {f"emoji:{who}" for who in self.emoji} | ({"pin"} if self.pinned else set())


def _read(text: str) -> tuple[str, str]:
    label, colon, rest = text.partition(": ")
    return (label.lower(), rest) if colon and label.lower() in KINDS else ("message", text)


@dataclass(slots=True)
class Modelled:
    """One incident as it must be."""

    title: str
    severity: str
    commander: str
    anchor: datetime
    """From here the cadence counts."""
    status: str = "investigating"
    comms: str | None = None
    due: datetime | None = None
    nudge_at: datetime | None = None
    snoozed: datetime | None = None
    paused: datetime | None = None
    ends: datetime | None = None
    """When people are asked to close it, or its channel is archived."""
    resolved: datetime | None = None
    reminders: list[datetime] = field(default_factory=list)
    """Of the postmortem, those still to come."""
    nudges: int = 0
    in_a_row: int = 0
    live: int | None = None
    """The nudge that stands and waits for an answer."""
    certain: set[int] = field(default_factory=set)
    """Nudges that were seen while they were wanted; one that was answered before Slack took it may never be said."""
    draft_wanted: bool = False
    said: Counter[str] = field(default_factory=lambda: Counter({"card": 1}))
    """How often the bot must have said what, by the kind of its key."""
    log: dict[str, Line] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._restart()

    # ---- the clock of updates

    @property
    def is_open(self) -> bool:
        return self.status in ("investigating", "identified", "monitoring")

    @property
    def every(self) -> timedelta:
        return EVERY[self.severity]

    def _restart(self) -> None:
        self._wait_for(self.anchor + self.every)

    def _wait_for(self, due: datetime) -> None:
        self.due, self.nudge_at = due, None if self.paused else due
        self.snoozed, self.live, self.in_a_row = None, None, 0

    def _silence(self) -> None:
        self.due = self.nudge_at = self.snoozed = self.paused = self.live = None
        self.in_a_row = 0

    def _overdue(self, at: datetime) -> bool:
        return self.due is not None and at >= self.due

    def next(self) -> datetime | None:
        """When something is due by itself."""
        times = (
            self.nudge_at, self.paused, self.ends, self.anchor if self.draft_wanted else None, *self.reminders[:1]
        )  # fmt: skip
        return min((at for at in times if at is not None), default=None)

    def tick(self, at: datetime) -> None:
        """What is due by now is done, once."""
        if self.paused is not None and self.paused <= at:
            self.resume(self.paused)
        if self.nudge_at is not None and self.nudge_at <= at:
            self.nudges += 1
            self.in_a_row += 1
            self.live, self.snoozed = self.nudges, None
            self.nudge_at += self.every * ((at - self.nudge_at) // self.every + 1)
        self.reminders = [time for time in self.reminders if time > at]
        if self.draft_wanted:
            self.draft_wanted = False
            self.said["draft"] += 1

    def rested(self) -> None:
        """Everything was delivered: the nudge that waits for an answer stands there now."""
        if self.live is not None:
            self.certain.add(self.live)

    @property
    def timers(self) -> dict[str, datetime]:
        """What is still to come, by kind."""
        ends = "stale" if self.status == "resolved" else "archive"
        waits = {"nudge": self.nudge_at, "resume": self.paused, ends: self.ends}
        waits["postmortem"] = next(iter(self.reminders), None)
        return {kind: at for kind, at in waits.items() if at is not None}

    # ---- what people type; False: it is refused, and nothing changes

    def update(self, phase: str | None, at: datetime) -> bool:
        if self.is_open:
            self.status = phase or self.status
            self.anchor = max(at, self.paused or at)
            self._restart()
            self.said["update"] += 1
        return self.is_open

    def snooze(self, span: timedelta, at: datetime) -> bool:
        if not self.is_open or self.paused:
            return False
        if self.severity in ("P0", "P1"):
            span = min(span, 2 * self.every)
        until = max(at + span, self.due or at)
        if until != self.nudge_at or self.in_a_row:
            self.snoozed = self.nudge_at = until
            self.live, self.in_a_row = None, 0
            self.said["snoozed"] += 1
        return True

    def wake(self, at: datetime) -> bool:
        if self.is_open and self.snoozed is not None:
            self.snoozed, self.nudge_at = None, max(self.due or at, at)
            self.said["snoozed"] += 1
        return self.is_open

    def pause(self, span: timedelta, at: datetime) -> bool:
        if not self.is_open or self.severity in ("P0", "P1"):
            return False
        if self.paused != at + span:
            self.paused = at + span
            self.anchor = max(self.anchor, self.paused) if self.anchor <= at else self.paused
            self._restart()
            self.said["paused"] += 1
        return True

    def resume(self, at: datetime) -> bool:
        if self.is_open and self.paused is not None:
            self.paused, self.anchor = None, at
            self._restart()
            self.said["resumed"] += 1
        return self.is_open

    def rate(self, severity: str, at: datetime) -> bool:
        if not self.is_open or severity == self.severity:
            return self.is_open
        raised, self.severity = severity < self.severity, severity
        self.said["severity-changed"] += 1
        if raised and self.paused is not None and severity in ("P0", "P1"):
            self.paused, self.anchor = None, at
        due = self.anchor + self.every
        if raised:
            self._raise(due, at)
        elif due > at:
            snoozed = self.snoozed
            self._wait_for(due)
            if snoozed is not None and self.nudge_at is not None:
                self.snoozed, self.nudge_at = snoozed, max(due, snoozed)
        elif (
            self._overdue(at)
            and not self.paused
            and not self.snoozed
            and self.nudge_at
            and self.nudge_at > at
        ):
            self.nudge_at = due + self.every * ((at - due) // self.every + 1)
        return True

    def _raise(self, due: datetime, at: datetime) -> None:
        if self._overdue(at):
            self.nudge_at = None if self.paused else at + AFTER_RAISE
            self.snoozed = self.live = None
        else:
            self._wait_for(max(due, at + AFTER_RAISE) if due <= at else due)

    def resolve(self, at: datetime) -> bool:
        if not self.is_open:
            return False
        self.status, self.ends, self.resolved = "resolved", at + UNCLOSED, at
        self._silence()
        self.said["resolved"] += 1
        return True

    def close(self, at: datetime) -> bool:
        if self.status != "resolved" or self.resolved is None:
            return False
        due = self.resolved + WRITTEN
        early = [due - span for span in BEFORE if due - span > at]
        self.reminders = [*early, *(max(due, at) + span for span in AFTER)]
        self.status, self.ends, self.draft_wanted = "closed", at + ARCHIVED, True
        self.said["closed"] += 1
        return True

    def reopen(self, at: datetime) -> bool:
        if self.is_open:
            return False
        self.status, self.anchor, self.ends, self.draft_wanted = "investigating", at, None, False
        self.reminders = []
        self._restart()
        self.said["reopened"] += 1
        return True

    def give(self, role: str, who: str) -> bool:
        if role == "lead" and who != self.commander:
            self.commander = who
            self.said["role-assigned"] += 1
        elif role == "comms" and who != self.comms:
            self.comms = who
            self.said["role-assigned"] += 1
        return True

    def name(self, title: str) -> bool:
        if title != self.title:
            self.title = title
            self.said["echo"] += 1
        return True
