"""Retry-After is obeyed by every worker, for the method and channel that Slack limits, and holds up nothing else."""

from datetime import timedelta

import pytest

from bot.app import Bot
from bot.domain.updates import Said
from tests.world import Room, World, key_of

TITLES = ("checkout is down", "search is slow", "mail is late")


def declare(world: World, title: str) -> str:
    """Nothing of it is made yet: the reference."""
    return world.bot.incidents.declare(by=world.person("ana").id, severity="sev1", title=title).incident.ref


def rounds(world: World, *bots: Bot) -> None:
    """All of the workers make what can be made now."""
    while sum(bot.outbox.deliver() for bot in bots):
        pass


def asked(world: World, method: str) -> list[float]:
    """When a method was called, seconds after the first time."""
    times = [call.at for call in world.slack.calls if call.method == method]
    return [at - times[0] for at in times]


def opened(world: World) -> list[str]:
    return [c.name for c in world.slack.channels if c.name.startswith("inc-")]


def test_a_workspace_wide_limit_holds_that_method_for_every_worker_and_nothing_else(world: World) -> None:
    other = world.another_bot()
    first = declare(world, TITLES[0])
    rounds(world, world.bot)
    world.slack.faults.add("conversations.create", "429", retry_after=20)
    declare(world, TITLES[1])
    declare(world, TITLES[2])
    other.updates.post(first, Said(text="pool is exhausted"), by=world.person("ana").id)
    world.bot.outbox.deliver()
    rounds(world, other, world.bot)
    room = world.channel()
    assert len(room.keyed("update")) == 1, "messages go on"
    assert len(asked(world, "conversations.create")) == 2, "the other declare does not ask"
    world.clock.move(timedelta(seconds=19.9))
    rounds(world, other, world.bot)
    assert len(opened(world)) == 1
    world.clock.move(timedelta(seconds=0.1))
    rounds(world, other, world.bot)
    assert len(opened(world)) == 3


def test_a_limit_in_the_middle_of_a_call_of_several_steps_holds_that_step_alone(world: World) -> None:
    """A channel whose creation got no answer is looked for; the list of channels is limited, making one is not."""
    world.expects_errors("name_taken")
    other = world.another_bot()
    world.slack.faults.add("conversations.create", "lost_reply", times=2)
    world.slack.faults.add("users.conversations", "429", retry_after=30)
    for worker, title in ((world.bot, TITLES[0]), (other, TITLES[1])):
        declare(world, title)
        rounds(world, worker)
        world.clock.move(timedelta(seconds=1))
    rounds(world, world.bot)
    assert asked(world, "users.conversations") == [0.0]
    world.clock.move(timedelta(seconds=1))
    rounds(world, other)
    assert len(asked(world, "conversations.create")) == 4, "the other worker comes as far as that"
    assert asked(world, "users.conversations") == [0.0], "and does not ask before its time"
    declare(world, TITLES[2])
    rounds(world, other, world.bot)
    assert len(opened(world)) == 3, "a third channel is made meanwhile"
    with world.bot.store.read() as tx:
        assert [one.channel_id is not None for one in tx.incidents(open_only=True, limit=3)] == [
            True,
            False,
            False,
        ]
    world.clock.move(timedelta(seconds=29))
    rounds(world, other, world.bot)
    assert asked(world, "users.conversations") == [0.0, 30.0, 30.0]
    assert len(opened(world)) == 3, "both were adopted"
    with world.bot.store.read() as tx:
        assert all(one.channel_id for one in tx.incidents(open_only=True, limit=3))


def test_a_channels_limit_holds_what_every_incident_says_there_and_no_other_channel(world: World) -> None:
    other = world.another_bot()
    announce = world.slack.channel("incidents").id
    world.slack.faults.add("chat.postMessage", "429", channel=announce, retry_after=25)
    refs = [declare(world, title) for title in TITLES]
    rounds(world, world.bot, other)
    for name in opened(world):
        assert len(Room(world, world.slack.channel(name)).keyed("card")) == 1, "cards are not held"

    def announcing() -> list[float]:
        return [
            c.at
            for c in world.slack.calls
            if c.method == "chat.postMessage" and c.args["channel"] == "incidents"
        ]

    assert len(announcing()) == 1
    world.clock.move(timedelta(seconds=24.9))
    rounds(world, world.bot, other)
    assert len(announcing()) == 1
    world.clock.move(timedelta(seconds=0.1))
    rounds(world, world.bot, other)
    assert sorted(key_of(m) for m in world.channel("incidents").messages) == [
        f"announce:{ref}" for ref in refs
    ]


def test_a_limit_on_history_holds_looks_and_not_messages(world: World) -> None:
    ana = world.person("ana")
    ref = declare(world, TITLES[0])
    rounds(world, world.bot)
    room = world.channel()
    world.slack.faults.add("chat.postMessage", "lost_reply", channel=room.id)
    world.slack.faults.add("conversations.history", "429", retry_after=40)
    world.bot.updates.post(ref, Said(text="pool is exhausted"), by=ana.id)
    rounds(world, world.bot)
    world.clock.move(timedelta(seconds=2))
    rounds(world, world.bot)
    assert asked(world, "conversations.history") == [0.0]
    declare(world, TITLES[1])
    rounds(world, world.bot)
    assert len(world.channel().keyed("card")) == 1
    world.clock.move(timedelta(seconds=40))
    rounds(world, world.bot)
    assert asked(world, "conversations.history") == [0.0, 40.0]
    assert len(room.keyed("update")) == 1


@pytest.mark.parametrize("lost", [False, True])
def test_each_message_costs_one_call(world: World, *, lost: bool) -> None:
    """Without trouble nothing is looked for; a message whose reply was lost costs one look."""
    ref = declare(world, TITLES[0])
    rounds(world, world.bot)
    world.slack.calls.clear()
    if lost:
        world.slack.faults.add("chat.postMessage", "lost_reply")
    for n in range(5):
        world.bot.updates.post(ref, Said(text=f"update {n}"), by=world.person("ana").id)
        rounds(world, world.bot)
        world.clock.move(timedelta(seconds=5))
    rounds(world, world.bot)
    world.clock.move(timedelta(minutes=2))
    world.bot.outbox.tidy()
    methods = [call.method for call in world.slack.calls]
    assert methods.count("chat.postMessage") == 5
    assert methods.count("conversations.history") == int(lost)
    assert set(methods) <= {"chat.postMessage", "chat.update", "conversations.history"}


def test_a_storm_of_changes_edits_card_and_announcement_once_when_slack_lets_us(world: World) -> None:
    ref = declare(world, TITLES[0])
    rounds(world, world.bot)
    world.slack.calls.clear()
    world.slack.faults.add("chat.update", "429", retry_after=30)
    for n in range(25):
        world.bot.updates.post(ref, Said(text=f"update {n}"), by=world.person("ana").id)
        rounds(world, world.bot)
        world.clock.move(timedelta(seconds=1))
    assert len(asked(world, "chat.update")) == 1
    world.clock.move(timedelta(seconds=5))
    rounds(world, world.bot)
    assert len(asked(world, "chat.update")) == 3, "one for the card, one for the announcement"
    assert "update 24" in world.channel("incidents").keyed("announce")[0].words
