"""A draft's place in the channel's canvas, and the half sentence about it in the draft's message."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from bot import render
from bot.call import Call, Priority, joined, result
from bot.domain.canvas import heading
from bot.domain.news import News
from bot.slack.canvas import METHOD, OUTCOMES
from bot.slack.room import Room

_SAID = "<CANVAS>"
"""Stands for what is said of the canvas, which is not known yet. Free text cannot hold it: it has no raw ``<``."""


def in_canvas(room: Room, news: News, message: Callable[[str], Mapping[str, Any]]) -> Iterator[Call]:
    """The draft of *news* into the canvas; its *message*, made with what is said of it, is edited afterwards.

    The message never waits for the canvas, and stays as it is where nothing comes of that. The canvas waits for the
    upload only where a picture of that is to stand in it.
    """
    ref, n = room.incident.ref, news.facts["n"]
    key, head = f"canvas:{ref}:{n}", heading(ref, n)
    args = {
        "channel": room.channel, "title": room.marked(f"{ref} postmortem"), "head": head, "number": n,
        "markdown": news.facts["canvas"], "says": _sentences(room),
        "picture": result(f"upload:{ref}:{n}", "picture") if any(each.alt for each in news.facts["files"]) else "",
    }  # fmt: skip
    stream = f"canvas:{ref}"
    yield room.call(key, METHOD, args, stream=stream, priority=Priority.COSMETIC, guarded=True)
    told = _filled(message(_SAID), result(key, "said"))
    yield room.edit(f"draft-canvas:{ref}:{n}", f"draft:{ref}:{n}", told, after=(key,))


def _sentences(room: Room) -> dict[str, str]:
    return {each: render.slack("canvas", room.facts(outcome=each), room.policy.command) for each in OUTCOMES}


def _filled(value: Any, said: Any) -> Any:
    """*value* (JSON) with what is said in its place."""
    if isinstance(value, Mapping):
        return {name: _filled(item, said) for name, item in value.items()}
    if isinstance(value, list | tuple):
        return [_filled(item, said) for item in value]
    if not isinstance(value, str) or _SAID not in value:
        return value
    before, _, after = value.partition(_SAID)
    return joined(before, said, after)
