"""The store: what is kept comes back, one of two wins, and trouble has a name."""

# ruff: noqa: PT012, SLF001 - the transaction is what raises; asks the database about itself

import traceback
from dataclasses import fields, replace
from datetime import UTC, datetime, timedelta
from threading import Barrier, Thread
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from bot.call import Call
from bot.domain.directory import Channel, Group, Person
from bot.domain.incident import Incident, Status
from bot.domain.looks import Watermark
from bot.domain.schedule import Timer, TimerKind
from bot.domain.timeline import Entry, Kind, Precision, Source
from bot.domain.undo import Command
from bot.store import tables
from bot.store.store import Collision, StaleVersion, Store, StoreAway, Tx

AT = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


def incident(ref: str = "INC-2026-0302-001", **more: Any) -> Incident:
    known = {"title": "down <&> 事故", "severity": "P0", "declared_by": "U1", "declared_at": AT}
    return Incident(ref=ref, **{**known, **more})


def message(ts: str | None = "1.1", **more: Any) -> Entry:
    known = {"at": AT, "kind": Kind.MESSAGE, "source": Source.MESSAGE, "channel_id": "C1"}
    said = {"text": "día — 事故 \U0001f525", "recorded_at": AT, "ts": ts}
    return Entry(**{"incident": "INC-2026-0302-001", **known, **said, **more})


def add(store: Store, *some: Incident) -> None:
    with store.begin() as tx:
        for one in some:
            tx.add_incident(one)


