"""Playbooks: listed, posted, and ticked by several people."""

from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest

from tests.playbooks import (
    INC,
    clicks_on_former,
    first_step,
    folder_in,
    posted,
    reads,
    record,
    shown,
    ticks,
    told_alone,
)
from tests.world import World, at_once, declared, joined, said


@pytest.fixture(autouse=True)
def books(world: World, tmp_path: Path) -> Path:
    return folder_in(tmp_path, world)


# Listing


def test_the_list_says_what_there_is_and_what_fits(world: World) -> None:
    ana, _ = declared(world)
    answer = said(world, ana, "playbook")
    assert "• `contacts` Whom to call\n• `database` Database outage · 3 steps" in answer
    said(world, ana, "set service Orders DB")
    answer = said(world, ana, "playbook")
    assert "• `database` Database outage · 3 steps · *fits this incident*\n• `contacts`" in answer
    posted(world, ana)
    assert "`database` Database outage · 3 steps · *posted*, 0 of 3 done" in said(world, ana, "playbook")


def test_outside_of_an_incident_they_are_listed_too(world: World) -> None:
    answer = said(world, world.person("ana"), "playbook")
    assert "`database` Database outage · 3 steps" in answer
    assert "in the channel of an incident: `/incident playbook contacts`" in answer


def test_without_a_folder_one_sentence_says_so(world: World) -> None:
    world.policy = replace(world.policy, playbooks=())
    world.restart()
    ana, _ = declared(world)
    assert "The policy names no folder of playbooks" in said(world, ana, "playbook")
    assert "The policy names no folder of playbooks" in said(world, ana, "playbook database")


# Posting


def test_a_playbook_is_posted_with_its_text_its_groups_and_a_button_for_each_step(world: World) -> None:
    ana, room = declared(world)
    answer = said(world, ana, "playbook Database")
    assert f"Playbook *Database outage* is posted in <#{room.id}>: 3 steps to tick." in answer
    (message,) = room.keyed("playbook")
    assert message.text == "\n".join(shown(message))
    assert shown(message) == [
        f"Playbook *Database outage* · 0 of 3 done · posted by <@{ana.id}>",
        "Stay _calm_: see <https://wiki.example.com/db?a=1&amp;b=2|the runbook>.",
        "*Look*",
        "☐ 1. Is it *really* the database? Ask `&lt;!channel&gt;` &amp; &lt;@U123&gt; nothing",
        "☐ 2. Count the connections of each service",
        "*Act*",
        "☐ 3. Fail over",
    ]
    assert [b["accessory"]["text"]["text"] for b in message.blocks if "accessory" in b] == ["Done"] * 3


def test_its_title_and_a_mistyped_name_lead_to_it(world: World) -> None:
    ana, room = declared(world)
    answer = said(world, ana, "playbook datbase")
    assert "There is no playbook 'datbase'" in answer
    assert "`/incident playbook database`" in answer
    said(world, ana, "playbook database  OUTAGE")
    assert len(room.keyed("playbook")) == 1
    assert "Next: `/incident playbook`" in said(world, ana, "playbook volcano"), "nothing is near: the list"


def test_the_same_again_points_to_the_one_that_stands_there(world: World) -> None:
    ana, room = declared(world)
    message = posted(world, ana)
    ticks(ana, message, 2)
    answer = said(world, ana, "playbook database")
    assert f"Playbook *Database outage* stands in <#{room.id}> already: <@{ana.id}> posted it" in answer
    assert "1 of 3 steps are done" in answer
    assert "`/incident playbook database --again`" in answer
    assert len(room.keyed("playbook")) == 1
    said(world, ana, "playbook database --again")
    assert len(room.keyed("playbook")) == 2
    assert "☑" not in room.keyed("playbook")[1].words


def test_a_resolved_incident_takes_no_playbook_but_ticks(world: World) -> None:
    ana, room = declared(world)
    message = posted(world, ana)
    said(world, ana, "resolve all well")
    answer = said(world, ana, "playbook contacts")
    assert f"{INC} is resolved, so 'playbook' is not possible now." in answer
    assert f"`/incident reopen {INC}`" in answer
    ticks(ana, message, 1)
    world.settle()
    assert "☑ 1." in room.keyed("playbook")[0].words


def test_a_long_one_goes_on_in_its_thread_and_is_ticked_there(world: World, books: Path) -> None:
    long = "\n".join(f"- [ ] Step {n} of many" for n in range(1, 91))
    (books / "long.md").write_text(f"# Long\n{long}\n", encoding="utf-8")
    reads(world, books)
    ana, room = declared(world)
    first = posted(world, ana, "long")
    second, third = room.keyed("playbook-page")
    assert "It goes on in the thread of this message." in first.words
    assert (second.thread_ts, third.thread_ts) == (first.ts, first.ts)
    assert "part 2 of 3" in second.words
    ticks(ana, second, 60)
    world.settle()
    assert "1 of 90 done" in first.words
    assert f"☑ 60. Step 60 of many\n_done: <@{ana.id}>" in "\n".join(shown(second))
    assert "☐ 61. Step 61 of many" in second.words


