"""An incident's channel is deleted: it goes on in a new one, with its people."""

import re

import pytest

from tests.stories.test_out_of_reach import REF, calls_into, elsewhere, incident, timeline
from tests.world import World, declared, joined


@pytest.mark.parametrize("private", [False, True])
def test_a_deleted_channel_is_followed_by_a_new_one_with_the_people_in_it(
    world: World, *, private: bool
) -> None:
    world.expects_errors("channel_not_found")
    ana = world.person("ana")
    ana.commands("/incident declare sev1 checkout is down" + (" --private" if private else ""))
    old = world.channel()
    ana.channel = old.channel
    ben = world.person("ben")
    ana.invites("ben")
    ben.channel = old.channel
    ben.says("it is the pool")
    ana.commands("/incident role comms @ben")
    world.settle()
    ana.deletes_channel(old.channel)
    elsewhere(world, ana)
    world.tick()
    new = world.channel()
    assert new.id != old.id
    assert new.channel.is_private is private
    assert {ana.id, ben.id} <= set(new.channel.members)
    assert "its former channel was deleted" in new.keyed("moved").words[0]
    assert "is *investigating*" in new.card.words
    assert incident(world).channel_id == new.id
    assert incident(world).out_of_reach is None
    assert f"its channel was deleted; it goes on in <#{new.id}>" in world.dm(ana).words[0]
    announced = "\n".join(world.channel("incidents").messages.words)
    assert (f"<#{new.id}>" in announced) is not private
    assert (REF in announced) is not private
    assert f"The channel was deleted by <@{ana.id}>" in timeline(world)
    since = len(world.slack.calls)
    world.forward(minutes=16)
    assert len(new.nudges) == 1
    assert calls_into(world, old, since) == []
    assert " on: Slack does not let" not in world.bot.documents.make(REF, "sre").content, (
        "the new one is read"
    )
    ben.channel = new.channel
    ben.says("restarted it")
    world.settle()
    assert "restarted it" in ben.commands("/incident timeline --all").text
    assert "it is the pool" in ben.commands("/incident timeline --all").text


def test_into_the_channel_after_a_deleted_one_come_all_who_spoke_and_are_there(world: World) -> None:
    world.expects_errors("channel_not_found")
    ana, old = declared(world)
    ben, cara, dev = (joined(world, name) for name in ("ben", "cara", "dev"))
    ben.commands("/incident role commander me")
    cara.says("it is the pool")
    dev.says("I look")
    world.settle()
    world.slack.deactivate("ben")
    world.slack.deactivate("dev")
    world.settle()
    ana.deletes_channel(old.channel)
    elsewhere(world, ana)
    world.tick()
    new = world.channel()
    assert {ana.id, cara.id} <= set(new.channel.members)
    assert new.keyed("trouble") == [], "nobody could invite who is deactivated"
    invited = [call.args["users"] for call in world.slack.calls_of("conversations.invite")][-1]
    assert ben.id not in invited
    assert dev.id not in invited


def test_a_channel_after_a_deleted_one_names_who_could_not_be_invited(world: World) -> None:
    world.expects_errors("channel_not_found")
    ana, old = declared(world)
    cara = joined(world, "cara")
    cara.says("it is the pool")
    world.settle()
    door, world.slack.door = world.slack.door, None
    world.slack.deactivate("cara")
    world.slack.deliveries._waiting.clear()  # noqa: SLF001 - the bot hears nothing of it
    world.slack.door = door
    ana.deletes_channel(old.channel)
    elsewhere(world, ana)
    world.tick()
    (told,) = world.channel().keyed("trouble").words
    assert told.startswith(f"<@{cara.id}> could not be invited (cant_invite)")


def test_a_deleted_channel_of_which_nobody_told_is_found_out_and_followed_by_a_new_one(world: World) -> None:
    world.expects_errors("channel_not_found")
    ana, old = declared(world)
    world.settle()
    door, world.slack.door = world.slack.door, None
    ana.deletes_channel(old.channel)
    world.slack.deliveries._waiting.clear()  # noqa: SLF001
    world.slack.door = door
    elsewhere(world, ana)
    world.forward(minutes=20)
    new = world.channel()
    assert new.id != old.id
    assert "is *investigating*" in new.card.words
    assert len(new.nudges) == 1
    assert len(world.dm(ana)) <= 3, "it is not found, nor its history; then it is sure that it was deleted"
    gap = re.findall(r"The log may be incomplete from .*", world.bot.documents.make(REF, "sre").content)
    assert len(gap) == 1
    assert gap[0].startswith("The log may be incomplete from 09:00 to 09:0"), "it ended with that channel"


def test_a_channel_that_cannot_be_made_anew_is_asked_for_again_and_not_in_a_circle(world: World) -> None:
    world.expects_errors("channel_not_found", "restricted_action")
    ana, old = declared(world)
    world.settle()
    world.slack.faults.add("conversations.create", "restricted_action", times=2)
    ana.deletes_channel(old.channel)
    elsewhere(world, ana)
    world.forward(minutes=14)
    creates = [call for call in world.slack.calls if call.method == "conversations.create"]
    assert len(creates) == 2
    assert any("restricted_action" in words for words in world.dm(ana).words)
    world.forward(minutes=20)
    creates = [call for call in world.slack.calls if call.method == "conversations.create"]
    assert len(creates) == 4
    new = world.channel()
    assert "is *investigating*" in new.card.words
    assert incident(world).out_of_reach is None
