"""Action items: owner, date, check, status, and dates outside of the group that they stand in (LINT-10)."""

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import date, timedelta
from typing import Any

from bot.domain import draft_items
from bot.domain.draft_record import Record
from bot.domain.lint_rule import Remark
from bot.domain.months import months_later

_HORIZON = re.compile(r"(\d+)\s*-?\s*(days?|d\b|weeks?|w\b|months?|mo\b|years?)", re.IGNORECASE)
_NO_START = re.compile(r"\d+\s*-\s*\d+\s*(?:hours?|h|days?|d)\b", re.IGNORECASE)
_MONTHS = 12
_WANTED = (
    ("owner", "an owner"),
    ("due", "a due date"),
    ("success_criteria", "a way to tell that they are done"),
)


def lacking(record: Record) -> Iterator[Remark]:
    """Items without owner, due date, a way to tell that they are done, or a status (LINT-10)."""
    items = draft_items.wanted(record)
    groups: dict[str, list[Mapping[str, Any]]] = {}
    for item in items:
        lacks = [what for key, what in _WANTED if not item.get(key)]
        if lacks:
            groups.setdefault(_joined(lacks), []).append(item)
    for words, without in groups.items():
        which = f": {_numbers(without)}" if len(without) < len(items) else ""
        text = f"{len(without)} of {len(items)} items lack {words}{which}."
        yield Remark(rule="LINT-10", text=text)
    unknown = [item for item in items if item["stands"] == draft_items.NO_STATUS]
    if unknown:
        done = sum(item.get("status") == "done" for item in items)
        which = f": {_numbers(unknown)}" if len(unknown) < len(items) else ""
        text = f"{done} of {len(items)} planned items are done; of {len(unknown)} the status is not recorded"
        yield Remark(rule="LINT-10", text=f"{text}{which}.")


def _joined(words: Sequence[str]) -> str:
    return " and ".join(part for part in (", ".join(words[:-1]), words[-1]) if part)


def _numbers(some: Sequence[Mapping[str, Any]]) -> str:
    return ", ".join(str(item.get("n") or item["title"]) for item in some)


def outside(record: Record) -> Iterator[Remark]:
    """Due dates beyond the end of the group that an item stands in, in days from the incident."""
    groups: dict[str, list[tuple[int, Mapping[str, Any]]]] = {}
    for item in draft_items.items(record):
        horizon, due = item.get("horizon") or "", _day(item.get("due"))
        end = _end(horizon, record.day(record.start))
        if due and end and due > end:
            groups.setdefault(horizon, []).append(((due - record.day(record.start)).days, item))
    for horizon, late in groups.items():
        listed = ", ".join(
            f"{item.get('n') or item['title']} is due after {days} days" for days, item in late
        )
        yield Remark(rule="LINT-10", text=f"“{horizon}”: {listed}. Move the date or the item.")


def starts(record: Record) -> Iterator[Remark]:
    """Groups like “0-4 hours” that do not say from when: no date follows from them."""
    items = [] if record.is_own_case else draft_items.items(record)  # of our own they count from its creation
    vague = dict.fromkeys(i["horizon"] for i in items if i.get("horizon") and _NO_START.search(i["horizon"]))
    if vague:
        named = ", ".join(f"“{name}”" for name in vague)
        text = f"{named}: from when these count is not recorded; no due date is computed from them."
        yield Remark(rule="LINT-10", text=text)


def _day(written: str | None) -> date | None:
    try:
        return date.fromisoformat(written or "")
    except ValueError:
        return None


def _end(horizon: str, start: date) -> date | None:
    """The last day of “Next 30 Days” or “6mo”, from the incident; None: it names none, or one later than any date."""
    found = _HORIZON.search(horizon)
    if found is None or _NO_START.search(horizon):
        return None
    count, unit = int(found[1]), found[2].lower()
    with suppress(ValueError, OverflowError):
        if unit[0] in "dw":
            return start + timedelta(days=count * (7 if unit[0] == "w" else 1))
        return months_later(start, count * (_MONTHS if unit[0] == "y" else 1))
    return None
