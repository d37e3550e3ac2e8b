"""What Slack refuses for good is told to somebody who can do it by hand (DR-14, DR-15, RELIABILITY 1.5)."""

import pytest

from bot.sandbox import Person
from tests.world import Room, World, declared, key_of

REF = "INC-2026-0302-001"


def test_a_commander_hears_once_by_direct_message_that_the_channel_is_archived(world: World) -> None:
    world.expects_errors("is_archived")
    ana, room = declared(world)
    ana.archives(room.channel)
    ana.channel = world.slack.channel("general")
    ana.commands(f"/incident update {REF} root cause found")
    world.forward(minutes=10)
    ana.commands(f"/incident update {REF} and fixed")
    world.tick()
    alarm, untold = world.dm(ana).words
    assert f"`{REF}` (checkout is down): nothing of the bot's arrives in" in alarm
    assert "it is archived" in alarm
    assert "Unarchive it: open" in alarm
    assert "`/invite @tocsin`" in alarm
    assert "Nobody can write there" in alarm
    assert "root cause found" in untold
    assert "and fixed" not in untold
    world.forward(minutes=10)
    assert "and fixed" in world.dm(ana).words[2]


def test_a_draft_that_cannot_go_into_an_archived_channel_is_told_with_how_to_print_it(world: World) -> None:
    world.expects_errors("is_archived")
    ana, room = declared(world)
    ana.commands("/incident resolve")
    world.settle()
    ana.archives(room.channel)
    ana.channel = world.slack.channel("general")
    ana.commands(f"/incident close {REF}")
    world.forward(minutes=5)
    assert any(f"python -m bot postmortem {REF}" in words for words in world.dm(ana).words)


@pytest.mark.parametrize(
    ("kind", "line", "named"),
    [
        ("update", "update pool is exhausted", "a status update"),
        ("severity-changed", "sev sev2", "the news of a new severity"),
        ("resolved", "resolve pool raised", "the news that it is resolved"),
    ],
)
def test_a_message_that_slack_does_not_take_is_named_in_the_channel(
    world: World, kind: str, line: str, named: str
) -> None:
    world.expects_errors("restricted_action")
    ana, room = declared(world)
    world.slack.faults.add("chat.postMessage", "restricted_action")
    ana.commands(f"/incident {line}")
    world.settle()
    assert room.keyed(kind) == []
    (trouble,) = room.keyed("trouble")
    assert trouble.words.startswith(f"Slack did not take {named} (restricted_action).")


def test_trouble_that_cannot_be_said_in_the_channel_goes_to_the_commander_and_no_further(
    world: World,
) -> None:
    world.expects_errors("restricted_action")
    ana, room = declared(world)
    world.slack.faults.add("chat.postMessage", "restricted_action", times=2)
    ana.commands("/incident update pool is exhausted")
    world.settle()
    (told,) = world.dm(ana).words
    assert "could not be said" in told
    assert "Slack did not take a status update" in told
    world.slack.faults.add("chat.postMessage", "restricted_action", times=99)
    ana.commands("/incident sev sev2")
    world.tick()
    assert len(world.dm(ana)) == 1
    assert room.keyed("severity-changed") == []


def test_a_reopened_incident_takes_its_channel_out_of_the_archive(world: World) -> None:
    world.expects_errors("is_archived")
    ana, room = declared(world)
    ana.commands("/incident resolve")
    world.settle()
    ana.archives(room.channel)
    ana.channel = world.slack.channel("general")
    ana.commands(f"/incident reopen {REF} it is back")
    world.tick()
    assert not room.channel.is_archived
    (said,) = room.keyed("reopened")
    assert key_of(said).endswith(":again")
    assert "it is back" in said.words
    assert "is *investigating*" in room.card.words
    assert "open" in room.channel.topic.split(" · ")
    assert world.dm(ana) == []


def archived_and_reopened(world: World) -> tuple[Person, Room]:
    """An incident that is reopened while its channel is archived and Slack does not let the bot take it out."""
    world.expects_errors("is_archived", "channel_not_found", "name_taken")
    ana, room = declared(world)
    world.person("ben").joins(room.channel)
    ana.commands("/incident resolve")
    world.settle()
    ana.archives(room.channel)
    world.slack.faults.add("conversations.unarchive", "channel_not_found")
    ana.channel = world.slack.channel("general")
    ana.commands(f"/incident reopen {REF} it is back")
    return ana, room


def test_an_incident_whose_channel_stays_archived_goes_on_in_a_second_one(world: World) -> None:
    """DR-15: both are linked, the people are brought along and told how to unarchive by hand."""
    ana, old = archived_and_reopened(world)
    world.tick()
    new = world.channel(f"{old.name}-2")
    assert {ana.id, world.person("ben").id} <= set(new.channel.members)
    assert "is *investigating*" in new.card.words
    assert [pin.message.ts for pin in new.channel.pins] == [new.card.ts]
    assert REF in new.channel.topic
    (told,) = new.keyed("moved").words
    assert f"its channel <#{old.id}> is archived" in told
    assert "To unarchive it by hand" in told
    (announcement,) = world.channel("incidents").keyed("announce").words
    assert f"<#{new.id}>" in announcement
    world.forward(minutes=15)
    assert len(new.nudges) == 1
    ana.channel = new.channel
    ana.says("Finding: it is the pool again")
    ana.commands("/incident update on it")
    world.settle()
    assert "it is the pool again" in ana.commands("/incident timeline").text
    assert [call.method for call in world.slack.calls].count("conversations.unarchive") == 1
    assert world.dm(ana) == []


def test_a_reopened_incident_that_gets_no_second_channel_is_told_to_its_commander(world: World) -> None:
    world.expects_errors("restricted_action")
    world.slack.faults.add("conversations.create", "restricted_action", nth=2)
    ana, old = archived_and_reopened(world)
    world.tick()
    (told,) = world.dm(ana).words
    assert "is open again, but its channel" in told
    assert "Unarchive it by hand" in told
    assert f"<#{old.id}>" in ana.commands(f"/incident status {REF}").text


def test_a_new_owner_of_the_postmortem_is_told_alone(world: World) -> None:
    ana, _ = declared(world)
    ben = world.person("ben")
    ana.commands("/incident resolve")
    ana.commands("/incident close")
    ana.commands("/incident postmortem owner @ben")
    assert any(f"you the owner of the postmortem of `{REF}`" in words for words in world.dm(ben).words)


def test_a_pin_on_what_the_bot_said_adds_nothing_to_the_record(world: World) -> None:
    ana, room = declared(world)
    ana.commands("/incident update pool is exhausted")
    world.settle()
    before = len(record(world))
    (update,) = room.keyed("update")
    ana.pins(update.ts)
    ana.reacts(update.ts, world.policy.emoji)
    world.settle()
    assert len(record(world)) == before


def record(world: World) -> list[object]:
    with world.bot.store.read() as tx:
        return list(tx.entries(REF))


@pytest.mark.parametrize("policy", ['[severity.P0]\ninvite = ["@oncall"]\n'])
def test_a_group_is_invited_in_calls_of_a_hundred(world: World) -> None:
    ids = [world.slack.add_user(f"u{n}", real_name=f"U {n}", tz="Etc/UTC").id for n in range(120)]
    world.slack.add_group("oncall", ids)
    world.slack.faults.add("conversations.invite", "429", nth=3, retry_after=5)
    _, room = declared(world)
    world.forward(minutes=1)
    assert set(ids) <= set(room.channel.members)
    invites = [call for call in world.slack.calls if call.method == "conversations.invite"]
    assert len(invites) <= 5
