"""What people see as one character, and what they do not see at all: cuts between characters, and invisible signs.

Text boundaries follow Unicode's annex 29 (https://www.unicode.org/reports/tr29/), with the standard library's tables
and a few ranges: where in doubt two signs stay together. Directions: https://www.unicode.org/reports/tr9/.
"""

import re
import unicodedata

JOINER, NON_JOINER = "\u200d", "\u200c"
APART, END_APART = "\u2068", "\u2069"
"""Marks around text whose direction of writing is its own business."""
TURNS = re.compile("[\u202a-\u202e\u2066-\u2069]")
"""Marks that turn the direction of writing for all that follows; right-to-left text is set apart instead."""
_UNSEEN = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u00ad\u061c\u180e\u200b\u200e\u200f"
    "\u202a-\u202e\u2060-\u206f\u3164\ufeff\uffa0]"
)
"""Signs that show nothing and mean nothing in what people type: controls, marks of direction, blanks of no width."""
_TAGS = re.compile("(?<![\U0001f3f4\U000e0020-\U000e007f])[\U000e0000-\U000e007f]+")
"""Letters that nobody sees; behind a black flag they make the flag of a region."""
_IN_LATIN = re.compile(f"(?<=[!-~])[{NON_JOINER}{JOINER}]+(?=[!-~])")
"""Persian, the languages of India, and emoji need joiners; between plain letters they only disguise a word."""
_NOT_LATIN = re.compile("[\u0590-\U0001ffff]")
_RIGHT_TO_LEFT = ("R", "AL")
_REGIONAL = range(0x1F1E6, 0x1F200)
_SKIN_TONES = range(0x1F3FB, 0x1F400)
_TAG = range(0xE0020, 0xE0080)
_PREPENDED = frozenset("\u0600\u0601\u0602\u0603\u0604\u0605\u06dd\u070f\u08e2\u0d4e")
"""Signs that belong to what follows them."""
_BEHIND = frozenset("\u0e33\u0eb3\u200c\uff9e\uff9f")
"""Signs that belong to what stands before them, and are no marks by their class."""
_LONGEST = 64
"""Signs of one character at most: more are no letter any more, and are cut."""
_VIRAMA = 9
"""The combining class of the sign that joins two consonants (Devanagari and its kin)."""


def is_between(text: str, at: int) -> bool:
    """Whether a cut before ``text[at]`` splits no character that people see as one."""
    if at <= 0 or at >= len(text):
        return True
    before, after = text[at - 1], text[at]
    if before in "\r\n" or after in "\r\n":
        return before + after != "\r\n"
    if before.isascii() and after.isascii():
        return True
    if _belongs_to_former(after) or _takes_the_next(before, after) or _are_one_syllable(before, after):
        return False
    are_flags = ord(before) in _REGIONAL and ord(after) in _REGIONAL
    return not are_flags or _flags_before(text, at) % 2 == 0


def _takes_the_next(before: str, after: str) -> bool:
    joins = unicodedata.combining(before) == _VIRAMA and unicodedata.category(after) == "Lo"
    return joins or before == JOINER or before in _PREPENDED


def _belongs_to_former(sign: str) -> bool:
    code = ord(sign)
    is_mark = unicodedata.category(sign).startswith("M")
    return is_mark or sign == JOINER or sign in _BEHIND or code in _SKIN_TONES or code in _TAG


def _flags_before(text: str, at: int) -> int:
    """How many letters of flags stand right before *at*: two make one flag."""
    count = 0
    while count < at and ord(text[at - 1 - count]) in _REGIONAL:
        count += 1
    return count


def _are_one_syllable(before: str, after: str) -> bool:
    """Whether two parts of Hangul make one syllable."""
    first, second = _hangul(before), _hangul(after)
    return f"{first}{second}" in ("LL", "LV", "LA", "LB", "VV", "VT", "AV", "AT", "TT", "BT") and bool(first)


def _hangul(sign: str) -> str:
    """``L``, ``V`` or ``T`` for a part of a syllable, ``A`` for one without an end (LV), ``B`` for a whole (LVT)."""
    code = ord(sign)
    for kind, ranges in _HANGUL.items():
        if any(code in each for each in ranges):
            return kind
    if code in _SYLLABLES:
        return "A" if (code - _SYLLABLES.start) % 28 == 0 else "B"
    return ""


_HANGUL = {
    "L": (range(0x1100, 0x1160), range(0xA960, 0xA97D)),
    "V": (range(0x1160, 0x11A8), range(0xD7B0, 0xD7C7)),
    "T": (range(0x11A8, 0x1200), range(0xD7CB, 0xD7FC)),
}
_SYLLABLES = range(0xAC00, 0xD7A4)


def cut_between(text: str, most: int) -> int:
    """The last place at or before *most* where a cut splits no character; *most* itself where one is endless."""
    place = max(0, min(most, len(text)))
    for at in range(place, max(place - _LONGEST, -1), -1):
        if is_between(text, at):
            return at
    return place


def units(text: str) -> int:
    """How long *text* is for a machine that counts in UTF-16, as browsers do: never less than its characters."""
    return len(text) if text.isascii() else len(text) + sum(sign > "\uffff" for sign in text)


def fits_units(text: str, most: int) -> int:
    """How many signs of *text* have at most *most* such units."""
    if text.isascii() or units(text) <= most:
        return min(len(text), most)
    left = most
    for at, sign in enumerate(text):
        left -= 2 if sign > "\uffff" else 1
        if left < 0:
            return at
    return len(text)


# What is not seen


def typed(text: str) -> str:
    """What somebody typed, composed (NFC) and without signs that nobody sees: one word is one word.

    "Zoe" with a mark behind it and "Zoë" are the same; a blank of no width out of a web page parts nothing.
    """
    if text.isascii() and text.isprintable():
        return text
    composed = unicodedata.normalize("NFC", text)
    return _IN_LATIN.sub("", _TAGS.sub("", _UNSEEN.sub("", composed)))


def folded(text: str) -> str:
    """*text* for comparing: as it is read, whatever its case and however its letters are composed."""
    return unicodedata.normalize("NFC", unicodedata.normalize("NFKC", typed(text)).casefold())


# The direction of writing


def is_right_to_left(text: str) -> bool:
    """Whether *text* holds a letter that is written from right to left."""
    return any(unicodedata.bidirectional(sign) in _RIGHT_TO_LEFT for sign in _NOT_LATIN.findall(text))


def set_apart(text: str) -> str:
    """*text* between isolates where it holds right-to-left script, so that its neighbours keep their order."""
    return f"{APART}{text}{END_APART}" if is_right_to_left(text) else text


def closed(text: str) -> str:
    """*text*, which was cut, with the end of each stretch that is set apart."""
    return text + END_APART * max(text.count(APART) - text.count(END_APART), 0)
