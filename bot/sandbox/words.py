"""Blocks as plain text: what a reader of a message sees, and what a test looks for."""

from collections.abc import Iterator
from typing import Any

_READ = (
    "title",
    "text",
    "fields",
    "elements",
    "accessory",
    "label",
    "element",
    "hint",
    "rows",
    "options",
    "alt_text",
)


def words_of(text: str, blocks: list[dict[str, Any]]) -> str:
    """The texts of all *blocks*, one a line, then *text* where it is not there already."""
    lines = [line for block in blocks for line in block_words(block)]
    if text and text not in lines:
        lines.append(text)
    return "\n".join(lines)


def block_words(node: Any) -> Iterator[str]:
    """The texts in a block or an element, in reading order."""
    if isinstance(node, str):
        yield node
    elif isinstance(node, list):
        for item in node:
            yield from block_words(item)
    elif isinstance(node, dict):
        yield from _dict_words(node)


def _dict_words(node: dict[str, Any]) -> Iterator[str]:
    kind = node.get("type")
    if kind in _INLINE or kind in ("rich_text_section", "rich_text_preformatted", "rich_text_quote"):
        line = "".join(_inline(node))
        if line:
            yield line
        return
    for key in _READ:
        if key in node:
            yield from block_words(node[key])


_INLINE = {
    "link": lambda node: (
        f"<{node.get('url', '')}|{node['text']}>" if node.get("text") else f"<{node.get('url', '')}>"
    ),
    "user": lambda node: f"<@{node.get('user_id', '')}>",
    "channel": lambda node: f"<#{node.get('channel_id', '')}>",
    "usergroup": lambda node: f"<!subteam^{node.get('usergroup_id', '')}>",
    "broadcast": lambda node: f"<!{node.get('range', '')}>",
    "emoji": lambda node: f":{node.get('name', '')}:",
}


def _inline(node: dict[str, Any]) -> Iterator[str]:
    kind = node.get("type")
    if kind in _INLINE:
        yield _INLINE[kind](node)
    elif "elements" in node:
        for item in node["elements"]:
            yield from _inline(item)
    else:
        yield str(node.get("text", ""))
