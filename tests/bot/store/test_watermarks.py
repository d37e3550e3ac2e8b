"""Who reads which channel: one worker at a time, the longest waiting first, and no more calls than are allowed."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from bot.call import Call
from bot.domain.incident import Incident
from bot.domain.looks import Watermark
from bot.store.claims import LONGEST_LIMIT
from bot.store.store import Collision, Store
from bot.store.watermarks import HISTORY, LEFT_TO_LOOKS, paced
from tests.world import at_once

AT = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


def incident(n: int, channel: str | None = None) -> Incident:
    ref = f"INC-2026-0302-{n:03}"
    return Incident(
        ref=ref, severity="P0", declared_by="U1", declared_at=AT, channel_name=f"{ref.lower()}-down",
        channel_id=channel or f"C{n}",
    )  # fmt: skip


def filled(store: Store, n: int) -> None:
    with store.begin() as tx:
        for number in range(1, n + 1):
            tx.add_incident(incident(number))


def claim(store: Store, machine: float) -> Watermark | None:
    with store.begin() as tx:
        return tx.watermarks.claim(machine, 15.0)


def test_every_channel_of_an_incident_is_followed_from_its_first_save_on(store: Store) -> None:
    with store.begin() as tx:
        waiting = tx.add_incident(replace(incident(1), channel_id=None))
        assert tx.watermarks.of_incident(waiting.ref) == []
        tx.save_incident(replace(waiting, channel_id="C1"))
        mark = tx.watermarks.of_channel("C1")
        assert mark is not None
        assert (mark.floor, mark.due_at, mark.wanted) == ("0", 0.0, False)
        tx.add_incident(replace(incident(2, "C2"), channel_name="war-room"))
        adopted = tx.watermarks.of_channel("C2")
        assert adopted is not None
        assert (adopted.floor, adopted.wanted) == ("1772442000.000000", True)


def test_a_save_changes_nothing_of_what_was_read_and_another_incident_begins_anew(store: Store) -> None:
    with store.begin() as tx:
        first = tx.add_incident(incident(1))
        mark = tx.watermarks.of_channel("C1")
        assert mark is not None
        tx.watermarks.save(replace(mark, read_to="5"))
        first = tx.save_incident(replace(first, title="other"))
        assert (tx.watermarks.of_channel("C1") or mark).read_to == "5"
        tx.save_incident(replace(first, channel_id=None))
        tx.add_incident(replace(incident(2, "C1"), channel_name="war-room"))
        now = tx.watermarks.of_channel("C1")
        assert now is not None
        assert (now.incident, now.read_to) == ("INC-2026-0302-002", "1772442000.000000")


def test_a_channel_is_one_workers_until_it_is_given_back_or_the_lease_ends(store: Store) -> None:
    filled(store, 1)
    mine = claim(store, 1_000.0)
    assert mine is not None
    assert claim(store, 1_014.9) is None
    others = claim(store, 1_015.0)
    assert others is not None
    with store.begin() as tx:
        assert tx.watermarks.current(mine) is None, "fenced: another worker took over"
        now = tx.watermarks.current(others)
        assert now is not None
        tx.watermarks.save(replace(now, lease_until=0.0, due_at=2_000.0))
    assert claim(store, 1_999.0) is None
    assert claim(store, 2_000.0) is not None


def test_who_waits_longest_is_read_first_and_nobody_while_slack_asks_to_wait(store: Store) -> None:
    filled(store, 3)
    with store.begin() as tx:
        for n, due in ((1, 30.0), (2, 10.0), (3, 20.0)):
            mark = tx.watermarks.of_channel(f"C{n}")
            assert mark is not None
            tx.watermarks.save(replace(mark, due_at=due))
        assert tx.watermarks.next_due() == 10.0
        tx.outbox.throttle("conversations.history", 100.0)
    assert claim(store, 99.0) is None
    assert [getattr(claim(store, 100.0 + n), "channel_id", None) for n in range(4)] == [
        "C2",
        "C3",
        "C1",
        None,
    ]


def test_after_an_outage_all_are_asked_for_but_those_that_are_long_over(store: Store) -> None:
    filled(store, 3)
    with store.begin() as tx:
        for n, kept in ((2, AT + timedelta(days=1)), (3, AT - timedelta(days=1))):
            mark = tx.watermarks.of_channel(f"C{n}")
            assert mark is not None
            tx.watermarks.save(replace(mark, due_at=None, keep_until=kept))
        assert tx.watermarks.want_all(50.0, AT, AT - timedelta(minutes=9)) == 2
        assert tx.watermarks.lag_since() == AT - timedelta(minutes=9)
        assert tx.watermarks.want_all(60.0, AT, AT) == 2
        marks = [tx.watermarks.of_channel(f"C{n}") for n in (1, 2, 3)]
        told = [(m.wanted, m.fresh, m.due_at, m.wanted_at, m.lag_since) for m in marks if m is not None]
        since = AT - timedelta(minutes=9)
        assert told == [(True, True, 60.0, 50.0, since)] * 2 + [(False, False, None, 0.0, None)]
        assert {m.channel_id for m in tx.watermarks.late(55.0, 9)} == {"C1", "C2"}
        assert tx.watermarks.late(50.0, 9) == []


def test_no_open_channel_waits_longer_than_it_may(store: Store) -> None:
    filled(store, 2)
    with store.begin() as tx:
        far = tx.watermarks.of_channel("C1")
        assert far is not None
        tx.watermarks.save(replace(far, due_at=3_600.0))
        assert (tx.watermarks.hurry(100.0, 300.0), tx.watermarks.hurry(100.0, 300.0)) == (1, 0)
        assert (tx.watermarks.of_channel("C1") or far).due_at == 400.0


def test_all_processes_together_keep_to_one_pace(store: Store) -> None:
    taken: list[bool] = []

    def take() -> None:
        for _ in range(10):
            while True:
                try:
                    with store.begin() as tx:
                        turn = tx.watermarks.take_turn(1_000.0, 1.5, 12)
                except Collision:
                    continue
                taken.append(turn)
                break

    works: list[Callable[[], object]] = [take, take, take]
    at_once(works)
    assert (len(taken), sum(taken)) == (30, 12)
    with store.begin() as tx:
        assert not tx.watermarks.take_turn(1_001.4, 1.5, 12)
        assert tx.watermarks.take_turn(1_001.5, 1.5, 12)
        assert not tx.watermarks.take_turn(1_001.5, 1.5, 12)


def test_a_limit_that_was_kept_before_the_clock_was_set_back_holds_no_page(store: Store) -> None:
    """Slack's limits end within half an hour; a token that it refuses holds all until it is good."""
    filled(store, 1)
    with store.begin() as tx:
        tx.outbox.throttle(HISTORY, 100.0 + LONGEST_LIMIT + 1)
    assert claim(store, 100.0) is not None
    with store.begin() as tx:
        tx.outbox.throttle(HISTORY, 200.0 + LONGEST_LIMIT)
    assert claim(store, 200.0) is None
    assert claim(store, 201.0 + LONGEST_LIMIT) is not None
    with store.begin() as tx:
        tx.access.shut("invalid_auth", AT, try_at=0.0)
    assert claim(store, 9_000.0) is None


def test_pages_leave_the_rare_calls_to_looks_for_a_while_and_not_for_ever(store: Store) -> None:
    filled(store, 1)
    with store.begin() as tx:
        tx.outbox.throttle(paced(HISTORY), 100.0)
        tx.outbox.plan([Call(key="update:1", method="chat.postMessage", args={"channel": "C1"})], AT)
        (call,) = tx.outbox.claim(machine=50.0, lease=10.0, settle=2.0, limit=1)
        tx.outbox.again(call, not_before=60.0, ambiguous=True, lookups=0, error="reset")
    assert claim(store, 101.0) is None
    assert claim(store, 101.0 + LEFT_TO_LOOKS) is not None
