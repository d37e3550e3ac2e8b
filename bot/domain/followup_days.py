"""Days on which follow-ups are due: read as people type them, printed as people read them.

A day is one of the organisation's zone; which day is today is an argument.
"""

import re
from datetime import date, timedelta

from bot.domain.months import months_later
from bot.domain.refusal_followup import DayInOtherOrder, DayTooFar, UnknownDay
from bot.domain.typed_times import LONGEST_TYPED, is_of_other_order, one_line

MOST_YEARS = 5
MOST_WORDS = 4
"""Words that a day may have: ``in 2 weeks``, ``30 April 2026``."""
_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_MONTHS = (
    "january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november",
    "december",
)  # fmt: skip
_SHORT = 3
"""Letters of a month or a weekday that are enough."""
_NAMED = {"today": 0, "tomorrow": 1, "yesterday": -1}
_SPAN = re.compile(r"(?:in )?(?P<count>\d{1,4}) ?(?P<unit>d|days?|w|wks?|weeks?|mo|mos|months?|y|years?)")
_ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})")
_WRITTEN = re.compile(
    r"(?:(?P<day>\d{1,2})(?:st|nd|rd|th)?\.? (?P<month>[a-z]+)\.?|(?P<month_first>[a-z]+)\.? (?P<day_after>\d{1,2})"
    r"(?:st|nd|rd|th)?),?(?: (?P<year>\d{4}))?"
)


def read_day(text: str, *, today: date) -> date:
    """The day that *text* means: ``2026-04-30``, ``30d``, ``2w``, ``tomorrow``, ``friday``, ``30 April``.

    Raises UnknownDay, DayInOtherOrder, DayTooFar. A day in the past is read too: who keeps it decides.
    """
    plain = one_line(text).rstrip(",;.").lower()
    if len(text) > LONGEST_TYPED or not plain:
        raise UnknownDay(given=text)
    if is_of_other_order(plain):
        raise DayInOtherOrder(given=text)
    day = _read(plain, today)
    if day is None:
        raise UnknownDay(given=text)
    if abs(day - today) > timedelta(days=366 * MOST_YEARS):
        raise DayTooFar(given=text, most=MOST_YEARS)
    return day


def day_first(text: str, *, today: date) -> tuple[date, str]:
    """The day that *text* begins with, as many words of it as make one, and what follows.

    Raises what ``read_day`` raises of its first word.
    """
    words = text.split()
    for count in range(min(MOST_WORDS, len(words)), 1, -1):
        try:
            return read_day(" ".join(words[:count]), today=today), " ".join(words[count:])
        except UnknownDay:
            continue
    return read_day(" ".join(words[:1]), today=today), " ".join(words[1:])


def print_day(day: date) -> str:
    """``30 Apr 2026``, whatever the reader's zone: it is a day of the organisation's."""
    return f"{day.day} {day:%b} {day.year}"


def _read(plain: str, today: date) -> date | None:
    if plain in _NAMED:
        return today + timedelta(days=_NAMED[plain])
    if found := _SPAN.fullmatch(plain):
        return _ahead(int(found["count"]), found["unit"], today)
    if found := _ISO.fullmatch(plain):
        return _day(*(int(part) for part in found.groups()))
    if found := _WRITTEN.fullmatch(plain):
        return _of_month(found, today)
    name = plain.removeprefix("next ")
    index = _named(name, _WEEKDAYS)
    return None if index is None else today + timedelta(days=(index - today.weekday() - 1) % 7 + 1)


def _ahead(count: int, unit: str, today: date) -> date | None:
    """So many days, weeks, months or years from *today*; of a shorter month its last day."""
    if unit[0] in "dw":
        return today + timedelta(days=count * (7 if unit[0] == "w" else 1))
    try:
        return months_later(today, count * (12 if unit[0] == "y" else 1))
    except ValueError:
        return None


def _of_month(found: re.Match[str], today: date) -> date | None:
    month = _named(found["month"] or found["month_first"], _MONTHS)
    number = int(found["day"] or found["day_after"])
    if month is None:
        return None
    if found["year"]:
        return _day(int(found["year"]), month + 1, number)
    day = _day(today.year, month + 1, number)
    return day if day is None or day >= today else _day(today.year + 1, month + 1, number)


def _day(year: int, month: int, number: int) -> date | None:
    try:
        return date(year, month, number)
    except ValueError:
        return None


def _named(word: str, names: tuple[str, ...]) -> int | None:
    """Which of *names* begins with *word*, which has at least three letters."""
    fits = [index for index, name in enumerate(names) if name.startswith(word) and len(word) >= _SHORT]
    return fits[0] if len(fits) == 1 else None
