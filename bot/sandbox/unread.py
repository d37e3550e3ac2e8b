"""What somebody has not read yet: how many messages of a channel, and how many of them name the person."""

import json
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from bot.sandbox.state import Channel, Json, Message, User

if TYPE_CHECKING:
    from bot.sandbox.workspace import Workspace

MOST = 100
"""Counted no further: a page shows ``99+``."""
QUIET = (
    "channel_join", "channel_leave", "channel_topic", "channel_purpose", "channel_name", "channel_archive",
    "channel_unarchive", "group_join", "group_leave", "group_topic", "pinned_item", "bot_add", "tombstone",
)  # fmt: skip
"""Subtypes that mark no channel as unread: nobody said anything."""


def unread(ws: "Workspace", which: Channel, user: User) -> Json:
    """``last_read`` (a ts), ``unread`` and ``mentions``, as *user* sees *which*; a direct message is all mentions."""
    last = ws.reads.get(user.id, {}).get(which.id, "0")
    found = list(_new(which, user, last)) if user.id in which.members and not which.is_archived else []
    mentions = len(found) if which.is_im else _named(found, _calls(ws, user))
    return {"last_read": last, "unread": len(found), "mentions": mentions}


def _new(which: Channel, user: User, last: str) -> Iterator[Message]:
    left = MOST
    for each in reversed(which.messages):
        if each.ts <= last or not left:
            return
        in_view = each.visible and (each.broadcast or not each.is_reply)
        if in_view and each.user != user.id and each.subtype not in QUIET:
            left -= 1
            yield each


def _calls(ws: "Workspace", user: User) -> list[str]:
    groups = [f"<!subteam^{each.id}" for each in ws.groups if user.id in each.users]
    return [f"<@{user.id}>", f"<@{user.id}|", "<!channel", "<!here", "<!everyone", *groups]


def _named(found: Sequence[Message], calls: Sequence[str]) -> int:
    return sum(any(each in text for each in calls) for text in map(_text, found))


def _text(message: Message) -> str:
    return message.text + (json.dumps(message.blocks, ensure_ascii=False) if message.blocks else "")
