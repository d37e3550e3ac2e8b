"""The log is the same whatever order Slack tells things in, and however often (DR-7, DR-9, DR-10)."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain import messages
from bot.domain.messages import Said
from bot.domain.timeline import Entry, Kind

AT = datetime(2026, 3, 2, 10, 0, tzinfo=UTC)
TS = "1772442000.000100"
REF = "INC-2026-0302-001"
FIRST = Said(channel_id="C1", ts=TS, text="errors at 4%", author="U1")


def said(known: Entry | None, text: str, edited: int | None = None) -> Entry:
    """The entry after the message, or after its edit so many seconds later, arrived."""
    edited_ts = f"{int(TS[:10]) + edited}.000000" if edited is not None else None
    told = replace(FIRST, text=text, edited_ts=edited_ts)
    return messages.recorded(known, told, incident=REF, at=AT)


def gone(known: Entry | None) -> Entry:
    return messages.deleted(known, channel_id="C1", ts=TS, incident=REF, at=AT)


def marked(known: Entry | None, mark: str, *, on: bool = True, told: int | None = None) -> Entry:
    """The entry after a mark was put on or taken off, so many seconds after the message."""
    told_ts = f"{int(TS[:10]) + told}.000000" if told is not None else None
    return messages.marked(known, mark, on=on, told_ts=told_ts, channel_id="C1", ts=TS, incident=REF, at=AT)


def test_a_message_stands_at_the_time_it_was_said_to_the_microsecond():
    """DR-7: Slack's time stamp, without a float's rounding."""
    assert messages.when("1772442000.000100") == datetime(2026, 3, 2, 9, 0, 0, 100, tzinfo=UTC)
    assert messages.when("1699999999.999999").microsecond == 999_999
    entry = said(None, "errors at 4%")
    assert (entry.at, entry.recorded_at) == (messages.when(TS), AT)


def test_the_same_message_again_changes_nothing():
    entry = said(None, "errors at 4%")
    assert said(entry, "errors at 4%") == entry
    edited = said(entry, "errors at 40%", 10)
    assert said(edited, "errors at 40%", 10) == edited
    assert said(edited, "errors at 4%") == edited


def test_an_edit_keeps_the_former_text_for_audit_alone():
    edited = said(said(said(None, "one"), "two", 10), "three", 20)
    assert (edited.text, [version["text"] for version in edited.versions]) == ("three", ["one", "two"])
    assert edited.edited_at == messages.when(TS).replace(microsecond=0) + timedelta(seconds=20)


def test_an_older_edit_that_comes_late_is_a_former_text():
    late = said(said(said(None, "one"), "three", 20), "two", 10)
    assert (late.text, [version["text"] for version in late.versions]) == ("three", ["one", "two"])


def test_a_prefix_that_is_edited_in_or_out_is_followed():
    plain = said(None, "fail over")
    decided = said(plain, "Decision: fail over", 10)
    assert (decided.kind, decided.text, decided.marks) == (Kind.DECISION, "fail over", ("prefix",))
    assert decided.on_timeline
    back = said(decided, "fail over?", 20)
    assert (back.kind, back.marks) == (Kind.MESSAGE, ())


@pytest.mark.parametrize("text", ["Decision:", "Decision:   ", "decision fail over", "Nobody: said so", ""])
def test_what_only_looks_like_a_prefix_stays_as_it_is(text: str):
    entry = said(None, text)
    assert (entry.kind, entry.text, entry.marks) == (Kind.MESSAGE, text, ())


def test_a_deletion_before_its_message_leaves_a_tombstone():
    entry = said(gone(None), "too late")
    assert (entry.text, entry.deleted_at, entry.on_timeline) == ("too late", AT, False)


def test_a_mark_before_its_message_waits_for_it():
    waiting = marked(None, "emoji:U1")
    assert not waiting.on_timeline
    entry = said(waiting, "errors at 4%")
    assert (entry.marks, entry.on_timeline) == (("emoji:U1",), True)


def test_an_edit_keeps_the_marks_that_people_gave():
    entry = said(marked(said(None, "Decision: one"), "pin"), "one", 10)
    assert (entry.marks, entry.on_timeline) == (("pin",), True)


def test_a_message_is_marked_until_the_last_mark_is_gone():
    both = marked(marked(said(None, "one"), "emoji:U1"), "emoji:U2")
    assert marked(both, "emoji:U1") == both
    one = marked(both, "emoji:U1", on=False)
    assert one.on_timeline
    assert not marked(one, "emoji:U2", on=False).on_timeline


def test_a_mark_that_was_taken_off_stays_off_when_its_setting_is_told_late_or_again():
    off = marked(marked(said(None, "one"), "pin", told=10), "pin", on=False, told=20)
    assert not marked(off, "pin", told=10).on_timeline
    assert marked(off, "pin", told=30).on_timeline
    overtaken = marked(marked(None, "pin", on=False, told=20), "pin", told=10)
    assert not said(overtaken, "one").on_timeline


EVENTS = {
    "message": lambda known: said(known, "errors at 4%"),
    "edit 1": lambda known: said(known, "Finding: errors at 4%", 10),
    "edit 2": lambda known: said(known, "Finding: errors at 40%", 20),
    "edit 3": lambda known: said(known, "Decision: roll back", 30),
    "delete": gone,
    "pin": lambda known: marked(known, "pin", told=5),
    "no pin": lambda known: marked(known, "pin", on=False, told=15),
    "pin again": lambda known: marked(known, "pin", told=25),
    "reaction": lambda known: marked(known, "emoji:U2", told=5),
    "no reaction": lambda known: marked(known, "emoji:U2", on=False, told=6),
}


@given(
    told=st.lists(st.sampled_from(sorted(EVENTS)), max_size=8).flatmap(
        lambda again: st.permutations([*EVENTS, *again])
    )
)
def test_any_order_and_any_repetition_lead_to_the_same_entry(told: list[str]):
    """R2 in small: each event came once or more, in any order."""
    entry: Entry | None = None
    for name in told:
        entry = EVENTS[name](entry)
    expected: Entry | None = None
    for event in EVENTS.values():
        expected = event(expected)
    assert entry is not None
    assert expected is not None
    assert replace(entry, marks=()) == replace(expected, marks=())
    assert set(entry.marks) == set(expected.marks)
