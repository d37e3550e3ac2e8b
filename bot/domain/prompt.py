"""One thing that people still have to write, and what it offers them from the record."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from bot.domain.draft_record import Record
from bot.domain.timeline import Entry

MOST_CANDIDATES = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class Prompt:
    """One thing to write. ``title`` stands in the list at the top, ``question`` in its section."""

    topic: str
    title: str
    question: str
    candidates: tuple[str, ...] = ()
    """From the record, to choose from or to leave."""


Ask = Callable[[Record], Iterable[Prompt]]


def cited(record: Record, entries: Iterable[Entry]) -> tuple[str, ...]:
    """The first of *entries*, as candidates."""
    return tuple(record.cite(entry) for entry in entries)[:MOST_CANDIDATES]
