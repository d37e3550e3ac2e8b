"""A plan of action in a draft: by horizon, each item with its status, planned counted against done."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from bot.domain.draft_record import NOT_RECORDED, Record

NO_HORIZON = "Without a horizon"
_WINDOW = re.compile(r"\d+\s*[-\u2013]\s*\d+\s*(?:h|hours?|d|days?|weeks?)\b", re.IGNORECASE)
"""A window such as ``4-24 hours``, which counts from a moment that it does not name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One planned action; what is missing says so."""

    n: int
    title: str
    status: str
    owner: str
    due: str
    check: str
    """How to tell that it is done."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """The actions of one horizon."""

    name: str
    items: tuple[Item, ...]


def stages(record: Record) -> tuple[Stage, ...]:
    """The plan by horizon, in the order in which it was entered."""
    found: dict[str, list[Item]] = {}
    for n, item in enumerate(_planned(record), 1):
        found.setdefault(item.get("horizon") or NO_HORIZON, []).append(_item(n, item))
    if list(found) == [NO_HORIZON]:
        return (Stage(name="", items=tuple(found[NO_HORIZON])),)
    return tuple(Stage(name=name, items=tuple(items)) for name, items in found.items())


def counted(record: Record) -> str:
    """``9 planned: 2 done, 0 open, 7 with status not recorded``; "" without a plan."""
    planned = _planned(record)
    done, left = (sum(item.get("status") == status for item in planned) for status in ("done", "open"))
    unknown = len(planned) - done - left
    words = [f"{done} done", *([f"{left} open"] if left else []), f"{unknown} with status {NOT_RECORDED}"]
    return f"{len(planned)} planned: {', '.join(words if unknown else words[:-1])}" if planned else ""


def lacking(record: Record) -> tuple[str, ...]:
    """What is recorded of no planned action at all, by the names of Item's fields."""
    found = [item for stage in stages(record) for item in stage.items]
    fields = ("owner", "due", "check")
    return tuple(name for name in fields if all(getattr(item, name) == NOT_RECORDED for item in found))


def unfinished(record: Record) -> Iterator[str]:
    """Of the plan what is open, and what nobody recorded a result of."""
    planned = _planned(record)
    for words, statuses in (("Planned and open", ("open",)), (f"Planned, status {NOT_RECORDED}", None)):
        titles = [i["title"] for i in planned if _is(i, statuses)]
        if titles:
            yield f"{words} ({len(titles)}): {'; '.join(titles)}."


def without_status(record: Record) -> list[str]:
    """What was planned and has no recorded result."""
    return [item["title"] for item in _planned(record) if _is(item, None)]


def windows(record: Record) -> list[str]:
    """Horizons that are windows of hours or days, while no item of theirs has a date."""
    told = [item for item in _planned(record) if not item.get("due")]
    return list(dict.fromkeys(i["horizon"] for i in told if _WINDOW.search(i.get("horizon") or "")))


def _planned(record: Record) -> list[Mapping[str, Any]]:
    return list(record.incident.facts.get("action_items", ()))


def _is(item: Mapping[str, Any], statuses: tuple[str, ...] | None) -> bool:
    status = item.get("status", "")
    return status in statuses if statuses else status not in ("done", "open")


def _item(n: int, item: Mapping[str, Any]) -> Item:
    does = item.get("action") or ""
    return Item(
        n=item.get("n") or n,
        title=f"{item['title']}: {does}" if does not in ("", item["title"]) else item["title"],
        status=f"status {NOT_RECORDED}" if _is(item, None) else item["status"],
        owner=item.get("owner") or NOT_RECORDED,
        due=item.get("due") or NOT_RECORDED,
        check=item.get("success_criteria") or NOT_RECORDED,
    )
