"""A trend as a picture, in the direct messages of whoever asked for it: what is private stays with them (DR-28)."""

from collections.abc import Mapping
from typing import Any

from bot import render
from bot.call import Call, metadata, result
from bot.slack import blocks

FILE = "trend-file"
"""Kind of the key of the upload."""


def sent(about: str, user: str, file: Mapping[str, str], *, said: str) -> tuple[Call, ...]:
    """The calls that bring the picture to *user*, and a line below it; *about*: what their keys end in, once ever."""
    opened, upload, post = f"trend-open:{about}", f"{FILE}:{about}", f"trend:{about}"
    channel, stream = result(opened, "channel.id"), f"dm:{user}"
    message = _message(channel, post, said)
    return (
        Call(key=opened, method="conversations.open", args={"users": user}),
        Call(key=upload, method="upload", args={"channel": channel, **file}, stream=stream),
        Call(key=post, method="chat.postMessage", args=message, stream=stream, after=(upload,)),
    )


def refused(key: str, channel: Any, error: str, command: str) -> Call:
    """What is said there where Slack does not take the picture of that key."""
    post = key.replace(FILE, "trend-refused", 1)
    said = render.slack("trend_refused", {"error": error}, command)
    return Call(key=post, method="chat.postMessage", args=_message(channel, post, said))


def _message(channel: Any, key: str, said: str) -> dict[str, Any]:
    return {
        "channel": channel, "text": said, "blocks": blocks.sections(said), "metadata": metadata(key),
        "unfurl_links": False,
    }  # fmt: skip
