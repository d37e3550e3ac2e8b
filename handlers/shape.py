"""What Slack's deliveries look like: what a feature relies on is there and of the right type, or nothing is done.

A table for each kind. A name that ends in ``?`` may be missing: where its value does not fit it counts as missing, and
an item of a list that does not fit is left out, so that what Slack adds one day loses no message. Everything that the
table does not name stays as it is. https://docs.slack.dev/reference/events and /reference/interaction-payloads
"""

import re
from collections.abc import Mapping
from typing import Any


class Misshapen(ValueError):
    """Something without which nothing can be done is missing or of the wrong type."""


_ID = re.compile(r"[A-Za-z0-9_-]{1,40}")
_TS = re.compile(r"\d{1,10}(\.\d{1,6})?", re.ASCII)
_KEY = re.compile(r"[^\x00]{1,150}", re.DOTALL)
"""What becomes part of a key: trigger ids, hashes, names of buttons and forms."""
_URL = re.compile(r"https?://[!-~]{1,2000}")
_DOMAIN = re.compile(r"[a-z0-9.-]{1,80}", re.ASCII)
_MODAL = re.compile("modal")
_NAME = re.compile(r"[^\x00]{1,80}", re.DOTALL)

_TEXTS = {"fields?": [dict], "elements?": [dict], "type?": str}
_ATTACHMENT = {
    "title?": str, "title_link?": str, "pretext?": str, "text?": str, "fallback?": str, "fields?": [dict],
    "blocks?": [_TEXTS],
}  # fmt: skip
_FILE = {
    "title?": str, "name?": str, "id?": str, "permalink?": str, "url_private?": str, "mode?": str, "mimetype?": str,
    "size?": int, "url_private_download?": str,
}  # fmt: skip
_AUTHOR = {
    "user?": _ID, "bot_id?": _ID, "text?": str, "subtype?": str, "blocks?": [_TEXTS],
    "attachments?": [_ATTACHMENT], "files?": [_FILE],
}  # fmt: skip
_MESSAGE = _AUTHOR | {
    "ts": _TS, "username?": str, "bot_profile?": {"name?": str}, "thread_ts?": _TS, "edited?": {"ts?": _TS}
}  # fmt: skip
_CHANNEL = {"channel": _ID, "event_ts?": _TS}
_PERSON = {
    "id": _ID, "name?": _NAME, "real_name?": str, "tz?": _NAME, "profile?": {"real_name?": str, "display_name?": str},
}  # fmt: skip
_GROUP = {"id": _ID, "handle": _NAME, "name?": str, "users?": [_ID]}
_REACTION = {
    "user": _ID, "reaction": str, "event_ts?": _TS, "item": {"type?": str, "channel?": _ID, "ts?": _TS}
}  # fmt: skip
_PIN = {
    "channel_id?": _ID, "event_ts?": _TS, "item?": {"channel?": _ID, "ts?": _TS, "message?": {"ts?": _TS}}
}  # fmt: skip
_MEMBER = {"channel": _ID, "user": _ID}
_LOST = {"channel": _ID, "actor_id?": _ID, "user?": _ID}
_RENAMED = {"channel": {"id": _ID, "name": _NAME}}
EVENTS: Mapping[str, Any] = {
    "message": _CHANNEL | _MESSAGE,
    "message_changed": _CHANNEL | {"message": _MESSAGE, "previous_message?": _AUTHOR},
    "message_deleted": _CHANNEL | {"deleted_ts": _TS, "previous_message?": _AUTHOR},
    "message_replied": _CHANNEL,
    "reaction_added": _REACTION,
    "reaction_removed": _REACTION,
    "pin_added": _PIN,
    "pin_removed": _PIN,
    "member_joined_channel": _MEMBER,
    "member_left_channel": _MEMBER,
    "subteam_created": {"subteam": _GROUP},
    "subteam_updated": {"subteam": _GROUP},
    "user_change": {"user": _PERSON},
    "team_join": {"user": _PERSON},
    **dict.fromkeys(
        ("channel_left", "group_left", "channel_archive", "group_archive", "channel_deleted"), _LOST
    ),
    **dict.fromkeys(("group_deleted", "channel_unarchive", "group_unarchive"), _LOST),
    "channel_rename": _RENAMED,
    "group_rename": _RENAMED,
    "channel_id_changed": {"old_channel_id": _ID, "new_channel_id": _ID},
    "app_mention": _CHANNEL | _MESSAGE | {"text": str, "edited?": dict},
    "file_deleted": {"file_id": _ID},
    "app_home_opened": {"user": _ID, "tab?": str},
    "tokens_revoked": {"tokens?": {"bot?": [_ID], "oauth?": [_ID]}},
    "app_uninstalled": {},
}
"""By type; of messages by subtype, where it says what it is."""

