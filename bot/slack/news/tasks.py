"""Tasks: told of in the card's thread (DR-2), and asked about when their time is over."""

from collections.abc import Iterator
from typing import Any

from bot import render
from bot.call import Call
from bot.domain.news import News, What
from bot.slack import blocks
from bot.slack.cutting import fitting
from bot.slack.news.common import Tellers, alone, echo, invited
from bot.slack.room import ECHOED, Room, readable


def _added(room: Room, news: News) -> Iterator[Call]:
    """Whoever is given a task of a private incident is let in, so that they read of it (DR-28)."""
    owner = news.facts["to"]
    if room.incident.private and owner and owner != news.facts["by"]:
        yield invited(room, owner)
    yield from echo("task_added")(room, news)


def _asked(room: Room, news: News) -> Iterator[Call]:
    ref, facts = room.incident.ref, news.facts
    shown = {
        **readable(room, news),
        "text": fitting(room.quiet(facts["text"]), ECHOED),
        "own": facts["by"] == facts["owner"],
        "given": facts["due_at"] - facts["added_at"],
    }
    row = blocks.check_back(ref, facts["n"])
    yield from alone(room, _key(ref, facts["n"], facts["k"]), facts["to"], "task_asked", row, **shown)


def _key(ref: str, n: int, k: int) -> str:
    """The key of the *k*-th question about task *n*."""
    return f"task:{ref}:{n}" + (f":{k}" if k > 1 else "")


def _done(room: Room, news: News) -> Iterator[Call]:
    yield from echo("task_done")(room, news)
    yield from _answered(room, news, "task_done")


def _later(room: Room, news: News) -> Iterator[Call]:
    yield from _answered(room, news, "task_later")


def _gone(room: Room, news: News) -> Iterator[Call]:
    yield from _answered(room, news, "task_gone")


def _moved(room: Room, news: News) -> Iterator[Call]:
    yield from _answered(room, news, "task_moved")


def _answered(room: Room, news: News, template: str) -> Iterator[Call]:
    """The question that waited for an answer is one line, without buttons."""
    if news.facts["asked"] is None:
        return
    ref, n = room.incident.ref, news.facts["n"]
    facts: dict[str, Any] = {**readable(room, news), "text": fitting(room.quiet(news.facts["text"]), ECHOED)}
    text = render.slack(template, room.facts(**facts), room.policy.command)
    message = {"text": text, "blocks": [blocks.context(text)]}
    yield room.edit(
        f"task-past:{ref}:{n}:{room.incident.version}", _key(ref, n, news.facts["asked"]), message
    )


TELL: Tellers = {
    What.TASK_ADDED: _added,
    What.TASK_DONE: _done,
    What.TASK_ASKED: _asked,
    What.TASK_LATER: _later,
    What.TASK_GONE: _gone,
    What.TASK_MOVED: _moved,
}
