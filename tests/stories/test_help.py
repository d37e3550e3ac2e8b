"""Help: short for a phone, whole for whoever asks; one verb with an example that can be typed (DR-21)."""

import json

import pytest

from bot.sandbox import Answer, Message, Person
from handlers import ROUTES
from handlers.routes import Situation
from tests.world import World, said

SHORT = 1_800
"""Characters that a phone shows on two screens."""
TITLES = {Situation.START: "*To start*", Situation.RUN: "*While it runs*", Situation.FINISH: "*To finish*"}


def newest(person: Person) -> Message:
    """What this person alone was shown last."""
    return [each for each in person.hears() if each.ephemeral_for == person.id][-1]


def sections(answer: Answer | Message) -> list[str]:
    blocks = (answer.body or {})["blocks"] if isinstance(answer, Answer) else answer.blocks
    return [block["text"]["text"] for block in blocks if block["type"] == "section"]


def test_help_is_short_and_names_every_verb_by_situation(world: World) -> None:
    """DR-21: the few that matter have a line, all others their name."""
    ana = world.person("ana")
    text = said(world, ana, "help")
    assert [text.index(title) for title in TITLES.values()] == sorted(text.index(t) for t in TITLES.values())
    for verb in ROUTES.verbs.values():
        assert f"`{verb.name}`" in text or not verb.listed, verb.name
    assert "• `declare` Opens an incident" in text
    assert "• `update` Posts a status update and restarts the clock\n" in text
    assert "• `phase`" not in text
    assert len(text) < SHORT


@pytest.mark.parametrize("situation", list(Situation))
def test_help_of_a_situation_shows_all_its_verbs_each_with_an_example(
    world: World, situation: Situation
) -> None:
    ana = world.person("ana")
    answer = ana.commands(f"/incident help {situation}")
    assert all(len(part) <= 3_000 for part in sections(answer))
    assert all(part.startswith(("*", "•", "`/incident", "All that")) for part in sections(answer)), (
        "no line is cut"
    )
    shown = "\n".join(sections(answer))
    assert shown.startswith(TITLES[situation])
    for verb in ROUTES.verbs.values():
        if verb.listed and verb.situation is situation:
            assert f"• `{verb.name}` " in shown
            assert f"`{verb.example}`" in shown
    assert "All that can be written behind one: `/incident help " in shown


def test_the_buttons_below_help_turn_its_pages_in_place(world: World) -> None:
    ana = world.person("ana")
    ana.commands("/incident help")
    before = len(ana.hears())
    ana.clicks("While it runs")
    world.settle()
    assert newest(ana).words.startswith("*While it runs*")
    assert "• `handoff` " in newest(ana).words
    ana.clicks("To finish")
    world.settle()
    assert newest(ana).words.startswith("*To finish*")
    ana.clicks("All in short")
    world.settle()
    assert newest(ana).words.startswith("*To start*")
    assert len(ana.hears()) == before, "one message, turned over"


def test_an_old_button_of_a_page_that_is_no_more_shows_help_in_short(world: World) -> None:
    ana = world.person("ana")
    ana.commands("/incident help")
    row = newest(ana).blocks[-1]
    row["elements"][0]["value"] = "elsewhere"
    ana.clicks(row["elements"][0]["action_id"])
    world.settle()
    assert newest(ana).words.startswith("*To start*")


def test_help_for_a_verb_has_usage_other_names_and_an_example(world: World) -> None:
    ana = world.person("ana")
    text = said(world, ana, "help declare")
    assert "`/incident declare <sev>" in text.replace("&lt;", "<").replace("&gt;", ">")
    assert "Example: `/incident declare sev1 checkout is down" in text
    assert "Also: new, create, start, open" in text
    assert text == said(world, ana, "help new")
    assert "`/incident update [INC-…] [investigating" in said(world, ana, "help update")
    assert "`/incident status [INC-…]`" in said(world, ana, "help status")
    assert "`/incident snooze [INC-…] [duration]" in said(world, ana, "help snooze")
    assert "Left to" not in text


def test_every_example_is_typed_with_its_own_verb(world: World, ana: Person) -> None:
    """What help shows can be typed as it stands: no answer takes its first word for something else."""
    for verb in ROUTES.verbs.values():
        assert verb.example.split()[:2] == ["/incident", verb.name], verb.name
        assert "There is no `" not in ana.commands(verb.example).text, verb.example
    world.expects_errors("name_taken")  # `private` asks for the name that the channel has


def test_a_word_that_is_no_verb_gets_the_nearest_one(world: World) -> None:
    ana = world.person("ana")
    assert "Did you mean `/incident help update`?" in said(world, ana, "help updte")
    assert "Did you mean `/incident help finish`?" in said(world, ana, "help finsh")
    assert "`/incident help`" in said(world, ana, "help xyzzyx")


@pytest.mark.parametrize("policy", ['[allow]\nclose = ["@incident-leads"]\nmerge = []'])
def test_help_says_to_whom_the_policy_leaves_a_verb(world: World) -> None:
    """DR-19: nobody learns it by a refusal alone."""
    ana = world.person("ana")
    assert "Left to @incident-leads" in said(world, ana, "help close")
    assert "Left to nobody" in said(world, ana, "help merge")
    assert "Left to" not in said(world, ana, "help resolve")


@pytest.mark.parametrize("policy", ['[emoji]\ntimeline = "memo"'])
def test_help_names_the_reaction_of_the_policy(world: World, ana: Person) -> None:
    assert "gets the reaction :memo:" in said(world, ana, "help")


def test_an_answer_has_room_for_more_verbs(world: World) -> None:
    """Block Kit's limits hold with a good many verbs more than there are."""
    ana = world.person("ana")
    for line in ("help", "help run"):
        body = json.dumps(ana.commands(f"/incident {line}").body)
        assert len(body) < 8_000, line
