"""Whatever Slack's Web API does, each planned message stands exactly once, and in order (RELIABILITY section 1)."""

import random
from collections.abc import Iterator
from datetime import timedelta

import pytest

from bot.domain.updates import Said
from bot.outbox import Places
from bot.slack.client import open_gate
from tests.world import Room, World, key_of

METHODS = (
    "conversations.create", "conversations.invite", "conversations.open", "conversations.setTopic",
    "conversations.setPurpose", "conversations.history", "users.conversations", "users.info", "pins.add",
    "chat.postMessage", "chat.update", "files.getUploadURLExternal", "files.completeUploadExternal",
)  # fmt: skip
KINDS = ("429", "500", "timeout", "lost_reply", "internal_error", "fatal_error")
DONE = ("500", "internal_error", "fatal_error")
"""Answers after which the call may have been done all the same."""


def wait(world: World, minutes: float) -> None:
    """First what can be made at once is tried at once."""
    world.tick()
    world.forward(minutes=minutes)


def live(world: World) -> Iterator[str]:
    """An incident's whole life; pauses before each step, for things to go wrong in it."""
    ana = world.person("ana")
    world.person("ben")
    yield "declared"
    ana.types("/incident declare sev1 checkout is down")
    wait(world, 5)
    ana.channel = world.channel().channel
    yield "nudged"
    wait(world, 12)
    yield "updated"
    ana.types("/incident update identified pool is exhausted")
    wait(world, 3)
    yield "handed over"
    ana.types("/incident lead @ben")
    wait(world, 3)
    yield "closed"
    ana.types("/incident resolve pool raised")
    ana.types("/incident close")
    wait(world, 3)


def all_of_it(world: World, room: Room) -> None:
    """Everything stands once, in its order, and edits reached what they edit."""
    ref = room.name[:17].upper()
    said = [key_of(message).rpartition(":")[0] if key_of(message).count(":") > 1 else key_of(message)
            for message in room.messages if key_of(message) and not message.thread_ts]  # fmt: skip
    wanted = [f"card:{ref}", f"nudge:{ref}", f"update:{ref}", f"role-assigned:{ref}", f"resolved:{ref}"]
    assert [key for key in said if key in wanted] == wanted
    assert said.count(f"draft:{ref}") == 1
    assert said.index(f"draft:{ref}") == len(said) - 1
    assert [file.name for message in room.channel.messages for file in message.files] == [
        f"{ref}-full-draft-1.md"
    ]
    assert [pin.message.ts for pin in room.channel.pins] == [room.card.ts]
    assert "is *closed*" in room.card.words
    assert "A status update is due" not in room.nudges[0]
    (announcement,) = world.channel("incidents").keyed("announce")
    assert "*closed*" in announcement.words
    assert [c.name for c in world.slack.channels if c.name.startswith("inc-")] == [room.name]
    assert world.person("ben").id in room.channel.members
    assert len([m for m in world.dm(world.person("ben")) if key_of(m).startswith("dm:")]) == 1
    with world.bot.store.read() as tx:
        assert tx.outbox.unfinished() == 0


@pytest.mark.parametrize("kind", [*KINDS, *(f"{kind} after the fact" for kind in DONE)])
def test_each_method_failing_once_at_each_step_changes_nothing_in_the_end(world: World, kind: str) -> None:
    name, _, after = kind.partition(" ")
    world.expects_errors("name_taken", "already_in_channel", "already_pinned", "file_not_found")
    for _ in live(world):
        world.slack.faults.clear()
        for method in METHODS:
            world.slack.faults.add(method, name, retry_after=7, done=bool(after))
    world.slack.faults.clear()
    wait(world, 3)
    all_of_it(world, world.channel())


@pytest.mark.parametrize("seed", range(4))
def test_a_third_of_all_calls_failing_in_any_way_changes_nothing_in_the_end(world: World, seed: int) -> None:
    print(f"seed {seed}")  # noqa: T201 - to do it again
    chance = random.Random(seed)  # noqa: S311 - no secret
    world.expects_errors("name_taken", "already_in_channel", "already_pinned", "file_not_found")
    for nth in range(1, 600):
        if chance.random() < 1 / 3:
            kind = chance.choice(KINDS)
            done = kind in DONE and chance.random() < 1 / 2
            world.slack.faults.add("*", kind, nth=nth, retry_after=chance.randint(1, 30), done=done)
    for _ in live(world):
        wait(world, 1)
    world.slack.faults.clear()
    wait(world, 5)
    all_of_it(world, world.channel())


