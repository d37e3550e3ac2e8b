"""A bot with nothing to do only looks: on SQLite each transaction that may write keeps all other processes waiting."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
from sqlalchemy import Connection, event

from bot.sandbox import Person
from tests.world import World, declared


@contextmanager
def writers(world: World) -> Iterator[Counter[str]]:
    """Transactions that may write, by the tick that began them."""
    count, engine = Counter[str](), world.bot.store.engine

    def began(connection: Connection) -> None:
        count["write"] += not connection.get_execution_options().get("reading", False)

    event.listen(engine, "begin", began)
    yield count
    event.remove(engine, "begin", began)


def second(world: World, n: int) -> None:
    """What a running process does in its *n*-th second."""
    world.clock.sleep(1)
    while world.bot.outbox.deliver():
        pass
    for tick in world.bot._ticks():  # noqa: SLF001 - all of them, whatever they are
        if n % tick.every == 0:
            tick.work()
    if n % 5 == 0:
        world.bot.outbox.tidy()


def counted(world: World, seconds: int) -> int:
    """How many transactions that may write a process begins, after its first second."""
    for n in range(3):
        second(world, n)
    with writers(world) as count:
        for n in range(1, seconds + 1):
            second(world, n)
    return count["write"]


def test_a_minute_with_nothing_to_do_is_the_audit_and_a_sign_of_life(world: World, ana: Person) -> None:
    ana.commands("/incident resolve it is over")
    world.tick()
    assert counted(world, 120) <= 2 * 3 + 1, "and what doctor tells of is looked at for the first time"


@pytest.mark.parametrize("kind", ["429", "token_revoked"])
def test_calls_that_wait_for_slack_are_only_looked_at(world: World, kind: str) -> None:
    world.expects_errors(kind)
    ana, _ = declared(world)
    world.tick()
    if kind == "429":
        world.slack.faults.add("chat.postMessage", "429", retry_after=600)
    else:
        world.slack.revoke_token()
    for n in range(3):
        ana.commands(f"/incident update step {n}")
    for n in range(3):
        second(world, n)
    tries = 2 * 60 // 30
    assert counted(world, 60) <= 3 + 3 * tries
    world.slack.install_again()
    world.forward(minutes=12)
    assert len(world.channel().keyed("update")) == 3


def test_a_draft_that_waits_for_a_look_and_a_look_that_waits_for_slack_write_nothing(world: World) -> None:
    ana, _ = declared(world)
    world.tick()
    world.clock.move(timedelta(minutes=1))
    world.slack.faults.add("conversations.history", "429", retry_after=120)
    world.bot.backfill.look_everywhere()
    second(world, 1)
    ana.commands("/incident resolve it is over")
    ana.commands("/incident close")
    world.settle()
    assert counted(world, 60) <= 6
    assert world.channel().keyed("draft") == []
    world.forward(minutes=5)
    assert len(world.channel().keyed("draft")) == 1
