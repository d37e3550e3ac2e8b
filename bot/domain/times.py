"""Durations and times of day in a zone: read as people type them, printed as people read them (DR-6, DR-8).

Instants are aware UTC datetimes. "Now" is always an argument.
"""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from decimal import Decimal
from enum import StrEnum

from bot.domain.refusal import (
    DateInOtherOrder,
    DateWithoutTime,
    DurationNotPositive,
    DurationTooLong,
    FutureTime,
    NegativeSpan,
    NoSuchLocalTime,
    UnknownDuration,
    UnknownTime,
)
from bot.domain.refusal_pace import TimeIsPast, UnknownTimeAhead
from bot.domain.typed_times import LONGEST_TYPED, dot_to_colon, hours_to_colon, is_of_other_order, one_line
from bot.domain.zones import find_zone, misfit, zone_label

__all__ = [
    "LONGEST",
    "Moment",
    "Precision",
    "find_zone",
    "parse_ahead",
    "parse_duration",
    "parse_iso",
    "parse_time",
    "print_clock",
    "print_duration",
    "print_iso",
    "print_moment",
    "slack_date",
    "write_duration",
    "zone_label",
]

LONGEST = timedelta(days=366)
_EARLIEST_YEAR = 1970
_NOON = 12
H24, H12 = "24h", "12h"
"""The two clocks: "14:05" and "2:05 PM"."""
_UNITS = (("d", "day", 86_400), ("h", "hour", 3_600), ("min", "minute", 60), ("s", "second", 1))
_AMOUNT = r"[0-9]{1,9}(?:\.[0-9]{1,6})?\ ?"
_BETWEEN = r"(?:,?\ |,)?(?:and\ )?"
_DURATION = re.compile(
    rf"""(?: (?P<d>{_AMOUNT}) (?:d|days?) {_BETWEEN} )?
    (?: (?P<h>{_AMOUNT}) (?:h|hrs?|hours?) {_BETWEEN} )?
    (?: (?P<m>{_AMOUNT}) (?:m|mins?|minutes?) {_BETWEEN} )?
    (?: (?P<s>{_AMOUNT}) (?:s|secs?|seconds?) )?""",
    re.IGNORECASE | re.VERBOSE,
)
_DAY = re.compile(r"(?P<day>\d{4}-\d{2}-\d{2}|today|yesterday)(?:T| |$)(?P<rest>.*)", re.IGNORECASE)
_DAY_AHEAD = re.compile(r"(?P<day>\d{4}-\d{2}-\d{2}|today|tomorrow)(?:T| |$)(?P<rest>.*)", re.IGNORECASE)
_CLOCK = re.compile(
    r"""(?P<hour>\d{1,2})
    (?: : (?P<minute>\d{2}) (?: : (?P<second>\d{2}) (?: [.,] (?P<fraction>\d{1,9}) )? )? )?
    (?: \ ? (?P<half>[ap])\.?m(?:\.|(?!\w)) )?
    \ ? (?P<zone> [a-z+-].* )?""",
    re.IGNORECASE | re.VERBOSE | re.ASCII,
)


class Precision(StrEnum):
    """How much of a time is known."""

    SECOND = "second"
    MINUTE = "minute"
    HOUR = "hour"
    DAY = "day"


@dataclass(frozen=True, kw_only=True, slots=True)
class Moment:
    """A time that a person typed.

    `at` is the instant in UTC; `zone` the zone it was read in: the one written, else the caller's.
    `rolled_back` tells that a bare time of day was taken as yesterday's; `zone_note` is a remark for the
    echo, or "": a label that does not fit the date, or an hour that came twice.
    """

    at: datetime
    zone: tzinfo
    rolled_back: bool = False
    precision: Precision = Precision.SECOND
    zone_note: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class _Clock:
    """A time of day as typed; `zone` is the text of the zone, or ""."""

    local: time
    precision: Precision
    zone: str


# Durations


