"""Numbers read out of what people wrote: an amount of money, a share, a count of something; a range is two numbers."""

import re
from dataclasses import dataclass
from decimal import Decimal

from bot.domain.words import number, plain_number

Value = int | float | list[int | float] | None
_MONEY = {"$": "USD", "€": "EUR", "£": "GBP", "¥": "JPY"}
_FIGURE = r"[$€£¥]?\d[\d,.]*\d(?:[kKmMbB]\b)?|[$€£¥]?\d(?:[kKmMbB]\b)?"
_RANGE = re.compile(
    rf"\s*(?P<low>{_FIGURE})\s?%?\s?(?:-|–|—|to)\s?(?P<high>{_FIGURE})(?P<rest>.*)", re.DOTALL
)
_DIGITS = re.compile(r"(?P<sign>[$€£¥]?)\d[\d,.]*(?:[kKmMbB]\b|\s(?:thousand|million|billion)\b)?")
_PERCENT = re.compile(r"(\d+(?:\.\d+)?)\s?%")
_WORD = re.compile(r"[^\W\d_]")
_PLURAL = re.compile(r"[A-Z]?[a-z-]+(?<!s)s")
_ENDS = frozenset(
    {"in", "on", "of", "at", "to", "with", "for", "by", "per", "from", "during", "and", "or", "was", "were"}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Amount:
    """A value with what it counts: a currency, ``percent``, the word for what is counted, or ``text``."""

    value: Value
    unit: str
    approx: bool = False


def amount(text: str) -> Amount:
    """The amount that *text* begins with; without one the value is None and the unit ``text``."""
    if (found := _RANGE.match(text)) and (low := _number(found["low"])) and (high := _number(found["high"])):
        return Amount(value=[low, high], unit=_unit(found["low"], found["rest"]))
    read = number(text)
    if read is None:
        return Amount(value=None, unit="text")
    digits = _DIGITS.search(text)
    sign, rest = (digits["sign"], text[digits.end() :]) if digits else ("", "")
    return Amount(value=plain_number(read.value), unit=_unit(sign, rest), approx=read.approx)


def percent(text: str) -> int | float | None:
    """The first share in *text*: ``77`` of "1,421 customers (77% of customer base)"."""
    found = _PERCENT.search(text)
    return plain_number(Decimal(found[1])) if found else None


def count(text: str) -> int | float | None:
    """The number that *text* begins with, where it counts something and is no share or amount."""
    read = amount(text)
    is_count = read.unit not in (*_MONEY.values(), "percent") and not isinstance(read.value, list)
    return read.value if is_count and not isinstance(read.value, list) else None


def _number(text: str) -> int | float | None:
    read = number(text)
    return plain_number(read.value) if read else None


def _unit(figure: str, rest: str) -> str:
    """What is counted: by the sign before the figure, else the first plural behind it, else the next word."""
    currency = next((code for sign, code in _MONEY.items() if sign in figure), None)
    if currency:
        return currency
    rest = rest.lstrip("+ ")
    if rest.startswith("%"):
        return "percent"
    words: list[str] = []
    for word in rest.split():
        if not _WORD.match(word) or word.lower() in _ENDS:
            break
        words.append(word.rstrip(".,;:"))
        if word[-1] in ".,;:":
            break
    return next((word for word in words if _PLURAL.fullmatch(word)), words[0] if words else "text")
