"""The draft in the channel: there at close, complete, honest, the same bytes each time, posted once (AD-1 to AD-4)."""

import re
from datetime import timedelta

import pytest
from markdown_it import MarkdownIt

from bot.sandbox import File, Person
from tests.world import Room, World, declared

PROMPT = re.compile(r"(?<!\\)_\[to write: ")
NASTY = (
    "a | b | c",
    "| col | col |\n|---|---|\n| 1 | 2 |",
    "```\nSELECT * FROM t WHERE a | b;\n# not a heading\n```",
    "# not a heading",
    "- not a list",
    "1. not a list either",
    "> not a quote",
    "see https://status.example/a_b_c?x=1&y=2 and *this* and _that_ and `code | pipe`",
    "[text](javascript:alert(1)) ![img](http://x.example/i.png) <b>html</b> &amp; &copy;",
    "{{ 7 * 7 }} {% for x in y %} ${HOME}",
    "🔥 :fire: 🚨 it burns 👩‍👩‍👧",
    "הכול נפל בשעה 10:00",
    "数据库连接池已耗尽，正在切换",
    "---",
    "<!-- comment --> <script>alert(1)</script>",
    "_[to write: nothing]_",
)


def finish(world: World, person: Person) -> None:
    """Resolve, close, and one tick."""
    person.commands("/incident resolve all good")
    person.commands("/incident close")
    world.tick()


def files(room: Room) -> list[File]:
    return [file for message in room.channel.messages if not message.deleted for file in message.files]


def text(file: File) -> str:
    return (file.content or b"").decode()


def draft(world: World, person: Person, room: Room) -> str:
    """Finish, and give the one draft that stands in the channel."""
    finish(world, person)
    (file,) = files(room)
    return text(file)


# At close


def test_at_close_the_draft_stands_in_the_channel_within_one_tick(world: World) -> None:
    """AD-1: the file, a summary with owner and due time, a direct message to the owner."""
    ana, room = declared(world)
    ben = world.person("ben")
    ana.commands("/incident lead @ben")
    world.forward(minutes=10)
    finish(world, ana)
    (file,) = files(room)
    assert file.name == "INC-2026-0302-001-full-draft-1.md"
    (summary,) = room.keyed("draft")
    assert file.name in summary.words
    assert f"Owner: <@{ben.id}>" in summary.words
    assert "due <!date" in summary.words
    assert "2026-03-04 09:10:00 UTC" in summary.words, "resolved + 48 h"
    told = world.dm(ben)
    assert any("You own the postmortem of `INC-2026-0302-001`" in words for words in told.words)


def test_the_count_in_the_summary_is_that_of_the_first_screen_and_of_the_prompts(world: World) -> None:
    """R-FMT-1: all placeholders are listed at the top."""
    ana, room = declared(world)
    document = draft(world, ana, room)
    told = re.search(r"still to be written: (\d+)", room.keyed("draft").words[0])
    listed = re.search(r"Still to be written \((\d+)\)", "\n".join(document.splitlines()[:45]))
    assert told is not None
    assert listed is not None
    assert int(told[1]) == int(listed[1]) == len(PROMPT.findall(document)) > 0


@pytest.mark.parametrize(
    ("severity", "name"), [("sev1", "full"), ("sev2", "report"), ("sev3", "sre"), ("sev4", "sre")]
)
def test_the_severity_decides_the_format(world: World, severity: str, name: str) -> None:
    """PRODUCT 1.8."""
    ana, room = declared(world, severity)
    finish(world, ana)
    assert [file.name for file in files(room)] == [f"INC-2026-0302-001-{name}-draft-1.md"]


def test_another_format_is_made_on_demand_also_while_the_incident_is_open(world: World) -> None:
    ana, room = declared(world)
    assert "format sre" in ana.commands("/incident postmortem draft format=sre").text
    world.tick()
    assert [file.name for file in files(room)] == ["INC-2026-0302-001-sre-draft-1.md"]
    assert len(room.keyed("draft")) == 1


