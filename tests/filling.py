"""Values of any type, with a word of the test's in every text: what a fence must not let through."""

from dataclasses import MISSING, fields, is_dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from enum import EnumType
from types import UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

from tests.records import minutes

PLAIN: dict[Any, Any] = {
    int: 1, bool: False, datetime: minutes(3), timedelta: timedelta(0), date: date(2026, 9, 9),
    Decimal: Decimal(4711000),
}  # fmt: skip


def filled(kind, word):
    """A value of type *kind* in which every text is a word of *word*; None where it can hold none."""
    inner = [each for each in get_args(kind) if each not in (type(None), ...)]
    if kind is str:
        return word()
    if get_origin(kind) is tuple:
        made = filled(inner[0], word)
        return None if made is None else (made,)
    if isinstance(kind, type) and is_dataclass(kind):
        parts = {name: filled(each, word) for name, each in get_type_hints(kind).items()}
        needed = [each for each in fields(kind) if each.default is MISSING]
        known = {each.name: PLAIN[each.type] for each in needed if each.type in PLAIN}
        kinds: dict[str, Any] = {each.name: each.type for each in needed}
        known |= {name: next(iter(enum)) for name, enum in kinds.items() if isinstance(enum, EnumType)}
        return kind(**known, **{name: part for name, part in parts.items() if part is not None})
    return filled(inner[0], word) if inner and get_origin(kind) in (Union, UnionType) else None
