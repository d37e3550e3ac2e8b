"""Slack dead for 30 minutes: people are answered, all of it comes afterwards, nothing leaks (RELIABILITY R8)."""

import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from statistics import quantiles

import pytest
from sqlalchemy import QueuePool, select

from bot.outbox import BATCH
from bot.sandbox import Person
from bot.sandbox.server import SandboxServer
from bot.settings import Settings
from bot.store import tables
from tests.experiments.conftest import Size
from tests.experiments.processes import MACHINE
from tests.experiments.proxy import Mode, Proxy, proxy
from tests.waiting import until
from tests.world import World, key_of

pytestmark = pytest.mark.experiment("R8")
DEAD: tuple[Mode, ...] = ("refused", "silent", "failing")
MINUTES = 30
ANSWERED_WITHIN = 1.0
WARM = 10
"""Incidents before it dies: more than the worker has threads."""


class Behind(World):
    """The bot reaches Slack through a proxy alone."""

    way: Proxy

    def settings(self) -> Settings:
        return replace(super().settings(), slack_api_url=f"http://127.0.0.1:{self.way.port}/api/")


@pytest.fixture
def world(slack_server: SandboxServer, database_url: str) -> Iterator[Behind]:
    with proxy(slack_server.port) as way:
        Behind.way = way
        made = Behind(slack_server, database_url)
        try:
            yield made
            made.finish()
        finally:
            made.close()


@dataclass(frozen=True, slots=True)
class Held:
    """What the process holds, beside the worker's pool of threads and idle connections to the database."""

    threads: frozenset[str]
    descriptors: int

    @classmethod
    def now(cls, world: World) -> "Held":
        names = (f"{thread.name} {thread.ident}" for thread in threading.enumerate())
        opened = [str(each) for each in map(_target, Path("/proc/self/fd").iterdir())]
        database = world.bot.store.engine.url.database or ""
        pool = _pool(world)
        held = pool.checkedin() + pool.checkedout() if world.database_url.startswith("postgres") else 0
        others = [each for each in opened if not each.startswith(database)]
        return cls(frozenset(n for n in names if not n.startswith("outbox_")), len(others) - held)


def _target(descriptor: Path) -> Path | None:
    try:
        return descriptor.readlink()
    except FileNotFoundError:  # closed by now
        return None


def _pool(world: World) -> QueuePool:
    pool = world.bot.store.engine.pool
    assert isinstance(pool, QueuePool)
    return pool


def leaks_nothing(world: World, before: Held) -> None:
    """Threads, descriptors and connections are what they were, as soon as the last call has come back."""

    def is_back() -> bool:
        now = Held.now(world)
        return now.threads <= before.threads and now.descriptors <= before.descriptors

    until(is_back, what=f"no more than {before}")
    until(lambda: _pool(world).checkedout() == 0, what="no connection is in use")
    assert _pool(world).checkedin() <= _pool(world).size()
    assert (
        sum(thread.name.startswith("outbox_") for thread in threading.enumerate()) <= BATCH + 1
    )  # and one that tidies


@pytest.fixture
def worker(world: Behind) -> Iterator[None]:
    """The outbox as it runs in a process, with its pool of threads."""
    thread = threading.Thread(target=world.bot.outbox.run, name="the-outbox")
    thread.start()
    yield
    world.way.turn("open")
    world.bot.outbox.stop()
    thread.join()


def rest(world: World) -> None:
    """Until everything is said, with time going on: waits of calls end, leases run out."""

    def empty() -> bool:
        world.slack.pump()
        world.bot.due.fire()
        world.bot.outbox.wake()
        MACHINE.sleep(0.02)
        with world.bot.store.read() as tx:
            if tx.outbox.unfinished() == 0:
                return True
        world.clock.move(timedelta(seconds=1))
        return False

    until(empty, what="everything is said")


def a_minute(world: World, ana: Person, minute: str, step: int, took: list[float]) -> None:
    """What people do in a minute, each command timed; then the ticks *step* minutes later."""
    lines = [f"update minute {minute}", f"note INC-2026-0302-002 seen at minute {minute}", "status"]
    if minute.split(",", maxsplit=1)[0] in ("0", "12", "24"):
        lines.append(f"declare sev1 service {minute} is down")
    for line in lines:
        begun = MACHINE.monotonic()
        answer = ana.commands(f"/incident {line}")
        took.append(MACHINE.monotonic() - begun)
        assert answer.status == 200
        assert "nothing was recorded" not in answer.text
    ana.says(f"minute {minute} is over")
    world.slack.pump()
    world.clock.move(timedelta(minutes=step))
    world.bot.due.fire()
    world.bot.outbox.wake()


def once_and_in_order(world: World) -> dict[str, int]:
    """Each channel holds what was planned for it, once, and each stream in the order in which it was planned."""
    table = tables.outbox.c
    columns = (table.key, table.state, table.error, table.stream)
    posts = select(*columns).order_by(table.id).where(table.method == "chat.postMessage")
    with world.bot.store.engine.connect() as connection:
        rows = connection.execute(posts).all()
    assert {row.state for row in rows} <= {"done", "dropped"}
    assert {row.error for row in rows if row.state == "dropped"} <= {
        "no longer wanted",
        "replaced by a newer call",
    }
    planned = [row.key for row in rows if row.state == "done"]
    streams = {row.key: row.stream for row in rows}
    said = 0
    for channel in world.slack.channels:
        keys = [key_of(m) for m in channel.messages if key_of(m) and not m.deleted]
        assert sorted(set(keys)) == sorted(keys), "once"
        for stream in {streams[key] for key in keys}:
            of_it = [key for key in keys if streams[key] == stream]
            assert of_it == sorted(of_it, key=planned.index), f"in order, in {channel.name}"
        said += len(keys)
    assert said == len(planned), "and none is missing"
    rooms = [channel for channel in world.slack.channels if channel.name.startswith("inc-")]
    assert len(rooms) == len(world.bot.lookup.listed(open_only=False))
    assert all(len(room.pins) == 1 for room in rooms)
    return {"incidents": len(rooms), "messages": said, "dropped": len(rows) - len(planned)}


def test_while_slack_is_dead_people_are_answered_and_all_of_it_comes_afterwards(
    world: Behind, worker: None, size: Size, figures: Callable[..., None]
) -> None:
    world.expects_errors("name_taken")  # it answers while it dies: the channel is there, and is adopted
    ana, step = world.person("ana"), size.of(6, 1)
    for n in range(WARM):
        ana.commands(f"/incident declare sev1 machine {n} is down")
    rest(world)
    ana.channel = world.slack.channel("inc-2026-0302-001-machine-0-is-down")
    held, took = Held.now(world), list[float]()
    for mode in DEAD:
        world.way.turn(mode)
        for minute in range(0, MINUTES, step):
            a_minute(world, ana, f"{minute}, {mode}", step, took)
        world.way.turn("open")
        rest(world)
    counts = once_and_in_order(world)
    updates = [key_of(m) for m in ana.channel.messages if key_of(m).startswith("update:")]
    assert updates == [f"update:INC-2026-0302-001:{n}" for n in range(1, len(DEAD) * MINUTES // step + 1)]
    leaks_nothing(world, held)
    p99 = quantiles(took, n=100)[98]
    figures(
        times_dead=len(DEAD), virtual_minutes=MINUTES, commands=len(took), p99_seconds=p99, **counts, leaks=0
    )
    size.within("p99 of the answers", p99, ANSWERED_WITHIN)
