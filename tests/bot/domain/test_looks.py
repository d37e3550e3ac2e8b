"""Looks are steps of one page: newest first, resumed where they stopped, and rarely begun without need."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain import looks
from bot.domain.history import SETTLE, Shown
from bot.domain.looks import OFTEN, RARELY, Page, Watermark

AT = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
MARK = Watermark(channel_id="C1", incident="INC-2026-0302-001", floor="0", read_to="0", due_at=0.0)


def ts(n: int) -> str:
    return f"{int(AT.timestamp()) + n}.000000"


def page(numbers: list[int], cursor: str = "", **more: object) -> Page:
    return Page(shown=[Shown(ts=ts(n), said=None, **more) for n in numbers], cursor=cursor)  # type: ignore[arg-type]


def settled(mark: Watermark, *, heard: bool = True, over_at: datetime | None = None) -> Watermark:
    return looks.settled(mark, at=AT, machine=1_000.0, heard=heard, over_at=over_at)


def test_a_look_forward_reads_from_the_watermark_and_raises_it_by_slacks_own_clock():
    mark = looks.begun(replace(MARK, read_to=ts(0), whole_at=AT), at=AT)
    ask = looks.asked(mark)
    assert (ask.method, ask.args["oldest"]) == ("conversations.history", ts(0))
    assert ask.args["latest"] > ts(60), "Slack's clock may be ahead of ours"
    mark = looks.turned(mark, page([90, 80], cursor="next"), moved_only=False)
    assert (mark.read_to, looks.asked(mark).args["cursor"]) == (ts(0), "next"), "not all of it is read yet"
    mark = looks.turned(mark, page([70]), moved_only=False)
    assert mark.forward is None
    assert mark.read_to == f"{int(AT.timestamp()) + 75}.000000", "history may lag behind what it showed"
    assert settled(mark).due_at == 1_000.0 + RARELY
    assert settled(mark, heard=False).due_at == 1_000.0 + OFTEN


def test_a_whole_look_does_a_look_forwards_work_on_its_way_and_reads_threads_last():
    mark = looks.begun(replace(MARK, read_to=ts(50), wanted=True), at=AT)
    assert (mark.wanted, looks.asked(mark).args["oldest"]) == (False, "0")
    mark = looks.turned(mark, page([90, 60], cursor="a", replies=2), moved_only=False)
    assert mark.read_to == ts(50)
    mark = looks.turned(mark, page([40, 30], cursor="b"), moved_only=False)
    assert mark.read_to == f"{int(AT.timestamp()) + 75}.000000", "what is new was read"
    mark = settled(looks.turned(mark, page([10]), moved_only=False))
    assert (mark.due_at, looks.asked(mark).thread) == (1_000.0, ts(90))
    mark = looks.answered(mark, page([90, 91], cursor="c"))
    assert looks.asked(mark).args["cursor"] == "c"
    mark = looks.answered(mark, page([92]))
    assert looks.asked(mark).thread == ts(60)
    mark = settled(looks.answered(mark, page([60])))
    assert (mark.whole, mark.whole_at, mark.whole_to) == (None, AT, ts(90))


def test_in_the_slow_tier_only_threads_that_moved_are_read():
    mark = looks.begun(replace(MARK, wanted=True, whole_to=ts(50)), at=AT)
    shown = [
        Shown(ts=ts(20), said=None, replies=1, latest_reply=ts(60)),
        Shown(ts=ts(10), said=None, replies=1, latest_reply=ts(11)),
    ]
    for moved_only, threads in ((True, (ts(20),)), (False, (ts(20), ts(10)))):
        now = looks.turned(mark, Page(shown=shown, cursor=""), moved_only=moved_only)
        assert now.whole is not None
        assert now.whole.threads == threads


def test_who_asks_during_a_whole_look_gets_the_news_first_then_it_goes_on_and_begins_anew():
    mark = looks.begun(replace(MARK, wanted=True), at=AT)
    mark = looks.turned(mark, page([90, 80], cursor="a"), moved_only=False)
    asked = replace(mark, wanted=True, fresh=True, lag_since=AT)
    news = looks.begun(asked, at=AT)
    assert news.forward is not None
    done = settled(looks.turned(news, page([95]), moved_only=False))
    assert looks.asked(looks.begun(done, at=AT)).args["cursor"] == "a"
    over = settled(looks.turned(looks.begun(done, at=AT), page([10]), moved_only=False))
    assert (over.whole, over.wanted, over.lag_since, over.due_at) == (None, True, AT, 1_000.0)


def test_what_was_too_young_is_looked_at_once_more():
    mark = looks.begun(replace(MARK, wanted=True, lag_since=AT), at=AT)
    assert mark.whole is not None
    mark = replace(mark, whole=replace(mark.whole, paged=True, young=True))
    now = settled(mark)
    assert (now.wanted, now.lag_since) == (True, None)
    assert now.due_at == 1_000.0 + SETTLE.total_seconds() + 1


def test_a_channel_of_an_incident_that_is_over_rests_until_somebody_asks():
    now = settled(MARK, over_at=AT - timedelta(days=1))
    assert (now.due_at, now.keep_until) == (None, AT + timedelta(days=6))
    gone = looks.refused(replace(MARK, lag_since=AT), machine=1_000.0, over_at=AT)
    assert (gone.due_at, gone.lag_since, gone.wanted) == (None, None, True)
    assert looks.refused(MARK, machine=1_000.0, over_at=None).due_at == 1_600.0


@pytest.mark.parametrize(("failures", "pause"), [(0, 2.0), (1, 4.0), (9, 60.0)])
def test_after_a_call_that_came_to_nothing_it_waits_longer_each_time(failures: int, pause: float):
    assert looks.put_off(replace(MARK, failures=failures), machine=1_000.0).due_at == 1_000.0 + pause


@given(
    numbers=st.lists(st.integers(1, 5_000), unique=True, max_size=40),
    cuts=st.lists(st.integers(1, 7), min_size=40, max_size=40),
)
def test_the_pages_of_a_look_cover_all_of_its_stretch_without_a_gap_and_nothing_twice(numbers, cuts):
    left = sorted(numbers, reverse=True)
    mark = looks.begun(replace(MARK, wanted=True), at=AT)
    stretches = []
    for cut in cuts:
        assert mark.whole is not None
        now, left = left[:cut], left[cut:]
        made = page(now, cursor="more" if left else "")
        stretches.append(looks.covered(mark.whole, made))
        mark = looks.turned(mark, made, moved_only=False)
        if not left:
            break
    assert stretches[-1][0] == "0"
    assert [high for _, high in stretches[1:]] == [low for low, _ in stretches[:-1]]
    assert mark.whole is not None
    assert mark.whole.paged
