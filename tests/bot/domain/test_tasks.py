"""Tasks: numbered, owned or nobody's, asked about when their time is over, done once."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.domain import tasks
from bot.domain.incident import Change, Incident, Status
from bot.domain.news import News
from bot.domain.refusal_tasks import NoSuchTask, TaskIsDone, TaskNeedsText
from bot.domain.schedule import RUNS_IN, TimerKind
from tests.records import policy

AT = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
OPEN = Incident(ref="INC-2026-0302-001", severity="P0", declared_by="U1", declared_at=AT)


def later(minutes: float) -> datetime:
    return AT + timedelta(minutes=minutes)


def added(
    of: Incident = OPEN, text: str = "restart", owner: str | None = "U2", wait: float | None = 10
) -> Incident:
    span = timedelta(minutes=wait) if wait is not None else None
    return tasks.add(of, text=text, owner=owner, wait=span, by="U1", at=AT).incident


def fired(of: Incident, minutes: float) -> Change:
    return tasks.fire(of, at=later(minutes), policy=policy())


def test_a_task_is_kept_with_owner_and_time_and_moves_no_clock():
    """DR-4."""
    change = tasks.add(OPEN, text="restart", owner="U2", wait=timedelta(minutes=10), by="U1", at=AT)
    (task,) = change.incident.tasks
    assert (task.n, task.text, task.owner, task.by, task.due_at) == (1, "restart", "U2", "U1", later(10))
    assert replace(change.incident, tasks=()) == OPEN
    (entry,) = change.entries
    assert (entry.text, entry.author) == ("Task 1: restart (<@U2>)", "U1")
    assert entry.data == {"change": "task", "step": "added", "to": "U2"}


def test_numbers_are_never_given_twice():
    one = added(added())
    taken_back = replace(one, tasks=(one.tasks[0], replace(one.tasks[1], taken_back=True)))
    assert added(taken_back).tasks[-1].n == 3
    with pytest.raises(NoSuchTask, match=r"has no task 2.*/incident task list INC-2026-0302-001"):
        tasks.done(taken_back, 2, result="", by="U1", at=AT)


def test_the_earliest_time_that_was_not_asked_about_is_the_next():
    one = added(added(added(wait=None), wait=20), wait=10)
    assert tasks.when(one, policy()) == later(10)
    assert tasks.when(fired(one, 10).incident, policy()) == later(20)
    assert tasks.when(fired(one, 20).incident, policy()) is None
    assert tasks.when(tasks.done(one, 3, result="", by="U2", at=AT).incident, policy()) == later(20)


def test_each_that_is_due_is_asked_about_once_its_owner_else_the_commander():
    one = added(added(owner=None), text="call", wait=12)
    assert fired(one, 9.99).news == ()
    both = fired(one, 12)
    assert [(news.facts["n"], news.facts["to"], news.facts["k"]) for news in both.news] == [
        (1, "U1", 1),
        (2, "U2", 1),
    ]
    assert [news.facts["late"] for news in both.news] == [timedelta(minutes=2), None]
    assert fired(both.incident, 13).is_nothing


def facts(news: tuple[News, ...]) -> dict[str, object]:
    (one,) = news
    return dict(one.facts)


def test_ten_minutes_more_ask_again():
    asked = fired(added(), 10).incident
    more = tasks.later(asked, 1, by="U2", at=later(11))
    assert facts(more.news)["asked"] == 1
    assert tasks.when(more.incident, policy()) == later(21)
    again = fired(more.incident, 21)
    assert facts(again.news)["k"] == 2


def test_a_task_is_done_once():
    done = tasks.done(added(), 1, result="back up", by="U2", at=later(3))
    assert done.entries[0].text == "Task 1 done: restart (<@U2>). back up"
    assert facts(done.news)["asked"] is None, "no question waits"
    assert tasks.done(done.incident, 1, result="", by="U3", at=later(4)).is_nothing
    for late in (
        lambda: tasks.later(done.incident, 1, by="U3", at=later(5)),
        lambda: tasks.give(done.incident, 1, owner="U3", by="U3", at=later(5)),
    ):
        with pytest.raises(TaskIsDone, match="<@U2> said so 2 min ago"):
            late()


def test_a_task_can_be_given_to_somebody_else():
    given = tasks.give(added(), 1, owner="U3", by="U1", at=later(3))
    assert given.incident.tasks[0].owner == "U3"
    assert tasks.give(given.incident, 1, owner="U3", by="U1", at=later(3)).is_nothing


def test_a_task_says_what_is_to_be_done():
    with pytest.raises(TaskNeedsText):
        tasks.add(OPEN, text=" \n", owner=None, wait=None, by="U1", at=AT)


def test_tasks_go_on_after_the_resolve():
    assert RUNS_IN[TimerKind.TASK] >= {Status.RESOLVED, Status.CLOSED}
    assert not RUNS_IN[TimerKind.TASK] & {Status.CANCELLED, Status.MERGED}