def parse_duration(text: str) -> timedelta:
    """Read "3s", "15m", "1h30m", "2d", "90 min", "1.5h".

    Raises `UnknownDuration`, `DurationNotPositive` for zero and less, `DurationTooLong` beyond 366 days.
    """
    plain = one_line(text)
    match = _DURATION.fullmatch(plain.lstrip("- "))
    if len(text) > LONGEST_TYPED or match is None or not any(match.groups()):
        raise UnknownDuration(given=text)
    amounts = (Decimal((match[name] or "0").strip()) for name in ("d", "h", "m", "s"))
    seconds = sum((n * size for n, (_, _, size) in zip(amounts, _UNITS, strict=True)), Decimal())
    if plain.startswith("-") or seconds <= 0:
        raise DurationNotPositive(given=text)
    if seconds > LONGEST.total_seconds():
        raise DurationTooLong(given=text, most=print_duration(LONGEST, long=True))
    return timedelta(microseconds=int(seconds * 1_000_000))


def print_duration(span: timedelta, *, long: bool = False, seconds: bool | None = None) -> str:
    """A span in words, exact and never rounded up: "1 h 57 min", or with `long` "1 hour 57 minutes".

    Parts that are zero are left out. `seconds`: None shows them where there are any, True always, False never
    (what is left of a minute is cut off). Raises `NegativeSpan` (MD-1).
    """
    if span < timedelta():
        raise NegativeSpan(by=print_duration(-span, long=True))
    if seconds is False and timedelta() < span < timedelta(minutes=1):
        return "under 1 minute" if long else "under 1 min"
    shown = []
    for (short, full, _), count in zip(_UNITS, _parts(span), strict=True):
        is_seconds = short == "s"
        wanted = (seconds or (count and seconds is None)) if is_seconds else count
        if wanted:
            shown.append(_count(count, full) if long else f"{count} {short}")
    zero = _UNITS[2] if seconds is False else _UNITS[3]
    return " ".join(shown) or (_count(0, zero[1]) if long else f"0 {zero[0]}")


def write_duration(span: timedelta) -> str:
    """A span as policy files and commands write it: "15m", "1h30m", "2d". `parse_duration` reads it back."""
    written = "".join(f"{n}{unit}" for n, unit in zip(_parts(span), "dhms", strict=True) if n)
    return written or "0s"


def _parts(span: timedelta) -> tuple[int, int, int, int]:
    minutes, seconds = divmod(span.seconds, 60)
    return span.days, minutes // 60, minutes % 60, seconds


def _count(count: int, unit: str) -> str:
    return f"{count} {unit}" if count == 1 else f"{count} {unit}s"


# Times of day


def parse_time(text: str, *, now: datetime, zone: tzinfo) -> Moment:
    """Read a time in the past as a person in `zone` types it (PRODUCT 2.2).

    "now", "-10m", "10m ago", "09:23[:15] [ZONE]", "9:23 pm", "YYYY-MM-DD HH:MM[:SS][ZONE]", "yesterday
    22:10". A bare time of day that is yet to come is yesterday's. Of a time that came twice when clocks went
    back the first is taken, unless the zone's label says the second. Raises `UnknownTime`, `UnknownZone`,
    `DateWithoutTime`, `DateInOtherOrder`, `FutureTime`, `NoSuchLocalTime`, and those of `parse_duration`.
    """
    plain, now = one_line(text).rstrip(",;."), now.astimezone(UTC)
    if len(text) > LONGEST_TYPED or not plain:
        raise UnknownTime(given=text)
    if plain.lower() == "now":
        return Moment(at=now, zone=zone)
    if plain.startswith("-") or plain.lower().endswith(" ago"):
        return _relative(plain, now, zone)
    return _absolute(plain, now, zone)


def parse_ahead(text: str, *, now: datetime, zone: tzinfo) -> Moment:
    """Read a time to come as a person in `zone` types it: "2h", "14:00 [ZONE]", "tomorrow 09:00", "2024-03-15 09:00".

    A bare time of day that has passed is tomorrow's. Raises `UnknownTimeAhead`, `UnknownZone`, `DateWithoutTime`,
    `DateInOtherOrder`, `NoSuchLocalTime`, `DurationTooLong` beyond 366 days, and `TimeIsPast`.
    """
    plain, now = one_line(text).rstrip(",;."), now.astimezone(UTC)
    if plain and len(text) <= LONGEST_TYPED and _DURATION.fullmatch(plain):
        return Moment(at=now + parse_duration(plain), zone=zone)
    try:
        moment = _clock_ahead(plain, now, zone)
    except UnknownTime as wrong:
        raise UnknownTimeAhead(given=text) from wrong
    if moment.at <= now:
        clock_then, clock_now = (print_moment(when, moment.zone, today=now) for when in (moment.at, now))
        raise TimeIsPast(clock=clock_then, now=clock_now)
    return moment


