"""How people write times around the world, brought into the form that ``bot.domain.times`` reads."""

import re
import unicodedata

from bot.domain.signs import typed

LONGEST_TYPED = 100
"""Characters; what is longer is no time, and not worth reading."""
_DOT = re.compile(r"\A(\d{1,2})\.(\d{2})(?=\ ?[ap]\.?m\b)", re.IGNORECASE | re.ASCII)
_HOURS = re.compile(r"\A(\d{1,2})\ ?[hH]\ ?(\d{2})(?![\w:])", re.ASCII)
_OTHER_ORDER = re.compile(
    r"\d{1,2}([./-])\d{1,2}\1(?:\d{2}){1,2}(?=[\sT,]|$)|\d{1,2}/\d{1,2}(?=[\s,]|$)"
    r"|\d{4}[./]\d{1,2}[./]\d{1,2}(?=[\sT,]|$)",
    re.ASCII,
)


def one_line(text: str) -> str:
    """One line of plain characters: digits of any script, odd spaces and dashes become what a keyboard has."""
    folded = unicodedata.normalize("NFKC", typed(text[: LONGEST_TYPED + 1]))
    folded = "".join(str(unicodedata.decimal(sign, sign)) for sign in folded)
    for dash in "\u2010\u2011\u2012\u2013\u2014\u2212":
        folded = folded.replace(dash, "-")
    return " ".join(folded.split())


def dot_to_colon(written: str) -> str:
    """``2.30 pm`` as ``2:30 pm``. Without its half of the day the dot could be a date's, or a decimal one."""
    return _DOT.sub(r"\1:\2", written, count=1)


def hours_to_colon(written: str) -> str:
    """``14h30`` as ``14:30``: of a time that has passed. Of one to come it could be a span of time too."""
    return _HOURS.sub(r"\1:\2", written, count=1)


def is_of_other_order(written: str) -> bool:
    """Whether it begins with a date as people write it somewhere: 03/04 is a day in March, or one in April."""
    return _OTHER_ORDER.match(written) is not None
