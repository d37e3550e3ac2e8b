"""The announce channel changes or is lost: incidents go on, and are announced once it is mended."""

import pytest

from bot.sandbox import Person
from tests.world import World, declared


def test_an_incident_is_announced_once_the_announce_channel_takes_messages_again(world: World) -> None:
    world.expects_errors("not_in_channel")
    ana = world.person("ana")
    ana.joins("incidents")
    ana.removes("tocsin", "incidents")
    ana.commands("/incident declare sev1 checkout is down")
    room = world.channel()
    ana.channel = room.channel
    world.forward(minutes=10)
    assert len([words for words in room.messages.words if "could not be announced" in words]) == 1
    assert [call.answer.get("error") for call in world.slack.calls].count("not_in_channel") == 1
    ana.commands("/incident sev sev2")
    ana.invites("tocsin", "incidents")
    world.tick()
    (announcement,) = world.channel("incidents").keyed("announce").words
    assert "SEV-2" in announcement
    ana.commands("/incident update on it")
    world.settle()
    assert "on it" in world.channel("incidents").keyed("announce").words[0]


def test_an_announcement_catches_up_once_its_channel_is_unarchived(world: World) -> None:
    world.expects_errors("is_archived")
    ana, room = declared(world)
    ana.joins("incidents")
    world.settle()
    ana.archives("incidents")
    ana.commands("/incident update pool is exhausted")
    ana.commands("/incident sev sev2")
    world.forward(minutes=20)
    assert (
        len([words for words in room.messages.words if "did not take a change of the announcement" in words])
        <= 1
    )
    ana.unarchives("incidents")
    world.tick()
    (announcement,) = world.channel("incidents").keyed("announce").words
    assert "SEV-2" in announcement
    assert "pool is exhausted" in announcement


def test_a_renamed_announce_channel_is_found_where_announcements_went_before(world: World) -> None:
    world.expects_errors("channel_not_found")
    ana, _ = declared(world)
    ana.joins("incidents")
    world.settle()
    ana.renames("outages", "incidents")
    ana.commands("/incident declare sev2 search is slow")
    world.settle()
    assert len(world.channel("outages").keyed("announce")) == 2
    assert [call.answer.get("error") for call in world.slack.calls].count("channel_not_found") == 1
    assert world.bot.unready() == []


@pytest.mark.parametrize("do", [Person.archives, Person.deletes_channel])
def test_the_announce_channel_is_no_reason_not_to_be_ready(world: World, do) -> None:
    world.expects_errors("is_archived", "channel_not_found")
    ana, room = declared(world)
    ana.joins("incidents")
    world.settle()
    do(ana, "incidents")
    since = len(world.slack.calls)
    world.forward(minutes=65)
    assert world.bot.unready() == []
    assert len(room.nudges) == 4
    failed = [call for call in world.slack.calls[since:] if not call.answer["ok"]]
    assert len(failed) <= 6, "one for each change that it would have shown"
