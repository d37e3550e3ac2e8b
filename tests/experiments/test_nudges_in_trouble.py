"""Processes are killed and Slack fails, and still each nudge stands exactly once (RELIABILITY R4)."""

import random
from collections.abc import Callable

import pytest

from bot.sandbox.faults import Weather
from tests.experiments.conftest import Size
from tests.experiments.fleet import Fleet, Killer
from tests.experiments.nudged import POLICY, declared, nudged, through_the_hours
from tests.world import World

pytestmark = pytest.mark.experiment("R4")
KINDS = ("429", "500", "timeout", "lost_reply", "internal_error")
SHARE = 0.15
LOOKS = ("conversations.history", "conversations.replies")


@pytest.fixture
def policy() -> str:
    return POLICY


@pytest.mark.parametrize("seed", [4])
def test_kills_and_faults_lose_no_nudge_and_leave_none_twice(
    world: World, fleet: Fleet, size: Size, figures: Callable[..., None], seed: int
) -> None:
    print(f"seed {seed}")  # noqa: T201 - to do it again
    chance = random.Random(seed)  # noqa: S311 - no secret
    world.expects_errors("name_taken")
    declared(world, [size.of(6, 600), *[size.of(2, 100)] * 4])
    world.slack.faults.weather.append(Weather(seed=seed, share=SHARE, kinds=KINDS))
    places = (300, 4_000) if size.full else (30, 200)
    fleet.killer = Killer(chance=chance, places=places, seconds=3.0)
    fleet.start(size.of(2, 4))
    world.slack.door = None  # what the bot says itself comes back as events, which it ignores
    through_the_hours(fleet)
    world.slack.deliveries.forget()
    found, journal = nudged(world), world.slack.calls
    figures(
        seed=seed, nudges=found.planned, missing=found.missing, duplicate=found.duplicate,
        kills=fleet.tally.kills, faults=sum(call.fault is not None for call in journal),
        looks=sum(call.method in LOOKS for call in journal), calls=len(journal),
        swept=fleet.tally.doubles, late_max=found.late[-1],
    )  # fmt: skip
    assert found.planned == size.of(14, 1_000) * 8
    assert (found.missing, found.duplicate) == (0, 0)
    assert fleet.tally.kills >= 5, "they were killed"
