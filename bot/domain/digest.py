"""The digest of follow-ups: what the response team reads each week (R-REV-1, R-AI-9).

Each follow-up stands in it once, in the first section that fits; the counts are of all that fit.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from bot.domain.followup import FollowUp, Priority, State

SOON = timedelta(days=7)
"""Due within so many days: the seventh is one of them."""


class Section(StrEnum):
    """Where an open follow-up stands, in the order in which they are read."""

    OVERDUE = "overdue"
    """Past its present date. That it had an earlier one is said beside it: a new date does not hide lateness."""
    BLOCKED = "blocked"
    AWAITING = "awaiting"
    SOON = "soon"
    PROPOSED = "proposed"
    LATER = "later"
    """All others."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """An incident, as far as digests and reports name it. Texts are in Slack's encoding."""

    ref: str
    title: str
    severity: str
    channel_id: str | None
    declared_by: str
    roles: Mapping[str, str]
    postmortem_owner: str | None
    followups: Sequence[FollowUp]
    customer: str | None = None
    """Who escalated it: it is none of our incidents then, and counts in no metric of theirs (R-ESC)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One follow-up with its incident."""

    source: Source
    item: FollowUp


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One section of a digest."""

    section: Section
    count: int
    """All that fit."""
    rows: tuple[Row, ...]
    """Those that stand in no section above."""

    @property
    def above(self) -> int:
        """How many of them stand in a section above."""
        return self.count - len(self.rows)


@dataclass(frozen=True, slots=True, kw_only=True)
class Digest:
    """How all follow-ups stand at one moment."""

    at: datetime
    today: date
    """In the organisation's zone."""
    since: datetime
    """What was done from then on is told."""
    open: int
    parts: tuple[Part, ...]
    """The sections in which something stands."""
    done: tuple[Row, ...]
    """The latest first."""
    dropped: tuple[Row, ...]
    """Those that will not be done."""

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to tell."""
        return not (self.open or self.done or self.dropped)

    def count(self, section: Section) -> int:
        """How many fit *section*."""
        return next((part.count for part in self.parts if part.section is section), 0)


def digest(sources: Iterable[Source], *, since: datetime, at: datetime, zone: ZoneInfo) -> Digest:
    """How the follow-ups of *sources* stand *at* that moment, and what was done *since*."""
    today = at.astimezone(zone).date()
    rows = [Row(source=source, item=item) for source in sources for item in source.followups]
    standing = [row for row in rows if row.item.is_open]
    return Digest(
        at=at,
        today=today,
        since=since,
        open=len(standing),
        parts=tuple(_parts(standing, today)),
        done=_ended(rows, State.DONE, since, at),
        dropped=_ended(rows, State.NOT_DOING, since, at),
    )


def _ended(rows: Iterable[Row], state: State, since: datetime, at: datetime) -> tuple[Row, ...]:
    ended = [
        row for row in rows if row.item.state is state and not (row.item.taken_back or row.item.moved_to)
    ]
    times = {id(row): row.item.done_at for row in ended if row.item.done_at}
    told = [row for row in ended if id(row) in times and since < times[id(row)] <= at]
    return tuple(sorted(told, key=lambda row: (times[id(row)], row.source.ref, row.item.n), reverse=True))


def _parts(rows: Sequence[Row], today: date) -> Iterable[Part]:
    seen: set[int] = set()
    for section, fits in _FITS.items():
        fitting = [row for row in rows if fits(row.item, today)]
        left = [row for row in fitting if id(row) not in seen]
        seen |= {id(row) for row in left}
        count = len(left) if section is Section.LATER else len(fitting)
        if count:
            yield Part(section=section, count=count, rows=tuple(sorted(left, key=_ORDER[section])))


def is_overdue(item: FollowUp, today: date) -> bool:
    """Whether it is open, and its present date has passed: on the day itself it is not."""
    return item.is_open and item.due_on is not None and item.due_on < today


def is_due_soon(item: FollowUp, today: date) -> bool:
    """Whether it is open, and due today or within seven days."""
    return item.is_open and item.due_on is not None and today <= item.due_on <= today + SOON


_FITS: Mapping[Section, Callable[[FollowUp, date], bool]] = {
    Section.OVERDUE: is_overdue,
    Section.BLOCKED: lambda item, _: item.state is State.BLOCKED,
    Section.AWAITING: lambda item, _: item.state is State.AWAITING or bool(item.waiting),
    Section.SOON: is_due_soon,
    Section.PROPOSED: lambda item, _: item.state is State.PROPOSED,
    Section.LATER: lambda item, _: item.is_open,
}
_RANKS = {priority: rank for rank, priority in enumerate(Priority)}


def _by_date(row: Row) -> tuple[object, ...]:
    """The earliest date first, of one day the most important; in the end by reference, so that nothing moves."""
    rank = _RANKS[row.item.priority] if row.item.priority else len(_RANKS)
    return (row.item.due_on or date.max, rank, row.source.ref, row.item.n)


def _by_block(row: Row) -> tuple[object, ...]:
    at = row.item.blocked_at or row.item.since or row.item.added_at
    return (at, row.source.ref, row.item.n)


def _by_request(row: Row) -> tuple[object, ...]:
    at = min((each.at for each in row.item.waiting), default=row.item.since or row.item.added_at)
    return (at, row.source.ref, row.item.n)


def _by_age(row: Row) -> tuple[object, ...]:
    return (row.item.added_at, row.source.ref, row.item.n)


_ORDER: Mapping[Section, Callable[[Row], tuple[object, ...]]] = {
    Section.OVERDUE: _by_date,
    Section.BLOCKED: _by_block,
    Section.AWAITING: _by_request,
    Section.SOON: _by_date,
    Section.PROPOSED: _by_age,
    Section.LATER: _by_date,
}
