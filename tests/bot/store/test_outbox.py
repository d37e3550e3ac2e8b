"""The rows of the outbox: what may be made now, by whom, and what becomes of the rest."""

# ruff: noqa: SLF001 - plays a transaction that cannot see another's rows

from collections.abc import Collection
from datetime import UTC, datetime
from threading import Barrier, Thread
from typing import Any

import pytest

from bot.call import Call, Priority, filled, result
from bot.store.outbox import Claimed
from bot.store.store import Collision, Store

AT = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
LEASE, SETTLE = 10.0, 2.0


def call(key: str, **more: Any) -> Call:
    return Call(key=key, method=more.pop("method", "chat.postMessage"), args=more.pop("args", {}), **more)


def plan(store: Store, *calls: Call) -> None:
    with store.begin() as tx:
        tx.outbox.plan(calls, AT)


def claim(store: Store, machine: float = 0.0, limit: int = 8, **more: Any) -> list[Claimed]:
    with store.begin() as tx:
        return tx.outbox.claim(machine=machine, lease=LEASE, settle=SETTLE, limit=limit, **more)


def keys(calls: list[Claimed]) -> list[str]:
    return [each.key for each in calls]


def done(store: Store, one: Claimed, **answer: Any) -> bool:
    with store.begin() as tx:
        kept = tx.outbox.done(one, AT)
        if kept:
            tx.outbox.keep_answer(one, answer)
        return kept


def again(store: Store, one: Claimed, *, at: float = 0.0, ambiguous: bool = False, lookups: int = 0) -> bool:
    with store.begin() as tx:
        return tx.outbox.again(one, not_before=at, ambiguous=ambiguous, lookups=lookups, error="again")


def unfinished(store: Store) -> int:
    with store.read() as tx:
        return tx.outbox.unfinished()


def test_a_claimed_call_is_nobody_elses(store: Store):
    plan(store, call("a"), call("b"))
    assert keys(claim(store)) == ["a", "b"]
    assert claim(store) == []


def test_urgent_calls_go_first_then_older_ones(store: Store):
    plan(
        store,
        call("c", priority=Priority.COSMETIC),
        call("u"),
        call("d", priority=Priority.DECLARING),
        call("v"),
    )
    assert keys(claim(store, limit=3)) == ["d", "u", "v"]
    assert keys(claim(store)) == ["c"]


def test_the_same_key_twice_is_refused(store: Store):
    plan(store, call("a"))
    with pytest.raises(Collision):
        plan(store, call("a"))
    assert unfinished(store) == 1


def test_a_stream_keeps_its_order_whatever_happens_to_the_first(store: Store):
    plan(store, call("a", stream="s"), call("b", stream="s"), call("x", stream="t"))
    first, other = claim(store)
    assert (first.key, other.key) == ("a", "x")
    again(store, first, at=5.0, ambiguous=True)
    assert claim(store, machine=4.0) == []
    (first,) = claim(store, machine=5.0)
    assert (first.key, first.attempt, first.ambiguous) == ("a", 2, True)
    done(store, first)
    assert keys(claim(store, machine=5.0)) == ["b"]


def test_a_refused_message_does_not_hold_its_stream(store: Store):
    plan(store, call("a", stream="s"), call("b", stream="s"))
    (first,) = claim(store)
    with store.begin() as tx:
        assert tx.outbox.failed(first, "msg_too_long", AT)
    assert keys(claim(store)) == ["b"]


def test_a_lease_that_ran_out_is_doubtful_and_its_late_worker_is_fenced_off(store: Store):
    plan(store, call("a"))
    (lost,) = claim(store, machine=100.0)
    assert claim(store, machine=100.0 + LEASE - 0.1) == [], "the lease holds to its end"
    assert claim(store, machine=100.0 + LEASE) == [], "first what is under way settles"
    (taken,) = claim(store, machine=100.0 + LEASE + SETTLE)
    assert (taken.attempt, taken.ambiguous, taken.lookups) == (2, True, 0)
    assert not done(store, lost)
    assert not again(store, lost)
    with store.begin() as tx:
        assert not tx.outbox.failed(lost, "too late", AT)
    assert done(store, taken)


def test_what_needs_an_answer_waits_for_it_and_gets_it(store: Store):
    pin = call("pin", method="pins.add", args={"timestamp": result("card", "ts")}, after=("topic",))
    plan(store, call("card"), call("topic"), pin)
    card, topic = claim(store)
    done(store, card, ts="1.2")
    assert claim(store) == []
    done(store, topic)
    (ready,) = claim(store)
    assert ready.answers == {"card": {"ts": "1.2"}}


