"""One worker: what it does with each outcome of a call, when it tries again, and that nothing ends it."""

import logging
from collections.abc import Mapping
from pathlib import Path
from threading import Event, Thread
from typing import Any

from bot.access import Access
from bot.call import result
from bot.meters import Meters
from bot.outbox import Hooks, Outbox
from bot.slack.client import Ambiguous, Away, Rejected, TryLater
from bot.slack.compound import Gate
from bot.store.migrate import migrate
from bot.store.store import Store
from tests.bench import EDIT, EPHEMERAL, POST, Bench, post
from tests.waiting import until


def test_a_doubtful_message_is_looked_for_after_two_and_six_seconds_then_sent_again(bench: Bench):
    bench.slack.outcomes = [Ambiguous("reset")]
    bench.plan(post("a"))
    bench.forward(30)
    assert bench.slack.looks == [2.0, 6.0]
    assert bench.tries == [0.0, 6.0]
    assert bench.state("a") == "done"


def test_a_doubtful_message_that_is_there_is_not_sent_again(bench: Bench):
    bench.slack.outcomes = [Ambiguous("reset")]
    bench.slack.there = [{"channel": "C1", "ts": "7.7"}]
    bench.plan(post("a"), post("edit", EDIT, args={"ts": result("a", "ts")}))
    bench.forward(30)
    assert [text for _, text in bench.slack.calls] == ["a", "edit"]


def test_a_doubtful_edit_is_made_again_without_a_look(bench: Bench):
    bench.slack.outcomes = [Ambiguous("reset")]
    bench.plan(post("e", EDIT))
    bench.forward(10)
    assert bench.slack.looks == []
    assert bench.tries == [0.0, 2.0]


def test_what_can_be_neither_repeated_nor_found_is_made_at_most_once(bench: Bench):
    bench.slack.outcomes = [Ambiguous("reset")]
    bench.plan(post("w", EPHEMERAL))
    bench.forward(60)
    assert bench.tries == [0.0]
    assert bench.state("w") == "dropped"


def test_what_can_be_neither_repeated_nor_found_is_not_made_again_after_its_worker_died(bench: Bench):
    bench.plan(post("w", EPHEMERAL))
    with bench.store.begin() as tx:
        tx.outbox.claim(machine=bench.clock.machine(), lease=10.0, settle=2.0, limit=1)
    bench.forward(30)
    assert bench.tries == []
    assert bench.state("w") == "dropped"


def test_slack_is_not_asked_before_its_time(bench: Bench):
    bench.slack.outcomes = [TryLater(17, POST, "C1")]
    elsewhere = {"channel": "C2"}
    bench.plan(post("a", stream="s"), post("b", stream="s"), post("c", stream="t", args=elsewhere))
    bench.forward(30)
    assert bench.slack.calls == [(0.0, "a"), (0.0, "c"), (17.0, "a"), (17.0, "b")]


def test_a_limit_on_one_method_holds_all_of_its_calls(bench: Bench):
    bench.slack.outcomes = [TryLater(17)]
    bench.plan(post("e1", EDIT, stream="x"))
    bench.forward(1)
    bench.plan(post("e2", EDIT, stream="y"))
    bench.forward(30)
    assert [at for at in bench.tries if 0.0 < at < 17.0] == []
    assert len(bench.tries) == 3


def test_while_slack_is_away_it_is_asked_less_and_less_often_up_to_every_half_minute(bench: Bench):
    bench.slack.outcomes = [Away("refused")] * 100
    bench.plan(post("a"))
    bench.forward(300)
    pauses = [later - earlier for earlier, later in zip(bench.tries, bench.tries[1:], strict=False)]
    assert pauses[0] == 2.0
    assert pauses == sorted(pauses)
    assert pauses[-1] == 30.0
    bench.slack.outcomes = []
    bench.forward(30)
    assert bench.state("a") == "done"


def test_a_token_that_is_not_accepted_gives_nothing_up(bench: Bench):
    bench.slack.outcomes = [Rejected("invalid_auth")] * 3
    bench.plan(post("a"))
    bench.forward(100)
    assert [at for at, _ in bench.slack.calls] == [0, 30, 60, 90], "once after each good word about the token"
    assert bench.refused == []
    assert bench.state("a") == "done"


def test_a_refusal_is_told_and_drops_what_needs_it(bench: Bench):
    bench.slack.outcomes = [Rejected("msg_too_long")]
    bench.plan(post("a"), post("edit", EDIT, args={"ts": result("a", "ts")}))
    bench.forward(5)
    assert bench.refused == [("a", "msg_too_long")]
    assert (bench.state("a"), bench.state("edit")) == ("failed", "dropped")


def test_a_look_that_slack_refuses_does_not_fail_the_message(bench: Bench):
    bench.slack.outcomes = [Ambiguous("reset")]

    def refuse() -> None:
        raise Rejected("not_in_channel")

    bench.slack.meanwhile = refuse
    bench.plan(post("a"))
    bench.forward(10)
    assert bench.tries == [0.0, 6.0]
    assert bench.state("a") == "done"


