"""Reading a playbook: a Markdown file that people write by hand, refused with the line of each mistake.

Between two lines ``---`` may stand ``services: a, b`` and ``words: c, d``; then comes the title, a heading. What
follows is text in Markdown, headings that make groups, and steps: ``- [ ] what to do``.
"""

import re
import textwrap
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from bot.domain.nearest import nearest

MOST_STEPS, LONGEST_STEP, LONGEST_TITLE, LONGEST_WORD, LONGEST_NAME = 100, 1_000, 150, 80, 60
LARGEST = 20_000
"""Characters of one file: it is read in a channel, at night."""
SERVICES, WORDS = "services", "words"
KEYS = (SERVICES, WORDS)

_STEP = re.compile(r"\s*(?:[-*+]|\d{1,9}[.)])[ \t]+\[[ xX]\][ \t]+(?P<text>\S.*)")
_NO_TEXT = re.compile(r"\s*(?:[-*+]|\d{1,9}[.)])[ \t]+\[[ xX]\]\s*")
_ALMOST = re.compile(r"\s*(?:>\s*)*(?:(?:[-*+]|\d{1,9}[.)])\s*(?:\[\s*\]|\[[xX]\])|\[\s+\])(?![(:\[])")
"""A box that is written nearly right: as text it would be lost."""
_HEADING = re.compile(r" {0,3}(?P<marks>#{1,6})(?:[ \t]+(?P<text>.*?))?(?:[ \t]+#+)?\s*")
_FENCE = re.compile(r"\s*(?P<mark>`{3,}|~{3,})")
_ITEM = re.compile(r"\s*(?:[-*+]|\d{1,9}[.)]|>)(?:\s|$)")
_SETTING = re.compile(r"(?P<key>[\w-]+)\s*:\s*(?P<value>.*)")


class BrokenPlaybook(Exception):
    """A playbook cannot be used. ``mistakes`` holds one sentence's end each, with its line."""

    def __init__(self, mistakes: Sequence[str]) -> None:
        """Keep *mistakes*."""
        super().__init__("\n".join(mistakes))
        self.mistakes = tuple(mistakes)


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """A stretch of a playbook: a heading, a step, or text. In Markdown."""

    text: str
    heading: bool = False
    step: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Playbook:
    """A checklist or a text that somebody wrote for incidents of a kind."""

    name: str
    """How it is called in commands: the file's name without its end."""
    title: str
    """In Markdown."""
    services: tuple[str, ...] = ()
    """It is suggested for incidents of one of these services …"""
    words: tuple[str, ...] = ()
    """… or with one of these words in the title."""
    pieces: tuple[Piece, ...] = ()

    @property
    def steps(self) -> int:
        """How many boxes it has."""
        return sum(piece.step for piece in self.pieces)


@dataclass(slots=True)
class _Reading:
    """What was found so far."""

    mistakes: list[str] = field(default_factory=list)
    pieces: list[Piece] = field(default_factory=list)
    lines: list[int] = field(default_factory=list)
    """Where each of the pieces begins."""
    text: list[str] = field(default_factory=list)
    """Lines of the text that is not ended yet."""
    joins: bool = False
    """Whether the next line may go on with the last step."""
    fence: tuple[str, int] | None = None
    """The marks that opened a stretch of code, and their line."""

    def wrong(self, line: int, says: str) -> None:
        self.mistakes.append(f"line {line}: {says}")

    def add(self, number: int, piece: Piece) -> None:
        """A piece that begins on line *number*, after the text that was read before it."""
        self.flush(number)
        self.pieces.append(piece)
        self.lines.append(number)

    def flush(self, number: int) -> None:
        """The text that was read before line *number* is a piece."""
        text = textwrap.dedent("\n".join(self.text)).strip("\n")
        begin, self.text = number - len(self.text), []
        if text.strip():
            self.add(begin, Piece(text=text))


def playbook(name: str, written: str) -> Playbook:
    """The playbook in the file *name* (without its end), whose text is *written*. Raises BrokenPlaybook."""
    lines = written.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n").split("\n")
    reading = _Reading()
    name = unicodedata.normalize("NFC", name).casefold()
    if not _is_typed(name):
        reading.mistakes.append(
            f"its name should be one word of letters, digits, - and _, at most {LONGEST_NAME} of them"
        )
    if len(written) > LARGEST:
        raise BrokenPlaybook(
            [*reading.mistakes, f"it has {len(written):,} characters; at most {LARGEST:,} fit"]
        )
    settings, begin = _settings(lines, reading)
    title, begin = _title(lines, begin, reading)
    for number, line in enumerate(lines[begin:], begin + 1):
        _line(number, line, reading)
    _end(len(lines) + 1, reading)
    if reading.mistakes:
        raise BrokenPlaybook(reading.mistakes)
    return Playbook(
        name=name, title=title, services=settings.get(SERVICES, ()), words=settings.get(WORDS, ()),
        pieces=tuple(reading.pieces),
    )  # fmt: skip


def _is_typed(name: str) -> bool:
    """Whether *name* is one word: letters of any script with their marks, digits, and ``-``, ``_`` and ``.``."""
    kinds = [unicodedata.category(sign)[0] for sign in name]
    signs = all(kind in "LMN" or sign in "-_." for kind, sign in zip(kinds, name, strict=True))
    return signs and kinds[:1] in (["L"], ["N"]) and len(name) <= LONGEST_NAME


