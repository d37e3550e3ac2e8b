import pytest


def test_a_fault_strikes_the_nth_call_and_passes(ws, call):
    ws.faults.add("auth.test", "internal_error", nth=2, times=2)
    errors = [call("auth.test").get("error") for _ in range(5)]
    assert errors == [None, "internal_error", "internal_error", None, None]


def test_a_fault_may_strike_one_channel_only(ws, call):
    ws.faults.add("chat.postMessage", "channel_is_tired", channel=ws.channel("general").id)
    ws.person("ana").invites(ws.bot_user_id, "side")
    assert call("chat.postMessage", channel="side", text="x")["ok"]
    assert call("chat.postMessage", channel="general", text="x")["error"] == "channel_is_tired"


def test_a_lost_reply_is_done_and_a_timeout_is_not(ws, call):
    ws.faults.add("chat.postMessage", "lost_reply")
    ws.faults.add("chat.postMessage", "timeout", nth=2)
    for text in ("done", "not done"):
        with pytest.raises(TimeoutError):
            call("chat.postMessage", channel="general", text=text)
    assert [m.text for m in ws.channel("general").messages] == ["done"]
    assert [c.fault for c in ws.calls] == ["lost_reply", "timeout"]


def test_an_error_may_come_although_it_was_done(ws, call):
    ws.faults.add("chat.postMessage", "fatal_error", done=True)
    assert call("chat.postMessage", channel="general", text="x")["error"] == "fatal_error"
    assert len(ws.channel("general").messages) == 1


def test_posting_is_limited_to_one_a_second_and_channel_after_a_burst(ws, moment, call):
    ws.limits_enforced = True
    ws.person("ana").invites(ws.bot_user_id, "side")
    post = [call("chat.postMessage", channel="general", text="x")["ok"] for _ in range(6)]
    assert post == [True] * 4 + [False] * 2
    assert call("chat.postMessage", channel="general", text="x")["error"] == "ratelimited"
    assert call("chat.postMessage", channel="side", text="x")["ok"]
    moment.machine += 1
    assert call("chat.postMessage", channel="general", text="x")["ok"]


def test_other_methods_are_limited_by_their_tier(ws, call):
    ws.limits_enforced = True
    assert sum(call("pins.list", channel="general")["ok"] for _ in range(30)) == 20
    assert sum(call("conversations.info", channel="general")["ok"] for _ in range(60)) == 50


def test_history_of_distributed_apps_is_slow(ws, call):
    for number in range(20):
        ws.person("ana").says(str(number))
    ws.slow_history = ws.limits_enforced = True
    assert len(call("conversations.history", channel="general", limit=100)["messages"]) == 15
    assert call("conversations.history", channel="general")["error"] == "ratelimited"
