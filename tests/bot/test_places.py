"""A worker's threads: whatever hangs, other calls find one; a declare always does."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from threading import Event, Thread
from typing import Any

import pytest

from bot.call import Call, Priority
from bot.outbox import BATCH, Places
from bot.slack.compound import Gate
from tests.bench import EDIT, Bench, post

D, N, U, C = (int(each) for each in Priority)


def test_one_method_never_takes_all_threads():
    places = Places([("chat.update", C), ("chat.update", U), ("chat.update", D), ("chat.update", N)])
    assert not places.admits("chat.update", D)
    assert places.admits("conversations.create", D)


@pytest.mark.parametrize("priority", [N, U, C])
def test_whatever_else_is_in_hand_a_declare_finds_a_thread(priority: int):
    places, taken = Places(()), 0
    while places.admits(f"method{taken}", priority):
        taken += 1
    assert taken < BATCH
    assert places.admits("conversations.create", D)


def test_however_much_is_declared_something_else_finds_a_thread():
    places, taken = Places(()), 0
    while places.admits(f"method{taken}", D):
        taken += 1
    assert taken < BATCH
    assert places.admits("chat.update", C)


def test_what_is_shut_is_not_asked_for():
    places = Places([("chat.update", C)] * 3)
    assert places.shut == ([], [C])
    assert Places([("chat.update", U)] * 4).shut == (["chat.update"], [])
    assert Places([(f"method{n}", U) for n in range(5)]).shut == ([], [U, C])
    assert Places([(f"method{n}", D) for n in range(7)]).shut == ([], [D])


@contextmanager
def running(bench: Bench) -> Iterator[None]:
    thread = Thread(target=bench.outbox.run)
    thread.start()
    try:
        yield
    finally:
        bench.outbox.stop()
        bench.outbox.wake()
        thread.join(30)
        assert not thread.is_alive()


def test_a_method_that_hangs_holds_up_no_other(bench: Bench):
    """Cards by the dozen whose edits Slack does not answer; and messages, and whatever else is not a declare's."""
    go_on, hanging, made = Event(), Event(), Event()
    hung: list[str] = []

    def perform(method: str, args: Mapping[str, Any], *, gate: Gate) -> dict[str, Any]:
        if method == "conversations.create":
            made.set()
            return {"ts": "1.1"}
        hung.append(method)
        if len(hung) >= 6:
            hanging.set()
        assert go_on.wait(60)
        return {"ts": "1.1"}

    bench.slack.perform = perform  # type: ignore[method-assign]
    edits = [post(f"edit{n}", EDIT, priority=Priority.COSMETIC) for n in range(12)]
    says = [post(f"said{n}", stream=f"s{n}") for n in range(12)]
    nudges = [post(f"n{n}", "conversations.open", priority=Priority.NUDGE) for n in range(12)]
    with running(bench):
        try:
            bench.plan(*edits, *says, *nudges)
            assert hanging.wait(30)
            bench.plan(
                Call(
                    key="c",
                    method="conversations.create",
                    args={"channel": "C1"},
                    priority=Priority.DECLARING,
                )
            )
            assert made.wait(30), "the declare went at once"
        finally:
            go_on.set()
