"""The shapes in which Slack shows its things: users, channels, messages, files, views."""

import mimetypes
from datetime import UTC, datetime
from pathlib import PurePosixPath
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from bot.sandbox.state import Channel, File, Json, Message, Note, Pin, User, View
from bot.sandbox.typing_in import rich_text

if TYPE_CHECKING:
    from bot.sandbox.workspace import Workspace


def user(ws: "Workspace", who: User) -> Json:
    """A user object, as users.info shows it."""
    offset = datetime.fromtimestamp(ws.time(), UTC).astimezone(ZoneInfo(who.tz))
    first, _, last = who.real_name.partition(" ")
    profile: Json = {
        "real_name": who.real_name,
        "real_name_normalized": who.real_name,
        "display_name": who.name,
        "display_name_normalized": who.name,
        "first_name": first,
        "last_name": last,
        "team": ws.team_id,
        "avatar_hash": "",
        "status_text": "",
        "status_emoji": "",
    }
    if who.email:
        profile["email"] = who.email
    if who.bot_id:
        profile["bot_id"] = who.bot_id
    return {
        "id": who.id,
        "team_id": ws.team_id,
        "name": who.name,
        "deleted": who.deleted,
        "real_name": who.real_name,
        "tz": who.tz,
        "tz_label": offset.tzname() or who.tz,
        "tz_offset": int((offset.utcoffset() or offset - offset).total_seconds()),
        "profile": profile,
        "is_admin": False,
        "is_owner": False,
        "is_primary_owner": False,
        "is_restricted": False,
        "is_ultra_restricted": False,
        "is_bot": who.is_bot,
        "is_app_user": False,
        "updated": who.updated,
    }


def channel(ws: "Workspace", which: Channel) -> Json:
    """A channel object, as conversations.info shows it to the app."""
    if which.is_im:
        other = next((each for each in which.members if each != ws.bot_user_id), "")
        return {"id": which.id, "created": which.created, "is_im": True, "is_archived": False, "user": other}
    return {
        "id": which.id,
        "name": which.name,
        "name_normalized": which.name,
        "is_channel": not which.is_private,
        "is_group": which.is_private,
        "is_im": False,
        "is_mpim": False,
        "is_private": which.is_private,
        "created": which.created,
        "creator": which.creator,
        "is_archived": which.is_archived,
        "is_general": which.name == "general",
        "unlinked": 0,
        "is_shared": False,
        "is_org_shared": False,
        "is_ext_shared": False,
        "is_pending_ext_shared": False,
        "pending_shared": [],
        "context_team_id": ws.team_id,
        "is_member": ws.bot_user_id in which.members,
        "topic": _note(which.topic_note),
        "purpose": _note(which.purpose_note),
        "previous_names": list(which.previous_names),
        "num_members": len(which.members),
        **_properties(ws, which),
    }


def _properties(ws: "Workspace", which: Channel) -> Json:
    """The channel's canvas, where it has one."""
    canvas = next((each for each in ws.canvases.values() if each.channel == which.id), None)
    if canvas is None:
        return {}
    about = {"file_id": canvas.id, "is_empty": not canvas.sections, "quip_thread_id": f"Q{canvas.id}"}
    return {"properties": {"canvas": about}}


def _note(note: Note) -> Json:
    return {"value": note.value, "creator": note.creator, "last_set": note.last_set}


def bot_profile(ws: "Workspace") -> Json:
    """The app's profile, which stands in each of its messages."""
    return {
        "id": ws.bot_id,
        "deleted": False,
        "name": ws.bot.name,
        "updated": ws.bot.updated,
        "app_id": ws.app_id,
        "icons": {"image_36": "", "image_48": "", "image_72": ""},
        "team_id": ws.team_id,
    }


def message(ws: "Workspace", what: Message, *, metadata: bool = False) -> Json:
    """A message as the Web API shows it; its *metadata* only when asked for."""
    shown = message_in_event(ws, what)
    if what.bot_id == ws.bot_id:
        shown["app_id"] = ws.app_id
    if what.reactions:
        shown["reactions"] = [
            {"name": name, "users": list(users), "count": len(users)}
            for name, users in what.reactions.items()
        ]
    where = ws.find_channel(what.channel)
    if where is not None and where.pinned(what.ts):
        shown["pinned_to"] = [what.channel]
    if shown.get("reply_count"):
        shown["reply_users"] = _reply_users(where, what)
    if metadata and what.metadata:
        shown["metadata"] = what.metadata
    return shown


def _reply_users(where: Channel | None, what: Message) -> list[str]:
    replies = where.replies(what.ts) if where else []
    return list(dict.fromkeys(reply.user or reply.bot_id or "" for reply in replies))


