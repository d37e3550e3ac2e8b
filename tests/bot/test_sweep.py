"""The sweep: of messages said twice one stays, the one that the record knows; each other one is counted."""

from datetime import timedelta
from typing import Any

import pytest

from bot.slack.client import Ambiguous, Rejected, TryLater
from tests.bench import HISTORY, Bench, post

OWN = {"channel": "C1", "ts": "1.1"}
OTHER = {"channel": "C1", "ts": "0.9"}


def doubled(bench: Bench, *there: dict[str, Any]) -> None:
    """A message that was in doubt, not found, and sent again; afterwards *there* is what stands in the channel."""
    bench.slack.outcomes = [Ambiguous("reset")]
    bench.plan(post("a"))
    bench.forward(8)
    assert bench.state("a") == "done"
    bench.slack.there = list(there)


def counted(bench: Bench) -> float:
    (line,) = [
        line
        for line in bench.meters.text().decode().splitlines()
        if line.startswith("tocsin_doubles_deleted_total")
    ]
    return float(line.split()[1])


def test_the_message_that_the_record_does_not_know_is_deleted_although_it_is_the_earlier_one(
    bench: Bench, caplog
):
    doubled(bench, OTHER, OWN)
    bench.clock.seconds += 17
    assert bench.outbox.tidy() == 0, "not before its time"
    bench.clock.seconds += 2
    assert bench.outbox.tidy() == 1
    assert bench.slack.there == [OWN]
    assert counted(bench) == 1
    assert "a was said twice; the message of 0.9 is deleted" in caplog.text
    bench.clock.seconds += 1000
    looks = len(bench.slack.looks)
    assert bench.outbox.tidy() == 0
    assert len(bench.slack.looks) == looks, "it is looked for once"


def test_nothing_is_deleted_while_the_message_that_the_record_knows_is_not_in_sight(bench: Bench):
    """History lags: what is seen first may be the older copy, and the newer one is the one that edits go to."""
    doubled(bench, OTHER)
    bench.clock.seconds += 20
    assert bench.outbox.tidy() == 0
    assert bench.slack.there == [OTHER]
    bench.slack.there = [OWN, OTHER]
    bench.clock.seconds += 40
    assert bench.outbox.tidy() == 1
    assert bench.slack.there == [OWN]


def test_where_a_person_deleted_the_message_that_the_record_knows_one_of_the_others_stays(bench: Bench):
    later = {"channel": "C1", "ts": "1.2"}
    doubled(bench, later, OTHER)
    for _ in range(6):
        bench.clock.seconds += 200
        bench.outbox.tidy()
    assert bench.slack.there == [OTHER]
    assert counted(bench) == 1
    assert len(bench.slack.looks) == 2 + 4, "two before it was sent again, four sweeps, and no more"


def test_a_message_that_was_sent_once_and_found_needs_no_sweep(bench: Bench):
    bench.slack.outcomes = [Ambiguous("reset")]
    bench.slack.there = [OWN]
    bench.plan(post("a"))
    bench.forward(3)
    assert bench.state("a") == "done"
    bench.clock.seconds += 60
    bench.outbox.tidy()
    assert bench.slack.looks == [2.0]


def test_a_message_that_was_sent_twice_and_then_found_is_swept(bench: Bench):
    bench.slack.outcomes = [Ambiguous("reset"), Ambiguous("reset")]
    bench.plan(post("a"))
    bench.forward(7)
    bench.slack.there = [OWN]
    bench.forward(10)
    assert (bench.state("a"), len(bench.tries)) == ("done", 2)
    bench.slack.there = [OWN, OTHER]
    bench.clock.seconds += 21
    assert bench.outbox.tidy() == 1