@pytest.mark.parametrize("end", ["failed", "drop"])
def test_what_needs_a_call_that_was_given_up_is_dropped_with_all_that_needs_it_in_turn(
    store: Store, end: str
):
    plan(store, call("a"), call("b", after=("a",)), call("c", after=("b",)), call("free"))
    first, free = claim(store)
    with store.begin() as tx:
        assert getattr(tx.outbox, end)(first, "for a reason", AT)
    done(store, free)
    assert unfinished(store) == 0
    plan(store, call("late", after=("c",)), call("later", after=("late",)))
    assert unfinished(store) == 0, "planned after the fact, it is dropped at once"


def test_what_needs_a_call_that_nobody_ever_planned_is_dropped(store: Store):
    plan(store, call("edit", args={"ts": result("card:of-an-import", "ts")}))
    assert unfinished(store) == 0
    assert claim(store) == []


def test_what_was_given_up_while_its_edit_was_planned_is_tidied_away(store: Store):
    plan(store, call("a"))
    (first,) = claim(store)
    plan(store, call("edit", after=("a",)), call("more", after=("edit",)))
    with store.begin() as tx:  # as a transaction does that cannot see the edit yet
        tx.outbox._finish(first, state="failed")
    assert claim(store) == []
    assert unfinished(store) == 2
    with store.begin() as tx:
        assert tx.outbox.drop_hopeless() == ["edit"]
    assert unfinished(store) == 0


def test_a_newer_edit_replaces_one_that_waits_and_never_overtakes_one_under_way(store: Store):
    plan(store, call("e1", slot="card", stream="edits"), call("e2", slot="card", stream="edits"))
    (second,) = claim(store)
    assert second.key == "e2"
    plan(store, call("e3", slot="card", stream="edits"))
    assert claim(store) == []
    again(store, second, ambiguous=True)
    plan(store, call("e4", slot="card", stream="edits"))
    (second,) = claim(store)
    assert second.key == "e2", "it may have been made: it holds the stream"
    done(store, second)
    assert keys(claim(store)) == ["e4"]


def test_what_needs_a_call_that_is_replaced_in_the_same_breath_is_dropped(store: Store):
    plan(store, call("e1", slot="card"))
    more = call("after-e1", after=("e1",)), call("after-e2", after=("e2",))
    plan(store, call("before-e2", after=("e2",)), call("e2", slot="card"), *more)
    assert keys(claim(store)) == ["e2"]
    assert unfinished(store) == 2, "e2 and what needs it"


def test_an_edit_that_slack_put_off_is_replaced_too(store: Store):
    plan(store, call("e1", slot="card"))
    (first,) = claim(store)
    again(store, first, at=30.0)
    plan(store, call("e2", slot="card"))
    assert keys(claim(store, machine=31.0)) == ["e2"]


def test_withdrawing_drops_what_certainly_was_not_made_and_what_needs_it(store: Store):
    plan(store, call("n1"), call("n2"), call("n3"), call("past", after=("n2",)))
    doubtful, put_off, _ = claim(store, limit=3)
    again(store, doubtful, ambiguous=True)
    again(store, put_off, at=60.0)
    with store.begin() as tx:
        tx.outbox.withdraw(["n1", "n2", "n3"], "resolved")
    assert keys(claim(store, machine=61.0)) == ["n1"], "it may stand in the channel"
    assert keys(claim(store, machine=63.0)) == ["n3"], "it was under way"
    assert unfinished(store) == 2


def test_slacks_retry_after_holds_every_worker_and_only_what_it_is_about(store: Store):
    here, there = {"channel": "C1"}, {"channel": "C2"}
    plan(store, call("a", args=here), call("b", args=there), call("c", method="pins.add", args=here))
    with store.begin() as tx:
        tx.outbox.throttle("chat.postMessage:C1", 30.0)
        tx.outbox.throttle("chat.postMessage:C1", 10.0)  # an older answer does not shorten it
    assert keys(claim(store, machine=20.0)) == ["b", "c"]
    with store.read() as tx:
        assert tx.outbox.next_try(20.0) == 30.0
    assert keys(claim(store, machine=30.0)) == ["a"]


def test_into_a_channel_that_several_share_one_message_is_on_its_way_at_a_time(store: Store):
    shared = {"channel": "incidents"}
    plan(
        store,
        *(call(f"a{n}", args=shared) for n in range(3)),
        call("x", args={"channel": "C1"}),
        call("none"),
    )
    first, x, none = claim(store)
    assert keys([first, x, none]) == ["a0", "x", "none"]
    assert claim(store) == [], "nor does another worker send into it"
    done(store, first)
    (second,) = claim(store)
    again(store, second, ambiguous=True)
    doubtful, third = claim(store)
    assert keys([doubtful, third]) == ["a1", "a2"], "one that is looked for sends nothing"


