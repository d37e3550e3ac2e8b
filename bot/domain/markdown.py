"""Readable plain text made safe for Markdown (CommonMark with GitHub's tables), escaped no more than needed.

What people wrote never becomes markup: no heading, list, quote, link, HTML, table cell or emphasis (rule 7 of
the layout). A code span in single backticks stays one. What could not be active where it stands
stays as it is, so that the source reads well too.
"""

import re

from bot.domain.signs import TURNS, set_apart

_UNPRINTABLE = re.compile("[\x00-\x08\x0e-\x1b\x7f\ud800-\udfff]")
_CODE = re.compile(r"(?<!`)`([^`]+)`(?!`)")
_ACTIVE = re.compile(
    r"""` | \| | \\(?=[!-/:-@\[-`{-~]|$) | <(?=[A-Za-z/!?]) | &(?=\#?\w{1,32};)
    | \*(?:(?<!\s\*)|(?!\s)) | ~(?:(?=~)|(?<=\S~)) | \((?<=\]\()
    | _(?:(?<![^\W_]_)|(?![^\W_]))  # between letters or digits it is never emphasis""",
    re.VERBOSE,
)
"""Signs before which a backslash belongs. Each way begins with its sign: so the others are passed over at once."""
_START = re.compile(
    r"""[-+*](?=\s|$) | \#{1,6}(?=\s|$) | > | (?P<number>\d{1,9})(?=[.)](?:\s|$))
    | [-=:|_](?=[-=:|_\s]*$) | \[(?=[ xX]\]|[^\]]*$|.*\]:)""",
    re.VERBOSE,
)
_HARMLESS = re.compile(r"[A-Za-z0-9,.:;()/+'\"?!-]+(?: [A-Za-z0-9,.:;()/+'\"?!-]+)*")
"""Words that nothing in a table's cell makes markup of, which most texts are."""
_FENCE_RUN = re.compile(r"`{3,}")


def inline(text: str) -> str:
    """*text* on one line, for a paragraph, a heading or a list item: safe at the start of a line too."""
    line = _one_line(text)
    safe = "".join(_pieces(line, cell=False))
    # the same sign would be escaped twice: once for where it stands and once for what it is
    start = _START.match(line)
    if start and not safe.startswith("\\"):
        number = start["number"] or ""
        safe = f"{number}\\{safe[len(number) :]}"
    return set_apart(safe)


def cell(text: str) -> str:
    """*text* for a table's cell: line breaks become ``<br>``, ``|`` is escaped, in code as well."""
    if _HARMLESS.fullmatch(text):
        return text
    if text.isascii() and text.isprintable():  # one line, and no sign that is left out or turns others
        return "".join(_pieces(" ".join(text.split()), cell=True))
    lines = (_one_line(line) for line in text.strip().splitlines())
    return "<br>".join(set_apart("".join(_pieces(line, cell=True))) for line in lines)


def fenced(text: str, info: str = "text") -> str:
    """*text* word for word in a code fence longer than any fence inside it."""
    body = _UNPRINTABLE.sub("\ufffd", "\n".join(text.splitlines()))
    fence = "`" * max([3, *(len(run) + 1 for run in _FENCE_RUN.findall(body))])
    return f"{fence}{info}\n{body}\n{fence}"


def _one_line(text: str) -> str:
    return " ".join(TURNS.sub("", _UNPRINTABLE.sub("\ufffd", text)).split())


def _pieces(line: str, *, cell: bool) -> list[str]:
    """*line* with its code spans kept and the rest escaped."""
    if "`" not in line:
        return [_escaped(line, dollars=line.count("$") > 1)]
    pieces, end = [], 0
    dollars = line.count("$") > 1
    for match in _CODE.finditer(line):
        code = match[0]
        if cell and "|" in code and "\\" in code:
            continue  # readers of Markdown disagree about a backslash before a bar in code
        pieces += [_escaped(line[end : match.start()] + "`", dollars=dollars)[:-2], _code(code, cell=cell)]
        end = match.end()
    return [*pieces, _escaped(line[end:], dollars=dollars)]


def _code(span: str, *, cell: bool) -> str:
    return span.replace("|", "\\|") if cell else span


def _escaped(text: str, *, dollars: bool) -> str:
    """*text* without code spans; two dollar signs would make a formula on GitHub."""
    safe = _ACTIVE.sub(_escape, text)
    return safe.replace("$", "\\$") if dollars else safe


def _escape(match: re.Match[str]) -> str:
    return f"\\{match[0]}"
