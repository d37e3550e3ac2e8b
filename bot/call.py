"""One Slack Web API call, as data: what a decision leaves behind for the outbox to perform."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import IntEnum
from typing import Any

DUE = "$due"
"""An argument that is ours and not Slack's: the instant (ISO 8601) at which what the call says was due."""


def metadata(key: str) -> dict[str, Any]:
    """What a message carries so that it is found again by the *key* of its call (DESIGN section 5)."""
    return {"event_type": "tocsin", "event_payload": {"key": key}}


class Priority(IntEnum):
    """What goes first when Slack's limits bite (RELIABILITY section 2)."""

    DECLARING = 0
    NUDGE = 1
    UPDATE = 2
    COSMETIC = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """A planned Web API call. Kept in the transaction of the decision that asks for it.

    ``args`` may hold ``result("key", "channel.id")`` in place of a value: it is filled from Slack's answer to the
    call of that key, which must be done before. A call is begun only after all keys in ``after`` are done; it is
    dropped when one of them was dropped or refused.
    """

    key: str
    """Unique for ever; begins with its kind and the incident (``nudge:INC-2026-1121-001:3``)."""
    method: str
    """A Web API method, or one of the compound ones of ``bot.slack.client`` (``upload``, ``invite_group`` …)."""
    args: Mapping[str, Any]
    incident: str | None = None
    after: tuple[str, ...] = ()
    stream: str | None = None
    """Calls of one stream are performed in the order in which they were planned."""
    slot: str | None = None
    """A newer call with the same slot replaces a waiting older one: edits of one card coalesce."""
    priority: Priority = Priority.UPDATE
    guarded: bool = False
    """True: the incident is read again just before sending, and a call no longer wanted is dropped (DR-1)."""
    once: bool = False
    """True: it may be asked for again in the incident's life, and is left out where its key was planned before."""
    anew: bool = False
    """True: with ``once``, it takes the place of one of its key that was given up: nothing was said under it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What a change asks of Slack: calls to make, and waiting calls that are no longer wanted."""

    calls: tuple[Call, ...] = ()
    withdraw: tuple[str, ...] = field(default=())
    """Keys of calls to drop where they have not been begun."""
    hush: bool = False
    """True: nothing that was planned for the incident before may be said any more; it left public places (DR-28)."""


def result(key: str, path: str) -> dict[str, list[str]]:
    """Stand in for a value out of Slack's answer to the call *key*; *path* is dotted, ``channel.id``."""
    return {"$result": [key, path]}


def joined(*parts: Any) -> dict[str, list[Any]]:
    """A text of *parts*, some of which are ``result(…)``: "<#" + the channel's id + ">"."""
    return {"$join": list(parts)}


def references(value: Any) -> set[str]:
    """The keys whose answers *value* (any JSON) refers to."""
    if isinstance(value, Mapping):
        if set(value) == {"$result"}:
            return {value["$result"][0]}
        return set().union(*(references(item) for item in value.values()))
    if isinstance(value, list | tuple):
        return set().union(*(references(item) for item in value))
    return set()


def filled(value: Any, answers: Mapping[str, Mapping[str, Any]]) -> Any:
    """*value* with each ``result(…)`` replaced from *answers* (key -> Slack's answer). KeyError if one is absent."""
    if isinstance(value, Mapping):
        if set(value) == {"$result"}:
            key, path = value["$result"]
            return _answer(key, path, answers)
        if set(value) == {"$join"}:
            return "".join(filled(part, answers) for part in value["$join"])
        return {name: filled(item, answers) for name, item in value.items()}
    if isinstance(value, list | tuple):
        return [filled(item, answers) for item in value]
    return value


def _answer(key: str, path: str, answers: Mapping[str, Mapping[str, Any]]) -> Any:
    found: Any = answers[key]
    for step in path.split("."):
        found = found[step]
    return found
