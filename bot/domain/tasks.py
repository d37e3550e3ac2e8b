"""Tasks: what somebody does now, and the time at which the bot asks how it went. They reset no clock (DR-4)."""

import re
from dataclasses import replace
from datetime import datetime, timedelta

from bot.domain.incident import Change, Incident, Status, moved, unchanged
from bot.domain.lifecycle import state_entry
from bot.domain.news import News, What
from bot.domain.parts import Task
from bot.domain.policy import Policy
from bot.domain.refusal_tasks import NoSuchTask, TaskGoesOnElsewhere, TaskIsDone, TaskMoved, TaskNeedsText
from bot.domain.timeline import Entry, Kind
from bot.domain.times import print_duration

_MENTION = re.compile(r"<@([UW][A-Z0-9]{1,30})(?:\|[^<>]*)?>")
LATER = timedelta(minutes=10)
"""So much more time the button below a question gives."""


def add(
    incident: Incident, *, text: str, owner: str | None, wait: timedelta | None, by: str, at: datetime
) -> Change:
    """A task for *owner* (None: nobody yet), who is asked about it after *wait* (None: never)."""
    if not text.strip():
        raise TaskNeedsText
    if incident.status is Status.MERGED and incident.merged_into:
        raise TaskGoesOnElsewhere(ref=incident.ref, into=incident.merged_into)
    now = moved(incident, "task")
    made = Task(
        n=next_number(now), text=text, owner=owner, by=by, added_at=at, due_at=at + wait if wait else None
    )
    now = replace(now, tasks=(*now.tasks, made))
    entry = _entry(now, made, "added", by=by, at=at)
    news = News(what=What.TASK_ADDED, facts={**_facts(made), "by": by, "wait": wait, "given": False})
    return Change(before=incident, incident=now, entries=(entry,), news=(news,))


def mentioned(text: str) -> tuple[str, ...]:
    """The people whom *text* (Slack's encoding) mentions, each once."""
    return tuple(dict.fromkeys(_MENTION.findall(text)))


def without_address(text: str, owner: str) -> str:
    """*text* without the mention of *owner* that it begins with, where more follows: the task says whose it is."""
    found = _MENTION.match(text)
    rest = text[found.end() :].lstrip(" ,:-") if found is not None and found[1] == owner else ""
    return rest or text


def next_number(incident: Incident) -> int:
    """The number of a task that is added now."""
    return max((task.n for task in incident.tasks), default=0) + 1


def done(incident: Incident, n: int, *, result: str, by: str, at: datetime) -> Change:
    """Task *n* is done; *result* is what came of it, where that was said. Done already: nothing changes."""
    task = numbered(incident, n)
    if task.done_at is not None:
        return unchanged(incident)
    now = _with(moved(incident, "task"), replace(task, done_at=at, done_by=by))
    entry = _entry(now, task, "done", by=by, at=at, result=result)
    news = News(
        what=What.TASK_DONE, facts={**_facts(task), "by": by, "reason": result, "asked": _asked(task)}
    )
    return Change(before=incident, incident=now, entries=(entry,), news=(news,))


def give(incident: Incident, n: int, *, owner: str, by: str, at: datetime) -> Change:
    """Task *n* is *owner*'s now. Raises TaskIsDone."""
    task = _undone(incident, n, at)
    if task.owner == owner:
        return unchanged(incident)
    now = replace(task, owner=owner)
    kept = _with(moved(incident, "task"), now)
    entry = _entry(kept, now, "given", by=by, at=at)
    news = News(what=What.TASK_ADDED, facts={**_facts(now), "by": by, "wait": None, "given": True})
    return Change(before=incident, incident=kept, entries=(entry,), news=(news,))


def later(incident: Incident, n: int, *, by: str, at: datetime) -> Change:
    """Ask about task *n* again, ten minutes from now. Raises TaskIsDone."""
    task = _undone(incident, n, at)
    now = _with(moved(incident, "task"), replace(task, due_at=at + LATER, asked=False))
    entry = _entry(now, task, "later", by=by, at=at, on_timeline=False)
    facts = {**_facts(task), "by": by, "due_at": at + LATER, "asked": _asked(task)}
    news = News(what=What.TASK_LATER, facts=facts)
    return Change(before=incident, incident=now, entries=(entry,), news=(news,))