def test_an_unknown_format_is_refused_with_the_nearest(world: World) -> None:
    """DR-16."""
    ana, room = declared(world)
    answer = ana.commands("/incident postmortem draft format=reprot")
    assert "reprot" in answer.text
    assert "/incident postmortem draft format=report" in answer.text
    world.tick()
    assert files(room) == []


def test_a_second_close_makes_a_second_draft_with_a_number_of_its_own(world: World) -> None:
    ana, room = declared(world)
    finish(world, ana)
    ana.commands("/incident reopen it is back")
    world.forward(minutes=5)
    ana.says("Finding: the cache was stale")
    finish(world, ana)
    assert [file.name for file in files(room)] == [
        "INC-2026-0302-001-full-draft-1.md", "INC-2026-0302-001-full-draft-2.md",
    ]  # fmt: skip
    assert "the cache was stale" in text(files(room)[1])
    assert "the cache was stale" not in text(files(room)[0])
    assert len(room.keyed("draft")) == 2


# What is in it


def test_fewer_than_five_marked_entries_show_the_whole_log_and_say_so(world: World) -> None:
    """PRODUCT 1.6: changes of state do not count."""
    ana, room = declared(world)
    ana.commands("/incident update one")
    ana.commands("/incident role comms me")
    for number in range(4):
        ana.says(f"Finding: number {number}")
    ana.says("just talk")
    document = draft(world, ana, room)
    assert "just talk" in document
    assert "Fewer than five entries were marked" in document


def test_five_marked_entries_show_the_timeline_alone(world: World) -> None:
    """PRODUCT 1.6."""
    ana, room = declared(world)
    for number in range(4):
        ana.says(f"Finding: number {number}")
    ana.reacts(ana.says("and this one"), "pushpin")
    ana.says("just talk")
    document = draft(world, ana, room)
    assert "just talk" not in document
    assert "Fewer than five" not in document
    assert all(f"number {number}" in document for number in range(4))
    assert "and this one" in document


def test_what_was_deleted_or_edited_away_is_not_in_the_draft(world: World) -> None:
    """DR-9."""
    ana, room = declared(world)
    gone, edited = ana.says("Finding: the password is hunter2"), ana.says("Finding: errors at 4%")
    ana.deletes(gone)
    ana.edits(edited, "Finding: errors at 40%")
    document = draft(world, ana, room)
    assert "hunter2" not in document
    assert "errors at 40%" in document
    assert "errors at 4%" not in document


def test_nothing_is_invented_for_an_empty_record(world: World) -> None:
    """AD-2, AD-3, R-FMT-2: what nobody recorded is asked for; no figure of impact and no cause stands there."""
    ana, room = declared(world)
    document = draft(world, ana, room)
    assert "_[to write: Root cause" in document
    impact = document.partition("## Customer Impact")[2].partition("## Root Cause")[0]
    recorded = [line for line in impact.splitlines() if line.startswith("- ")]
    assert [line for line in recorded if "not recorded" not in line and "Duration" not in line] == []
    cause = document.partition("## Root Cause Analysis")[2].partition("## ")[0]
    assert [line for line in cause.splitlines() if line and not PROMPT.match(line)] == []


def test_what_people_write_in_the_mark_of_a_prompt_is_not_counted_as_one(world: World) -> None:
    """R-FMT-1: the mark is the bot's alone."""
    ana, room = declared(world)
    ana.says("_[to write: my own prompt]_")
    ana.commands("/incident set root_cause _[to write: later]_")
    document = draft(world, ana, room)
    listed = re.search(r"Still to be written \((\d+)\)", document)
    assert listed is not None
    assert int(listed[1]) == len(PROMPT.findall(document))
    assert "my own prompt" in document


