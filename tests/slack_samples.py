"""Slack's own documentation as data, beside the project: what it tells of methods and payloads, read once.

Where it is missing nothing is checked by it, and the run says so in one line (``tests/conftest.py``).
"""

import ast
import json
import re
from functools import cache
from pathlib import Path
from typing import Any

HOUSE = Path(__file__).resolve().parent.parent
NAME = re.compile(r"[a-z]+(\.[A-Za-z]+)+")
SAMPLES = HOUSE.parent / "shared" / "slack_samples"
AT_HAND = SAMPLES.is_dir()
MISSING = "Slack's documentation is not beside the project: calls and payloads are not compared with it"

OPEN = {
    "blocks",  # Block Kit has its own tests
    "profile",
    "values",
    "shares",  # keyed by channel
    "metadata",
}
"""Not looked into."""
REAL = {
    "minute_rate_limited": "as documented (docs.slack.dev/reference/events/app_rate_limited); the sample nests it",
    "authorizations[].enterprise_id": "null outside Enterprise Grid",
    "enterprise": "null outside Enterprise Grid",
    "is_enterprise_install": "a string in slash commands, which are forms",
    "event.message.files": "Slack sends the files of an edited message; the sample's message had none",
    "event.previous_message.files": "the same",
    "event.event_ts": "every event of the Events API has one; two samples leave it out",
    "event.message.display_as_bot": "goes with the files",
    "event.bot_id": "messages of today's apps have it and no subtype; the sample is a person's",
    "event.files": "a bot's message may have files; the sample of one has none",
    "event.upload": "goes with the files",
    "event.display_as_bot": "goes with the files",
    "view.submit": "null where a view has none",
    "view.close": "null where a view has none",
    "view.previous_view_id": "null for the first view",
}
"""Where Slack is known to differ from the samples, which blank values and merge variants."""

EVENTS = {
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
    "file_deleted": "FileDeleted",
    "reaction_added": "ReactionAdded",
    "reaction_removed": "ReactionRemoved",
    "pin_added": "PinAdded",
    "pin_removed": "PinRemoved",
    "team_join": "TeamJoin",
    "user_change": "UserChange",
}
"""The sample of each event that the small Slack sends, by type and subtype."""
UNSAMPLED = {"channel_canvas_updated": "Slack's note that a canvas was edited, of which there is no sample"}
"""Subtypes that the small Slack sends and that cannot be compared."""
INTERACTIONS = {
    "block_actions": "BlockAction",
    "message_action": "MessageShortcut",
    "view_submission": "ViewSubmission",
    "view_closed": "ViewClosed",
}
SHORTCUT: dict[str, Any] = {
    "type": "",
    "token": "",
    "action_ts": "",
    "team": {"id": "", "domain": "", "enterprise_id": "", "enterprise_name": ""},
    "user": {"id": "", "username": "", "team_id": ""},
    "is_enterprise_install": False,
    "enterprise": {"id": "", "name": ""},
    "callback_id": "",
    "trigger_id": "",
}
"""A global shortcut, of which there is no sample: after the fields that
https://docs.slack.dev/tools/bolt-js/reference/interfaces/GlobalShortcut names."""


@cache
def sample(name: str) -> Any:
    """The payload of that name, such as ``events/Message``; values are blanked."""
    return json.loads((SAMPLES / f"{name}Payload.json").read_text())


@cache
def documented(method: str) -> Any:
    """The page of a Web API method; None where there is none."""
    page = SAMPLES / "method_docs" / "methods" / f"{method}.json"
    return json.loads(page.read_text()) if page.is_file() else None


@cache
def common_errors() -> frozenset[str]:
    """Errors that any method may answer."""
    return frozenset(json.loads((SAMPLES / "method_docs" / "common_errors.json").read_text()))


def used() -> set[str]:
    """The Web API methods that the bot's code names."""
    files = [
        f for top in ("bot", "handlers") for f in (HOUSE / top).rglob("*.py") if "sandbox" not in f.parts
    ]
    trees = (ast.walk(ast.parse(f.read_text())) for f in files)
    words = {node.value for tree in trees for node in tree if isinstance(node, ast.Constant)}
    return {word for word in words if isinstance(word, str) and NAME.fullmatch(word) and documented(word)}


def name_of(event: dict[str, Any]) -> str:
    """The sample that an event is compared with."""
    subtype = event.get("subtype")
    both = f"{event['type']}/{subtype}"
    return EVENTS[both if both in EVENTS else subtype or event["type"]]


def known_shape(payload: dict[str, Any]) -> Any:
    """The shape of whatever Slack sends to an app: a command, an event, a click, a form, a shortcut; None: unknown."""
    if "command" in payload:
        return sample("interactivity/SlashCommand")
    if payload.get("type") == "event_callback":
        if payload["event"].get("subtype") in UNSAMPLED:
            return None
        return sample(f"events/{name_of(payload['event'])}")
    kind = str(payload["type"])
    if kind == "app_rate_limited":  # comes without the envelope of an event
        return sample("events/AppRateLimited")
    return SHORTCUT if kind == "shortcut" else sample(f"interactivity/{INTERACTIONS[kind]}")


def strange(sent: Any, known: Any, at: str = "") -> list[str]:
    """Paths in *sent* that *known* does not have, or has with another type."""
    if at in REAL:
        return []
    if isinstance(sent, dict) and isinstance(known, dict):
        return [each for key, value in sent.items() for each in _inside(key, value, known, at)]
    if isinstance(sent, list) and isinstance(known, list):
        return [each for item in sent if known for each in strange(item, known[0], f"{at}[]")]
    return (
        [f"{at}: {type(sent).__name__} for {type(known).__name__}"] if type(sent) is not type(known) else []
    )


def _inside(key: str, value: Any, known: dict[str, Any], at: str) -> list[str]:
    path = f"{at}.{key}".lstrip(".")
    if path in REAL or key in OPEN:
        return []
    return strange(value, known[key], path) if key in known else [path]
