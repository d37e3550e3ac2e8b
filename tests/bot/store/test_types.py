"""Column types: what comes back is what was put in, on either database."""

from datetime import UTC, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import Column, Integer, MetaData, Table, insert, select
from sqlalchemy.exc import StatementError

from bot.domain.incident import Status
from bot.store.store import Store
from bot.store.types import Items, UtcTime, Word

TABLE = Table(
    "kept", MetaData(), Column("id", Integer, primary_key=True),
    Column("at", UtcTime), Column("word", Word(Status)), Column("items", Items),
)  # fmt: skip


@pytest.fixture
def kept(store: Store):
    TABLE.metadata.create_all(store.engine)

    def keep(**values: object) -> object:
        name = next(iter(values))
        with store.engine.begin() as connection:
            connection.execute(insert(TABLE).values(**values))
            found = connection.execute(select(TABLE.c[name]).order_by(TABLE.c.id.desc()).limit(1))
            return found.scalar_one()

    return keep


@pytest.mark.parametrize(
    "at",
    [
        datetime(2026, 3, 8, 2, 30, 0, 123456, tzinfo=ZoneInfo("America/New_York")),
        datetime(2026, 10, 25, 2, 30, tzinfo=ZoneInfo("Europe/Madrid"), fold=1),
        datetime(1999, 12, 31, 23, 59, 59, 999999, tzinfo=timezone(timedelta(hours=14))),
        None,
    ],
)
def test_a_time_comes_back_as_the_same_instant_in_utc(kept, at: datetime | None):
    back = kept(at=at)
    assert back == (at and at.astimezone(UTC))
    assert back is None or back.tzinfo is UTC


def test_a_time_without_a_zone_is_a_mistake(kept):
    with pytest.raises(StatementError, match="without a zone"):
        kept(at=datetime(2026, 3, 2, 9, 0))  # noqa: DTZ001 - that is the mistake


@pytest.mark.parametrize("word", [*Status, None])
def test_a_word_comes_back_as_its_member(kept, word: Status | None):
    assert kept(word=word) is word


def test_a_word_that_is_none_is_a_mistake(kept):
    with pytest.raises(StatementError):
        kept(word="on fire")


@pytest.mark.parametrize("items", [(), ("a", 1, None), ({"text": "día — 事故", "n": [1, 2]},)])
def test_a_tuple_comes_back_as_a_tuple(kept, items: tuple[object, ...]):
    assert kept(items=items) == items
