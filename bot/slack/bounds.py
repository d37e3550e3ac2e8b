"""How far what is said about an incident may go: a drill stays in its channel, a private one among its members.

This is the last gate before the outbox, whatever a feature planned (R-DRL-2, DR-28).
"""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from bot.call import Call, references
from bot.slack.room import Room

SAYS = frozenset({"chat.postMessage", "upload"})
TOLD_OF_PRIVATE = (
    "escalation", "fyi", "farewell", "exec:", "external:", "followup-blocked", "followup-budget", "followup-late",
)  # fmt: skip
"""What the keys begin with of what may be said of a private incident elsewhere: reference and link, no more; and the
text that somebody wrote for customers, which names nothing of ours."""

FAREWELL = "farewell"
"""The key of what is said in the channel that a drill itself has left begins with it."""


def within(room: Room, calls: Iterable[Call]) -> list[Call]:
    """*calls* without those that would leave the incident's bounds, and without what needs these."""
    if not (room.incident.drill or room.incident.private):
        return list(calls)
    calls, kept = list(calls), list[Call]()
    stopped: set[str] = set()
    inside = set(room.incident.members) | _invited(calls)
    for call in calls:
        needs = {*call.after, *references(call.args)}
        if needs & stopped or not _stays(room, call, {each.key for each in kept}, inside):
            stopped.add(call.key)
        else:
            kept.append(call)
    return kept


def _invited(calls: Iterable[Call]) -> set[str]:
    """Whom people bring into the channel with this very change: they are inside from now on."""
    users = (str(call.args["users"]) for call in calls if call.method == "conversations.invite")
    return {user for some in users for user in some.split(",")}


def _stays(room: Room, call: Call, opened: set[str], inside: set[str]) -> bool:
    private = not room.incident.drill
    if call.key.startswith(TOLD_OF_PRIVATE if private else FAREWELL):
        return True
    if call.method == "conversations.open":
        users = set(str(call.args.get("users") or "").split(","))
        return private and users <= inside
    return call.method not in SAYS or _is_at(call.args.get("channel"), room, opened)


def _is_at(place: Any, room: Room, opened: set[str]) -> bool:
    """Whether *place* is the incident's channel, or a direct message that was let pass."""
    return bool(place == room.channel or (references(place) & opened))


def at_home(calls: Iterable[Call], *, said: frozenset[str]) -> list[Call]:
    """*calls* without edits of messages that stand in a channel which the incident has left (*said*: their keys).

    An answer in the thread of such a message is said in the open.
    """
    made = []
    for call in calls:
        if not references(call.args) & said:
            made.append(call)
        elif call.method in SAYS:
            made.append(
                replace(call, args={name: each for name, each in call.args.items() if name != "thread_ts"})
            )
    return made
