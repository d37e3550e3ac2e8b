"""Kill -9 between any two steps of a resolve, while another process fires a nudge (RELIABILITY R14)."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from tests.experiments.conftest import Size
from tests.experiments.victims import Victims
from tests.world import World, key_of

pytestmark = pytest.mark.experiment("R14")
ENOUGH = timedelta(seconds=90)
"""Longer than the longest lease and two looks."""


def test_no_nudge_follows_a_resolve_whose_process_is_killed_anywhere(
    world: World, victims: Victims, size: Size, figures: Callable[..., None]
) -> None:
    """The nudge is planned and not said yet, or another process fires it at the same time."""
    world.person("ana")
    killed, kills, n = True, 0, 1
    while killed:
        planned = n % 2 == 0
        answered, killed = _resolved(world, victims, n, planned=planned)
        kills += killed
        if not answered:
            world.person("ana").commands("/incident resolve", world.channel().name)
        world.clock.move(ENOUGH)
        world.tick()
        world.forward(seconds=30)
        _silent(world, spoken=not (answered and planned))
        n += size.of(9, 1)
    assert kills >= size.of(2, 15), "there are so many places to be killed at"
    world.forward(minutes=40)
    _silent(world, spoken=not (answered and planned))
    figures(kills=kills)


def _resolved(world: World, victims: Victims, n: int, *, planned: bool) -> tuple[bool, bool]:
    """A resolve in a process that is killed at its *n*-th place: was it answered, was it killed?"""
    ana = world.person("ana")
    ana.commands(f"/incident declare sev1 service {n} is down")
    room = world.channel()
    ana.channel = room.channel
    world.forward(minutes=14, seconds=59)
    world.clock.move(timedelta(seconds=1))
    if planned:
        world.bot.due.fire()
    beside = [] if planned else [victims.life(world, fire=True, policy="")]
    return victims.command(world, "ana", "/incident resolve pool raised", crash_at=n, beside=beside)


def _silent(world: World, *, spoken: bool) -> None:
    """It was resolved once, and no reminder came after that; *spoken*: one may have come before."""
    room = world.channel()
    keys = [key_of(message) for message in room.messages]
    resolved = [key for key in keys if key.startswith("resolved:")]
    assert len(resolved) == 1
    nudges = [at for at, key in enumerate(keys) if key.startswith("nudge:")]
    assert len(nudges) <= spoken
    assert all(at < keys.index(resolved[0]) for at in nudges)
    assert not any("A status update is due" in words for words in room.nudges), "it is answered"
    ref = room.name[:17].upper()
    with world.bot.store.read() as tx:
        changes = [entry.data.get("change") for entry in tx.entries(ref)]
        assert tx.outbox.unfinished() == 0
    assert changes.count("resolved") == 1
