"""A call that two processes plan at one moment, under one key, is planned once, and neither fails."""

from dataclasses import replace
from datetime import UTC, datetime
from threading import Barrier, Thread

from bot.call import Call
from bot.store.store import Store

AT = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
CALL = Call(key="person:U1", method="users.info", args={"user": "U1"})


def test_processes_that_meet_somebody_at_once_ask_once(store: Store):
    count = 4
    barrier, ended = Barrier(count), []

    def meet() -> None:
        barrier.wait()
        with store.begin() as tx:
            tx.outbox.plan([CALL], AT, if_new=True)
        ended.append(True)

    threads = [Thread(target=meet) for _ in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(ended) == count
    with store.read() as tx:
        assert tx.outbox.unfinished() == 1


def test_a_call_that_is_there_already_needs_nothing_new(store: Store):
    with store.begin() as tx:
        tx.outbox.plan([CALL], AT)
        tx.outbox.plan([CALL], AT, if_new=True)
        assert tx.outbox.planned == 1
        assert tx.outbox.unfinished() == 1


def test_a_call_to_be_made_once_in_the_life_of_an_incident_is_left_out_the_second_time(store: Store):
    once = replace(CALL, once=True)
    for _ in range(2):
        with store.begin() as tx:
            tx.outbox.plan([once], AT)
    with store.read() as tx:
        assert tx.outbox.unfinished() == 1
