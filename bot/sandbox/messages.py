"""What happens to messages: posted, edited, deleted, reacted to, pinned; with the events of each."""

from collections.abc import Sequence
from typing import TYPE_CHECKING
from uuid import NAMESPACE_OID, uuid5

from bot.sandbox import payloads
from bot.sandbox.blockkit import with_ids
from bot.sandbox.state import Channel, File, Json, Message, Pin

if TYPE_CHECKING:
    from bot.sandbox.workspace import Workspace

_NOT_IN_ROOT = ("blocks", "files", "client_msg_id", "is_locked")


def post(
    ws: "Workspace",
    channel: Channel,
    *,
    text: str = "",
    user: str | None = None,
    bot_id: str | None = None,
    username: str | None = None,
    blocks: Sequence[Json] = (),
    thread_ts: str | None = None,
    broadcast: bool = False,
    files: Sequence[File] = (),
    metadata: Json | None = None,
    subtype: str | None = None,
    extra: Json | None = None,
    typed: bool = False,
) -> Message:
    """Put a message into *channel*, now in business time, and tell the app. *typed*: by a person."""
    message = Message(
        ts=channel.next_ts(ws.time()),
        channel=channel.id,
        text=text,
        user=user,
        bot_id=bot_id,
        username=username,
        blocks=with_ids(ws, blocks),
        thread_ts=thread_ts,
        broadcast=broadcast,
        files=list(files),
        metadata=metadata,
        subtype=subtype or ("thread_broadcast" if broadcast else "file_share" if files else None),
        extra=extra or {},
        client_msg_id=str(uuid5(NAMESPACE_OID, ws.new_id("M"))) if typed else None,
        order=ws.count(),
        posted_at=ws.machine(),
    )
    channel.keep(message)
    if thread_ts and (root := channel.by_ts.get(thread_ts)) is not None:
        root.thread_ts = root.ts
    for file in files:
        file.shares[channel.id] = message.ts
    _tell_posted(ws, channel, message)
    return message


def _tell_posted(ws: "Workspace", channel: Channel, message: Message) -> None:
    shown = payloads.message_in_event(ws, message)
    if message.broadcast and message.thread_ts:
        root = payloads.message_in_event(ws, channel.by_ts[message.thread_ts])
        shown["root"] = {key: value for key, value in root.items() if key not in _NOT_IN_ROOT}
        shown.pop("team", None)
        shown.pop("parent_user_id", None)
    _send(ws, channel, {**shown, "channel_type": channel.type}, ts=message.ts)
    for file in message.files:
        told = {"file_id": file.id, "user_id": file.user, "file": {"id": file.id}, "channel_id": channel.id}
        _send(ws, channel, {"type": "file_shared", **told}, ts=message.ts, placed=False)
    if f"<@{ws.bot_user_id}>" in message.text and message.client_msg_id and not channel.is_im:
        kept = ("client_msg_id", "user", "text", "blocks", "ts", "team", "thread_ts")
        mention = {key: shown[key] for key in kept if key in shown}
        _send(ws, channel, {"type": "app_mention", **mention}, ts=message.ts)


def post_ephemeral(
    ws: "Workspace",
    channel: Channel,
    user: str,
    *,
    text: str,
    blocks: Sequence[Json] = (),
    thread_ts: str | None = None,
) -> Message:
    """Show a message to *user* alone: in no history, and told to nobody."""
    message = Message(
        ts=channel.next_ephemeral_ts(ws.time()),
        channel=channel.id,
        text=text,
        user=ws.bot_user_id,
        bot_id=ws.bot_id,
        blocks=with_ids(ws, blocks),
        thread_ts=thread_ts,
        ephemeral_for=user,
        order=ws.count(),
        posted_at=ws.machine(),
    )
    channel.ephemerals.append(message)
    ws.touch()
    return message


def edit(
    ws: "Workspace",
    channel: Channel,
    message: Message,
    *,
    by: str,
    text: str,
    blocks: Sequence[Json] | None = None,
    metadata: Json | None = None,
) -> None:
    """Change a message in place; *blocks* None: it has none any more, *metadata* None: it stays."""
    previous = payloads.message_in_event(ws, message)
    message.text, message.blocks = text, with_ids(ws, blocks or ())
    if metadata is not None:
        message.metadata = metadata or None
    if message.ephemeral_for:
        ws.touch()
        return
    moment = channel.next_ts(ws.time())
    if not blocks:
        message.edited = {"user": by, "ts": moment}
    _tell_changed(ws, channel, message, previous, moment)


def _tell_changed(ws: "Workspace", channel: Channel, message: Message, previous: Json, moment: str) -> None:
    event = {
        "type": "message",
        "subtype": "message_changed",
        "hidden": True,
        "message": payloads.message_in_event(ws, message),
        "previous_message": previous,
        "channel_type": channel.type,
    }
    _send(ws, channel, {**event, "ts": moment}, ts=moment)