def test_a_message_whose_worker_comes_back_too_late_is_swept(bench: Bench):
    other = bench.another()

    def paused() -> None:
        """Stopped at the socket for longer than its lease; another worker finds nothing and sends."""
        bench.slack.sending = lambda: None
        bench.clock.seconds += 11
        for _ in range(8):
            other.deliver()
            bench.clock.seconds += 1
        bench.slack.there = [OWN]
        bench.clock.seconds += 21
        assert other.tidy() == 0, "the other worker's has been swept by now"

    bench.slack.sending = paused
    bench.plan(post("a"))
    bench.outbox.deliver()
    assert len(bench.tries) == 2, "both have sent it"
    bench.slack.there = [OWN, OTHER]
    bench.clock.seconds += 21
    assert bench.outbox.tidy() == 1
    assert bench.slack.there == [OWN]


def test_the_sweep_waits_where_slack_asks_it_to_and_keeps_others_from_looking(bench: Bench):
    doubled(bench, OTHER, OWN)
    bench.clock.seconds += 20
    troubles: list[Exception] = [TryLater(30, HISTORY)]

    def trouble() -> None:
        if troubles:
            raise troubles.pop()

    bench.slack.meanwhile = trouble
    assert bench.outbox.tidy() == 0
    looks = len(bench.slack.looks)
    bench.slack.outcomes = [Ambiguous("reset")]
    bench.plan(post("b"))
    bench.forward(20)
    assert bench.outbox.tidy() == 0
    assert len(bench.slack.looks) == looks, "neither the sweep nor a doubtful message was looked for"
    bench.forward(10)
    assert bench.outbox.tidy() == 1
    assert bench.slack.there == [OWN]


def refusing(bench: Bench, error: str) -> None:
    """From now on Slack refuses each look."""

    def refuse() -> None:
        raise Rejected(error)

    bench.slack.meanwhile = refuse


@pytest.mark.parametrize("error", ["not_in_channel", "channel_not_found", "missing_scope"])
def test_a_double_in_a_channel_that_the_bot_was_taken_out_of_goes_once_it_is_back(bench: Bench, error: str):
    doubled(bench, OTHER, OWN)
    refusing(bench, error)
    for _ in range(60):
        bench.clock.move(timedelta(minutes=1))
        assert bench.outbox.tidy() == 0
    assert len(bench.slack.looks) <= 2 + 6, "some, and not one a minute"
    bench.slack.meanwhile = lambda: None
    bench.clock.move(timedelta(minutes=20))
    assert bench.outbox.tidy() == 1
    assert bench.slack.there == [OWN]


def test_a_channel_that_cannot_be_looked_into_for_a_week_is_swept_no_more(bench: Bench, caplog):
    doubled(bench, OTHER, OWN)
    refusing(bench, "not_in_channel")
    for _ in range(24 * 10):
        bench.clock.move(timedelta(hours=1))
        assert bench.outbox.tidy() == 0
    assert "a cannot be swept: not_in_channel" in caplog.text
    looks = len(bench.slack.looks)
    assert looks < 40, "the older it is, the more rarely"
    bench.clock.move(timedelta(days=10))
    bench.outbox.tidy()
    assert len(bench.slack.looks) == looks


def test_a_channel_that_slack_shows_to_no_bot_is_swept_no_more(bench: Bench, caplog):
    doubled(bench, OTHER, OWN)
    refusing(bench, "method_not_supported_for_channel_type")
    for _ in range(3):
        bench.clock.move(timedelta(minutes=30))
        assert bench.outbox.tidy() == 0
    assert "a cannot be swept: method_not_supported_for_channel_type" in caplog.text
    assert len(bench.slack.looks) == 2 + 1


def test_the_sweep_waits_for_a_good_token_as_all_calls_do(bench: Bench):
    doubled(bench, OTHER, OWN)
    refusing(bench, "invalid_auth")
    for _ in range(60):
        bench.clock.move(timedelta(seconds=10))
        assert bench.outbox.tidy() == 0
    assert len(bench.slack.looks) == 2 + 1, "the first refusal is enough"
    with bench.store.begin() as tx:
        assert tx.access.opened()
    bench.slack.meanwhile = lambda: None
    assert bench.outbox.tidy() == 1
    assert bench.slack.there == [OWN]
