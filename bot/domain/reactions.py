"""Reactions that do something: names of emoji, as Slack has them, by what they do."""

import re
from typing import Any

TIMELINE, TASK, FOLLOWUP = "timeline", "task", "followup"
PURPOSES = (TIMELINE, TASK, FOLLOWUP)
"""What a reaction can do: put its message on the timeline, or make a task or a follow-up of it."""
_NAME = re.compile(r"[^\W_A-Z][\w'+-]*|[+-]1")


def bare(name: str) -> str:
    """The name without colons and skin tone: ``:wave::skin-tone-2:`` is ``wave``."""
    return name.strip().strip(":").partition("::")[0]


def names(value: str | list[str]) -> tuple[str, ...]:
    """The emoji that a policy's value names: one, or a list of them."""
    given = [value] if isinstance(value, str) else value
    return tuple(dict.fromkeys(bare(each) for each in given))


def trouble(value: Any) -> str | None:
    """What is wrong with such a value, as the end of a sentence; None: it is fine."""
    given = [value] if isinstance(value, str) else value
    if not isinstance(given, list) or not all(isinstance(each, str) for each in given):
        return 'should be the name of an emoji, like "pushpin", or a list of them'
    wrong = next((each for each in given if not _NAME.fullmatch(bare(each))), None)
    return (
        None
        if wrong is None
        else f'has {wrong!r}; write the name of an emoji as Slack shows it, like "pushpin"'
    )
