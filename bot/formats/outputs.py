"""From a draft's Markdown to HTML, DOCX and PDF. Imported when the first one is wanted, and not at the start."""

import re
from collections.abc import Callable, Iterator, Mapping
from itertools import takewhile

from bot.domain.draft_files import SharedFile
from bot.domain.draft_picture import Picture
from bot.domain.refusal import shorten
from bot.formats import Frame
from bot.formats.html import html
from bot.formats.parsed import parsed
from bot.formats.pdf import pdf
from bot.formats.picture import drawn, png_of, words
from bot.formats.tree import (
    Block,
    Document,
    Drawing,
    Heading,
    Image,
    Paragraph,
    Rule,
    Run,
    Table,
    printable,
    text_of,
)
from bot.formats.typeset import CannotSet
from bot.formats.word import word

MAKERS: Mapping[str, Callable[[Document], bytes]] = {"html": html, "docx": word, "pdf": pdf}
_COMMON = ("image/png", "image/jpeg", "image/gif")
SHOWN: Mapping[str, tuple[str, ...]] = {
    "html": (*_COMMON, "image/webp"), "docx": _COMMON, "pdf": (*_COMMON, "image/webp"),
}  # fmt: skip
"""The kinds of shared files that stand in each as pictures; others are named (an SVG may hold more than it shows)."""
_SHORT = 100
_TIMELINE = re.compile(r"\btimeline\b", re.IGNORECASE)


def document(kind: str, markdown: str, frame: Frame, *, room: int | None = None) -> Document:
    """The document: what the Markdown says, the picture of the timeline, and the pictures that people shared.

    *room*: how many bytes of these, the first ones first; what finds no room is named.
    """
    blocks = _with_picture(frame.picture, parsed(markdown))
    return Document(
        title=_line(frame.title),
        ref=frame.ref,
        author=_line(frame.author),
        classification=_line(frame.classification),
        dated=frame.dated,
        paper=frame.paper,
        blocks=_before_foot(blocks, tuple(_shared(frame.files, SHOWN[kind], room))),
    )


def timeline_of(frame: Frame) -> bytes:
    """The timeline alone, as PNG. Raises CannotSet, also where there is nothing to draw."""
    if frame.picture is None:
        raise CannotSet("there is no timeline with times of day to draw")
    return png_of(drawn(frame.picture))


def _line(text: str) -> str:
    """*text* for the frame of the document: one short line."""
    return shorten(printable(text), _SHORT)


def _with_picture(picture: Picture | None, blocks: tuple[Block, ...]) -> tuple[Block, ...]:
    """*blocks* with the picture below the timeline's heading, else before the first table."""
    if picture is None:
        return blocks
    drawing = Drawing(svg=drawn(picture), alt=printable(words(picture)))
    at = len([*takewhile(lambda block: not _is_timeline(block), blocks)]) + 1
    if at > len(blocks):
        at = len([*takewhile(lambda block: not isinstance(block, Table), blocks)])
    return (*blocks[:at], drawing, *blocks[at:])


def _is_timeline(block: Block) -> bool:
    return isinstance(block, Heading) and bool(_TIMELINE.search(text_of(block.runs)))


def _shared(files: tuple[SharedFile, ...], shown: tuple[str, ...], room: int | None) -> Iterator[Block]:
    """The pictures among *files* that find room, each below its name; the Markdown lists all of them."""
    left_out = []
    for file in files:
        if file.content is None or file.kind not in shown:
            continue
        if room is not None and len(file.content) > room:
            left_out.append(printable(file.name))
            continue
        room = None if room is None else room - len(file.content)
        told = ", ".join(part for part in (file.name, file.clock, file.who) if part)
        yield Paragraph(runs=(Run(text=printable(told), bold=True),))
        yield Image(content=file.content, kind=file.kind, alt=printable(file.name))
    if left_out:
        yield Paragraph(runs=(Run(text=f"Too large to be shown here: {', '.join(left_out)}."),))


def _before_foot(blocks: tuple[Block, ...], more: tuple[Block, ...]) -> tuple[Block, ...]:
    """*blocks* with *more* of them before the line above the foot."""
    rules = [n for n, block in enumerate(blocks) if isinstance(block, Rule)]
    at = rules[-1] if rules and more else len(blocks)
    return (*blocks[:at], *more, *blocks[at:])
