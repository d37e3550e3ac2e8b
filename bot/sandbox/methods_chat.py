"""chat.*: posting, changing and deleting the app's messages."""

import json
from typing import TYPE_CHECKING

from bot.sandbox import messages, payloads
from bot.sandbox.api import method, the_channel, the_message, yes
from bot.sandbox.blockkit import LONGEST_MESSAGE, faults_of, length_of
from bot.sandbox.state import Channel, Json, SlackError
from bot.sandbox.typing_in import normalise

if TYPE_CHECKING:
    from bot.sandbox.workspace import Workspace

LONGEST_TEXT = 40_000
LARGEST_METADATA = 16_000
_WRITE = ("chat:write",)


def checked_text(args: Json) -> tuple[str, list[Json]]:
    """Text and blocks of a message, or Slack's error: no_text, msg_too_long, invalid_blocks, msg_blocks_too_long."""
    text, blocks = args.get("text") or args.get("markdown_text") or "", args.get("blocks")
    if not isinstance(text, str):
        raise SlackError(
            "invalid_arguments", response_metadata={"messages": ["[ERROR] must be a string: text"]}
        )
    if len(text) > LONGEST_TEXT:
        raise SlackError("msg_too_long")
    if isinstance(blocks, str) and blocks:
        raise SlackError("invalid_blocks_format")
    found = faults_of(blocks, "message") if blocks else []
    if found:
        raise SlackError("invalid_blocks", errors=found, response_metadata={"messages": found})
    if length_of(blocks) > LONGEST_MESSAGE:
        raise SlackError("msg_blocks_too_long")
    if not text.strip() and not blocks and not args.get("attachments"):
        raise SlackError("no_text")
    return normalise(text), blocks or []


def _metadata(args: Json) -> Json | None:
    given = args.get("metadata")
    if given is None or given == {}:
        return given
    if (
        not isinstance(given, dict)
        or not isinstance(given.get("event_type"), str)
        or "event_payload" not in given
    ):
        raise SlackError("invalid_metadata_format")
    if not isinstance(given["event_payload"], dict):
        raise SlackError("invalid_metadata_format")
    if len(json.dumps(given)) > LARGEST_METADATA:
        raise SlackError("metadata_too_large")
    return given


def _place(ws: "Workspace", args: Json) -> Channel:
    """Where to post: a channel by id or name, or a user by id, which opens the direct message."""
    wanted = str(args["channel"])
    who = ws.find_user(wanted)
    if who is not None and who.id == wanted:
        return ws.direct(who.id)
    channel = the_channel(ws, args, open_=True)
    public = ws.write_public and not channel.is_private
    return channel if public else the_channel(ws, args, member=True)


def _thread(channel: Channel, args: Json) -> str | None:
    ts = str(args.get("thread_ts") or "")
    if not ts:
        return None
    root = channel.by_ts.get(ts)
    if root is None:
        raise SlackError("cannot_reply_to_message")
    return root.thread_ts if root.is_reply else ts


@method("chat.postMessage", needs=("channel",), scopes=_WRITE)
def post(ws: "Workspace", args: Json) -> Json:
    """Post a message as the app's bot."""
    channel = _place(ws, args)
    text, blocks = checked_text(args)
    made = messages.post(
        ws,
        channel,
        text=text,
        blocks=blocks,
        user=ws.bot_user_id,
        bot_id=ws.bot_id,
        thread_ts=_thread(channel, args),
        broadcast=yes(args, "reply_broadcast") and bool(args.get("thread_ts")),
        metadata=_metadata(args) or None,
    )
    return {"channel": channel.id, "ts": made.ts, "message": payloads.message(ws, made)}


@method("chat.postEphemeral", needs=("channel", "user"), tier=4, scopes=_WRITE)
def post_ephemeral(ws: "Workspace", args: Json) -> Json:
    """Show a message to one member of a channel."""
    channel = the_channel(ws, args, member=True, open_=True)
    if args["user"] not in channel.members:
        raise SlackError("user_not_in_channel")
    text, blocks = checked_text(args)
    thread = _thread(channel, args)
    made = messages.post_ephemeral(ws, channel, str(args["user"]), text=text, blocks=blocks, thread_ts=thread)
    return {"message_ts": made.ts}


@method("chat.update", needs=("channel", "ts"), tier=3, scopes=_WRITE)
def update(ws: "Workspace", args: Json) -> Json:
    """Change a message of the app's own; text without blocks takes the blocks away."""
    channel = the_channel(ws, args, member=True, open_=True)
    found = the_message(channel, args["ts"])
    if found.bot_id != ws.bot_id:
        raise SlackError("cant_update_message")
    text, blocks = checked_text(args)
    if "text" not in args and not blocks:
        blocks = found.blocks
    metadata = _metadata(args)
    messages.edit(ws, channel, found, by=ws.bot_user_id, text=text, blocks=blocks, metadata=metadata)
    return {"channel": channel.id, "ts": found.ts, "text": found.text, "message": payloads.message(ws, found)}


@method("chat.delete", needs=("channel", "ts"), tier=3, scopes=_WRITE)
def delete(ws: "Workspace", args: Json) -> Json:
    """Delete a message of the app's own."""
    channel = the_channel(ws, args)
    found = the_message(channel, args["ts"])
    if found.bot_id != ws.bot_id:
        raise SlackError("cant_delete_message")
    messages.delete(ws, channel, found)
    return {"channel": channel.id, "ts": found.ts}