def test_steps_of_full_length_stay_whole(world: World, books: Path) -> None:
    words = ("word & more " * 90)[:990].strip()
    steps = "\n".join(f"- [ ] {words}" for _ in range(19))
    (books / "full.md").write_text(f"# Full\n{steps}\n", encoding="utf-8")
    reads(world, books)
    ana, room = declared(world)
    posted(world, ana, "full")
    pages = [*room.keyed("playbook"), *room.keyed("playbook-page")]
    made = [text for page in pages for text in shown(page) if text.startswith("☐")]
    assert made == [f"☐ {n}. {words.replace('&', '&amp;')}" for n in range(1, 20)]


def test_a_drill_says_so_and_a_private_one_stays_inside(world: World) -> None:
    ana = world.person("ana")
    ana.commands("/incident declare sev1 checkout --drill")
    ana.channel = world.channel().channel
    assert posted(world, ana).words.startswith("DRILL: Playbook *Database outage*")
    ana.commands("/incident declare sev1 postgres --private", channel="general")
    room = world.channel()
    ana.channel = room.channel
    before = len(world.channel("incidents").messages)
    posted(world, ana)
    assert len(world.channel("incidents").messages) == before
    assert "Database outage" not in "\n".join(world.channel("general").messages.words)


# Ticking


def test_a_tick_shows_who_and_when_and_stands_on_the_timeline(world: World) -> None:
    ana, _ = declared(world)
    ben = joined(world, "ben")
    message = posted(world, ana)
    world.forward(minutes=3)
    ticks(ben, message, 2)
    world.settle()
    assert f"☑ 2. Count the connections of each service\n_done: <@{ben.id}>, " in "\n".join(shown(message))
    assert "09:03 UTC" in message.words
    assert "1 of 3 done" in message.text
    last = record(world)[-1]
    assert (last.text, last.author, last.at) == (
        "Database outage, step 2 done: Count the connections of each service", ben.id, world.clock.now(),
    )  # fmt: skip
    assert "Database outage, step 2 done" in said(world, ana, "timeline")


def test_a_tick_is_taken_off_again(world: World) -> None:
    ana, _ = declared(world)
    message = posted(world, ana)
    ticks(ana, message, 1)
    world.settle()
    assert [b["accessory"]["text"]["text"] for b in message.blocks if "accessory" in b] == [
        "Not done", "Done", "Done",
    ]  # fmt: skip
    ticks(ana, message, 1)
    world.settle()
    assert "0 of 3 done" in message.text
    assert record(world)[-1].text.startswith("Database outage, step 1 not done after all: Is it")


def test_ticks_at_once_are_all_kept(world: World) -> None:
    """Three people, three steps, one moment: none loses the other's."""
    ana, _ = declared(world)
    people = [ana, joined(world, "ben"), joined(world, "cem")]
    message = posted(world, ana)
    at_once([partial(ticks, each, message, n) for n, each in enumerate(people, 1)])
    world.settle()
    assert "3 of 3 done" in message.text
    assert {entry.author for entry in record(world)[1:]} == {each.id for each in people}


def test_a_click_on_what_somebody_else_ticked_meanwhile_changes_nothing(world: World) -> None:
    """Ben's screen still shows the open step: his "Done" does not turn ana's round."""
    ana, room = declared(world)
    ben = joined(world, "ben")
    message = posted(world, ana)
    block = first_step(message)
    ticks(ana, message, 1)
    world.settle()
    clicks_on_former(room, ben, message, block)
    assert f"Step 1 is done already: <@{ana.id}> ticked it" in told_alone(world, ben)
    assert "1 of 3 done" in message.text
    assert len(record(world)) == 2


def test_steps_are_ticked_by_number_too(world: World) -> None:
    ana, room = declared(world)
    posted(world, ana)
    assert "2 of 3 steps are done" in said(world, ana, "playbook database done 1, 3")
    assert "1 of 3 steps are done" in said(world, ana, "playbook open #3")
    assert "'Database outage' has no step 9; it has 3." in said(world, ana, "playbook done 9")
    assert "None of that name stands in the channel" in said(world, ana, "playbook contacts done 1")
    assert "☑ 1." in room.keyed("playbook")[0].words


def test_what_was_posted_is_a_snapshot(world: World, books: Path) -> None:
    ana, room = declared(world)
    message = posted(world, ana)
    (books / "database.md").unlink()
    (books / "contacts.md").unlink()
    reads(world, books)
    ticks(ana, message, 3)
    world.settle()
    assert "☑ 3. Fail over" in room.keyed("playbook")[0].words
    assert "2 of 3 steps are done" in said(world, ana, "playbook database done 1")
