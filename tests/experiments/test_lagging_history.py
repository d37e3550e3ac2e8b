"""Replies are lost, and Slack's history shows late what was said (RELIABILITY R6)."""

from collections import Counter
from collections.abc import Callable

import pytest

from bot.delivering import SECOND_LOOK, SETTLE
from bot.domain.updates import Said
from bot.sandbox.faults import Weather
from tests.experiments.conftest import Size
from tests.experiments.fleet import Fleet
from tests.world import Room, World, declared, key_of

pytestmark = pytest.mark.experiment("R6")
SETTLED = SETTLE + SECOND_LOOK
"""Seconds from a lost reply to the last look before it is said again."""


def times_said(room: Room, *, ever: bool) -> Counter[str]:
    """How often each key stands in the channel, or *ever* stood there."""
    return Counter(key for m in room.channel.messages if (ever or not m.deleted) and (key := key_of(m)))


@pytest.mark.parametrize("seed", [6])
def test_what_history_shows_in_time_is_not_said_again_and_the_rest_is_swept(
    world: World, fleet: Fleet, size: Size, figures: Callable[..., None], seed: int
) -> None:
    print(f"seed {seed}")  # noqa: T201 - to do it again
    ana, room = declared(world)
    fleet.start(2)
    lags, posts, twice = range(11) if size.full else (0, 6, 7, 10), size.of(3, 25), {}
    world.slack.faults.weather.append(
        Weather(seed=seed, share=0.4, kinds=("lost_reply",), method="chat.postMessage")
    )
    for lag in lags:
        world.slack.history_lag = float(lag)
        before = times_said(room, ever=True)
        for n in range(posts):
            said = Said(text=f"step {n} at a lag of {lag}")
            world.bot.updates.post(world.bot.lookup.listed(open_only=True)[0].ref, said, by=ana.id)
        for _ in range(4 + posts):
            fleet.forward(seconds=20)
        twice[lag] = sum(n - 1 for n in (times_said(room, ever=True) - before).values())
    in_time = sum(n for lag, n in twice.items() if lag <= SETTLED)
    later = sum(n for lag, n in twice.items() if lag > SETTLED)
    stand = times_said(room, ever=False)
    lost = sum(call.fault == "lost_reply" for call in world.slack.calls)
    figures(
        seed=seed, posts=posts * len(lags), replies_lost=lost, twice_in_time=in_time, twice_later=later,
        swept=fleet.tally.doubles, left_twice=sum(n - 1 for n in stand.values()),
    )  # fmt: skip
    assert len([key for key in stand if key.startswith("update:")]) == posts * len(lags), "none is missing"
    assert in_time == 0, "it could be seen"
    assert later > 0, "it could not be seen, or this experiment shows nothing"
    assert set(stand.values()) == {1}
    assert fleet.tally.doubles >= later