def test_a_look_that_fails_is_taken_again(bench: Bench):
    bench.slack.outcomes = [Ambiguous("reset")]
    bench.slack.there = [{"channel": "C1", "ts": "7.7"}]
    troubles: list[Exception] = [Ambiguous("reset"), TryLater(10), Away("refused")]

    def trouble() -> None:
        if troubles:
            raise troubles.pop(0)

    bench.slack.meanwhile = trouble
    bench.plan(post("a"))
    bench.forward(60)
    assert bench.tries == [0.0]
    assert bench.state("a") == "done"


def test_a_bug_in_making_a_call_loses_nothing_and_holds_up_nothing_else(bench: Bench, caplog):
    bench.slack.outcomes = [ZeroDivisionError("a bug"), {"channel": "C1"}]  # and an answer without its ts
    bench.plan(post("a"), post("b"))
    bench.forward(60)
    assert bench.state("a") == bench.state("b") == "done"
    assert "a bug stands in the way of a" in caplog.text
    assert bench.slack.looks != [], "they may have been said"


def test_arguments_that_an_answer_does_not_hold_are_a_loud_failure(bench: Bench, caplog):
    bench.plan(post("a"), post("b", args={"x": result("a", "no.such")}))
    bench.forward(5)
    assert bench.state("b") == "failed"
    assert "lacks 'no'" in caplog.text


def test_a_guarded_call_is_dropped_at_the_last_moment_and_a_doubtful_one_only_after_a_look(bench: Bench):
    bench.wanted = False
    bench.plan(post("n1", guarded=True))
    bench.forward(1)
    assert bench.state("n1") == "dropped"
    bench.wanted = True
    bench.slack.outcomes = [Ambiguous("reset")]
    bench.plan(post("n2", guarded=True))
    bench.forward(1)
    bench.wanted = False
    bench.slack.there = [{"channel": "C1", "ts": "7.7"}]
    bench.forward(10)
    assert bench.state("n2") == "done", "it stands in the channel, and edits must find it"
    assert len(bench.tries) == 1


def test_a_look_that_takes_long_makes_the_lease_longer_before_the_try(bench: Bench):
    bench.slack.outcomes = [Ambiguous("reset")]
    other = bench.another()

    def look() -> None:
        bench.clock.seconds += 9.0
        other.deliver()

    bench.slack.meanwhile = look

    def sending() -> None:
        bench.clock.seconds += 4.0
        other.deliver()

    bench.slack.sending = sending
    bench.plan(post("a"))
    bench.forward(60)
    assert len(bench.slack.looks) == 2
    assert len(bench.tries) == 2, "13 seconds after the claim it was still this worker's"
    assert bench.state("a") == "done"


def test_a_call_whose_lease_another_worker_took_over_is_not_made(bench: Bench, caplog):
    bench.slack.outcomes = [Ambiguous("reset")]
    other = bench.another()
    takes_over = iter([False, True])

    def look() -> None:
        if next(takes_over, False):
            bench.clock.seconds += 11.0
            other.deliver()  # its lease has run out: it is in doubt
            bench.clock.seconds += 2.0
            assert other.deliver() == 1

    bench.slack.meanwhile = look
    bench.plan(post("a"))
    bench.forward(60)
    assert "a took longer than its lease" in caplog.text
    assert len(bench.tries) == 2
    assert bench.state("a") == "done"


def test_the_loop_makes_calls_side_by_side_and_ends_after_those_in_hand(bench: Bench):
    together, go_on = [Event() for _ in range(3)], Event()
    waiting = iter(together)

    def hold(method: str, args: Mapping[str, Any], *, gate: Gate) -> dict[str, Any]:
        next(waiting).set()
        assert go_on.wait(20)
        return {"channel": "C1", "ts": "1.1"}

    bench.slack.perform = hold  # type: ignore[method-assign]
    thread = Thread(target=bench.outbox.run)
    thread.start()
    bench.plan(post("a"), post("b", args={"channel": "C2"}))
    assert together[0].wait(20)
    assert together[1].wait(20)
    bench.plan(post("c", args={"channel": "C3"}))
    assert together[2].wait(20), "a later one does not wait for those in hand"
    bench.outbox.stop()
    go_on.set()
    thread.join(20)
    assert not thread.is_alive()
    assert {bench.state(key) for key in "abc"} == {"done"}


def test_the_loop_outlives_a_database_that_is_away_and_says_so_once(bench: Bench, tmp_path: Path, caplog):
    caplog.set_level(logging.INFO)
    broken = Store(f"sqlite:///{tmp_path}/not/yet/there.sqlite")
    hooks = Hooks(
        answered=lambda _tx, _call, answer: answer,
        refused=lambda *_: None,
        is_wanted=lambda *_: True,
        access=Access(broken, bench.clock, bench.slack.who_am_i),
    )
    outbox = Outbox(broken, bench.clock, bench.slack, hooks, Meters())
    thread = Thread(target=outbox.run)
    thread.start()
    try:
        until(lambda: "the database is away" in caplog.text)
        (tmp_path / "not/yet").mkdir(parents=True)
        migrate(broken)
        outbox.wake()
        until(lambda: "the database is back" in caplog.text)
    finally:
        outbox.stop()
        thread.join(20)
        broken.close()
    assert not thread.is_alive()
    about = [line for line in caplog.messages if "database is" in line]
    assert len(about) == 2, about
