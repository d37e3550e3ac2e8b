"""An incident's channel is out of reach: said loudly, no loop, taken up again by itself."""

from collections.abc import Callable

import pytest

from bot.domain.parts import Loss
from bot.sandbox import Person
from tests.world import Room, World, declared, joined

EXECUTIVES = '[target.executives]\nchannel = "execs"\n'
REF = "INC-2026-0302-001"


def calls_into(world: World, room: Room, since: int) -> list[str]:
    """Methods that were called with that channel, after the first *since* calls."""
    return [call.method for call in world.slack.calls[since:] if call.args.get("channel") == room.id]


def incident(world: World):
    with world.bot.store.read() as tx:
        return tx.incident(REF)


def audited(world: World) -> tuple[int, int]:
    """What the audit finds missing, and twice."""
    found = world.bot.audit.check()
    assert found is not None
    return found.missing, found.duplicate


def timeline(world: World) -> list[str]:
    with world.bot.store.read() as tx:
        return [entry.text for entry in tx.entries(REF) if entry.on_timeline]


def elsewhere(world: World, ana: Person) -> None:
    world.settle()
    ana.channel = world.slack.channel("general")


def taken_out(world: World) -> tuple[Person, Person, Room]:
    """An incident of ana's, out of whose channel ben took the bot at 09:00."""
    ana, room = declared(world)
    ben = joined(world, "ben")
    ben.removes("tocsin", room.channel)
    elsewhere(world, ana)
    return ana, ben, room


def test_a_bot_that_is_taken_out_tells_the_commander_and_where_incidents_are_announced(world: World) -> None:
    ana, ben, room = taken_out(world)
    (told,) = world.dm(ana).words
    assert f"nothing of the bot's arrives in <#{room.id}>" in told
    assert "the bot was taken out of it" in told
    assert f"type `/invite @tocsin` in <#{room.id}>" in told
    (loud,) = world.channel("incidents").keyed("reach").words
    assert f"`{REF}` (checkout is down): the bot can say nothing in its channel" in loud
    (announcement,) = world.channel("incidents").keyed("announce").words
    assert "Its channel is out of reach" in announcement
    assert f"The bot was taken out of the channel by <@{ben.id}>" in timeline(world)
    assert "out of reach" in ana.commands(f"/incident status {REF}").text
    assert "out of reach" in ana.commands("/incident list").text


def test_nothing_is_tried_in_a_channel_that_is_out_of_reach_and_the_reminders_come_alone(
    world: World,
) -> None:
    ana, _, room = taken_out(world)
    since = len(world.slack.calls)
    world.forward(minutes=46)
    assert set(calls_into(world, room, since)) == {"conversations.info"}
    assert len(calls_into(world, room, since)) == 3, "one look a quarter of an hour"
    told = world.dm(ana).words
    reminders = [words for words in told[1:] if "A status update is due" in words or "reminder" in words]
    assert len(reminders) == 3
    assert all("Not said" in words or "not said" in words for words in reminders)
    assert len(world.slack.calls) - since < 40
    assert ana.clicks("Post update", channel="@tocsin").status == 200
    assert audited(world) == (0, 0)


def test_a_reminder_that_is_not_said_goes_to_whom_it_addresses_too(world: World) -> None:
    ana, ben, room = taken_out(world)
    ana.commands(f"/incident role {REF} comms @ben")
    world.settle()
    told = len(world.dm(ben))
    world.forward(minutes=16)
    (reminder,) = world.dm(ben).words[told:]
    assert "A status update is due" in reminder
    assert f"type `/invite @tocsin` in <#{room.id}>" in reminder
    assert any("A status update is due" in words for words in world.dm(ana).words)
    world.forward(minutes=15)
    told_alone = world.dm(ana).words[1:]
    assert len(told_alone) > 2, "two reminders and an escalation"
    assert len([words for words in told_alone if "/invite" in words]) == 2, "once at a time"


