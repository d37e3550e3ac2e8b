"""The home of markdown-it-py: a draft's Markdown, read into the tree that the other formats are written from.

CommonMark with tables and strikethrough. Comments are left out, ``<br>`` breaks a line, and any other raw HTML is
shown as the text that it is: people's words are escaped before, so none of it is theirs.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import cache

from markdown_it import MarkdownIt
from markdown_it.token import Token

from bot.formats.tree import (
    Block,
    Box,
    Code,
    Heading,
    Items,
    Kind,
    Paragraph,
    Quote,
    Rule,
    Run,
    Runs,
    Table,
    printable,
    text_of,
)

LINKS = ("http://", "https://", "mailto:", "slack://")
"""What an address may begin with to be made a link of; others stay text."""
_ADDRESS = re.compile(r"https?://[^\s<>\"'“”‘’]*[^\s<>\"'“”‘’.,;:!?)\]}]")
_COMMENT = re.compile(r"<!--.*?(?:-->|\Z)", re.DOTALL)
_BREAK = re.compile(r"<br ?/?>", re.IGNORECASE)
_PROMPT = "[to write: "
_CHECK = re.compile(r"to check\b", re.IGNORECASE)
_STYLES = frozenset({"strong", "em", "s"})


@cache
def _reader() -> MarkdownIt:
    return MarkdownIt("commonmark").enable(["table", "strikethrough"])


def parsed(markdown: str) -> tuple[Block, ...]:
    """The blocks of *markdown*; prompts and warnings stand in boxes of their own."""
    return tuple(_boxed(unboxed(markdown)))


def unboxed(markdown: str) -> Iterator[Block]:
    """The blocks of *markdown* that is no draft of ours: there are no boxes in it."""
    return _Tokens(_reader().parse(printable(markdown))).blocks()


class _Tokens:
    """Goes through a flat list of tokens once."""

    def __init__(self, tokens: Sequence[Token]) -> None:
        self._tokens, self._at = tokens, 0

    def blocks(self, closing: str = "") -> Iterator[Block]:
        """The blocks up to the token *closing*, which is passed over."""
        while self._at < len(self._tokens):
            token = self._next()
            if token.type == closing:
                return
            block = self._block(token)
            if block is not None:
                yield block

    def _next(self) -> Token:
        self._at += 1
        return self._tokens[self._at - 1]

    def _block(self, token: Token) -> Block | None:  # noqa: PLR0911 - one line for each kind
        match token.type:
            case "heading_open":
                return Heading(level=int(token.tag[1:]), runs=self._runs("heading_close"))
            case "paragraph_open":
                runs = self._runs("paragraph_close")
                return Paragraph(runs=runs) if text_of(runs).strip() else None
            case "bullet_list_open" | "ordered_list_open":
                return self._items(token)
            case "table_open":
                return self._table()
            case "fence" | "code_block":
                return Code(text=token.content.removesuffix("\n"))
            case "blockquote_open":
                return Quote(blocks=tuple(self.blocks("blockquote_close")))
            case "hr":
                return Rule()
            case "html_block":
                text = _COMMENT.sub("", token.content).strip()
                return Paragraph(runs=(Run(text=text),)) if text else None
            case _:
                raise ValueError(f"Markdown that no format can show: {token.type}")

    def _items(self, opened: Token) -> Items:
        start = int(opened.attrGet("start") or 1) if opened.type.startswith("ordered") else None
        closing, items = opened.type.replace("open", "close"), []
        while self._next().type != closing:
            items.append(tuple(self.blocks("list_item_close")))
        return Items(start=start, items=tuple(items))

    def _table(self) -> Table:
        rows: list[tuple[Runs, ...]] = []
        cells: list[Runs] = []
        while (token := self._next()).type != "table_close":
            if token.type == "inline":
                cells.append(tuple(_runs(token)))
            elif token.type == "tr_close":
                rows.append(tuple(cells))
                cells = []
        return Table(head=rows[0], rows=tuple(rows[1:]))

    def _runs(self, closing: str) -> Runs:
        runs: list[Run] = []
        while (token := self._next()).type != closing:
            runs += _runs(token)
        return tuple(runs)


def _runs(inline: Token) -> Iterator[Run]:
    """The stretches of one inline token, empty ones left out."""
    now = Run(text="")
    for token in inline.children or ():
        name, _, step = token.type.rpartition("_")
        if name in _STYLES:
            now = _styled(now, name, on=step == "open")
        elif name == "link":
            now = replace(now, link=_safe(str(token.attrGet("href") or "")) if step == "open" else "")
        else:
            yield from _told(token, now)


def _styled(now: Run, name: str, *, on: bool) -> Run:
    match name:
        case "strong":
            return replace(now, bold=on)
        case "em":
            return replace(now, italic=on)
        case _:
            return replace(now, strike=on)


def _told(token: Token, now: Run) -> Iterator[Run]:
    match token.type:
        case "text" if now.link or "://" not in token.content:
            text = token.content
        case "text":
            yield from _linked(token.content, now)
            return
        case "code_inline":
            yield replace(now, text=token.content, code=True)
            return
        case "softbreak":
            text = " "
        case "hardbreak":
            text = "\n"
        case "html_inline":
            text = "\n" if _BREAK.fullmatch(token.content) else _COMMENT.sub("", token.content)
        case "image":  # its words, never what it would load
            text = token.content
        case _:
            raise ValueError(f"Markdown that no format can show: {token.type}")
    if text:
        yield replace(now, text=text)


def _linked(text: str, now: Run) -> Iterator[Run]:
    """*text* with the addresses in it made links."""
    end = 0
    for match in _ADDRESS.finditer(text):
        yield from (replace(now, text=part) for part in [text[end : match.start()]] if part)
        yield replace(now, text=match[0], link=match[0])
        end = match.end()
    yield from (replace(now, text=part) for part in [text[end:]] if part)


def _safe(address: str) -> str:
    return address if address.lower().startswith(LINKS) else ""


def _boxed(told: Iterator[Block]) -> Iterator[Block]:
    """The blocks *told*, with each prompt and its candidates, and the list of warnings, in a box."""
    blocks, at = list(told), 0
    while at < len(blocks):
        block, after = blocks[at], blocks[at + 1 : at + 3]
        is_heading = isinstance(block, Heading)
        if _is_prompt(block):
            more = after if _are_candidates(after) else []
            yield Box(kind=Kind.PROMPT, blocks=(block, *more))
        elif _warns(block):
            more = after[:1] if is_heading or (after and isinstance(after[0], Items)) else []
            yield from [block] if is_heading else []
            yield Box(kind=Kind.WARNING, blocks=tuple(more) if is_heading else (block, *more))
        else:
            more = []
            yield block
        at += 1 + len(more)


def _warns(block: Block) -> bool:
    """Whether *block* begins a list of what does not fit: a heading, or a line that begins in bold."""
    if isinstance(block, Paragraph):
        return block.runs[0].bold and bool(_CHECK.match(text_of(block.runs)))
    return isinstance(block, Heading) and bool(_CHECK.match(text_of(block.runs)))


def _is_prompt(block: Block) -> bool:
    return isinstance(block, Paragraph) and block.runs[0].italic and text_of(block.runs).startswith(_PROMPT)


def _are_candidates(blocks: Sequence[Block]) -> bool:
    """Whether *blocks* go on with what the record offers as an answer."""
    said = blocks[0] if len(blocks) > 1 and isinstance(blocks[1], Items) else None
    return isinstance(said, Paragraph) and text_of(said.runs) == "From the record:"
