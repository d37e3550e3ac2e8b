"""The draft in the channel's canvas: beside the file, once, and no word of people's is ever lost (AD-8)."""

import re
from datetime import timedelta

import pytest

from bot.checks import check_bot
from bot.findings import State
from bot.sandbox import Person, payloads
from bot.sandbox.canvases import Canvas
from tests.experiments.victims import Victims, victims
from tests.world import Room, World, declared

__all__ = ["victims"]

REF = "INC-2026-0302-001"
WRITES = ("conversations.canvases.create", "canvases.edit")


def canvas(room: Room) -> Canvas | None:
    return next((each for each in room.world.slack.canvases.values() if each.channel == room.id), None)


def text(room: Room) -> str:
    found = canvas(room)
    return found.markdown if found else ""


def asked(world: World) -> int:
    """How often Slack was asked to write into a canvas."""
    return sum(len(world.slack.calls_of(method)) for method in WRITES)


def finished(world: World, person: Person) -> None:
    person.commands("/incident resolve all good")
    person.commands("/incident close")
    world.tick()


def told(room: Room) -> list[str]:
    """The last line of each message about a draft."""
    return [message.text.strip().splitlines()[-1] for message in room.keyed("draft")]


def heads(room: Room) -> list[str]:
    return [line for line in text(room).splitlines() if line.startswith(f"# {REF}")]


def test_at_close_the_draft_stands_in_the_canvas_beside_the_file(world: World) -> None:
    ana, room = declared(world)
    ana.says("Finding: the cache was stale")
    finished(world, ana)
    found = canvas(room)
    assert found is not None
    assert (found.title, found.user) == (f"{REF} postmortem", world.slack.bot_user_id)
    assert found.markdown.startswith(f"# {REF} postmortem, draft 1\n\n# checkout is down")
    assert "the cache was stale" in found.markdown
    assert [file.name for each in room.channel.messages for file in each.files] == [f"{REF}-full-draft-1.md"]
    assert told(room) == ["It stands in this channel's canvas too."]
    assert asked(world) == 1


def test_the_canvas_says_in_which_file_the_timeline_is_drawn(world: World) -> None:
    """Where the picture is no file of its own, and cannot stand in the canvas."""
    world.drafts = ("md", "pdf")
    world.restart()
    ana, room = declared(world)
    world.forward(minutes=10)
    ana.commands("/incident update identified we roll back")
    world.forward(minutes=10)
    finished(world, ana)
    names = [file.name for each in room.channel.messages for file in each.files]
    assert f"The timeline is drawn in the file `{REF}-full-draft-1.pdf`" in text(room)
    assert f"{REF}-full-draft-1.pdf" in names


def test_a_second_draft_stands_above_the_first_and_changes_nothing(world: World) -> None:
    """Also where people wrote into it: their words stay where they are."""
    ana, room = declared(world)
    ana.commands("/incident postmortem draft format=report")
    world.tick()
    before = text(room)
    ana.edits_canvas("Executive Summary", "Executive Summary, as we saw it")
    ana.writes_canvas("## What I think\n\nWe were lucky.")
    edited = text(room)
    world.settle()
    ana.says("Finding: the cache was stale")
    ana.commands("/incident postmortem draft format=sre")
    world.tick()
    assert heads(room) == [f"# {REF} postmortem, draft 2", f"# {REF} postmortem, draft 1"]
    assert text(room).endswith(edited)
    assert before != edited
    assert told(room)[1].startswith("It stands in this channel's canvas too, above the earlier ones")


def test_what_people_write_into_the_canvas_is_no_message_of_the_log(world: World) -> None:
    """Slack posts a line about it, which says nothing about the incident."""
    ana, room = declared(world)
    ana.writes_canvas("notes")
    world.settle()
    assert any(each.subtype == "channel_canvas_updated" for each in room.channel.messages)
    with world.bot.store.read() as tx:
        assert [each.text for each in tx.entries(REF) if each.ts] == []


def test_a_canvas_of_peoples_own_is_left_as_it_is(world: World) -> None:
    ana, room = declared(world)
    ana.writes_canvas("# Runbook\n\nCall the provider.")
    finished(world, ana)
    assert text(room) == "# Runbook\n\nCall the provider."
    assert told(room) == ["This channel's canvas is people's own, and was left as it is."]
    assert asked(world) == 0


def test_an_empty_canvas_is_written_into(world: World) -> None:
    """Slack gives channels one, which nobody has written into."""
    ana, room = declared(world)
    ana.writes_canvas("")
    finished(world, ana)
    assert heads(room) == [f"# {REF} postmortem, draft 1"]
    assert told(room) == ["It stands in this channel's canvas too."]


def test_a_canvas_that_people_deleted_is_made_anew_with_the_next_draft(world: World) -> None:
    ana, room = declared(world)
    ana.commands("/incident postmortem draft")
    world.tick()
    world.slack.canvases.clear()
    ana.commands("/incident postmortem draft")
    world.tick()
    assert heads(room) == [f"# {REF} postmortem, draft 2"]


# Where Slack says no


