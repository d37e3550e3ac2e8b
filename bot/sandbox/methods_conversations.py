"""conversations.*: making channels, and who is in them."""

import re
from collections.abc import Callable
from typing import TYPE_CHECKING

from bot.sandbox import channels, payloads
from bot.sandbox.api import method, names, page, the_channel, yes
from bot.sandbox.state import Channel, Json, SlackError, User

if TYPE_CHECKING:
    from bot.sandbox.workspace import Workspace

_READ = ("channels:read", "groups:read", "im:read", "mpim:read")
_MANAGE = ("channels:manage", "groups:write")
_TOPIC = (*_MANAGE, "channels:write.topic", "groups:write.topic")
_INVITE = (*_MANAGE, "channels:write.invites", "groups:write.invites")
_TYPES: dict[str, Callable[[Channel], bool]] = {
    "public_channel": lambda each: not each.is_private and not each.is_im,
    "private_channel": lambda each: each.is_private and not each.is_im,
    "im": lambda each: each.is_im,
    "mpim": lambda _: False,
}
LONGEST_NAME, LONGEST_NOTE = 80, 250


def checked_name(ws: "Workspace", given: object) -> str:
    """A legal and free channel name, or Slack's error."""
    name = str(given or "")
    if not name:
        raise SlackError("invalid_name_required")
    if len(name) > LONGEST_NAME:
        raise SlackError("invalid_name_maxlength")
    if not re.search(r"[^\W_]", name):
        raise SlackError("invalid_name_punctuation")
    if name != name.lower() or not re.fullmatch(r"[\w-]+", name):
        raise SlackError("invalid_name_specials")
    if ws.find_channel(f"#{name}") is not None:
        raise SlackError("name_taken")
    return name


@method("conversations.create", tier=2, scopes=_MANAGE)
def create(ws: "Workspace", args: Json) -> Json:
    """Make a channel; the app's bot is its creator and first member."""
    name = checked_name(ws, args.get("name"))
    made = channels.create(ws, name=name, creator=ws.bot_user_id, is_private=yes(args, "is_private"))
    return {"channel": payloads.channel(ws, made)}


@method("conversations.list", tier=2, scopes=_READ, reads=True)
def list_(ws: "Workspace", args: Json) -> Json:
    """The channels that the app can see."""
    found = [
        each
        for each in _typed(ws, args)
        if ws.bot_user_id in each.members or not (each.is_private or each.is_im)
    ]
    return _channels_page(ws, found, args)


@method("users.conversations", tier=3, scopes=_READ, reads=True)
def of_user(ws: "Workspace", args: Json) -> Json:
    """The channels of a user (the app's bot by default)."""
    who = str(args.get("user") or ws.bot_user_id)
    seen = [each for each in _typed(ws, args) if who in each.members]
    return _channels_page(
        ws, [each for each in seen if not each.is_private or ws.bot_user_id in each.members], args
    )


def _typed(ws: "Workspace", args: Json) -> list[Channel]:
    kinds = names(args.get("types") or "public_channel")
    if any(kind not in _TYPES for kind in kinds):
        raise SlackError("invalid_types")
    found = [each for each in ws.channels if any(_TYPES[kind](each) for kind in kinds)]
    return [each for each in found if not (yes(args, "exclude_archived") and each.is_archived)]


def _channels_page(ws: "Workspace", found: list[Channel], args: Json) -> Json:
    shown, cursor = page(found, args, default=100)
    return {
        "channels": [payloads.channel(ws, each) for each in shown],
        "response_metadata": {"next_cursor": cursor},
    }


@method("conversations.info", needs=("channel",), tier=3, scopes=_READ, reads=True)
def info(ws: "Workspace", args: Json) -> Json:
    """One channel."""
    return {"channel": payloads.channel(ws, the_channel(ws, args))}


@method("conversations.members", needs=("channel",), tier=4, scopes=_READ, reads=True)
def members(ws: "Workspace", args: Json) -> Json:
    """Who is in a channel, as ids."""
    shown, cursor = page(the_channel(ws, args).members, args, default=100)
    return {"members": list(shown), "response_metadata": {"next_cursor": cursor}}


def _changeable(ws: "Workspace", args: Json) -> Channel:
    channel = the_channel(ws, args, member=True, open_=True)
    if channel.is_im:
        raise SlackError("method_not_supported_for_channel_type")
    return channel


@method("conversations.invite", needs=("channel", "users"), tier=3, scopes=_INVITE)
def invite(ws: "Workspace", args: Json) -> Json:
    """Make users members; without ``force`` one that cannot be invited stops all."""
    channel = _changeable(ws, args)
    wanted = names(args["users"])
    errors = [
        {"user": who, "ok": False, "error": why} for who in wanted if (why := _why_not(ws, channel, who))
    ]
    good = [who for who in wanted if who not in {each["user"] for each in errors}]
    if errors and not (yes(args, "force") and good):
        raise SlackError(str(errors[0]["error"]), errors=errors)
    for who in good:
        channels.join(ws, channel, who, inviter=ws.bot_user_id)
    return {"channel": payloads.channel(ws, channel), **({"errors": errors} if errors else {})}


