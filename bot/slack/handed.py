"""A file for one person: brought to their direct messages, so that nobody else reads along (DR-28)."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bot import render
from bot.call import Call, metadata, result
from bot.slack import blocks


@dataclass(frozen=True, slots=True, kw_only=True)
class Handed:
    """One kind of file that people ask for."""

    kind: str
    """What the keys of its calls begin with; unique."""
    refused: str
    """The template of what is said where Slack does not take it."""

    @property
    def file(self) -> str:
        """Kind of the key of the upload."""
        return f"{self.kind}-file"


FOLLOWUPS = Handed(kind="followup-export", refused="followup_export_refused")
TREND = Handed(kind="trend", refused="trend_refused")
BY_FILE: Mapping[str, Handed] = {handed.file: handed for handed in (FOLLOWUPS, TREND)}


def sent(handed: Handed, about: str, user: str, file: Mapping[str, str], *, said: str) -> tuple[Call, ...]:
    """The calls that bring *file* to *user*, and a line below it; *about*: what their keys end in, unique for ever."""
    opened, upload, post = f"{handed.kind}-open:{about}", f"{handed.file}:{about}", f"{handed.kind}:{about}"
    channel, stream = result(opened, "channel.id"), f"dm:{user}"
    message = _message(channel, post, said)
    return (
        Call(key=opened, method="conversations.open", args={"users": user}),
        Call(key=upload, method="upload", args={"channel": channel, **file}, stream=stream),
        Call(key=post, method="chat.postMessage", args=message, stream=stream, after=(upload,)),
    )


def refused(handed: Handed, key: str, channel: Any, error: str, command: str) -> Call:
    """What is said there where Slack does not take the file of that *key*."""
    post = key.replace(handed.file, f"{handed.kind}-refused", 1)
    said = render.slack(handed.refused, {"error": error}, command)
    return Call(key=post, method="chat.postMessage", args=_message(channel, post, said))


def _message(channel: Any, key: str, said: str) -> dict[str, Any]:
    return {
        "channel": channel, "text": said, "blocks": blocks.sections(said), "metadata": metadata(key),
        "unfurl_links": False,
    }  # fmt: skip
