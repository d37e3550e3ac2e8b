"""What every test can ask for: databases of its own, and an environment that says nothing.

`database_url` has today's tables, `empty_database_url` has none; a test that takes one of them runs on SQLite
and on PostgreSQL. `sqlite_url` and `postgres_url` are for a test that means one of the two.
"""

import os
import shutil
import sqlite3
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from bot.store.migrate import migrate
from bot.store.store import Store
from tests import postgres as pg
from tests.slack_samples import AT_HAND, MISSING

CHECKOUT = Path(__file__).parent.parent
VARIABLES = [
    line.partition("=")[0]
    for line in (CHECKOUT / ".env.example").read_text().splitlines()
    if "=" in line and not line.startswith("#")
]

# no test fails for being slow; CI draws the same examples every time
settings.register_profile("tocsin", deadline=None, derandomize="CI" in os.environ)
settings.load_profile("tocsin")


def pytest_addoption(parser: pytest.Parser) -> None:
    """What ``make experiments`` asks for; see tests/experiments."""
    group = parser.getgroup("experiments")
    group.addoption(
        "--full", action="store_true", help="experiments at their full size, limits of time judged"
    )
    group.addoption(
        "--figures", metavar="PAGE", help="write the experiments' figures into this Markdown page"
    )


def pytest_report_header() -> list[str]:
    """One line where stories are not compared with Slack's documentation."""
    return [] if AT_HAND else [MISSING]


@pytest.fixture(autouse=True)
def nothing_in_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """What the developer has set for a bot of their own does not reach the tests."""
    for name in VARIABLES:
        monkeypatch.delenv(name, raising=False)


@pytest.fixture(scope="session")
def postgres(testrun_uid: str) -> Iterator[pg.Postgres]:
    """The PostgreSQL that all processes of this run share; started when the first test asks."""
    with pg.running(Path(tempfile.gettempdir()) / f"tocsin-pg-{testrun_uid[:12]}") as server:
        yield server


@pytest.fixture(scope="session")
def postgres_template(postgres: pg.Postgres) -> str:
    return postgres.make_template(make_tables)


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("template")
    make_tables(f"sqlite:///{folder}/migrated.sqlite")
    # one file whatever the journal mode, so that a copy of it is whole
    migrated = sqlite3.connect(folder / "migrated.sqlite")
    migrated.execute("VACUUM INTO ?", [str(folder / "template.sqlite")])
    migrated.close()
    return folder / "template.sqlite"


@pytest.fixture
def sqlite_url(sqlite_template: Path, tmp_path: Path) -> str:
    return f"sqlite:///{shutil.copy(sqlite_template, tmp_path / 'tocsin.sqlite')}"


@pytest.fixture
def postgres_url(postgres: pg.Postgres, postgres_template: str) -> Iterator[str]:
    with postgres.migrated() as url:
        yield url


@pytest.fixture
def empty_sqlite_url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path / 'empty.sqlite'}"


@pytest.fixture
def empty_postgres_url(postgres: pg.Postgres) -> Iterator[str]:
    with postgres.database() as url:
        yield url


@pytest.fixture(params=["sqlite", "postgres"])
def database_url(request: pytest.FixtureRequest) -> str:
    """A database of this test's own with today's tables, as a DATABASE_URL."""
    return str(request.getfixturevalue(f"{request.param}_url"))


@pytest.fixture(params=["sqlite", "postgres"])
def empty_database_url(request: pytest.FixtureRequest) -> str:
    """A database of this test's own with nothing in it, as a DATABASE_URL."""
    return str(request.getfixturevalue(f"empty_{request.param}_url"))


def make_tables(url: str) -> None:
    """What `python -m bot migrate` does with this DATABASE_URL; nobody is connected afterwards."""
    store = Store(url)
    try:
        migrate(store)
    finally:
        store.engine.dispose()
