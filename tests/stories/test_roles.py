"""Roles: asked for once where nobody has them, claimed by a button, shown on the card (DR-2, DR-16)."""

from datetime import timedelta

import pytest

from bot.sandbox import Message, Person
from tests.world import World, declared, said

INC = "INC-2026-0302-001"


def buttons(message: Message) -> list[str]:
    """The labels of the buttons below a message."""
    rows = [block["elements"] for block in message.blocks if block["type"] == "actions"]
    return [each["text"]["text"] for row in rows for each in row]


def heard(world: World, person: Person) -> str:
    """The last thing that only this person was shown."""
    world.settle()
    return [each for each in person.hears() if each.ephemeral_for == person.id][-1].words


def joined(world: World, *names: str) -> list[Person]:
    """People who stand in the newest incident's channel."""
    room, people = world.channel(), [world.person(name) for name in names]
    for person in people:
        person.joins(room.channel)
        person.channel = room.channel
    return people


# The question


def test_roles_that_nobody_has_are_asked_for_once_after_five_minutes(world: World) -> None:
    """DR-2: one message, with a button for each, and never again."""
    ana, room = declared(world)
    world.forward(minutes=5, seconds=-1)
    assert room.keyed("roles") == []
    world.forward(seconds=1)
    (asked,) = room.keyed("roles")
    assert f"<@{ana.id}>: nobody is comms lead or scribe yet. Who takes it?" in asked.words
    assert buttons(asked) == ["I am comms lead", "I am scribe"]
    world.forward(hours=3)
    assert len(room.keyed("roles")) == 1


@pytest.mark.parametrize(
    ("severity", "labels"), [("sev2", ["I am comms lead"]), ("sev3", None), ("sev4", None)]
)
def test_each_severity_asks_for_the_roles_that_it_wants(
    world: World, severity: str, labels: list[str] | None
) -> None:
    _, room = declared(world, severity)
    world.forward(minutes=6)
    assert [buttons(each) for each in room.keyed("roles")] == ([labels] if labels else [])


def test_roles_that_were_taken_in_any_way_before_are_not_asked_for(world: World) -> None:
    ana, room = declared(world)
    ana.clicks("Take a role")
    assert ana.submits({"Role": "Comms lead", "Who": "ana"}).ok
    said(world, ana, "scribe me")
    world.forward(minutes=20)
    assert room.keyed("roles") == []


def test_a_raise_that_brings_in_a_role_asks_once_more_five_minutes_later(world: World) -> None:
    """DR-2: the former question is one line then."""
    ana, room = declared(world, "sev2")
    world.forward(minutes=10)
    said(world, ana, "sev sev1 nobody can pay")
    world.forward(minutes=5, seconds=-1)
    assert len(room.keyed("roles")) == 1
    world.forward(seconds=1)
    former, asked = room.keyed("roles")
    assert former.words == "Roles were asked for here; see the question below."
    assert buttons(asked) == ["I am comms lead", "I am scribe"]
    said(world, ana, "sev sev2")
    said(world, ana, "sev sev1")
    world.forward(hours=1)
    assert len(room.keyed("roles")) == 3, "P1 wants no scribe, so the raise brings one in"


def test_nobody_is_asked_once_it_is_over_and_a_reopening_waits_anew(world: World) -> None:
    """DR-1."""
    ana, room = declared(world)
    said(world, ana, "resolve over")
    world.forward(minutes=30)
    assert room.keyed("roles") == []
    said(world, ana, "reopen it is back")
    world.forward(minutes=5, seconds=-1)
    assert room.keyed("roles") == []
    world.forward(seconds=1)
    assert len(room.keyed("roles")) == 1


def test_after_a_downtime_people_are_asked_once(world: World) -> None:
    """DR-24."""
    _, room = declared(world)
    world.restart(after=timedelta(hours=2))
    assert len(room.keyed("roles")) == 1
    world.restart(after=timedelta(hours=2))
    assert len(room.keyed("roles")) == 1


POLICY = """
[life_cycle]
unclaimed_after = "2m"
[severity.P2]
roles = ["liaison"]
[role.liaison]
label = "customer liaison with a title that is much longer than any button of Slack's can be in one row"
aliases = []
instructions = "You speak with customers."
"""


