"""A draft's Markdown as Slack's canvases take it: three levels of headings, small tables, no HTML, no mentions.

What does not fit stands in the file, and the canvas says so: the file is always the whole document.
"""

import re
from collections.abc import Iterator

LONGEST = 100_000
"""Characters of one draft in a canvas. Slack takes 1,048,576 at a time, but changes of large canvases fail often."""
MOST_CELLS = 300
"""Cells of one table in a canvas; a larger one is parted into several, each below the same head."""
DEEPEST = 3
"""Levels of headings that a canvas has."""
_FENCE = re.compile(r" {0,3}(`{3,})")
_HEADING = re.compile(r"(#+)( .*)")
_COMMENT = re.compile(r"<!--.*-->")
_RULE_ROW = re.compile(r"\|[\s:|-]+\|")
_BAR = re.compile(r"(?<!\\)\|")
_CODE_OR_BREAK = re.compile(r"(`+)(?!`).*?(?<!`)\1(?!`)|<br>")
_CODE_OR_PICTURE = re.compile(r"(`+)(?!`).*?(?<!`)\1(?!`)|(?<!\\)!(?=\[)")


def heading(ref: str, number: int) -> str:
    """What stands above a draft in the canvas, and by which it is found there again."""
    return f"{ref} postmortem, draft {number}"


def canvas_markdown(document: str, *, head: str, file: str, drawn: str = "") -> str:
    """*document* below its *head*; what is too long is left out from its end, with a word about *file*.

    *drawn*: the file in which the timeline is drawn, where no picture of it comes into the canvas itself.
    """
    made = [f"# {head}"]
    if drawn:
        made.append(f"*The timeline is drawn in the file {_plain(drawn)} in this channel.*")
    left = LONGEST - sum(map(len, made)) - 200
    for fitting in filter(None, map(_fitting, _blocks(document))):
        left -= len(fitting) + 2
        if left < 0:
            made.append(
                f"*The canvas ends here: the whole draft is the file {_plain(file)} in this channel.*"
            )
            break
        made.append(fitting)
    return "\n\n".join(made) + "\n"


def without_tables(markdown: str) -> str:
    """What ``canvas_markdown`` made, each table as a list: for where Slack does not like one of them."""
    return "\n\n".join(_listed(block) for block in _blocks(markdown)) + "\n"


def _blocks(document: str) -> Iterator[str]:
    """*document* in blocks, as blank lines part them; a fence is one, whatever stands in it."""
    block, fence = list[str](), ""
    for line in document.splitlines():
        found = _FENCE.match(line)
        if fence:
            block.append(line)
            ends = found is not None and len(found[1]) >= len(fence) and line.strip() == found[1]
            fence = "" if ends else fence
        elif line.strip():
            block.append(line)
            fence = found[1] if found else ""
        elif block:
            yield "\n".join(block)
            block = []
    if block:
        yield "\n".join(block)


def _fitting(block: str) -> str:
    """One block as a canvas takes it."""
    if _FENCE.match(block):
        return block
    rows = [row for row in block.splitlines() if not _COMMENT.fullmatch(row.strip())]
    if _is_table(rows):
        return _table(rows)
    return "\n".join(_heading(_harmless(row)) for row in rows)


def _is_table(rows: list[str]) -> bool:
    return len(rows) > 1 and _RULE_ROW.fullmatch(rows[1].strip()) is not None


def _listed(block: str) -> str:
    """One block, a list where it is a table."""
    rows = block.splitlines()
    if _FENCE.match(block) or not _is_table(rows):
        return block
    return "\n".join(_item(_cells(row)) for row in rows[2:])


def _heading(line: str) -> str:
    found = _HEADING.fullmatch(line)
    return f"{found[1][:DEEPEST]}{found[2]}" if found else line


def _table(rows: list[str]) -> str:
    """One table, or several of as many rows as a canvas takes; a list where not even one row would fit."""
    head, *body = [_cells(row) for row in (rows[0], *rows[2:])]
    most = MOST_CELLS // max(len(head), 1) - 1
    if most < 1:
        return "\n".join(_item(each) for each in body)
    above = [_row(head), rows[1].strip()]
    parts = [body[at : at + most] for at in range(0, max(len(body), 1), most)]
    return "\n\n".join("\n".join([*above, *(_row(each) for each in part)]) for part in parts)


def _cells(row: str) -> list[str]:
    return [_harmless(cell.strip()) for cell in _BAR.split(row.strip())[1:-1]]


def _row(cells: list[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _item(cells: list[str]) -> str:
    """A row as an item of a list: its time first, what is empty left out."""
    told = [cell for cell in cells if cell]
    first = told[0] if told else ""
    bold = first if first.startswith("**") else f"**{first}**"
    return f"- {' · '.join([bold, *told[1:]])}" if told else "-"


def _harmless(line: str) -> str:
    """*line* without HTML and without pictures, which in a canvas mention people; code stays as it is."""
    line = _CODE_OR_BREAK.sub(lambda found: found[0] if found[0][0] == "`" else " / ", line)
    return _CODE_OR_PICTURE.sub(lambda found: found[0] if found[0][0] == "`" else "\\!", line)


def _plain(name: str) -> str:
    return f"`{name.replace('`', '')}`"
