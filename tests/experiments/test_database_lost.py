"""PostgreSQL killed every 3 seconds, and a connection that nobody closed but that carries nothing (RELIABILITY R9).

SQLite has no server to lose; nearest to it is a file that another program keeps to itself.
"""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from tests.conftest import make_tables
from tests.experiments.conftest import Size
from tests.experiments.own_postgres import OwnPostgres, own_postgres
from tests.experiments.processes import MACHINE
from tests.experiments.proxy import Proxy, proxy
from tests.experiments.traffic import SlacksClock, Traffic, slack_with, talking

pytestmark = pytest.mark.experiment("R9")
EVERY = 3.0
"""Seconds between two kills."""
BACK_WITHIN, ANSWER_WITHIN = 5.0, 3.0


@pytest.fixture(scope="module")
def postgres() -> Iterator[OwnPostgres]:
    with own_postgres() as made:
        make_tables(made.url())
        yield made


@pytest.fixture(scope="module")
def between(postgres: OwnPostgres) -> Iterator[Proxy]:
    with proxy(postgres.port) as made:
        yield made


@pytest.fixture(scope="module")
def traffic(
    postgres: OwnPostgres, between: Proxy, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Traffic]:
    """People, and a bot that reaches PostgreSQL through the proxy alone: one after the other happens to it."""
    clock, logs = SlacksClock(), tmp_path_factory.mktemp("logs")
    with slack_with(clock) as slack, talking(slack, clock, postgres.url(port=between.port), logs) as made:
        yield made


@pytest.fixture
def traffic_on_a_file(sqlite_url: str, tmp_path: Path) -> Iterator[Traffic]:
    clock = SlacksClock()
    with slack_with(clock) as slack, talking(slack, clock, sqlite_url, tmp_path) as made:
        yield made


@pytest.fixture
def judged(size: Size, figures: Callable[..., None]) -> Callable[..., None]:
    """The figures are kept, and times judged at the full size."""

    def judge(traffic: Traffic, database_url: str, recovered: list[float], **more: int) -> None:
        counts: dict[str, float] = dict(traffic.nothing_is_lost(database_url))
        slowest = max(answer.ended - answer.begun for answer in traffic.answers)
        figures(
            database=database_url.partition(":")[0],
            **more,
            **counts,
            back_after_seconds=max(recovered),
            slowest_answer_seconds=slowest,
        )
        size.within("done again after the database is back", max(recovered), BACK_WITHIN)
        size.within("the slowest answer", slowest, ANSWER_WITHIN)

    return judge


def test_nothing_acknowledged_is_lost_while_postgres_is_killed_every_three_seconds(
    traffic: Traffic, postgres: OwnPostgres, size: Size, judged: Callable[..., None]
) -> None:
    kills, recovered = size.of(1, 9), []
    with traffic:
        for _ in range(kills):
            MACHINE.sleep(EVERY)
            postgres.kill()
            postgres.start()
            recovered.append(traffic.recovered(MACHINE.monotonic()))
    judged(traffic, postgres.url(), recovered, kills=kills)


def test_a_connection_that_carries_nothing_any_more_hangs_no_answer_and_loses_nothing(
    traffic: Traffic, between: Proxy, postgres: OwnPostgres, size: Size, judged: Callable[..., None]
) -> None:
    silences, recovered = size.of(1, 3), []
    with traffic:
        for _ in range(silences):
            traffic.recovered(MACHINE.monotonic())
            between.turn("silent")
            traffic.refused(size.of(2, 3))
            between.turn("open")
            recovered.append(traffic.recovered(MACHINE.monotonic()))
    judged(traffic, postgres.url(), recovered, silences=silences)


def test_a_file_that_another_program_keeps_to_itself_hangs_no_answer_and_loses_nothing(
    traffic_on_a_file: Traffic, sqlite_url: str, size: Size, judged: Callable[..., None]
) -> None:
    traffic, times, recovered = traffic_on_a_file, size.of(1, 3), []
    with traffic, closing(sqlite3.connect(sqlite_url.removeprefix("sqlite:///"), timeout=60)) as other:
        other.isolation_level = None
        for _ in range(times):
            traffic.recovered(MACHINE.monotonic())
            other.execute("BEGIN IMMEDIATE")
            traffic.refused(size.of(1, 3))
            other.execute("ROLLBACK")
            recovered.append(traffic.recovered(MACHINE.monotonic()))
    judged(traffic, sqlite_url, recovered, times_kept=times)
