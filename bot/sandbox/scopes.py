"""The scopes that an app of this kind may ask for, and what it gets with those that it has."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from bot.sandbox.state import Channel, Json

if TYPE_CHECKING:
    from bot.sandbox.workspace import Workspace

ALL_SCOPES = (
    "app_mentions:read",
    "bookmarks:read",
    "bookmarks:write",
    "canvases:read",
    "canvases:write",
    "channels:history",
    "channels:join",
    "channels:manage",
    "channels:read",
    "channels:write.invites",
    "channels:write.topic",
    "chat:write",
    "chat:write.customize",
    "chat:write.public",
    "commands",
    "emoji:read",
    "files:read",
    "files:write",
    "groups:history",
    "groups:read",
    "groups:write",
    "groups:write.invites",
    "groups:write.topic",
    "im:history",
    "im:read",
    "im:write",
    "links:read",
    "metadata.message:read",
    "mpim:history",
    "mpim:read",
    "mpim:write",
    "pins:read",
    "pins:write",
    "reactions:read",
    "reactions:write",
    "team:read",
    "usergroups:read",
    "users.profile:read",
    "users:read",
    "users:read.email",
)

FAMILIES = ("channels", "groups", "im", "mpim")
"""Kinds of conversations: for each there are scopes of its own, such as ``groups:history``."""
BY_TYPE = {"public_channel": "channels", "private_channel": "groups", "im": "im", "mpim": "mpim"}
BY_EVENT = {
    "channel": "channels",
    "C": "channels",
    "group": "groups",
    "G": "groups",
    "im": "im",
    "mpim": "mpim",
}
"""The family of a conversation as events tell of it, in ``channel_type``."""
EVENTS: Mapping[str, tuple[str, ...]] = {
    "message": ("channels:history", "groups:history", "im:history", "mpim:history"),
    "app_mention": ("app_mentions:read",),
    **dict.fromkeys(
        (
            "channel_archive", "channel_created", "channel_deleted", "channel_left", "channel_rename",
            "channel_unarchive",
        ),
        ("channels:read",),
    ),
    **dict.fromkeys(
        ("group_archive", "group_deleted", "group_left", "group_rename", "group_unarchive"), ("groups:read",)
    ),
    **dict.fromkeys(
        ("channel_id_changed", "member_joined_channel", "member_left_channel"), ("channels:read", "groups:read")
    ),
    **dict.fromkeys(("file_created", "file_deleted", "file_shared"), ("files:read",)),
    **dict.fromkeys(("pin_added", "pin_removed"), ("pins:read",)),
    **dict.fromkeys(("reaction_added", "reaction_removed"), ("reactions:read",)),
    **dict.fromkeys(("subteam_created", "subteam_updated"), ("usergroups:read",)),
    **dict.fromkeys(("team_join", "user_change"), ("users:read",)),
}  # fmt: skip
"""Scopes of which one is needed for an event to be sent (https://docs.slack.dev/reference/events); others need none."""


def needed(ws: "Workspace", scopes: Sequence[str], name: str, args: Json) -> list[tuple[str, ...]]:
    """Of *scopes*, which the method *name* documents: groups of which one scope each is needed for this very call."""
    wanted = [
        tuple(each for each in scopes if family(each) in (None, kind)) for kind in _kinds(ws, name, args)
    ]
    return [each for each in wanted if each] or ([tuple(scopes)] if scopes else [])


def family(scope: str) -> str | None:
    """The kind of conversations that a scope is for; None: for other things."""
    before = scope.partition(":")[0]
    return before if before in FAMILIES else None


def _kinds(ws: "Workspace", name: str, args: Json) -> list[str]:
    """The families that a call is about."""
    if name in ("conversations.list", "users.conversations"):
        kinds = str(args.get("types") or "public_channel").split(",")
        return [BY_TYPE[kind.strip()] for kind in kinds if kind.strip() in BY_TYPE]
    if name == "conversations.create":
        return ["groups" if str(args.get("is_private", "")).lower() in ("1", "true") else "channels"]
    if name == "conversations.open":
        return ["im"]
    found = ws.find_channel(str(args.get("channel") or args.get("channel_id") or ""))
    return [_kind(ws, found)]


def _kind(ws: "Workspace", channel: Channel | None) -> str:
    """The family of a channel; one that the app does not see is not found, whatever its scopes are."""
    if channel is None or ws.bot_user_id not in channel.members:
        return "channels"
    return "im" if channel.is_im else "groups" if channel.is_private else "channels"


def is_sent(ws: "Workspace", event: Json) -> bool:
    """Whether the app's scopes let it hear of *event*."""
    wanted = EVENTS.get(str(event.get("type")), ())
    kind = BY_EVENT.get(str(event.get("channel_type") or ""))
    if event.get("type") in ("member_joined_channel", "member_left_channel"):
        found = ws.find_channel(str(event.get("channel") or ""))
        kind = "groups" if found is not None and found.is_private else "channels"
    narrowed = [scope for scope in wanted if kind is None or family(scope) in (None, kind)]
    return not wanted or bool(ws.scopes.intersection(narrowed))