def test_what_wants_an_answer_reaches_those_who_can_give_it_while_the_channel_does_not(world: World) -> None:
    ana, ben, room = taken_out(world)
    ana.commands(f"/incident role {REF} comms @ben")
    dev = joined(world, "dev")
    ben.commands(f"/incident update {REF} identified Our cache lost its mind --external")
    ana.commands(f"/incident handoff {REF} ic @dev off at six")
    world.settle()
    assert "Our cache lost its mind" in world.dm(ben)[-1].words + str(world.dm(ben)[-1].blocks)
    assert ana.clicks("Approve", channel="@tocsin").status == 200
    assert dev.clicks("Accept", channel="@tocsin").status == 200
    world.settle()
    assert incident(world).commander == dev.id
    assert "waits for approval" not in ana.commands(f"/incident status {REF}").text
    ben.invites("tocsin", room.channel)
    world.settle()
    assert room.keyed("offer") == []
    assert room.keyed("preview") == []


def test_every_answer_says_that_it_is_not_said_in_the_channel(world: World) -> None:
    ana, _, room = taken_out(world)
    dev = joined(world, "dev")
    commands = (
        f"sev {REF} sev2", f"role {REF} comms @dev", f"task {REF} add call the vendor", f"handoff {REF} ic @dev",
        f"update {REF} identified the cache --external", f"resolve {REF} flushed", f"close {REF}",
        f"postmortem draft {REF}", f"reopen {REF}",
    )  # fmt: skip
    for command in commands:
        answer = ana.commands(f"/incident {command}").text
        assert f"Its channel <#{room.id}> is out of reach" in answer, command
        assert "this is recorded, and is not said there before the bot is back" in answer, command
        assert answer.count("`/invite @tocsin`") == 1, command
        for untrue in ("shown in the channel", "in a moment", "in the channel.", "Posted", "by hand"):
            assert untrue not in answer, command
        assert "/incident close`" not in answer, "the next command names its incident"
    assert dev.commands("/incident list").text.count("out of reach") == 1
    assert ana.commands(f"/incident status {REF}").text.count("out of reach") == 1


def test_an_answer_outside_of_the_channel_names_the_incident_in_the_next_command(world: World) -> None:
    ana, room = declared(world)
    inside = ana.commands("/incident resolve flushed").text
    assert "`/incident close`" in inside
    ana.commands("/incident reopen")
    elsewhere(world, ana)
    assert f"`/incident close {REF}`" in ana.commands(f"/incident resolve {REF} flushed").text
    assert room.keyed("resolved") != []


def test_the_bot_goes_on_by_itself_once_it_is_invited_again(world: World) -> None:
    ana, ben, room = taken_out(world)
    ana.commands(f"/incident update {REF} pool is exhausted")
    world.forward(minutes=50)
    since = len(world.slack.calls)
    ben.invites("tocsin", room.channel)
    world.tick()
    world.forward(seconds=2)
    (back,) = room.keyed("in-reach").words
    assert "The bot can speak here again" in back
    assert "3 reminders and 3 other messages were not said here" in back
    assert "Last update" in back
    assert "pool is exhausted" in back
    assert len(room.nudges) == 1, "one late reminder, not three"
    assert "4th reminder" in room.nudges[0]
    posts = [call for call in world.slack.calls[since:] if call.method == "chat.postMessage"]
    assert len(posts) == 4, (
        "the word that it is back, the reminder, and two questions that wait for an answer"
    )
    world.forward(minutes=14)
    assert len(room.nudges) == 1
    world.forward(minutes=1)
    assert len(room.nudges) == 2, "the cadence goes on from then"
    (announcement,) = world.channel("incidents").keyed("announce").words
    assert "out of reach" not in announcement
    assert any(text.startswith("The channel is in reach again, after 50 min") for text in timeline(world))
    assert incident(world).out_of_reach is None
    assert "out of reach" not in ana.commands(f"/incident status {REF}").text


