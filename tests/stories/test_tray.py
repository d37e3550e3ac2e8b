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