def go_on(incident: Incident, target: Incident, *, by: str, at: datetime) -> tuple[Change, Change]:
    """The open tasks of *incident*, which is merged into *target*, become those of *target* with its next numbers.

    Owner and due time stay; who was asked and has not answered is asked anew, by a question that leads there.
    """
    first = max((task.n for task in target.tasks), default=0) + 1
    left, kept, entries, made, news = incident, target, list[Entry](), list[Entry](), list[News]()
    for n, task in enumerate(open_tasks(incident), first):
        there = replace(task, n=n, asked=False, asks=0, due_at=at if task.asked else task.due_at)
        left = _with(left, replace(task, moved_to=target.ref, moved_as=n))
        kept = replace(kept, tasks=(*kept.tasks, there))
        entries.append(_entry(left, task, "moved", by=by, at=at, result=f"Now task {n} of {target.ref}"))
        made.append(_entry(kept, there, "added", by=by, at=at))
        facts = {**_facts(task), "by": by, "asked": _asked(task), "other": target.ref, "m": n}
        news += [News(what=What.TASK_MOVED, facts=facts)] if task.asked else []
    return (
        Change(before=incident, incident=left, entries=tuple(entries), news=tuple(news)),
        Change(before=target, incident=kept, entries=tuple(made)),
    )


def numbered(incident: Incident, n: int) -> Task:
    """Task *n*. Raises NoSuchTask, TaskMoved."""
    found = next((task for task in incident.tasks if task.n == n and not task.taken_back), None)
    if found is None:
        raise NoSuchTask(given=n, ref=incident.ref)
    if found.moved_to:
        raise TaskMoved(n=n, ref=incident.ref, into=found.moved_to, m=found.moved_as)
    return found


def open_tasks(incident: Incident) -> tuple[Task, ...]:
    """What is still to be done, in the order in which it was added."""
    return tuple(task for task in incident.tasks if task.is_open)


# The check-back


def when(incident: Incident, _: Policy) -> datetime | None:
    """The earliest time at which somebody is to be asked."""
    times = [task.due_at for task in open_tasks(incident) if task.due_at is not None and not task.asked]
    return min(times, default=None)


def fire(incident: Incident, *, at: datetime, policy: Policy) -> Change:  # noqa: ARG001 - every timer gets the policy
    """The owner of each task that is due is asked how it is; the commander where it has none."""
    due = [task for task in open_tasks(incident) if _is_due(task, at)]
    now, news = incident, []
    for task in due:
        asked = replace(task, asked=True, asks=task.asks + 1)
        now = _with(now, asked)
        to = task.owner or incident.commander
        facts = {**_facts(task), "k": asked.asks, "to": to, "owner": task.owner, "by": task.by}
        news.append(News(what=What.TASK_ASKED, facts={**facts, "late": _lateness(task, at)}))
    return Change(before=incident, incident=now, news=tuple(news))


def _is_due(task: Task, at: datetime) -> bool:
    return task.due_at is not None and task.due_at <= at and not task.asked


def _lateness(task: Task, at: datetime) -> timedelta | None:
    """How late the question is, where that is worth a word (DR-24)."""
    late = at - (task.due_at or at)
    return late if late >= timedelta(minutes=1) else None


def gone(before: Incident, now: Incident, *, by: str) -> tuple[News, ...]:
    """The questions of *before* that wait for no answer any more, because their tasks were taken back by *by*."""
    left = {task.n for task in open_tasks(now)}
    asked = (task for task in open_tasks(before) if task.asked and task.n not in left)
    return tuple(
        News(what=What.TASK_GONE, facts={**_facts(task), "by": by, "asked": _asked(task)}) for task in asked
    )


# Pieces


def _with(incident: Incident, changed: Task) -> Incident:
    return replace(incident, tasks=tuple(changed if task.n == changed.n else task for task in incident.tasks))


def _undone(incident: Incident, n: int, at: datetime) -> Task:
    task = numbered(incident, n)
    if task.done_at is not None:
        ago = print_duration(max(at - task.done_at, timedelta(seconds=1)), seconds=False)
        raise TaskIsDone(n=n, ref=incident.ref, by=f"<@{task.done_by}>", ago=ago)
    return task


def _asked(task: Task) -> int | None:
    """Which of the questions about *task* waits for an answer; None: none does."""
    return task.asks if task.asked else None


def _facts(task: Task) -> dict[str, object]:
    return {
        "n": task.n,
        "text": task.text,
        "to": task.owner,
        "due_at": task.due_at,
        "added_at": task.added_at,
    }


def _entry(
    incident: Incident,
    task: Task,
    step: str,
    *,
    by: str,
    at: datetime,
    result: str = "",
    on_timeline: bool = True,
) -> Entry:
    owner = f" (<@{task.owner}>)" if task.owner else ""
    said = {"added": "", "done": " done", "given": " handed on", "later": " goes on", "moved": " moved"}[step]
    text = f"Task {task.n}{said}: {task.text}{owner}" + (f". {result}" if result else "")
    data = {"change": "task", "step": step, "to": task.owner} | ({"reason": result} if result else {})
    return state_entry(
        incident, kind=Kind.ACTION, text=text, by=by, at=at, data=data, on_timeline=on_timeline
    )
