"""A draft made anew keeps every human sentence (AD-8): entered by command or form, or written into the file."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from bot.cli.drafts import written
from bot.domain.parts import Audience
from bot.domain.refusal_writing import AnotherDraft, NoDraft
from bot.formats import FORMATS
from tests.world import World, declared, said
from tests.writing import INC, close


def again(world: World, path: Path, name: str = "full") -> list[str]:
    make = lambda answered: world.bot.documents.make(INC, name, answered=answered)  # noqa: E731
    return written(path, INC, make, force=False)


@contextmanager
def editing(path: Path) -> Iterator[list[str]]:
    lines = path.read_text(encoding="utf-8").split("\n")
    yield lines
    path.write_text("\n".join(lines), encoding="utf-8")


def test_close_enter_edit_the_file_and_draft_again_keeps_each_sentence(world: World, tmp_path: Path) -> None:
    """AD-8: by command, by form, by hand in the file; then the record goes on, and the draft is made anew, twice."""
    ana, room = declared(world)
    ana.says("Finding: the pool was full")
    close(world, ana)
    world.tick()
    path = tmp_path / "draft.md"
    assert "still to be written" in again(world, path)[0]
    said(world, ana, "postmortem add factor Monitoring: a factor by command")
    said(world, ana, "postmortem write lessons")
    ana.submits({"lesson": "What went well:\na lesson by form"})
    with editing(path) as lines:
        summary = next(
            n for n, line in enumerate(lines) if line.startswith("_[to write: What happened, to whom")
        )
        lines[summary] = "A summary by hand."
        timeline = next(n for n, line in enumerate(lines) if line.startswith("<!-- tocsin:begin response"))
        lines.insert(timeline, "A remark between sections.\n")
    told = again(world, path)
    assert told[1:] == ["kept as edited: Executive Summary"]
    said(world, ana, "postmortem add prevention Testing: after the edit")
    said(world, ana, "set summary A summary by command")
    told = again(world, path)
    assert told[1].endswith(f"what the record says now stands in {path}.new")
    text = path.read_text(encoding="utf-8")
    for sentence in ("a factor by command", "a lesson by form", "A summary by hand.", "A remark between sections.",
                     "after the edit", "the pool was full"):  # fmt: skip
        assert sentence in text, sentence
    assert "A summary by command" in Path(f"{path}.new").read_text(encoding="utf-8")
    assert "Executive Summary (the record says something else by now)" in text
    again(world, path)
    assert path.read_text(encoding="utf-8") == text
    said(world, ana, "postmortem draft format=full")
    world.tick()
    uploaded = [
        (file.content or b"").decode() for message in room.channel.messages for file in message.files
    ][-1]
    assert "tocsin:begin" not in uploaded, "what is read in Slack has no marks"
    assert "a lesson by form" in uploaded


def test_an_answered_prompt_is_no_longer_counted(world: World, tmp_path: Path) -> None:
    ana, _ = declared(world)
    close(world, ana)
    path = tmp_path / "draft.md"
    first = again(world, path)[0]
    with editing(path) as lines:
        asked = next(n for n, line in enumerate(lines) if line.startswith("_[to write: Root cause"))
        lines[asked] = "It was the pool."
    second = again(world, path)[0]
    count = int(first.rpartition(": ")[2].split()[0])
    assert second == f"{path}: {count - 1} still to be written"
    assert f"**Still to be written ({count - 1}):**" in path.read_text(encoding="utf-8")


@pytest.mark.parametrize("name", list(FORMATS))
def test_an_untouched_file_is_the_fresh_draft_in_every_format(
    world: World, tmp_path: Path, name: str
) -> None:
    ana, _ = declared(world)
    path, other = tmp_path / "draft.md", tmp_path / "other.md"
    again(world, path, name)
    said(world, ana, "postmortem add lesson Something: new")
    again(world, path, name)
    again(world, other, name)
    assert path.read_text(encoding="utf-8") == other.read_text(encoding="utf-8")


def test_a_file_that_is_no_draft_of_this_incident_and_format_is_left_alone(
    world: World, tmp_path: Path
) -> None:
    declared(world)
    path = tmp_path / "notes.md"
    for content, error in ((b"my notes\n", NoDraft), (b"\xff\xfe", NoDraft)):
        path.write_bytes(content)
        with pytest.raises(error):
            again(world, path)
        assert path.read_bytes() == content
    path.unlink()
    again(world, path, "sre")
    before = path.read_bytes()
    with pytest.raises(AnotherDraft):
        again(world, path, "full")
    assert path.read_bytes() == before
    make = lambda answered: world.bot.documents.make(INC, "full", answered=answered)  # noqa: E731
    written(path, INC, make, force=True)
    assert b"full:" in path.read_bytes()


def test_an_editor_that_puts_a_mark_of_its_own_before_the_text_makes_it_no_strange_file(
    world: World, tmp_path: Path
) -> None:
    declared(world)
    path = tmp_path / "draft.md"
    again(world, path)
    path.write_text(path.read_text(encoding="utf-8") + "\nOurs\n", encoding="utf-8-sig")
    again(world, path)
    assert path.read_text(encoding="utf-8").endswith("\nOurs\n")


def test_a_draft_for_customers_names_no_work_on_it(world: World, tmp_path: Path) -> None:
    """What is kept is told to whoever makes it, not to the customers."""
    ana, _ = declared(world)
    close(world, ana)
    path = tmp_path / "external.md"
    make = lambda answered: world.bot.documents.make(INC, "full", Audience.EXTERNAL, answered=answered)  # noqa: E731
    written(path, INC, make, force=False)
    with editing(path) as lines:
        asked = next(n for n, line in enumerate(lines) if line.startswith("_[to write: What happened"))
        lines[asked] = "Payments failed."
    told = written(path, INC, make, force=False)
    assert told[1].startswith("kept as edited: ")
    text = path.read_text(encoding="utf-8")
    assert "Payments failed." in text
    assert "edited" not in text
    with pytest.raises(AnotherDraft):
        again(world, path)
