"""What a replay file's ``action_items`` have no room for: how ``export`` keeps the rest of a follow-up, and reads it.

The format knows three states and no history. So each follow-up that is more than its item says is kept whole in
``incident.stated`` (figures that a record states about itself), one text a value: ``followup 3 state``, ``followup 3
redates.1.reason``. The names are those of ``bot.domain.followup``; texts stay in Slack's encoding, times in UTC.
"""

import re
import typing
from collections.abc import Iterator, Mapping
from dataclasses import MISSING, Field, fields, is_dataclass, replace
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from enum import Enum
from itertools import pairwise
from typing import Any

from bot.domain import followup_items
from bot.domain.followup import FollowUp
from bot.domain.incident import Incident
from bot.domain.replay import BrokenReplay

_KEY = re.compile(r"followup (?P<n>[1-9]\d{0,5}) (?P<path>[a-z_]+(?:\.[a-z0-9_]+)*)", re.ASCII)
_Tree = dict[str, Any]


def told(incident: Incident) -> dict[str, str]:
    """What ``stated`` keeps of the follow-ups of *incident*: nothing of those that are as their items say.

    From when reminders count is no part of it: where it is read, they count from then on.
    """
    here, found = followup_items.here(incident), dict[str, str]()
    at = followup_items.known_since(incident)
    for one in (*here, *(one for one in incident.followups if one not in here)):
        item = followup_items.item(incident, one)
        as_read = replace(one, counted_from=None)
        if one not in here or followup_items.imported([item], at=at) != (as_read,):
            found |= {f"followup {one.n} {path}": text for path, text in _flat(as_read) if path != "n"}
    return found


def without(stated: Mapping[str, str]) -> dict[str, str]:
    """*stated* without what is kept of follow-ups there."""
    return {key: text for key, text in stated.items() if not _KEY.fullmatch(key)}


def read(
    items: list[Any], kept: list[Any], stated: Mapping[str, str], *, at: datetime
) -> tuple[FollowUp, ...]:
    """The follow-ups of a file: *items* are all of its action items, *kept* those that are wanted of them.

    In the order of their numbers; where a file has another one, those without an item (taken back, or gone on
    elsewhere) stand behind the others. Raises BrokenReplay.
    """
    rest: dict[int, dict[str, str]] = {}
    for key, text in stated.items():
        if match := _KEY.fullmatch(key):
            rest.setdefault(int(match["n"]), {})[match["path"]] = text
    listed = {item.get("n") for item in items}
    by_item = followup_items.imported(kept, at=at)
    found = [_whole(one.n, rest[one.n]) if one.n in rest else one for one in by_item]
    unlisted = [_whole(n, texts) for n, texts in rest.items() if n not in listed]
    in_order = all(one.n < other.n for one, other in pairwise(found))
    return tuple(sorted([*found, *unlisted], key=lambda one: one.n) if in_order else [*found, *unlisted])


def _flat(value: Any, path: str = "") -> Iterator[tuple[str, str]]:
    """All texts that *value* consists of, each with its path; what is as a new value would have it is left out."""
    if is_dataclass(value):
        for field in fields(value):
            part = getattr(value, field.name)
            if part != _default(field):
                yield from _flat(part, f"{path}.{field.name}" if path else field.name)
    elif isinstance(value, Mapping):
        for key, part in value.items():
            yield from _flat(part, f"{path}.{key}")
    elif isinstance(value, tuple):
        for n, part in enumerate(value, 1):
            yield from _flat(part, f"{path}.{n}")
    else:
        yield path, _text(value)


def _default(field: Field[Any]) -> Any:
    if field.default_factory is not MISSING:
        return field.default_factory()
    return field.default


def _text(value: Any) -> str:
    if isinstance(value, Enum):
        return str(value.value)
    return value.isoformat() if isinstance(value, date) else str(value)


def _put(tree: _Tree, path: list[str], text: str) -> None:
    """Keep *text* in *tree*; raises AttributeError or TypeError where a text stands in its way."""
    for part in path[:-1]:
        tree = tree.setdefault(part, {})
    tree[path[-1]] = text


def _whole(n: int, texts: Mapping[str, str]) -> FollowUp:
    tree: _Tree = {"n": str(n)}
    try:
        for path, text in texts.items():
            _put(tree, path.split("."), text)
        made = _value(FollowUp, tree)
    except (TypeError, ValueError, KeyError, AttributeError, InvalidOperation) as wrong:
        problem = f"what it says of follow-up {n} makes none"
        raise BrokenReplay(pointer="/incident/stated", problem=problem) from wrong
    return typing.cast("FollowUp", made)


def _value(hint: Any, told: Any) -> Any:
    """*told* (a text, or texts by name) as what *hint* says; a name that we do not know raises TypeError."""
    if isinstance(hint, type) and is_dataclass(hint):
        hints = typing.get_type_hints(hint)
        return hint(**{name: _value(hints.get(name), part) for name, part in told.items()})
    inner = typing.get_args(hint)
    if typing.get_origin(hint) is tuple:
        return tuple(_value(inner[0], told[n]) for n in sorted(told, key=int))
    if typing.get_origin(hint) is Mapping:
        return dict(told)
    kind = next((each for each in inner if each is not type(None)), hint)
    return _value(kind, told) if kind is not hint else _plain(hint, told)


def _plain(kind: Any, text: str) -> Any:
    if kind is bool:
        return text == "True"
    if kind is date or kind is datetime:
        return kind.fromisoformat(text)
    return kind(text) if kind in (int, str, Decimal) or issubclass(kind, Enum) else text