def message_in_event(ws: "Workspace", what: Message) -> Json:
    """A message as it stands in events."""
    shown: Json = {"type": "message", "ts": what.ts, "text": what.text}
    optional: Json = {
        "subtype": what.subtype,
        "user": what.user,
        "bot_id": what.bot_id,
        "username": what.username,
        "client_msg_id": None if what.files else what.client_msg_id,
        "thread_ts": what.thread_ts,
        "edited": what.edited,
        "hidden": True if what.subtype == "tombstone" else None,
        **what.extra,
    }
    shown |= {key: value for key, value in optional.items() if value is not None}
    if what.bot_id == ws.bot_id and what.subtype is None:
        shown["bot_profile"] = bot_profile(ws)
    if what.subtype is None and what.user:
        shown["team"] = ws.team_id
    if what.blocks:
        shown["blocks"] = what.blocks
    elif what.client_msg_id and what.text:
        shown["blocks"] = rich_text(what.text, what.client_msg_id[:5])
    if what.files:
        shown |= {"files": [file(ws, each) for each in what.files], "upload": True, "display_as_bot": False}
    return shown | _thread(ws, what)


def _thread(ws: "Workspace", what: Message) -> Json:
    where = ws.find_channel(what.channel)
    if where is None or what.ephemeral_for:
        return {}
    if what.is_reply and what.thread_ts:
        root = where.by_ts.get(what.thread_ts)
        return {"parent_user_id": root.user} if root and root.user else {}
    replies = where.replies(what.ts)
    if not replies:
        return {}
    return {
        "thread_ts": what.ts,
        "reply_count": len(replies),
        "reply_users_count": len(_reply_users(where, what)),
        "latest_reply": replies[-1].ts,
        "is_locked": False,
        "subscribed": False,
    }


def file(ws: "Workspace", what: File) -> Json:
    """A file object; of one that was deleted, what stands in its place."""
    if what.deleted:
        return {"id": what.id, "mode": "tombstone"}
    suffix = PurePosixPath(what.name).suffix.lstrip(".").lower()
    mimetype = mime_of(what.name)
    path = f"{what.id}/{_safe(what.name)}"
    url, private = f"{ws.base_url}files/{path}", f"{ws.base_url}private/{path}"
    shared: dict[bool, dict[str, list[Json]]] = {}
    for where, ts in what.shares.items():
        place = ws.find_channel(where)
        if place is not None:
            line = {"ts": ts, "channel_name": place.name, "team_id": ws.team_id, "share_user_id": what.user}
            shared.setdefault(place.is_private or place.is_im, {})[where] = [line]
    return {
        "id": what.id,
        "created": what.created,
        "timestamp": what.created,
        "name": what.name,
        "title": what.title,
        "mimetype": mimetype,
        "filetype": suffix or "text",
        "pretty_type": suffix.upper() or "Plain Text",
        "user": what.user,
        "user_team": ws.team_id,
        "mode": "hosted",
        "editable": False,
        "size": len(what.content or b""),
        "is_external": False,
        "external_type": "",
        "is_public": False in shared,
        "public_url_shared": False,
        "display_as_bot": False,
        "username": "",
        "url_private": private,
        "url_private_download": private,
        "permalink": url,
        "shares": {("private" if hidden else "public"): places for hidden, places in shared.items()},
        "has_rich_preview": False,
    }


def mime_of(name: str) -> str:
    """The media type that a file's name promises."""
    if name.lower().endswith((".md", ".markdown")):
        return "text/markdown"
    return mimetypes.guess_type(name)[0] or "application/octet-stream"


def _safe(name: str) -> str:
    return "".join(char if char.isalnum() or char in "._-" else "_" for char in name)


def view(ws: "Workspace", what: View) -> Json:
    """A view with its state, as it stands in payloads and answers."""
    body = what.body
    return {
        "id": what.id,
        "team_id": ws.team_id,
        "type": body["type"],
        "blocks": body.get("blocks", []),
        "private_metadata": body.get("private_metadata", ""),
        "callback_id": body.get("callback_id", ""),
        "external_id": body.get("external_id", ""),
        "state": {"values": what.values},
        "hash": what.hash,
        "title": body.get("title", {"type": "plain_text", "text": "", "emoji": True}),
        "submit": body.get("submit"),
        "close": body.get("close"),
        "clear_on_close": bool(body.get("clear_on_close", False)),
        "notify_on_close": bool(body.get("notify_on_close", False)),
        "submit_disabled": bool(body.get("submit_disabled", False)),
        "root_view_id": what.root_id,
        "previous_view_id": what.previous_id,
        "app_id": ws.app_id,
        "app_installed_team_id": ws.team_id,
        "bot_id": ws.bot_id,
    }


def pin_item(ws: "Workspace", pin: Pin) -> Json:
    """A pinned message, as pins.list and the pin events show it."""
    shown = message(ws, pin.message)
    item: Json = {
        key: shown[key] for key in ("bot_id", "type", "text", "user", "ts", "app_id", "team") if key in shown
    }
    item["permalink"] = permalink(ws, pin.message)
    return {
        "type": "message",
        "created": pin.created,
        "created_by": pin.user,
        "channel": pin.message.channel,
        "message": item,
    }


def archives(ws: "Workspace") -> str:
    """What the addresses of all messages begin with."""
    return f"https://{ws.team_domain}.slack.com/archives/"


def permalink(ws: "Workspace", what: Message) -> str:
    """The address of a message."""
    link = f"{archives(ws)}{what.channel}/p{what.ts.replace('.', '')}"
    return f"{link}?thread_ts={what.thread_ts}&cid={what.channel}" if what.is_reply else link
