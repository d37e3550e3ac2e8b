"""A worker stands still for longer than its lease, between its last check and the socket (RELIABILITY R5)."""

import random
from collections import Counter
from collections.abc import Callable

import pytest

from bot.domain.updates import Said
from tests.experiments.conftest import Size
from tests.experiments.fleet import Fleet
from tests.world import World, declared, key_of

pytestmark = pytest.mark.experiment("R5")
WORST = "at the socket"
STOPS = (1, 1, 1, 2, 3)
"""At which of an update's calls the worker stops: mostly at its message, else at an edit behind it."""


@pytest.mark.parametrize("seed", [5])
def test_who_sends_after_its_lease_leaves_a_double_only_until_the_sweep(
    world: World, fleet: Fleet, size: Size, figures: Callable[..., None], seed: int
) -> None:
    print(f"seed {seed}")  # noqa: T201 - to do it again
    chance = random.Random(seed)  # noqa: S311 - no secret
    ana, _ = declared(world)
    ref = world.bot.lookup.listed(open_only=True)[0].ref
    fleet.start(2)
    updates, pauses = size.of(6, 100), 0
    for n in range(updates):
        late = fleet.workers[n % 2]
        fleet.arm(late, chance.choice(STOPS), place=WORST, stop=True)
        world.bot.updates.post(ref, Said(text=f"step {n}"), by=ana.id)
        late.order("make")
        if fleet.stops(late):
            fleet.forward(seconds=chance.uniform(10.5, 60.0))
            fleet.go_on(late)
            pauses += 1
        fleet.forward(seconds=30)  # until the sweep
        fleet.forward(seconds=10)
    every = [(m, key) for room in world.slack.channels for m in room.messages if (key := key_of(m))]
    said, stand = Counter(key for _, key in every), Counter(key for m, key in every if not m.deleted)
    extra = sum(n - 1 for n in said.values())
    figures(
        seed=seed, pauses=pauses, said_twice=extra, swept=fleet.tally.doubles,
        left_twice=sum(n - 1 for n in stand.values()),
    )  # fmt: skip
    assert {f"update:{ref}:{n}" for n in range(1, updates + 1)} <= set(stand)
    assert extra > 0, "it sent too late, or this experiment shows nothing"
    assert set(stand.values()) == {1}
    assert fleet.tally.doubles == extra, "each one was counted"


def test_who_finds_its_lease_run_out_before_the_last_check_sends_nothing(
    world: World, fleet: Fleet, size: Size, figures: Callable[..., None]
) -> None:
    ana, room = declared(world)
    ref = world.bot.lookup.listed(open_only=True)[0].ref
    fleet.start(2)
    pauses = size.of(4, 50)
    for n in range(pauses):
        late = fleet.workers[n % 2]
        fleet.arm(late, 1, place="claimed", stop=True)
        world.bot.updates.post(ref, Said(text=f"step {n}"), by=ana.id)
        late.order("make")
        assert fleet.stops(late)
        fleet.forward(seconds=60)
        fleet.go_on(late)
    said = Counter(key_of(message) for message in room.channel.messages)
    figures(pauses=pauses, said_twice=sum(n - 1 for key, n in said.items() if key))
    assert {key: n for key, n in said.items() if key.startswith("update:")} == {
        f"update:{ref}:{n}": 1 for n in range(1, pauses + 1)
    }
