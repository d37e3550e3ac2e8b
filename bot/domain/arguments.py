"""Takes key=value and --flag out of what was typed, in one pass from left to right (PRODUCT 2.2).

What is not known stays in the text: `declare sev1 p99=4s` is a title. Code (`…`, ```…```), Slack's own marks
(<…|…>) and double-quoted pieces of the text are left as they are. Nothing typed is lost, and the time taken
grows with the length only.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from bot.domain.zones import is_zone_word

NONE: frozenset[str] = frozenset()

_OPTION = re.compile(r"(?:--|[—–])?(?P<key>[^\W\d_][\w.-]{0,60})=(?!=)")
_FLAG = re.compile(r"(?:--|[—–])(?P<flag>[^\W\d_][\w-]{0,60})(?=\s|$)")
_DASH = re.compile(r"[-—–]{1,3}(?=[^\W\d_])")
_STEP = re.compile(r"\s+|```|`|<(?:[@#!]|https?:|mailto:|tel:)[^<>\n]*>|<|[^\s`<]+")
_QUOTES = {'"': '"”“', "“": '”"', "”": '”"', "„": '“”"', "'": "'’", "‘": "’'", "’": "’'"}
_CLOSERS = {closers: re.compile(rf"(?<!=)[{closers}](?=\s|$)") for closers in _QUOTES.values()}
_PIECE_END = re.compile(r'(?<=\S)["”](?=[\s.,;:!?)]|$)')
_WORD = re.compile(r"\S{1,100}")
_NEXT_WORD = re.compile(r"[^\S\n]{1,3}(\S{1,40})(?=\s|$)")
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}|today|tomorrow|yesterday", re.IGNORECASE)
_CLOCK_BEGINS = re.compile(r"\d{1,2}(?::\d{2}|[ap]\.?m)", re.IGNORECASE)
_CLOCK = re.compile(r"(?:\d{4}-\d{2}-\d{2}T)?\d{1,2}(?::\d{2}){0,2}(?:[.,]\d{1,9})?", re.IGNORECASE)
_HALF = re.compile(r"[ap]\.?m\.?,?", re.IGNORECASE)
_HALF_DAY = re.compile(r"\d{1,2}(?:[:.]\d{2}){0,2}[ap]\.?m\.?", re.IGNORECASE)
_SPAN = re.compile(
    r"\d{0,9}(?:\.\d{1,6})?(?:d|h|m|s|days?|hrs?|hours?|mins?|minutes?|secs?|seconds?)?(?:\d{1,9}[hms])*,?"
)
_LONGEST_TIME = 40


@dataclass(frozen=True, kw_only=True, slots=True)
class Arguments:
    """What was typed after a verb, taken apart.

    `text` is what is left, its line breaks kept; `options` the values of each known key in the order typed,
    without their quotes; `flags` the known flags; `unknown` what looks like key=value or --flag but is not
    known, and stays in `text`; `dashed` every word that stays there and begins with a dash.
    """

    text: str
    options: Mapping[str, tuple[str, ...]]
    flags: frozenset[str]
    unknown: tuple[str, ...]
    dashed: tuple[str, ...] = ()

    def one(self, key: str) -> str | None:
        """The value of `key`; the last one where it was given more than once."""
        values = self.options.get(key)
        return values[-1] if values else None


def split(
    rest: str, *, keys: frozenset[str] = NONE, flags: frozenset[str] = NONE, time_keys: frozenset[str] = NONE
) -> Arguments:
    """Take the known options and flags out of `rest`.

    Keys are compared in lower case with "_", flags with "-". A value in straight or curly quotes may hold
    spaces; a quote that is never closed is an ordinary character. The values of `time_keys` take the words
    that belong to a time with them: "09:23:15 PST", "2024-03-15 09:23", "10 min ago".
    """
    return _Scan(rest, keys=keys, flags=flags, times=time_keys).run()


class _Scan:
    """One pass over the text; `pos` only goes forward."""

    def __init__(
        self, text: str, *, keys: frozenset[str], flags: frozenset[str], times: frozenset[str]
    ) -> None:
        self.text, self.keys, self.known_flags, self.time_keys = text, keys | times, flags, times
        self.pos = 0
        self.kept_from = 0
        self.kept: list[str] = []
        self.options: dict[str, list[str]] = {}
        self.flags: set[str] = set()
        self.unknown: list[str] = []
        self.dashed: list[str] = []
        self.never_again: set[str] = set()  # closing marks that the remaining text is known not to hold

    def run(self) -> Arguments:
        """Walk from word to word."""
        at_start = True
        while self.pos < len(self.text):
            if at_start and (self.take_option() or self.take_flag()):
                continue
            if at_start and _DASH.match(self.text, self.pos):
                self.dashed.append(self.word())
            if at_start and self.skip_quoted_piece():
                at_start = False
                continue
            at_start = self.step()
        self.kept.append(self.text[self.kept_from :])
        return Arguments(
            text="".join(self.kept).strip(),
            options={key: tuple(values) for key, values in self.options.items()},
            flags=frozenset(self.flags),
            unknown=tuple(self.unknown),
            dashed=tuple(self.dashed),
        )

    def step(self) -> bool:
        """Go past one piece of the text; tell whether a word may begin after it."""
        match = _STEP.match(self.text, self.pos)
        if match is None:  # cannot be: some alternative fits every character
            raise AssertionError(self.pos)
        piece = match[0]
        self.pos = match.end()
        if piece in ("`", "```"):
            self.pos = self.end_of_code(piece)
        return piece.isspace()

    def end_of_code(self, mark: str) -> int:
        """Where the code that has just been opened ends; where we are, when it never does."""
        end = self.find(mark)
        if end < 0 or (mark == "`" and "\n" in self.text[self.pos : end]):
            return self.pos
        return end + len(mark)

    def find(self, mark: str) -> int:
        """The next `mark`, or -1. One that is missing is not looked for again: the pass stays linear."""
        if mark in self.never_again:
            return -1
        end = self.text.find(mark, self.pos)
        if end < 0:
            self.never_again.add(mark)
        return end

    def search(self, pattern: re.Pattern[str], start: int) -> int:
        """The same for a pattern of one character."""
        if pattern.pattern in self.never_again:
            return -1
        match = pattern.search(self.text, start)
        if match is None:
            self.never_again.add(pattern.pattern)
            return -1
        return match.start()

    def skip_quoted_piece(self) -> bool:
        """In "a quoted piece" of the text nothing is taken out."""
        if self.text[self.pos] not in '"“' or self.text[self.pos + 1 : self.pos + 2].isspace():
            return False
        end = self.search(_PIECE_END, self.pos + 1)
        if end < 0:
            return False
        self.pos = end + 1
        return True

    def take_option(self) -> bool:
        """key=value at the beginning of a word."""
        match = _OPTION.match(self.text, self.pos)
        if match is None:
            return False
        key = match["key"].lower().replace("-", "_")
        if key not in self.keys:
            self.note_unknown()
            return False
        start, self.pos = self.pos, match.end()
        value = self.quoted_value()
        if value is None:
            value = self.bare_value(is_time=key in self.time_keys)
        self.options.setdefault(key, []).append(value)
        self.cut(start)
        return True

    def take_flag(self) -> bool:
        """--flag at the beginning of a word; phones and Macs make one dash of two."""
        match = _FLAG.match(self.text, self.pos)
        if match is None:
            return False
        flag = match["flag"].lower().replace("_", "-")
        if flag not in self.known_flags:
            self.note_unknown()
            return False
        start, self.pos = self.pos, match.end()
        self.flags.add(flag)
        self.cut(start)
        return True

    def note_unknown(self) -> None:
        self.unknown.append(self.word())

    def word(self) -> str:
        """The word that begins here, as far as one looks at it."""
        match = _WORD.match(self.text, self.pos)
        return match[0] if match else ""

    def quoted_value(self) -> str | None:
        """The value between quotes, or None where there are none or they are never closed."""
        closers = _QUOTES.get(self.text[self.pos : self.pos + 1])
        if closers is None:
            return None
        start = self.pos + 1
        end = self.search(_CLOSERS[closers], start)
        if end < 0:
            return None
        self.pos = end + 1
        return self.text[start:end]

    def bare_value(self, *, is_time: bool) -> str:
        """The value up to the next space; links, mentions and code in it are kept whole."""
        start = self.pos
        while self.pos < len(self.text) and not self.text[self.pos].isspace():
            self.step()
        if is_time:
            self.take_rest_of_time(start)
        return self.text[start : self.pos]

    def take_rest_of_time(self, start: int) -> None:
        """Go on over the words that belong to the time begun at `start`."""
        value = self.text[start : self.pos]
        if len(value) > _LONGEST_TIME:
            return
        end = self.end_of_ago(value)
        if end:
            self.pos = end
            return
        word, after = self.next_word(self.pos)
        if _DATE.fullmatch(value) and _CLOCK_BEGINS.match(word):
            self.pos, value = after, word
            word, after = self.next_word(self.pos)
        if _CLOCK.fullmatch(value) and _HALF.fullmatch(word):
            self.pos, value = after, value + word.rstrip(",")
            word, after = self.next_word(self.pos)
        if (_CLOCK.fullmatch(value) or _HALF_DAY.fullmatch(value)) and is_zone_word(word.rstrip(",;.")):
            self.pos = after

    def end_of_ago(self, value: str) -> int:
        """Where "10 min ago" ends, or 0 when these words are not of that kind."""
        word, pos = value, self.pos
        for _ in range(6):
            if word.lower().rstrip(",;.") == "ago":
                return pos
            if not _SPAN.fullmatch(word.lower()):
                return 0
            word, pos = self.next_word(pos)
        return 0

    def next_word(self, pos: int) -> tuple[str, int]:
        """The word after `pos` on the same line and where it ends; "" where there is none."""
        match = _NEXT_WORD.match(self.text, pos)
        return (match[1], match.end()) if match else ("", pos)

    def cut(self, start: int) -> None:
        """Leave out what lies from `start` to here, together with the blanks that it stood between."""
        before = self.text[self.kept_from : start]
        kept = before.rstrip(" \t\u00a0\u202f")
        if kept:
            self.kept.append(kept)
        if not self.kept or self.kept[-1].endswith("\n"):
            while self.pos < len(self.text) and self.text[self.pos] in " \t\u00a0\u202f":
                self.pos += 1
        self.kept_from = self.pos