def test_the_alarms_are_taken_back_once_the_bot_is_back(world: World) -> None:
    ana, ben, room = taken_out(world)
    world.forward(minutes=10)
    ben.invites("tocsin", room.channel)
    world.settle()
    for alarm in (*world.channel("incidents").keyed("reach").words, *world.dm(ana).words):
        assert "Since <!date" in alarm
        assert "it can again; nothing is to be done" in alarm
        assert "/invite" not in alarm
    ben.removes("tocsin", room.channel)
    world.settle()
    alarms = world.channel("incidents").keyed("reach").words
    assert ["/invite" in words for words in alarms] == [False, True]


def test_nobody_is_asked_to_tell_people_in_a_channel_where_nobody_can_write(world: World) -> None:
    ana, room = declared(world)
    ana.archives(room.channel)
    elsewhere(world, ana)
    (told,) = world.dm(ana).words
    assert "tell people by hand where they can read it" in told
    assert "Tell people there by hand" not in told
    assert f"it is archived by <@{ana.id}>" in world.channel("incidents").keyed("reach").words[0]


def test_a_bot_that_was_invited_while_nobody_told_it_so_finds_out_by_itself(world: World) -> None:
    ana, ben, room = taken_out(world)
    door, world.slack.door = world.slack.door, None
    ben.invites("tocsin", room.channel)
    world.slack.deliveries._waiting.clear()  # noqa: SLF001 - the events that Slack gave up
    world.slack.door = door
    world.forward(minutes=16)
    assert len(room.keyed("in-reach")) == 1
    assert incident(world).out_of_reach is None
    assert len(world.dm(ana)) == 2


def test_a_bot_that_was_taken_out_while_nobody_told_it_so_learns_it_from_one_refusal(world: World) -> None:
    world.expects_errors("not_in_channel")
    ana, room = declared(world)
    ben = joined(world, "ben")
    world.settle()
    door, world.slack.door = world.slack.door, None
    ben.removes("tocsin", room.channel)
    world.slack.deliveries._waiting.clear()  # noqa: SLF001
    world.slack.door = door
    elsewhere(world, ana)
    world.forward(minutes=31)
    assert [call.answer.get("error") for call in world.slack.calls].count("not_in_channel") <= 2, (
        "a reminder, and an edit beside it"
    )
    told = world.dm(ana).words
    assert "the bot was taken out of it" in told[0]
    for words in ("nobody is comms lead or scribe yet", "A status update is due", "2nd reminder"):
        assert any(words in each for each in told), "what was refused is not lost"
    assert audited(world) == (0, 0), "what was told alone is not missing"


@pytest.mark.parametrize("policy", [EXECUTIVES])
def test_an_escalation_reaches_its_target_and_says_that_the_channel_is_out_of_reach(world: World) -> None:
    world.slack.add_channel("execs", bot=True)
    ana, _, _ = taken_out(world)
    world.forward(minutes=31)
    (told,) = world.channel("execs").keyed("escalation").words
    assert "Its channel is out of reach (the bot was taken out of it): turn to the commander." in told
    assert any("Escalation by duration" in words for words in world.dm(ana).words)


def test_an_archived_channel_is_told_and_taken_up_again_once_it_is_unarchived(world: World) -> None:
    ana, room = declared(world)
    ben = joined(world, "ben")
    ben.archives(room.channel)
    elsewhere(world, ana)
    since = len(world.slack.calls)
    world.forward(minutes=16)
    assert set(calls_into(world, room, since)) == {"conversations.info"}
    assert f"The channel was archived by <@{ben.id}>" in timeline(world)
    assert "it is archived" in world.dm(ana).words[0]
    ben.unarchives(room.channel)
    world.tick()
    world.forward(seconds=2)
    assert len(room.keyed("in-reach")) == 1
    assert len(room.nudges) == 1
    assert incident(world).out_of_reach is None


def test_a_channel_that_is_unarchived_without_the_bot_in_it_still_wants_an_invitation(world: World) -> None:
    ana, room = declared(world)
    ana.archives(room.channel)
    elsewhere(world, ana)
    room.channel.members.remove(world.slack.bot_user_id)
    ana.unarchives(room.channel)
    world.tick()
    assert incident(world).out_of_reach is Loss.LEFT
    assert "type `/invite @tocsin`" in world.dm(ana).words[-1]
    ana.invites("tocsin", room.channel)
    world.tick()
    world.forward(seconds=2)
    assert incident(world).out_of_reach is None


