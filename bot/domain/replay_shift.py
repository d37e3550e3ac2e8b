"""A replay at another time: every instant and day in it moved by the same span, so that it can happen now."""

import json
import re
from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

from bot.domain.replay import Replay, read
from bot.domain.times import parse_iso

_INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,6})?(?:Z|[+-]\d\d:\d\d)", re.ASCII)
_DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_STAMP = re.compile(r"\d{10}\.\d{6}", re.ASCII)
_WHOLE = timedelta(minutes=1)


def at(text: str, begin: datetime) -> Replay:
    """The replay in *text*, declared at *begin* or up to a minute later: its seconds stay. It has no reference.

    Times that stand in sentences are not touched. Raises BrokenReplay.
    """
    told = read(text)
    first = told.time("declared") or parse_iso(told.incident["times"]["started"])
    by = -((first - begin) // _WHOLE) * _WHOLE
    moved: Any = _moved(json.loads(text), by)
    moved["incident"]["id"] = None
    return read(json.dumps(moved))


def _moved(thing: Any, by: timedelta) -> Any:
    if isinstance(thing, dict):
        return {key: _moved(value, by) for key, value in thing.items()}
    if isinstance(thing, list):
        return [_moved(each, by) for each in thing]
    return _text(thing, by) if isinstance(thing, str) else thing


def _text(text: str, by: timedelta) -> str:
    for form, move in _FORMS.items():
        if form.fullmatch(text):
            return move(text, by)
    if "/" in text and all(_INSTANT.fullmatch(part) for part in text.split("/")):  # a window of impact
        return "/".join(_instant(part, by) for part in text.split("/"))
    return text


def _instant(text: str, by: timedelta) -> str:
    return (datetime.fromisoformat(text) + by).isoformat()


def _day(text: str, by: timedelta) -> str:
    return (date.fromisoformat(text) + by).isoformat()


def _stamp(text: str, by: timedelta) -> str:
    seconds, _, rest = text.partition(".")
    return f"{int(seconds) + int(by.total_seconds())}.{rest}"


_FORMS: dict[re.Pattern[str], Callable[[str, timedelta], str]] = {
    _INSTANT: _instant, _DAY: _day, _STAMP: _stamp,
}  # fmt: skip