@pytest.mark.parametrize("kind", ["timeout", "429"])  # R8 has it refused, silent and failing
def test_while_slack_is_dead_for_half_an_hour_people_are_answered_and_all_of_it_comes_afterwards(
    world: World, kind: str
) -> None:
    ana = world.person("ana")
    ana.types("/incident declare sev2 search is slow")
    room = world.channel()
    world.slack.faults.add("*", kind, times=1_000_000, retry_after=30)
    lines = [f"declare sev1 checkout is down {n}" for n in range(3)]
    for line in lines:
        answer = ana.commands(f"/incident {line}")
        assert "is declared" in answer.text or "SEV-1" in answer.text
        world.forward(minutes=5)
    ana.channel = room.channel
    assert "recorded" in ana.commands("/incident update the index is rebuilt").text.lower()
    world.forward(minutes=15)
    assert room.keyed("update") == []
    world.slack.faults.clear()
    world.forward(minutes=2)
    assert len(room.keyed("update")) == 1
    announced = [key_of(message) for message in world.channel("incidents").keyed("announce")]
    assert len(announced) == 4
    rooms = [Room(world, c) for c in world.slack.channels if c.name.startswith("inc-")]
    assert len(rooms) == 4
    for each in rooms:
        assert key_of(each.messages[0]).startswith("card:")
        assert len(each.channel.pins) == 1
        live_ones = [words for words in each.nudges if "A status update is due" in words]
        assert len(live_ones) <= 1, "no burst"


def test_a_channel_that_slack_refuses_is_announced_all_the_same_and_holds_up_nothing(world: World) -> None:
    world.expects_errors("restricted_action")
    ana = world.person("ana")
    world.slack.faults.add("conversations.create", "restricted_action")
    ana.types("/incident declare sev1 checkout is down")
    (announcement,) = world.channel("incidents").keyed("announce")
    assert "checkout is down" in announcement.words
    assert "restricted_action" in announcement.words
    assert len(world.dm(ana)) == 1
    ana.types("/incident update INC-2026-0302-001 all is well")
    world.forward(minutes=20)
    with world.bot.store.read() as tx:
        assert tx.outbox.unfinished() == 0


def test_a_token_that_slack_no_longer_takes_loses_nothing(world: World) -> None:
    world.expects_errors("invalid_auth")
    ana = world.person("ana")
    good, world.slack.bot_token = world.slack.bot_token, "xoxb-another"
    ana.types("/incident declare sev1 checkout is down")
    world.forward(minutes=5)
    assert world.channel("incidents").messages == []
    world.slack.bot_token = good
    world.forward(minutes=1)
    assert len(world.channel("incidents").keyed("announce")) == 1
    assert len(world.channel().channel.pins) == 1


def test_history_that_lags_behind_makes_a_double_that_the_sweep_deletes(world: World) -> None:
    ana = world.person("ana")
    ana.types("/incident declare sev1 checkout is down")
    room = world.channel()
    ana.channel = room.channel
    world.slack.history_lag = 15.0
    world.slack.faults.add("chat.postMessage", "lost_reply")
    ana.types("/incident update pool is exhausted")
    world.settle()
    world.forward(seconds=10)
    assert [key_of(m) for m in room.messages].count("update:INC-2026-0302-001:1") == 2, (
        "nothing could be seen"
    )
    assert world.bot.outbox.tidy() == 0, "not yet"
    world.clock.move(timedelta(seconds=45))
    assert world.bot.outbox.tidy() == 1
    assert [key_of(m) for m in room.messages].count("update:INC-2026-0302-001:1") == 1
    assert world.bot.outbox.tidy() == 0


def test_a_worker_that_wakes_after_its_lease_leaves_a_double_only_until_the_sweep(world: World) -> None:
    """It was stopped between its last look at the clock and the socket: nothing can prevent that it sends."""
    ana = world.person("ana")
    ana.types("/incident declare sev1 checkout is down")
    room = world.channel()
    ana.channel = room.channel
    late = world.another_bot()
    door, world.slack.door = world.slack.door, None
    with world.bot.transactions.begin():
        world.bot.updates.post("INC-2026-0302-001", Said(text="pool is exhausted"), by=ana.id)
    world.slack.door = door
    claimed = late.outbox._claim(8, Places(()))  # noqa: SLF001 - stopped just after it
    ((call, _),) = [each for each in claimed if each[0].key.startswith("update:")]
    world.forward(minutes=1)
    assert len(room.keyed("update")) == 1, "another worker took over"
    late.outbox._delivering._send(call, dict(call.args), open_gate)  # noqa: SLF001 - as it was stopped there
    assert [key_of(m) for m in room.messages].count(call.key) == 2
    world.clock.move(timedelta(seconds=25))
    assert world.bot.outbox.tidy() == 1
    assert len(room.keyed("update")) == 1
