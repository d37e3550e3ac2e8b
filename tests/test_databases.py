"""The databases that the tests stand on: each test has its own, on both engines."""

import psycopg
import pytest
from sqlalchemy import inspect

from bot.store.migrate import migrate
from bot.store.store import Store
from bot.store.tables import metadata
from tests.postgres import Postgres


def tables(url: str) -> list[str]:
    with psycopg.connect(url) as connection:
        rows = connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        return [name for (name,) in rows]


@pytest.mark.parametrize("run", [1, 2])
def test_what_one_test_writes_the_next_does_not_see(empty_postgres_url, run):
    assert tables(empty_postgres_url) == []
    with psycopg.connect(empty_postgres_url) as connection:
        connection.execute("CREATE TABLE written (run int)")
    assert tables(empty_postgres_url) == ["written"]


def test_a_copy_of_a_template_holds_what_the_template_holds(postgres: Postgres):
    with postgres.database() as original:
        with psycopg.connect(original) as connection:
            connection.execute("CREATE TABLE kept (id int)")
        name = original.partition("@/")[2].partition("?")[0]
        with postgres.database(template=name) as copy:
            assert tables(copy) == ["kept"]


def test_a_database_is_dropped_while_someone_is_still_connected(postgres: Postgres):
    with postgres.database() as url:
        left_open = psycopg.connect(url)
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(url)
    left_open.close()


def test_both_engines_are_asked(empty_database_url, request):
    engine = request.node.callspec.params["empty_database_url"]
    assert empty_database_url.startswith({"sqlite": "sqlite:///", "postgres": "postgresql://"}[engine])


def test_a_database_has_todays_tables_and_no_others(database_url):
    engine = Store(database_url).engine
    found = set(inspect(engine).get_table_names())
    engine.dispose()
    assert found == {*metadata.tables, "alembic_version"}


def test_a_database_that_was_made_without_a_locale_keeps_every_letter(postgres: Postgres):
    """``initdb`` on a machine without a locale makes it SQL_ASCII."""
    name = "without_a_locale"
    postgres.admin.execute(
        f"CREATE DATABASE {name} TEMPLATE template0 ENCODING 'SQL_ASCII' LC_COLLATE 'C' LC_CTYPE 'C'"
    )
    store = Store(postgres.url(name))
    try:
        migrate(store)
        with store.begin() as tx:
            tx.remember("said", {"words": "Zoë · 停電 · שלום 🔥"})
        with store.read() as tx:
            assert tx.known("said") == {"words": "Zoë · 停電 · שלום 🔥"}
    finally:
        store.close()
        postgres.admin.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.mark.parametrize("run", [1, 2])
def test_of_a_database_that_another_test_left_nothing_is_seen(postgres: Postgres, postgres_template, run):
    with postgres.migrated() as url:
        store = Store(url)
        with store.begin() as tx:
            assert (tx.known("left"), tx.next_number("n")) == (None, 1), f"what run {run} finds"
            tx.remember("left", run)
        store.close()
    assert postgres.url(postgres.spare[-1]) == url, "the next test gets it"


def test_a_database_whose_tables_a_test_changed_is_not_for_the_next(postgres: Postgres, postgres_template):
    with postgres.migrated() as url, psycopg.connect(url) as connection:
        connection.execute("ALTER TABLE incidents ADD COLUMN mine int")
    assert url not in map(postgres.url, postgres.spare)
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(url)


def test_an_index_that_a_test_dropped_is_seen_too(postgres: Postgres, postgres_template):
    with postgres.migrated() as url, psycopg.connect(url) as connection:
        connection.execute("DROP INDEX ix_timers_due_at")
    assert url not in map(postgres.url, postgres.spare)
