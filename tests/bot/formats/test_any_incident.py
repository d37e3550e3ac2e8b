"""Documents of incidents that nobody thought of: nights, days, changes of clocks, zones, 300 entries, days only.

The expectation is worked out here once more, from the instants alone: what stands in a document is read back.
"""

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain import postmortem
from bot.domain.timeline import Entry, Kind, Precision
from bot.formats import FORMATS
from tests.records import NAMES, entry, incident, policy

EVERY = pytest.mark.parametrize("name", list(FORMATS))
WITH_TIMELINE = [name for name in FORMATS if name != "escalation"]
"""A customer escalation is told by dates and plans; all others show each entry with its time."""
TOLD = pytest.mark.parametrize("name", WITH_TIMELINE)
CLOCK = re.compile(r"(\d{1,2}):(\d\d)(?::(\d\d))?(?: ([AP]M))?(?: (\S+))?")
DATE = re.compile(r"\*\*([A-Z][a-z]+ \d{1,2}, \d{4})\*\*")
CHANGES = {
    # zone                 an instant shortly before clocks change there (UTC)
    "America/Los_Angeles": ("2024-03-10T09:30", "2024-11-03T08:30"),
    "Europe/Madrid":       ("2024-03-31T00:30", "2024-10-27T00:30"),
    "Australia/Lord_Howe": ("2024-10-05T15:00", "2024-04-06T14:30"),
    "America/St_Johns":    ("2024-03-10T05:00", "2024-11-03T04:00"),
    "Asia/Kathmandu":      ("2024-05-05T18:00", "2024-12-31T18:00"),
}  # fmt: skip
"""Half and quarter hours too; Kathmandu never changes, its midnight lies at 18:15 UTC."""


def document(name, of, entries):
    ordered = sorted(entries, key=lambda each: each.at)
    return FORMATS[name].render(postmortem.draft(of, ordered, policy=policy(), names=NAMES))


def beginning(at, zone, hours):
    """An incident in *zone* that begins at *at* and ends so many hours later."""
    end = at + timedelta(hours=hours)
    return incident(
        timezone=zone, impact_started_at=at, detected_at=at, declared_at=at, mitigated_at=end,
        resolved_at=end, first_resolved_at=end, closed_at=end + timedelta(minutes=30),
    )  # fmt: skip


def steps(at, minutes):
    """Marked entries so many minutes after *at*, each of which can be found by its number."""
    times = [at + timedelta(minutes=after) for after in minutes]
    return [
        entry(0, f"step {n} is done", Kind.ACTION, at=when, recorded_at=when) for n, when in enumerate(times)
    ]


def read_back(text):
    """Each step's number to its local date (as written), hour, minute, and zone label ("" where none stands)."""
    found, day = {}, ""
    for line in text.splitlines():
        if dated := DATE.search(line):
            day = dated[1]
        step = re.search(r"\bstep (\d+) is done", line)
        if step and line.startswith("|"):
            clock = CLOCK.search(line.split("|")[1])
            assert clock, line
            hour = int(clock[1]) % 12 + (12 if clock[4] == "PM" else 0) if clock[4] else int(clock[1])
            assert int(step[1]) not in found, f"step {step[1]} stands twice"
            found[int(step[1])] = (day, hour, int(clock[2]), clock[5] or "")
    return found


def expected(entries, zone):
    """The same, out of the instants."""
    place, found = ZoneInfo(zone), {}
    for n, each in enumerate(entries):
        local = each.at.astimezone(place)
        label = f"{local:%Z}" if local.tzname() and local.tzname()[0].isalpha() else f"UTC{local:%z}"
        found[n] = (f"{local:%B} {local.day}, {local.year}", local.hour, local.minute, label)
    return found


def same_times(text, entries, zone):
    shown, wanted = read_back(text), expected(entries, zone)
    assert shown.keys() == wanted.keys()
    labels = {label for *_, label in wanted.values()}
    for n, (day, hour, minute, label) in shown.items():
        assert (day, hour, minute) == wanted[n][:3], f"step {n}"
        if len(labels) > 1 and label:
            assert label.replace(":", "") == wanted[n][3], f"step {n}"
    if len(labels) > 1:
        assert all(label for *_, label in shown.values()), "on such a night each time says its zone"
    order = [n for n, _ in sorted(enumerate(entries), key=lambda pair: pair[1].at)]
    assert list(shown) == order, "in order of occurrence"


