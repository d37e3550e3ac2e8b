"""The home of python-docx: a draft as DOCX, with real headings, real tables and the document's properties."""

import zipfile
from collections.abc import Iterable
from datetime import UTC
from io import BytesIO
from itertools import count
from typing import Any

import docx
from docx.document import Document as Word
from docx.oxml import parse_xml
from docx.shared import Pt, RGBColor, Twips

from bot.formats.picture import png_of
from bot.formats.tree import (
    Block,
    Box,
    Code,
    Document,
    Drawing,
    Heading,
    Image,
    Items,
    Paragraph,
    Quote,
    Rule,
    Run,
    Table,
)
from bot.formats.word_xml import RULE, W, box, code, paragraph, runs, table, words

_PAGES = {"a4": (11906, 16838), "us-letter": (12240, 15840)}
"""Width and height in twentieths of a point."""
_MARGIN = 1134
_DATED = (1980, 1, 1, 0, 0, 0)
"""What every part of the file is dated: the same record gives the same bytes (R-FMT-3)."""
_DEEPEST = 3
"""Word's built-in lists go so deep."""


def word(document: Document) -> bytes:
    """*document* for Word and whatever else reads DOCX. Raises CannotSet where its picture cannot be drawn."""
    made = docx.Document()
    _set_up(made, document)
    _Writer(made, _PAGES[document.paper][0] - 2 * _MARGIN).all(document.blocks)
    buffer = BytesIO()
    made.save(buffer)
    return _undated(buffer)


def _undated(saved: BytesIO) -> bytes:
    """The same file with its parts dated alike."""
    made = BytesIO()
    with zipfile.ZipFile(saved) as old, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as new:
        for part in old.infolist():
            new.writestr(zipfile.ZipInfo(part.filename, _DATED), old.read(part), zipfile.ZIP_DEFLATED)
    return made.getvalue()


def _set_up(made: Word, document: Document) -> None:
    """Paper, letters, properties, and the foot of each page."""
    about, dated = made.core_properties, document.dated.astimezone(UTC).replace(tzinfo=None)
    about.title, about.subject, about.author = document.title, document.ref, document.author
    about.last_modified_by, about.comments = "Tocsin", document.classification
    about.language = "en"
    about.created = about.modified = dated
    section = made.sections[0]
    width, height = _PAGES[document.paper]
    section.page_width, section.page_height = Twips(width), Twips(height)
    section.left_margin = section.right_margin = section.top_margin = section.bottom_margin = Twips(_MARGIN)
    normal: Any = made.styles["Normal"]
    normal.font.name, normal.font.size = "Calibri", Pt(10.5)
    normal.paragraph_format.space_after = Pt(6)
    for level in range(1, 7):
        style: Any = made.styles[f"Heading {level}"]
        style.font.color.rgb = RGBColor(0x1B, 0x1D, 0x21)
        style.font.name = "Calibri"
        style.font.size = Pt({1: 20, 2: 14}.get(level, 11.5))
        style.paragraph_format.space_before = Pt({1: 0, 2: 16}.get(level, 10))
    foot = " · ".join(part for part in (document.ref, document.classification) if part)
    paragraph = section.footer.paragraphs[0]._p  # noqa: SLF001 - python-docx offers its XML by this name
    for piece in (words(f"{foot} · "), _field("PAGE"), words(" / "), _field("NUMPAGES")):
        paragraph.append(parse_xml(f'<w:r xmlns:w="{W}"><w:rPr><w:sz w:val="16"/></w:rPr>{piece}</w:r>'))


def _field(name: str) -> str:
    steps = ("begin", "separate", "end")
    begin, middle, end = (f'<w:fldChar w:fldCharType="{step}"/>' for step in steps)
    return f"{begin}<w:instrText>{name}</w:instrText>{middle}<w:t>1</w:t>{end}"


class _Writer:
    """Writes block after block into a document."""

    def __init__(self, made: Word, width: int) -> None:
        """Write into *made*, whose text is *width* twentieths of a point wide."""
        self._made, self._width = made, width
        self._end: Any = made.element.body.sectPr
        self._drawn = count(1)

    def all(self, blocks: Iterable[Block]) -> None:
        """Add *blocks* at the end."""
        for block in blocks:
            if isinstance(block, Drawing):
                self._picture(png_of(block.svg), block.alt)
            elif isinstance(block, Image):
                self._picture(block.content, block.alt)
            else:
                for element in parse_xml(f'<w:body xmlns:w="{W}">{self._xml(block)}</w:body>'):
                    self._end.addprevious(element)

    def _inside(self, blocks: Iterable[Block], depth: int = 0) -> str:
        return "".join(self._xml(block, depth) for block in blocks)

    def _xml(self, block: Block, depth: int = 0) -> str:  # noqa: PLR0911 - one line for each kind
        match block:
            case Heading():
                return paragraph(runs(block.runs), f"Heading{block.level}")
            case Paragraph():
                return paragraph(runs(block.runs))
            case Items():
                return self._items(block, depth)
            case Table():
                return table(block, self._width)
            case Code():
                return code(block.text)
            case Quote():
                return self._inside(block.blocks, depth)
            case Rule():
                return paragraph("", look=RULE)
            case Box():
                return box(block.kind, self._inside(block.blocks), self._width)
            case Drawing() | Image():
                raise ValueError("a picture stands between other blocks, not in them")

    def _items(self, block: Items, depth: int) -> str:
        level = min(depth, _DEEPEST - 1)
        kind = "List Bullet" if block.start is None else "List Number"
        style = f"{kind} {level + 1}" if level else kind
        numbered = self._numbering(style, block.start) if block.start is not None else ""
        told = []
        for item in block.items:
            first, *more = item or (Paragraph(runs=()),)
            head = first.runs if isinstance(first, Paragraph) else ()
            told.append(paragraph(runs(head), style.replace(" ", ""), numbered))
            told.append(self._inside(more if isinstance(first, Paragraph) else item, depth + 1))
        return "".join(told)

    def _numbering(self, style: str, start: int) -> str:
        """A list of its own, or it would go on counting where the last one ended."""
        numbers: Any = self._made.part.numbering_part.element
        of_style: Any = self._made.styles[style].element
        abstract = numbers.num_having_numId(of_style.pPr.numPr.numId.val).abstractNumId.val
        num = numbers.add_num(abstract)
        num.add_lvlOverride(ilvl=0).add_startOverride(start)
        return f'<w:numPr><w:ilvl w:val="0"/><w:numId w:val="{num.numId}"/></w:numPr>'

    def _picture(self, content: bytes, alt: str) -> None:
        """A picture as wide as the text, or as it is where it is smaller."""
        section = self._made.sections[0]
        widest = section.page_width - section.left_margin - section.right_margin  # type: ignore[operator]
        try:
            shape = self._made.add_picture(BytesIO(content))
        except Exception:  # noqa: BLE001 - a broken picture brings whatever its header says
            self.all([Paragraph(runs=(Run(text="This picture cannot be shown.", italic=True),))])
            return
        if shape.width > widest:
            shape.width, shape.height = widest, int(shape.height * widest / shape.width)
        about: Any = shape._inline.docPr  # noqa: SLF001 - python-docx has no other way to the words
        about.set("descr", alt)
        about.set("name", f"Picture {next(self._drawn)}")
