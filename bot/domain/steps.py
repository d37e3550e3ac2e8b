"""Steps of a response: from what was found to what was done about it, and from an action to its result."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby

from bot.domain.points import Point, is_vague
from bot.domain.timeline import Entry, Kind, Precision

ACTIONS = frozenset({Kind.ACTION, Kind.SOLUTION})
OUTCOMES = frozenset({Kind.RESULT, Kind.RECOVERY})
CAUSES = (Kind.FINDING, Kind.ROOT_CAUSE)
_WORD = re.compile(r"[a-z]{5,}")
_COMMON = frozenset(
    {
        "about", "above", "after", "again", "application", "applications", "being", "began", "begin", "begins",
        "below", "completed", "could", "customer", "customers", "database", "databases", "every", "first", "initiate",
        "initiated", "issue", "issues", "manual", "manually", "other", "server", "servers", "service", "services",
        "should", "since", "start", "started", "successfully", "system", "systems", "their", "there", "these", "those",
        "through", "under", "until", "update", "users", "where", "which", "while", "would",
    }
)  # fmt: skip
_DONE = re.compile(
    r"\b(?:complet|success|succeed|done|finish|restor|abort|fail(?:ed|s)\b|recover|operational|back\b|cleared|works?\b)",
    re.IGNORECASE,
)
"""What says that something came to an end, well or not."""
_OF_MANY = re.compile(
    r"\b(?P<some>\d+|all)\s+(?:out\s+of\s+|of\s+(?:the\s+)?|/\s?)?(?P<many>\d+)\s+(?P<what>[a-z]+(?:\s+[a-z]+)?)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """The time between two things, each named as a document names it."""

    start: str
    end: str
    length: timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """An entry and the later one that it led to."""

    before: Entry
    after: Entry
    word: str = ""
    """What both speak of."""

    @property
    def length(self) -> timedelta:
        """Whole seconds."""
        return self.after.at.replace(microsecond=0) - self.before.at.replace(microsecond=0)


def how_fast(points: Mapping[str, Point]) -> list[Step]:
    """From detection, and from the identified cause, to the mitigation, else to the resolve."""
    end = points["mitigated"]
    return [
        Step(start=start.name, end=end.name, length=end.at - start.at)
        for start in (points["detect"], points["identified"])
        if start.at and end.at and end.at > start.at and not (start.day_only or end.day_only)
    ]


def fix(points: Mapping[str, Point], entries: Iterable[Entry]) -> Taken | None:
    """From the entry that named a cause to the first action after it."""
    at = points["identified"].at
    if at is None or points["identified"].day_only:
        return None
    told = [entry for entry in entries if _is_timed(entry)]
    then = [entry for entry in told if entry.at.replace(microsecond=0) == at]
    named = next((entry for entry in then if entry.kind in CAUSES), next(iter(then), None))
    done = next(
        (entry for entry in told if entry.kind in ACTIONS and entry.at > at and not entry.is_state), None
    )
    return Taken(before=named, after=done) if named and done else None


def results(entries: Sequence[Entry]) -> Iterator[Taken]:
    """Each action and the first later result that speaks of the same, before another action does.

    A result of the very time of its action does not tell how long it took: people wrote both at once.
    """
    later: dict[str, Entry] = {}
    found: list[Taken] = []
    told = [entry for entry in entries if not entry.is_state and _is_timed(entry) and _is_step(entry)]
    for _, together in groupby(reversed(told), key=lambda entry: entry.at):
        instant = list(together)
        for action in instant:
            if action.kind in ACTIONS:
                found += _led_to(action, later)
        for entry in instant:  # as they stand in reverse: the first of an instant is put last, and stays
            later |= dict.fromkeys(words(entry), entry)
    yield from reversed(found)


def _is_step(entry: Entry) -> bool:
    return entry.kind in ACTIONS or (entry.kind in OUTCOMES and bool(_DONE.search(entry.text)))


def _led_to(action: Entry, later: Mapping[str, Entry]) -> list[Taken]:
    """The nearest of the entries *later*, each the next to hold its word, that speaks of what *action* does."""
    near = [(later[word], word) for word in words(action) if word in later]
    if not near:
        return []
    first = min(entry.at for entry, _ in near)
    spoken = [(entry, word) for entry, word in near if entry.at == first]
    if any(entry.kind in ACTIONS for entry, _ in spoken):
        return []
    entry, word = max(spoken, key=lambda each: (len(each[1]), each[1]))
    return [Taken(before=action, after=entry, word=word)]


def shares(entries: Iterable[Entry]) -> Iterator[Taken]:
    """``4 out of 12 servers`` to ``All 12 servers``: a part of many, and the first time that it was all of them."""
    known: dict[tuple[str, str], Entry] = {}
    for entry in entries:
        for found in _OF_MANY.finditer(entry.text):
            key = (found["many"], found["what"].lower())
            whole = found["some"].lower() in ("all", found["many"])
            if not whole:
                known.setdefault(key, entry)
            elif key in known and entry.at > known[key].at:
                yield Taken(before=known.pop(key), after=entry, word=f"all {key[0]} {key[1]}")


def same_instant(entries: Iterable[Entry]) -> Iterator[Entry]:
    """Durations that stand at the very time of an action of their block."""
    told = [entry for entry in entries if _is_timed(entry) and entry.precision is Precision.SECOND]
    by_time: dict[tuple[datetime, str], list[Entry]] = {}
    for entry in told:
        by_time.setdefault((entry.at, entry.group or ""), []).append(entry)
    for together in by_time.values():
        if any(entry.kind in ACTIONS for entry in together):
            yield from (entry for entry in together if entry.kind is Kind.DURATION)


def words(entry: Entry) -> set[str]:
    """The words of an entry that could name what it is about."""
    return set(_WORD.findall(entry.text.lower())) - _COMMON


def _is_timed(entry: Entry) -> bool:
    return entry.precision is not Precision.DAY and not is_vague(entry)