@pytest.mark.parametrize(
    ("error", "says", "days"),
    [
        ("team_tier_cannot_create_channel_canvases", "Slack's plan here has none for apps", 7),
        ("canvas_disabled_user_team", "canvases are restricted in this workspace", 7),
        ("restricted_action", "canvases are restricted in this workspace", 7),
    ],
)
def test_where_the_workspace_has_none_it_is_said_once_and_not_asked_for_some_days(
    world: World, error: str, says: str, days: int
) -> None:
    world.expects_errors(error)
    world.slack.canvas_refused = error
    ana, room = declared(world)
    finished(world, ana)
    assert says in told(room)[0]
    assert len([each for each in room.channel.messages if each.files]) == 1, "the file stands alone"
    assert asked(world) == 1
    world.forward(days=days - 1)
    ana.channel = world.slack.channel("general")
    ana.commands("/incident declare sev3 search is slow")
    later = world.channel()
    ana.channel = later.channel
    ana.commands("/incident postmortem draft")
    world.tick()
    assert asked(world) == 1
    assert "canvas" not in later.keyed("draft").words[0]
    world.forward(days=2)
    world.slack.canvas_refused = ""
    ana.commands("/incident postmortem draft")
    world.forward(minutes=10)  # now and then the channel is read first
    assert asked(world) == 2
    assert "canvas too" in later.keyed("draft").words[1]


def test_without_the_scope_the_file_stands_alone(world: World) -> None:
    world.expects_errors("missing_scope")
    world.slack.scopes -= {"canvases:write"}
    ana, room = declared(world)
    finished(world, ana)
    assert told(room) == [
        "There is no canvas of it: the app lacks the scopes canvases:write and canvases:read."
    ]
    assert text(room) == ""


@pytest.mark.parametrize("policy", ["", "[postmortem]\ncanvas = false"])
def test_an_operator_is_told_which_scopes_are_missing(world: World, policy: str) -> None:
    """A draft needs no canvas, so that is a warning; without files:read no file is copied."""
    world.slack.scopes -= {"canvases:write", "canvases:read", "files:read"}
    found = {each.what: each.state for each in check_bot(world.settings(), world.bot.store, world.bot.slack)}
    canvases = [what for what in found if what.startswith("scope canvases:")]
    assert len(canvases) == (0 if policy else 2)
    assert all(found[what] is State.WARNING for what in canvases)
    assert [state for what, state in found.items() if what.startswith("scope files:read")] == [State.WRONG]


def test_what_slack_cannot_write_is_said_and_not_tried_for_ever(world: World) -> None:
    ana, room = declared(world)
    world.slack.faults.add("conversations.canvases.create", "channel_canvas_creation_failed", times=2)
    finished(world, ana)
    assert told(room) == ["There is no canvas of it: Slack could not write it."]
    world.forward(hours=1)
    assert asked(world) == 2, "with tables, and without"


@pytest.mark.parametrize("method", WRITES)
def test_content_that_slack_does_not_like_is_tried_once_without_tables(world: World, method: str) -> None:
    ana, room = declared(world)
    if method == "canvases.edit":
        ana.commands("/incident postmortem draft")
        world.tick()
        assert "|---|" in text(room)
        world.slack.canvases[next(iter(world.slack.canvases))].sections.clear()
    world.slack.faults.add(method, "canvas_editing_failed")
    ana.says("Finding: the cache was stale")
    ana.commands("/incident postmortem draft")
    world.tick()
    assert "|---|" not in text(room)
    assert "· Finding · the cache was stale — Ana" in text(room)
    assert told(room)[-1] == "It stands in this channel's canvas too."


@pytest.mark.parametrize("policy", ["[postmortem]\ncanvas = false"])
def test_where_the_policy_wants_none_there_is_none(world: World) -> None:
    ana, room = declared(world)
    finished(world, ana)
    assert text(room) == ""
    assert asked(world) == 0
    assert "canvas" not in room.keyed("draft").words[0]


# Trouble, restarts, and who is first


@pytest.mark.parametrize("kind", ["lost_reply", "timeout", "500", "internal_error"])
def test_after_a_lost_reply_there_is_one_canvas_and_one_draft_in_it(world: World, kind: str) -> None:
    ana, room = declared(world)
    world.slack.faults.add("conversations.canvases.create", kind)
    finished(world, ana)
    assert len(room.keyed("draft")) == 1, "the message does not wait for the canvas"
    world.forward(minutes=2)
    assert heads(room) == [f"# {REF} postmortem, draft 1"]
    assert told(room) == ["It stands in this channel's canvas too."]


@pytest.mark.parametrize("kind", ["lost_reply", "timeout"])
def test_after_a_lost_reply_to_an_edit_the_draft_stands_there_once(world: World, kind: str) -> None:
    ana, room = declared(world)
    ana.commands("/incident postmortem draft")
    world.tick()
    world.slack.faults.add("canvases.edit", kind)
    ana.commands("/incident postmortem draft")
    world.tick()
    world.forward(minutes=2)
    assert heads(room) == [f"# {REF} postmortem, draft 2", f"# {REF} postmortem, draft 1"]


