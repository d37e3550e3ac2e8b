"""Processes are killed and Slack fails, and still each nudge stands exactly once (RELIABILITY R4)."""

import random
from collections import Counter
from collections.abc import Callable
from datetime import timedelta

import pytest

from bot.outbox import SAME
from bot.sandbox.faults import Weather
from tests.experiments.conftest import Size
from tests.experiments.fleet import Fleet, Killer
from tests.experiments.nudged import POLICY, declared, nudged, through_the_hours
from tests.world import World, key_of

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
    declared(world, [size.of(4, 600), *[size.of(1, 100)] * 4])
    world.slack.faults.weather.append(Weather(seed=seed, share=SHARE, kinds=KINDS))
    places, seconds = ((300, 4_000), 3.0) if size.full else ((60, 400), 0.0)
    fleet.killer = Killer(chance=chance, places=places, seconds=seconds)
    fleet.start(size.of(2, 4))
    world.slack.door = None  # what the bot says itself comes back as events, which it ignores
    through_the_hours(fleet)
    world.slack.deliveries.take()
    found, journal = nudged(world), world.slack.calls
    figures(
        seed=seed, nudges=found.planned, missing=found.missing, duplicate=found.duplicate,
        kills=fleet.tally.kills, faults=sum(call.fault is not None for call in journal),
        looks=sum(call.method in LOOKS for call in journal), calls=len(journal),
        swept=fleet.tally.doubles, late_max=found.late[-1],
    )  # fmt: skip
    assert found.planned == size.of(8, 1_000) * 8
    assert (found.missing, found.duplicate) == (0, 0)
    assert fleet.tally.kills >= 5, "they were killed"


def test_a_process_killed_anywhere_around_a_nudge_leaves_it_said_once(
    world: World, fleet: Fleet, figures: Callable[..., None]
) -> None:
    """At each place in turn: between the timer, the plan, the call to Slack and its outcome."""
    declared(world, [1])
    fleet.start(1)
    fleet.forward(minutes=1)
    world.slack.door = None
    ref = world.bot.lookup.listed(open_only=True)[0].ref
    n = 0
    while fleet.tally.kills == n:
        n += 1
        fleet.arm(fleet.workers[0], n)
        fleet.forward(minutes=30)
    fleet.arm(fleet.workers[0], 0)
    fleet.forward(minutes=5)
    world.slack.deliveries.take()
    said = nudges_of(world, ref)
    figures(places=n - 1, nudges=len(said), duplicate=sum(times - 1 for times in said.values()))
    assert n > 15, "there are so many places to be killed at"
    assert said == Counter({f"nudge:{ref}:{k}": 1 for k in range(1, n + 1)})


def nudges_of(world: World, ref: str) -> Counter[str]:
    """The keys of the nudges that stand in the incident's channel."""
    channel = next(each for each in world.slack.channels if each.name.startswith(ref.lower()))
    keys = (key_of(message) for message in channel.messages if not message.deleted)
    return Counter(key for key in keys if key.startswith("nudge:"))


@pytest.mark.parametrize("kind", ["429", "timeout"])
def test_a_nudge_that_slack_holds_up_is_not_said_after_the_resolve(
    world: World, fleet: Fleet, size: Size, figures: Callable[..., None], kind: str
) -> None:
    """A 429 leaves it waiting, and the resolve withdraws it; after a timeout nobody knows, until it is looked for."""
    incidents = size.of(4, 100)
    declared(world, [incidents])
    fleet.start(2)
    fleet.forward(minutes=28)
    world.slack.door = None
    refs = [one.ref for one in world.bot.lookup.listed(open_only=True)]
    world.slack.faults.add("chat.postMessage", kind, times=incidents, retry_after=20)
    fleet.forward(minutes=1, seconds=5)  # the nudges are due, and refused
    for ref in refs[::2]:
        world.bot.incidents.resolve(ref, by=world.person("ana").id, message="it is over")
    fleet.forward(minutes=1)
    world.slack.deliveries.take()
    said = {ref: nudges_of(world, ref).total() for ref in refs}
    figures(kind=kind, incidents=incidents, resolved=len(refs[::2]), nudged=sum(said.values()))
    assert said == {ref: n % 2 for n, ref in enumerate(refs)}


def test_a_nudge_that_is_in_somebodys_hands_is_not_said_after_the_resolve(
    world: World, fleet: Fleet, figures: Callable[..., None]
) -> None:
    """No resolve can withdraw what a worker has claimed: it reads the incident again, just before the call (DR-1)."""
    declared(world, [SAME])
    fleet.start(1)
    fleet.forward(minutes=28)
    world.slack.door = None
    refs = [one.ref for one in world.bot.lookup.listed(open_only=True)]
    (worker,) = fleet.workers
    fleet.arm(worker, 1, place="claimed", stop=True)
    world.clock.move(timedelta(minutes=1))
    worker.order("tick")
    assert fleet.stops(worker)
    for ref in refs[::2]:
        world.bot.incidents.resolve(ref, by=world.person("ana").id, message="it is over")
    fleet.go_on(worker)
    fleet.forward(minutes=1)
    world.slack.deliveries.take()
    said = {ref: nudges_of(world, ref).total() for ref in refs}
    figures(incidents=len(refs), resolved=len(refs[::2]), nudged=sum(said.values()))
    assert said == {ref: n % 2 for n, ref in enumerate(refs)}
