"""Channels and the app itself change while the app is in use: what it hears, and what Slack answers afterwards."""

import pytest

from bot.sandbox.state import Impossible


def test_an_app_that_is_taken_out_hears_by_whom_and_can_no_longer_speak_there(ws, app, call):
    ana = ws.person("ana")
    ana.removes("tocsin", "general")
    ana.says("unheard", "general")
    ws.pump()
    assert [event["type"] for event in app.events] == ["member_left_channel", "channel_left"]
    assert app.events[1]["actor_id"] == ana.id
    assert call("chat.postMessage", channel="general", text="x")["error"] == "not_in_channel"
    ana.invites("tocsin", "general")
    assert call("chat.postMessage", channel="general", text="x")["ok"]


def test_an_app_hears_of_public_channels_that_it_is_not_in_and_of_no_private_one(ws, app):
    ana = ws.person("ana")
    hidden = ana.creates("hidden", private=True)
    for channel in ("side", hidden):
        ana.renames(f"{ws.channel(channel if isinstance(channel, str) else channel.id).name}-2", channel)
        ana.archives("side-2" if channel == "side" else channel)
        ana.unarchives("side-2" if channel == "side" else channel)
    ws.pump()
    assert [event["type"] for event in app.events] == [
        "channel_rename",
        "channel_archive",
        "channel_unarchive",
    ]


def test_a_channel_that_was_deleted_is_not_found_and_its_name_is_free(ws, app, call):
    ana = ws.person("ana")
    channel = ws.channel("general")
    ana.deletes_channel("general")
    ws.pump()
    assert app.of("channel_deleted")[0]["channel"] == channel.id
    assert call("conversations.info", channel=channel.id)["error"] == "channel_not_found"
    assert call("conversations.create", name="general")["ok"]


def test_a_channel_that_got_another_id_is_not_found_under_the_former(ws, app, call):
    former = ws.channel("general").id
    ts = ws.person("ana").says("before", "general")
    new = ws.change_channel_id("general")
    ws.pump()
    (told,) = app.of("channel_id_changed")
    assert (told["old_channel_id"], told["new_channel_id"]) == (former, new)
    assert call("conversations.info", channel=former)["error"] == "channel_not_found"
    assert call("conversations.history", channel=new)["messages"][0]["ts"] == ts


def test_only_an_archived_channel_is_taken_out_of_the_archive(ws):
    with pytest.raises(Impossible, match="not archived"):
        ws.person("ana").unarchives("general")


@pytest.mark.parametrize("taken", ["token_revoked", "account_inactive"])
def test_a_token_that_was_taken_is_refused_until_the_app_is_installed_again(ws, app, call, taken):
    ws.revoke_token() if taken == "token_revoked" else ws.uninstall()
    ws.pump()
    (told,) = app.events
    assert told["type"] == {"token_revoked": "tokens_revoked", "account_inactive": "app_uninstalled"}[taken]
    assert call("auth.test")["error"] == taken
    assert call("chat.postMessage", channel="general", text="x")["error"] == taken
    ws.install_again("xoxb-another")
    assert ws.bot_token == "xoxb-another"
    assert call("auth.test")["ok"]


def test_somebody_who_was_deactivated_can_be_reactivated(ws, app, call):
    ws.deactivate("ben")
    assert call("conversations.open", users=ws.user("ben").id)["error"] == "user_disabled"
    ws.reactivate("ben")
    ws.pump()
    assert [event["user"]["deleted"] for event in app.of("user_change")] == [True, False]
    assert call("conversations.open", users=ws.user("ben").id)["ok"]
