"""What a draft goes out as: Markdown to edit and a PDF to read in one message, or what somebody asked for."""

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace

import pytest
from sqlalchemy import text as sql

from bot.sandbox import File, Message, Person
from tests.documents import bare, pdf_of, seen_docx, seen_html, seen_pdf
from tests.world import Room, World, declared, joined, said

REF = "INC-2026-0302-001"


@pytest.fixture
def as_policy_says(world: World) -> World:
    """A bot that puts into the channel what the built-in policy says."""
    world.drafts = None
    world.restart()
    return world


def with_files(room: Room) -> list[Message]:
    return [message for message in room.channel.messages if not message.deleted and message.files]


def uploaded(room: Room) -> list[File]:
    return [file for message in with_files(room) for file in message.files]


def closes(world: World, person: Person) -> None:
    person.commands("/incident resolve all good")
    person.commands("/incident close")
    world.tick()


@contextmanager
def no_new_processes() -> Iterator[None]:
    """A machine on which no process can be started."""
    here, sys.executable = sys.executable, "/nowhere/python"
    try:
        yield
    finally:
        sys.executable = here


def test_at_close_markdown_pdf_and_the_timeline_stand_in_one_message(as_policy_says: World) -> None:
    world = as_policy_says
    ana, room = declared(world)
    ana.commands("/incident note decision: fail over to <secondary> & wait")
    closes(world, ana)
    (message,) = with_files(room)
    markdown, pdf, timeline = message.files
    assert [file.name for file in message.files] == [
        f"{REF}-full-draft-1.{kind}" for kind in ("md", "pdf", "png")
    ]
    assert [file.title for file in message.files] == [
        f"{REF} postmortem draft 1 (full)", f"{REF} postmortem draft 1 (full), PDF",
        f"{REF} postmortem draft 1 (full), picture of the timeline",
    ]  # fmt: skip
    assert markdown.content is not None
    assert pdf.content is not None
    assert timeline.content is not None
    assert timeline.content.startswith(b"\x89PNG")
    assert "fail over to <secondary> & wait" in markdown.content.decode().replace("\\", "")
    assert bare("fail over to <secondary> & wait") in bare(seen_pdf(pdf.content))
    (summary,) = room.keyed("draft")
    assert f"`{markdown.name}`, `{pdf.name}` above" in summary.words
    assert len([line for line in summary.words.splitlines() if line.startswith("No ")]) == 0


@pytest.mark.parametrize(
    ("asked", "names"),
    [("pdf", ["pdf"]), ("docx,html", ["docx", "html"]), ("md, .PDF", ["md", "pdf"]), ("md,md", ["md"])],
)
def test_a_draft_is_made_as_what_was_asked_for(world: World, asked: str, names: list[str]) -> None:
    ana, room = declared(world)
    ana.commands(f'/incident postmortem draft format=sre as="{asked}"')
    world.tick()
    files = uploaded(room)
    assert [file.name for file in files] == [f"{REF}-sre-draft-1.{name}" for name in names]
    seen: dict[str, Callable[[bytes], str]] = {
        "pdf": seen_pdf,
        "docx": seen_docx,
        "html": seen_html,
        "md": bytes.decode,
    }
    for file, name in zip(files, names, strict=True):
        assert file.content is not None
        assert bare("Still to be written") in bare(seen[name](file.content))


def test_a_pdf_for_customers_holds_what_they_may_read_and_no_picture(world: World) -> None:
    """Rule 9: the drawing tells of severities and escalations, which stay inside."""
    ana, room = declared(world)
    ana.commands("/incident note decision: fail over to the secondary")
    ana.commands("/incident resolve pool raised")
    ana.commands("/incident postmortem draft audience=external as=pdf,html")
    world.tick()
    pdf, html = uploaded(room)
    assert pdf.name == f"{REF}-external-draft-1.pdf"
    assert pdf.content is not None
    assert html.content is not None
    for seen in (seen_pdf(pdf.content), seen_html(html.content)):
        assert REF in seen
        assert "secondary" not in seen
        assert "SEV-1" not in seen
    assert "<svg" not in html.content.decode()
    assert sum(len(page.images) for page in pdf_of(pdf.content).pages) == 0


@pytest.mark.parametrize(
    ("audience", "gone"),
    [
        ("internal", None),
        ("external", None),
        ("internal", Person.deletes_channel),
    ],
)
def test_once_the_channel_is_gone_a_draft_goes_to_its_owner_alone(
    world: World, audience: str, gone: Callable[[Person, object], None] | None
) -> None:
    """AD-1: people write for days, and nothing can be put into an archived channel."""
    ana, room = declared(world)
    ben = joined(world, "ben")
    closes(world, ana)
    if gone:
        gone(ben, room.channel)
        world.forward(days=3)
    else:
        world.forward(days=9)
        assert room.channel.is_archived
    ben.channel = world.channel("general").channel
    answer = said(world, ben, f"postmortem {REF} draft as=md,pdf audience={audience}")
    assert "goes to the postmortem's owner alone in a moment, for nothing can be put into its" in answer
    name = f"{REF}-full-draft-2" if audience == "internal" else f"{REF}-external-draft-2"
    direct = world.slack.direct(ana.id)
    assert [file.name for message in direct.messages for file in message.files] == [
        f"{name}.md",
        f"{name}.pdf",
    ]
    assert f"`{name}.md`, `{name}.pdf` above" in world.dm(ana).words[-1]
    assert f"{REF}-full-draft-2.md" not in "".join(world.dm(ben).words)


