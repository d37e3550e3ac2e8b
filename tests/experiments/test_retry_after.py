"""A storm of 429s: nobody calls before the time that Slack named, and no time is given away (RELIABILITY R7)."""

import random
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence

import pytest

from bot.call import Call
from bot.sandbox.faults import Weather
from bot.sandbox.state import ApiCall
from tests.experiments.conftest import Size
from tests.experiments.fleet import Fleet
from tests.world import World, key_of

pytestmark = pytest.mark.experiment("R7")
SHARE, LONGEST = 0.3, 30
LOOK = (0.5, 1.0)
"""Seconds between two looks of a worker: one each second at the latest, sooner where it has just made a call."""


def planned(world: World, channels: Sequence[str], posts: int) -> dict[str, list[str]]:
    """The keys of *posts* messages for each of *channels*, planned turn by turn."""
    keys = {channel: [f"update:{channel}:{n}" for n in range(posts)] for channel in channels}
    with world.bot.store.begin() as tx:
        for turn in zip(*keys.values(), strict=True):
            tx.outbox.plan([post(key) for key in turn], world.clock.now())
    return keys


def post(key: str) -> Call:
    channel = key.split(":")[1]
    metadata = {"event_type": "tocsin", "event_payload": {"key": key}}
    args = {"channel": channel, "text": key, "metadata": metadata}
    return Call(key=key, method="chat.postMessage", args=args, stream=channel)


def deliver_all(world: World, fleet: Fleet, chance: random.Random) -> None:
    while True:
        fleet.tick()
        with world.bot.store.read() as tx:
            if not tx.outbox.unfinished():
                return
        world.clock.seconds += chance.uniform(*LOOK)


def topic(channel: str, n: int) -> Call:
    args = {"channel": channel, "topic": f"step {n}"}
    return Call(key=f"topic:{channel}:{n}", method="conversations.setTopic", args=args, stream=channel)


def by_channel(journal: Sequence[ApiCall]) -> Mapping[str, list[ApiCall]]:
    found = defaultdict(list)
    for call in journal:
        if call.method == "chat.postMessage":
            found[call.args["channel"]].append(call)
    return found


def too_early(calls: Sequence[ApiCall]) -> int:
    """Calls of one scope that began before the end of a wait that Slack had asked for at an earlier instant."""
    return sum(call.at < free for call, free in _waits(calls))


def under_way(calls: Sequence[ApiCall]) -> int:
    """Calls of one scope at the very instant at which Slack asked for a wait: other workers had them in hand."""
    return sum(call.at == since for call, since in _refusals(calls))


def _waits(calls: Sequence[ApiCall]) -> Iterator[tuple[ApiCall, float]]:
    """Each call, with the end of the longest wait that was asked for at an earlier instant."""
    for call in calls:
        yield (
            call,
            max((c.at + c.retry_after for c in calls if c.retry_after and c.at < call.at), default=0.0),
        )


def _refusals(calls: Sequence[ApiCall]) -> Iterator[tuple[ApiCall, float]]:
    """Each call, with the instant of the last wait that was asked for before it."""
    last = -1.0
    for call in calls:
        yield call, last
        last = call.at if call.retry_after else last


@pytest.mark.parametrize("seed", [7])
def test_a_storm_of_429s_costs_the_time_that_slack_asks_for_and_no_more(
    world: World, fleet: Fleet, size: Size, figures: Callable[..., None], seed: int
) -> None:
    print(f"seed {seed}")  # noqa: T201 - to do it again
    chance = random.Random(seed)  # noqa: S311 - no secret
    channels = [world.slack.add_channel(f"room-{n}", bot=True) for n in range(size.of(6, 100))]
    keys = planned(world, [channel.id for channel in channels], size.of(5, 20))
    world.slack.faults.weather.append(
        Weather(seed=seed, share=SHARE, kinds=("429",), method="chat.postMessage", retry_after=(1, LONGEST))
    )
    fleet.start(2)
    before, began = len(world.slack.calls), world.clock.machine()
    deliver_all(world, fleet, chance)
    journal = by_channel(world.slack.calls[before:])
    asked = sum(call.retry_after for calls in journal.values() for call in calls)
    took = sum(calls[-1].at - began for calls in journal.values())
    rate = asked / took if took else 0.0
    early = sum(too_early(calls) + under_way(calls) for calls in journal.values())
    figures(
        seed=seed, posts=sum(map(len, keys.values())), refused=sum(bool(c.retry_after) for c in world.slack.calls),
        early=early, share_of_allowed_rate=rate,
        longest=max(calls[-1].at - began for calls in journal.values()),
    )  # fmt: skip
    assert {channel.id: [key_of(message) for message in channel.messages] for channel in channels} == keys
    assert early == 0
    assert rate >= 0.95, "of the rate that the waits allow"


def test_a_429_of_a_method_holds_it_for_every_worker(
    world: World, fleet: Fleet, size: Size, figures: Callable[..., None]
) -> None:
    """One worker is told to wait; calls that are planned meanwhile are not for the other one to make."""
    rooms = [world.slack.add_channel(f"room-{n}", bot=True).id for n in range(size.of(40, 300))]
    method, steps = "conversations.setTopic", 5
    world.slack.faults.add(method, "429", retry_after=LONGEST)
    fleet.start(2)
    for n in range(steps):
        with world.bot.store.begin() as tx:
            tx.outbox.plan([topic(room, n) for room in rooms[n::steps]], world.clock.now())
        fleet.tick()
        world.clock.seconds += 1.0
    deliver_all(world, fleet, random.Random(7))  # noqa: S311 - no secret
    journal = world.slack.calls_of(method)
    figures(calls=len(journal), early=too_early(journal), under_way=under_way(journal))
    assert [world.slack.channel(room).topic for room in rooms] == [
        f"step {n % steps}" for n in range(len(rooms))
    ]
    assert too_early(journal) == 0
