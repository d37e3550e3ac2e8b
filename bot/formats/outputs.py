"""From a draft's Markdown to HTML, DOCX and PDF. Imported when the first one is wanted, and not at the start."""

import re
from collections.abc import Callable, Mapping
from itertools import takewhile

from bot import render
from bot.domain.draft_files import SharedFile
from bot.domain.postmortem import Draft
from bot.domain.refusal import shorten
from bot.formats import picture
from bot.formats.html import html
from bot.formats.parsed import parsed
from bot.formats.pdf import pdf
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
from bot.formats.word import word

MAKERS: Mapping[str, Callable[[Document], bytes]] = {"html": html, "docx": word, "pdf": pdf}
SHOWN: Mapping[str, tuple[str, ...]] = {
    "html": ("image/png", "image/jpeg", "image/gif", "image/webp"),
    "docx": ("image/png", "image/jpeg", "image/gif"),
    "pdf": ("image/png", "image/jpeg", "image/gif", "image/webp"),
}
"""The kinds of shared files that stand in each as pictures; others are named (an SVG may hold more than it shows)."""
_SHORT = 100
_TIMELINE = re.compile(r"\btimeline\b", re.IGNORECASE)


def made_as(output: str, draft: Draft, markdown: str, paper: str) -> bytes:
    """*draft*, whose text is *markdown*, as one of MAKERS. Raises CannotSet."""
    return MAKERS[output](document(draft, markdown, paper, shown=SHOWN[output]))


def document(draft: Draft, markdown: str, paper: str, *, shown: tuple[str, ...]) -> Document:
    """The document: what the Markdown says, with the picture of the timeline, and the files that people shared."""
    blocks = _with_picture(draft, parsed(markdown))
    return Document(
        title=_line(draft.title),
        ref=draft.ref,
        author=_line(draft.organisation),
        classification=_line(draft.classification),
        made=draft.made,
        paper=paper,
        blocks=_with_files(draft.files, blocks, shown),
    )


def _line(text: str) -> str:
    """*text* for the frame of the document: one short line."""
    return shorten(printable(text), _SHORT)


def _with_picture(draft: Draft, blocks: tuple[Block, ...]) -> tuple[Block, ...]:
    """*blocks* with the picture below the timeline's heading, else before the first table."""
    if draft.picture is None:
        return blocks
    drawing = Drawing(svg=picture.svg(draft), alt=printable(picture.words(draft.picture)))
    at = len([*takewhile(lambda block: not _is_timeline(block), blocks)]) + 1
    if at > len(blocks):
        at = len([*takewhile(lambda block: not isinstance(block, Table), blocks)])
    return (*blocks[:at], drawing, *blocks[at:])


def _is_timeline(block: Block) -> bool:
    return isinstance(block, Heading) and bool(_TIMELINE.search(text_of(block.runs)))


def _with_files(
    files: tuple[SharedFile, ...], blocks: tuple[Block, ...], shown: tuple[str, ...]
) -> tuple[Block, ...]:
    """*blocks* with the list of *files* and their pictures before the line above the foot."""
    if not files:
        return blocks
    more: list[Block] = [*parsed(render.document("postmortem/files.md.j2", {"files": files}))]
    for file in files:
        if file.content is not None and file.kind in shown:
            more.append(Paragraph(runs=(Run(text=printable(file.name), bold=True),)))
            more.append(Image(content=file.content, kind=file.kind, alt=printable(file.name)))
    rules = [n for n, block in enumerate(blocks) if isinstance(block, Rule)]
    at = rules[-1] if rules else len(blocks)
    return (*blocks[:at], *more, *blocks[at:])
