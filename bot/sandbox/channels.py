"""What happens to channels: made, joined, renamed, archived …; with the messages and events of each."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from bot.sandbox import messages, payloads
from bot.sandbox.state import Channel, Json, Note

if TYPE_CHECKING:
    from bot.sandbox.workspace import Workspace


def make(
    ws: "Workspace",
    *,
    name: str,
    creator: str,
    is_private: bool = False,
    is_im: bool = False,
    members: Iterable[str] = (),
) -> Channel:
    """A new channel with its members, silently."""
    channel = Channel(
        id=ws.new_id("D" if is_im else "C"),
        name=name,
        creator=creator,
        created=int(ws.time()),
        is_private=is_private,
        is_im=is_im,
        members=list(dict.fromkeys(members)),
    )
    return ws.keep_channel(channel)


def create(ws: "Workspace", *, name: str, creator: str, is_private: bool) -> Channel:
    """Somebody creates a channel, and is its first member."""
    channel = make(ws, name=name, creator=creator, is_private=is_private)
    if not is_private:
        ws.emit({"type": "channel_created", "channel": _created(ws, channel)})
    join(ws, channel, creator)
    return channel


def _created(ws: "Workspace", channel: Channel) -> Json:
    shown = payloads.channel(ws, channel)
    kept = ("id", "is_channel", "name", "name_normalized", "created", "creator", "is_shared", "is_org_shared")
    return {key: shown[key] for key in kept} | {"context_team_id": ws.team_id}


def join(ws: "Workspace", channel: Channel, user: str, *, inviter: str | None = None) -> None:
    """*user* (an id) becomes a member; nothing happens to one who is."""
    if user in channel.members:
        return
    channel.members.append(user)
    extra = {"inviter": inviter} if inviter else {}
    event = {
        "type": "member_joined_channel",
        "user": user,
        "channel": channel.id,
        "team": ws.team_id,
        **extra,
    }
    tell(ws, channel, {**event, "channel_type": _letter(channel)})
    note(ws, channel, "channel_join", user, "has joined the channel", team=ws.team_id, **extra)


def leave(ws: "Workspace", channel: Channel, user: str, *, kicked_by: str | None = None) -> None:
    """*user* (an id) is no longer a member. The app hears it, also when it is its own bot."""
    if user not in channel.members:
        return
    event = {"type": "member_left_channel", "user": user, "channel": channel.id, "team": ws.team_id}
    tell(ws, channel, {**event, "channel_type": _letter(channel)})
    channel.members.remove(user)
    if user == ws.bot_user_id:
        kind = "group_left" if channel.is_private else "channel_left"
        ws.emit({"type": kind, "channel": channel.id, "actor_id": kicked_by or user})
        ws.touch()
        return
    note(ws, channel, "channel_leave", user, "has left the channel", team=ws.team_id)


def _letter(channel: Channel) -> str:
    return "G" if channel.is_private else "C"


def set_note(ws: "Workspace", channel: Channel, user: str, what: str, value: str) -> None:
    """Set the ``topic`` or the ``purpose``; setting the same again says nothing."""
    former: Note = getattr(channel, f"{what}_note")
    if former.value == value:
        return
    setattr(channel, f"{what}_note", Note(value=value, creator=user, last_set=int(ws.time())))
    called = {"topic": "topic", "purpose": "description"}[what]
    words = f"set the channel {called}: {value}" if value else f"cleared the channel {called}"
    note(ws, channel, f"channel_{what}", user, words, **{what: value})


def rename(ws: "Workspace", channel: Channel, user: str, name: str) -> None:
    """Give the channel another name."""
    old = channel.name
    channel.name = name
    channel.previous_names.insert(0, old)
    kind = "group_rename" if channel.is_private else "channel_rename"
    shown = {"id": channel.id, "name": name, "created": channel.created, "name_normalized": name}
    shown |= {"is_channel": not channel.is_private, "is_mpim": False}
    tell_all(ws, channel, {"type": kind, "channel": shown})
    words = f'has renamed the channel from "{old}" to "{name}"'
    note(ws, channel, "channel_name", user, words, team=ws.team_id, name=name, old_name=old)


def archive(ws: "Workspace", channel: Channel, user: str) -> None:
    """Archive the channel: it can be read and no longer written to."""
    note(ws, channel, "channel_archive", user, "archived the channel", team=ws.team_id)
    channel.is_archived = True
    kind = "group_archive" if channel.is_private else "channel_archive"
    tell_all(ws, channel, {"type": kind, "channel": channel.id, "user": user, "is_moved": 0})


def unarchive(ws: "Workspace", channel: Channel, user: str) -> None:
    """Take it out of the archive."""
    channel.is_archived = False
    kind, who = ("group_unarchive", "actor_id") if channel.is_private else ("channel_unarchive", "user")
    tell_all(ws, channel, {"type": kind, "channel": channel.id, who: user})
    note(ws, channel, "channel_unarchive", user, "un-archived the channel", team=ws.team_id)


def delete(ws: "Workspace", channel: Channel, user: str) -> None:
    """Delete the channel and all that was said in it, for good."""
    event: Json = {"type": "channel_deleted", "channel": channel.id, "actor_id": user}
    if channel.is_private:
        event = {**event, "type": "group_deleted", "date_deleted": int(ws.time())}
    tell_all(ws, channel, event)
    ws.drop_channel(channel)


def change_id(ws: "Workspace", channel: Channel) -> str:
    """Give the channel another id, as Slack does where it becomes shared; the former one leads nowhere. The new id."""
    former = channel.id
    ws.drop_channel(channel)
    channel.id = ws.new_id("C")
    for message in channel.messages:
        message.channel = channel.id
    ws.keep_channel(channel)
    tell_all(
        ws, channel, {"type": "channel_id_changed", "old_channel_id": former, "new_channel_id": channel.id}
    )
    return channel.id


def note(ws: "Workspace", channel: Channel, subtype: str, user: str, words: str, **extra: str) -> None:
    """Slack's own message about something that *user* did."""
    messages.post(ws, channel, user=user, text=f"<@{user}> {words}", subtype=subtype, extra=dict(extra))


def tell_all(ws: "Workspace", channel: Channel, event: Json) -> None:
    """Send the app an event that Slack sends of any public channel, and of a private one to those inside."""
    if not channel.is_private or ws.bot_user_id in channel.members:
        ws.emit(event)
    ws.touch()


def tell(ws: "Workspace", channel: Channel, event: Json) -> None:
    """Send the app an event of a channel that its bot is in."""
    if ws.bot_user_id in channel.members:
        ws.emit(event)
    ws.touch()
