"""pins.*, reactions.*, bookmarks.*: what is stuck to messages and channels."""

import re
from typing import TYPE_CHECKING

from bot.sandbox import messages, payloads
from bot.sandbox.api import method, the_channel, the_message
from bot.sandbox.state import Channel, Json, Message, SlackError

if TYPE_CHECKING:
    from bot.sandbox.workspace import Workspace

MOST_PINS, MOST_BOOKMARKS = 100, 100


def _item(
    ws: "Workspace", args: Json, *, member: bool = False, open_: bool = False
) -> tuple[Channel, Message]:
    channel = the_channel(ws, args, member=member, open_=open_)
    ts = args.get("timestamp")
    if not ts:
        raise SlackError("no_item_specified")
    if not re.fullmatch(r"\d+\.\d+", str(ts)):
        raise SlackError("bad_timestamp")
    return channel, the_message(channel, ts)


@method("pins.add", needs=("channel",), tier=2, scopes=("pins:write",))
def pins_add(ws: "Workspace", args: Json) -> Json:
    """Pin a message."""
    channel, message = _item(ws, args, member=True)
    if len(channel.pins) >= MOST_PINS:
        raise SlackError("too_many_pins")
    if not messages.pin(ws, channel, message, user=ws.bot_user_id):
        raise SlackError("already_pinned")
    return {}


@method("pins.remove", needs=("channel",), tier=2, scopes=("pins:write",))
def pins_remove(ws: "Workspace", args: Json) -> Json:
    """Take a pin off."""
    channel, message = _item(ws, args)
    if not messages.unpin(ws, channel, message, user=ws.bot_user_id):
        raise SlackError("no_pin")
    return {}


@method("pins.list", needs=("channel",), tier=2, scopes=("pins:read",), reads=True)
def pins_list(ws: "Workspace", args: Json) -> Json:
    """The pinned messages, newest pin first."""
    channel = the_channel(ws, args)
    return {"items": [payloads.pin_item(ws, pin) for pin in reversed(channel.pins)]}


def _emoji(args: Json) -> str:
    name = str(args["name"]).strip(":")
    if not re.fullmatch(r"[a-z0-9_+'-]+(::skin-tone-[2-6])?", name):
        raise SlackError("invalid_name")
    return name


@method("reactions.add", needs=("channel", "name"), tier=3, scopes=("reactions:write",))
def reactions_add(ws: "Workspace", args: Json) -> Json:
    """React to a message."""
    channel, message = _item(ws, args, member=True, open_=True)
    if not messages.react(ws, channel, message, user=ws.bot_user_id, name=_emoji(args)):
        raise SlackError("already_reacted")
    return {}


@method("reactions.remove", needs=("name",), tier=2, scopes=("reactions:write",))
def reactions_remove(ws: "Workspace", args: Json) -> Json:
    """Take a reaction back."""
    channel, message = _item(ws, args)
    if not messages.unreact(ws, channel, message, user=ws.bot_user_id, name=_emoji(args)):
        raise SlackError("no_reaction")
    return {}


@method("reactions.get", tier=3, scopes=("reactions:read",), reads=True)
def reactions_get(ws: "Workspace", args: Json) -> Json:
    """A message with its reactions."""
    channel, message = _item(ws, args)
    return {"type": "message", "channel": channel.id, "message": payloads.message(ws, message)}


def _link(args: Json) -> str:
    link = str(args.get("link") or "")
    if not re.match(r"(https?|slack|mailto):", link):
        raise SlackError("invalid_link")
    return link


@method("bookmarks.add", needs=("channel_id", "title", "type"), tier=2, scopes=("bookmarks:write",))
def bookmarks_add(ws: "Workspace", args: Json) -> Json:
    """Put a link above a channel."""
    channel = the_channel(ws, args, key="channel_id")
    if args["type"] != "link":
        raise SlackError("invalid_bookmark_type")
    if len(channel.bookmarks) >= MOST_BOOKMARKS:
        raise SlackError("too_many_bookmarks")
    now = int(ws.time())
    made: Json = {
        "id": ws.new_id("Bk"),
        "channel_id": channel.id,
        "title": args["title"],
        "link": _link(args),
        "emoji": args.get("emoji", ""),
        "icon_url": None,
        "type": "link",
        "entity_id": None,
        "date_created": now,
        "date_updated": now,
        "rank": f"{len(channel.bookmarks):04d}",
        "last_updated_by_user_id": ws.bot_user_id,
        "last_updated_by_team_id": ws.team_id,
        "shortcut_id": None,
        "app_id": ws.app_id,
    }
    channel.bookmarks.append(made)
    return {"bookmark": dict(made)}


@method("bookmarks.list", needs=("channel_id",), tier=3, scopes=("bookmarks:read",), reads=True)
def bookmarks_list(ws: "Workspace", args: Json) -> Json:
    """The links above a channel."""
    return {"bookmarks": [dict(each) for each in the_channel(ws, args, key="channel_id").bookmarks]}


def _bookmark(channel: Channel, args: Json) -> Json:
    for each in channel.bookmarks:
        if each["id"] == args["bookmark_id"]:
            return each
    raise SlackError("not_found")


@method("bookmarks.edit", needs=("channel_id", "bookmark_id"), tier=2, scopes=("bookmarks:write",))
def bookmarks_edit(ws: "Workspace", args: Json) -> Json:
    """Change a link above a channel."""
    found = _bookmark(the_channel(ws, args, key="channel_id"), args)
    if "link" in args:
        found["link"] = _link(args)
    found |= {key: args[key] for key in ("title", "emoji") if key in args} | {"date_updated": int(ws.time())}
    return {"bookmark": dict(found)}


@method("bookmarks.remove", needs=("channel_id", "bookmark_id"), tier=2, scopes=("bookmarks:write",))
def bookmarks_remove(ws: "Workspace", args: Json) -> Json:
    """Take a link away."""
    channel = the_channel(ws, args, key="channel_id")
    channel.bookmarks.remove(_bookmark(channel, args))
    return {}