@pytest.mark.parametrize("policy", [POLICY])
def test_which_roles_are_wanted_and_when_is_policy(world: World, policy: str) -> None:
    ana, room = declared(world, "sev3")
    world.forward(minutes=2)
    (asked,) = room.keyed("roles")
    (label,) = buttons(asked)
    assert label.startswith("I am customer liaison with a title")
    assert len(label) <= 75
    ana.clicks(label)
    world.tick()
    assert "You speak with customers." in world.dm(ana).words[0]


# Claiming


def test_a_claim_gives_the_role_and_takes_its_button_away(world: World) -> None:
    _, room = declared(world)
    (ben,) = joined(world, "ben")
    world.forward(minutes=5)
    ben.clicks("I am comms lead")
    world.tick()
    assert f"<@{ben.id}> is now comms lead." in room.keyed("role-assigned").words
    assert "You are comms lead of" in world.dm(ben).words[0]
    (asked,) = room.keyed("roles")
    assert f"nobody is scribe yet. Who takes it? Comms lead is <@{ben.id}>." in asked.words
    assert buttons(asked) == ["I am scribe"]
    ben.clicks("I am scribe")
    world.tick()
    (asked,) = room.keyed("roles")
    taken = f"The roles that were asked for here are taken: comms lead <@{ben.id}>, scribe <@{ben.id}>."
    assert (asked.words, buttons(asked)) == (taken, [])


def test_a_role_given_by_command_takes_its_button_away_too(world: World) -> None:
    ana, room = declared(world)
    world.forward(minutes=5)
    said(world, ana, "comms me")
    assert buttons(room.keyed("roles")[0]) == ["I am scribe"]


def test_whoever_claims_second_hears_who_was_first_and_how_it_is_handed_over(world: World) -> None:
    """DR-16: the command that is named works."""
    _, room = declared(world)
    ben, cy = joined(world, "ben", "cy")
    said(world, cy, "roles")
    world.forward(minutes=5)
    ben.clicks("I am comms lead", message=room.keyed("roles")[0].ts)
    assert cy.clicks("I am comms lead", message=room.keyed("roles")[0].ts).ok
    answer = heard(world, cy)
    assert "@Ben is comms lead already. They can hand it over to you." in answer
    assert "Next: `/incident handoff comms @Cy`" in answer
    assert "Comms lead is offered to" in said(world, ben, "handoff comms @Cy")


def test_a_claim_of_ones_own_role_says_so(world: World) -> None:
    _, room = declared(world)
    (ben,) = joined(world, "ben")
    world.forward(minutes=5)
    stale = room.keyed("roles")[0].ts
    assert ben.clicks("I am comms lead", message=stale).ok
    assert ben.clicks("I am comms lead", message=stale).ok
    assert f"<@{ben.id}> has that role already: comms lead" in heard(world, ben)
    assert len(room.keyed("role-assigned")) == 1


def test_the_list_of_roles_has_a_button_for_each_that_nobody_has(world: World) -> None:
    ana, room = declared(world)
    said(world, ana, "comms me")
    said(world, ana, "roles")
    shown = ana.hears()[-1]
    assert buttons(shown) == ["I am scribe", "I am operations lead"]
    ana.clicks("I am operations lead")
    world.tick()
    assert f"<@{ana.id}> is now operations lead." in room.keyed("role-assigned").words
    assert shown not in ana.hears(), "the list makes way for what came of it"


# The card


def test_the_card_shows_who_has_which_role_and_which_are_missing(world: World) -> None:
    ana, room = declared(world)
    (ben,) = joined(world, "ben")
    assert f"Commander: <@{ana.id}> · comms lead: nobody yet · scribe: nobody yet" in room.card.words
    said(world, ana, "ops @ben")
    said(world, ana, "comms me")
    line = f"Commander: <@{ana.id}> · comms lead: <@{ana.id}> · operations lead: <@{ben.id}> · scribe: nobody yet"
    assert line in world.channel().card.words
    said(world, ana, "resolve over")
    assert "nobody yet" not in world.channel().card.words
