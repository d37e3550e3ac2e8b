"""P9: what it costs to look at all follow-ups: the digest of the week, and the figures of a month."""

import json
import sqlite3
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from bench.measure import Ratio, alternating, ratios
from bench.place import Place, place
from bot.domain.followup import Budget, FollowUp, Priority, State
from bot.domain.incident import Incident, Status

INCIDENTS, EACH = 1_000, 5
"""Incidents, and follow-ups of each."""
STATES = (
    State.OPEN,
    State.DONE,
    State.DONE,
    State.BLOCKED,
    State.DONE,
    State.DONE,
    State.PROPOSED,
    State.DONE,
)
"""In turn: five of eight are done."""


def digests() -> Iterator[Ratio]:
    """P9."""
    with place() as here:
        _fill(here)
        yield _of(here, "the digest of {n} follow-ups of {m} incidents", here.bot.calendar.digest)
        yield _of(here, "the figures of a month, of as many", here.bot.calendar.progress)


def _of(here: Place, what: str, work: Callable[[], object]) -> Ratio:
    """*work* against reading the same rows, and the JSON in them, with nothing between."""
    raw = sqlite3.connect(here.folder / "bench.db")

    def least() -> int:
        rows = raw.execute(
            "SELECT ref, title, roles, followups FROM incidents WHERE NOT private AND NOT drill"
        )
        return sum(len(json.loads(row[3])) for row in rows)

    assert least() == INCIDENTS * EACH
    mine, theirs = alternating(work, least)
    raw.close()
    named = what.format(n=f"{INCIDENTS * EACH:,}", m=f"{INCIDENTS:,}")
    return Ratio(
        number="P9", what=f"{named}, SQLite ÷ raw select and JSON of the rows", values=ratios(mine, theirs), goal=10.0,
        hoped=5.0, note=f"{1e3 * sorted(mine)[len(mine) // 2]:.0f} ms",
    )  # fmt: skip


def _fill(here: Place) -> None:
    """Incidents of the last two years, all of them closed."""
    now = here.bot.clock.now()
    with here.bot.store.begin() as tx:
        for n in range(INCIDENTS):
            at = (now - timedelta(days=730 * n / INCIDENTS, hours=1)).astimezone(UTC)
            items = tuple(_item(k, STATES[(n + k) % len(STATES)], at) for k in range(1, EACH + 1))
            tx.add_incident(
                Incident(
                    ref=f"INC-2026-0101-{n:04}", title="checkout is down", severity=f"P{n % 4}", status=Status.CLOSED,
                    declared_by="U00000001", declared_at=at, resolved_at=at + timedelta(hours=1), followups=items,
                )
            )  # fmt: skip


def _item(n: int, state: State, at: datetime) -> FollowUp:
    due = (at + timedelta(days=30)).date()
    return FollowUp(
        n=n, text=f"Isolate the analytics load from the primary, part {n}", by="U00000001", added_at=at, state=state,
        since=at, owner=f"U0000000{n}", due_on=due, first_due_on=due, priority=Priority.HIGH, accepted_at=at,
        budget=Budget(amount=Decimal(12_000), unit="USD/month"), dependencies="the replicas are there",
        criteria="p95 stays below 300 ms for a week", blocked_at=at if state is State.BLOCKED else None,
        done_at=at + timedelta(days=20) if state is State.DONE else None,
    )  # fmt: skip