def test_a_process_killed_anywhere_while_it_writes_leaves_each_draft_once(
    world: World, victims: Victims
) -> None:
    ana, room = declared(world)
    world.settle()
    step, first = 3, 2 if world.database_url.startswith("postgres") else 1
    killed, n, kills = True, first - step, -1
    while killed:
        n, kills = n + step, kills + 1
        ana.commands("/incident postmortem draft")
        world.bot.backfill.read()
        assert world.bot.due.fire()
        killed = victims.finish(world, crash_at=n)
        world.clock.move(timedelta(seconds=90))
        world.tick()
        world.forward(seconds=30)
    assert n > 20, "there are many places to be killed at"
    assert heads(room) == [f"# {REF} postmortem, draft {at}" for at in range(kills + 1, 0, -1)]
    assert len(room.keyed("draft")) == kills + 1


def test_when_slack_lets_the_bot_wait_the_canvas_comes_later(world: World) -> None:
    ana, room = declared(world)
    world.slack.faults.add("conversations.canvases.create", "429", retry_after=60)
    finished(world, ana)
    assert text(room) == ""
    world.forward(minutes=2)
    assert heads(room) == [f"# {REF} postmortem, draft 1"]


# Who reads it


def test_nobody_is_mentioned_in_a_canvas(world: World) -> None:
    ana, room = declared(world)
    ben = world.person("ben")
    ana.says(f"Finding: ask ![](@{ben.id}) and <@{ben.id}> and ![](#{room.id}) <!channel> @here", raw=True)
    ana.says(f"Decision: `![](@{ben.id})` is code", raw=True)
    finished(world, ana)
    found = canvas(room)
    assert found is not None
    assert found.mentions == []
    assert "ask " in found.markdown


def test_the_draft_of_a_private_incident_stands_in_its_own_channel_alone(world: World) -> None:
    ana = world.person("ana")
    ana.commands("/incident declare sev1 leak --private")
    room = world.channel()
    ana.channel = room.channel
    finished(world, ana)
    assert [each.channel for each in world.slack.canvases.values()] == [room.id]
    assert heads(room) == [f"# {REF} postmortem, draft 1"]


def test_a_drill_says_so_in_its_canvas(world: World) -> None:
    ana = world.person("ana")
    ana.commands("/incident declare sev1 checkout --drill")
    room = world.channel()
    ana.channel = room.channel
    finished(world, ana)
    found = canvas(room)
    assert found is not None
    assert found.title == f"DRILL · {REF} postmortem"
    assert "DRILL: checkout" in found.markdown


def test_a_long_timeline_becomes_several_tables(world: World) -> None:
    """A canvas takes tables of 300 cells."""
    ana, room = declared(world)
    for n in range(90):
        ana.says(f"Finding: number {n}")
    finished(world, ana)
    assert text(room).count("| Time | Since start |") == 2
    assert "| Finding | number 89 — Ana |" in text(room)


def pictured(room: Room) -> str:
    """The address of the picture that stands below the head of the newest draft."""
    head, shown = text(room).split("\n\n")[:2]
    found = re.fullmatch(r"!\[\]\((\S+)\)", shown)
    assert head.startswith(f"# {REF}")
    return found[1] if found else ""


def drawn(world: World) -> None:
    """Drafts come with the timeline as a picture."""
    world.drafts = ("md", "png")
    world.restart()


def test_the_timeline_stands_in_the_canvas_as_a_picture(world: World) -> None:
    drawn(world)
    ana, room = declared(world)
    ana.says("Finding: the cache was stale")
    world.forward(minutes=10)
    finished(world, ana)
    note, picture = [file for each in room.channel.messages for file in each.files]
    assert (note.name, picture.name) == (f"{REF}-full-draft-1.md", f"{REF}-full-draft-1.png")
    assert picture.content is not None
    assert picture.content.startswith(b"\x89PNG")
    assert picture.alt.startswith("Timeline"), "and in words, for whom cannot see it"
    assert pictured(room) == payloads.file(world.slack, picture)["permalink"]
    assert "is drawn in the file" not in text(room)
    (said,) = room.keyed("draft")
    assert ".png" not in said.text, "it is seen above, and need not be named"


def test_a_picture_that_slack_does_not_take_in_a_canvas_costs_the_picture_only(world: World) -> None:
    drawn(world)
    ana, room = declared(world)
    world.slack.faults.add("conversations.canvases.create", "channel_canvas_creation_failed")
    world.forward(minutes=10)
    finished(world, ana)
    assert pictured(room) == ""
    assert "| Measure | Time |" in text(room), "the tables are not given up with it"
    assert told(room) == ["It stands in this channel's canvas too."]


def test_an_upload_that_slack_refuses_has_no_picture_for_the_canvas(world: World) -> None:
    drawn(world)
    ana, room = declared(world)
    world.slack.faults.add("files.completeUploadExternal", "restricted_action")
    world.forward(minutes=10)
    finished(world, ana)
    assert canvas(room) is None
    (said,) = room.keyed("trouble")
    assert said.text.startswith("The postmortem draft could not be uploaded")
