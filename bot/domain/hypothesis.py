"""Hypotheses, and those that turned out wrong: kept as what they were, not as somebody's mistake (R-SIMPLE-1)."""

import re

from bot.domain.timeline import Entry, Kind

_REJECTED = re.compile(r"\b(?:rejected|ruled out|disproved)\b", re.IGNORECASE)
_LABELS = frozenset({"misleading investigation", "rejected hypothesis"})


def is_rejected(entry: Entry) -> bool:
    """Whether it is a hypothesis that was rejected: by its own words, or by what an imported record calls it."""
    if (entry.label or "").lower() in _LABELS:
        return True
    return entry.kind is Kind.HYPOTHESIS and _REJECTED.search(entry.text) is not None


def with_outcome(text: str, outcome: str) -> str:
    """The *text* of a hypothesis with its *outcome* in brackets, unless it says so already: it stays with it so."""
    return text if outcome.lower() in text.lower() else f"{text} ({outcome})"
