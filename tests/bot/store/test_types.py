"""Column types: what comes back is what was put in, on either database."""

from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import Column, Integer, MetaData, Table, insert, select
from sqlalchemy.dialects import sqlite
from sqlalchemy.exc import StatementError

from bot.domain.followup import Budget, FollowUp, Priority, Redate, Request, State
from bot.domain.incident import Status
from bot.domain.parts import External, Task
from bot.store.store import Store
from bot.store.types import Items, Part, Parts, Times, UtcTime, Word

TABLE = Table(
    "kept", MetaData(), Column("id", Integer, primary_key=True),
    Column("at", UtcTime), Column("word", Word(Status)), Column("items", Items),
    Column("times", Times), Column("tasks", Parts(Task)), Column("text", Part(External)),
    Column("followups", Parts(FollowUp)),
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


NIGHT = datetime(2026, 10, 25, 2, 30, 0, 5, tzinfo=ZoneInfo("Asia/Kolkata"))


def test_times_by_name_come_back_in_utc(kept):
    assert kept(times={"nudge": NIGHT, "stale": NIGHT + timedelta(hours=1)}) == {
        "nudge": NIGHT.astimezone(UTC),
        "stale": (NIGHT + timedelta(hours=1)).astimezone(UTC),
    }
    assert kept(times={}) == {}


def test_parts_come_back_as_the_values_that_they_were(kept):
    asked = Task(
        n=1, text="restart <it> & see", owner="U2", by="U1", added_at=NIGHT, due_at=NIGHT, asked=True
    )
    plain = Task(n=2, text="2026-03-02T09:00:00+00:00", by="U1", added_at=NIGHT)
    assert kept(tasks=(asked, plain)) == (asked, plain)
    assert kept(tasks=()) == ()


def test_money_and_days_within_parts_come_back_exactly(kept):
    """Binary floats would make 12,000 x 1.1 more than 13,200 (R-AI-2)."""
    asked = Request(n=1, what="budget", by="U1", at=NIGHT, before="$12,000/month", after="$13,200/month")
    moved = Redate(before=date(2026, 4, 15), after=date(2026, 4, 30), by="U1", at=NIGHT)
    upgrade = FollowUp(
        n=1, text="isolate the analytics load", added_at=NIGHT, state=State.AWAITING, due_on=date(2026, 4, 30),
        redates=(moved,), priority=Priority.HIGH, budget=Budget(amount=Decimal("13200.10"), unit="USD/month"),
        requests=(asked,), written={"owner": "Ana", "due_written": "2026-04-30"},
    )  # fmt: skip
    (back,) = kept(followups=(upgrade,))
    assert back == upgrade
    assert (back.budget.amount, back.resumes_as) == (Decimal("13200.10"), None)


def test_a_part_that_may_be_missing_comes_back_as_it_was(kept):
    text = External(n=3, phase="identified", text="we know", by="U1", at=NIGHT)
    assert kept(text=text) == text
    assert kept(text=None) is None


def test_a_field_that_older_rows_lack_has_its_default():
    """A part may grow without a migration."""
    written = [{"n": 1, "text": "look", "by": "U1", "added_at": "2026-03-02T09:00:00+00:00"}]
    (task,) = Parts(Task).process_result_value(written, sqlite.dialect())
    assert (task.owner, task.asked, task.added_at) == (None, False, datetime(2026, 3, 2, 9, 0, tzinfo=UTC))
