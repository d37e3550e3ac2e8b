"""What a value in a policy file must be: each check gives a sentence's end for what is wrong, or None.

The first line of a check's docstring is what the reference (docs/policy.md) says that a key holds.
"""

from collections.abc import Callable
from datetime import date, time
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from bot.domain import command, reactions
from bot.domain.own_metric import read_share, read_target
from bot.domain.refusal import Refusal
from bot.domain.sizes import parse_size
from bot.domain.times import parse_duration

Check = Callable[[Any], str | None]
MOST_POINTS, LONGEST_POINT = 10, 75
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def text(value: Any) -> str | None:
    """Text, also none."""
    return None if isinstance(value, str) else "should be text in quotes"


def word(value: Any) -> str | None:
    """A word or a sentence."""
    return None if isinstance(value, str) and value.strip() else "should be a word in quotes, not empty"


def channel(value: Any) -> str | None:
    """Name or id of a channel."""
    if wrong := word(value):
        return wrong
    return None if value.strip(" #") else 'should be the name of a channel, like "incidents"'


def channel_or_none(value: Any) -> str | None:
    """Name or id of a channel, or empty."""
    return None if value == "" else channel(value)


def emoji_names(value: Any) -> str | None:
    """Name of an emoji, or a list of them; an empty list: no reaction does it."""
    return reactions.trouble(value)


def slash_command(value: Any) -> str | None:
    """Name of a slash command: small letters, digits, - and _, at most 32 with its slash, none of Slack's own."""
    return command.trouble(value)


def count(value: Any) -> str | None:
    """A whole number, 0 or more."""
    fine = isinstance(value, int) and not isinstance(value, bool) and value >= 0
    return None if fine else "should be a whole number, 0 or more"


def count_from_one(value: Any) -> str | None:
    """A whole number, 1 or more."""
    return "should be a whole number, 1 or more" if count(value) or value == 0 else None


def duration(value: Any) -> str | None:
    """A duration, like "15m"."""
    if not isinstance(value, str):
        return 'should be a duration in quotes, like "15m"'
    try:
        parse_duration(value)
    except Refusal:
        return f"is not a duration: {value!r}; write 3s, 15m, 1h30m or 2d"
    return None


def size(value: Any) -> str | None:
    """A size, like "5 MB", or a number of bytes."""
    try:
        parse_size(value)
    except ValueError:
        return 'should be a size like "5 MB" or "300 KB", or a number of bytes'
    return None


def durations(value: Any) -> str | None:
    """A list of durations, like ["24h", "4h"]; may be empty."""
    if not isinstance(value, list):
        return 'should be a list of durations, like ["24h", "4h"]'
    return next((wrong for wrong in map(duration, value) if wrong), None)


def checklist(value: Any) -> str | None:
    """A list of points, none of them twice.

    A form shows them as boxes (https://docs.slack.dev/reference/block-kit/block-elements/checkboxes-element).
    """
    if wrong := words(value):
        return wrong
    points = [point.strip() for point in value]
    if len(points) > MOST_POINTS or any(len(point) > LONGEST_POINT for point in points):
        return f"should hold at most {MOST_POINTS} points of at most {LONGEST_POINT} characters"
    return None if len(set(points)) == len(points) else "should hold no point twice"


def duration_or_none(value: Any) -> str | None:
    """A duration, like "15m", or empty."""
    return None if value == "" else duration(value)


def share_or_none(value: Any) -> str | None:
    """A share, like "95%", or empty."""
    fine = isinstance(value, str) and (value == "" or read_share(value) is not None)
    return None if fine else 'should be a share in quotes, like "95%"'


def target_or_none(value: Any) -> str | None:
    """A sign and a number, like "< 300" or "≥ 99.9", or empty."""
    fine = isinstance(value, str) and (value == "" or read_target(value) is not None)
    return None if fine else 'should be <, ≤, > or ≥ and a number in quotes, like "< 300"'


def words(value: Any) -> str | None:
    """A list of words, none of them empty."""
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        return "should be a list of words in quotes"
    return None if all(item.strip() for item in value) else "should hold no empty word"


def some_words(value: Any) -> str | None:
    """A list of one word or more."""
    return words(value) or (None if value else "should hold one word at least")


def zone(value: Any) -> str | None:
    """A time zone, like "Europe/Berlin"."""
    try:
        ZoneInfo(value)
    except (ZoneInfoNotFoundError, ValueError, TypeError, OSError):
        return f"is not a time zone: {value!r}; write one like Europe/Berlin"
    return None


def rungs(value: Any) -> str | None:
    """A list of {after = "30m", to = "target"}."""
    if not isinstance(value, list) or not all(isinstance(item, dict) for item in value):
        return 'should be a list of {after = "30m", to = "target"}'
    for item in value:
        if set(item) != {"after", "to"} or word(item["to"]):
            return 'should hold after and to: {after = "30m", to = "target"}'
        if wrong := duration(item["after"]):
            return f"after {wrong}"
    return None


def yes_or_no(value: Any) -> str | None:
    """True or false, without quotes."""
    return None if isinstance(value, bool) else "should be true or false"


def day(value: Any) -> str | None:
    """A date without quotes, like 2024-03-15."""
    return None if type(value) is date else "should be a date without quotes, like 2024-03-15"


def days(value: Any) -> str | None:
    """A list of days: mon, tue, wed, thu, fri, sat, sun."""
    fine = isinstance(value, list) and value and all(item in DAYS for item in value)
    return None if fine else f"should be a list of days: {', '.join(DAYS)}"


def clock(value: Any) -> str | None:
    """A time of day, like "09:00"."""
    try:
        return None if time.fromisoformat(value).tzinfo is None else "should be without a zone"
    except (ValueError, TypeError):
        return 'should be a time of day in quotes, like "09:00"'


def one_of(*known: str) -> Check:
    """One of a few words."""
    listed = ", ".join(f'"{each}"' for each in known)

    def check(value: Any) -> str | None:
        return None if value in known else f"should be one of {listed}"

    check.__doc__ = f"One of {listed}."
    return check


def some_of(*known: str) -> Check:
    """A list of some of a few words, or of none."""
    listed = ", ".join(f'"{each}"' for each in known)

    def check(value: Any) -> str | None:
        fine = isinstance(value, list) and all(item in known for item in value)
        return None if fine else f"should be a list of: {listed}"

    check.__doc__ = f"A list of some of {listed}; may be empty."
    return check
