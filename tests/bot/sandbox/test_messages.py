import pytest

from bot.sandbox import Impossible


def test_a_ts_is_business_time_with_six_decimals(ws, moment):
    moment.business = 1_762_610_520.25
    assert ws.person("ana").says("hello") == "1762610520.250000"


def test_when_time_stands_still_each_ts_is_a_little_later(ws):
    ana = ws.person("ana")
    assert [ana.says(text) for text in "abc"] == [
        "1700000000.000000",
        "1700000000.000100",
        "1700000000.000200",
    ]


def test_a_ts_is_not_altered_because_the_clock_went_back(ws, moment):
    ana = ws.person("ana")
    ana.says("later")
    moment.business -= 3600
    assert ana.says("earlier") == "1699996400.000000"
    assert [message.text for message in ws.channel("general").messages] == ["earlier", "later"]


def test_what_only_one_person_sees_moves_no_ts(ws, call):
    call("chat.postEphemeral", channel="general", user=ws.user("ana").id, text="psst")
    assert ws.person("ana").says("hello") == "1700000000.000000"
    assert [m.text for m in ws.person("ana").hears()] == ["psst", "hello"]
    assert [m.text for m in ws.person("ben").hears()] == ["hello"]


def test_ephemeral_messages_have_ts_of_their_own(ws, call):
    ana = ws.user("ana").id
    stamps = {call("chat.postEphemeral", channel="general", user=ana, text=t)["message_ts"] for t in "abc"}
    assert len(stamps) == 3


def test_the_app_hears_a_message_of_a_channel_that_its_bot_is_in(ws, app):
    ts = ws.person("ana").says("hello <b> & all")
    assert ws.pump() == 1
    (event,) = app.events
    assert (event["type"], event["text"], event["ts"]) == ("message", "hello &lt;b&gt; &amp; all", ts)
    assert event["channel_type"] == "channel"
    assert event["blocks"][0]["elements"][0]["elements"] == [{"type": "text", "text": "hello <b> & all"}]


def test_the_app_hears_nothing_of_other_channels(ws, app):
    ws.person("ana").says("secret", "side")
    assert ws.pump() == 0
    assert app.events == []


def test_the_app_hears_its_own_messages_too(ws, app, call):
    call("chat.postMessage", channel="general", text="hi")
    ws.pump()
    assert app.events[0]["bot_id"] == ws.bot_id


def test_a_message_of_another_bot_has_no_user(ws, app):
    ws.add_user("datadog", is_bot=True)
    ws.pump()
    ws.person("ana").invites("datadog", "general")
    ws.person("datadog").says("CPU is high", "general")
    ws.pump()
    event = app.of("bot_message")[0]
    assert event["username"] == "Datadog"
    assert "user" not in event


def test_an_edit_tells_both_versions(ws, app):
    ana = ws.person("ana")
    ts = ana.says("helo")
    ana.edits(ts, "hello")
    ws.pump()
    event = app.of("message_changed")[0]
    assert (event["message"]["text"], event["previous_message"]["text"]) == ("hello", "helo")
    assert event["message"]["ts"] == ts < event["message"]["edited"]["ts"] == event["ts"]
    assert event["hidden"]


def test_a_deleted_message_is_gone(ws, app):
    ana = ws.person("ana")
    ts = ana.says("oops")
    ana.deletes(ts)
    ws.pump()
    event = app.of("message_deleted")[0]
    assert (event["deleted_ts"], event["previous_message"]["text"]) == (ts, "oops")
    assert ana.hears() == []
    assert ws.channel("general").messages[0].deleted


def test_a_deleted_root_with_replies_leaves_a_tombstone(ws, app, call):
    ana = ws.person("ana")
    ts = ana.says("root")
    ana.says("reply", thread=ts)
    ana.deletes(ts)
    ws.pump()
    assert app.of("message_deleted") == []
    assert app.of("message_changed")[0]["message"]["subtype"] == "tombstone"
    shown = call("conversations.history", channel=ws.channel("general").id)["messages"]
    assert [(m["subtype"], m["text"], m["reply_count"]) for m in shown] == [
        ("tombstone", "This message was deleted.", 1)
    ]


def test_nobody_edits_or_deletes_what_is_anothers(ws):
    ts = ws.person("ana").says("mine")
    with pytest.raises(Impossible, match="is not ben's"):
        ws.person("ben").edits(ts, "yours")
    with pytest.raises(Impossible):
        ws.person("ben").deletes(ts)