def _why_not(ws: "Workspace", channel: Channel, who: str) -> str | None:
    if who == ws.bot_user_id:
        return "cant_invite_self"
    user = ws.find_user(who)
    if user is None or user.id != who:
        return "user_not_found"
    if user.deleted:
        return "cant_invite"
    return "already_in_channel" if who in channel.members else None


@method("conversations.join", needs=("channel",), tier=3, scopes=("channels:join",))
def join(ws: "Workspace", args: Json) -> Json:
    """The app's bot joins a public channel."""
    channel = the_channel(ws, args, open_=True)
    if channel.is_private or channel.is_im:
        raise SlackError("method_not_supported_for_channel_type")
    already = ws.bot_user_id in channel.members
    channels.join(ws, channel, ws.bot_user_id)
    more: Json = {"warning": "already_in_channel", "response_metadata": {"warnings": ["already_in_channel"]}}
    return {"channel": payloads.channel(ws, channel), **(more if already else {})}


@method("conversations.leave", needs=("channel",), tier=3, scopes=_MANAGE)
def leave(ws: "Workspace", args: Json) -> Json:
    """The app's bot leaves."""
    channel = the_channel(ws, args, open_=True)
    if ws.bot_user_id not in channel.members:
        return {"not_in_channel": True}
    channels.leave(ws, channel, ws.bot_user_id)
    return {}


@method("conversations.kick", needs=("channel", "user"), tier=3, scopes=_MANAGE)
def kick(ws: "Workspace", args: Json) -> Json:
    """Take somebody out of a channel."""
    channel = _changeable(ws, args)
    who = _user(ws, args["user"])
    if who.id == ws.bot_user_id:
        raise SlackError("cant_kick_self")
    if who.id not in channel.members:
        raise SlackError("not_in_channel")
    channels.leave(ws, channel, who.id, kicked_by=ws.bot_user_id)
    return {}


def _user(ws: "Workspace", given: object) -> User:
    found = ws.find_user(str(given))
    if found is None or found.id != given:
        raise SlackError("user_not_found")
    return found


@method("conversations.open", tier=3, scopes=("im:write", "mpim:write"))
def open_(ws: "Workspace", args: Json) -> Json:
    """Open a direct message with one user."""
    if args.get("channel"):
        found = the_channel(ws, args)
        return {"channel": payloads.channel(ws, found)}
    wanted = names(args.get("users"))
    if not wanted:
        raise SlackError("users_list_not_supplied")
    if len(wanted) > 1:
        raise SlackError("method_not_supported_for_channel_type")
    who = _user(ws, wanted[0])
    if who.deleted:
        raise SlackError("user_disabled")
    known = any(each.is_im and who.id in each.members for each in ws.channels)
    channel = ws.direct(who.id)
    shown = payloads.channel(ws, channel) if yes(args, "return_im") else {"id": channel.id}
    return {"channel": shown, **({"no_op": True, "already_open": True} if known else {})}


def _set(ws: "Workspace", args: Json, what: str) -> Json:
    channel = _changeable(ws, args)
    value = str(args[what])
    if len(value) > LONGEST_NOTE:
        raise SlackError("too_long")
    channels.set_note(ws, channel, ws.bot_user_id, what, value)
    return {"channel": payloads.channel(ws, channel), what: value}


@method("conversations.setTopic", needs=("channel",), tier=2, scopes=_TOPIC)
def set_topic(ws: "Workspace", args: Json) -> Json:
    """Set the topic; an empty one clears it."""
    return _set(ws, {"topic": "", **args}, "topic")


@method("conversations.setPurpose", needs=("channel",), tier=2, scopes=_TOPIC)
def set_purpose(ws: "Workspace", args: Json) -> Json:
    """Set the purpose; an empty one clears it."""
    return _set(ws, {"purpose": "", **args}, "purpose")


@method("conversations.rename", needs=("channel",), tier=2, scopes=_MANAGE)
def rename(ws: "Workspace", args: Json) -> Json:
    """Give a channel another name; only one that the app made."""
    channel = _changeable(ws, args)
    if channel.creator != ws.bot_user_id:
        raise SlackError("not_authorized")
    channels.rename(ws, channel, ws.bot_user_id, checked_name(ws, args.get("name")))
    return {"channel": payloads.channel(ws, channel)}


@method("conversations.archive", needs=("channel",), tier=2, scopes=_MANAGE)
def archive(ws: "Workspace", args: Json) -> Json:
    """Archive a channel."""
    channel = the_channel(ws, args, member=True)
    if channel.is_archived:
        raise SlackError("already_archived")
    if channel.name == "general":
        raise SlackError("cant_archive_general")
    channels.archive(ws, channel, ws.bot_user_id)
    return {}


@method("conversations.unarchive", needs=("channel",), tier=2, scopes=_MANAGE)
def unarchive(ws: "Workspace", args: Json) -> Json:
    """Take a channel out of the archive."""
    channel = the_channel(ws, args)
    if not channel.is_archived:
        raise SlackError("not_archived")
    channels.unarchive(ws, channel, ws.bot_user_id)
    return {}
