"""A draft that people edited as a file is made anew, and keeps every sentence of theirs (AD-8).

The Markdown draft is delimited: one pair of marks around each section, the last with a hash of what stands between
them as it was made. A section that nobody touched is made new; one that a person edited is kept as edited; what
people wrote outside of the marks stays where it stands. Marks are comments, alone on their lines.
"""

import hashlib
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

EDITED = "edited"
"""Stands in the place of a hash where nobody knows any more what was made."""
HEAD, QUESTIONS, NOTICE, FOOTER = "head", "first-questions", "kept", "footer"
_MARK = re.compile(
    r"<!-- tocsin:(?P<kind>begin|end) (?P<name>[a-z0-9-]{1,60})(?: (?P<hash>[0-9a-f]{8}|edited))? -->"
)
_DRAFT = re.compile(
    r"<!-- tocsin:draft (?P<ref>INC-[\d-]+|CE\d+) (?P<variant>[a-z][a-z -]*?)(?:: [^<>]*)? -->"
)
_LIKE_OURS = re.compile(r"<!--(?=\s*tocsin:)")
_EXPLAINED = "what you write here, inside of a section or outside, is kept when the file is made anew"
_FENCE = re.compile(r"`{3,}")
_HEADING = re.compile(r"## (?P<text>.+)")
_BEHIND = " (the record says something else by now)"
_PROMPT = "_[to write: "
_TELLS = 15
"""Characters of a question that tell it from others: its end may name a count that changes."""


@dataclass(slots=True, kw_only=True)
class _Part:
    """A stretch of a file: a section between marks, or (without a name) what people wrote outside of them."""

    name: str = ""
    lines: list[str] = field(default_factory=list)
    hash: str = ""
    """As its end mark has it."""

    @property
    def text(self) -> str:
        return _trimmed(self.lines)

    @property
    def is_touched(self) -> bool:
        return self.hash != digest(self.text)


@dataclass(frozen=True, slots=True, kw_only=True)
class Regenerated:
    """A draft made anew."""

    text: str
    kept: tuple[str, ...]
    """The headings of sections that are kept as edited."""
    is_behind: bool
    """True where the record says something else about one of them by now."""


def digest(text: str) -> str:
    """A hash of a section; blanks at the ends of lines, which editors take away, make no difference."""
    lines = "\n".join(line.rstrip() for line in text.strip("\n").split("\n"))
    return hashlib.sha256(lines.encode("utf-8", "replace")).hexdigest()[:8]


def delimited(document: str, ref: str, variant: str) -> str:
    """The Markdown *document* with marks; *variant*: its format, and for whom it is."""
    first = f"<!-- tocsin:draft {ref} {variant}: {_EXPLAINED} -->"
    parts = [_Part(name=name, lines=lines, hash="") for name, lines in _sections(document)]
    return _printed(first, [_made(part.name, part.text) for part in parts])


def identity(text: str) -> tuple[str, str] | None:
    """Reference and variant of the draft that *text* is; None: it is none, or its first mark is gone."""
    found = next(
        (m for line in text.removeprefix("\ufeff").splitlines() if (m := _DRAFT.fullmatch(line.strip()))),
        None,
    )
    return (found["ref"], found["variant"]) if found else None


def regenerated(old: str, fresh: str, asking: str | None = None, *, has_notice: bool = True) -> Regenerated:
    """*fresh* (delimited) with all that people wrote into *old*, an earlier draft of the same incident and format.

    *asking*: the fresh draft with the prompts that people answered in *old*, where *fresh* leaves these out.
    *has_notice*: whether the text itself names what is kept; what goes to customers does not.
    """
    was, made = _parts(old), {part.name: part for part in _parts(fresh) if part.name}
    now = [part for each in was if (part := _now(each, made))]
    if not any(part.is_touched if part.name else part.text for part in now):
        return Regenerated(text=fresh, kept=(), is_behind=False)
    for name in reversed(made):
        _insert(now, made, name)
    kept = [part for part in now if part.name and part.is_touched]
    told = {part.name: part.hash for part in _parts(asking or fresh)}
    behind = [part for part in kept if part.name in told and part.hash != told[part.name]]
    if kept and has_notice:
        place = next((n for n, part in enumerate(now) if part.name == HEAD), -1) + 1
        now.insert(place, _notice(kept, behind))
    first = next(line for line in fresh.split("\n") if _DRAFT.fullmatch(line))
    titles = tuple(_title(part) for part in kept)
    return Regenerated(text=_printed(first, now), kept=titles, is_behind=bool(behind))


def answered(old: str, fresh: str, questions: Mapping[str, str]) -> frozenset[str]:
    """The topics of *questions* (topic to its question in Markdown) whose prompt a person replaced in *old*."""
    touched = {part.name: part.text for part in _parts(old) if part.name and part.is_touched}
    found: set[str] = set()
    for part in _parts(fresh):
        for topic, question in questions.items():
            asks = f"{_PROMPT}{question}"
            if (
                part.name in touched
                and asks in part.text
                and asks[: len(_PROMPT) + _TELLS] not in touched[part.name]
            ):
                found.add(topic)
    return frozenset(found)


# Reading