def at_once(count: int, work: Any) -> list[Any]:
    """What *work* (n) gives in as many threads, begun at the same moment; exceptions too."""
    barrier = Barrier(count)
    results: list[Any] = [None] * count

    def run(n: int) -> None:
        barrier.wait()
        try:
            results[n] = work(n)
        except Exception as error:  # noqa: BLE001 - the test looks at it
            results[n] = error

    threads = [Thread(target=run, args=(n,)) for n in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


KEPT = {
    tables.incidents: Incident, tables.entries: Entry, tables.timers: Timer,
    tables.last_commands: Command, tables.people: Person, tables.groups: Group, tables.channels: Channel,
    tables.watermarks: Watermark,
}  # fmt: skip


@pytest.mark.parametrize(("table", "kind"), KEPT.items())
def test_a_column_bears_the_name_of_the_field_that_it_keeps(table: Any, kind: Any):
    assert {column.name for column in table.columns} == {field.name for field in fields(kind)}


def test_an_incident_comes_back_field_by_field(store: Store):
    full = incident(
        status=Status.MONITORING, channel_id="C1", channel_name="inc-1", roles={"commander": "U2"},
        services=("checkout", "pay<>"), impact_started_at=AT - timedelta(minutes=3, microseconds=1),
        update_due_at=AT, nudge_due_at=AT, nudges=3, live_nudge=3, facts={"impact_metrics": [{"n": 1.5}]},
    )  # fmt: skip
    with store.begin() as tx:
        kept = tx.add_incident(full)
    with store.read() as tx:
        assert tx.incident(full.ref) == kept == replace(full, version=1)
        assert tx.incident_of_channel("C1") == kept
        assert tx.incident("INC-2026-0302-002") is None


def test_an_entry_comes_back_field_by_field(store: Store):
    full = message(
        until=AT, precision=Precision.MINUTE, approx=True, author="U1", thread_ts="1.0", link="https://x/?a=1&b",
        files=({"name": "a.png", "url": "https://f"},), data={"change": "severity"}, marks=("pin", "emoji:U1"),
        edited_at=AT, versions=({"at": "2026", "text": "old"},),
    )  # fmt: skip
    add(store, incident())
    with store.begin() as tx:
        tx.add_entries([full])
    with store.read() as tx:
        (back,) = tx.entries("INC-2026-0302-001")
    assert replace(back, id=None) == full


def test_entries_of_one_instant_keep_the_order_in_which_they_came(store: Store):
    add(store, incident())
    with store.begin() as tx:
        tx.add_entries([message(f"1.{n}") for n in range(9)])
    with store.read() as tx:
        assert [entry.ts for entry in tx.entries("INC-2026-0302-001")] == [f"1.{n}" for n in range(9)]


def test_the_timeline_is_read_without_the_talk_that_nobody_marked(store: Store):
    """What is asked for within an answer does not read a log of 60,000 messages."""
    add(store, incident())
    record = [
        message("1", text="talk"), message("2", marks=("pin",)), message("3", marks=("pin",), arrived=False),
        message("4", marks=("emoji:U1", "pin"), deleted_at=AT), message("5", at=AT + timedelta(hours=1)),
        message(None, channel_id=None, source=Source.BOT, data={"change": "nudge"}),
        message(None, channel_id=None, source=Source.BOT, kind=Kind.STATUS, marks=("state",)),
    ]  # fmt: skip
    with store.begin() as tx:
        tx.add_entries(record)
    with store.read() as tx:
        ref, whole = record[0].incident, tx.entries(record[0].incident)
        told = [entry for entry in whole if entry.marks or entry.source is not Source.MESSAGE]
        there = [entry for entry in whole if entry.arrived and entry.deleted_at is None]
        on_it = [entry for entry in whole if entry.on_timeline]
        assert len(told) == 5
        assert tx.entries(ref, talk=False) == told
        assert tx.timeline(ref, limit=9) == (2, on_it)
        assert tx.timeline(ref, limit=1) == (2, on_it[-1:])
        assert tx.timeline(ref, limit=3, talk=True) == (5, there[-3:])
        assert tx.timeline(ref, limit=3, talk=True, since=AT + timedelta(hours=1)) == (1, there[-1:])


def test_a_message_is_kept_once_however_often_it_comes(store: Store):
    add(store, incident())

    def record(_: int) -> bool:
        with store.begin() as tx:
            return tx.add_message(message())

    assert sorted(at_once(6, record)) == [False] * 5 + [True]
    with store.read() as tx:
        assert len(tx.entries("INC-2026-0302-001")) == 1


def test_a_stale_version_is_refused_and_nothing_of_its_transaction_stays(store: Store):
    add(store, incident())
    with store.read() as tx:
        old = tx.incident("INC-2026-0302-001")
    assert old is not None
    with store.begin() as tx:
        tx.save_incident(replace(old, title="first"))
    with pytest.raises(StaleVersion), store.begin() as tx:
        tx.add_entries([message()])
        tx.save_incident(replace(old, title="second"))
    with store.read() as tx:
        now = tx.incident("INC-2026-0302-001")
        assert now is not None
        assert (now.title, now.version) == ("first", 2)
        assert tx.entries("INC-2026-0302-001") == []


def test_whoever_locks_an_incident_decides_on_what_the_one_before_kept(store: Store):
    add(store, incident())

    def count(_: int) -> None:
        with store.begin() as tx:
            one = tx.incident("INC-2026-0302-001", lock=True)
            assert one is not None
            tx.save_incident(replace(one, updates=one.updates + 1))

    assert at_once(8, count) == [None] * 8
    with store.read() as tx:
        one = tx.incident("INC-2026-0302-001")
    assert one is not None
    assert (one.updates, one.version) == (8, 9)


def test_messages_are_recorded_while_somebody_decides_on_their_incident(postgres_store: Store):
    add(postgres_store, incident())
    with postgres_store.begin() as deciding:
        deciding.incident("INC-2026-0302-001", lock=True)
        with postgres_store.begin() as recording:
            assert recording.add_message(message())


def test_numbers_are_given_once_each_whoever_asks_at_once(store: Store):
    def take(_: int) -> int:
        with store.begin() as tx:
            return tx.next_number("2026-0302")

    assert sorted(at_once(10, take)) == list(range(1, 11))


def test_timers_follow_the_incident(store: Store):
    add(store, incident(nudge_due_at=AT + timedelta(minutes=15)))
    with store.begin() as tx:
        (timer,) = tx.due_timers(AT + timedelta(minutes=15), 9)
        assert (timer.kind, timer.due_at) == (TimerKind.NUDGE, AT + timedelta(minutes=15))
        assert tx.due_timers(AT + timedelta(minutes=14), 9) == []
        one = tx.incident("INC-2026-0302-001")
        assert one is not None
        tx.save_incident(replace(one, nudge_due_at=None))
        assert tx.next_due() is None


def test_the_newest_incidents_come_first_and_closed_ones_can_be_left_out(store: Store):
    add(store, incident("INC-2026-0301-009", declared_at=AT - timedelta(days=1)), incident(),
        incident("INC-2026-0302-002", status=Status.CLOSED))  # fmt: skip
    with store.read() as tx:
        assert [one.ref[-3:] for one in tx.incidents(open_only=False, limit=9)] == ["002", "001", "009"]
        assert [one.ref[-3:] for one in tx.incidents(open_only=True, limit=9)] == ["001", "009"]


def test_one_delivery_is_taken_by_one(store: Store):
    def take(n: int) -> dict[str, Any] | None:
        with store.begin() as tx:
            if tx.take_delivery("command:1", AT):
                tx.keep_reply("command:1", {"by": n})
            return tx.reply_to("command:1")

    first, *others = at_once(6, take)
    assert first is not None
    assert first.keys() == {"by"}
    assert others == [first] * 5


def test_a_delivery_whose_work_failed_is_free_again(store: Store):
    with pytest.raises(ZeroDivisionError), store.begin() as tx:
        assert tx.take_delivery("command:1", AT)
        raise ZeroDivisionError
    with store.begin() as tx:
        assert tx.take_delivery("command:1", AT)


def test_old_deliveries_are_forgotten(store: Store):
    with store.begin() as tx:
        tx.take_delivery("old", AT)
        tx.take_delivery("new", AT + timedelta(days=1))
        assert tx.forget_replies(AT + timedelta(hours=1)) == 1
        assert not tx.take_delivery("new", AT)


def test_what_people_wrote_stands_in_no_trace_of_an_error(store: Store):
    """Traces are logged, and titles and messages of private incidents are nobody else's (DR-28)."""
    said = "the takeover of Initech"
    add(store, incident())
    with pytest.raises(Collision) as collided:
        add(store, replace(incident(), title=said))
    with pytest.raises((DBAPIError, StoreAway)) as bug, store.begin() as tx:
        tx._connection.execute(text("SELECT :said FROM nowhere"), {"said": said})
    for caught in (collided, bug):
        assert said not in "".join(traceback.format_exception(caught.value))


def test_a_database_that_cannot_be_reached_is_away():
    for url in ("sqlite:////nowhere/at/all.sqlite", "postgresql://postgres@127.0.0.1:1/none"):
        nowhere = Store(url)
        with pytest.raises(StoreAway), nowhere.begin():
            pass
        with pytest.raises(StoreAway):
            nowhere.reach()


def test_a_server_that_ends_the_connection_is_away_and_the_next_transaction_works(postgres_store: Store):
    with pytest.raises(StoreAway), postgres_store.begin() as tx:
        own = tx._connection.execute(text("SELECT pg_backend_pid()")).scalar_one()
        with postgres_store.begin() as other:
            other._connection.execute(text("SELECT pg_terminate_backend(:own)"), {"own": own})
        tx.next_number("x")
    add(postgres_store, incident())


def test_two_that_stand_in_each_others_way_collide_and_one_gets_through(postgres_store: Store):
    add(postgres_store, incident(), incident("INC-2026-0302-002"))
    barrier = Barrier(2, timeout=10)

    def cross(n: int) -> None:
        order = ["INC-2026-0302-001", "INC-2026-0302-002"][:: 1 if n else -1]
        with postgres_store.begin() as tx:
            tx.incident(order[0], lock=True)
            barrier.wait()
            tx.incident(order[1], lock=True)

    ends = at_once(2, cross)
    assert sorted(type(end).__name__ for end in ends) == ["Collision", "NoneType"]


def test_whoever_waits_for_planned_calls_is_woken_after_the_commit_only(store: Store):
    woken: list[int] = []
    store.awake.append(lambda: woken.append(1))

    def plan(tx: Tx) -> None:
        tx.outbox.plan([Call(key="a", method="x", args={})], AT)

    with store.begin() as tx:
        plan(tx)
        assert woken == []
    assert woken == [1]
    with pytest.raises(Collision), store.begin() as tx:
        plan(tx)
    add(store, incident())
    assert woken == [1]


def test_sqlite_is_durable_at_each_commit(sqlite_url: str):
    store = Store(sqlite_url)
    with store.read() as tx:
        asked = {name: tx._connection.execute(text(f"PRAGMA {name}")).scalar_one()
                 for name in ("journal_mode", "synchronous", "foreign_keys")}  # fmt: skip
    store.close()
    assert asked == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1}