def delete(ws: "Workspace", channel: Channel, message: Message) -> None:
    """Delete a message. A root with replies leaves a tombstone, of which the app hears as of a change."""
    previous = payloads.message_in_event(ws, message)
    message.deleted = True
    if message.ephemeral_for:
        channel.ephemerals.remove(message)
        ws.touch()
        return
    channel.pins = [pin for pin in channel.pins if pin.message is not message]
    moment = channel.next_ts(ws.time())
    if channel.replies(message.ts):
        message.subtype, message.user, message.bot_id = "tombstone", "USLACKBOT", None
        message.text, message.blocks, message.files = "This message was deleted.", [], []
        message.client_msg_id, message.edited, message.metadata = None, None, None
        message.reactions = {}
        _tell_changed(ws, channel, message, previous, moment)
        return
    event = {
        "type": "message",
        "subtype": "message_deleted",
        "hidden": True,
        "deleted_ts": message.ts,
        "previous_message": previous,
        "channel_type": channel.type,
    }
    _send(ws, channel, {**event, "ts": moment}, ts=moment)


def delete_file(ws: "Workspace", file: File) -> None:
    """Delete a file: messages that showed it say that it is gone, and one that said nothing else goes with it."""
    places = [place for where in file.shares if (place := ws.find_channel(where)) is not None]
    shown = [
        (place, each) for place in places for each in place.messages if file in each.files and each.visible
    ]
    before = [payloads.message_in_event(ws, each) for _, each in shown]
    file.deleted, file.content = True, None
    told = {"type": "file_deleted", "file_id": file.id, "channel_ids": [place.id for place in places]}
    for (place, each), previous in zip(shown, before, strict=True):
        if not each.text and all(other.deleted for other in each.files):
            delete(ws, place, each)
        else:
            _tell_changed(ws, place, each, previous, place.next_ts(ws.time()))
    if any(ws.bot_user_id in place.members for place in places):
        ws.emit({**told, "event_ts": f"{ws.time():.6f}"})


def react(ws: "Workspace", channel: Channel, message: Message, *, user: str, name: str) -> bool:
    """Add a reaction; False where *user* had given it already."""
    users = message.reactions.setdefault(name, [])
    if user in users:
        return False
    users.append(user)
    _tell_reaction(ws, channel, message, "reaction_added", user=user, name=name)
    return True


def unreact(ws: "Workspace", channel: Channel, message: Message, *, user: str, name: str) -> bool:
    """Take a reaction back; False where there was none of *user*'s."""
    users = message.reactions.get(name, [])
    if user not in users:
        return False
    users.remove(user)
    if not users:
        del message.reactions[name]
    _tell_reaction(ws, channel, message, "reaction_removed", user=user, name=name)
    return True


def _tell_reaction(
    ws: "Workspace", channel: Channel, message: Message, kind: str, *, user: str, name: str
) -> None:
    item = {"type": "message", "channel": channel.id, "ts": message.ts}
    event = {"type": kind, "user": user, "item": item, "reaction": name}
    if message.user:
        event["item_user"] = message.user
    _send(ws, channel, event, ts=None, placed=False)


def pin(ws: "Workspace", channel: Channel, message: Message, *, user: str) -> bool:
    """Pin a message; False where it is pinned already."""
    if channel.pinned(message.ts):
        return False
    channel.pins.append(Pin(message=message, user=user, created=int(ws.time())))
    _tell_pin(ws, channel, channel.pins[-1], "pin_added", user)
    return True


def unpin(ws: "Workspace", channel: Channel, message: Message, *, user: str) -> bool:
    """Take a pin off; False where there is none."""
    found = channel.pinned(message.ts)
    if found is None:
        return False
    channel.pins.remove(found)
    _tell_pin(ws, channel, found, "pin_removed", user)
    return True


def _tell_pin(ws: "Workspace", channel: Channel, found: Pin, kind: str, user: str) -> None:
    event: Json = {
        "type": kind,
        "user": user,
        "channel_id": channel.id,
        "item": payloads.pin_item(ws, found),
        "item_user": found.message.user or "",
        "pin_count": len(channel.pins),
        "pinned_info": {"channel": channel.id, "pinned_by": found.user, "pinned_ts": found.created},
    }
    if kind == "pin_removed":
        event["has_pins"] = bool(channel.pins)
    _send(ws, channel, event, ts=None, placed=False)


def _send(ws: "Workspace", channel: Channel, event: Json, *, ts: str | None, placed: bool = True) -> None:
    """Send an event of *channel* if the app's bot is in it; *placed*: with the channel's id beside it."""
    ws.touch()
    if ws.bot_user_id not in channel.members:
        return
    if placed:
        event["channel"] = channel.id
    if ts is not None:
        event["event_ts"] = ts
    ws.emit(event)
