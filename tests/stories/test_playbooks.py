"""Playbooks: listed, posted, ticked by several people, suggested where they fit, and on the record."""

from dataclasses import replace
from pathlib import Path

import pytest

from bot.domain.mrkdwn import Names
from bot.domain.replay import read
from bot.domain.replay_export import export, print_replay
from bot.domain.replay_import import to_record
from bot.domain.replay_steps import Types, steps
from bot.domain.timeline import Entry
from bot.playbook_files import read_playbooks
from bot.sandbox import Message, Person, forms, interactions
from tests.world import World, at_once, declared, in_channel, joined, said

INC = "INC-2026-0302-001"
DATABASE = """\
---
services: database, Orders DB
words: postgres, connection pool
---
# Database outage

Stay *calm*: see [the runbook](https://wiki.example.com/db?a=1&b=2).

## Look

- [ ] Is it **really** the database? Ask `<!channel>` & <@U123> nothing
- [ ] Count the connections
  of each service

## Act

1. [ ] Fail over
"""
TEXT = "# Whom to call\n\nDana, +1 555 0100\n"


@pytest.fixture(autouse=True)
def books(world: World, tmp_path: Path) -> Path:
    """A folder with two playbooks, which the bot has read."""
    (tmp_path / "database.md").write_text(DATABASE, encoding="utf-8")
    (tmp_path / "contacts.md").write_text(TEXT, encoding="utf-8")
    reads(world, tmp_path)
    return tmp_path


def reads(world: World, folder: Path) -> None:
    """The bot starts anew, and reads *folder*."""
    world.policy = replace(world.policy, playbooks=read_playbooks(folder))
    world.restart()


def posted(world: World, person: Person, name: str = "database") -> Message:
    """The message of the playbook that *person* posts."""
    said(world, person, f"playbook {name}")
    return world.channel().keyed("playbook")[-1]


def shown(message: Message) -> list[str]:
    return [block["text"]["text"] for block in message.blocks if "text" in block]


def ticks(person: Person, message: Message, step: int) -> None:
    person.clicks(f"playbook_step:{step}", message=message.ts)


def told_alone(world: World, person: Person) -> str:
    """The last thing that only *person* saw."""
    world.settle()
    return [each for each in person.hears() if each.ephemeral_for == person.id][-1].words


