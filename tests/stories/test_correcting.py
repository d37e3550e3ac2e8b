"""Corrections of the timeline: numbers stay, what stood before is kept, drafts follow (DR-7, DR-9, DR-20)."""

import json
import re

from bot.archive import Archive
from bot.domain.replay import Stage
from bot.sandbox import Person
from tests.world import World, declared, said

REF = "INC-2026-0302-001"


def listed(world: World, person: Person, flags: str = "") -> dict[str, int]:
    """The words of each entry on the timeline, to its number."""
    told = said(world, person, f"timeline {flags}")
    rows = re.findall(r"^(\d+)\. \S+ (?:\[[^\]]+\] )?(.+?)(?: — .*)?$", told, re.MULTILINE)
    return {text: int(n) for n, text in rows}


def number(world: World, person: Person, text: str, flags: str = "") -> int:
    """The number of the entry that says *text*."""
    return next(n for words, n in listed(world, person, flags).items() if text in words)


def test_a_note_is_edited_and_retimed_and_keeps_its_number(world: World) -> None:
    ana, room = declared(world, "sev2")
    bo = world.person("bo")
    bo.joins(room.channel)
    bo.channel = room.channel
    world.forward(minutes=20)
    said(world, ana, "note the index is <small>")
    said(world, ana, "note the disk is full")
    n, m = number(world, ana, "the index is"), number(world, ana, "the disk is full")
    said(world, ana, "note earlier at=-10m")  # it stands before both, and moves no number
    assert (number(world, ana, "the index is"), number(world, ana, "the disk is full")) == (n, m)
    assert "says that now" in said(world, bo, f"timeline edit {n} the index is *large*")
    assert f"Entry {n} of the timeline now says: the index is *large*" in room.keyed("echo").words[-1]
    echoed = len(room.keyed("echo"))
    assert "says that already" in said(world, bo, f"timeline edit #{n} the index is *large*")
    assert len(room.keyed("echo")) == echoed
    assert number(world, ana, "the index is *large*") == n
    assert "Entry" in said(world, ana, f"timeline retime {m} -15m")
    assert next(iter(listed(world, ana, "since=18m"))) == "the disk is full"
    assert "future" in said(world, ana, f"timeline retime {n} 2030-01-01 10:00")
    assert "Which entry?" in said(world, ana, "timeline hide it")
    assert "has no entry 999" in said(world, ana, "timeline edit 999 x")
    assert "What should entry" in said(world, ana, f"timeline edit {n}")
    assert "When did entry" in said(world, ana, f"timeline retime {n}")
    assert "is nothing that the timeline can do" in said(world, ana, "timeline erase 3")
    first = number(world, ana, "checkout is down")
    for line in (f"edit {first} x", f"hide {first}", f"retime {first} -1m"):
        assert "tells of a change that was made" in said(world, ana, f"timeline {line}")


def test_a_message_is_hidden_and_shown_and_nothing_else(world: World) -> None:
    ana, room = declared(world, "sev2")
    ts = ana.says("Finding: the index is old")
    world.tick()
    m = number(world, ana, "the index is old")
    assert "is a message" in said(world, ana, f"timeline edit {m} the index is new")
    assert "is a message" in said(world, ana, f"timeline retime {m} -1m")
    said(world, ana, f"timeline hide {m} not ours")
    assert f"Entry {m} is off the timeline: not ours" in room.keyed("echo").words[-1]
    assert m not in listed(world, ana, "--all").values()
    ana.edits(ts, "Finding: the index is old and large")  # what is said of it later does not bring it back
    world.tick()
    assert m not in listed(world, ana, "--all").values()
    assert "is hidden already" in said(world, ana, f"timeline hide {m}")
    assert "shown again" in said(world, ana, f"timeline show {m}")
    assert number(world, ana, "the index is old and large") == m
    said(world, ana, f"timeline hide {m}")
    ana.deletes(ts)
    world.tick()
    assert "was deleted or taken back" in said(world, ana, f"timeline show {m}")


def test_a_correction_is_taken_back_as_long_as_nobody_made_another(world: World) -> None:
    ana, room = declared(world, "sev2")
    bo = world.person("bo")
    bo.joins(room.channel)
    bo.channel = room.channel
    world.forward(minutes=20)
    said(world, ana, "note one")
    n = number(world, ana, "one")
    before = listed(world, ana)
    for line in (f"edit {n} two", f"retime {n} -15m", f"hide {n} wrong"):
        said(world, ana, f"timeline {line}")
        assert list(listed(world, ana).items()) != list(before.items()), line
        assert "Taken back" in said(world, ana, "undo")
        stands = {text: m for text, m in listed(world, ana).items() if "Taken back" not in text}
        assert list(stands.items()) == list(before.items()), line
    said(world, ana, f"timeline hide {n}")
    said(world, bo, f"timeline show {n}")
    assert "changed again since your command" in said(world, ana, "undo")
    said(world, bo, "undo")
    assert n not in listed(world, ana).values()


def test_a_draft_follows_and_an_export_holds_what_was_before(world: World) -> None:
    ana, room = declared(world, "sev3")
    world.forward(minutes=20)
    for text in ("one", "two", "three"):
        said(world, ana, f"note {text} thing")
    first, second, third = (number(world, ana, f"{text} thing") for text in ("one", "two", "three"))
    said(world, ana, f"timeline edit {first} first thing")
    said(world, ana, f"timeline retime {second} -15m")
    said(world, ana, f"timeline hide {third} a secret plan")
    said(world, ana, "resolve")
    said(world, ana, "close")
    world.forward(minutes=1)
    shared = [file for message in room.channel.messages for file in message.files]
    (text,) = [(file.content or b"").decode() for file in shared if "draft" in file.name]
    assert ("first thing" in text, "two thing" in text) == (True, True)
    assert ("one thing" in text, "three thing" in text) == (False, False)
    archive = Archive(world.bot.transactions)
    exported = archive.export(REF)
    told = json.loads(exported)
    (edited,) = [event for event in told["events"] if event["text"] == "first thing"]
    assert [edit["text"] for edit in edited["slack"]["edits"]] == ["one thing", "first thing"]
    stated = told["incident"]["stated"]
    assert "a secret plan" in stated.values()
    assert any(key.endswith(" retimed.from") for key in stated)
    again = archive.import_replay(exported, stage=Stage.FINAL)
    assert archive.export(again) == exported
