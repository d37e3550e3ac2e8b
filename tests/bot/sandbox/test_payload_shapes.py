"""What we send has no key and no type that Slack's own payloads do not have (where samples are at hand)."""

import pytest

from bot.sandbox.api import METHODS
from bot.sandbox.responding import respond
from tests.slack_samples import (
    AT_HAND,
    EVENTS,
    MISSING,
    SHORTCUT,
    documented,
    known_shape,
    name_of,
    sample,
    strange,
)

pytestmark = pytest.mark.skipif(not AT_HAND, reason=MISSING)


@pytest.fixture
def sent(ws, app, moment, call):
    """An eventful day, each second another event: payloads by the name of their sample."""
    ana, ben = ws.person("ana"), ws.person("ben")
    ws.add_user("cara")
    ws.add_user("datadog", is_bot=True)
    ws.change_user("cara", tz="Asia/Tokyo")
    root = ana.says("root")
    ben.says("reply", thread=root)
    ben.says("for all", thread=root, broadcast=True)
    ana.mentions("status")
    ts = ana.says("a file", files=[("a.txt", b"x")])
    ana.says("another", files=[("b.txt", b"x")])
    ana.deletes_file("b.txt")
    ana.edits(root, "root, better")
    ana.deletes(ts)
    ana.reacts(root, "eyes")
    ana.unreacts(root, "eyes")
    ana.pins(root)
    ana.unpins(root)
    ana.invites("datadog")
    ws.person("datadog").says("CPU", "general")
    call("chat.postMessage", channel="general", text="bot")
    made = call("conversations.create", name="inc-1")["channel"]["id"]
    call("conversations.invite", channel=made, users=ana.id)
    call("conversations.setTopic", channel=made, topic="t")
    call("conversations.setPurpose", channel=made, purpose="p")
    call("conversations.rename", channel=made, name="inc-2")
    ana.leaves("inc-2")
    call("conversations.archive", channel=made)
    call("conversations.unarchive", channel=made)
    ws.channel("inc-2").is_private = True
    call("conversations.archive", channel=made)
    call("conversations.unarchive", channel=made)
    call("conversations.rename", channel=made, name="inc-3")
    ana.opens_home()
    changed(ws, ana)
    ws.pump()
    return {name_of(payload["event"]): payload for payload in app.payloads}


def changed(ws, ana):
    """What people do to channels and to the app itself while it is in use."""
    for private in (False, True):
        room = ana.creates(f"room-{private}".lower(), private=private)
        ana.invites("tocsin", room)
        ana.removes("tocsin", room)
        ana.invites("tocsin", room)
        ws.change_channel_id(room.id)
        ana.deletes_channel(room)
    ws.revoke_token()
    ws.uninstall()
    ws.install_again()


def test_every_event_that_is_sent_has_slacks_shape(sent):
    assert set(sent) == set(EVENTS.values())
    found = {
        sample_name: sorted(set(strange(sent[sample_name], sample(f"events/{sample_name}"))))
        for sample_name in sent
    }
    assert {key: value for key, value in found.items() if value} == {}


BUTTON = {
    "type": "button",
    "text": {"type": "plain_text", "text": "Go", "emoji": True},
    "action_id": "go",
    "value": "1",
}
CARD = [{"type": "actions", "elements": [BUTTON]}]


def test_commands_clicks_forms_and_shortcuts_have_slacks_shape(ws, app, call):
    ana = ws.person("ana")
    ana.types("/incident help")
    ts = call("chat.postMessage", channel="general", text="card", blocks=CARD)["ts"]
    ana.clicks("Go")
    ana.shortcut("note", ts=ts)
    respond(ws, app.payloads[0]["response_url"].rsplit("/", 1)[1], {"text": "x", "blocks": CARD})
    ana.clicks("Go")
    ana.types("/incident form")
    title = {"type": "plain_text", "text": "F", "emoji": True}
    view = {"type": "modal", "title": title, "notify_on_close": True, "blocks": CARD}
    assert call("views.open", trigger_id=app.payloads[-1]["trigger_id"], view=view)["ok"]
    ana.clicks("Go")
    ana.submits()
    ana.types("/incident form")
    assert call("views.open", trigger_id=app.payloads[-1]["trigger_id"], view=view)["ok"]
    ana.closes_modal()
    ana.shortcut("declare")
    kinds = [
        "SlashCommand", "BlockAction", "MessageShortcut", "BlockAction", "SlashCommand", "BlockAction",
        "ViewSubmission", "SlashCommand", "ViewClosed", "Shortcut",
    ]  # fmt: skip
    pairs = list(zip(kinds, app.payloads, strict=True))
    assert all(
        known_shape(payload) == (SHORTCUT if kind == "Shortcut" else sample(f"interactivity/{kind}"))
        for kind, payload in pairs
    )
    found = {
        (at, kind): sorted(set(strange(payload, known_shape(payload))))
        for at, (kind, payload) in enumerate(pairs)
    }
    assert {key: value for key, value in found.items() if value} == {}


def test_every_method_and_argument_list_is_slacks():
    for method, entry in METHODS.items():
        page = documented(method)
        assert set(entry.needs) <= set(page["args"]), method
        tier = page["rate_limit"]["label"]
        assert entry.tier == (int(tier[5]) if tier.startswith("Tier") else 0), (method, tier)
