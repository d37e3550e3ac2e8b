"""The home of python-docx: a draft as DOCX, with real headings, real tables and the document's properties."""

import re
import zipfile
from collections.abc import Iterable, Iterator
from io import BytesIO
from itertools import count
from typing import Any

import docx
from docx.document import Document as Word
from docx.opc.constants import RELATIONSHIP_TYPE
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
    Kind,
    Paragraph,
    Quote,
    Rule,
    Run,
    Runs,
    Table,
    is_band,
)

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_PAGES = {"a4": (11906, 16838), "us-letter": (12240, 15840)}
"""Width and height in twentieths of a point."""
_MARGIN = 1134
_DATED = (1980, 1, 1, 0, 0, 0)
"""What every part of the file is dated: the same record gives the same bytes (R-FMT-3)."""
_MONO = '<w:rFonts w:ascii="Consolas" w:hAnsi="Consolas" w:cs="Consolas"/>'
_BOXES = {Kind.PROMPT: ("dashed", "8A6100", "FFF8E1"), Kind.WARNING: ("single", "A52A1D", "FDECEA")}
_DEEPEST = 3
"""Word's built-in lists go so deep."""
_SMALL = 17
"""Half points of the letters in a table."""


def word(document: Document) -> bytes:
    """*document* for Word and whatever else reads DOCX. Raises CannotSet where its picture cannot be drawn."""
    made = docx.Document()
    _set_up(made, document)
    _Writer(made).all(document.blocks)
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
    about, dated = made.core_properties, document.dated.replace(tzinfo=None)
    about.title, about.subject, about.author = (
        document.title,
        document.ref,
        document.author,
    )
    about.last_modified_by, about.comments, about.language = (
        "Tocsin",
        document.classification,
        "en",
    )
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
    for piece in (_text(f"{foot} · "), _field("PAGE"), _text(" / "), _field("NUMPAGES")):
        paragraph.append(parse_xml(f'<w:r xmlns:w="{W}"><w:rPr><w:sz w:val="16"/></w:rPr>{piece}</w:r>'))


def _field(name: str) -> str:
    steps = ("begin", "separate", "end")
    begin, middle, end = (f'<w:fldChar w:fldCharType="{step}"/>' for step in steps)
    return f"{begin}<w:instrText>{name}</w:instrText>{middle}<w:t>1</w:t>{end}"


