"""Canvases of the small Slack: as Slack's own, by plan, by people, by sections."""

import pytest

from bot.sandbox import Impossible


@pytest.fixture
def room(ws, call):
    ws.person("ana")
    return ws.channel(call("conversations.create", name="inc-1")["channel"]["id"])


@pytest.fixture
def ana(ws, room):
    found = ws.person("ana")
    found.joins(room)
    found.channel = room
    return found


def content(text):
    return {"type": "markdown", "markdown": text}


def made(call, room, text="# One\n\nwords"):
    return call(
        "conversations.canvases.create", channel_id=room.id, title="T", document_content=content(text)
    )


def change(call, canvas, operation, **more):
    return call("canvases.edit", canvas_id=canvas, changes=[{"operation": operation, **more}])


def test_a_channel_has_one_canvas_and_tells_of_it(ws, call, room):
    assert "properties" not in call("conversations.info", channel=room.id)["channel"]
    canvas = made(call, room)["canvas_id"]
    told = call("conversations.info", channel=room.id)["channel"]["properties"]["canvas"]
    assert (told["file_id"], told["is_empty"]) == (canvas, False)
    assert made(call, room)["error"] == "channel_canvas_already_exists"
    file = call("files.info", file=canvas)["file"]
    assert (file["user"], file["title"], file["linked_channel_id"]) == (ws.bot_user_id, "T", room.id)


def test_sections_are_found_and_changed_one_at_a_time(ws, call, room):
    canvas = made(call, room, "# One\n\nwords\n\n## Two\n\n```\n# code\n```")["canvas_id"]
    look = call("canvases.sections.lookup", canvas_id=canvas, criteria={"section_types": ["any_header"]})
    assert len(look["sections"]) == 2
    (two,) = call(
        "canvases.sections.lookup",
        canvas_id=canvas,
        criteria={"section_types": ["h2"], "contains_text": "Two"},
    )["sections"]
    assert change(call, canvas, "insert_before", section_id=two["id"], document_content=content("before"))[
        "ok"
    ]
    assert change(call, canvas, "insert_after", section_id=two["id"], document_content=content("after"))["ok"]
    assert change(call, canvas, "insert_at_start", document_content=content("first"))["ok"]
    assert change(call, canvas, "insert_at_end", document_content=content("last"))["ok"]
    assert change(call, canvas, "delete", section_id=two["id"])["ok"]
    assert ws.canvases[canvas].markdown == (
        "first\n\n# One\n\nwords\n\nbefore\n\nafter\n\n```\n# code\n```\n\nlast"
    )
    assert change(call, canvas, "replace", document_content=content("all new"))["ok"]
    assert ws.canvases[canvas].markdown == "all new"


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ([], "invalid_arguments"),
        ([{"operation": "insert_at_end", "document_content": content("a")}] * 2, "invalid_arguments"),
        ([{"operation": "scribble"}], "invalid_arguments"),
        ([{"operation": "insert_at_end", "document_content": {"type": "html"}}], "invalid_arguments"),
        ([{"operation": "delete", "section_id": "temp:C:none"}], "canvas_editing_failed"),
    ],
)
def test_what_slack_would_not_take_is_refused(call, room, changes, error):
    canvas = made(call, room)["canvas_id"]
    assert call("canvases.edit", canvas_id=canvas, changes=changes)["error"] == error
    assert call("canvases.edit", canvas_id="FNONE", changes=changes or [{}])["error"] == "canvas_not_found"


def test_the_free_plan_makes_none_and_an_admin_allows_none(ws, call, room):
    canvas = made(call, room)["canvas_id"]
    ws.canvas_refused = "team_tier_cannot_create_channel_canvases"
    del ws.canvases[canvas]
    assert made(call, room)["error"] == "team_tier_cannot_create_channel_canvases"
    ws.canvas_refused = "canvas_disabled_user_team"
    assert made(call, room)["error"] == "canvas_disabled_user_team"


@pytest.mark.parametrize(
    ("scope", "method"), [("canvases:write", "canvases.edit"), ("canvases:read", "canvases.sections.lookup")]
)
def test_scopes_are_needed(ws, call, room, scope, method):
    canvas = made(call, room)["canvas_id"]
    ws.scopes -= {scope}
    answer = call(method, canvas_id=canvas, changes=[{}], criteria={"contains_text": "x"})
    assert (answer["error"], answer["needed"]) == ("missing_scope", scope)


def test_people_write_and_change_and_slack_says_so_in_the_channel(ws, app, ana, room):
    ana.writes_canvas("# Mine\n\nwords")
    ana.edits_canvas("words", "other words")
    (canvas,) = ws.canvases.values()
    assert (canvas.markdown, canvas.user, canvas.last_editor) == ("# Mine\n\nother words", ana.id, ana.id)
    ws.pump()
    assert [each["subtype"] for each in app.of("message") if each.get("subtype", "").startswith("channel_canvas")] == [
        "channel_canvas_updated", "channel_canvas_updated",
    ]  # fmt: skip
    with pytest.raises(Impossible, match="does not say"):
        ana.edits_canvas("nothing", "something")


def test_a_mention_in_a_canvas_is_seen_and_one_in_code_is_none(ws, ana):
    ana.writes_canvas("![](@U1) and \\![](@U2) and `![](@U3)`\n\n```\n![](@U4)\n```")
    assert next(iter(ws.canvases.values())).mentions == ["@U1"]
