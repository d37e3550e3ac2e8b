"""The figures of a month (R-REV-2): what is counted, when, and what is not."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from bot.domain.calendar import covered, latest
from bot.domain.digest import Source
from bot.domain.followup import Budget, FollowUp, Request, State
from bot.domain.incident import Status
from bot.domain.policy_file import read_policy
from bot.domain.progress import Declared, Months, Progress, progress
from bot.settings import DEFAULT_POLICY

PACIFIC = ZoneInfo("America/Los_Angeles")
APRIL = Months(first=date(2024, 4, 1), until=date(2024, 5, 1))
NOW = datetime(2024, 5, 1, 16, tzinfo=UTC)
"""09:00 in Los Angeles."""
POLICY = read_policy(DEFAULT_POLICY.read_text(encoding="utf-8"))
MONTHLY = next(each for each in POLICY.reminders if each.name == "progress")


def incident(n: int, severity: str, declared: datetime, hours: float | None, **facts) -> Declared:
    known = {
        "ref": f"INC-2024-0401-{n:03}", "title": f"incident {n}", "severity": severity, "declared_at": declared,
        "status": Status.INVESTIGATING if hours is None else Status.CLOSED, "ended_at": None, "shut_seconds": 0,
        "resolved_at": None if hours is None else declared + timedelta(hours=hours), "customer": None,
        "channel_id": None,
    }  # fmt: skip
    return Declared(**{**known, **facts})


def item(n: int, first_due: str = "", state: State = State.OPEN, **facts) -> FollowUp:
    on = date.fromisoformat(first_due) if first_due else None
    known = {"due_on": on, "first_due_on": on, "added_at": datetime(2024, 3, 20, tzinfo=UTC), "owner": "U1"}
    return FollowUp(n=n, text=f"item {n}", state=state, **{**known, **facts})


def told(*incidents: Declared, items: tuple[FollowUp, ...] = (), customer: str | None = None) -> Progress:
    source = Source(
        ref="INC-2024-0315-001", title="", severity="P0", channel_id=None, declared_by="U1", roles={},
        postmortem_owner=None, followups=items, customer=customer,
    )  # fmt: skip
    return progress(incidents, [source], months=APRIL, at=NOW, zone=PACIFIC)


def at(day: int, hour: int = 12, month: int = 4) -> datetime:
    return datetime(2024, month, day, hour, tzinfo=UTC)


def test_incidents_are_counted_by_severity_with_the_time_that_each_took():
    found = told(
        incident(1, "P0", at(2), 1), incident(2, "P0", at(3), 4, shut_seconds=3600), incident(3, "P0", at(4), 2),
        incident(4, "P2", at(5), None), incident(5, "P0", at(6), 1, customer="Acme"),
    )  # fmt: skip
    first, second = found.levels
    assert (first.severity, [one.ref[-1] for one in first.incidents]) == ("P0", ["2", "3", "1"])
    assert (first.spent, first.median, first.longest) == tuple(timedelta(hours=n) for n in (6, 2, 3))
    assert (second.severity, second.spent) == ("P2", NOW - at(5))
    assert [one.ref[-1] for one in found.still_open] == ["4"]
    assert (found.incidents, found.escalated) == (4, 1)


def test_a_month_is_that_of_the_organisations_zone():
    """In Los Angeles April begins at 07:00 UTC."""
    edges = (at(1, 6), at(1, 7), at(1, 6, month=5), at(1, 7, month=5))
    found = told(*(incident(n, "P1", when, 1) for n, when in enumerate(edges)))
    assert sorted(one.ref[-1] for one in found.levels[0].incidents) == ["1", "2"]


def test_on_time_counts_by_the_first_date_of_what_fell_due():
    """R-MET-12: a new date does not hide lateness; what was given up by its date is neither."""
    found = told(items=(
        item(1, "2024-04-10", State.DONE, done_at=at(10, 23)),
        item(2, "2024-04-10", State.DONE, done_at=at(12), due_on=date(2024, 4, 20)),
        item(3, "2024-04-12", due_on=date(2024, 6, 1)),
        item(4, "2024-04-12", State.NOT_DOING, done_at=at(11)),
        item(5, "2024-04-12", State.NOT_DOING, done_at=at(14)),
        item(6, "2024-03-31", State.DONE, done_at=at(2)),
        item(7, "2024-05-01", State.DONE, done_at=at(2)),
        item(8, "2024-04-01", taken_back=True),
        item(9, "2024-04-02", State.DONE, done_at=None),
    ))  # fmt: skip
    assert (found.on_time.met, found.on_time.due) == (1, 4)
    assert (found.done, found.dropped, found.open) == (4, 2, 1)
    assert found.overdue == ()


def test_on_time_is_the_figure_of_the_metrics_without_customer_escalations():
    items = (item(1, "2024-04-10", State.DONE, done_at=at(12)),)
    ours, theirs = told(items=items), told(items=items, customer="Acme")
    assert (ours.on_time.due, theirs.on_time.due) == (1, 0)
    assert ours.done == theirs.done == 1


def test_budgets_are_summed_by_unit_and_those_that_wait_are_listed():
    """R-AI-2: exact, and different units are never added."""

    def asked(outcome: str, when: datetime | None) -> Request:
        return Request(
            n=1, what="budget", by="U1", at=at(2), before="1", after="2", outcome=outcome, decided_at=when
        )

    yes, no = (asked("approved", at(4)),), (asked("refused", at(4)),)
    monthly, once, effort = "USD/month", "USD", "engineer-weeks"
    found = told(items=(
        item(1, accepted_at=at(3), budget=Budget(amount=Decimal("12000.10"), unit=monthly)),
        item(2, accepted_at=at(3), budget=Budget(amount=Decimal("0.20"), unit=monthly)),
        item(3, accepted_at=at(3, month=3), budget=Budget(amount=Decimal(5), unit=once), requests=yes),
        item(4, accepted_at=at(3, month=3), budget=Budget(amount=Decimal(7), unit=once), requests=no),
        item(5, accepted_at=at(3), budget=Budget(amount=Decimal(4), unit=effort), requests=(asked("", None),)),
        item(6, budget=Budget(amount=Decimal(9), unit=effort)),
    ))  # fmt: skip
    assert found.approved.count == 4
    sums = {each.unit: each.amount for each in found.approved.sums}
    assert sums == {once: Decimal(5), monthly: Decimal("12000.30"), effort: Decimal(4)}
    assert [row.item.n for row in found.awaiting] == [5]


@pytest.mark.parametrize(
    ("told_before", "first"),
    [("", "2024-04-01"), ("2024-04", "2024-04-01"), ("2024-02", "2024-02-01"), ("2020-01", "2023-05-01"),
     ("2024-04-29", "2024-04-01"), ("2024-05", "2024-04-01")],
)  # fmt: skip
def test_a_report_covers_the_months_that_were_missed_a_year_at_most(told_before, first):
    """R-REV-2: a missed run is made up for by the next one."""
    due = latest(MONTHLY, PACIFIC, NOW)
    assert covered(MONTHLY, due, told_before) == (date.fromisoformat(first), date(2024, 5, 1))