class _Writer:
    """Writes block after block into a document."""

    def __init__(self, made: Word) -> None:
        self._made = made
        self._body: Any = made.element.body
        self._end = self._body.sectPr
        self._drawn = count(1)

    def all(self, blocks: Iterable[Block], box: Kind | None = None, depth: int = 0) -> None:
        for block in blocks:
            self._block(block, box, depth)

    def _block(self, block: Block, box: Kind | None, depth: int) -> None:  # noqa: C901 - a line each
        match block:
            case Heading():
                self._paragraph(self._runs(block.runs), f"Heading{block.level}")
            case Paragraph():
                self._paragraph(self._runs(block.runs), "", box)
            case Items():
                self._items(block, box, depth)
            case Table():
                self._table(block)
            case Code():
                border = _borders("single", "C8CCD2", "F5F5F5")
                self._paragraph(_mono(block.text), "", extra=border)
            case Quote():
                self.all(block.blocks, box, depth)
            case Rule():
                line = '<w:pBdr><w:bottom w:val="single" w:sz="4" w:space="1" w:color="B9BEC6"/></w:pBdr>'
                self._paragraph("", "", extra=line)
            case Box():
                self.all(block.blocks, block.kind, depth)
            case Drawing():
                self._picture(png_of(block.svg), block.alt)
            case Image():
                self._picture(block.content, block.alt)

    def _add(self, xml: str) -> Any:
        element = parse_xml(xml)
        self._end.addprevious(element)
        return element

    def _paragraph(self, runs: str, style: str, box: Kind | None = None, extra: str = "") -> None:
        """A paragraph; the parts of its properties stand in the order that the format wants."""
        named = f'<w:pStyle w:val="{style}"/>' if style else ""
        boxed = _borders(*_BOXES[box]) if box else extra
        self._add(
            f'<w:p xmlns:w="{W}" xmlns:r="{_R}"><w:pPr>{named}{boxed}</w:pPr>{runs}</w:p>'
        )  # fmt: skip

    def _items(self, block: Items, box: Kind | None, depth: int) -> None:
        level = min(depth, _DEEPEST - 1)
        kind = "ListBullet" if block.start is None else "ListNumber"
        numbered = self._numbering(block.start) if block.start is not None else ""
        for item in block.items:
            first = True
            for part in item:
                if isinstance(part, Paragraph) and first:
                    frame = _borders(*_BOXES[box]) if box else ""
                    style = f"{kind}{level + 1 if level else ''}"
                    self._paragraph(self._runs(part.runs), style, extra=numbered + frame)
                else:
                    self._block(part, box, depth + 1)
                first = False

    def _numbering(self, start: int) -> str:
        """A list of its own, or it would go on counting where the last one ended."""
        numbers: Any = self._made.part.numbering_part.element
        style: Any = self._made.styles["List Number"].element
        listed = style.pPr.numPr.numId.val
        abstract = numbers.num_having_numId(listed).abstractNumId.val
        num = numbers.add_num(abstract)
        num.add_lvlOverride(ilvl=0).add_startOverride(start)
        return f'<w:numPr><w:ilvl w:val="0"/><w:numId w:val="{num.numId}"/></w:numPr>'

    def _runs(self, runs: Runs) -> str:
        return self._told(runs)

    def _told(self, runs: Runs, *, bold: bool = False, small: bool = False) -> str:
        return "".join((self._linked if run.link else _run)(run, bold=bold, small=small) for run in runs)

    def _linked(self, run: Run, *, bold: bool = False, small: bool = False) -> str:
        to = self._made.part.relate_to(run.link, RELATIONSHIP_TYPE.HYPERLINK, is_external=True)
        return f'<w:hyperlink r:id="{to}">{_run(run, bold=bold, small=small)}</w:hyperlink>'

    def _table(self, table: Table) -> None:
        columns = len(table.head)
        grid = "".join("<w:gridCol/>" for _ in range(columns))
        head = self._row(table.head, columns, header=True)
        rows = "".join(self._row(row, columns) for row in table.rows)
        look = (
            '<w:tblW w:w="5000" w:type="pct"/><w:tblBorders>'
            '<w:top w:val="single" w:sz="4" w:color="808080"/><w:bottom w:val="single" w:sz="4" w:color="808080"/>'
            '<w:insideH w:val="single" w:sz="4" w:color="C8CCD2"/></w:tblBorders><w:tblLayout w:type="autofit"/>'
            '<w:tblLook w:firstRow="1" w:firstColumn="0" w:noVBand="1"/>'
        )
        self._add(
            f'<w:tbl xmlns:w="{W}" xmlns:r="{_R}"><w:tblPr>{look}</w:tblPr>'
            f"<w:tblGrid>{grid}</w:tblGrid>{head}{rows}</w:tbl>"
        )
        self._paragraph("", "")  # two tables without one between them would be one

    def _row(self, row: tuple[Runs, ...], columns: int, *, header: bool = False) -> str:
        band = is_band(row)
        repeated = "<w:tblHeader/>" if header else ""
        cells = "".join(
            self._cell(cell, columns if band else 1, shaded=band, bold=header or band)
            for cell in (row[:1] if band else row)
        )
        return f"<w:tr><w:trPr><w:cantSplit/>{repeated}</w:trPr>{cells}</w:tr>"

    def _cell(self, runs: Runs, span: int, *, shaded: bool, bold: bool) -> str:
        look = f'<w:gridSpan w:val="{span}"/>' if span > 1 else ""
        look += '<w:shd w:val="clear" w:color="auto" w:fill="F0F0F0"/>' if shaded else ""
        next_to = "<w:keepNext/>" if shaded else ""
        told = self._told(runs, bold=bold, small=True)
        spaced = f'<w:pPr>{next_to}<w:spacing w:before="20" w:after="20"/></w:pPr>'
        return f"<w:tc><w:tcPr>{look}</w:tcPr><w:p>{spaced}{told}</w:p></w:tc>"

    def _picture(self, content: bytes, alt: str) -> None:
        """A picture as wide as the text, or as it is where it is smaller."""
        section = self._made.sections[0]
        widest = section.page_width - section.left_margin - section.right_margin  # type: ignore[operator]
        shape = self._made.add_picture(BytesIO(content))
        if shape.width > widest:
            shape.width, shape.height = widest, int(shape.height * widest / shape.width)
        about: Any = shape._inline.docPr  # noqa: SLF001 - python-docx has no other way to the words
        about.set("descr", alt)
        about.set("name", f"Picture {next(self._drawn)}")


_R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _text(text: str) -> str:
    """*text* with its line breaks and tabs, every blank kept."""
    return "".join(_pieces(text))


def _pieces(text: str) -> Iterator[str]:
    for part in re.split("([\n\t])", text):
        if part in ("\n", "\t"):
            yield "<w:br/>" if part == "\n" else "<w:tab/>"
        elif part:
            yield f'<w:t xml:space="preserve">{_escaped(part)}</w:t>'


def _run(run: Run, *, bold: bool = False, small: bool = False) -> str:
    """A run; what it looks like stands in the order that the format wants."""
    look = (
        (_MONO, run.code), ("<w:b/>", run.bold or bold), ("<w:i/>", run.italic), ("<w:strike/>", run.strike),
        ('<w:color w:val="0B57D0"/>', run.link), (f'<w:sz w:val="{_SMALL}"/><w:szCs w:val="{_SMALL}"/>', small),
        ('<w:u w:val="single"/>', run.link),
    )  # fmt: skip
    told = "".join(xml for xml, is_so in look if is_so)
    return f"<w:r><w:rPr>{told}</w:rPr>{_text(run.text)}</w:r>"


def _mono(text: str) -> str:
    return f'<w:r><w:rPr>{_MONO}<w:sz w:val="17"/></w:rPr>{_text(text)}</w:r>'


def _borders(line: str, colour: str, fill: str) -> str:
    sides = "".join(
        f'<w:{side} w:val="{line}" w:sz="{24 if side == "left" else 4}" w:space="4" w:color="{colour}"/>'
        for side in ("top", "left", "bottom", "right")
    )
    return f'<w:pBdr>{sides}</w:pBdr><w:shd w:val="clear" w:color="auto" w:fill="{fill}"/>'
