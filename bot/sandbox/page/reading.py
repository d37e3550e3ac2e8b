"""A Markdown file as a page to read: raw HTML in it is shown as text, pictures stay links, no script runs.

Comments are left out, and ``<br>`` breaks a line, as readers of Markdown do.
"""

import re
from collections.abc import Mapping, Sequence
from html import escape
from types import MappingProxyType
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token

THEMES = ("light", "dark")
PAGE = """<!doctype html>
<html lang="en"{theme}>
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{name}</title>
<link rel="icon" href="/page/icon.svg">
<link rel="stylesheet" href="/page/reading.css">
</head>
<body>
<header><span>{name}</span></header>
<main>
{body}
</main>
</body>
</html>
"""


def readable(
    name: str, text: str, shown: Mapping[str, tuple[str, str]] = MappingProxyType({}), theme: str = ""
) -> str:
    """The file *name* with the Markdown *text*, as a whole HTML page (CommonMark with tables and strikethrough).

    *shown*: addresses that are shown as pictures, to where ours is and its words; a canvas unfurls files so.
    *theme*: ``light`` or ``dark``; anything else is what the system wishes.
    """
    dressed = f' data-theme="{theme}"' if theme in THEMES else ""
    return PAGE.format(name=escape(name), theme=dressed, body=_MARKDOWN.render(text, {"shown": shown}))


def _picture(_self: RendererHTML, tokens: Sequence[Token], index: int, _options: Any, env: Any) -> str:
    """A picture's words and address: the page loads nothing from elsewhere. A file of ours is shown."""
    token = tokens[index]
    source = str(token.attrGet("src") or "")
    if source in env["shown"]:
        ours, words = map(escape, env["shown"][source])
        return f'<img src="{ours}" alt="{words}">'
    source = escape(source)
    return f'<a href="{source}" rel="noopener noreferrer">{escape(token.content) or source}</a>'


def _raw(_self: RendererHTML, tokens: Sequence[Token], index: int, _options: Any, _env: Any) -> str:
    """Raw HTML as the text that it is, but for comments and breaks."""
    content = tokens[index].content
    return "<br>" if _BREAK.fullmatch(content) else escape(_COMMENT.sub("", content).strip())


def _made() -> MarkdownIt:
    made = MarkdownIt("commonmark").enable(["table", "strikethrough"])
    made.add_render_rule("image", _picture)
    for kind in ("html_block", "html_inline"):
        made.add_render_rule(kind, _raw)
    return made


_COMMENT = re.compile(r"<!--.*?(?:-->|\Z)", re.DOTALL)
_BREAK = re.compile(r"<br ?/?>", re.IGNORECASE)


_MARKDOWN = _made()
