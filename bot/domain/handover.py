"""The note that goes with a hand-off: state, what was tried, owners, the next decision, all from the record (DR-26).

Nothing is summed up or guessed: entries are quoted as they stand on the timeline.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.domain.hypothesis import is_rejected
from bot.domain.incident import Incident
from bot.domain.mrkdwn import escaped
from bot.domain.parts import Task
from bot.domain.policy import Policy
from bot.domain.timeline import Entry, Kind

TRIED = 5
"""So many of what was tried last are quoted."""
_TRIED = frozenset({Kind.ACTION, Kind.FINDING, Kind.RESULT})


@dataclass(frozen=True, slots=True, kw_only=True)
class Quote:
    """One entry of the timeline, as it stands there."""

    at: datetime
    kind: str
    text: str
    """In Slack's encoding."""
    who: str
    """Its author as a mention or a name, in Slack's encoding; empty where nobody is recorded."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Handover:
    """What whoever takes over should know; how things stand is in every message's facts."""

    tried: tuple[Quote, ...]
    """Oldest first."""
    roles: tuple[tuple[str, str], ...]
    """Label of each role that somebody has, and the Slack user."""
    tasks: tuple[Task, ...]
    """Open ones."""
    next: Quote | None
    """The last decision or open hypothesis; None: nobody wrote one down."""


def handover(incident: Incident, entries: Sequence[Entry], policy: Policy) -> Handover:
    """The note about *incident*; *entries* is its record in the order of occurrence."""
    shown = [entry for entry in entries if entry.on_timeline]
    tried = [entry for entry in shown if _was_tried(entry)]
    ahead = [entry for entry in shown if _is_ahead(entry)]
    return Handover(
        tried=tuple(map(_quote, tried[-TRIED:])),
        roles=tuple(held(incident, policy)),
        tasks=tuple(task for task in incident.tasks if task.is_open),
        next=_quote(ahead[-1]) if ahead else None,
    )


def held(incident: Incident, policy: Policy) -> Iterable[tuple[str, str]]:
    """The label of each role that somebody has, with the Slack user, in the policy's order."""
    known = {"commander": incident.commander, **incident.roles}
    return ((role.label, known[key]) for key, role in policy.roles.items() if key in known)


def _was_tried(entry: Entry) -> bool:
    """Actions, findings, results, and hypotheses that were rejected; of tasks only those that were done."""
    if entry.is_state:
        return entry.data.get("change") == "task" and entry.data.get("step") == "done"
    return entry.kind in _TRIED or (entry.kind is Kind.HYPOTHESIS and is_rejected(entry))


def _is_ahead(entry: Entry) -> bool:
    """Decisions that people wrote down, and hypotheses that nobody rejected."""
    if entry.is_state:
        return False
    return entry.kind is Kind.DECISION or (entry.kind is Kind.HYPOTHESIS and not is_rejected(entry))


def _quote(entry: Entry) -> Quote:
    who = f"<@{entry.author}>" if entry.author else ""
    named = escaped(entry.author_name) if entry.author_name else who
    return Quote(
        at=entry.at, kind=entry.label or entry.kind.value.replace("-", " "), text=entry.text, who=named
    )