_STATE = {
    "value?": str, "selected_option?": {"value": str}, "selected_options?": [{"value": str}], "selected_user?": _ID,
    "selected_date?": str,
}  # fmt: skip
_COMMAND = {
    "command": str, "user_id": _ID, "channel_id": _ID, "channel_name?": str, "text?": str, "trigger_id?": _KEY,
    "response_url?": _URL,
}  # fmt: skip
_CLICK = {
    "user": {"id": _ID}, "channel?": {"id": _ID, "name?": str}, "trigger_id": _KEY, "response_url?": _URL,
    "container?": {"thread_ts?": _TS}, "message?": {"thread_ts?": _TS}, "view?": {"type?": str},
    "actions": [{"action_id": _KEY, "block_id?": str, "value?": str}],
}  # fmt: skip
_FORM = {
    "user": {"id": _ID},
    "view": {
        "type": _MODAL, "id": _KEY, "hash?": _KEY, "callback_id": _KEY, "private_metadata?": str,
        "state": {"values": {"*": {"*": _STATE}}},
    },
}  # fmt: skip
_SHORTCUT = {"user": {"id": _ID}, "callback_id": _KEY, "trigger_id": _KEY, "team?": {"domain?": _DOMAIN}}
_MESSAGE_ACTION = _SHORTCUT | {
    "channel": {"id": _ID, "name?": str}, "message": _MESSAGE, "response_url?": _URL,
}  # fmt: skip
_KINDS: Mapping[str, Any] = {
    "event_callback": {"event": {"type": str}},
    "block_actions": _CLICK,
    "view_submission": _FORM,
    "shortcut": _SHORTCUT,
    "message_action": _MESSAGE_ACTION,
    "url_verification": {"challenge": str},
    "app_rate_limited": {},
}


def fitted(body: Mapping[str, Any]) -> dict[str, Any]:
    """A delivery as a feature may rely on it. Raises Misshapen, also for kinds that lead nowhere."""
    told = dict(body)
    if "command" in told:
        return dict(_fit(told, _COMMAND))
    if "ssl_check" in told:
        return told
    kind = told.get("type")
    if not isinstance(kind, str) or kind not in _KINDS:
        raise Misshapen(f"nothing that leads somewhere: {str(kind)[:40]!r}")
    told = dict(_fit(told, {"event?": dict} | _KINDS[kind]))
    if kind == "event_callback":
        told["event"] = _event(told["event"])
    elif kind == "block_actions" and not told["actions"]:
        raise Misshapen("a click on nothing")
    return told


def _event(event: dict[str, Any]) -> dict[str, Any]:
    """An event as its feature may rely on it; one that leads nowhere stays as it is."""
    kind = event["type"]
    inner = event.get("subtype") if kind == "message" else None
    shape = (EVENTS.get(inner) if isinstance(inner, str) else None) or EVENTS.get(kind)
    return dict(_fit(event, shape)) if shape is not None else event


def _fit(value: Any, shape: Any) -> Any:
    """*value* as *shape* says. Raises Misshapen."""
    if isinstance(shape, re.Pattern):
        if isinstance(value, str) and shape.fullmatch(value):
            return value
    elif isinstance(shape, type):
        if isinstance(value, shape):
            return value
    elif isinstance(shape, list) and isinstance(value, list):
        return [fit for each in value for fit in _fitting(each, shape[0])]
    elif isinstance(shape, Mapping) and isinstance(value, dict):
        return _fields(value, shape)
    raise Misshapen("not what Slack sends")


def _fields(value: dict[str, Any], shape: Mapping[str, Any]) -> dict[str, Any]:
    told = dict(value)
    for name, inner in shape.items():
        if name == "*":
            told = {key: _fit(each, inner) for key, each in value.items()}
        elif not name.endswith("?"):
            if name not in told:
                raise Misshapen(f"without {name}")
            told[name] = _fit(told[name], inner)
        else:
            key = name[:-1]
            fit = _fitting(told.pop(key, None), inner)
            told |= dict.fromkeys([key], fit[0]) if fit else {}
    return told


def _fitting(value: Any, shape: Any) -> list[Any]:
    """*value* as *shape* says, or nothing."""
    try:
        return [_fit(value, shape)]
    except Misshapen:
        return []
