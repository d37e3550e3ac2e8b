"""What stands where in the digest of follow-ups (R-REV-1, R-AI-9)."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.domain.digest import Digest, Section, Source, digest
from bot.domain.followup import FollowUp, Priority, Request, State

NOW = datetime(2024, 5, 1, 16, tzinfo=UTC)
"""A Wednesday, 09:00 in Los Angeles."""
PACIFIC = ZoneInfo("America/Los_Angeles")


def item(n: int, due: str = "", state: State = State.OPEN, **facts) -> FollowUp:
    on = date.fromisoformat(due) if due else None
    known = {"owner": "U1", "due_on": on, "first_due_on": on, "added_at": NOW - timedelta(days=40)}
    return FollowUp(n=n, text=f"item {n}", state=state, **{**known, **facts})


def source(*items: FollowUp, ref: str = "INC-2024-0315-001") -> Source:
    return Source(
        ref=ref, title="", severity="P0", channel_id=None, declared_by="U1", roles={}, postmortem_owner=None,
        followups=items,
    )  # fmt: skip


def made(*items: FollowUp, at: datetime = NOW) -> Digest:
    return digest([source(*items)], since=NOW - timedelta(days=7), at=at, zone=PACIFIC)


def numbers(found: Digest, section: Section) -> list[int]:
    return [row.item.n for part in found.parts if part.section is section for row in part.rows]


def test_replay_f_the_items_of_the_long_record_on_the_first_of_may():
    """PRODUCT 7 F: items 1, 2, 3 and 5 are overdue, the longest first, and item 4 is due today."""
    found = made(
        item(1, "2024-04-15"), item(2, "2024-04-30"), item(3, "2024-04-10"), item(4, "2024-05-01"),
        item(5, "2024-04-20"),
    )  # fmt: skip
    assert numbers(found, Section.OVERDUE) == [3, 1, 5, 2]
    assert numbers(found, Section.SOON) == [4]
    assert (found.open, found.count(Section.OVERDUE), found.count(Section.SOON)) == (5, 4, 1)


@pytest.mark.parametrize(
    ("due", "section"),
    [
        ("2024-04-30", Section.OVERDUE),
        ("2024-05-01", Section.SOON),
        ("2024-05-08", Section.SOON),
        ("2024-05-09", Section.LATER),
    ],
)
def test_due_within_seven_days_counts_the_seventh_and_today_is_not_overdue(due, section):
    """R-REV-1: ≤ 7 d."""
    assert numbers(made(item(1, due)), section) == [1]


def test_the_day_is_that_of_the_organisations_zone():
    """In UTC it is the second of May already."""
    assert numbers(made(item(1, "2024-05-01"), at=datetime(2024, 5, 2, 6, 59, tzinfo=UTC)), Section.SOON) == [
        1
    ]
    assert numbers(made(item(1, "2024-05-01"), at=datetime(2024, 5, 2, 7, tzinfo=UTC)), Section.OVERDUE) == [
        1
    ]


def test_each_stands_once_and_each_count_is_of_all_that_fit():
    asked = Request(n=1, what="budget", by="U1", at=NOW, before="1", after="2")
    found = made(
        item(1, "2024-04-01", State.BLOCKED, blocked_at=NOW - timedelta(days=3)),
        item(2, "2024-06-01", State.BLOCKED, blocked_at=NOW - timedelta(days=9)),
        item(3, "2024-05-02", State.AWAITING, requests=(asked,)),
        item(4, "2024-05-03"),
        item(5, state=State.PROPOSED, owner=None),
        item(6, "2024-09-01"),
        item(7),
    )
    stands = {section: numbers(found, section) for section in Section}
    assert stands == {
        Section.OVERDUE: [1], Section.BLOCKED: [2], Section.AWAITING: [3], Section.SOON: [4], Section.PROPOSED: [5],
        Section.LATER: [6, 7],
    }  # fmt: skip
    assert [found.count(section) for section in Section] == [1, 2, 1, 2, 1, 2]
    assert [part.above for part in found.parts] == [0, 1, 0, 1, 0, 0]
    assert found.open == 7


def test_of_one_day_the_most_important_comes_first():
    found = made(
        item(1, "2024-04-30"), item(2, "2024-04-30", priority=Priority.LOW),
        item(3, "2024-04-30", priority=Priority.HIGH), item(4, "2024-04-29", priority=Priority.LOW),
    )  # fmt: skip
    assert numbers(found, Section.OVERDUE) == [4, 3, 2, 1]


def test_what_was_done_since_is_told_once():
    """R-REV-1: "completed since last": what was done at the last digest's instant stood in that one."""
    since = NOW - timedelta(days=7)
    done = [
        item(n, state=State.DONE, done_at=at)
        for n, at in enumerate((since, since + timedelta(seconds=1), NOW), 1)
    ]
    dropped = item(4, state=State.NOT_DOING, done_at=NOW - timedelta(days=1))
    found = made(*done, dropped, item(5, state=State.DONE, done_at=NOW + timedelta(hours=1)))
    assert [row.item.n for row in found.done] == [3, 2]
    assert [row.item.n for row in found.dropped] == [4]
    assert (found.open, found.parts) == (0, ())


def test_what_was_taken_back_or_goes_on_elsewhere_stands_nowhere():
    gone = (item(1, "2024-04-01", taken_back=True), item(2, "2024-04-01", moved_to="INC-2024-0315-002"))
    ended = item(3, state=State.DONE, done_at=NOW - timedelta(days=1), moved_to="INC-2024-0315-002")
    assert made(*gone, ended).is_empty
