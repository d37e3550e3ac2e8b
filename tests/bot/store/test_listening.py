"""A commit in one process wakes the workers in others (PostgreSQL); on SQLite nobody listens."""

import threading
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from threading import Event

import psycopg
import pytest

from bot.call import Call
from bot.clock import Clock
from bot.store.claimed import Claimed
from bot.store.listening import Listener
from bot.store.store import Collision, Store
from tests.waiting import until

AT = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
DEADLINE = 30.0


class Bell:
    """Rings are counted; one can be waited for."""

    def __init__(self) -> None:
        self.rings = 0
        self._rung = Event()

    def __call__(self) -> None:
        self.rings += 1
        self._rung.set()

    def wait(self) -> bool:
        heard = self._rung.wait(DEADLINE)
        self._rung.clear()
        return heard


@pytest.fixture
def other(postgres_url: str) -> Iterator[Store]:
    """The store of another process."""
    made = Store(postgres_url)
    yield made
    made.close()


@pytest.fixture
def bell() -> Bell:
    return Bell()


@pytest.fixture
def listener(postgres_store: Store, bell: Bell) -> Iterator[Listener]:
    made = postgres_store.listen(bell)
    assert made is not None
    assert bell.wait(), "once it listens, it looks for what was planned before"
    yield made
    made.stop()


def plan(store: Store, *keys: str) -> None:
    with store.begin() as tx:
        tx.outbox.plan([Call(key=key, method="chat.postMessage", args={}) for key in keys], AT)


def claim(store: Store) -> list[Claimed]:
    with store.begin() as tx:
        return tx.outbox.claim(machine=0.0, lease=10.0, settle=2.0, limit=8)


def listening(url: str) -> int:
    """Connections of ours that listen."""
    with closing(psycopg.connect(url, autocommit=True)) as connection:
        query = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND query LIKE 'LISTEN%'"
        found = connection.execute(query).fetchone()
    assert found is not None
    return int(found[0])


def test_calls_planned_elsewhere_wake_and_nothing_else_does(
    postgres_store: Store, other: Store, listener: Listener, bell: Bell
):
    with other.begin() as tx:
        tx.remember("weather", "fine")
    plan(other, "taken")
    assert bell.wait()
    with pytest.raises(Collision):
        plan(other, "never", "taken")
    plan(postgres_store, "own")  # wakes its own worker without a detour
    before = bell.rings
    plan(other, "a")
    assert bell.wait()
    assert bell.rings == before + 1, "notifications come in the order of their commits: none came before it"


def test_an_answer_that_several_calls_waited_for_wakes(other: Store, listener: Listener, bell: Bell):
    with other.begin() as tx:
        tx.outbox.plan([Call(key="channel", method="conversations.create", args={})], AT)
        needing = [Call(key=key, method="chat.postMessage", args={}, after=("channel",)) for key in "abc"]
        tx.outbox.plan(needing, AT)
    assert bell.wait()
    (channel,) = claim(other)
    before = bell.rings
    with other.begin() as tx:
        tx.outbox.done(channel, AT)
    assert bell.wait()
    assert bell.rings == before + 1


def test_it_listens_again_after_the_database_ended_its_connection(
    postgres_url: str, other: Store, listener: Listener, bell: Bell
):
    with closing(psycopg.connect(postgres_url, autocommit=True)) as admin:
        ended = admin.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND query LIKE 'LISTEN%'"
        ).fetchall()
    assert ended == [(True,)]
    assert bell.wait(), "it came back, and looks for what it missed"
    plan(other, "a")
    assert bell.wait()


def test_a_database_that_is_away_keeps_no_thread_and_no_connection(postgres_store: Store, postgres_url: str):
    before = set(threading.enumerate())
    away = Listener(postgres_store.engine.url.set(database="nowhere"), lambda: None, own="x")
    here = postgres_store.listen(lambda: None)
    assert here is not None
    away.stop()
    here.stop()
    assert set(threading.enumerate()) <= before
    until(lambda: listening(postgres_url) == 0, what="the server lets go of what was hung up")


def test_on_sqlite_nobody_listens(sqlite_url: str):
    store = Store(sqlite_url)
    assert store.listen(lambda: None) is None
    store.close()


class Ahead(Clock):
    """The clock of a host that is an hour ahead."""

    def machine(self) -> float:
        return super().machine() + 3600


def test_workers_whose_hosts_differ_agree_on_the_databases_time(postgres_store: Store, other: Store):
    plan(postgres_store, "a")
    with postgres_store.begin() as tx:
        now = tx.machine(Clock())
        (held,) = tx.outbox.claim(machine=now, lease=10.0, settle=2.0, limit=8)
    with other.begin() as tx:
        assert tx.outbox.claim(machine=tx.machine(Ahead()), lease=10.0, settle=2.0, limit=8) == []
    with postgres_store.begin() as tx:
        assert tx.outbox.done(held, AT), "nobody took it away"


def test_on_sqlite_the_hosts_clock_is_the_workers(sqlite_url: str):
    store = Store(sqlite_url)
    clock = Ahead()
    with store.begin() as tx:
        assert abs(tx.machine(clock) - clock.machine()) < 60
    store.close()
