import pytest

SECTION = {"type": "section", "text": {"type": "mrkdwn", "text": "words"}}


@pytest.mark.parametrize(
    ("method", "args", "error"),
    [
        ("chat.postMessage", {"channel": "CNONE", "text": "x"}, "channel_not_found"),
        ("chat.postMessage", {"channel": "#side", "text": "x"}, "not_in_channel"),
        ("chat.postMessage", {"channel": "old", "text": "x"}, "is_archived"),
        ("chat.postMessage", {"channel": "general"}, "no_text"),
        ("chat.postMessage", {"text": "x"}, "invalid_arguments"),
        ("chat.postMessage", {"channel": "general", "text": "x" * 40_001}, "msg_too_long"),
        ("chat.postMessage", {"channel": "general", "text": "x", "blocks": [SECTION] * 51}, "invalid_blocks"),
        ("chat.postMessage", {"channel": "general", "text": "x", "blocks": "{"}, "invalid_blocks_format"),
        (
            "chat.postMessage",
            {"channel": "general", "text": "x", "thread_ts": "1.0"},
            "cannot_reply_to_message",
        ),
        (
            "chat.postMessage",
            {"channel": "general", "text": "x", "metadata": {"a": 1}},
            "invalid_metadata_format",
        ),
        ("chat.update", {"channel": "general", "ts": "1.000000", "text": "x"}, "message_not_found"),
        ("chat.update", {"channel": "general", "ts": "{anas}", "text": "x"}, "cant_update_message"),
        ("chat.delete", {"channel": "general", "ts": "{anas}"}, "cant_delete_message"),
        ("chat.postEphemeral", {"channel": "general", "user": "UNONE", "text": "x"}, "user_not_in_channel"),
        ("chat.getPermalink", {"channel": "general", "message_ts": "1.000000"}, "message_not_found"),
        ("conversations.create", {"name": ""}, "invalid_name_required"),
        ("conversations.create", {"name": "Upper"}, "invalid_name_specials"),
        ("conversations.create", {"name": "a b"}, "invalid_name_specials"),
        ("conversations.create", {"name": "---"}, "invalid_name_punctuation"),
        ("conversations.create", {"name": "x" * 81}, "invalid_name_maxlength"),
        ("conversations.create", {"name": "old"}, "name_taken"),
        ("conversations.invite", {"channel": "general", "users": "{ana}"}, "already_in_channel"),
        ("conversations.invite", {"channel": "general", "users": "UNONE"}, "user_not_found"),
        ("conversations.invite", {"channel": "general", "users": "USANDBOX1"}, "cant_invite_self"),
        ("conversations.invite", {"channel": "side", "users": "{ana}"}, "not_in_channel"),
        ("conversations.kick", {"channel": "general", "user": "USANDBOX1"}, "cant_kick_self"),
        ("conversations.setTopic", {"channel": "general", "topic": "x" * 251}, "too_long"),
        ("conversations.setTopic", {"channel": "old", "topic": "x"}, "is_archived"),
        ("conversations.archive", {"channel": "old"}, "already_archived"),
        ("conversations.archive", {"channel": "general"}, "cant_archive_general"),
        ("conversations.unarchive", {"channel": "general"}, "not_archived"),
        ("conversations.history", {"channel": "side"}, "not_in_channel"),
        ("conversations.history", {"channel": "general", "oldest": "soon"}, "invalid_ts_oldest"),
        ("conversations.history", {"channel": "general", "cursor": "what"}, "invalid_cursor"),
        ("conversations.replies", {"channel": "general", "ts": "1.000000"}, "thread_not_found"),
        ("conversations.list", {"types": "all"}, "invalid_types"),
        ("conversations.open", {}, "users_list_not_supplied"),
        ("conversations.open", {"users": "UNONE"}, "user_not_found"),
        ("conversations.info", {"channel": "hidden"}, "channel_not_found"),
        ("pins.add", {"channel": "general"}, "no_item_specified"),
        ("pins.add", {"channel": "general", "timestamp": "now"}, "bad_timestamp"),
        ("pins.add", {"channel": "general", "timestamp": "1.000000"}, "message_not_found"),
        ("pins.remove", {"channel": "general", "timestamp": "{anas}"}, "no_pin"),
        ("reactions.add", {"channel": "general", "timestamp": "{anas}", "name": "No!"}, "invalid_name"),
        ("reactions.remove", {"channel": "general", "timestamp": "{anas}", "name": "eyes"}, "no_reaction"),
        ("bookmarks.add", {"channel_id": "general", "title": "t", "type": "link"}, "invalid_link"),
        ("bookmarks.edit", {"channel_id": "general", "bookmark_id": "Bk1"}, "not_found"),
        ("users.info", {"user": "UNONE"}, "user_not_found"),
        ("users.lookupByEmail", {"email": "no@example.com"}, "users_not_found"),
        ("usergroups.users.list", {"usergroup": "SNONE"}, "no_such_subteam"),
        ("views.open", {"trigger_id": "1.2.3", "view": {}}, "invalid_arguments"),
        ("files.completeUploadExternal", {"files": [{"id": "FNONE"}]}, "file_not_found"),
        ("files.info", {"file": "FNONE"}, "file_not_found"),
        ("apps.connections.open", {}, "not_allowed_token_type"),
        ("chat.postMassage", {}, "unknown_method"),
    ],
)
def test_slacks_own_errors(ws, call, method, args, error):
    old = ws.add_channel("old", bot=True)
    old.is_archived = True
    ws.add_channel("hidden", private=True, members=["ana"])
    known = {"{anas}": ws.person("ana").says("mine", "general"), "{ana}": ws.user("ana").id}
    answer = call(method, **{k: known.get(v, v) if isinstance(v, str) else v for k, v in args.items()})
    assert (answer["ok"], answer["error"]) == (False, error)