def test_the_next_draft_is_made_as_the_policy_says_again(world: World) -> None:
    ana, room = declared(world)
    ana.commands("/incident postmortem draft as=html")
    world.tick()
    ana.commands("/incident postmortem draft")
    world.tick()
    assert [file.name.rpartition(".")[2] for file in uploaded(room)] == ["html", "md"]


def test_a_kind_of_file_that_there_is_none_of_is_refused_with_those_that_there_are(world: World) -> None:
    ana, room = declared(world)
    reply = ana.commands("/incident postmortem draft as=pfd")
    assert (
        "'pfd' is no kind of file that a draft is made as. The kinds are: md, html, docx, pdf, png."
        in reply.words
    )
    assert "`/incident postmortem draft as=pdf`" in reply.words
    world.tick()
    assert uploaded(room) == []


def test_what_cannot_be_made_is_said_and_the_markdown_goes_out(as_policy_says: World) -> None:
    world = as_policy_says
    ana, room = declared(world)
    with no_new_processes():
        closes(world, ana)
    (file,) = uploaded(room)
    assert file.name == f"{REF}-full-draft-1.md"
    (summary,) = room.keyed("draft")
    assert "No PDF this time: no process for it" in summary.words
    assert f"`python -m bot postmortem {REF} --as pdf -o {REF}.pdf`" in summary.words
    assert len(room.keyed("draft")) == 1


@pytest.mark.parametrize(
    ("nth", "there", "lacks"),
    [(1, ["pdf", "png"], "md"), (2, ["md", "png"], "pdf"), (3, ["md", "pdf"], "png")],
)
def test_one_file_that_slack_refuses_does_not_keep_the_other_out(
    as_policy_says: World, nth: int, there: list[str], lacks: str
) -> None:
    """Some workspaces forbid kinds of files."""
    world = as_policy_says
    world.expects_errors("blocked_file_type")
    ana, room = declared(world)
    world.slack.faults.add("files.getUploadURLExternal", "blocked_file_type", nth=nth)
    closes(world, ana)
    assert [file.name for file in uploaded(room)] == [f"{REF}-full-draft-1.{kind}" for kind in there]
    assert len(room.keyed("draft")) == 1
    (trouble,) = room.keyed("trouble")
    assert f"{REF}-full-draft-1.{lacks} (blocked_file_type)" in trouble.words
    assert f"--as {lacks} -o {REF}.{lacks}" in trouble.words


def test_asked_for_alone_and_not_made_the_markdown_goes_out_in_its_place(world: World) -> None:
    ana, room = declared(world)
    ana.commands("/incident postmortem draft as=pdf")
    with no_new_processes():
        world.tick()
    (file,) = uploaded(room)
    assert file.name.endswith(".md")


@pytest.mark.parametrize(
    ("method", "kind", "nth"),
    [
        ("files.getUploadURLExternal", "500", 1),
        ("files.getUploadURLExternal", "429", 2),
        ("files.getUploadURLExternal", "lost_reply", 2),
        ("files.getUploadURLExternal", "timeout", 2),
        ("files.completeUploadExternal", "lost_reply", 1),
        ("files.completeUploadExternal", "timeout", 1),
        ("files.completeUploadExternal", "internal_error", 1),
    ],
)
def test_all_files_are_posted_once_whatever_becomes_of_slacks_answers(
    as_policy_says: World, method: str, kind: str, nth: int
) -> None:
    """RELIABILITY promise 2: one message with both, one summary."""
    world = as_policy_says
    ana, room = declared(world)
    world.slack.faults.add(method, kind, nth=nth)
    closes(world, ana)
    world.forward(minutes=2)
    (message,) = with_files(room)
    assert [file.name.rpartition(".")[2] for file in message.files] == ["md", "pdf", "png"]
    assert len(room.keyed("draft")) == 1


def test_an_upload_of_a_former_version_is_still_made(world: World) -> None:
    """A row that waited over an upgrade has one file, as text."""
    ana, room = declared(world)
    world.slack.faults.add("files.getUploadURLExternal", "500", times=3)
    closes(world, ana)
    with world.bot.store.engine.begin() as connection:
        row = connection.execute(sql("SELECT key, args FROM outbox WHERE method = 'upload'")).one()
        args = row.args if isinstance(row.args, dict) else json.loads(row.args)
        assert set(args) == {"channel", "name", "title", "content"}
    world.slack.faults.clear()
    world.forward(minutes=5)
    (file,) = uploaded(room)
    assert file.name.endswith(".md")


def test_a_policy_that_names_a_kind_that_there_is_none_of_is_told_at_the_start(world: World) -> None:
    wrong = replace(world.policy, draft_files=("md", "pfd"))
    world.policy, world.drafts = wrong, None
    told = world.bot.documents.check_policy()
    assert told == []
    world.bot.store.close()
    with pytest.raises(
        Exception, match=r"postmortem\.files has 'pfd'; the kinds of files are: md, html, docx, pdf"
    ):
        world.start()
    world.policy = replace(wrong, draft_files=("md",))
    world.start()
