"""Bare ``/incident``: how things stand where it is typed, with the buttons that lead on (PRODUCT 2.2)."""

import pytest

from bot.sandbox import Answer, Person
from tests.world import World, declared, joined, said

INC = "INC-2026-0302-001"


def labels(answer: Answer) -> list[str]:
    """What stands on the buttons of an answer."""
    rows = [block for block in (answer.body or {}).get("blocks", []) if block["type"] == "actions"]
    return [button["text"]["text"] for row in rows for button in row["elements"]]


def newest(person: Person) -> str:
    return [each for each in person.hears() if each.ephemeral_for == person.id][-1].words


OUTSIDE = ["Declare an incident", "List all", "Help"]


@pytest.mark.parametrize("where", ["general", "@tocsin", "ops-private"])
def test_with_nothing_open_it_says_how_to_begin(world: World, where: str) -> None:
    ana = world.person("ana")
    ana.creates("ops-private", private=True)
    world.settle()
    answer = ana.commands("/incident", where)
    assert "No incident is open." in answer.text
    assert "`/incident declare sev1 what is wrong`" in answer.text
    assert labels(answer) == OUTSIDE


@pytest.mark.parametrize("where", ["general", "@tocsin", "ops-private"])
def test_elsewhere_each_open_incident_is_one_press_away(world: World, where: str) -> None:
    declared(world)
    ben = world.person("ben")
    ben.creates("ops-private", private=True)
    world.settle()
    ben.channel = world.slack.direct(ben.id) if where == "@tocsin" else world.slack.channel(where)
    answer = ben.commands("/incident")
    assert f"• `{INC}` *SEV-1 (P0 · Critical)* · investigating · checkout is down" in answer.text
    assert labels(answer) == [f"Status {INC}", *OUTSIDE]
    ben.clicks(f"Status {INC}")
    world.settle()
    assert "No update was posted yet." in newest(ben)
    assert "Post update\nTake a role\nResolve\nMore\nSubscribe" in newest(ben)
    ben.clicks("Post update")
    assert ben.modal is not None


def test_with_thirty_open_it_stays_short(world: World) -> None:
    ana = world.person("ana")
    for n in range(30):
        ana.commands(f"/incident declare sev3 trouble number {n}")
        world.settle()
    answer = ana.commands("/incident")
    assert answer.text.count("• `INC-") == 10
    assert "And 20 more." in answer.text
    assert labels(answer) == [*(f"Status INC-2026-0302-{n:03}" for n in range(30, 25, -1)), *OUTSIDE]


def test_in_the_incidents_channel_it_is_the_status_with_what_comes_next(world: World) -> None:
    ana, _ = declared(world)
    answer = ana.commands("/incident")
    assert f"`{INC}` is *investigating*" in answer.text
    assert labels(answer) == ["Post update", "Take a role", "Resolve", "More", "Subscribe", "Help"]
    ana.clicks("Help")
    world.settle()
    assert "*While it runs*" in newest(ana)
    said(world, ana, "subscribe")
    said(world, ana, "resolve over")
    assert labels(ana.commands("/incident")) == ["Close", "Reopen", "More", "Unsubscribe", "Help"]
    said(world, ana, "close")
    assert labels(ana.commands("/incident")) == ["Reopen", "More", "Help"]


def test_an_untitled_one_asks_for_its_title(world: World) -> None:
    ana = world.person("ana")
    ana.commands("/incident declare sev1")
    ana.channel = world.channel().channel
    assert labels(ana.commands("/incident"))[0] == "Add title"


def test_a_private_incident_is_none_for_others(world: World) -> None:
    """DR-28."""
    ana = world.person("ana")
    ana.commands("/incident declare sev1 payroll leak --private")
    world.tick()
    ben = world.person("ben")
    answer = ben.commands("/incident")
    assert "payroll" not in answer.words
    assert labels(answer) == OUTSIDE
    assert "payroll" in ana.commands("/incident", "general").words


def test_a_drill_has_nothing_to_subscribe_to(world: World) -> None:
    """R-DRL-2."""
    ana = world.person("ana")
    ana.commands("/incident declare sev1 checkout --drill")
    ana.channel = world.channel().channel
    assert "Subscribe" not in labels(ana.commands("/incident"))
    joined(world, "ben")


@pytest.mark.parametrize("typed", ["sev1 checkout is down", "P0 checkout is down", "SEV-1 checkout is down"])
def test_a_severity_without_its_verb_is_one_press_from_declared(world: World, typed: str) -> None:
    """DR-18: what is typed at 3 a.m. leads on; it was taken for ``sev`` or ``pm`` and its title for a reason."""
    ana = world.person("ana")
    answer = ana.commands(f"/incident {typed}")
    assert "`/incident declare sev1 checkout is down`" in answer.text
    assert "Did you mean" not in answer.text
    assert labels(answer) == ["Declare SEV-1 Critical"]
    ana.clicks("Declare SEV-1 Critical")
    assert "checkout is down" in world.channel().card.words
    ana.channel = world.channel().channel
    here = ana.commands("/incident sev2 half of it works again")
    assert "`/incident sev sev2 half of it works again`" in here.text
    assert "`/incident declare sev2 half of it works again`" in here.text
    assert labels(here) == []


def test_a_severity_with_more_than_a_button_holds_loses_nothing_of_it(world: World) -> None:
    title = "checkout is down " * 130
    answer = world.person("ana").commands(f"/incident sev1 {title}")
    assert f"You typed: sev1 {title.strip()}" in answer.text
    assert labels(answer) == []


@pytest.mark.parametrize("broken", ["dns", "site", "login", "api", "store", "app", "cdn"])
def test_what_broke_is_not_taken_for_a_mistyped_verb(world: World, broken: str) -> None:
    """It was answered with "Did you mean `/incident dup is down`?"."""
    answer = world.person("ana").commands(f"/incident {broken} is down")
    assert answer.text.startswith(f"Declare an incident “{broken} is down”?")


def test_beside_a_verb_that_may_be_meant_stands_how_to_declare(world: World) -> None:
    ana, _ = declared(world)
    here = ana.commands("/incident updaet all is well")
    assert "To declare" not in here.text
    answer = ana.commands("/incident outage in europe", "general")
    assert "To declare an incident instead: `/incident declare sev1 outage in europe`" in answer.text