@pytest.mark.parametrize(("token", "error"), [("", "not_authed"), ("xoxb-other", "invalid_auth")])
def test_a_wrong_token_opens_nothing(ws, token, error):
    assert ws.call("auth.test", {}, token) == {"ok": False, "error": error}


def test_a_scope_that_is_missing_is_named(ws, call):
    ws.scopes.discard("pins:write")
    answer = call("pins.add", channel="general", timestamp=ws.person("ana").says("x"))
    assert (answer["error"], answer["needed"]) == ("missing_scope", "pins:write")


def test_what_is_missing_is_named(call):
    answer = call("conversations.setTopic", topic="x")
    assert answer["error"] == "invalid_arguments"
    assert answer["response_metadata"]["messages"] == ["[ERROR] missing required field: channel"]


def test_a_made_channel_belongs_to_the_bot(ws, app, call):
    made = call("conversations.create", name="inc-1")["channel"]
    assert made["creator"] == ws.bot_user_id
    assert ws.channel("inc-1").members == [ws.bot_user_id]
    ws.pump()
    assert [e.get("subtype") or e["type"] for e in app.events] == [
        "channel_created",
        "member_joined_channel",
        "channel_join",
    ]


def test_one_invited_user_who_is_there_does_not_stop_the_others_when_forced(ws, call):
    made = call("conversations.create", name="inc-1")["channel"]["id"]
    ana, ben = ws.user("ana").id, ws.user("ben").id
    call("conversations.invite", channel=made, users=ana)
    assert call("conversations.invite", channel=made, users=[ana, ben])["error"] == "already_in_channel"
    answer = call("conversations.invite", channel=made, users=f"{ana},{ben}", force=True)
    assert answer["ok"]
    assert answer["errors"] == [{"user": ana, "ok": False, "error": "already_in_channel"}]
    assert ws.channel("inc-1").members == [ws.bot_user_id, ana, ben]


def test_the_same_topic_twice_is_one_message(ws, app, call):
    for _ in range(2):
        assert call("conversations.setTopic", channel="general", topic="P0 & up")["ok"]
    assert [m.text for m in ws.channel("general").messages] == [
        f"<@{ws.bot_user_id}> set the channel topic: P0 & up"
    ]


def test_an_update_without_blocks_takes_the_blocks_away(ws, call):
    ts = call("chat.postMessage", channel="general", text="card", blocks=[SECTION])["ts"]
    message = ws.channel("general").messages[0]
    call("chat.update", channel="general", ts=ts, blocks=[SECTION])
    assert [block["type"] for block in message.blocks] == ["section"]
    call("chat.update", channel="general", ts=ts, text="card")
    assert (message.blocks, message.text) == ([], "card")


