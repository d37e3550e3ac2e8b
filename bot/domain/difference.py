"""What a command changed of one field, whether that still stands, and the field as it was before.

Of a mapping only the keys count that the command changed, of a tuple of parts (tasks, steps) only the parts: what
others did to the rest since is kept.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from bot.domain.followup import FollowUp
from bot.domain.parts import Offer, PlaybookStep, Posted, Task

Part = Offer | Task | FollowUp | Posted | PlaybookStep


def difference(before: Any, after: Any) -> tuple[Any, Any]:
    """What is different of a field: of a mapping its keys, of a tuple of parts the parts, else the whole."""
    if isinstance(before, Mapping):
        keys = [key for key in {**before, **after} if before.get(key) != after.get(key)]
        return _some(before, keys), _some(after, keys)
    if _are_parts(before) or _are_parts(after):
        return tuple(p for p in before if p not in after), tuple(p for p in after if p not in before)
    return before, after


def _some(values: Mapping[str, Any], keys: Sequence[str]) -> dict[str, Any]:
    return {key: values[key] for key in keys if key in values}


def _are_parts(value: Any) -> bool:
    return isinstance(value, tuple) and any(isinstance(part, Part) for part in value)


def stands(now: Any, before: Any, after: Any) -> bool:
    """Whether a field still is as the command left it."""
    if isinstance(now, Mapping):
        return all(now.get(key) == after.get(key) for key in {**before, **after})
    if _are_parts(before) or _are_parts(after):
        known = {part.n: _settled(part) for part in now}
        return all(known.get(part.n) == _settled(part) for part in after)
    return bool(now == after)


def _settled(part: Part) -> Part:
    """*part* without what the bot itself noted about it: a task may have been asked about meanwhile."""
    if isinstance(part, FollowUp):
        return replace(part, told=())
    return replace(part, asked=False, asks=0) if isinstance(part, Task) else part


def put_back(now: Any, before: Any, after: Any) -> Any:
    """The field as it was before the command, with what others did to the rest of it since."""
    if isinstance(now, Mapping):
        rest = {key: value for key, value in now.items() if key not in after}
        return {**rest, **before}
    if _are_parts(before) or _are_parts(after):
        former, made = {part.n: part for part in before}, {part.n for part in after}
        kept = (_part_back(part, former.get(part.n)) if part.n in made else part for part in now)
        return tuple(part for part in kept if part is not None)
    return before


def _part_back(part: Part, former: Part | None) -> Part | None:
    """One part as it was; a new task keeps its number, a new offer goes (what it replaced does not come back)."""
    if isinstance(part, Task | FollowUp | Posted) and former is None:
        return replace(part, taken_back=True)
    if isinstance(part, PlaybookStep):
        return former
    if isinstance(part, FollowUp) and isinstance(former, FollowUp):
        return replace(former, told=part.told)
    if isinstance(part, Task) and isinstance(former, Task):
        return replace(former, asked=part.asked, asks=part.asks)
    return None
