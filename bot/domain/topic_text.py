"""How an item of a postmortem is written: on one line after a command, and as one of many lines in a form.

On one line the parts are set apart by a colon and a space: ``Monitoring gaps: no alert on pool use``. In a form a
line that ends with a colon is a heading for the lines below it, each other line is one item, and a line that begins
with two spaces goes on with the item above. Double quotes keep a colon from setting apart. What is printed here is
read back as it was.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from bot.domain.refusal_writing import NothingBelow

LONGEST_HEADING = 80
"""Characters up to which what stands before a colon is a heading and no sentence; a quoted one may be longer."""
_QUOTED = re.compile(r'["“”](?P<part>[^\n]{0,2000}?)["“”]:[ \t]+')
_WHOLE = re.compile(r'["“”](?P<part>[^"“”]*)["“”]$')
_PLAIN = re.compile(rf"(?P<part>[^\s\"“”][^\n]{{0,{LONGEST_HEADING - 1}}}?)(?<!\s):[ \t]+(?=\S)")
_BULLET = re.compile(r"[-*•‣–][ \t]+")
_INDENT = "  "


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One item as people write it: under which heading, how it is called, what it says. Plain text."""

    heading: str = ""
    name: str = ""
    text: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """Which parts an item has before its text; a part that is left out is empty."""

    headed: bool = False
    named: bool = False
    name_first: bool = False
    """Where only one of heading and name is given, it is the name."""
    bare: bool = False
    """A heading without anything below it is an item too."""

    @property
    def depth(self) -> int:
        """How many parts stand before the text."""
        return self.headed + self.named


def read_line(text: str, shape: Shape) -> Line:
    """An item as typed after a command."""
    parts, rest = _cut(text.strip(), shape.depth)
    if len(parts) == shape.depth:
        heading = parts[0] if shape.headed else ""
        return Line(heading=heading, name=parts[-1] if shape.named else "", text=rest)
    if not parts:
        return Line(text=rest)
    return Line(name=parts[0], text=rest) if shape.name_first else Line(heading=parts[0], text=rest)


def print_line(line: Line, shape: Shape) -> str:
    """*line* as it is typed: ``read_line`` gives it back."""
    parts = ([line.heading] if shape.headed else []) + ([line.name] if shape.named else [])
    if not line.text:
        return ": ".join(_kept(part) for part in parts if part)
    if not any(parts):
        return _kept(line.text) if parts else line.text
    if all(parts):
        return ": ".join([*map(_shown, parts), line.text])
    if bool(line.name) is shape.name_first:  # the part that is read where only one is given
        return f"{_shown(line.name or line.heading)}: {_kept(line.text)}"
    return ": ".join([*map(_shown, parts), line.text])


def _cut(text: str, most: int) -> tuple[list[str], str]:
    """Up to *most* parts before a colon, and the rest; a rest in quotes that keep a colon is without them."""
    parts: list[str] = []
    while len(parts) < most:
        found = None if _WHOLE.match(text) else _QUOTED.match(text) or _PLAIN.match(text)
        if found is None:
            return parts, _unquoted(text)
        parts.append(found["part"].strip())
        text = text[found.end() :]
    return parts, text


def _apart(text: str) -> bool:
    """Whether *text*, typed as it is, would be cut, or lose its quotes."""
    return bool(_PLAIN.match(text)) or text[:1] in ('"', "“", "”")


def _unquoted(text: str) -> str:
    """*text* without the quotes around it that only keep it whole."""
    whole = _WHOLE.match(text)
    inner = whole["part"] if whole else text[1:-1] if text[:1] == text[-1:] == '"' else ""
    return inner if _apart(inner) else text


def _kept(text: str) -> str:
    """The last part, in quotes where it would be cut without them."""
    return f'"{text}"' if _apart(text) else text


def _shown(part: str) -> str:
    """A part that stands before a colon."""
    whole = _PLAIN.match(f"{part}: x")
    return part if part and whole and whole["part"] == part else f'"{part}"'


def read_lines(text: str, shape: Shape) -> list[Line]:
    """The items of a form's field. Raises NothingBelow for a heading with nothing below it, unless that is an item.

    What stands before the first heading is read as after a command.
    """
    below = replace(shape, headed=False)
    found: list[Line] = []
    heading, waits = "", False
    for line in _logical(text):
        if shape.headed and is_heading(line):
            found += [_alone(heading, shape)] if waits else []
            heading, waits = _heading(line), True
            continue
        item = read_line(_without_bullet(line), below if heading else shape)
        found.append(replace(item, heading=heading or item.heading))
        waits = False
    return [*found, _alone(heading, shape)] if waits else found


def _without_bullet(line: str) -> str:
    bullet = _BULLET.match(line)
    return line[bullet.end() :] if bullet else line


def _heading(line: str) -> str:
    inner = line[:-1].strip()
    return inner[1:-1] if inner[:1] == inner[-1:] == '"' and inner[1:-1] else inner


def _alone(heading: str, shape: Shape) -> Line:
    if not shape.bare:
        raise NothingBelow(heading=heading)
    return Line(heading=heading)


def _logical(text: str) -> Iterator[str]:
    """Lines with those that go on with them, without blank ends."""
    kept: list[str] = []
    for line in re.split(r"\r\n|\r|\n", text):
        if kept and line.startswith((_INDENT, "\t")):
            kept.append(line[1:] if line.startswith("\t") else line[len(_INDENT) :])
        elif line.strip():
            yield from ["\n".join(kept).strip()] if kept else []
            kept = [line]
    yield from ["\n".join(kept).strip()] if kept else []


def print_lines(lines: Iterable[Line], shape: Shape) -> list[str]:
    """The items as pieces of a form's field, a heading or an item each: ``read_lines`` gives them back."""
    below = replace(shape, headed=False)
    printed: list[str] = []
    heading = ""
    for line in lines:
        if shape.headed and (line.heading != heading or not line.text):
            printed.append(print_heading(line.heading))
            heading = line.heading
        if line.text or line.name:
            printed.append(_item(print_line(line, below)))
    return printed


def is_heading(line: str) -> bool:
    """Whether *line* is a heading for those below it."""
    return line.endswith(":") and "\n" not in line and not _BULLET.match(line)


def print_heading(heading: str) -> str:
    """*heading* on its line."""
    quoted = heading[:1] == heading[-1:] == '"' and heading[1:-1]
    return (
        f'"{heading}":' if quoted or _BULLET.match(heading) or heading != heading.strip() else f"{heading}:"
    )


def _item(text: str) -> str:
    first, *more = text.split("\n")
    marked = _BULLET.match(first) or (first.endswith(":") and not more)
    return "\n".join([f"- {first}" if marked else first, *(_INDENT + rest for rest in more)])
