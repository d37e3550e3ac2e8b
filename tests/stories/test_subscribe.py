"""``subscribe``: a direct message at each step of an incident, to those who may see it, until it is over."""

import pytest

from bot.archive import Archive
from bot.sandbox import Person
from tests.world import World, declared, joined, key_of, said

INC = "INC-2026-0302-001"
NEXT = "INC-2026-0302-002"


def heard(world: World, person: Person) -> list[str]:
    """What somebody was told because they subscribed, in order."""
    return [each.words for each in world.dm(person) if key_of(each).startswith("subscriber:")]


@pytest.fixture
def ben(world: World) -> Person:
    """Ben, who is in no incident's channel, and subscribed to the one that Ana declared."""
    declared(world)
    ben = world.person("ben")
    assert f"You are subscribed to `{INC}`" in said(world, ben, f"subscribe {INC}")
    return ben


@pytest.fixture
def ana(world: World, ben: Person) -> Person:
    """Ana, who declared it."""
    return world.person("ana")


def test_each_step_is_told_once_with_what_was_said(world: World, ana: Person, ben: Person) -> None:
    room = world.channel()
    for line, words in (
        ("update identified the pool is <b>exhausted", "*Update* by <@{}> · identified\nthe pool is &lt;b"),
        (
            "sev sev2 impact is down",
            "Severity SEV-1 (P0 · Critical) → *SEV-2 (P1 · High)* by <@{}>: impact is",
        ),
        ("mitigate traffic runs elsewhere", "*Mitigated* by <@{}>: traffic runs elsewhere"),
        ("resolve all is well", "*Resolved* by <@{}>: all is well"),
        ("reopen errors are back", "*Reopened* by <@{}>: errors are back"),
    ):
        before = len(heard(world, ben))
        said(world, ana, line)
        (news,) = heard(world, ben)[before:]
        assert words.format(ana.id) in news, line
        assert f"`{INC}` · <#{room.id}>" in news
        assert "checkout is down" in news
        assert "Unsubscribe" in news
    assert "the next update is due" in heard(world, ben)[0]
    assert "next update" not in heard(world, ben)[3]


def test_reminders_talk_and_notes_are_not_told(world: World, ana: Person, ben: Person) -> None:
    ana.says("we look at the logs")
    for line in ("note the vendor was called", "task add restart @ana in=5m", "phase identified", "snooze 5m",
                 "set title checkout is slow", "role comms @ana", "escalate execs"):  # fmt: skip
        said(world, ana, line)
    world.forward(minutes=40)
    assert world.channel().nudges != []
    assert heard(world, ben) == []


def test_what_was_told_and_is_taken_back_is_told_too(world: World, ana: Person, ben: Person) -> None:
    said(world, ana, "resolve over")
    said(world, ana, "undo")
    assert f"<@{ana.id}> took back: " in heard(world, ben)[-1]
    assert "next update is due" in heard(world, ben)[-1]
    said(world, ana, "snooze 5m")
    said(world, ana, "undo")
    assert len(heard(world, ben)) == 2


def test_whoever_does_it_is_not_told_of_it(world: World, ana: Person, ben: Person) -> None:
    ben.joins(world.channel().name)
    ben.channel = world.channel().channel
    said(world, ana, "subscribe")
    said(world, ben, "update we are on it")
    assert heard(world, ben) == []
    assert len(heard(world, ana)) == 1


def test_it_ends_by_itself_and_a_reopening_revives_it(world: World, ana: Person, ben: Person) -> None:
    said(world, ana, "resolve over")
    said(world, ana, "close")
    last = heard(world, ben)[-1]
    assert f"*Closed* by <@{ana.id}>" in last
    assert "That was the last message about it, unless it is reopened." in last
    assert "Unsubscribe" not in last
    assert "You are subscribed to no" in said(world, world.person("cy"), "unsubscribe")
    assert f"{INC} is closed: nothing more is told of it" in said(
        world, world.person("cy"), f"subscribe {INC}"
    )
    said(world, ana, "reopen it is back")
    assert "*Reopened*" in heard(world, ben)[-1]
    said(world, ana, "cancel the monitoring misfired")
    assert f"*Cancelled* by <@{ana.id}>: the monitoring misfired" in heard(world, ben)[-1]
    assert "That was the last message" in heard(world, ben)[-1]
    assert len(heard(world, ben)) == 4


