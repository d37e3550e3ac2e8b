"""Stored incidents of former years count the same after an upgrade: metrics give what fresh imports give."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Table, insert, inspect, select

from bot.archive import Archive
from bot.domain.replay import Stage
from bot.domain.score_data import lines, readings
from bot.domain.score_measured import definitions
from bot.scorecard import Scorecard
from bot.store import tables
from bot.store.migrate import migrate, upgrade_to
from bot.store.store import Store
from bot.transaction import Transactions
from tests.records import REPLAYS, needs_replays, policy
from tests.world import StillClock

FORMER = "0013"
"""Before follow-ups and before metrics: action items stood among the facts."""
KEPT = ("techflow-p0", "db-sev1", "payment-degradation", "api-outage")


def scorecard(store: Store) -> Scorecard:
    return Scorecard(Transactions(store, StillClock(), policy()))


def numbers(store: Store) -> dict[str, Any]:
    """All numbers of three years, and the list behind each."""
    counted = scorecard(store)
    card = counted.card(counted.period("2023-01-01..2025-12-31"), most=None)
    return {"lines": lines(card), **{line.metric.key: readings(line) for line in card.lines}}


def rows(store: Store, table: Table) -> list[dict[str, Any]]:
    with store.engine.connect() as connection:
        return [dict(row._mapping) for row in connection.execute(select(table))]  # noqa: SLF001 - its public name


def as_it_was(row: dict[str, Any], items: list[Any]) -> dict[str, Any]:
    """The row of an incident with its action items where that version kept them."""
    return {**row, "facts": {**row["facts"], **({"action_items": items} if items else {})}}


@needs_replays
def test_stored_incidents_of_former_years_count_the_same_after_an_upgrade(
    empty_database_url: str, tmp_path: Path
) -> None:
    fresh = Store(f"sqlite:///{tmp_path}/fresh.db")
    migrate(fresh)
    items: dict[str, list[Any]] = {}
    archive = Archive(Transactions(fresh, StillClock(), policy()))
    for name in KEPT:
        text = (REPLAYS / f"{name}.json").read_text(encoding="utf-8")
        ref = archive.import_replay(text, stage=Stage.FINAL)
        items[ref] = json.loads(text)["facts"].get("action_items", [])
    old = Store(empty_database_url)
    with old.engine.begin() as connection:
        upgrade_to(connection, FORMER)
        for table in (tables.incidents, tables.entries):
            there = {column["name"] for column in inspect(connection).get_columns(table.name)}
            for row in rows(fresh, table):
                was = as_it_was(row, items[row["ref"]]) if table is tables.incidents else row
                connection.execute(insert(table).values({k: v for k, v in was.items() if k in there}))
    migrate(old)
    told = numbers(old)
    assert told == numbers(fresh)
    assert [row["value"] for row in told["resolved"]] == ["5 h 47 min", "3 h 30 min", "1 h 57 min"]
    assert [row["value"] for row in told["closed"]] == ["2 h 47 min 15 s"]
    assert len(told["followups"]) == len([item for ref in items for item in items[ref] if item.get("due")])
    fresh.close()
    old.close()


@pytest.fixture
def kept(database_url: str):
    """A database in which techflow was measured."""
    store = Store(database_url)
    text = (REPLAYS / "techflow-p0.json").read_text(encoding="utf-8")
    Archive(Transactions(store, StillClock(), policy())).import_replay(text, stage=Stage.FINAL)
    numbers(store)
    yield store
    store.close()


@needs_replays
def test_another_definition_makes_anew_what_was_kept(kept: Store) -> None:
    """What another version of the bot measured, or another pace of the policy, is never shown."""
    card = scorecard(kept)
    assert card.refresh() == 0
    with kept.begin() as tx:
        (known,) = tx.scores.known(definitions(policy()), None)
        assert known.kept is not None
        basis = replace(known.kept.basis, definitions="0:former")
        tx.scores.keep([replace(known.kept, basis=basis, measures=())])
    assert card.card(card.period("2024"), most=0).waiting == 1
    assert card.refresh() == 1
    assert [row["value"] for row in numbers(kept)["resolved"]] == ["1 h 57 min"]