def record(world: World) -> list[Entry]:
    world.settle()
    with world.bot.store.read() as tx:
        return [e for e in tx.entries(INC) if e.data.get("change") == "playbook" and e.deleted_at is None]


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
    assert message.text == f"Playbook *Database outage* · 0 of 3 done · posted by <@{ana.id}>"
    assert shown(message) == [
        message.text,
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
    at_once([lambda p=p, n=n: ticks(p, message, n) for n, p in enumerate(people, 1)])
    world.settle()
    assert "3 of 3 done" in message.text
    assert {entry.author for entry in record(world)[1:]} == {each.id for each in people}


def test_a_click_on_what_somebody_else_ticked_meanwhile_changes_nothing(world: World) -> None:
    """Ben's screen still shows the open step: his "Done" does not turn ana's round."""
    ana, room = declared(world)
    ben = joined(world, "ben")
    message = posted(world, ana)
    block = next(each for each in message.blocks if each.get("accessory"))
    ticks(ana, message, 1)
    world.settle()
    action = forms.action(block, block["accessory"], None, "1.0")
    interactions.click_in_message(world.slack, ben.user, room.channel, message, action)
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


# Undo


def test_undo_takes_a_tick_off_and_leaves_those_of_others(world: World) -> None:
    ana, _ = declared(world)
    ben = joined(world, "ben")
    message = posted(world, ana)
    ticks(ana, message, 1)
    ticks(ben, message, 2)
    said(world, ana, "undo")
    assert "☐ 1." in message.words
    assert f"☑ 2. Count the connections of each service\n_done: <@{ben.id}>" in "\n".join(shown(message))
    assert [entry.text[:24] for entry in record(world)] == [
        "Playbook posted: Databas",
        "Database outage, step 2 ",
    ]


def test_undo_takes_a_playbook_back_until_somebody_ticked(world: World) -> None:
    ana, room = declared(world)
    ben = joined(world, "ben")
    message = posted(world, ana)
    before = list(message.blocks)
    said(world, ana, "undo")
    assert message.words == "The playbook Database outage was taken back."
    step = next(each for each in before if each.get("accessory"))
    action = forms.action(step, step["accessory"], None, "1.0")
    interactions.click_in_message(world.slack, ben.user, room.channel, message, action)
    assert "That playbook was taken back" in told_alone(world, ben)
    again = posted(world, ana)
    ticks(ben, again, 1)
    assert "the playbook" in said(world, ana, "undo")
    assert "☑ 1." in again.words


# Suggesting


def test_one_that_fits_the_title_is_offered_in_the_answer_and_on_the_card(world: World) -> None:
    """DR-2: nothing more is said in the channel for it."""
    ana = world.person("ana")
    answer = ana.commands("/incident declare sev1 Connection-Pool of orders is full")
    room = world.channel()
    assert "A playbook for this: Database outage (`/incident playbook database` there)" in answer.text
    assert "Playbook for this: Database outage" in room.card.words
    assert len([m for m in room.messages if m.thread_ts is None]) == 1
    ana.channel = room.channel
    ana.clicks("Post playbook", message=room.card.ts)
    world.settle()
    assert len(room.keyed("playbook")) == 1
    assert "Playbook for this" not in room.card.words
    ana.clicks("Post playbook", channel="general")
    assert "stands in" in told_alone_in(world, ana, "general")
    assert len(room.keyed("playbook")) == 1


def told_alone_in(world: World, person: Person, name: str) -> str:
    world.settle()
    return [each for each in person.hears(name) if each.ephemeral_for == person.id][-1].words


def test_a_service_that_is_set_later_brings_it_onto_the_card_until_it_is_over(world: World) -> None:
    ana, room = declared(world)
    assert "Playbook for this" not in room.card.words
    said(world, ana, "set service database")
    assert "Playbook for this: Database outage" in room.card.words
    said(world, ana, "resolve all well")
    assert "Playbook for this" not in room.card.words


@pytest.mark.parametrize("title", ["postgresql is slow", "the pool is green", "checkout"])
def test_part_of_a_word_is_no_reason(world: World, title: str) -> None:
    ana = world.person("ana")
    assert "playbook" not in ana.commands(f"/incident declare sev1 {title}").text
    assert "Playbook" not in world.channel().card.words


# Where the incident goes


def test_its_boxes_work_where_a_private_one_goes_on(world: World) -> None:
    world.expects_errors("name_taken")
    ana, old = declared(world)
    message = posted(world, ana)
    ticks(ana, message, 1)
    said(world, ana, "private")
    room = world.channel()
    assert room.id != old.id
    ana.channel = room.channel
    (again,) = room.keyed("playbook")
    assert "☑ 1." in again.words
    ticks(ana, again, 2)
    world.settle()
    assert "2 of 3 done" in again.text
    assert "Count the connections" in in_channel(world)


def test_the_draft_tells_of_it_and_an_import_of_its_export_is_the_same(world: World) -> None:
    ana, _ = declared(world)
    message = posted(world, ana)
    ticks(ana, message, 3)
    ticks(ana, message, 1)
    said(world, ana, "undo")
    said(world, ana, "resolve all well")
    said(world, ana, "close")
    draft = world.bot.documents.make(INC).content
    assert "Database outage, step 3 done: Fail over" in draft
    assert draft.count("step 1 done") == draft.count("Taken back: Database outage, step 1 done") == 1
    incident = world.bot.lookup.find(None, world.channel().id)
    with world.bot.store.read() as tx:
        entries = tx.entries(INC)
    names = Names(people={ana.id: "Ana"})
    first = export(incident, entries, names, policy=world.policy)
    again = to_record(read(print_replay(first)), policy=world.policy)
    assert print_replay(export(*again, names, policy=world.policy)) == print_replay(first)
    kept = [entry.data for entry in again[1] if entry.data.get("change") == "playbook"]
    assert [(data["step"], data["playbook"]) for data in kept] == [
        ("posted", "database"), ("done", "database"), ("done", "database"),
    ]  # fmt: skip
    assert any(e.deleted_at for e in again[1] if e.text.startswith("Database outage, step 1"))
    typed = [
        step.action.command for step in steps(read(print_replay(first))) if isinstance(step.action, Types)
    ]
    assert "/incident playbook database --again" in typed
    assert "/incident playbook database done 3" in typed
    assert "/incident playbook database done 1" not in typed