def test_times_further_ahead_than_any_is_ever_set_are_over(store: Store):
    """The clock was set back by an hour: nothing waits for an hour."""
    plan(store, call("held"), call("waits"), call("soon"))
    held, waits, soon = claim(store, machine=10_000.0)
    again(store, waits, at=10_030.0)
    again(store, soon, at=6_430.0)
    assert claim(store, machine=6_400.0) != [], "the one that waited, and its lease"
    (taken,) = claim(store, machine=6_400.0 + SETTLE)
    assert (taken.key, taken.ambiguous) == ("held", True)
    assert held.key == "held"
    assert keys(claim(store, machine=6_430.0)) == ["soon"]


class Looking:
    """Slack's limits for calls that are looked for in the history when they are in doubt."""

    def scopes(self, one: Claimed) -> Collection[str]:
        return {"conversations.history"} if one.ambiguous else {one.method}

    def begun_by(self, methods: Collection[str]) -> Collection[str]:
        return {"open_channel"} if "conversations.create" in methods else ()


def test_a_limit_on_looking_holds_doubtful_calls_only(store: Store):
    plan(store, call("a"), call("b"))
    (first,) = claim(store, limit=1)
    again(store, first, ambiguous=True)
    with store.begin() as tx:
        tx.outbox.throttle("conversations.history", 30.0)
    assert keys(claim(store, limits=Looking())) == ["b"]
    assert claim(store, machine=9.0, limits=Looking()) == [], "b is claimed, a waits for the limit"
    assert "a" in keys(claim(store, machine=30.0, limits=Looking()))


def test_a_limit_holds_the_calls_of_several_steps_that_begin_with_it(store: Store):
    plan(store, *(call(f"c{n}", method="open_channel") for n in range(20)), call("x", method="users.info"))
    with store.begin() as tx:
        tx.outbox.throttle("conversations.create", 30.0)
    assert keys(claim(store, limits=Looking())) == ["x"]
    assert len(claim(store, machine=30.0, limits=Looking())) == 8


def test_a_channel_that_is_known_only_by_an_answer_is_held_too(store: Store):
    channel = {"channel": result("opened", "channel.id")}
    plan(
        store,
        call("opened", method="conversations.open"),
        call("dm", args=channel),
        call("dm2", args=channel),
    )
    (opened,) = claim(store)
    done(store, opened, channel={"id": "D1"})
    with store.begin() as tx:
        tx.outbox.throttle("D1", 30.0)

    class Filled(Looking):
        def scopes(self, one: Claimed) -> Collection[str]:
            return {str(filled(one.args, one.answers)["channel"])}

    assert claim(store, machine=5.0, limits=Filled()) == []
    with store.read() as tx:
        assert tx.outbox.next_try(5.0) == 30.0
    assert keys(claim(store, machine=30.0, limits=Filled())) == ["dm", "dm2"]


def test_a_call_that_was_given_up_may_be_planned_anew_under_its_key(store: Store):
    plan(store, call("channel"), call("announce", after=("channel",)))
    (channel,) = claim(store)
    with store.begin() as tx:
        tx.outbox.failed(channel, "restricted_action", AT)
        tx.outbox.plan_anew(call("announce", args={"text": "no channel"}), AT)
    (announce,) = claim(store)
    assert announce.args == {"text": "no channel"}
    with pytest.raises(Collision), store.begin() as tx:
        tx.outbox.plan_anew(call("announce"), AT)


def test_a_suspect_is_given_out_when_it_is_due_and_again_only_later(store: Store):
    plan(store, call("a"), call("b"))
    first, second = claim(store)
    with store.begin() as tx:
        tx.outbox.done(first, AT, sweep_at=20.0)
        tx.outbox.keep_answer(first, {"ts": "1.1"})
        tx.outbox.done(second, AT)
        assert tx.outbox.suspects(19.0, again=20.0, limit=8) == []
        (suspect,) = tx.outbox.suspects(20.0, again=20.0, limit=8)
        assert suspect.answers == {"a": {"ts": "1.1"}}
        assert tx.outbox.suspects(39.0, again=20.0, limit=8) == []
        tx.outbox.sweep_at(suspect.id, 0.0)
        assert tx.outbox.suspects(99.0, again=20.0, limit=8) == []


def test_workers_at_once_share_the_calls_and_keep_each_stream_in_order(store: Store):
    """Eight threads, forty streams of five messages: each made once, each stream in its order."""
    plan(store, *(call(f"{s}:{n}", stream=f"s{s}") for n in range(5) for s in range(40)))
    made: list[tuple[str, str]] = []
    barrier = Barrier(8)

    def work() -> None:
        barrier.wait()
        while unfinished(store):
            for one in claim(store, limit=3):
                made.append((str(one.stream), one.key))
                assert done(store, one)

    threads = [Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for s in range(40):
        assert [key for stream, key in made if stream == f"s{s}"] == [f"{s}:{n}" for n in range(5)]
