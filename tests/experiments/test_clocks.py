"""Clocks of hosts that jump by an hour, or go 5 seconds apart: each nudge once, and none stuck (RELIABILITY R11)."""

import random
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from bot.app import Bot, build
from bot.clock import Clock
from bot.store.migrate import migrate
from tests.experiments.conftest import Size
from tests.world import StillClock, World, key_of, ticks

pytestmark = pytest.mark.experiment("R11")
HOUR = timedelta(hours=1)
TICK, COARSE = timedelta(seconds=5), timedelta(seconds=30)


class HostClock(Clock):
    """The clock of one host: wrong by ``ahead``, business and machine time alike. What it measures is right."""

    def __init__(self, truth: StillClock, ahead: timedelta = timedelta(0)) -> None:
        self._truth, self.ahead = truth, ahead

    def now(self) -> datetime:
        return self._truth.now() + self.ahead

    def machine(self) -> float:
        return self._truth.machine() + self.ahead.total_seconds()

    def shared(self, reading: Callable[[], float] | None) -> float:
        """PostgreSQL has a clock of its own, which is right; SQLite has the host's."""
        return self.machine() if reading is None else self._truth.machine()

    def monotonic(self) -> float:
        return self._truth.monotonic()

    def sleep(self, seconds: float) -> None:
        self._truth.sleep(seconds)


def host(world: World, ahead: timedelta = timedelta(0)) -> tuple[Bot, HostClock]:
    """A bot on a host of its own."""
    clock = HostClock(world.clock, ahead)
    bot = build(world.settings(), clock)
    migrate(bot.store)
    bot.identity.learn()
    world.others.append(bot)
    return bot, clock


def pass_by(world: World, bots: list[Bot], time: timedelta, tick: timedelta = TICK) -> None:
    """*time* goes by, in which all *bots* tick."""
    end = world.clock.now() + time
    while world.clock.now() < end:
        world.clock.move(min(tick, end - world.clock.now()))
        for bot in bots:
            ticks(bot)
            ticks(bot)


def nudges_of(world: World, channel: str) -> list[str]:
    return [key_of(m) for m in world.channel(channel).messages if key_of(m).startswith("nudge:")]


@pytest.mark.parametrize("jump", [HOUR, -HOUR], ids=["ahead", "back"])
def test_a_host_whose_clock_is_an_hour_wrong_for_a_while_says_each_nudge_once(
    world: World, jump: timedelta, size: Size, figures: Callable[..., None]
) -> None:
    """The nudge is refused by a 429 just before the jump: what waits then is not stuck for an hour.

    Where the clock is ahead the next one is due at once, and the one that waits is no longer wanted.
    """
    ana = world.person("ana")
    ana.commands("/incident declare sev1 checkout is down")
    room = world.channel()
    ana.channel = room.channel
    bot, clock = host(world)
    world.others.append(world.bot)
    world.bot = bot
    pass_by(world, [bot], timedelta(minutes=14, seconds=50), COARSE)
    world.slack.faults.add("chat.postMessage", "429", retry_after=20)
    pass_by(world, [bot], timedelta(seconds=10))
    assert room.nudges == []

    clock.ahead = jump
    pass_by(world, [bot], timedelta(minutes=1))
    first = 2 if jump > timedelta(0) else 1
    assert nudges_of(world, room.name) == [f"nudge:INC-2026-0302-001:{first}"], "it is not stuck"
    pass_by(world, [bot], timedelta(minutes=19), COARSE)
    clock.ahead = timedelta(0)
    pass_by(world, [bot], timedelta(minutes=size.of(80, 180)), COARSE)
    said = nudges_of(world, room.name)
    assert said == [f"nudge:INC-2026-0302-001:{n}" for n in range(first, len(said) + first)], (
        "each once, and in order"
    )
    assert len(said) > 1, "and they go on"

    # an update puts the pace right at once
    ana.commands("/incident update the pool is exhausted")
    pass_by(world, [bot], timedelta(minutes=14, seconds=50), COARSE)
    assert len(nudges_of(world, room.name)) == len(said)
    pass_by(world, [bot], timedelta(seconds=20))
    assert len(nudges_of(world, room.name)) == len(said) + 1
    assert "late" not in room.nudges[-1]
    assert ana.commands("/incident resolve").status == 200
    figures(jump=f"{jump.total_seconds() / 3600:+.0f} h", nudges=len(said) + 1, missing=0, duplicate=0)


@pytest.mark.parametrize("seed", [1])
def test_workers_whose_clocks_go_five_seconds_apart_say_each_nudge_once(
    world: World, seed: int, size: Size, figures: Callable[..., None]
) -> None:
    """A third of all messages loses its reply, and history lags behind: both must look before they say it again."""
    print(f"seed {seed}")  # noqa: T201 - to do it again
    chance = random.Random(seed)  # noqa: S311 - no secret
    ana, count, minutes = world.person("ana"), size.of(3, 20), size.of(31, 91)
    for n in range(count):
        ana.commands(f"/incident declare sev1 service {n} is down")
    world.tick()
    rooms = [c for c in world.slack.channels if c.name.startswith("inc-")]
    fast, _ = host(world, timedelta(seconds=2.5))
    slow, _ = host(world, timedelta(seconds=-2.5))
    world.slack.history_lag = 3.0
    for nth in range(1, 3_000):
        if chance.random() < 1 / 3:
            world.slack.faults.add("chat.postMessage", "lost_reply", nth=nth)
    due = world.clock.now() + timedelta(minutes=15)
    pass_by(world, [fast, slow], due - timedelta(seconds=5) - world.clock.now(), COARSE)
    assert all(nudges_of(world, room.name) == [] for room in rooms), (
        "none is early by more than the clocks are"
    )
    pass_by(world, [fast, slow], timedelta(minutes=minutes) - timedelta(minutes=14, seconds=55))
    world.slack.faults.clear()
    pass_by(world, [fast, slow], timedelta(seconds=60))
    wanted = minutes // 15
    doubles = 0
    for room in rooms:
        keys = [key_of(m) for m in room.messages if key_of(m).startswith("nudge:")]
        ref = room.name[:17].upper()
        doubles += len(keys) - len(set(keys))
        assert keys == [f"nudge:{ref}:{n}" for n in range(1, wanted + 1)]
    figures(seed=seed, incidents=count, nudges=count * wanted, missing=0, duplicate=doubles)
