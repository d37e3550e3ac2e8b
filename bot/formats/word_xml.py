"""WordprocessingML: paragraphs, tables and boxes of a DOCX as text. The parts of each stand in the order it wants.

ECMA-376 part 1, https://ecma-international.org/publications-and-standards/standards/ecma-376/
"""

import re
from collections.abc import Iterator
from html import escape

from bot.formats.columns import shares
from bot.formats.tree import Kind, Run, Runs, Table, is_band

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
RULE = '<w:pBdr><w:bottom w:val="single" w:sz="4" w:space="1" w:color="B9BEC6"/></w:pBdr>'
_MONO = '<w:rFonts w:ascii="Consolas" w:hAnsi="Consolas" w:cs="Consolas"/>'
_SMALL = 17
"""Half points of the letters in a table and in code."""
_SIGN = 95
"""Twentieths of a point that such a letter takes, and as much again on both sides of a cell."""
_BOXES = {Kind.PROMPT: ("dashed", "8A6100", "FFF8E1"), Kind.WARNING: ("single", "A52A1D", "FDECEA")}
_QUOTING = re.compile(r'["\\\s]')
"""What would end an address within a field, or begin something else there."""


def paragraph(told: str, style: str = "", look: str = "") -> str:
    """A paragraph of runs; *look*: what its properties hold besides the name of its *style*."""
    named = f'<w:pStyle w:val="{style}"/>' if style else ""
    return f"<w:p><w:pPr>{named}{look}</w:pPr>{told}</w:p>"


def runs(told: Runs, *, bold: bool = False, small: bool = False) -> str:
    """The runs of a paragraph."""
    return "".join(_run(run, bold=bold, small=small) for run in told)


def code(text: str) -> str:
    """Text word for word, in a grey field."""
    sides = _sides("pBdr", "single", "C8CCD2")
    look = f'{sides}<w:shd w:val="clear" w:color="auto" w:fill="F5F5F5"/>'
    return paragraph(f'<w:r><w:rPr>{_MONO}<w:sz w:val="{_SMALL}"/></w:rPr>{words(text)}</w:r>', look=look)


def words(text: str) -> str:
    """*text* with its line breaks and tabs, every blank kept."""
    return "".join(_pieces(text))


def table(told: Table, width: int) -> str:
    """A table as wide as the text, *width* in twentieths of a point; its head is repeated, no row is broken."""
    columns = len(told.head)
    grid = "".join(f'<w:gridCol w:w="{each}"/>' for each in _widths(told, width))
    rows = "".join(_row(row, columns) for row in told.rows)
    look = (
        '<w:tblW w:w="5000" w:type="pct"/><w:tblBorders>'
        '<w:top w:val="single" w:sz="4" w:color="808080"/><w:bottom w:val="single" w:sz="4" w:color="808080"/>'
        '<w:insideH w:val="single" w:sz="4" w:color="C8CCD2"/></w:tblBorders><w:tblLayout w:type="autofit"/>'
        '<w:tblLook w:firstRow="1" w:firstColumn="0" w:noVBand="1"/>'
    )
    head = _row(told.head, columns, header=True)
    return f"<w:tbl><w:tblPr>{look}</w:tblPr><w:tblGrid>{grid}</w:tblGrid>{head}{rows}</w:tbl>{paragraph('')}"


def box(kind: Kind, inside: str, width: int) -> str:
    """A frame around paragraphs: a table of one cell, which every program draws alike."""
    line, colour, fill = _BOXES[kind]
    look = (
        f'<w:tblW w:w="5000" w:type="pct"/>{_sides("tblBorders", line, colour)}<w:tblLayout w:type="fixed"/>'
        '<w:tblCellMar><w:top w:w="80" w:type="dxa"/><w:left w:w="140" w:type="dxa"/>'
        '<w:bottom w:w="20" w:type="dxa"/><w:right w:w="140" w:type="dxa"/></w:tblCellMar>'
    )
    cell = f'<w:tcPr><w:tcW w:w="{width}" w:type="dxa"/><w:shd w:val="clear" w:color="auto" w:fill="{fill}"/></w:tcPr>'
    return (
        f'<w:tbl><w:tblPr>{look}</w:tblPr><w:tblGrid><w:gridCol w:w="{width}"/></w:tblGrid>'
        f"<w:tr><w:tc>{cell}{inside}</w:tc></w:tr></w:tbl>{paragraph('')}"
    )


def _sides(name: str, line: str, colour: str) -> str:
    sides = "".join(
        f'<w:{side} w:val="{line}" w:sz="{24 if side == "left" else 4}" w:space="4" w:color="{colour}"/>'
        for side in ("top", "left", "bottom", "right")
    )
    return f"<w:{name}>{sides}</w:{name}>"


def _widths(told: Table, width: int) -> list[int]:
    """Each column's width: narrow ones as wide as their cells, the others share what is left."""
    columns = shares(told)
    narrow = [0 if column.share else (column.longest + 2) * _SIGN for column in columns]
    left = max(width - sum(narrow), width // 4)
    total = sum(column.share for column in columns)
    return [own or left * column.share // total for own, column in zip(narrow, columns, strict=True)]


def _row(row: tuple[Runs, ...], columns: int, *, header: bool = False) -> str:
    band = is_band(row)
    repeated = "<w:tblHeader/>" if header else ""
    cells = "".join(
        _cell(cell, columns if band else 1, shaded=band, bold=header or band)
        for cell in (row[:1] if band else row)
    )
    return f"<w:tr><w:trPr><w:cantSplit/>{repeated}</w:trPr>{cells}</w:tr>"


def _cell(told: Runs, span: int, *, shaded: bool, bold: bool) -> str:
    look = f'<w:gridSpan w:val="{span}"/>' if span > 1 else ""
    look += '<w:shd w:val="clear" w:color="auto" w:fill="F0F0F0"/>' if shaded else ""
    next_to = "<w:keepNext/>" if shaded else ""
    spaced = f'{next_to}<w:spacing w:before="20" w:after="20"/>'
    return f"<w:tc><w:tcPr>{look}</w:tcPr>{paragraph(runs(told, bold=bold, small=True), look=spaced)}</w:tc>"


def _run(run: Run, *, bold: bool, small: bool) -> str:
    look = (
        (_MONO, run.code), ("<w:b/>", run.bold or bold), ("<w:i/>", run.italic), ("<w:strike/>", run.strike),
        ('<w:color w:val="0B57D0"/>', run.link), (f'<w:sz w:val="{_SMALL}"/><w:szCs w:val="{_SMALL}"/>', small),
        ('<w:u w:val="single"/>', run.link),
    )  # fmt: skip
    told = "".join(xml for xml, is_so in look if is_so)
    made = f"<w:r><w:rPr>{told}</w:rPr>{words(run.text)}</w:r>"
    return _linked(made, run.link) if run.link else made


def _linked(made: str, address: str) -> str:
    """A link as a field: as a relation of the package, each would be looked for among all others."""
    field = escape(f'HYPERLINK "{_QUOTING.sub(_quoted, address)}"')
    return f'<w:fldSimple w:instr="{field}">{made}</w:fldSimple>'


def _quoted(sign: re.Match[str]) -> str:
    return f"%{ord(sign[0]):02X}"


def _pieces(text: str) -> Iterator[str]:
    for part in re.split("([\n\t])", text):
        if part in ("\n", "\t"):
            yield "<w:br/>" if part == "\n" else "<w:tab/>"
        elif part:
            yield f'<w:t xml:space="preserve">{escape(part, quote=False)}</w:t>'