def _clock_ahead(plain: str, now: datetime, zone: tzinfo) -> Moment:
    dated = _DAY_AHEAD.fullmatch(plain)
    if dated and not dated["rest"]:
        raise DateWithoutTime(given=plain)
    clock = _read_clock(dated["rest"] if dated else plain, plain)
    place = find_zone(clock.zone, near=zone) if clock.zone else zone
    today = now.astimezone(place).date()
    day = _day_ahead(dated["day"].lower(), today, plain) if dated else today
    if not dated and datetime.combine(day, clock.local, place) <= now:
        day += timedelta(days=1)
    at, note = _settle(datetime.combine(day, clock.local), place, label=clock.zone)
    return Moment(at=at, zone=place, precision=clock.precision, zone_note=note)


def _day_ahead(written: str, today: date, given: str) -> date:
    named = {"today": 0, "tomorrow": 1}
    if written in named:
        return today + timedelta(days=named[written])
    try:
        day = date.fromisoformat(written)
    except ValueError as wrong:
        raise UnknownTime(given=given) from wrong
    if day > today + LONGEST:
        raise DurationTooLong(given=given, most=print_duration(LONGEST, long=True))
    if day.year < _EARLIEST_YEAR:
        raise UnknownTime(given=given)
    return day


def _relative(plain: str, now: datetime, zone: tzinfo) -> Moment:
    written = plain.removeprefix("-").strip()
    if written.lower().endswith(" ago"):
        written = written[:-4].rstrip()
    span = parse_duration(written)
    exact = span % timedelta(minutes=1)
    precision = Precision.SECOND if exact else Precision.MINUTE
    return Moment(at=now - span, zone=zone, precision=precision)


def _absolute(plain: str, now: datetime, zone: tzinfo) -> Moment:
    dated = _DAY.fullmatch(plain)
    if dated and not dated["rest"]:
        raise DateWithoutTime(given=plain)
    clock = _read_clock(hours_to_colon(dated["rest"] if dated else plain), plain)
    place = find_zone(clock.zone, near=zone) if clock.zone else zone
    today = now.astimezone(place).date()
    day = _read_day(dated["day"], today, plain) if dated else today
    rolled = not dated and datetime.combine(day, clock.local, place) > now
    if rolled:
        day -= timedelta(days=1)
    at, note = _settle(datetime.combine(day, clock.local), place, label=clock.zone)
    if at > now:
        clock_then, clock_now = (print_moment(when, place, today=now) for when in (at, now))
        raise FutureTime(given=plain, clock=clock_then, now=clock_now)
    return Moment(at=at, zone=place, rolled_back=rolled, precision=clock.precision, zone_note=note)


def _read_clock(written: str, given: str) -> _Clock:
    if is_of_other_order(given):
        raise DateInOtherOrder(given=given)
    match = _CLOCK.fullmatch(dot_to_colon(written))
    if match is None or (match["minute"] is None and match["half"] is None):
        raise UnknownTime(given=given)
    hour, half = int(match["hour"]), (match["half"] or "").lower()
    if half and not 1 <= hour <= _NOON:
        raise UnknownTime(given=given)
    if half:
        hour = hour % _NOON + (_NOON if half == "p" else 0)
    micros = int((match["fraction"] or "0").ljust(6, "0")[:6])
    try:
        local = time(hour, int(match["minute"] or 0), int(match["second"] or 0), micros)
    except ValueError as wrong:
        raise UnknownTime(given=given) from wrong
    precision = Precision.SECOND if match["second"] else Precision.MINUTE
    return _Clock(local=local, precision=precision, zone=(match["zone"] or "").strip())


def _read_day(written: str, today: date, given: str) -> date:
    if written.lower() in ("today", "yesterday"):
        return today - timedelta(days=written.lower() == "yesterday")
    try:
        day = date.fromisoformat(written)
    except ValueError as wrong:
        raise UnknownTime(given=given) from wrong
    if day > today + timedelta(days=2):  # also keeps year 9999 away from zone arithmetic
        raise FutureTime(given=given, clock=given, now=today.isoformat())
    if day.year < _EARLIEST_YEAR:
        raise UnknownTime(given=given)
    return day


