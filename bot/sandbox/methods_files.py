"""files.*: announcing an upload, completing it, and asking about a file."""

import base64
from collections.abc import Mapping
from typing import TYPE_CHECKING

from bot.sandbox import canvases, messages, payloads
from bot.sandbox.api import method, names, the_channel
from bot.sandbox.state import File, Json, SlackError
from bot.sandbox.typing_in import normalise

if TYPE_CHECKING:
    from bot.sandbox.workspace import Workspace

Attached = File | tuple[str, bytes | str] | Mapping[str, str]
"""A file to attach: (name, content), or ``{"name": …, "text": …}`` or ``{"name": …, "base64": …}``."""


@method("files.getUploadURLExternal", needs=("filename", "length"), tier=4, scopes=("files:write",))
def upload_url(ws: "Workspace", args: Json) -> Json:
    """Announce an upload; the bytes are posted to the address in the answer."""
    try:
        length = int(args["length"])
    except ValueError:
        raise SlackError("invalid_arguments") from None
    if length < 1:
        raise SlackError("missing_argument")
    made = new_file(ws, str(args["filename"]), ws.bot_user_id, length)
    made.alt = str(args.get("alt_txt") or "")
    return {"upload_url": f"{ws.base_url}upload/{made.id}", "file_id": made.id}


def new_file(ws: "Workspace", name: str, user: str, length: int) -> File:
    """A file without bytes yet."""
    made = File(id=ws.new_id("F"), name=name, title=name, user=user, length=length, created=int(ws.time()))
    ws.files[made.id] = made
    return made


@method("files.completeUploadExternal", needs=("files",), tier=4, scopes=("files:write",))
def complete(ws: "Workspace", args: Json) -> Json:
    """Finish uploads, and share them in a channel when one is named."""
    wanted = args["files"]
    if not isinstance(wanted, list) or not all(isinstance(each, dict) and "id" in each for each in wanted):
        raise SlackError(
            "invalid_arguments", response_metadata={"messages": ["[ERROR] must be a list: files"]}
        )
    found = [_uploaded(ws, str(each["id"])) for each in wanted]
    channels = names(args.get("channel_id")) or names(args.get("channels"))
    places = [the_channel(ws, {"channel": each}, member=True, open_=True) for each in channels]
    for file, asked in zip(found, wanted, strict=True):
        file.completed, file.title = True, str(asked.get("title") or file.name)
    for place in places:
        messages.post(
            ws,
            place,
            text=normalise(str(args.get("initial_comment") or "")),
            user=ws.bot_user_id,
            bot_id=ws.bot_id,
            thread_ts=str(args["thread_ts"]) if args.get("thread_ts") else None,
            files=found,
        )
    return {"files": [payloads.file(ws, each) for each in found]}


def attached(ws: "Workspace", user: str, given: Attached) -> File:
    """A file that somebody attaches to what they say."""
    if isinstance(given, File):
        return given
    if isinstance(given, Mapping):
        content = base64.b64decode(given["base64"]) if "base64" in given else given.get("text", "").encode()
        name = given["name"]
    else:
        name, inside = given
        content = inside.encode() if isinstance(inside, str) else inside
    made = new_file(ws, name, user, len(content))
    made.content, made.completed = content, True
    return made


def _uploaded(ws: "Workspace", file_id: str) -> File:
    found = ws.files.get(file_id)
    if found is None or found.content is None or found.completed:
        raise SlackError("file_not_found")
    return found


@method("files.info", needs=("file",), tier=4, scopes=("files:read",), reads=True)
def info(ws: "Workspace", args: Json) -> Json:
    """One file, with where it is shared; a canvas is one too."""
    if (canvas := ws.canvases.get(str(args["file"]))) is not None:
        if ws.canvas_refused == "canvas_disabled_user_team":
            raise SlackError(ws.canvas_refused)
        return {"file": canvases.info(ws, canvas), "comments": [], "response_metadata": {"next_cursor": ""}}
    found = ws.files.get(str(args["file"]))
    if found is None or not found.completed:
        raise SlackError("file_not_found")
    if found.deleted:
        raise SlackError("file_deleted")
    return {"file": payloads.file(ws, found), "comments": [], "response_metadata": {"next_cursor": ""}}


@method("files.delete", needs=("file",), tier=3, scopes=("files:write",))
def delete_file(ws: "Workspace", args: Json) -> Json:
    """Delete a file of the app's own."""
    found = ws.files.get(str(args["file"]))
    if found is None or not found.completed:
        raise SlackError("file_not_found")
    if found.deleted:
        raise SlackError("file_deleted")
    if found.user != ws.bot_user_id:
        raise SlackError("cant_delete_file")
    messages.delete_file(ws, found)
    return {}
