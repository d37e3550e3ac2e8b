"""A document as a tree of few kinds: what our Markdown is read into, and what HTML, DOCX and PDF are written from."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """A stretch of plain text that looks the same from end to end; a line break in it is one."""

    text: str
    bold: bool = False
    italic: bool = False
    strike: bool = False
    code: bool = False
    link: str = ""
    """Where it leads: an address of one of ``LINKS`` in ``bot.formats.parsed``."""


Runs = tuple[Run, ...]
_NO_TEXT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
"""What stands for no sign of any script, and what XML does not take."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Heading:
    """A heading; 1 is the title."""

    level: int
    runs: Runs


@dataclass(frozen=True, slots=True, kw_only=True)
class Paragraph:
    """A paragraph."""

    runs: Runs


@dataclass(frozen=True, slots=True, kw_only=True)
class Items:
    """A list; *start* is the first number, None where it has bullets."""

    start: int | None
    items: tuple[tuple["Block", ...], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A table whose first row names the columns."""

    head: tuple[Runs, ...]
    rows: tuple[tuple[Runs, ...], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Code:
    """Text word for word, in letters of one width."""

    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Quote:
    """A block quote."""

    blocks: tuple["Block", ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """A line across the page."""


class Kind(StrEnum):
    """What a box is for; the value is what it is called in style sheets."""

    PROMPT = "prompt"
    """Still to be written by people (rule 5 of the layout)."""
    WARNING = "warning"


@dataclass(frozen=True, slots=True, kw_only=True)
class Box:
    """Blocks that must not be taken for the text around them."""

    kind: Kind
    blocks: tuple["Block", ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawing:
    """The timeline's picture: an SVG of our own."""

    svg: str
    alt: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Image:
    """A picture that somebody shared."""

    content: bytes
    kind: str
    """Its MIME type."""
    alt: str


Block = Heading | Paragraph | Items | Table | Code | Quote | Rule | Box | Drawing | Image


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A whole document, with what its reader shows around it."""

    title: str
    ref: str
    author: str
    """The organisation; may be empty."""
    classification: str = ""
    """Who may read it; may be empty."""
    dated: datetime
    """When the record last changed: dates the file, so that the same record gives the same bytes (R-FMT-3)."""
    paper: str
    """``a4`` or ``us-letter``."""
    blocks: tuple[Block, ...]

    @property
    def listed_before(self) -> Heading | None:
        """The heading before which its sections are listed: the first, or the second where that is the title."""
        sections = self.sections
        if len(sections) <= CONTENTS:
            return None
        return sections[1] if self.blocks[1] is sections[0] else sections[0]

    @property
    def sections(self) -> tuple[Heading, ...]:
        """The headings of its sections."""
        return tuple(block for block in self.blocks if isinstance(block, Heading) and block.level == 2)  # noqa: PLR2004


CONTENTS = 6
"""A document with more sections than this begins with a list of them."""


def printable(text: str) -> str:
    """*text* with a mark in the place of each sign that nothing could show."""
    return _NO_TEXT.sub("\ufffd", text)


def text_of(runs: Runs) -> str:
    """The words of *runs*."""
    return "".join(run.text for run in runs)


def walk(blocks: tuple[Block, ...]) -> Iterator[Block]:
    """All *blocks* and those in them, in order."""
    for block in blocks:
        yield block
        if isinstance(block, Quote | Box):
            yield from walk(block.blocks)
        elif isinstance(block, Items):
            for item in block.items:
                yield from walk(item)


def table_rows(blocks: tuple[Block, ...]) -> int:
    """How many rows all tables have together."""
    return sum(len(block.rows) for block in walk(blocks) if isinstance(block, Table))


def is_band(row: tuple[Runs, ...]) -> bool:
    """Whether a table's *row* is a heading for those below it: only its first cell holds something."""
    return (
        len(row) > 1 and text_of(row[0]).strip() != "" and not any(text_of(cell).strip() for cell in row[1:])
    )
