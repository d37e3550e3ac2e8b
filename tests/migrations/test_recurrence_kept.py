"""Incidents of former times recur like those of today: an upgrade gives them the tags that a save would."""

from contextlib import closing
from dataclasses import replace
from datetime import timedelta

from sqlalchemy import delete, insert, inspect, select

from bot.domain.incident import Incident
from bot.domain.recurrence import tags
from bot.store import tables
from bot.store.migrate import migrate, upgrade_to
from bot.store.rows import columns_of
from bot.store.store import Store
from tests.records import incident

FORMER = "0016"
SERVICES = (
    "Check_Out",
    "check-out",
    "R&amp;D ＡＰＩ",
    "<#C0BILLING1|billing>",
    "<@U0123>",
    "<https://x.y/a|x.y>",
    "x" * 300,
    " ",
)


def test_services_and_customers_of_stored_incidents_are_compared_after_an_upgrade(
    empty_database_url: str,
) -> None:
    kept = [
        replace(
            incident(), ref=f"INC-{n:04}", channel_id=f"C{n}", declared_at=incident().declared_at + timedelta(n),
            services=SERVICES if n else (), customer="Globex  Ltd." if n % 2 else None,
        )
        for n in range(502)
    ]  # fmt: skip
    with closing(Store(empty_database_url)) as store:
        check_tags_after_an_upgrade(store, kept)


def check_tags_after_an_upgrade(store: Store, kept: list[Incident]) -> None:
    with store.engine.begin() as connection:
        upgrade_to(connection, FORMER)
        there = {column["name"] for column in inspect(connection).get_columns("incidents")}
        for each in kept:
            row = {name: value for name, value in columns_of(each).items() if name in there}
            connection.execute(insert(tables.incidents).values(row))
    migrate(store)
    with store.engine.connect() as connection:
        found = connection.execute(select(tables.tags)).all()
    assert {(row.incident, row.tag, row.words, row.at) for row in found} == {
        (each.ref, tag.key, tag.words, each.declared_at) for each in kept for tag in tags(each)
    }
    with store.begin() as tx:
        for each in (kept[0], kept[-1]):
            stored = tx.incident(each.ref)
            assert stored is not None
            assert stored.causes == ()
            tx.tags.keep(stored)
    with store.begin() as tx:
        tx.tags.keep(replace(kept[-1], services=(), customer=None))
    with store.engine.begin() as connection:
        left = delete(tables.tags).where(tables.tags.c.incident == kept[-1].ref)
        assert connection.execute(left).rowcount == 0