def _parts(text: str) -> list[_Part]:
    """The stretches of a file, in order. Of two sections with one name the second is text like any other."""
    found, current = list[_Part](), _Part()
    taken: set[str] = set()
    for line in re.split(r"\r\n|\r|\n", text.removeprefix("\ufeff")):
        mark = _MARK.fullmatch(line.strip())
        if mark is None:
            if not _DRAFT.fullmatch(line.strip()):
                current.lines.append(line)
        elif mark["kind"] == "begin":
            found.append(current)
            current = _Part(name=mark["name"], hash=EDITED)
        elif mark["name"] == current.name:
            current.hash = mark["hash"] or EDITED
            found.append(current)
            current = _Part()
    return [part for part in _single([*found, current], taken) if part.name or part.text]


def _single(parts: Sequence[_Part], taken: set[str]) -> Iterator[_Part]:
    """Each section once; the notice of ours is left out, for it is made anew."""
    for part in parts:
        if part.name and (part.name in taken or part.name == NOTICE):
            if part.is_touched:
                yield _Part(lines=part.lines)
            continue
        taken.add(part.name)
        yield part


def _sections(document: str) -> Iterator[tuple[str, list[str]]]:
    """The document's head, its sections, its footer; what looks like a mark of ours is one no longer.

    Questions below the head are apart from it: whoever answers them there does not hold its figures up.
    """
    name, lines, fence = HEAD, list[str](), ""
    taken = dict.fromkeys((HEAD, QUESTIONS, NOTICE, FOOTER), 1)
    rows = document.rstrip("\n").split("\n")
    last = _footer_at(rows)
    for n, row in enumerate(rows):
        heading = None if fence else _HEADING.fullmatch(row)
        fence = _fence(row, fence)
        asks = name == HEAD and row.startswith(_PROMPT)
        if n == last or asks or (heading and (name != HEAD or _has_more(lines))):
            yield name, lines
            name = (
                FOOTER
                if n == last
                else QUESTIONS
                if asks
                else _slug(heading["text"] if heading else "", taken)
            )
            lines = []
        lines.append(_LIKE_OURS.sub("<!- -", row))
    yield name, lines


def _footer_at(rows: Sequence[str]) -> int:
    """The row of the last line across, above the footer; behind all of them where there is none."""
    found, fence = len(rows), ""
    for n, row in enumerate(rows):
        found = n if row == "---" and not fence else found
        fence = _fence(row, fence)
    return found


def _has_more(lines: Sequence[str]) -> bool:
    """Whether the head has more than a title: a heading right below that belongs to it."""
    return any(line and not line.startswith("# ") for line in lines)


def _fence(row: str, open_with: str) -> str:
    """The fence that is open after *row*; empty: none."""
    if open_with:
        return "" if row.rstrip() == open_with else open_with
    found = _FENCE.match(row)
    return found[0] if found else ""


def _slug(heading: str, taken: dict[str, int]) -> str:
    """The name of a section: its heading without numbers, so that it stays when others come before it."""
    words = re.findall(r"[a-z][a-z0-9]*", heading.lower())
    name = "-".join(words)[:40].strip("-") or "section"
    taken[name] = taken.get(name, 0) + 1
    return name if taken[name] == 1 else f"{name}-{taken[name]}"


# Writing


def _now(part: _Part, made: Mapping[str, _Part]) -> _Part | None:
    """What stands in the place of *part* from now on; None: nothing."""
    if not part.name:
        return part
    fresh = made.get(part.name)
    if not part.is_touched or (fresh and digest(part.text) == fresh.hash):
        return fresh
    return part


def _insert(now: list[_Part], made: Mapping[str, _Part], name: str) -> None:
    """A section that the file did not have stands before the one that follows it, else at the end."""
    names = [part.name for part in now]
    if name in names:
        return
    order = list(made)
    following = next((each for each in order[order.index(name) + 1 :] if each in names), None)
    now.insert(names.index(following) if following else len(now), made[name])


def _notice(kept: Sequence[_Part], behind: Sequence[_Part]) -> _Part:
    told = "; ".join(f"{_title(part)}{_BEHIND if part in behind else ''}" for part in kept)
    return _made(NOTICE, f"**Kept as edited by hand ({len(kept)}):** {told}.")


def _title(part: _Part) -> str:
    """How a section is called: by its heading, else by its name."""
    heading = next((found for line in part.lines if (found := _HEADING.fullmatch(line))), None)
    return heading["text"] if heading and part.name != HEAD else part.name.replace("-", " ")


def _made(name: str, text: str) -> _Part:
    return _Part(name=name, lines=text.split("\n"), hash=digest(text))


def _trimmed(lines: Sequence[str]) -> str:
    """Lines without blank ones at both ends."""
    found = list(lines)
    while found and not found[-1].strip():
        found.pop()
    while found and not found[0].strip():
        found.pop(0)
    return "\n".join(found)


def _printed(first: str, parts: Sequence[_Part]) -> str:
    pieces = [first]
    for part in parts:
        begin, end = f"<!-- tocsin:begin {part.name} -->", f"<!-- tocsin:end {part.name} {part.hash} -->"
        pieces.append("\n".join([begin, part.text, end] if part.name else [part.text]))
    return "\n\n".join(pieces) + "\n"
