"""A decision becomes calls: who is told what, where, in which order. Sentences stand in ``templates/slack``."""

from collections.abc import Collection, Iterator, Mapping
from datetime import datetime
from typing import Any

from bot.call import Call, Plan, result
from bot.domain import nudges
from bot.domain.followup_steps import open_followups
from bot.domain.incident import Change, Incident
from bot.domain.mrkdwn import Names
from bot.domain.news import What
from bot.domain.policy import Policy
from bot.domain.reach import takes_nothing
from bot.domain.recurrence import NOTHING, Recurrence
from bot.slack import bounds
from bot.slack.news import TELL, escalations, external, followup_notices, playbooks
from bot.slack.news.roles import claimed
from bot.slack.news.updates import shrunk
from bot.slack.room import NO_TIES, Room, Ties, card, topic

ANNOUNCED = (
    "title", "severity", "status", "commander", "last_update", "channel_id", "paused_until", "private", "out_of_reach",
    "absent",
)  # fmt: skip
"""Fields that the announcement shows; the card shows these and the due times."""
ON_CARD = (
    *ANNOUNCED, "update_due_at", "snoozed_until", "services", "causes", "nudges", "long", "first_external_at",
    "impact_started_at", "mail_prompts", "customers_told_at", "roles", "tasks", "mitigated_at", "customer",
    "verified_at", "playbooks", "level", "tied_to", "customer_contact",
)  # fmt: skip
IN_TOPIC = ("title", "severity", "commander", "is_open")
"""Slack writes a line into the channel at each change of the topic: phases are left to the card (DR-2)."""


def plan(
    change: Change,
    *,
    policy: Policy,
    names: Names,
    at: datetime,
    informed: Collection[str] = (),
    updated: Collection[str] = (),
    again: Recurrence = NOTHING,
    ties: Ties = NO_TIES,
) -> Plan:
    """The calls that *change* (already saved: its version is new) asks for.

    *informed*: the keys of what was posted for information before; *updated*: of updates for executives. *again*: what
    happened before; *ties*: what belongs to it.
    """
    room = Room(incident=change.incident, policy=policy, names=names, at=at, again=again, ties=ties)
    calls: list[Call] = []
    withdraw: list[str] = []
    for news in change.news:
        calls += TELL[news.what](room, news)
        answered = news.facts.get("answered")
        if answered is not None and answered != room.incident.live_nudge:
            withdraw.append(f"nudge:{room.incident.ref}:{answered}")
            calls.append(shrunk(room, answered, "nudge_answered", how=news.what.value))
    calls += _edits(room, change, informed)
    calls += external.hidden(room, updated) if _goes_private(change) else ()
    kept = tuple(bounds.within(room, calls))
    return Plan(calls=kept, withdraw=tuple(withdraw), hush=_goes_private(change))


def _goes_private(change: Change) -> bool:
    return change.before is not None and change.incident.private and not change.before.private


def is_announced_anew(change: Change) -> bool:
    """Whether the announcement, and what was posted for information, show something that *change* made new."""
    before, now = change.before, change.incident
    return before is not None and (_differ(before, now, ANNOUNCED) or _mark_changed(before, now))


def shows_card(change: Change) -> bool:
    """Whether *change* makes a card, or makes one new."""
    before, now = change.before, change.incident
    if before is None or before.channels != now.channels:
        return True
    absorbed = any(news.what is What.ABSORBED for news in change.news)  # what it was about may recur
    left = _left(before) != _left(now)
    return _differ(before, now, ON_CARD) or _mark_changed(before, now) or left or absorbed


def _differ(before: Incident, now: Incident, names: tuple[str, ...]) -> bool:
    return any(getattr(before, name) != getattr(now, name) for name in names)


def _left(incident: Incident) -> tuple[int, int]:
    """How many follow-ups are open, and how many of them lack something: the card shows no more of them."""
    left = open_followups(incident)
    return len(left), sum(bool(each.lacks) for each in left)


def _mark_changed(before: Incident, now: Incident) -> bool:
    """Whether the incident became overdue, or is so no longer."""
    marked = nudges.MARK_OVERDUE_FROM
    return (before.reminders >= marked) != (now.reminders >= marked)


def _edits(room: Room, change: Change, informed: Collection[str]) -> Iterator[Call]:
    """Card, announcement and topic, edited where something that they show is new."""
    before, now = change.before, change.incident
    if before is None:
        return

    moves = now.channels > before.channels  # what it brings along is new, and needs no edit
    if shows_card(change) and not (moves or takes_nothing(now)):
        edit = f"card-edit:{now.ref}:{now.version}"
        yield room.edit(edit, room.card_key, card(room), slot=f"card:{now.ref}")
    shown = is_announced_anew(change)
    if room.is_announced and shown:
        yield announced(room, room.message("announcement"))
    elif _goes_private(change):
        yield announced(room, room.message("announcement_private"))
    if shown:
        yield from escalations.fyi_edits(room, informed)
    yield from escalations.edits(room, before, shown=shown)
    if _differ(before, now, ("roles",)) and not moves:
        yield from claimed(room)
    if _differ(before, now, ("playbooks", "playbook_steps")) and not moves:
        yield from playbooks.edits(room, before)
    if _differ(before, now, ("followups", "status", "private")):
        yield from followup_notices.edits(room, before)
    if _differ(before, now, IN_TOPIC) and not moves and room.has_topic:
        yield topic(room, f"topic:{now.ref}:{now.version}")


def announced(room: Room, message: Mapping[str, Any]) -> Call:
    """An edit of the announcement."""
    ref = room.incident.ref
    return room.edit(
        f"announce-edit:{ref}:{room.incident.version}", f"announce:{ref}", message, slot=f"announce:{ref}"
    )


def trouble(
    incident: Incident,
    *,
    key: str,
    template: str,
    policy: Policy,
    names: Names,
    at: datetime,
    to: str | None,
    facts: Mapping[str, Any],
) -> tuple[Call, ...]:
    """A message about something that Slack refused: to the person *to*, else into the incident's channel (DR-14)."""
    room = Room(incident=incident, policy=policy, names=names, at=at)
    who = str(facts.get("who", ""))
    is_people = who.startswith(("U", "W"))
    shown = ", ".join(f"<@{each}>" for each in who.split(", ")) if is_people else room.quiet(who)
    message = room.message(template, **{**facts, "who": shown})
    if to is None:
        return (room.say(key, message),)
    if (incident.drill and incident.channel_id) or (incident.private and to not in incident.members):
        return ()  # a drill stays in its channel, a private one among its members
    opened = f"open-{key}"
    return (
        room.call(opened, "conversations.open", {"users": to}),
        room.post(key, result(opened, "channel.id"), message, stream=f"dm:{to}"),
    )