def _settle(local: datetime, zone: tzinfo, *, label: str) -> tuple[datetime, str]:
    """The instant at which clocks in `zone` showed `local`, and what is worth saying about it."""
    first, second = (local.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1))
    if first.astimezone(zone).replace(tzinfo=None) != local:
        raise _no_such_time(local, zone, before=second, after=first)
    if first == second:
        return first, misfit(label, first, zone)
    if label.upper() == zone_label(second, zone):
        return second, ""
    name = print_clock(first, zone, seconds=bool(local.second))
    both = f"{name} came twice on {local.date()}: the first one, {name} {zone_label(first, zone)}, was taken"
    return first, "" if label.upper() == zone_label(first, zone) else both


def _no_such_time(local: datetime, zone: tzinfo, *, before: datetime, after: datetime) -> NoSuchLocalTime:
    """The refusal for a local time that was jumped over; the jump lies between the two instants."""
    offset = before.astimezone(zone).utcoffset()
    while after - before > timedelta(seconds=1):
        middle = before + (after - before) // 2
        if middle.astimezone(zone).utcoffset() == offset:
            before = middle
        else:
            after = middle
    jump = after.replace(microsecond=0)
    last = (jump + (offset or timedelta())).replace(tzinfo=None)
    new = jump.astimezone(zone)
    shown = "%H:%M" if last.date() == new.date() else "%Y-%m-%d %H:%M"
    return NoSuchLocalTime(
        given=local.strftime("%H:%M:%S" if local.second else "%H:%M"),
        date=local.date().isoformat(),
        before=f"{last.strftime(shown)} {zone_label(before, zone)}",
        after=f"{new.strftime(shown)} {zone_label(jump, zone)}",
    )


# Printing


def print_clock(at: datetime, zone: tzinfo, *, seconds: bool = True, clock: str = H24) -> str:
    """The time of day on the wall in `zone`, without a label: "09:23:15" or "09:23"; by H12 "9:23 AM"."""
    local = at.astimezone(zone)
    if clock == H12:
        half = "AM" if local.hour < _NOON else "PM"
        return f"{local.hour % _NOON or _NOON}:{local:{'%M:%S' if seconds else '%M'}} {half}"
    return local.strftime("%H:%M:%S" if seconds else "%H:%M")


def print_moment(at: datetime, zone: tzinfo, *, today: date | None = None, seconds: bool = True) -> str:
    """An instant in `zone` and in UTC: "09:23:15 PDT (16:23:15 UTC)" (DR-6).

    The date stands before it unless it is `today` in `zone` (a day, or an aware datetime such as now; None:
    always), and in the brackets where it is another day in UTC.
    """
    if isinstance(today, datetime):
        today = today.astimezone(zone).date()
    local, universal = at.astimezone(zone), at.astimezone(UTC)
    label = zone_label(at, zone)
    shown = f"{print_clock(at, zone, seconds=seconds)} {label}"
    if local.date() != today:
        shown = f"{local.date()} {shown}"
    if label == "UTC":
        return shown
    other = f"{universal.date()} " if universal.date() != local.date() else ""
    return f"{shown} ({other}{print_clock(at, UTC, seconds=seconds)} UTC)"


def is_within_reach(day: date) -> bool:
    """Whether every zone, and the days around it, can be reckoned with: years 1 and 9999 have an end."""
    return _EARLIEST_YEAR <= day.year < date.max.year


def slack_date(at: datetime, fallback: str) -> str:
    """Slack's own date mark: readers see their own zone; elsewhere `fallback` stands (PRODUCT 2.1)."""
    safe = fallback.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return f"<!date^{int(at.timestamp())}^{{date_short_pretty}} at {{time_secs}}|{safe}>"


def parse_iso(text: str) -> datetime:
    """An ISO 8601 time with an offset, as replay files have it, in UTC. Raises `UnknownTime`."""
    try:
        at = datetime.fromisoformat(text)
        if at.tzinfo is None:
            raise UnknownTime(given=text)
        return at.astimezone(UTC)
    except (ValueError, OverflowError) as wrong:
        raise UnknownTime(given=text) from wrong


def print_iso(at: datetime, zone: tzinfo) -> str:
    """ISO 8601 with the zone's offset and always with seconds; microseconds only where there are any."""
    return at.astimezone(zone).isoformat()
