"""P10: metrics of a year over many incidents, once everything is measured, and when nothing is."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from sqlalchemy import delete

from bench.measure import ROUNDS, Ratio, ratios, seconds
from bench.place import Place, place
from bot.domain.followup import FollowUp, State
from bot.domain.incident import Incident, Status
from bot.domain.timeline import Entry, Kind, Source
from bot.store import tables

MANY, FEW = 1_000, 100
FOLLOWUPS, ENTRIES = 5, 60
"""Of each incident."""
COLD_ROUNDS = 3


def metrics() -> Iterator[Ratio]:
    """P10, warm and cold."""
    with place() as crowded, place() as quiet:
        _fill(crowded, MANY)
        _fill(quiet, FEW)
        many, few = crowded.bot.scorecard, quiet.bot.scorecard
        year = many.period("365d")
        many.card(year, most=None), few.card(year, most=None)
        pairs = [(seconds(lambda: many.card(year)), seconds(lambda: few.card(year))) for _ in range(ROUNDS)]
        middle = 1e3 * sorted(one for one, _ in pairs)[ROUNDS // 2]
        note = f"{middle:.0f} ms for {MANY:,} incidents, {MANY * FOLLOWUPS:,} follow-ups"
        yield Ratio(
            number="P10", what=f"metrics of a year, measured before: {MANY:,} incidents ÷ {FEW}",
            values=tuple(one / other for one, other in pairs), goal=15.0, hoped=10.0, note=note,
        )  # fmt: skip
        cold = [_cold(crowded) for _ in range(COLD_ROUNDS)]
        read = [seconds(lambda: _read(crowded)) for _ in range(COLD_ROUNDS)]
        note = f"{cold[0]:.1f} s for {MANY:,} records of {ENTRIES} entries"
        yield Ratio(
            number="P10", what="the same when nothing was measured ÷ reading all records", values=ratios(cold, read),
            goal=4.0, hoped=2.5, note=note,
        )  # fmt: skip


def _cold(here: Place) -> float:
    with here.bot.store.begin() as tx:
        tx._connection.execute(delete(tables.measured))  # noqa: SLF001 - no feature forgets what it measured
    scorecard = here.bot.scorecard
    return seconds(lambda: scorecard.card(scorecard.period("365d"), most=None))


def _read(here: Place) -> None:
    for n in range(MANY):
        with here.bot.store.read() as tx:
            tx.incident(_ref(n))
            tx.entries(_ref(n))


def _ref(n: int) -> str:
    return f"INC-2026-{1 + n // 300:02}01-{n % 300:03}"


def _fill(here: Place, many: int) -> None:
    now = here.bot.clock.now()
    with here.bot.store.begin() as tx:
        for n in range(many):
            at = now - timedelta(hours=8 * n + 24)
            due = (at + timedelta(days=14)).date()
            items = tuple(
                FollowUp(n=k, text=f"item {k}", added_at=at, state=State.OPEN, due_on=due, first_due_on=due)
                for k in range(1, FOLLOWUPS + 1)
            )
            tx.add_incident(
                Incident(
                    ref=_ref(n), title="checkout is down", severity=f"P{n % 4}", status=Status.CLOSED,
                    declared_by="U1", declared_at=at, impact_started_at=at, detected_at=at + timedelta(minutes=n % 9),
                    mitigated_at=at + timedelta(minutes=50), resolved_at=at + timedelta(minutes=60 + n % 90),
                    closed_at=at + timedelta(hours=4), followups=items,
                )
            )  # fmt: skip
            tx.add_entries([_entry(n, k, at + timedelta(minutes=k)) for k in range(ENTRIES)])


def _entry(n: int, k: int, at: datetime) -> Entry:
    kind = (Kind.ALERT, Kind.MESSAGE, Kind.ACTION, Kind.ASSEMBLY)[min(k % 20, 3)]
    return Entry(
        incident=_ref(n), at=at, recorded_at=at, kind=kind, text=f"we look at {k}: errors and latency",
        source=Source.MESSAGE, author=f"U{k % 5}", marks=("prefix",) if k % 20 != 1 else (), channel_id=f"C{n}",
        ts=f"{k}.000001",
    )  # fmt: skip
