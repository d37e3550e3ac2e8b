"""The report of progress: what happened in some months, and what became of the follow-ups (R-REV-2).

Numbers with their counts, and the incidents behind them; no claim that anything improved (MD-6).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from statistics import median
from zoneinfo import ZoneInfo

from bot.domain.digest import Row, Source, is_overdue
from bot.domain.followup import Budget, FollowUp, State
from bot.domain.incident import OPEN, Status

BUDGET = "budget"
APPROVED = "approved"


@dataclass(frozen=True, slots=True, kw_only=True)
class Declared:
    """An incident as far as a report counts it. The title is in Slack's encoding."""

    ref: str
    title: str
    severity: str
    status: Status
    declared_at: datetime
    resolved_at: datetime | None
    ended_at: datetime | None
    shut_seconds: int
    customer: str | None
    channel_id: str | None

    @property
    def is_open(self) -> bool:
        """True while people work on it."""
        return self.status in OPEN

    @property
    def is_customers(self) -> bool:
        """Whether a customer escalated it: it is none of our incidents then."""
        return bool(self.customer) or self.ref.startswith("CE")

    def took(self, at: datetime) -> timedelta:
        """How long it was open, from the declaration to the resolve, or until *at*."""
        until = self.resolved_at or self.ended_at or at
        return max(until - self.declared_at - timedelta(seconds=self.shut_seconds), timedelta())


@dataclass(frozen=True, slots=True, kw_only=True)
class Months:
    """The days that a report covers."""

    first: date
    until: date
    """The day after the last."""

    def holds(self, at: datetime | None, zone: ZoneInfo) -> bool:
        """Whether that instant lies in them, in *zone*."""
        return at is not None and self.first <= at.astimezone(zone).date() < self.until

    def begin(self, zone: ZoneInfo) -> datetime:
        """The instant at which they begin."""
        return datetime.combine(self.first, time(), zone)


@dataclass(frozen=True, slots=True, kw_only=True)
class Level:
    """The incidents of one severity, the longest first."""

    severity: str
    incidents: tuple[Declared, ...]
    spent: timedelta
    """In all."""
    median: timedelta
    longest: timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class Money:
    """Budgets: how many, and their sums by unit; different units are never added."""

    count: int
    sums: tuple[Budget, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class OnTime:
    """Follow-ups whose first date lay in the months: a later date does not hide lateness (R-MET-12).

    Those of customer escalations count in no metric, here as there.
    """

    met: int
    due: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """What is reported."""

    months: Months
    at: datetime
    levels: tuple[Level, ...]
    """The most severe first; those without an incident are left out."""
    still_open: tuple[Declared, ...]
    """Whenever they were declared."""
    escalated: int
    """Customer escalations of these months."""
    added: int
    done: int
    dropped: int
    on_time: OnTime
    open: int
    overdue: tuple[Row, ...]
    """By their present date, the longest first."""
    blocked: tuple[Row, ...]
    """The longest first."""
    approved: Money
    """Budgets approved in these months, with what was agreed when a follow-up was accepted."""
    awaiting: tuple[Row, ...]
    """Those with a budget that waits for approval."""

    @property
    def incidents(self) -> int:
        """How many were declared."""
        return sum(len(level.incidents) for level in self.levels)


def progress(
    incidents: Sequence[Declared], sources: Iterable[Source], *, months: Months, at: datetime, zone: ZoneInfo
) -> Progress:
    """What *incidents* and the follow-ups of *sources* were in *months*, and how they stand *at* that moment."""
    ours = [one for one in incidents if not one.is_customers]
    rows = [
        Row(source=source, item=item)
        for source in sources
        for item in source.followups
        if not (item.taken_back or item.moved_to)
    ]
    items, today = [row.item for row in rows], at.astimezone(zone).date()
    ended = [item for item in items if months.holds(item.done_at, zone)]
    return Progress(
        months=months,
        at=at,
        levels=tuple(_levels([one for one in ours if months.holds(one.declared_at, zone)], at)),
        still_open=tuple(sorted((one for one in ours if one.is_open), key=lambda one: one.declared_at)),
        escalated=sum(one.is_customers and months.holds(one.declared_at, zone) for one in incidents),
        added=sum(months.holds(item.added_at, zone) for item in items),
        done=sum(item.state is State.DONE for item in ended),
        dropped=sum(item.state is State.NOT_DOING for item in ended),
        on_time=_on_time([row.item for row in rows if not row.source.customer], months, today, zone),
        open=sum(item.is_open for item in items),
        overdue=_longest([row for row in rows if is_overdue(row.item, today)], by_block=False),
        blocked=_longest([row for row in rows if row.item.state is State.BLOCKED], by_block=True),
        approved=_approved(items, months, zone),
        awaiting=tuple(row for row in rows if row.item.is_open and asked(row.item)),
    )


def _levels(declared: Sequence[Declared], at: datetime) -> Iterable[Level]:
    for severity in sorted({one.severity for one in declared}):
        some = sorted(
            (one for one in declared if one.severity == severity), key=lambda one: (-one.took(at), one.ref)
        )
        spans = [one.took(at) for one in some]
        yield Level(
            severity=severity,
            incidents=tuple(some),
            spent=sum(spans, timedelta()),
            median=_median(spans),
            longest=spans[0],
        )


def _median(spans: Sequence[timedelta]) -> timedelta:
    return timedelta(seconds=median(span.total_seconds() for span in spans))


def _on_time(items: Iterable[FollowUp], months: Months, today: date, zone: ZoneInfo) -> OnTime:
    """As R-MET-12 has it: what was given up by its date counts as neither, and so does what is still to come."""
    met = missed = 0
    for item in items:
        due = item.first_due_on or item.due_on
        if due is None or not months.first <= due < months.until:
            continue
        if item.state is State.DONE and item.done_at is None:  # a record that does not say when
            continue
        ended = item.done_at.astimezone(zone).date() if item.done_at else None
        missed += (ended or today) > due
        met += item.state is State.DONE and ended is not None and ended <= due
    return OnTime(met=met, due=met + missed)


def _longest(rows: Sequence[Row], *, by_block: bool) -> tuple[Row, ...]:
    def since(row: Row) -> tuple[object, ...]:
        item = row.item
        at = (item.blocked_at or item.since or item.added_at) if by_block else (item.due_on or date.max)
        return (at, row.source.ref, item.n)

    return tuple(sorted(rows, key=since))


def asked(item: FollowUp) -> bool:
    """Whether a budget of it waits for approval."""
    return any(each.what == BUDGET for each in item.waiting)


def _approved(items: Iterable[FollowUp], months: Months, zone: ZoneInfo) -> Money:
    found = [
        item.budget
        for item in items
        if item.budget
        and (
            months.holds(item.accepted_at, zone)
            or any(
                each.what == BUDGET and each.outcome == APPROVED and months.holds(each.decided_at, zone)
                for each in item.requests
            )
        )
    ]
    units = sorted({budget.unit for budget in found})
    sums = (
        Budget(amount=sum((each.amount for each in found if each.unit == unit), Decimal()), unit=unit)
        for unit in units
    )
    return Money(count=len(found), sums=tuple(sums))
