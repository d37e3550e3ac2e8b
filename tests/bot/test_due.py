"""What is due fires in one tick, whatever fails and whatever others have in hand; on both databases."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from threading import Thread

import pytest

from bot.documents import Documents
from bot.domain.policy_file import read_policy
from bot.due import BATCH, Due
from bot.gaps import Gaps
from bot.incidents import Incidents
from bot.lookup import Lookup
from bot.settings import DEFAULT_POLICY
from bot.store.store import Store
from bot.transaction import Transactions
from tests.waiting import until
from tests.world import StillClock

WAIT = timedelta(minutes=30)


@pytest.fixture
def store(database_url: str) -> Iterator[Store]:
    made = Store(database_url)
    yield made
    made.close()


@pytest.fixture
def work(store: Store) -> Transactions:
    return Transactions(store, StillClock(), read_policy(DEFAULT_POLICY.read_text(encoding="utf-8"), ""))


def due_of(work: Transactions) -> Due:
    return Due(work, Documents(work), Gaps(work))


def declared(work: Transactions, n: int) -> list[str]:
    incidents = Incidents(work, Documents(work), Lookup(work))
    return [
        incidents.declare(by="U1", severity="sev2", title=f"service {each} is down").incident.ref
        for each in range(n)
    ]


def nudged(store: Store) -> set[str]:
    """The incidents that a reminder was planned for."""
    with store.read() as tx:
        return {one.ref for one in tx.incidents(open_only=True, limit=1_000) if one.nudges}


def test_one_tick_fires_all_that_is_due_however_much_and_whatever_fails(
    store: Store, work: Transactions
) -> None:
    refs = declared(work, BATCH + 10)
    with store.begin() as tx:
        for ref in refs[:3]:
            incident = tx.incident(ref)
            assert incident is not None
            tx.save_incident(replace(incident, severity="retired"))  # no policy knows it: its timers fail
    assert isinstance(work.clock, StillClock)
    work.clock.move(WAIT)
    due_of(work).fire()
    assert nudged(store) == set(refs[3:])


def test_what_another_process_has_in_hand_holds_up_nothing_else_and_is_fired_in_the_same_tick(
    store: Store, work: Transactions
) -> None:
    first, second = declared(work, 2)
    assert isinstance(work.clock, StillClock)
    work.clock.move(WAIT)
    ticking = Thread(target=due_of(work).fire)
    with store.begin() as tx:
        assert tx.incident(first, lock=True) is not None
        ticking.start()
        if store.engine.dialect.name == "postgresql":  # SQLite lets one write at a time
            until(lambda: nudged(store) == {second})
    ticking.join(timeout=30)
    assert nudged(store) == {first, second}
    assert due_of(work).fire() == 0
