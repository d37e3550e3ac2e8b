"""Whoever declares is shown the channel's link once it is there, where they declared (DR-17): once, and alone."""

import pytest

from bot.sandbox import Message, Person
from tests.world import World, declared

REF = "INC-2026-0302-001"


def links(world: World, person: Person, channel: str = "general") -> list[Message]:
    """What this person alone is told of an open channel, in *channel*."""
    world.tick()
    return [m for m in person.hears(channel) if m.ephemeral_for == person.id and "is open: <#" in m.words]


def test_a_command_is_answered_at_once_and_the_link_follows(world: World) -> None:
    ana = world.person("ana")
    answer = ana.commands("/incident declare sev1 checkout is down").text
    assert "opens now" in answer
    (link,) = links(world, ana)
    assert link.words == f"The channel of `{REF}` is open: <#{world.channel().id}>"
    others = [
        m for c in world.slack.channels for m in c.messages if "is open: <#" in m.words and m is not link
    ]
    assert others == []


def test_a_severity_button_and_a_form_are_followed_by_it_too(world: World) -> None:
    ana, ben = world.person("ana"), world.person("ben")
    ana.commands("/incident declare")
    world.tick()
    ana.clicks("SEV-2 High")
    assert len(links(world, ana)) == 1
    root = ben.says("who knows checkout?", "general")
    reply = ben.says("it gives 500s", "general", thread=root)
    ana.shortcut("declare_from_message", ts=reply, channel="general")
    ana.submits({"severity": "P1"})
    assert [link.thread_ts for link in links(world, ana)] == [None, root]


def test_the_same_words_again_are_followed_by_no_second_link(world: World) -> None:
    ana = world.person("ana")
    for _ in range(2):
        ana.commands("/incident declare sev1 checkout is down")
    assert len(links(world, ana)) == 1


def test_where_slack_refuses_the_channel_there_is_no_link_and_the_reason_is_told(world: World) -> None:
    world.expects_errors("restricted_action")
    world.slack.faults.add("conversations.create", "restricted_action")
    ana = world.person("ana")
    ana.commands("/incident declare sev1 checkout is down")
    assert links(world, ana) == []
    assert any("Slack refused to open its channel" in words for words in world.dm(ana).words)


def test_a_lost_answer_of_slacks_shows_one_link(world: World) -> None:
    ana = world.person("ana")
    world.expects_errors("name_taken")
    world.slack.faults.add("conversations.create", "lost_reply")
    ana.commands("/incident declare sev1 checkout is down")
    world.settle()
    world.forward(minutes=1)
    assert len(links(world, ana)) == 1


def test_after_half_an_hour_slack_takes_no_answer_and_nothing_is_said_of_it(world: World) -> None:
    world.slack.faults.add("conversations.create", "500", times=1_000_000)
    ana = world.person("ana")
    ana.commands("/incident declare sev1 checkout is down")
    world.forward(minutes=31)
    world.slack.faults.clear()
    world.forward(minutes=6)
    assert len(world.channel().keyed("card")) == 1
    assert links(world, ana) == []


def test_a_channel_that_is_there_already_needs_none(world: World) -> None:
    ana, room = declared(world)
    world.slack.add_channel("help-checkout", members=["ana"], bot=True)
    ana.channel = world.slack.channel("help-checkout")
    ana.commands("/incident convert sev2 checkout is slow")
    assert links(world, ana, "help-checkout") == []
    assert "is open: <#" not in str(room.messages.words)


@pytest.mark.parametrize("flag", ["--private", "--drill"])
def test_of_a_private_one_and_of_a_drill_the_declarer_alone_reads_it(world: World, flag: str) -> None:
    ana = world.person("ana")
    ana.commands(f"/incident declare sev1 {flag} salaries are exposed")
    (link,) = links(world, ana)
    assert link.words.startswith("DRILL · ") == (flag == "--drill")
    assert "salaries" not in link.words
