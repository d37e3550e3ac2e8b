"""The slash command's name is the organisation's own: all that people read and type bears it."""

import json
from collections.abc import Iterator

import pytest

from bot.sandbox import Person
from tests.world import World


@pytest.fixture
def policy() -> str:
    return '[slack]\ncommand = "tocsin"\n\n[channels]\nstatus = "status"\n'


def heard(world: World) -> Iterator[str]:
    """Everything that the bot asked Slack to show, and the drafts."""
    for call in world.slack.calls:
        yield json.dumps(call.args, ensure_ascii=False)
    for file in world.slack.files.values():
        yield (file.content or b"").decode("utf-8", "replace")
    for channel in world.slack.channels:
        yield from (f"{each.text} {each.blocks}" for each in channel.ephemerals)


def typed(world: World, person: Person, *lines: str) -> list[str]:
    """What is answered to commands, each given what it leads to."""
    answers = []
    for line in lines:
        answers.append(person.commands(f"/tocsin {line}".strip()).text)
        world.tick()
    return answers


def test_a_whole_incident_is_run_with_another_name_of_the_command(world: World) -> None:
    world.slack.add_channel("status", bot=True)
    ana = world.person("ana", tz="Europe/Madrid")
    answers = typed(
        world, ana, "", "help", "list", "declare", "declare sev9", "declare sev1 checkout is down", "tpyo"
    )
    ana.channel = world.channel().channel
    answers += typed(
        world, ana, "", "status", "roles", "role comms me", "note", "note decision: fail over",
        "task add restart in=5m", "task", "impact", "impact customers=12 pct=5",
        "update identified --external", "update", "brief exec",
        "brief customer ACME", "sla", "escalate", "escalate execs", "snooze 2h", "pause 1h", "set", "set nonsense 1",
        "set root_cause pool", "timeline nonsense", "handoff ic @ana", "undo", "close", "merge", "pstmortem",
    )  # fmt: skip
    world.forward(hours=3)
    answers += typed(
        world, ana, "mitigate", "resolve all is well", "update x", "reopen", "resolve again", "close"
    )
    answers += typed(
        world, ana, "postmortem status", "postmortem nonsense", "postmortem list", "postmortem review @ana"
    )
    world.forward(days=5)
    said = [*answers, *heard(world)]
    assert [line for words in said for line in words.split("\\n") if "/incident" in line] == []
    assert sum("/tocsin" in words for words in said) > 40
    assert "Next: `/tocsin declare sev1`" in answers[4]


@pytest.mark.parametrize("verb", ["declare", "note", "help", "task", "postmortem", "merge"])
def test_help_shows_an_example_that_can_be_typed(world: World, verb: str) -> None:
    (answer,) = typed(world, world.person("ana"), f"help {verb}")
    assert "Example: `/tocsin " in answer


def test_what_people_typed_stays_as_they_typed_it(world: World) -> None:
    ana = world.person("ana")
    typed(world, ana, "declare sev1 the runbook says /incident runbook")
    room = world.channel()
    assert "the runbook says /incident runbook" in room.card.words
    (answer,) = typed(world, ana, "resolve in /incident words")
    assert "/tocsin resolve INC-2026-0302-001 in /incident words" in answer


def test_a_command_of_the_old_name_is_taken_the_same_way(world: World) -> None:
    ana = world.person("ana")
    ana.commands("/incident declare sev1 checkout is down")
    assert "checkout is down" in world.channel().card.words
