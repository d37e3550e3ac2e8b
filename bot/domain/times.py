"""Durations and times of day in a zone: read as people type them, printed as people read them (DR-6, DR-8).

Signatures first; the bodies follow at once.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo
from enum import StrEnum


class Precision(StrEnum):
    """How exactly a time was given."""

    SECOND = "second"
    MINUTE = "minute"


@dataclass(frozen=True, kw_only=True, slots=True)
class Moment:
    """A time that a person typed: `at` in UTC, `zone` the one it was read in."""

    at: datetime
    zone: tzinfo
    rolled_back: bool = False
    precision: Precision = Precision.SECOND
    zone_note: str = ""


def parse_duration(text: str) -> timedelta: raise NotImplementedError
def print_duration(span: timedelta, *, long: bool = False, seconds: bool | None = None) -> str: raise NotImplementedError
def write_duration(span: timedelta) -> str: raise NotImplementedError
def find_zone(name: str) -> tzinfo: raise NotImplementedError
def parse_time(text: str, *, now: datetime, zone: tzinfo) -> Moment: raise NotImplementedError
def print_clock(at: datetime, zone: tzinfo, *, seconds: bool = True) -> str: raise NotImplementedError
def print_moment(at: datetime, zone: tzinfo, *, today: date | None = None, seconds: bool = True) -> str: raise NotImplementedError
def zone_label(at: datetime, zone: tzinfo) -> str: raise NotImplementedError
def slack_date(at: datetime, fallback: str) -> str: raise NotImplementedError
def parse_iso(text: str) -> datetime: raise NotImplementedError
def print_iso(at: datetime, zone: tzinfo) -> str: raise NotImplementedError
