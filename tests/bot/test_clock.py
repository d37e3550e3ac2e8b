from datetime import UTC, datetime, timedelta

from bot.clock import MovableClock
from tests.waiting import until

NOON = datetime(2026, 3, 9, 12, tzinfo=UTC)


def test_a_clock_that_runs_fast_stands_still_where_it_was_told_to() -> None:
    clock = MovableClock()
    clock.set(NOON, 1e9, until=NOON + timedelta(hours=1))
    until(lambda: clock.now() > NOON)
    until(lambda: clock.now() == NOON + timedelta(hours=1))
    clock.set(NOON + timedelta(hours=1), 1e9)
    until(lambda: clock.now() > NOON + timedelta(hours=2))


def test_a_clock_that_is_moved_on_stands_no_longer() -> None:
    clock = MovableClock()
    clock.set(NOON, 0.0, until=NOON)
    clock.forward(timedelta(minutes=15))
    assert clock.now() == NOON + timedelta(minutes=15)
