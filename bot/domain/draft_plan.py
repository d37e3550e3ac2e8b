"""A plan of action in a draft: by horizon, each item with its status, planned counted against done."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from bot.domain import draft_items
from bot.domain.draft_items import NO_STATUS
from bot.domain.draft_record import NOT_RECORDED, Record
from bot.domain.followup import State

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
    for item in _planned(record):
        found.setdefault(item.get("horizon") or NO_HORIZON, []).append(_item(item))
    if list(found) == [NO_HORIZON]:
        return (Stage(name="", items=tuple(found[NO_HORIZON])),)
    return tuple(Stage(name=name, items=tuple(items)) for name, items in found.items())


def counted(record: Record) -> str:
    """``9 planned: 2 done, 1 blocked, 6 with status not recorded``; "" without a plan."""
    planned = _planned(record)
    stands = Counter(item["stands"] for item in planned)
    done, unknown = stands.pop(State.DONE, 0), stands.pop(NO_STATUS, 0)
    words = [f"{done} done", *(f"{n} {words}" for words, n in stands.items())]
    words += [f"{unknown} with {NO_STATUS}"] if unknown else []
    return f"{len(planned)} planned: {', '.join(words)}" if planned else ""


def lacking(record: Record) -> tuple[str, ...]:
    """What is recorded of no planned action at all, by the names of Item's fields."""
    found = [item for stage in stages(record) for item in stage.items]
    fields = ("owner", "due", "check")
    return tuple(name for name in fields if all(getattr(item, name) == NOT_RECORDED for item in found))


def unfinished(record: Record) -> Iterator[str]:
    """Of the plan what is open, and what nobody recorded a result of."""
    planned = _planned(record)
    for words, is_so in (("Planned and open", _is_open), (f"Planned, {NO_STATUS}", _is_unknown)):
        titles = [item["title"] for item in planned if is_so(item)]
        if titles:
            yield f"{words} ({len(titles)}): {'; '.join(titles)}."


def without_status(record: Record) -> list[str]:
    """What was planned and has no recorded result."""
    return [item["title"] for item in _planned(record) if _is_unknown(item)]


def windows(record: Record) -> list[str]:
    """Horizons that are windows of hours or days, while no item of theirs has a date."""
    if record.is_own_case:
        return []  # of one that was opened here they count from its creation
    told = [item for item in _planned(record) if not item.get("due")]
    return list(dict.fromkeys(i["horizon"] for i in told if _WINDOW.search(i.get("horizon") or "")))


def next_steps(record: Record) -> list[str]:
    """Of a customer escalation of ours what follows its resolve: with owner, date and where it stands."""
    told = [item for item in draft_items.items(record) if item["n"] in _after(record)]
    return [_as_step(item) for item in told]


def _as_step(item: Mapping[str, Any]) -> str:
    about = [item["who"], f"due {item['due']}" if item.get("due") else "", item["stands"]]
    return f"{item['title']} ({', '.join(part for part in about if part)})"


def _after(record: Record) -> set[int]:
    """The numbers of follow-ups that were added once it was resolved, without a horizon: no part of the plan."""
    incident, since = record.incident, record.incident.first_resolved_at
    if not incident.is_case or since is None:
        return set()
    return {one.n for one in incident.followups if not (one.horizon or one.written) and one.added_at >= since}


def _planned(record: Record) -> list[Mapping[str, Any]]:
    return [item for item in draft_items.items(record) if item["n"] not in _after(record)]


def _is_open(item: Mapping[str, Any]) -> bool:
    return item.get("status") == "open"


def _is_unknown(item: Mapping[str, Any]) -> bool:
    return bool(item["stands"] == NO_STATUS)


def _item(item: Mapping[str, Any]) -> Item:
    does = item.get("action") or ""
    return Item(
        n=item["n"],
        title=f"{item['title']}: {does}" if does not in ("", item["title"]) else item["title"],
        status=item["state"],
        owner=item["who"] or NOT_RECORDED,
        due=_due(item),
        check=item.get("success_criteria") or NOT_RECORDED,
    )


def _due(item: Mapping[str, Any]) -> str:
    note = f" ({item['note']})" if item["note"] else ""
    return f"{item['due']}{note}" if item.get("due") else item.get("due_written") or NOT_RECORDED
