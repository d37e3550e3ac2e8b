"""Any number of workers send each nudge once, and on time (RELIABILITY R3)."""

from collections.abc import Callable

import pytest

from tests.experiments.conftest import Size
from tests.experiments.fleet import Fleet
from tests.experiments.nudged import POLICY, declared, nudged, through_the_hours
from tests.world import World

pytestmark = pytest.mark.experiment("R3")


@pytest.fixture
def policy() -> str:
    return POLICY


@pytest.mark.parametrize("workers", [2, 4])
def test_each_nudge_is_said_once_and_on_time(
    world: World, fleet: Fleet, size: Size, figures: Callable[..., None], workers: int
) -> None:
    declared(world, [size.of(6, 600), *[size.of(1, 100)] * 4])
    fleet.start(workers)
    world.slack.door = None  # what the bot says itself comes back as events, which it ignores
    through_the_hours(fleet)
    world.slack.deliveries.take()
    found = nudged(world)
    figures(
        workers=workers, nudges=found.planned, missing=found.missing, duplicate=found.duplicate,
        late_p99=found.late_p99, late_max=found.late[-1], calls=fleet.tally.made,
    )  # fmt: skip
    assert found.planned == size.of(10, 1_000) * 8
    assert (found.missing, found.duplicate) == (0, 0)
    assert found.late_p99 <= 1.0, "at most one tick"