@pytest.mark.parametrize("severity", ["sev1", "sev3"])
def test_nothing_that_people_say_breaks_the_document(world: World, severity: str) -> None:
    """Code, tables, pipes, links, emoji, right-to-left and CJK: the same structure as with plain words."""
    ana, room = declared(world, severity)
    for words in NASTY:
        lines = "\n".join("plain words" for _ in words.splitlines())
        ana.says(f"Finding: {lines}")
    plain = Shape(draft(world, ana, room))
    ana.commands(f"/incident declare {severity} checkout is down again", channel="general")
    other = world.channel()
    ana.channel = other.channel
    for words in NASTY:
        ana.says(f"Finding: {words}")
    finish(world, ana)
    (file,) = files(other)
    document = text(file)
    nasty = Shape(document)
    assert nasty.headings == plain.headings
    assert (nasty.tables, nasty.lists, nasty.quotes) == (plain.tables, plain.lists, plain.quotes)
    assert nasty.links == []
    assert nasty.html == []
    for words in ("数据库连接池已耗尽", "הכול נפל בשעה", "SELECT * FROM t WHERE a | b;", "{{ 7 * 7 }}"):
        assert words in document


class Shape:
    """What a document consists of, as a reader of Markdown sees it."""

    def __init__(self, document: str) -> None:
        tokens = MarkdownIt("commonmark", {"html": True}).enable("table").parse(document)
        inline = [child for token in tokens for child in token.children or ()]
        self.headings = [
            tokens[number + 1].content.replace(" again", "")
            for number, token in enumerate(tokens)
            if token.type == "heading_open"
        ]
        self.tables = sum(token.type == "table_open" for token in tokens)
        self.lists = sum(token.type == "list_item_open" for token in tokens)
        self.quotes = sum(token.type == "blockquote_open" for token in tokens)
        self.links = [token.attrs for token in inline if token.type in ("link_open", "image")]
        self.html = [token.content for token in (*tokens, *inline) if token.type.startswith("html")]
        self.html = [content for content in self.html if content != "<br>"]


def test_the_same_record_gives_the_same_bytes_also_after_a_restart(world: World) -> None:
    """R-FMT-3."""
    ana, room = declared(world)
    for words in NASTY:
        ana.says(words)
    draft(world, ana, room)
    first = world.bot.documents.make("INC-2026-0302-001").content
    assert world.bot.documents.make("INC-2026-0302-001").content == first
    world.restart(after=timedelta(hours=30))
    assert world.bot.documents.make("INC-2026-0302-001").content == first


# Slack in trouble


def test_a_refused_upload_is_said_in_the_channel(world: World) -> None:
    """DR-14: with what operators can do by hand; no summary speaks of a file that is not there."""
    world.expects_errors("file_upload_size_restricted")
    ana, room = declared(world)
    world.slack.faults.add("files.getUploadURLExternal", "file_upload_size_restricted", times=9)
    finish(world, ana)
    assert files(room) == []
    assert room.keyed("draft") == []
    (trouble,) = room.keyed("trouble")
    assert "could not be uploaded" in trouble.words
    assert "python -m bot postmortem INC-2026-0302-001" in trouble.words


@pytest.mark.parametrize(
    ("method", "kind"),
    [
        ("files.getUploadURLExternal", "500"),
        ("files.completeUploadExternal", "lost_reply"),
        ("files.completeUploadExternal", "timeout"),
        ("files.completeUploadExternal", "429"),
        ("chat.postMessage", "lost_reply"),
        ("chat.postMessage", "internal_error"),
    ],
)
def test_the_draft_is_posted_once_whatever_becomes_of_slacks_answer(
    world: World, method: str, kind: str
) -> None:
    """RELIABILITY promise 2: one file, one summary, one direct message."""
    ana, room = declared(world)
    ana.commands("/incident resolve all good")
    ana.commands("/incident close")
    world.settle()
    before = len(world.dm(ana))
    world.slack.faults.add(method, kind)
    world.tick()
    world.forward(minutes=1)
    assert len(files(room)) == 1
    assert len(room.keyed("draft")) == 1
    assert len(world.dm(ana)) == before + 1
