"""What is known to be missing in a log: said once, kept in the record, and said no more once it was made up for."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from bot.domain.incident import Change, Incident
from bot.domain.lifecycle import state_entry
from bot.domain.news import News, What
from bot.domain.timeline import Entry, Kind

GAP, CLOSED = "gap", "gap_closed"
"""The names of both changes in an entry's data."""
LATE = 180.0
"""Seconds for which the look after an outage may take before the lag is said."""
PATIENCE = timedelta(minutes=5)
"""A draft waits this long for the look that is wanted; then it is made, and says what may be missing."""


class Missing(StrEnum):
    """Why something is missing."""

    LAG = "lag"
    """It is still to be read: an outage, and Slack's limits."""
    HISTORY = "history"
    """Slack refuses the channel's history."""
    THREADS = "threads"
    """Slack refuses the answers in threads."""
    RETENTION = "retention"
    """Slack no longer has it."""


SAYS: Mapping[Missing, str] = {
    Missing.LAG: "messages, edits and answers in threads are still being read from Slack",
    Missing.HISTORY: "Slack does not let the bot read the channel",
    Missing.THREADS: "Slack does not let the bot read answers in threads",
    Missing.RETENTION: "Slack has deleted messages of that time by its retention rules",
}
"""What documents say of it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Gap:
    """A stretch of the log in which something may be missing."""

    why: Missing
    start: datetime
    end: datetime | None
    """None: it lasts."""
    error: str = ""
    """Slack's own word."""


def is_gap(entry: Entry) -> bool:
    """Whether it tells of a gap, or of the end of one: of the log itself, not of the incident."""
    return entry.data.get("change") in (GAP, CLOSED)


def stated(incident: Incident, gap: Gap, *, at: datetime, by: datetime | None = None) -> Change:
    """Something is missing: said once in the channel, or to the commander. *by*: when it may have been read."""
    told = {"why": gap.why.value, "error": gap.error}
    data = {"change": GAP, **told, "from": gap.start.isoformat(), "until": _iso(gap.end)}
    news = News(what=What.GAP, facts={**told, "start": gap.start, "end": gap.end, "by_then": by})
    return _noted(incident, _entry(incident, f"The log may be incomplete: {SAYS[gap.why]}", data, at), news)


def made_up(incident: Incident, why: Missing, *, error: str, at: datetime) -> Change:
    """What was missing was read."""
    data = {"change": CLOSED, "why": why.value}
    drafted = incident.drafts > 0 and incident.draft_due_at is None  # one that is due has it all
    news = News(what=What.GAP_CLOSED, facts={"why": why.value, "error": error, "drafted": drafted})
    return _noted(incident, _entry(incident, "The log is complete again", data, at), news)


def _entry(incident: Incident, text: str, data: Mapping[str, object], at: datetime) -> Entry:
    """For the log alone: it tells of the log, not of the incident."""
    return state_entry(incident, kind=Kind.NOTE, text=text, by=None, at=at, data=data, on_timeline=False)


def _noted(incident: Incident, entry: Entry, news: News) -> Change:
    return Change(before=incident, incident=incident, entries=(entry,), news=(news,))


def open_gaps(entries: Iterable[Entry]) -> Sequence[Gap]:
    """The gaps that *entries*, in the order of ``at``, tell of and that nothing made up for.

    One with an end takes the place of one that was to last and began before that: its channel was left meanwhile.
    """
    found: dict[tuple[str, str], Gap] = {}
    for entry in entries:
        if entry.data.get("change") == GAP:
            gap = _read(entry.data)
            key = (gap.why.value, entry.data["from"] if gap.end else "")
            lasting = found.get((gap.why.value, ""))
            if gap.end is not None and lasting is not None and lasting.start <= gap.end:
                del found[gap.why.value, ""]
                gap = replace(gap, start=min(gap.start, lasting.start))
            found.setdefault(key, gap)
        elif entry.data.get("change") == CLOSED:
            found = {key: gap for key, gap in found.items() if key[0] != entry.data["why"]}
    return tuple(sorted(found.values(), key=lambda gap: (gap.start, gap.why.value)))


def _read(data: Mapping[str, str]) -> Gap:
    end = data.get("until")
    return Gap(
        why=Missing(data["why"]), start=datetime.fromisoformat(data["from"]), error=data.get("error") or "",
        end=datetime.fromisoformat(end) if end else None,
    )  # fmt: skip


def _iso(at: datetime | None) -> str | None:
    return at.isoformat() if at else None
