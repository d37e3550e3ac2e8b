"""Whose turn it is to try a token that Slack refuses: by the one clock that all workers share."""

from threading import Event, Thread
from typing import Any

from bot.access import SOONEST, Access
from bot.clock import Clock
from tests.bench import Bench, post
from tests.world import StillClock


class Skewed(StillClock):
    """The clock of a host that is far ahead of the clock that the workers share."""

    def machine(self) -> float:
        return self.seconds + 1_000


def test_a_host_whose_clock_is_wrong_puts_off_nobody(bench: Bench):
    clock = Skewed()
    wrong = Access(bench.store, clock, bench.slack.who_am_i)
    with bench.store.begin() as tx:
        wrong.refused(tx, "invalid_auth")
    clock.seconds += SOONEST - 1
    assert not wrong.is_turn(), "its own clock says that it is time"
    clock.seconds += 1
    bench.clock.seconds = clock.seconds
    right = Access(bench.store, bench.clock, bench.slack.who_am_i)
    assert right.is_turn()
    with bench.store.begin() as tx:
        tx.access.opened()
    wrong.taken("token_revoked")
    assert right.is_turn()


def test_an_answer_to_a_click_does_not_wait_for_a_try_of_the_token(bench: Bench):
    """Slack may take seconds to say whether it takes the token; answers go to an address that needs none."""
    tried, go_on = Event(), Event()

    def slow() -> tuple[dict[str, Any], frozenset[str]]:
        tried.set()
        assert go_on.wait(20)
        return {}, frozenset()

    bench.slack.who_am_i = slow  # type: ignore[method-assign]
    outbox = bench.another()
    with bench.store.begin() as tx:
        tx.access.shut("invalid_auth", bench.clock.now(), try_at=0.0)
    thread = Thread(target=outbox.run)
    thread.start()
    try:
        assert tried.wait(20)
        bench.plan(post("answer", "respond"), post("later"))
        clock = Clock()
        until = clock.monotonic() + 10
        while bench.state("answer") != "done":
            assert clock.monotonic() < until, "it waits for the try"
        assert bench.state("later") == "waiting"
        go_on.set()
        while bench.state("later") != "done":
            assert clock.monotonic() < until, "the token is good again"
    finally:
        go_on.set()
        outbox.stop()
        thread.join(20)
