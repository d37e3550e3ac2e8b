"""Time zones as people name them: places, abbreviations, offsets (DR-6).

An abbreviation means the wall clock of its place on the date in question, not a fixed offset: people write
"PST" all the year round and mean the clock on the wall in Los Angeles (LINT-8 warns, and `misfit` says what
it should have been).
"""

import re
import zoneinfo
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from functools import cache
from zoneinfo import ZoneInfo

from bot.domain.refusal import UnknownZone

PLACES = {
    "HST": "Pacific/Honolulu",
    "AKST": "America/Anchorage",
    "AKDT": "America/Anchorage",
    "PST": "America/Los_Angeles",
    "PDT": "America/Los_Angeles",
    "PT": "America/Los_Angeles",
    "MST": "America/Denver",
    "MDT": "America/Denver",
    "MT": "America/Denver",
    "CST": "America/Chicago",
    "CDT": "America/Chicago",
    "CT": "America/Chicago",
    "EST": "America/New_York",
    "EDT": "America/New_York",
    "ET": "America/New_York",
    "AST": "America/Halifax",
    "ADT": "America/Halifax",
    "BRT": "America/Sao_Paulo",
    "WET": "Europe/Lisbon",
    "WEST": "Europe/Lisbon",
    "BST": "Europe/London",
    "CET": "Europe/Berlin",
    "CEST": "Europe/Berlin",
    "EET": "Europe/Helsinki",
    "EEST": "Europe/Helsinki",
    "MSK": "Europe/Moscow",
    "SAST": "Africa/Johannesburg",
    "IST": "Asia/Kolkata",
    "SGT": "Asia/Singapore",
    "HKT": "Asia/Hong_Kong",
    "JST": "Asia/Tokyo",
    "KST": "Asia/Seoul",
    "AWST": "Australia/Perth",
    "ACST": "Australia/Adelaide",
    "ACDT": "Australia/Adelaide",
    "AEST": "Australia/Sydney",
    "AEDT": "Australia/Sydney",
    "NZST": "Pacific/Auckland",
    "NZDT": "Pacific/Auckland",
}
UNIVERSAL = frozenset({"Z", "UTC", "GMT"})
# Zone names that are words of some language too ("ist" is German for "is"): in free text only capitals mean
# the zone.
ALSO_WORDS = frozenset({"est", "ist", "et", "pt", "ct", "mt", "ast", "west", "wet", "art"})
_OFFSET = re.compile(r"(?:UTC|GMT)? ?([+-])([0-9]{1,2})(?::?([0-5][0-9]))?", re.IGNORECASE)
_OFFSET_WORD = re.compile(r"(?:UTC|GMT)[+-][0-9]{1,2}(?::[0-9]{2})?|[+-][0-9]{2}:?[0-9]{2}", re.IGNORECASE)
_FARTHEST = timedelta(hours=15)


def find_zone(name: str, *, near: tzinfo = UTC) -> tzinfo:
    """The zone called `name`: an IANA name, UTC, an offset or a common abbreviation, in any case.

    Where the reader's own zone `near` goes by that abbreviation, it is meant: CST is Shanghai's in Shanghai.
    Raises `UnknownZone`.
    """
    upper = name.strip().upper()
    if upper in UNIVERSAL:
        return UTC
    if match := _OFFSET.fullmatch(upper):
        return _offset_zone(match, name)
    if upper in names_of(near):
        return near
    key = PLACES.get(upper) or _iana().get(upper)
    if key is None:
        raise UnknownZone(given=name)
    return ZoneInfo(key)


def is_zone_word(word: str) -> bool:
    """Whether `word`, in the midst of free text after a time of day, names a zone."""
    if word in ALSO_WORDS:
        return False
    upper = word.upper()
    named = upper in UNIVERSAL or upper in PLACES or ("/" in word and upper in _iana())
    return named or _OFFSET_WORD.fullmatch(word) is not None


def zone_label(at: datetime, zone: tzinfo) -> str:
    """The zone's abbreviation at that instant ("PDT"); "UTC+05:30" where the zone only has a number."""
    local = at.astimezone(zone)
    name = local.tzname() or ""
    if name[:1].isalpha() and not name.startswith("UTC"):
        return name
    minutes = int((local.utcoffset() or timedelta()).total_seconds() // 60)
    if minutes == 0:
        return "UTC"
    return f"UTC{'+' if minutes > 0 else '-'}{abs(minutes) // 60:02d}:{abs(minutes) % 60:02d}"


def misfit(name: str, at: datetime, zone: tzinfo) -> str:
    """What to say when the label `name` was not in use in its zone at that instant; "" when all is well."""
    upper, label = name.strip().upper(), zone_label(at, zone)
    if upper == label or upper not in names_of(zone):
        return ""
    return f"{upper} was {label} on that date"


@cache
def names_of(zone: tzinfo) -> frozenset[str]:
    """The abbreviations that a zone goes by nowadays, winter and summer."""
    months = (datetime(2024, month, 1, tzinfo=UTC) for month in (1, 4, 7, 10))
    return frozenset(zone_label(at, zone) for at in months)


@cache
def _iana() -> dict[str, str]:
    return {key.upper(): key for key in zoneinfo.available_timezones()}


def _offset_zone(match: re.Match[str], name: str) -> tzinfo:
    sign, hours, minutes = match.groups()
    span = timedelta(hours=int(hours), minutes=int(minutes or 0))
    if span > _FARTHEST:
        raise UnknownZone(given=name)
    return timezone(span if sign == "+" else -span)
