"""What a call of the outbox is: its states, what a worker holds of it, and the threads and limits that it needs."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

WAITING, CLAIMED, DONE, FAILED, DROPPED = "waiting", "claimed", "done", "failed", "dropped"
UNFINISHED = (WAITING, CLAIMED)
SEEN = "seen"
"""What stands in place of an answer while a look for it is cut short."""
SWEPT = "swept"
"""What stands with an answer while the sweep is cut short."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Claimed:
    """A planned call that this worker holds until its lease ends."""

    id: int
    key: str
    incident: str | None
    method: str
    args: Mapping[str, Any]
    stream: str | None
    guarded: bool
    attempt: int
    """Fencing: only the worker of the newest attempt may write the outcome."""
    ambiguous: bool
    """A former try may have reached Slack: look there before sending again."""
    lookups: int
    """Looks that found nothing since the last try; once it is done: sweeps that could not tell."""
    planned_at: datetime
    """Business time, which is Slack's time too."""
    answers: Mapping[str, Mapping[str, Any]]
    """Slack's answers to the calls that the arguments refer to."""
    priority: int = 0
    seen: str = ""
    """The ``ts`` to which a look that was cut short saw everything: the next one goes on from there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Backlog:
    """Calls that wait for longer than they should."""

    waiting: int
    since: datetime
    """When the oldest of them was planned (business time)."""


class Lanes(Protocol):
    """What of its threads a worker gives to which calls."""

    def admits(self, method: str, priority: int) -> bool:
        """Take a place for such a call; False where there is none."""

    @property
    def shut(self) -> tuple[Collection[str], Collection[int]]:
        """Methods, and priorities, for which there is no place any more."""


class Limits(Protocol):
    """What Slack's limits are about."""

    def scopes(self, call: Claimed) -> Collection[str]:
        """The scopes of throttles any of which holds the first Web API call that *call* leads to."""

    def begun_by(self, methods: Collection[str]) -> Collection[str]:
        """Planned methods whose first Web API call is one of *methods*, whatever their arguments are."""
