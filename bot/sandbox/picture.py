"""What a person sees of the workspace, as JSON for the page."""

from typing import TYPE_CHECKING

from bot.sandbox import canvases, payloads
from bot.sandbox.state import Answer, Channel, Json, Message, User, View
from bot.sandbox.unread import unread

if TYPE_CHECKING:
    from bot.sandbox.workspace import Workspace


def state(
    ws: "Workspace", user: User | None, channel: str | None, *, thread: str = "", most: int | None = None
) -> Json:
    """Everything for one view of the page: *user* looks at *channel* (name, id, ``@tocsin``; None: no messages).

    *thread*: the ts of the thread that is open beside it. *most*: the newest so many messages of the channel
    itself, threads left out (``earlier`` says how many more there are); None: every message, threads included.
    """
    with ws.lock:
        seen = [each for each in ws.channels if _sees(each, user)]
        place = _place(ws, user, channel)
        place = place if place in seen else None
        me = user.id if user else ""
        stack = ws.modals.get(me, [])
        return {
            "ok": True,
            "changed": True,
            "version": ws.version,
            "connected": ws.door is not None,
            "starting": ws.door is None and ws.app_within > 0,
            "me": person(user) if user else None,
            "bot": person(ws.bot),
            "people": [person(each) for each in ws.users if each.id != ws.bot_user_id],
            "groups": [
                {"id": each.id, "handle": each.handle, "users": list(each.users)} for each in ws.groups
            ],
            "channels": [channel_line(ws, each, user) for each in seen],
            "channel": _channel_open(ws, place, user, thread, most) if place else None,
            "modal": view(ws, stack[-1]) if stack else None,
            "home": view(ws, ws.homes[me]) if me in ws.homes else None,
        }


def _place(ws: "Workspace", user: User | None, name: str | None) -> Channel | None:
    """A channel by id or name; ``@tocsin``: the direct message with the app, where there is one."""
    if name == f"@{ws.bot.name}":
        mine = user.id if user else ""
        return next((each for each in ws.channels if each.is_im and mine in each.members), None)
    return ws.find_channel(name) if name else None


def _sees(channel: Channel, user: User | None) -> bool:
    hidden = channel.is_private or channel.is_im
    return not hidden or (user is not None and user.id in channel.members)


def person(user: User) -> Json:
    """One member."""
    return {
        "id": user.id,
        "name": user.name,
        "real_name": user.real_name,
        "tz": user.tz,
        "email": user.email,
        "is_bot": user.is_bot,
        "deleted": user.deleted,
    }


def channel_line(ws: "Workspace", which: Channel, user: User | None) -> Json:
    """A channel in the list; a direct message bears the other's name."""
    return {
        "id": which.id,
        "name": ws.bot.name if which.is_im else which.name,
        "is_private": which.is_private,
        "is_im": which.is_im,
        "is_archived": which.is_archived,
        "is_member": user is not None and user.id in which.members,
        "num_members": len(which.members),
        "last_ts": which.messages[-1].ts if which.messages else None,
        **(unread(ws, which, user) if user else {"last_read": "0", "unread": 0, "mentions": 0}),
    }


def channel(ws: "Workspace", which: Channel, user: User | None) -> Json:
    """A channel without its messages."""
    names = {each.id: each.name for each in ws.users}
    canvas = canvases.of_channel(ws, which)
    return {
        **channel_line(ws, which, user),
        "topic": which.topic,
        "purpose": which.purpose,
        "creator": which.creator,
        "created": which.created,
        "members": [{"id": each, "name": names.get(each, each)} for each in which.members],
        "pins": [pin.message.ts for pin in which.pins],
        "bookmarks": [dict(each) for each in which.bookmarks],
        "canvas": {"id": canvas.id, "title": canvas.title} if canvas else None,
    }


def _channel_open(ws: "Workspace", which: Channel, user: User | None, thread: str, most: int | None) -> Json:
    mine = [each for each in which.ephemerals if user is not None and each.ephemeral_for == user.id]
    seen = [each for each in which.messages if each.visible] + mine
    seen.sort(key=lambda each: (each.ts[:-2], each.order))
    shown = seen if most is None else [each for each in seen if each.broadcast or not each.is_reply]
    earlier = max(0, len(shown) - most) if most is not None else 0
    inside = [each for each in seen if thread and thread in (each.ts, each.thread_ts)]
    return {
        **channel(ws, which, user),
        "messages": [message(ws, each) for each in shown[earlier:]],
        "earlier": earlier,
        "thread": [message(ws, each) for each in inside],
        "pinned": [message(ws, pin.message) for pin in which.pins if pin.message.visible],
    }


def message(ws: "Workspace", what: Message) -> Json:
    """A message as the Web API shows it, and what a page needs beside: who, and who alone sees it."""
    author = ws.find_user(what.user) if what.user else None
    return {
        **payloads.message(ws, what, metadata=True),
        "channel": what.channel,
        "author": author.name if author else what.username or "Slack",
        "author_name": author.real_name if author else what.username or "Slack",
        "by_app": what.bot_id is not None,
        "ephemeral": what.ephemeral_for is not None,
        "broadcast": what.broadcast,
        "is_reply": what.is_reply,
        "words": what.words,
        "chosen": what.chosen,
        "alts": {each.id: each.alt for each in what.files if each.alt},
    }


def view(ws: "Workspace", what: View) -> Json:
    """A form or home, as the Web API shows it."""
    return payloads.view(ws, what)


def answer(what: Answer) -> Json:
    """What came back for a command, a click or a form."""
    return {
        "status": what.status,
        "ok": what.ok,
        "text": what.text,
        "blocks": what.blocks,
        "response_type": what.response_type,
        "errors": what.errors,
        "words": what.words,
    }
