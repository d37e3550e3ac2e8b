"""Which gaps of the log a document tells of."""

from datetime import UTC, datetime, timedelta

from bot.domain.gaps import CLOSED, GAP, Gap, Missing, open_gaps
from bot.domain.timeline import Entry, Kind, Source

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)


def minute(n: int) -> datetime:
    return NOON + timedelta(minutes=n)


def told(start: int, end: int | None = None, why: Missing = Missing.HISTORY, *, change: str = GAP) -> Entry:
    """An entry that tells of a gap, in minutes after noon."""
    data = {"change": change, "why": why.value, "error": "x", "from": minute(start).isoformat()}
    data |= {"until": minute(end).isoformat()} if end is not None else {}
    at = minute(end or start)
    return Entry(
        incident="INC-1", at=at, recorded_at=at, kind=Kind.NOTE, text="", source=Source.BOT, data=data
    )


def gap(start: int, end: int | None = None, why: Missing = Missing.HISTORY) -> Gap:
    return Gap(why=why, start=minute(start), end=None if end is None else minute(end), error="x")


def test_a_gap_of_a_channel_that_was_left_ends_there():
    assert open_gaps([told(1), told(3, 9)]) == (gap(1, 9),)


def test_a_gap_of_the_channel_in_which_it_goes_on_stays():
    assert open_gaps([told(12), told(3, 9)]) == (gap(3, 9), gap(12))


def test_a_gap_of_another_kind_stays():
    threads = told(1, why=Missing.THREADS)
    assert open_gaps([threads, told(3, 9)]) == (gap(1, why=Missing.THREADS), gap(3, 9))


def test_what_was_made_up_for_is_no_gap():
    assert open_gaps([told(1), told(2, change=CLOSED)]) == ()