@TOLD
@pytest.mark.parametrize("zone", list(CHANGES))
@pytest.mark.parametrize("which", [0, 1], ids=["spring", "autumn"])
def test_a_night_on_which_clocks_change(name, zone, which):  # PRODUCT 7 L, question 5
    at = datetime.fromisoformat(CHANGES[zone][which]).replace(tzinfo=UTC)
    entries = steps(at, range(0, 240, 10))
    text = document(name, beginning(at, zone, 4), entries)
    same_times(text, entries, zone)
    assert "4 hours" in text, "spans come from instants, whatever the clocks on the wall do"


@TOLD
def test_several_days_bear_a_date_at_each_midnight(name):  # DR-8, question 7
    at = datetime(2026, 3, 9, 14, 2, tzinfo=UTC)
    entries = steps(at, range(0, 9 * 24 * 60, 150))
    text = document(name, beginning(at, "Asia/Kathmandu", 9 * 24), entries)
    same_times(text, entries, "Asia/Kathmandu")
    assert text.count("**March 14, 2026**") == 1
    assert "9 days" in text


@settings(max_examples=25, deadline=None)
@given(
    zone=st.sampled_from([*CHANGES, "Etc/UTC", "Pacific/Chatham", "America/Sao_Paulo"]),
    day=st.datetimes(datetime(2024, 1, 1), datetime(2026, 12, 1)),  # noqa: DTZ001 - made aware below
    minutes=st.lists(st.integers(-300, 4000), min_size=5, max_size=30, unique=True),
)
def test_whenever_and_wherever_times_are_those_of_the_record(zone, day, minutes):
    at = day.replace(second=0, microsecond=0, tzinfo=UTC)
    entries = steps(at, minutes)
    for name in WITH_TIMELINE:
        same_times(document(name, beginning(at, zone, 10), entries), entries, zone)


def talked(count):
    """A long talk: threads, edits, deletions, late notes, with what must and must not be read."""
    start = datetime(2026, 3, 9, 22, 0, tzinfo=UTC)
    entries: list[Entry] = []
    gone: list[str] = []
    for n in range(count):
        at = start + timedelta(minutes=n)
        one = entry(0, f"step {n} is done", Kind.ACTION, at=at, recorded_at=at, ts=f"{at.timestamp():.6f}")
        if n % 7 == 1:
            one = replace(one, thread_ts=entries[-1].ts)
        if n % 11 == 2:
            former = {"at": at.isoformat(), "text": f"former words {n}"}
            one = replace(one, versions=(former,), edited_at=at + timedelta(minutes=5))
            gone.append(f"former words {n}")
        if n % 13 == 3:
            one = replace(one, text=f"deleted words {n}", deleted_at=at + timedelta(minutes=1))
            gone.append(f"deleted words {n}")
        if n % 17 == 4:
            one = replace(one, recorded_at=at + timedelta(hours=1), ts=None)
        entries.append(one)
    return start, entries, gone


@TOLD
def test_three_hundred_entries_with_threads_edits_and_deletions(name):  # question 4
    start, entries, gone = talked(300)
    text = document(name, beginning(start, "Europe/Madrid", 6), entries)
    shown = read_back(text)
    standing = {n for n, each in enumerate(entries) if each.deleted_at is None}
    assert shown.keys() == standing
    assert list(shown) == sorted(shown)
    assert not [words for words in gone if words in text]
    edited = sum(each.edited_at is not None and each.deleted_at is None for each in entries)
    deleted = sum(each.deleted_at is not None for each in entries)
    assert f"{edited} edited" in text
    assert f"{deleted} removed" in text


@EVERY
def test_the_draft_of_a_long_talk_is_the_same_twice(name):  # R-FMT-3, question 20
    start, entries, _ = talked(300)
    of = beginning(start, "Europe/Madrid", 6)
    assert document(name, of, entries) == document(name, of, list(entries))


@EVERY
def test_what_is_known_to_the_day_bears_no_clock(name):  # question 8
    day = datetime(2026, 2, 9, tzinfo=UTC)
    basis = {
        "started": "date_only",
        "detected": "date_only",
        "declared": "date_only",
        "resolved": "date_only",
    }
    of = incident(
        timezone="Etc/UTC", impact_started_at=day, detected_at=day, declared_at=day + timedelta(days=1),
        mitigated_at=None, resolved_at=day + timedelta(days=3), first_resolved_at=day + timedelta(days=3),
        closed_at=None, header={"time_basis": basis},
    )  # fmt: skip
    entries = [
        entry(0, f"it was day {n}", Kind.EVENT, at=day + timedelta(days=n), precision=Precision.DAY,
              recorded_at=day + timedelta(days=9, hours=10))
        for n in range(4)
    ]  # fmt: skip
    text = document(name, of, entries)
    body = text[: text.rindex("\n---\n")]
    assert "00:00" not in body.replace("UTC+00:00", "")
    assert "0 seconds" not in body
    assert "February 9, 2026" in body or "2026-02-09" in body
