"""From what people type to Slack's own codes, and from those to the rich text that Slack lays beside them."""

import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from bot.sandbox.workspace import Workspace

_TYPED = re.compile(r"(?P<url>https?://[^\s<>|]+)|(?<![\w.@#])(?P<sign>[@#])(?P<name>[\w][\w.-]*)")
_CODE = re.compile(r"<(?P<angle>[^<>]+)>|:(?P<emoji>[a-z0-9_+'-]+):")
_BROADCASTS = ("channel", "here", "everyone")
EMOJI = {
    "📌": "pushpin",
    "📍": "round_pushpin",
    "👀": "eyes",
    "✅": "white_check_mark",
    "👍": "+1",
    "👎": "-1",
    "🔥": "fire",
    "🚨": "rotating_light",
    "⚠️": "warning",
    "🎉": "tada",
    "❌": "x",
    "📣": "mega",
    "📝": "memo",
    "🙏": "pray",
    "🚀": "rocket",
    "🛑": "octagonal_sign",
    "🔴": "red_circle",
    "🟢": "large_green_circle",
    "🟡": "large_yellow_circle",
    "😀": "grinning",
    "😅": "sweat_smile",
    "❤️": "heart",
    "💡": "bulb",
    "⏰": "alarm_clock",
    "🔔": "bell",
    "🎯": "dart",
}
_EMOJI = re.compile("|".join(re.escape(each) for each in sorted(EMOJI, key=len, reverse=True)))


def escape(text: str) -> str:
    """``&``, ``<`` and ``>`` as Slack keeps them."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def normalise(text: str) -> str:
    """What an app sent, as Slack keeps it: stray ``&`` and ``<`` are escaped, codes (``<@U…>``) stay."""
    text = re.sub(r"&(?!amp;|lt;|gt;)", "&amp;", text)
    pieces: list[str] = []
    end = 0
    for found in re.finditer(r"<(?=[@#!]|https?://|mailto:|tel:)[^<>\n]+>", text):
        pieces += [text[end : found.start()].replace("<", "&lt;"), found.group()]
        end = found.end()
    return "".join([*pieces, text[end:].replace("<", "&lt;")])


def encode(ws: "Workspace", typed: str, *, by: str = "", command: bool = False) -> str:
    """What the user *by* typed, as the app gets it: a private channel is a name only for who is in it.

    A command's mentions bear names (``<@U…|ana>``), as with the manifest's ``should_escape``.
    """
    pieces: list[str] = []
    end = 0
    for found in _TYPED.finditer(typed):
        code = _code(ws, found, by, command=command)
        if code is not None:
            pieces += [escape(typed[end : found.start()]), code]
            end = found.start() + len(found.group()) - _trailing(found)
    text = "".join([*pieces, escape(typed[end:])])
    return _EMOJI.sub(lambda hit: f":{EMOJI[hit.group()]}:", text)


def _trailing(found: re.Match[str]) -> int:
    """How many characters at the end are punctuation of the sentence, not part of the name or address."""
    whole = found.group()
    return len(whole) - len(whole.rstrip(".,;:!?)'\"-" if found["url"] else ".-"))


def _code(ws: "Workspace", found: re.Match[str], by: str, *, command: bool) -> str | None:
    if found["url"]:
        return f"<{escape(found['url'][: len(found['url']) - _trailing(found)])}>"
    name = found["name"].rstrip(".-")
    if found["sign"] == "#":
        channel = ws.find_channel(name)
        seen = channel is not None and (not channel.is_private or by in channel.members)
        return f"<#{channel.id}|{channel.name}>" if channel is not None and seen else None
    if name in _BROADCASTS:
        return f"<!{name}>"
    user = ws.find_user(name)
    if user:
        return f"<@{user.id}|{user.name}>" if command else f"<@{user.id}>"
    group = next((each for each in ws.groups if each.handle == name), None)
    return f"<!subteam^{group.id}|@{group.handle}>" if group else None


def rich_text(text: str, block_id: str) -> list[dict[str, Any]]:
    """The rich text block which Slack makes of a person's message."""
    elements: list[dict[str, Any]] = []
    end = 0
    for found in _CODE.finditer(text):
        if found.start() > end:
            elements.append({"type": "text", "text": _plain(text[end : found.start()])})
        elements.append(_element(found))
        end = found.end()
    if end < len(text):
        elements.append({"type": "text", "text": _plain(text[end:])})
    section = {"type": "rich_text_section", "elements": elements}
    return [{"type": "rich_text", "block_id": block_id, "elements": [section]}]


def _element(found: re.Match[str]) -> dict[str, Any]:
    if found["emoji"]:
        return {"type": "emoji", "name": found["emoji"]}
    code, _, label = found["angle"].partition("|")
    if code.startswith("@"):
        return {"type": "user", "user_id": code[1:]}
    if code.startswith("#"):
        return {"type": "channel", "channel_id": code[1:]}
    if code.startswith("!subteam^"):
        return {"type": "usergroup", "usergroup_id": code.removeprefix("!subteam^")}
    if code.startswith("!"):
        return {"type": "broadcast", "range": code[1:]}
    return {"type": "link", "url": _plain(code), **({"text": _plain(label)} if label else {})}


def _plain(text: str) -> str:
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
