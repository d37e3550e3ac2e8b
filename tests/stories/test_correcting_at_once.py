"""Corrections of an entry that somebody else is just changing: one order of locks, and nothing is lost."""

from collections.abc import Iterator
from dataclasses import replace
from threading import Thread

import pytest
from sqlalchemy import text

from bot.domain.timeline import Entry
from bot.sandbox.server import SandboxServer
from bot.store.store import Tx
from tests.waiting import until
from tests.world import World, declared, said

REF = "INC-2026-0302-001"
WAITING = text(
    "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()"
)


@pytest.fixture
def world(slack_server: SandboxServer, postgres_url: str) -> Iterator[World]:
    """On PostgreSQL: on SQLite one transaction that writes waits for the other."""
    made = World(slack_server, postgres_url)
    try:
        yield made
        made.finish()
    finally:
        made.close()


def recorded(tx: Tx, words: str) -> Entry:
    (entry,) = (each for each in tx.entries(REF) if each.text == words)
    return entry


def while_it_changes(world: World, words: str, typed: str) -> tuple[Entry, bool]:
    """The entry of *words*, of which Slack tells a mark just as ana types *typed*.

    And whether the incident could be had by the one who changed the entry first, while she waited for it.
    """
    ana = world.person("ana")
    answers: list[str] = []
    other = world.another_bot()
    with other.store.begin() as tx:
        found = recorded(tx, words)
        entry = tx.entry_at(found.channel_id or "", found.ts or "")
        assert entry is not None
        tx.save_entry(replace(entry, data={**entry.data, "mark of another": True}))
        typing = Thread(target=lambda: answers.append(ana.commands(f"/incident {typed}").text))
        typing.start()
        until(lambda: waits(world), what="the command waits for the entry")
        is_free = tx.incident(REF, lock=True, if_free=True) is not None
    typing.join()
    assert len(answers) == 1
    assert "went wrong" not in answers[0]
    with world.bot.store.read() as tx:
        return recorded(tx, words), is_free


def waits(world: World) -> bool:
    with world.bot.store.engine.connect() as connection:
        return bool(connection.execute(WAITING).scalar())


def test_who_changes_an_entry_gets_the_incident_while_a_correction_waits(world: World) -> None:
    """As the emoji of tasks does: entry, then incident. In the other order PostgreSQL would end one of the two."""
    ana, _ = declared(world)
    ana.says("Finding: the pool is full")
    world.tick()
    (n,) = entry_numbers(world, "the pool is full")
    entry, is_free = while_it_changes(world, "the pool is full", f"timeline hide {n}")
    assert (entry.deleted_at is not None, entry.data["mark of another"], is_free) == (True, True, True)


def test_an_undo_of_a_correction_keeps_what_became_of_the_entry_meanwhile(world: World) -> None:
    ana, _ = declared(world)
    ana.says("Finding: the pool is full")
    world.tick()
    (n,) = entry_numbers(world, "the pool is full")
    said(world, ana, f"timeline hide {n}")
    entry, is_free = while_it_changes(world, "the pool is full", "undo")
    assert (entry.deleted_at, entry.data.get("mark of another"), is_free) == (None, True, True)


def entry_numbers(world: World, words: str) -> list[int]:
    with world.bot.store.read() as tx:
        found = recorded(tx, words)
        return list(tx.entry_numbers(REF, [found.id or 0]).values())
