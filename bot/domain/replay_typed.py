"""Commands that a replay file holds word for word: an event with ``slack.via`` "command" whose ``slack.raw`` is one.

What such an event says to readers stands in its text; what was typed for it is typed again by ``replay``.
"""

import re
from collections.abc import Iterable, Mapping
from typing import Any

_COMMAND = re.compile(r"/\S+ +(?P<words>\S.*)", re.DOTALL)
DECLARED_BY = "declared by"
"""The key in ``stated`` of who declared, where that was not the commander: the id of one of the people."""


def typed(event: Mapping[str, Any]) -> str | None:
    """What was typed behind the command's name; None where the record does not hold it."""
    slack = event.get("slack") or {}
    found = _COMMAND.fullmatch(slack.get("raw") or "") if slack.get("via") == "command" else None
    return found["words"] if found else None


def verbs(events: Iterable[Mapping[str, Any]]) -> frozenset[str]:
    """The verbs that were typed so: what they tell need not be made up from the header once more."""
    return frozenset(words.split()[0] for words in map(typed, events) if words)