def test_a_merge_takes_it_along(world: World, ana: Person, ben: Person) -> None:
    ana.commands("/incident declare sev2 login is down", channel="general")
    world.tick()
    said(world, ana, f"merge into {NEXT} same database")
    assert f"*Merged* by <@{ana.id}> into `{NEXT}`: same database" in heard(world, ben)[-1]
    assert f"You are subscribed to `{NEXT}` from here on" in heard(world, ben)[-1]
    said(world, ana, f"update {NEXT} found it")
    assert "found it" in heard(world, ben)[-1]
    assert f"`{NEXT}`" in heard(world, ben)[-1]
    assert f"{INC} goes on in {NEXT}" in said(world, world.person("cy"), f"subscribe {INC}")


def test_subscribing_twice_and_ending_it_twice_are_said_so(world: World, ana: Person, ben: Person) -> None:
    assert f"You are subscribed to `{INC}` already" in said(world, ben, f"subscribe {INC}")
    said(world, ana, "update one")
    assert len(heard(world, ben)) == 1
    assert f"No more direct messages about `{INC}`" in said(world, ben, f"unsubscribe {INC}")
    assert f"You were not subscribed to `{INC}`" in said(world, ben, f"unsubscribe {INC}")
    said(world, ana, "update two")
    assert len(heard(world, ben)) == 1


def test_outside_of_a_channel_the_only_one_is_meant_else_there_is_a_choice(world: World) -> None:
    ben = world.person("ben")
    assert "No incident is open, so there is nothing to subscribe to." in said(world, ben, "subscribe")
    ana, _ = declared(world)
    assert f"You are subscribed to `{INC}`" in said(world, ben, "subscribe")
    ana.commands("/incident declare sev2 login is down", channel="general")
    world.tick()
    answer = ben.commands("/incident subscribe")
    assert "Which one do you want to hear of?" in answer.text
    assert f"• `{NEXT}` *SEV-2* · login is down" in answer.text
    ben.clicks(NEXT)
    world.settle()
    said(world, ana, f"update {NEXT} found it")
    assert "found it" in heard(world, ben)[-1]
    assert "Which one should end?" in said(world, ben, "unsubscribe")
    ben.clicks(INC)
    world.settle()
    assert f"No more direct messages about `{NEXT}`" in said(world, ben, "unsubscribe"), "the only one left"
    assert "You are subscribed to no incident" in said(world, ben, "unsubscribe")


def test_in_the_incidents_channel_it_is_that_one(world: World) -> None:
    ana, _ = declared(world)
    ana.commands("/incident declare sev2 login is down", channel="general")
    world.tick()
    assert f"You are subscribed to `{INC}`" in said(world, ana, "subscribe")


def test_the_messages_end_by_the_button_below_one(world: World, ana: Person, ben: Person) -> None:
    said(world, ana, "update one")
    ben.clicks("Unsubscribe", channel=world.slack.direct(ben.id))
    world.settle()
    said(world, ana, "update two")
    assert len(heard(world, ben)) == 1


def test_status_list_and_home_show_it_with_a_button(world: World, ana: Person, ben: Person) -> None:
    assert "You are subscribed: a direct message comes" in said(world, ben, f"status {INC}")
    assert " · subscribed" in said(world, ben, "list")
    assert " · subscribed" not in said(world, ana, "list")
    ben.clicks("Unsubscribe")
    world.settle()
    assert "You are subscribed" not in said(world, ben, f"status {INC}")
    ben.clicks("Subscribe")
    ben.opens_home()
    world.settle()
    assert "you are subscribed" in world.slack.homes[ben.id].words
    ben.clicks("Unsubscribe", channel="home")
    world.settle()
    assert f"No more direct messages about `{INC}`" in world.slack.homes[ben.id].words
    assert "you are subscribed" not in world.slack.homes[ben.id].words
    said(world, ana, "update two")
    assert heard(world, ben) == []


@pytest.mark.parametrize("word", ["sev1", "P0", "critical"])
def test_a_whole_severity_is_announced_and_not_subscribed_to(world: World, word: str) -> None:
    ben = world.person("ben")
    answer = said(world, ben, f"subscribe {word}")
    assert "One subscribes to one incident; all of severity SEV-1 are announced in #incidents." in answer
    assert "Next: `/incident list sev1`" in answer


