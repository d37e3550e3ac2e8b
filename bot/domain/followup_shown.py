"""What one wants to know of a follow-up beside what it keeps: how what it depends on stands."""

import re
from dataclasses import dataclass

from bot.domain.followup import FollowUp
from bot.domain.incident import Incident

_NUMBER = re.compile(r"#(\d{1,6})")
_BETWEEN = re.compile(r"\s*[,;\n]\s*")


@dataclass(frozen=True, slots=True, kw_only=True)
class Dependency:
    """One thing that a follow-up depends on."""

    text: str
    """As it was written, in Slack's encoding."""
    on: FollowUp | None = None
    """The follow-up of the same incident that it names; None: words, or one that is not there."""
    unknown: bool = False
    """True: it names a number that no follow-up has."""


def dependencies(incident: Incident, followup: FollowUp) -> tuple[Dependency, ...]:
    """What *followup* depends on, in the order in which it was written: ``#2, db setup``."""
    known = {each.n: each for each in incident.followups if not each.taken_back}
    parts = (part for part in _BETWEEN.split(followup.dependencies) if part)
    return tuple(_one(part, known) for part in parts)


def _one(text: str, known: dict[int, FollowUp]) -> Dependency:
    found = _NUMBER.fullmatch(text)
    if found is None:
        return Dependency(text=text)
    on = known.get(int(found[1]))
    return Dependency(text=text, on=on, unknown=on is None)