def test_a_reply_counts_at_its_root_and_stays_out_of_history(ws, app, call):
    root = ws.person("ana").says("root")
    reply = ws.person("ben").says("reply", thread=root)
    channel = ws.channel("general").id
    (shown,) = call("conversations.history", channel=channel)["messages"]
    assert (shown["reply_count"], shown["latest_reply"], shown["thread_ts"]) == (1, reply, root)
    both = call("conversations.replies", channel=channel, ts=root)["messages"]
    assert [m["ts"] for m in both] == [root, reply]
    assert both[1]["parent_user_id"] == ws.user("ana").id


def test_a_reply_may_be_shown_in_the_channel_too(ws, app, call):
    root = ws.person("ana").says("root")
    reply = ws.person("ben").says("for all", thread=root, broadcast=True)
    ws.pump()
    assert app.of("thread_broadcast")[0]["root"]["ts"] == root
    shown = call("conversations.history", channel=ws.channel("general").id)["messages"]
    assert [m["ts"] for m in shown] == [reply, root]


def test_a_file_comes_with_its_message(ws, app):
    ws.person("ana").says("the log", files=[("a b.txt", b"line")])
    ws.pump()
    event = app.of("file_share")[0]
    assert event["files"][0]["name"] == "a b.txt"
    assert event["files"][0]["size"] == 4
    assert app.of("file_shared")[0]["file_id"] == event["files"][0]["id"]


def test_reactions_and_pins_are_told_and_kept(ws, app):
    ana, ben = ws.person("ana"), ws.person("ben")
    ts = ana.says("we fail over")
    ben.reacts(ts, ":pushpin:")
    ben.pins(ts)
    message = ws.channel("general").messages[0]
    assert message.reactions == {"pushpin": [ben.id]}
    assert [pin.message.ts for pin in ws.channel("general").pins] == [ts]
    ben.unreacts(ts, "pushpin")
    ben.unpins(ts)
    assert (message.reactions, ws.channel("general").pins) == ({}, [])
    ws.pump()
    assert [event["type"] for event in app.events] == [
        "message",
        "reaction_added",
        "pin_added",
        "reaction_removed",
        "pin_removed",
    ]
    assert app.of("reaction_added")[0]["item"]["ts"] == ts
    assert app.of("pin_removed")[0]["has_pins"] is False


def test_a_mention_of_the_app_comes_as_a_message_and_as_a_mention(ws, app):
    ws.person("ana").mentions("status")
    ws.pump()
    assert [event["type"] for event in app.events] == ["message", "app_mention"]
    assert app.events[1]["text"] == f"<@{ws.bot_user_id}> status"


def test_coming_and_going_is_told_and_written(ws, app):
    ben = ws.person("ben")
    ben.leaves("general")
    ben.joins("general")
    ws.pump()
    assert [event.get("subtype") or event["type"] for event in app.events] == [
        "member_left_channel",
        "channel_leave",
        "member_joined_channel",
        "channel_join",
    ]
    assert app.of("channel_join")[0]["text"] == f"<@{ben.id}> has joined the channel"


def test_who_is_not_in_a_channel_says_nothing_there(ws):
    with pytest.raises(Impossible, match="ben is not in #side"):
        ws.person("ben").says("hello", "side")


def test_nothing_is_said_in_an_archived_channel(ws):
    ws.person("ana").archives("general")
    with pytest.raises(Impossible, match="#general is archived"):
        ws.person("ana").says("hello")


def test_what_stands_in_blocks_can_be_read_as_words(ws, call):
    blocks = [
        {"type": "header", "text": {"type": "plain_text", "text": "INC-1"}},
        {"type": "section", "fields": [{"type": "mrkdwn", "text": "*Severity* P0"}]},
        {
            "type": "actions",
            "elements": [
                {"type": "button", "text": {"type": "plain_text", "text": "Resolve"}, "action_id": "r"}
            ],
        },
    ]
    call("chat.postMessage", channel="general", text="fallback", blocks=blocks)
    assert ws.channel("general").messages[0].words == "INC-1\n*Severity* P0\nResolve\nfallback"


def test_a_file_that_is_deleted_leaves_a_mark_where_something_else_was_said(ws, app, call):
    ana = ws.person("ana")
    ana.says("see", "general", files=[("a.txt", b"x"), ("b.txt", b"y")])
    alone = ana.says("", "general", files=[("c.txt", b"z")])
    ws.pump()
    ana.deletes_file("a.txt", "general")
    ana.deletes_file("c.txt", "general")
    ws.pump()
    changed, deleted = [each for each in app.of("message") if each.get("hidden")]
    assert [file.get("mode") for file in changed["message"]["files"]] == ["tombstone", "hosted"]
    assert deleted["deleted_ts"] == alone
    assert [len(each["channel_ids"]) for each in app.of("file_deleted")] == [1, 1]
    gone = app.of("file_deleted")[0]["file_id"]
    assert call("files.info", file=gone)["error"] == "file_deleted"