def test_metadata_is_shown_only_when_asked_for_and_survives_an_update(ws, call):
    metadata = {"event_type": "tocsin", "event_payload": {"key": "card:1"}}
    ts = call("chat.postMessage", channel="general", text="card", metadata=metadata)["ts"]
    call("chat.update", channel="general", ts=ts, text="card 2")
    channel = ws.channel("general").id
    assert "metadata" not in call("conversations.history", channel=channel)["messages"][0]
    shown = call("conversations.history", channel=channel, include_all_metadata=True)["messages"]
    assert shown[0]["metadata"] == metadata


def test_history_is_paged_newest_first(ws, moment, call):
    ana = ws.person("ana")
    stamps = []
    for number in range(5):
        moment.business += 1
        stamps.append(ana.says(str(number)))
    channel = ws.channel("general").id
    first = call("conversations.history", channel=channel, limit=2)
    assert ([m["text"] for m in first["messages"]], first["has_more"]) == (["4", "3"], True)
    cursor = first["response_metadata"]["next_cursor"]
    second = call("conversations.history", channel=channel, limit=2, cursor=cursor)
    assert [m["text"] for m in second["messages"]] == ["2", "1"]
    between = {"channel": channel, "oldest": stamps[1], "latest": stamps[3]}
    assert [m["text"] for m in call("conversations.history", **between)["messages"]] == ["2"]
    shown = call("conversations.history", **between, inclusive="1")["messages"]
    assert [m["text"] for m in shown] == ["3", "2", "1"]


def test_history_may_lag(ws, moment, call):
    ws.history_lag = 5
    ws.person("ana").says("new")
    assert call("conversations.history", channel="general")["messages"] == []
    moment.forward(5)
    assert len(call("conversations.history", channel="general")["messages"]) == 1


def test_a_user_id_opens_the_direct_message(ws, call):
    ana = ws.user("ana").id
    opened = call("conversations.open", users=ana)["channel"]["id"]
    assert call("chat.postMessage", channel=ana, text="hi")["channel"] == opened
    assert [m.text for m in ws.person("ana").hears("@tocsin")] == ["hi"]


def test_a_private_channel_is_seen_by_its_members_only(ws, call):
    ws.add_channel("hidden", private=True, members=["ana"])
    call("conversations.create", name="own", is_private=True)
    types = "public_channel,private_channel"
    names = {each["name"] for each in call("conversations.list", types=types)["channels"]}
    assert names == {"general", "side", "own"}


def test_bookmarks_are_added_changed_and_removed(ws, call):
    made = call("bookmarks.add", channel_id="general", title="Draft", type="link", link="https://x.example")
    number = made["bookmark"]["id"]
    call("bookmarks.edit", channel_id="general", bookmark_id=number, title="Postmortem")
    assert [b["title"] for b in call("bookmarks.list", channel_id="general")["bookmarks"]] == ["Postmortem"]
    call("bookmarks.remove", channel_id="general", bookmark_id=number)
    assert ws.channel("general").bookmarks == []


def test_a_user_shows_zone_and_offset(ws, call):
    user = call("users.info", user=ws.user("ana").id)["user"]
    assert (user["tz"], user["tz_offset"], user["tz_label"]) == ("Europe/Berlin", 3600, "CET")


def test_groups_show_their_members(ws, call):
    group = ws.add_group("@oncall", ["ana", "ben"])
    assert call("usergroups.list", include_users=True)["usergroups"][0]["users"] == group.users
    assert call("usergroups.users.list", usergroup=group.id)["users"] == group.users


def test_stray_brackets_and_ampersands_are_escaped_as_slack_does(ws, call):
    call("chat.postMessage", channel="general", text="a < b & <!channel> <@U1> &amp; <http://x|y> <b>")
    assert ws.channel("general").messages[0].text == (
        "a &lt; b &amp; <!channel> <@U1> &amp; <http://x|y> &lt;b>"
    )


def test_every_call_stands_in_the_journal(ws, call):
    call("chat.postMessage", channel="general", text="x", blocks='[{"type": "divider"}]')
    call("auth.test")
    assert [(c.method, c.answer["ok"]) for c in ws.calls] == [("chat.postMessage", True), ("auth.test", True)]
    assert ws.calls[0].args["blocks"] == [{"type": "divider"}]