def _settings(lines: Sequence[str], reading: _Reading) -> tuple[dict[str, tuple[str, ...]], int]:
    """What stands between two lines ``---`` at the top, and the index of the line after them."""
    found: dict[str, tuple[str, ...]] = {}
    if lines[0].rstrip() != "---":
        return found, 0
    for number, line in enumerate(lines[1:], 2):
        if line.rstrip() == "---":
            return found, number
        setting = _SETTING.fullmatch(line.strip())
        if setting is None:
            if line.strip() and not line.lstrip().startswith("#"):
                reading.wrong(number, "should be `services: one, another` or `words: one, another`")
            continue
        key, values = setting["key"].lower(), tuple(_listed(setting["value"]))
        if wrong := _setting(key, values, found):
            reading.wrong(number, wrong)
        else:
            found[key] = values
    reading.wrong(1, "what begins with --- is never ended by another line ---")
    return found, len(lines)


def _setting(key: str, values: Sequence[str], found: dict[str, tuple[str, ...]]) -> str:
    """What is wrong with a setting; empty: nothing."""
    if key not in KEYS:
        near = nearest(key, KEYS, distance=3)
        return f"{key} is not known" + (f"; did you mean {near}?" if near else f": write {' or '.join(KEYS)}")
    if key in found:
        return f"{key} stands here twice"
    if not values:
        return f"{key} names nothing: write them on this line, like `{key}: one, another`"
    return next((f"'{each[:20]}…' is too long" for each in values if len(each) > LONGEST_WORD), "")


def _listed(value: str) -> Iterator[str]:
    """The words of ``a, b``, ``[a, b]`` or ``["a", "b"]``."""
    inner = value.strip()
    if inner.startswith("[") and inner.endswith("]"):
        inner = inner[1:-1]
    for each in inner.split(","):
        if word := each.strip().strip("\"'").strip():
            yield unicodedata.normalize("NFC", word)


def _title(lines: Sequence[str], begin: int, reading: _Reading) -> tuple[str, int]:
    """The heading that comes first, and the index of the line after it."""
    if begin >= len(lines):
        return "", begin
    first = next((n for n in range(begin, len(lines)) if lines[n].strip()), None)
    if first is None:
        reading.wrong(begin + 1, "it is empty: begin with its title, `# Title`")
        return "", len(lines)
    heading = _HEADING.fullmatch(lines[first])
    title = (heading["text"] or "").strip() if heading else ""
    if not title:
        reading.wrong(first + 1, "should be its title, like `# Database outage`")
    elif len(title) > LONGEST_TITLE:
        reading.wrong(first + 1, f"its title has {len(title)} characters; at most {LONGEST_TITLE} fit")
    return title, first + 1 if heading else first


def _line(number: int, line: str, reading: _Reading) -> None:
    if reading.fence is not None or _FENCE.match(line):
        _code(number, line, reading)
    elif not line.strip():
        reading.joins = False
        reading.text.append("")
    elif heading := _HEADING.fullmatch(line):
        _headed(number, (heading["text"] or "").strip(), reading)
    elif step := _STEP.fullmatch(line):
        reading.add(number, Piece(text=step["text"].rstrip(), step=True))
        reading.joins = True
    elif _NO_TEXT.fullmatch(line):
        reading.wrong(number, "this box has no text: write what is to be done behind it")
    elif _ALMOST.match(line):
        reading.wrong(number, "should be written `- [ ] what to do`, with these spaces, to be a box")
    elif reading.joins and not _ITEM.match(line):
        last = reading.pieces.pop()
        reading.pieces.append(Piece(text=f"{last.text}\n{line.strip()}", step=True))
    else:
        reading.joins = False
        reading.text.append(line)


def _code(number: int, line: str, reading: _Reading) -> None:
    """A line of code between fences, or a fence: no box is looked for there."""
    reading.joins = False
    reading.text.append(line)
    mark = _FENCE.match(line)
    if reading.fence is None:
        reading.fence = (mark["mark"], number) if mark else None
    elif mark and line.strip() == mark["mark"] and mark["mark"].startswith(reading.fence[0]):
        reading.fence = None


def _headed(number: int, text: str, reading: _Reading) -> None:
    reading.joins = False
    reading.add(number, Piece(text=text, heading=True))
    if not text:
        reading.wrong(number, "this heading has no text")
    elif len(text) > LONGEST_TITLE:
        reading.wrong(number, f"this heading has {len(text)} characters; at most {LONGEST_TITLE} fit")


def _end(number: int, reading: _Reading) -> None:
    """What can only be seen at the end, which is before line *number*."""
    reading.flush(number)
    if reading.fence is not None:
        reading.wrong(reading.fence[1], f"this code is never ended by another line {reading.fence[0]}")
    steps = [(piece, line) for piece, line in zip(reading.pieces, reading.lines, strict=True) if piece.step]
    for piece, line in steps:
        if len(piece.text) > LONGEST_STEP:
            reading.wrong(line, f"this step has {len(piece.text):,} characters; at most {LONGEST_STEP:,} fit")
    if len(steps) > MOST_STEPS:
        reading.wrong(steps[MOST_STEPS][1], f"at most {MOST_STEPS} steps fit in one playbook")
