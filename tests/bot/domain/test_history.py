"""What history shows against what the log holds: found once, and nothing taken for deleted that is only late."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from bot.domain import history, messages
from bot.domain.history import SETTLE, Found, Shown
from bot.domain.messages import Said
from bot.domain.timeline import Entry

ASKED = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
AT = ASKED + timedelta(seconds=1)
LONG_AGO = ASKED - timedelta(hours=1)
REF = "INC-2026-0302-001"
TS = "1772442000.000100"
SAID = Said(channel_id="C1", ts=TS, text="errors at 4%", author="U1")
SHOWN = Shown(ts=TS, said=SAID)


def told(said: Said = SAID, *, at: datetime = LONG_AGO) -> Entry:
    return replace(messages.recorded(None, said, incident=REF, at=at), id=7)


def seen(shown: Shown, known: Entry | None) -> Found:
    held = {known.ts or "": known} if known else {}
    return history.compared([shown], held, incident=REF, asked_at=ASKED, at=AT)


def test_what_the_log_holds_already_is_nothing_new():
    assert seen(SHOWN, told()) == Found()


def test_a_message_that_the_log_lacks_is_what_its_event_would_have_made():
    found = seen(SHOWN, None)
    assert found.entries == (messages.recorded(None, SAID, incident=REF, at=AT),)
    assert found.what == ("message",)
    assert messages.recorded(found.entries[0], SAID, incident=REF, at=AT) == found.entries[0]


def test_an_edit_is_known_by_its_time():
    edited = replace(SAID, text="errors at 40%", edited_ts="1772442010.000000")
    found = seen(replace(SHOWN, said=edited), told())
    assert (found.what, found.entries[0].text) == (("edit",), "errors at 40%")
    assert [version["text"] for version in found.entries[0].versions] == ["errors at 4%"]
    assert seen(replace(SHOWN, said=edited), found.entries[0]) == Found()
    older = seen(SHOWN, found.entries[0])
    assert older == Found(), "history that lags behind an edit takes nothing back"


def test_other_words_of_a_person_without_a_time_of_an_edit_are_none():
    assert seen(replace(SHOWN, said=replace(SAID, text="errors")), told()) == Found()


def test_a_file_that_was_taken_away_is_gone():
    file = {"name": "a.png", "url": "https://example.com/a"}
    found = seen(SHOWN, told(replace(SAID, files=(file,))))
    assert (found.what, found.entries[0].files) == (("edit",), ())


def test_what_is_not_shown_was_deleted_unless_it_is_young():
    """History lags behind: R6."""
    found = history.gone([told()], asked_at=ASKED, at=AT)
    assert ([entry.deleted_at for entry in found.entries], found.what) == ([AT], ("deletion",))
    young = told(at=ASKED - SETTLE + timedelta(milliseconds=1))
    assert history.gone([young], asked_at=ASKED, at=AT) == Found(young=True)


def test_a_tombstone_is_a_deletion_and_what_is_shown_again_is_none():
    found = seen(Shown(ts=TS, said=None, is_tombstone=True), told())
    assert found.what == ("deletion",)
    back = seen(SHOWN, replace(found.entries[0], deleted_at=LONG_AGO))
    assert back.entries[0].deleted_at is None
    just_now = replace(told(), deleted_at=ASKED - timedelta(seconds=1))
    assert seen(SHOWN, just_now) == Found(), "the event is newer than what history shows"


def test_marks_are_those_that_stand_on_the_message():
    marked = replace(told(), marks=("emoji:U1", "pin", "prefix", "command"))
    now = seen(replace(SHOWN, reacted=frozenset({"U2"})), marked)
    assert now.entries[0].marks == ("prefix", "command", "emoji:U2")
    assert now.what == ("mark",)
    some = replace(SHOWN, reacted=frozenset({"U2"}), knows_all=False, pinned=True)
    assert seen(some, marked).entries[0].marks == ("emoji:U1", "pin", "prefix", "command", "emoji:U2")


def test_a_mark_that_an_event_told_of_just_now_stays_and_is_looked_at_again():
    fresh = replace(told(), marks=("pin",), data=_just_now("pin"))
    assert seen(SHOWN, fresh) == Found(young=True)
    late = replace(told(), data=_just_now("pin"))
    assert seen(replace(SHOWN, pinned=True), late) == Found(young=True)


def _just_now(mark: str) -> dict[str, dict[str, str]]:
    return {messages.MARKED_AT: {mark: f"{ASKED.timestamp() - 3:.6f}"}}


STEPS = st.lists(st.sampled_from(["edit", "pin", "unpin", "react", "delete"]), max_size=6)


@given(missed=STEPS, came=STEPS)
def test_whatever_was_missed_the_log_ends_as_slack_is_and_a_second_look_finds_nothing(missed, came):
    """*came*: events that were told before *missed* ones happened; history shows the end of both."""
    state, known = SHOWN, told()
    for n, kind in enumerate([*came, *missed], 1):
        state = _after(state, kind, n)
        if n <= len(came):
            known = _told(known, state)
    absent = state.said is None
    page = [] if absent else [state]
    found = history.compared(page, {TS: known}, incident=REF, asked_at=ASKED, at=AT)
    found += history.gone([known] if absent else [], asked_at=ASKED, at=AT)
    end = found.entries[0] if found.entries else known
    assert (end.deleted_at is not None) == absent
    if state.said is not None:
        assert (end.text, set(end.marks)) == (state.said.text, _marks(state))
        again = history.compared([state], {TS: end}, incident=REF, asked_at=AT + SETTLE, at=AT + SETTLE)
        assert again == Found()


def _after(state: Shown, kind: str, n: int) -> Shown:
    if state.said is None or kind == "delete":
        return replace(state, said=None)
    if kind == "edit":
        edited = replace(state.said, text=f"text {n}", edited_ts=f"{1_772_442_000 + n}.000200")
        return replace(state, said=edited)
    if kind == "react":
        return replace(state, reacted=state.reacted ^ {"U2"})
    return replace(state, pinned=kind == "pin")


def _told(known: Entry, state: Shown) -> Entry:
    if state.said is None:
        return messages.deleted(known, channel_id="C1", ts=TS, incident=REF, at=LONG_AGO)
    now = messages.recorded(known, state.said, incident=REF, at=LONG_AGO)
    return replace(now, marks=tuple(sorted(_marks(state))))


def _marks(state: Shown) -> set[str]:
    return {f"emoji:{user}" for user in state.reacted} | ({"pin"} if state.pinned else set())