def test_what_is_no_incident_is_refused(world: World) -> None:
    ana, _ = declared(world)
    assert "'checkout' is not an incident." in said(world, ana, "subscribe checkout")
    assert "There is no incident INC-2026-0302-009" in said(world, ana, "subscribe 009")
    assert "There is no incident INC-2026-0302-009" in said(world, ana, "unsubscribe 009")


def test_a_drill_stays_in_its_channel(world: World) -> None:
    """R-DRL-2."""
    ana = world.person("ana")
    ana.commands("/incident declare sev1 checkout is down --drill")
    world.tick()
    ben = world.person("ben")
    answer = said(world, ben, f"subscribe {INC}")
    assert f"{INC} is a drill: nothing about it is said outside of its channel. Go to #" in answer
    assert "No incident is open" in said(world, ben, "subscribe"), "a drill is none of the choice"
    assert "Subscribe" not in ben.commands(f"/incident status {INC}").words


def test_a_private_incident_is_told_to_its_members_alone(world: World, ana: Person, ben: Person) -> None:
    """DR-28."""
    world.expects_errors("name_taken")
    cy = joined(world, "cy")
    said(world, cy, "subscribe")
    said(world, ana, "private")
    world.tick()
    said(world, ana, f"update {INC} the secret is out")
    assert heard(world, ben) == []
    with world.bot.store.read() as tx:
        assert tx.subscriptions.of(INC) == [cy.id]
    assert "the secret is out" in heard(world, cy)[-1]
    assert f"There is no incident {INC}" in said(world, ben, f"subscribe {INC}")
    cy.leaves(world.channel().channel)
    world.settle()
    ana.invites("cy", world.channel().channel)
    world.settle()
    said(world, ana, f"update {INC} three")
    assert len(heard(world, cy)) == 1, "whoever left and came back asks for it anew"


def test_who_is_deactivated_is_dropped(world: World, ana: Person, ben: Person) -> None:
    world.expects_errors("user_disabled")
    world.slack.deactivate(ben.id)
    said(world, ana, "update one")
    said(world, ana, "update two")
    with world.bot.store.read() as tx:
        assert tx.subscriptions.of(INC) == []
    assert heard(world, ben) == []


def test_whom_slack_does_not_take_messages_for_is_dropped(world: World, ana: Person, ben: Person) -> None:
    """The refusal is for that person alone: nothing about it is said to others, and it is not tried again."""
    world.expects_errors("cannot_dm_bot")
    world.slack.faults.add("conversations.open", "cannot_dm_bot")
    before = len(world.channel().messages)
    said(world, ana, "update one")
    assert len(world.channel().messages) == before + 1
    said(world, ana, "update two")
    assert heard(world, ben) == []


def test_one_that_slack_did_not_take_by_a_lack_of_scope_stays(world: World, ana: Person, ben: Person) -> None:
    world.expects_errors("missing_scope")
    world.slack.faults.add("conversations.open", "missing_scope")
    said(world, ana, "update one")
    said(world, ana, "update two")
    assert ["two" in words for words in heard(world, ben)] == [True]


def test_what_is_told_late_says_when_it_was_said(world: World, ana: Person, ben: Person) -> None:
    world.slack.faults.add("conversations.open", "429", retry_after=120)
    said(world, ana, "update one")
    assert heard(world, ben) == []
    world.forward(minutes=3)
    assert "(said at <!date^1772442000^{time}|09:00 UTC> (09:00 UTC))" in heard(world, ben)[0]


def test_it_is_told_where_the_incidents_channel_is_out_of_reach(
    world: World, ana: Person, ben: Person
) -> None:
    world.slack.person("ana").removes("tocsin", world.channel().channel)
    world.tick()
    said(world, ana, f"update {INC} we go on by phone")
    assert "we go on by phone" in heard(world, ben)[-1]


def test_a_restart_and_another_process_tell_nothing_twice(world: World, ana: Person, ben: Person) -> None:
    said(world, ana, "update one")
    world.restart()
    said(world, ana, "update two")
    assert len(heard(world, ben)) == 2


def test_an_export_tells_nothing_of_it(world: World, ana: Person, ben: Person) -> None:
    text = Archive(world.bot.transactions).export(INC)
    assert "checkout is down" in text
    assert ben.id not in text
