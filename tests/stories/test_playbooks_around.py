"""Playbooks: taken back, suggested where they fit, carried along, and on the record."""

from pathlib import Path

import pytest

from bot.domain.mrkdwn import Names
from bot.domain.replay import read
from bot.domain.replay_export import export, print_replay
from bot.domain.replay_import import to_record
from bot.domain.replay_steps import Types, steps
from tests.playbooks import (
    INC,
    clicks_on_former,
    first_step,
    folder_in,
    posted,
    record,
    shown,
    ticks,
    told_alone,
)
from tests.world import World, declared, in_channel, joined, said


@pytest.fixture(autouse=True)
def books(world: World, tmp_path: Path) -> Path:
    return folder_in(tmp_path, world)


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
    step = first_step(message)
    said(world, ana, "undo")
    assert message.words == "The playbook Database outage was taken back."
    clicks_on_former(room, ben, message, step)
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
    world.settle()
    told = [each.words for each in ana.hears("general") if each.ephemeral_for == ana.id]
    assert sum("stands in" in words for words in told) == 1, "in the place of the offer"
    assert len(room.keyed("playbook")) == 1


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
