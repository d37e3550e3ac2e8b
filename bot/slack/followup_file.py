"""A list of follow-ups as a file, in the direct messages of whoever asked for it: nobody else reads along (DR-28)."""

from typing import Any

from bot import render
from bot.call import Call, metadata, result
from bot.slack import blocks

FILE = "followup-export-file"
"""Kind of the key of the upload."""


def sent(about: str, user: str, file: dict[str, str], *, said: str) -> tuple[Call, ...]:
    """The calls that bring *file* to *user*, and a line below it; *about*: what their keys end in, unique for ever."""
    opened, upload, post = f"followup-export-open:{about}", f"{FILE}:{about}", f"followup-export:{about}"
    channel, stream = result(opened, "channel.id"), f"dm:{user}"
    return (
        Call(key=opened, method="conversations.open", args={"users": user}),
        Call(key=upload, method="upload", args={"channel": channel, **file}, stream=stream),
        Call(
            key=post, method="chat.postMessage", args=_message(channel, post, said), stream=stream, after=(upload,)
        ),
    )  # fmt: skip


def refused(key: str, channel: Any, error: str, command: str) -> Call:
    """What is said there where Slack does not take the file of that key."""
    post = key.replace(FILE, "followup-export-refused", 1)
    said = render.slack("followup_export_refused", {"error": error}, command)
    return Call(key=post, method="chat.postMessage", args=_message(channel, post, said))


def _message(channel: Any, key: str, said: str) -> dict[str, Any]:
    return {
        "channel": channel, "text": said, "blocks": blocks.sections(said), "metadata": metadata(key),
        "unfurl_links": False,
    }  # fmt: skip