@pytest.mark.parametrize("policy", [EXECUTIVES])
def test_nothing_of_a_private_incident_leaves_it_when_its_channel_is_out_of_reach(world: World) -> None:
    world.expects_errors("channel_not_found")
    world.slack.add_channel("execs", bot=True)
    ana = world.person("ana")
    ana.commands("/incident declare sev1 payroll leak --private")
    room = world.channel()
    ana.channel = room.channel
    world.settle()
    ana.removes("tocsin")
    elsewhere(world, ana)
    world.forward(minutes=35)
    assert "the bot was taken out of it" in world.dm(ana).words[0]
    for name in ("incidents", "general", "execs"):
        words = "\n".join(world.channel(name).messages.words)
        assert "payroll" not in words
        assert "out of reach" not in words
    cara = world.person("cara")
    assert "payroll" not in cara.commands("/incident list").text
    ana.invites("tocsin", room.channel)
    world.tick()
    world.forward(seconds=2)
    assert len(room.keyed("in-reach")) == 1


def test_what_was_told_of_once_the_bot_was_back_is_not_told_again_the_next_time(world: World) -> None:
    ana, ben, room = taken_out(world)
    ana.commands(f"/incident update {REF} pool is exhausted")
    ben.invites("tocsin", room.channel)
    world.forward(minutes=1)
    assert "pool is exhausted" in room.keyed("in-reach")[0].words
    ben.removes("tocsin", room.channel)
    world.settle()
    assert len(world.dm(ana)) == 2
    assert "pool is exhausted" not in "".join(world.dm(ana).words)


def test_a_drill_whose_channel_is_out_of_reach_alarms_nobody(world: World) -> None:
    ana = world.person("ana")
    ana.commands("/incident declare sev1 checkout is down --drill")
    room = world.channel()
    ana.channel = room.channel
    world.settle()
    ana.removes("tocsin")
    elsewhere(world, ana)
    since = len(world.slack.calls)
    world.forward(minutes=46)
    assert world.dm(ana) == []
    assert world.channel("incidents").messages == []
    assert set(calls_into(world, room, since)) == {"conversations.info"}
    ana.invites("tocsin", room.channel)
    world.tick()
    world.forward(seconds=2)
    assert len(room.nudges) == 1


def test_what_was_about_to_be_said_when_the_bot_was_taken_out_is_not_lost(world: World) -> None:
    ana, room = declared(world)
    ben = joined(world, "ben")
    world.slack.faults.add("chat.postMessage", "429", retry_after=30, channel=room.id)
    ana.commands("/incident update pool is exhausted")
    world.settle()
    ben.removes("tocsin", room.channel)
    elsewhere(world, ana)
    world.forward(minutes=1)
    assert "pool is exhausted" in world.dm(ana).words[1]
    assert room.keyed("update") == []


def test_a_draft_for_a_channel_out_of_reach_is_told_of_and_made_again_when_the_bot_is_back(
    world: World,
) -> None:
    ana, ben, room = taken_out(world)
    ana.commands(f"/incident resolve {REF}")
    ana.commands(f"/incident close {REF}")
    world.forward(minutes=70)
    ben.invites("tocsin", room.channel)
    world.forward(minutes=1)
    assert len(room.keyed("draft")) == 1
    assert [file.name for message in room.channel.messages for file in message.files] != []


@pytest.mark.parametrize("do", [Person.archives, Person.deletes_channel])
def test_the_channel_of_an_incident_that_is_over_is_nobodys_alarm(
    world: World, do: Callable[[Person, object], None]
) -> None:
    ana, room = declared(world)
    ana.commands("/incident cancel false alarm")
    world.forward(minutes=1)
    do(ana, room.channel)
    elsewhere(world, ana)
    world.forward(minutes=60)
    assert world.dm(ana) == []
    assert world.channel("incidents").keyed("reach") == []
