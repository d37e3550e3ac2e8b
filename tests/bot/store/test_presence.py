"""What the log says of a database that is away: once when it goes, each minute while it lasts, once when it is back."""

import logging
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from threading import Event

import psycopg
import pytest
from sqlalchemy import make_url

from bot.store.store import Store, StoreAway
from tests.world import StillClock


@contextmanager
def refusing(url: str, postgres_admin: psycopg.Connection) -> Iterator[None]:
    """The database takes nobody in, and lets nobody stay."""
    name = make_url(url).database
    with closing(psycopg.connect(url, autocommit=True)):
        postgres_admin.execute(f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS false')
    postgres_admin.execute(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", [name]
    )
    yield
    postgres_admin.execute(f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS true')


def lines(caplog: pytest.LogCaptureFixture) -> list[tuple[str, str]]:
    return [(each.levelname, each.getMessage()) for each in caplog.records if "database" in each.getMessage()]


def knock(store: Store, clock: StillClock, seconds: int) -> None:
    """Each second somebody asks, and somebody writes."""
    for _ in range(seconds):
        with suppress(StoreAway):
            store.reach()
        with suppress(StoreAway), store.begin():
            pass
        clock.seconds += 1


def test_an_outage_of_two_minutes_is_three_lines_and_the_end_is_one(postgres, postgres_url, caplog):
    caplog.set_level(logging.INFO)
    clock = StillClock()
    store = Store(postgres_url, clock=clock)
    heard = Event()
    listener = store.listen(heard.set)
    assert listener is not None
    assert heard.wait(20)
    heard.clear()
    with refusing(postgres_url, postgres.admin):
        knock(store, clock, 130)
        away = lines(caplog)
    knock(store, clock, 5)
    assert heard.wait(20), "it listens again"
    listener.stop()
    assert caplog.text.count("nobody listens for new calls") == 1, "however often it was tried"
    assert [level for level, _ in away] == ["ERROR"] * 3
    assert away[0][1].startswith("the database is away: ")
    assert "not currently accepting connections" in away[0][1]
    assert away[1][1].startswith("the database has been away for 60 s: FATAL"), "a short cause"
    assert lines(caplog)[3:] == [("WARNING", "the database is back after 130 s")]
    store.close()


def test_a_file_that_cannot_be_opened_is_told_in_the_same_way(tmp_path: Path, caplog):
    caplog.set_level(logging.INFO)
    clock = StillClock()
    store = Store(f"sqlite:///{tmp_path}/not/yet/there.sqlite", clock=clock)
    knock(store, clock, 61)
    (tmp_path / "not/yet").mkdir(parents=True)
    knock(store, clock, 2)
    assert [level for level, _ in lines(caplog)] == ["ERROR", "ERROR", "WARNING"]
    store.close()


def test_a_database_that_can_be_read_alone_is_not_back(sqlite_url: str, caplog):
    caplog.set_level(logging.INFO)
    store = Store(sqlite_url)
    store.reach()
    with closing(sqlite3.connect(sqlite_url.removeprefix("sqlite:///"), isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with store.answering(), pytest.raises(StoreAway), store.begin():
            pass
        store.reach()
        assert [level for level, _ in lines(caplog)] == ["ERROR"]
        other.execute("ROLLBACK")
    with store.begin():
        pass
    assert [level for level, _ in lines(caplog)] == ["ERROR", "WARNING"]
    store.close()
