"""DR-19: everybody may do everything, unless the policy leaves a verb to some; who is refused is told who may."""

import pytest

from bot.sandbox import Person
from tests.world import World, in_channel, said


@pytest.fixture
def policy() -> str:
    return """
[allow]
close = ["@leads"]
sev = ["@cem"]
snooze = ["@nobody-knows"]
"""


@pytest.fixture
def crew(world: World, ana: Person) -> dict[str, Person]:
    """Ben is one of the leads, Cem is named himself, Ana is neither."""
    people = {"ana": ana, "ben": world.person("ben"), "cem": world.person("cem")}
    world.slack.add_group("leads", [people["ben"].id])
    world.restart()
    world.forward(days=1)
    world.bot.directory.refresh()
    world.settle()
    for person in people.values():
        person.joins(ana.channel)
        person.channel = ana.channel
    return people


def test_a_verb_that_is_left_to_a_group_is_refused_to_others_with_who_may(
    world: World, crew: dict[str, Person]
) -> None:
    said(world, crew["ana"], "resolve done")
    refused = said(world, crew["ana"], "close")
    assert "'close' is left to @leads" in refused
    assert "nothing was changed" in refused
    assert "closed" in said(world, crew["ben"], "close")


def test_a_button_stands_for_its_verb(world: World, crew: dict[str, Person]) -> None:
    said(world, crew["ana"], "resolve done")
    crew["ana"].clicks("Close")
    world.tick()
    assert "Closed" not in in_channel(world)
    assert "'close' is left to @leads" in "\n".join(m.words for m in crew["ana"].hears())
    crew["ben"].clicks("Close")
    world.tick()
    assert "Closed" in in_channel(world)


def test_a_person_may_be_named_by_handle(world: World, crew: dict[str, Person]) -> None:
    assert "'sev' is left to @cem" in said(world, crew["ben"], "sev sev2")
    assert "SEV-2" in said(world, crew["cem"], "sev sev2")


def test_a_group_that_slack_does_not_know_holds_nobody(world: World, crew: dict[str, Person]) -> None:
    """Closed when in doubt."""
    assert all("is left to" in said(world, one, "snooze 10m") for one in crew.values())


def test_what_is_left_to_nobody_is_everybodys(world: World, crew: dict[str, Person]) -> None:
    assert all("left to" not in said(world, one, "note decision: go on") for one in crew.values())


def test_a_new_member_of_the_group_may_at_once(world: World, crew: dict[str, Person]) -> None:
    """Slack tells of it by an event; no restart is needed."""
    said(world, crew["ana"], "resolve done")
    (group,) = world.slack.groups
    subteam = {"id": group.id, "handle": "leads", "name": "leads", "users": [crew["ana"].id]}
    world.sends({"type": "subteam_updated", "subteam": subteam})
    assert "closed" in said(world, crew["ana"], "close")
    assert "'close' is left to" in said(world, crew["ben"], "close")
