"""conversations.history, conversations.replies, chat.getPermalink: reading what was said."""

import re
from bisect import bisect_left, bisect_right
from typing import TYPE_CHECKING

from bot.sandbox import payloads
from bot.sandbox.api import method, the_channel, the_message, yes
from bot.sandbox.state import Json, Message, SlackError

if TYPE_CHECKING:
    from bot.sandbox.workspace import Workspace

_SCOPES = ("channels:history", "groups:history", "im:history", "mpim:history")
SLOW_PAGE = 15
_CURSOR = "next_ts:"


def _between(args: Json, found: list[Message]) -> list[Message]:
    oldest, latest = (_ts(args, key) for key in ("oldest", "latest"))
    inclusive = yes(args, "inclusive")

    def inside(message: Message) -> bool:
        ts = float(message.ts)
        if inclusive and str(message.ts) in (str(args.get("oldest")), str(args.get("latest"))):
            return True
        return (oldest is None or ts > oldest) and (latest is None or ts < latest)

    return [each for each in found if inside(each)]


def _near(args: Json, ordered: list[Message]) -> list[Message]:
    """The messages from ``oldest`` to ``latest``, both included: found by halving, as histories are long."""
    oldest, latest = _ts(args, "oldest"), _ts(args, "latest")
    first = 0 if oldest is None else bisect_left(ordered, oldest, key=_moment)
    last = len(ordered) if latest is None else bisect_right(ordered, latest, key=_moment)
    return ordered[first:last]


def _moment(message: Message) -> float:
    return float(message.ts)


def _ts(args: Json, key: str) -> float | None:
    given = args.get(key)
    if given in (None, "", "0", 0, "now"):
        return None
    if not re.fullmatch(r"\d+(\.\d+)?", str(given)):
        raise SlackError(f"invalid_ts_{key}")
    return float(given)


def _seen(ws: "Workspace", found: list[Message]) -> list[Message]:
    """What history shows now: it may lag behind."""
    edge = ws.machine() - ws.history_lag
    return [each for each in found if each.visible and (not ws.history_lag or each.posted_at <= edge)]


def _answer(
    ws: "Workspace", found: list[Message], args: Json, default: int, *, falling: bool = False
) -> Json:
    most = SLOW_PAGE if ws.slow_history else 999
    shown, cursor = _page(found, args, falling=falling, default=min(default, most), most=most)
    metadata = yes(args, "include_all_metadata")
    return {
        "messages": [payloads.message(ws, each, metadata=metadata) for each in shown],
        "has_more": bool(cursor),
        "response_metadata": {"next_cursor": cursor},
    }


def _page(
    found: list[Message], args: Json, *, falling: bool, default: int, most: int
) -> tuple[list[Message], str]:
    """One page, and the cursor of the next: the ts at which it begins; what is deleted meanwhile moves nothing."""
    limit, cursor = _limit(args, default, most), str(args.get("cursor") or "")
    begins = cursor.removeprefix(_CURSOR)
    if cursor and not re.fullmatch(rf"{_CURSOR}\d+\.\d+", cursor):
        raise SlackError("invalid_cursor")
    rest = [each for each in found if not cursor or (each.ts <= begins if falling else each.ts >= begins)]
    return rest[:limit], f"{_CURSOR}{rest[limit].ts}" if len(rest) > limit else ""


def _limit(args: Json, default: int, most: int) -> int:
    try:
        limit = min(int(args.get("limit") or default), most)
    except ValueError:
        raise SlackError("invalid_limit") from None
    if limit < 1:
        raise SlackError("invalid_limit")
    return limit


@method("conversations.history", needs=("channel",), tier=3, scopes=_SCOPES, reads=True)
def history(ws: "Workspace", args: Json) -> Json:
    """The messages of a channel, newest first, without the answers in threads."""
    channel = the_channel(ws, args, member=True)
    near = _near(args, channel.messages)
    found = [each for each in reversed(near) if not each.is_reply or each.broadcast]
    return {
        **_answer(ws, _between(args, _seen(ws, found)), args, 100, falling=True),
        "pin_count": len(channel.pins),
    }


@method("conversations.replies", needs=("channel", "ts"), tier=3, scopes=_SCOPES, reads=True)
def replies(ws: "Workspace", args: Json) -> Json:
    """A message and the answers in its thread, oldest first."""
    channel = the_channel(ws, args, member=True)
    root = the_message(channel, args["ts"], "thread_not_found")
    if root.is_reply:
        return _answer(ws, _seen(ws, [root]), args, 1000)
    found = [root, *_between(args, channel.replies(root.ts))]
    return _answer(ws, _seen(ws, found), args, 1000)


@method("chat.getPermalink", needs=("channel", "message_ts"), reads=True)
def permalink(ws: "Workspace", args: Json) -> Json:
    """The address of a message."""
    channel = the_channel(ws, args)
    found = the_message(channel, args["message_ts"])
    return {"channel": channel.id, "permalink": payloads.permalink(ws, found)}
