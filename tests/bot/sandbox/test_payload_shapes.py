"""What we send has no key and no type that Slack's own payloads do not have (where samples are at hand)."""

import json
from pathlib import Path

import pytest

from bot.sandbox.api import METHODS
from bot.sandbox.responding import respond

SAMPLES = Path(__file__).resolve().parents[4] / "shared" / "slack_samples"
pytestmark = pytest.mark.skipif(
    not SAMPLES.is_dir(), reason="Slack's sample payloads are not beside the project"
)

OPEN = {
    "blocks",  # Block Kit has its own tests
    "profile",
    "values",
    "shares",  # keyed by channel
    "metadata",
}
"""Not looked into."""
REAL = {
    "authorizations[].enterprise_id": "null outside Enterprise Grid",
    "enterprise": "null outside Enterprise Grid",
    "is_enterprise_install": "a string in slash commands, which are forms",
    "event.message.files": "Slack sends the files of an edited message; the sample's message had none",
    "event.previous_message.files": "the same",
    "event.event_ts": "every event of the Events API has one; two samples leave it out",
    "event.message.display_as_bot": "goes with the files",
    "view.submit": "null where a view has none",
    "view.close": "null where a view has none",
    "view.previous_view_id": "null for the first view",
}
"""Where Slack is known to differ from the samples, which blank values and merge variants."""


def sample(name):
    return json.loads((SAMPLES / f"{name}Payload.json").read_text())


def strange(sent, known, at=""):
    """Paths in *sent* that *known* does not have, or has with another type."""
    if at in REAL:
        return
    if isinstance(sent, dict) and isinstance(known, dict):
        for key, value in sent.items():
            path = f"{at}.{key}".lstrip(".")
            if path in REAL or key in OPEN:
                continue
            if key not in known:
                yield path
            else:
                yield from strange(value, known[key], path)
    elif isinstance(sent, list) and isinstance(known, list):
        for item in sent:
            if known:
                yield from strange(item, known[0], f"{at}[]")
    elif type(sent) is not type(known):
        yield f"{at}: {type(sent).__name__} for {type(known).__name__}"


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
    return {name(payload["event"]): payload for payload in app.payloads}


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


NAMES = {
    "message": "Message",
    "message_changed": "MessageChanged",
    "message_deleted": "MessageDeleted",
    "thread_broadcast": "MessageThreadBroadcast",
    "file_share": "MessageFileShare",
    "bot_message": "MessageBot",
    "channel_join": "MessageChannelJoin",
    "channel_leave": "MessageChannelLeave",
    "channel_topic": "MessageChannelTopic",
    "channel_purpose": "MessageChannelPurpose",
    "channel_name": "MessageChannelName",
    "message/channel_archive": "MessageChannelArchive",
    "message/channel_unarchive": "MessageChannelUnarchive",
    "channel_archive": "ChannelArchive",
    "channel_unarchive": "ChannelUnarchive",
    "channel_created": "ChannelCreated",
    "channel_rename": "ChannelRename",
    "channel_deleted": "ChannelDeleted",
    "channel_id_changed": "ChannelIdChanged",
    "channel_left": "ChannelLeft",
    "group_archive": "GroupArchive",
    "group_unarchive": "GroupUnarchive",
    "group_rename": "GroupRename",
    "group_deleted": "GroupDeleted",
    "group_left": "GroupLeft",
    "tokens_revoked": "TokensRevoked",
    "app_uninstalled": "AppUninstalled",
    "member_joined_channel": "MemberJoinedChannel",
    "member_left_channel": "MemberLeftChannel",
    "app_mention": "AppMention",
    "app_home_opened": "AppHomeOpened",
    "file_shared": "FileShared",
    "reaction_added": "ReactionAdded",
    "reaction_removed": "ReactionRemoved",
    "pin_added": "PinAdded",
    "pin_removed": "PinRemoved",
    "team_join": "TeamJoin",
    "user_change": "UserChange",
}


def name(event):
    subtype = event.get("subtype")
    both = f"{event['type']}/{subtype}"
    return NAMES[both if both in NAMES else subtype or event["type"]]


def test_every_event_that_is_sent_has_slacks_shape(sent):
    assert set(sent) == set(NAMES.values())
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
    kinds = [
        "SlashCommand", "BlockAction", "MessageShortcut", "BlockAction", "SlashCommand", "BlockAction",
        "ViewSubmission", "SlashCommand", "ViewClosed",
    ]  # fmt: skip
    pairs = list(zip(kinds, app.payloads, strict=True))
    found = {
        (at, kind): sorted(set(strange(payload, sample(f"interactivity/{kind}"))))
        for at, (kind, payload) in enumerate(pairs)
    }
    assert {key: value for key, value in found.items() if value} == {}


def test_every_method_and_argument_list_is_slacks():
    documented = SAMPLES / "method_docs" / "methods"
    for method, entry in METHODS.items():
        page = json.loads((documented / f"{method}.json").read_text())
        assert set(entry.needs) <= set(page["args"]), method
        tier = page["rate_limit"]["label"]
        assert entry.tier == (int(tier[5]) if tier.startswith("Tier") else 0), (method, tier)
