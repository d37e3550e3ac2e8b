"""A draft as one HTML file: nothing is loaded, nothing runs, and it prints well (A4 and Letter)."""

import hashlib
from base64 import b64encode
from collections.abc import Iterable
from functools import cache
from html import escape

from bot import render
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
    Runs,
    Table,
    is_band,
    text_of,
)

FOLDED = 60
"""A table with more rows than this can be folded, and is at first; it prints open."""
_TAGS = (("code", "code"), ("strike", "s"), ("italic", "em"), ("bold", "strong"))
_TIMELINE_COLUMNS = 5


@cache
def _style() -> str:
    return (render.TEMPLATES / "postmortem" / "document.css").read_text(encoding="utf-8").strip()


def html(document: Document) -> bytes:
    """*document* as a page; the style is let in by its hash, and nothing else."""
    style = _style()
    digest = b64encode(hashlib.sha256(style.encode()).digest()).decode()
    policy = (
        f"default-src 'none'; style-src 'sha256-{digest}'; img-src data:; base-uri 'none'; form-action 'none'"
    )
    page = {"title": escape(document.title), "policy": policy, "style": style, "body": _body(document)}
    return render.document("postmortem/page.html.j2", page).encode("utf-8", "replace")


def _body(document: Document) -> str:
    ids = {id(heading): f"s{n}" for n, heading in enumerate(document.sections, 1)}
    writer = _Writer(ids, document.listed_before, _contents(document.sections, ids))
    return writer.blocks(document.blocks)


def _contents(headings: Iterable[Heading], ids: dict[int, str]) -> str:
    lines = [f'<li><a href="#{ids[id(h)]}">{escape(text_of(h.runs))}</a></li>' for h in headings]
    return "\n".join(['<nav aria-label="Contents"><ol>', *lines, "</ol></nav>"])


class _Writer:
    """Writes block after block, with the contents before one heading."""

    def __init__(self, ids: dict[int, str], first: Heading | None, contents: str) -> None:
        self._ids, self._first, self._contents = ids, first, contents

    def blocks(self, blocks: Iterable[Block]) -> str:
        return "\n".join(self._block(block) for block in blocks)

    def _block(self, block: Block) -> str:  # noqa: C901, PLR0911 - one line for each kind
        match block:
            case Heading():
                return self._heading(block)
            case Paragraph():
                return f"<p>{_runs(block.runs)}</p>"
            case Items():
                return self._items(block)
            case Table():
                return _table(block)
            case Code():
                return f"<pre><code>{escape(block.text)}</code></pre>"
            case Quote():
                return f"<blockquote>\n{self.blocks(block.blocks)}\n</blockquote>"
            case Rule():
                return "<hr>"
            case Box():
                return f'<div class="{block.kind}" role="note">\n{self.blocks(block.blocks)}\n</div>'
            case Drawing():
                return f'<figure class="drawing">\n{block.svg}\n</figure>'
            case Image():
                return _image(block)

    def _heading(self, heading: Heading) -> str:
        before = f"{self._contents}\n" if heading is self._first else ""
        mark = f' id="{self._ids[id(heading)]}"' if id(heading) in self._ids else ""
        return f"{before}<h{heading.level}{mark}>{_runs(heading.runs)}</h{heading.level}>"

    def _items(self, block: Items) -> str:
        tag = "ul" if block.start is None else "ol"
        start = f' start="{block.start}"' if block.start not in (None, 1) else ""
        items = "\n".join(f"<li>{self._item(item)}</li>" for item in block.items)
        return f"<{tag}{start}>\n{items}\n</{tag}>"

    def _item(self, blocks: tuple[Block, ...]) -> str:
        """An item that is one line stands without a paragraph of its own."""
        first, *more = blocks or (Paragraph(runs=()),)
        head = _runs(first.runs) if isinstance(first, Paragraph) else self._block(first)
        return head + (f"\n{self.blocks(more)}" if more else "")


def _runs(runs: Runs) -> str:
    return "".join(map(_run, runs))


def _run(run: Run) -> str:
    made = escape(run.text, quote=False).replace("\n", "<br>")
    for style, tag in _TAGS:
        if getattr(run, style):
            made = f"<{tag}>{made}</{tag}>"
    if run.link:
        named = "" if run.link == run.text else ' class="named"'
        made = f'<a href="{escape(run.link)}"{named} rel="noopener noreferrer">{made}</a>'
    return made


def _table(table: Table) -> str:
    columns = len(table.head)
    kind = ' class="lines"' if columns == _TIMELINE_COLUMNS else ""
    head = "".join(f'<th scope="col">{_runs(cell)}</th>' for cell in table.head)
    rows = "\n".join(_row(row, columns) for row in table.rows)
    made = f"<table{kind}>\n<thead><tr>{head}</tr></thead>\n<tbody>\n{rows}\n</tbody>\n</table>"
    if len(table.rows) <= FOLDED:
        return made
    name = f"{len(table.rows):,} rows: {', '.join(map(text_of, table.head))}"
    return f"<details>\n<summary>{escape(name)}</summary>\n{made}\n</details>"


def _row(row: tuple[Runs, ...], columns: int) -> str:
    if is_band(row):
        return f'<tr><th scope="rowgroup" colspan="{columns}">{_runs(row[0])}</th></tr>'
    first, *more = row
    cells = "".join(f"<td>{_runs(cell)}</td>" for cell in more)
    return f'<tr><th scope="row">{_runs(first)}</th>{cells}</tr>'


def _image(image: Image) -> str:
    source = f"data:{image.kind};base64,{b64encode(image.content).decode()}"
    return f'<figure><img src="{escape(source)}" alt="{escape(image.alt)}"></figure>'
