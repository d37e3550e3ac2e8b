"""What was found when it was looked whether the bot can work, kept with its time: answers wait for no Slack.

``bot.checks`` looks, ``bot.doctor`` tells people.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.store.store import Tx

KNOWN = "findings"
"""Under which name they are remembered, for all processes on one database."""


class State(StrEnum):
    """How a thing stands."""

    GOOD = "good"
    WARNING = "warning"
    WRONG = "WRONG"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing looked at."""

    state: State
    what: str
    mend: str = ""
    scope: str = ""
    """The scope that is missing, where it is about one."""
    aloud: "Finding | None" = None
    """The same for everybody in Slack, where it names a channel that may be private."""

    @property
    def stops(self) -> bool:
        """True for what stops declaring, recording or drafting."""
        return self.state is State.WRONG


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """All that was found at one time, as everybody may read it."""

    at: datetime
    findings: tuple[Finding, ...]


def kept(tx: Tx, findings: Collection[Finding], at: datetime) -> None:
    """Keep *findings* of *at* in the place of the former ones."""
    told = [each.aloud or each for each in findings]
    rows = [{"state": each.state.value, "what": each.what, "mend": each.mend} for each in told]
    tx.remember(KNOWN, {"at": at.isoformat(), "findings": rows})


def known(tx: Tx) -> Found | None:
    """What was found last; None: nobody has looked yet."""
    value = tx.known(KNOWN)
    if value is None:
        return None
    findings = tuple(Finding(**{**row, "state": State(row["state"])}) for row in value["findings"])
    return Found(at=datetime.fromisoformat(value["at"]), findings=findings)
