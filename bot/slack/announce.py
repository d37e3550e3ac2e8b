"""A decision becomes calls: who is told what, where, in which order. Sentences stand in ``templates/slack``."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from bot import render
from bot.call import Call, Plan, Priority, joined, result
from bot.domain import nudges
from bot.domain.incident import Change, Incident, News, Status, What, severity_of
from bot.domain.mrkdwn import Names, quiet
from bot.domain.policy import Policy
from bot.slack import blocks
from bot.slack.blocks import Block
from bot.slack.cutting import fitting

CHANNEL_MARK = "<#CHANNEL>"
"""Stands in a template for the incident's channel, whose id may not be known yet. Free text cannot hold it: quiet
text has no raw ``<``."""
ANNOUNCED = ("title", "severity", "status", "commander", "last_update", "channel_id")
"""Fields that the announcement shows; the card shows these and the due times."""
ON_CARD = (*ANNOUNCED, "update_due_at", "snoozed_until", "services", "nudges")
IN_TOPIC = ("title", "severity", "commander", "is_open")
"""Slack writes a line into the channel at each change of the topic: phases are left to the card (DR-2)."""


_FREE_TEXT = ("reason", "message", "text", "value", "measures")
"""Facts of news that people wrote."""
CUT = "… (the whole text is on the timeline)"
"""What stands behind a text that is too long for Slack; the record keeps all of it."""
ECHOED = 300
"""Characters of a text that its echo in the card's thread repeats."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Room:
    """What is needed to say something about one incident at one moment."""

    incident: Incident
    policy: Policy
    names: Names
    at: datetime

    @property
    def channel(self) -> Any:
        """The channel's id, or where it will be found."""
        return self.incident.channel_id or result(f"channel:{self.incident.ref}", "channel.id")

    @property
    def opened(self) -> tuple[str, ...]:
        """What must be done before something can be said in the channel."""
        return () if self.incident.channel_id else (f"channel:{self.incident.ref}",)

    def quiet(self, text: str | None) -> str:
        """Free text with nothing active in it."""
        return quiet(text or "", self.names)

    def facts(self, **more: Any) -> dict[str, Any]:
        """What every template may use."""
        incident = self.incident
        severity = severity_of(incident, self.policy)
        return {
            "ref": incident.ref,
            "title": self.quiet(incident.shown_title(severity)),
            "untitled": not incident.title,
            "severity": severity.spelled,
            "cadence": severity.cadence,
            "status": incident.status.value,
            "open": incident.is_open,
            "commander": f"<@{incident.commander}>",
            "commander_name": self.quiet(f"<@{incident.commander}>"),
            "channel": CHANNEL_MARK,
            "announce": self.policy.announce,
            "declared_at": incident.declared_at,
            "now": self.at,
            "age": max((incident.resolved_at or self.at) - incident.declared_at, timedelta()),
            "update_due_at": incident.update_due_at,
            "snoozed_until": incident.snoozed_until,
            "overdue": incident.reminders >= nudges.MARK_OVERDUE_FROM,
            "last_update": fitting(self.quiet(incident.last_update), 500),
            "last_update_at": incident.last_update_at,
            "services": [self.quiet(service) for service in incident.services],
            "resolved_at": incident.resolved_at,
            "notice": self.policy.notice,
            **more,
        }

    def message(self, template: str, *extra: Block, **facts: Any) -> dict[str, Any]:
        """Text and blocks of *template*, with *extra* blocks (buttons) below."""
        text = self._within(template, facts)
        made = [*blocks.sections(text), *extra][: blocks.MESSAGE_LIMIT]
        return {"text": self.linked(fitting(text, 3_000)), "blocks": self.linked(made)}

    def _within(self, template: str, facts: Mapping[str, Any]) -> str:
        """The text of *template*, short enough for Slack: the longest of *facts* gives way, the rest stays whole."""
        shown, over = dict(facts), 0
        for _ in range(len(shown) + 1):
            text = render.slack(template, self.facts(**shown))
            over = len(text) - blocks.TEXT_LIMIT
            words = {name: value for name, value in shown.items() if isinstance(value, str)}
            if over <= 0 or not words:
                break
            name = max(words, key=lambda name: len(words[name]))
            limit = max(ECHOED, len(words[name]) - over - len(CUT))
            shown[name] = fitting(words[name], limit, CUT)
        return text

    def linked(self, value: Any) -> Any:
        """*value* (JSON) with the channel's mark filled in, now or when the channel is there."""
        if isinstance(value, dict):
            return {key: self.linked(item) for key, item in value.items()}
        if isinstance(value, list):
            return [self.linked(item) for item in value]
        if not isinstance(value, str) or CHANNEL_MARK not in value:
            return value
        parts: list[Any] = []
        for part in value.split(CHANNEL_MARK):
            parts += ["<#", self.channel, ">", part]
        return joined(*parts[3:])

    # The calls

    def post(self, key: str, channel: Any, message: Mapping[str, Any], **more: Any) -> Call:
        """A message with its key as metadata (DESIGN section 5), in the order of its stream."""
        metadata = {"event_type": "tocsin", "event_payload": {"key": key}}
        args = {"channel": channel, **message, "metadata": metadata, "unfurl_links": False}
        return self.call(key, "chat.postMessage", args, **more)

    def say(self, key: str, message: Mapping[str, Any], **more: Any) -> Call:
        """A message in the incident's channel."""
        return self.post(key, self.channel, message, stream=self.incident.ref, **more)

    def edit(self, key: str, of: str, message: Mapping[str, Any], **more: Any) -> Call:
        """An edit of the message that was posted under the key *of*."""
        target = {"channel": result(of, "channel"), "ts": result(of, "ts")}
        args = {**target, **message}
        return self.call(key, "chat.update", args, stream=f"edits:{of}", priority=Priority.COSMETIC, **more)

    def call(self, key: str, method: str, args: Mapping[str, Any], **more: Any) -> Call:
        """A call for this incident."""
        return Call(key=key, method=method, args=args, incident=self.incident.ref, **more)


def plan(change: Change, *, policy: Policy, names: Names, at: datetime) -> Plan:
    """The calls that *change* (already saved: its version is new) asks for."""
    room = Room(incident=change.incident, policy=policy, names=names, at=at)
    calls: list[Call] = []
    withdraw: list[str] = []
    for news in change.news:
        calls += _TELL[news.what](room, news)
        answered = news.facts.get("answered")
        if answered is not None and answered != room.incident.live_nudge:
            withdraw.append(f"nudge:{room.incident.ref}:{answered}")
            calls.append(_shrunk(room, answered, "nudge_answered", how=news.what.value))
    calls += _edits(room, change)
    return Plan(calls=tuple(calls), withdraw=tuple(withdraw))


def _edits(room: Room, change: Change) -> Iterator[Call]:
    """Card, announcement and topic, edited where something that they show is new."""
    before, now = change.before, change.incident
    if before is None:
        return

    def differs(names: tuple[str, ...]) -> bool:
        return any(getattr(before, name) != getattr(now, name) for name in names)

    marked = nudges.MARK_OVERDUE_FROM
    overdue = (before.reminders >= marked) != (now.reminders >= marked)
    if differs(ON_CARD) or overdue:
        key = f"card:{now.ref}"
        yield room.edit(f"card-edit:{now.ref}:{now.version}", key, card(room), slot=f"card:{now.ref}")
    if differs(ANNOUNCED) or overdue:
        key = f"announce:{now.ref}"
        message = room.message("announcement")
        yield room.edit(f"announce-edit:{now.ref}:{now.version}", key, message, slot=f"announce:{now.ref}")
    if differs(IN_TOPIC):
        yield topic(room, f"topic:{now.ref}:{now.version}")


def card(room: Room) -> dict[str, Any]:
    """The status card: the pinned message that always says how things stand."""
    incident = room.incident
    row = blocks.next_steps(
        incident.ref, untitled=not incident.title, is_open=incident.is_open,
        is_resolved=incident.status is Status.RESOLVED,
    )  # fmt: skip
    return room.message("card", row)


def topic(room: Room, key: str, *, after: tuple[str, ...] = ()) -> Call:
    """The channel's topic: severity, title, who commands."""
    said = render.slack("topic", room.facts())
    args = {"channel": room.channel, "topic": room.linked(fitting(said, 250))}
    slot = f"topic:{room.incident.ref}"
    return room.call(
        key, "conversations.setTopic", args, slot=slot, stream=f"edits:{slot}", priority=Priority.COSMETIC, after=after
    )  # fmt: skip


# What is told at each kind of news


def _declared(room: Room, _: News) -> Iterator[Call]:
    incident = room.incident
    ref, first = incident.ref, Priority.DECLARING
    opened = (f"channel:{ref}",)
    yield room.call(
        opened[0],
        "open_channel",
        {"name": incident.channel_name, "ref": ref, "private": False},
        priority=first,
    )
    users = sorted({incident.declared_by, *incident.roles.values()} - {incident.declared_by})
    for user in (incident.declared_by, *users):
        args = {"channel": room.channel, "users": user}
        yield room.call(f"invite:{ref}:{user}", "conversations.invite", args, priority=first)
    yield room.say(f"card:{ref}", card(room), priority=first)
    announce = room.post(
        f"announce:{ref}", room.policy.announce, room.message("announcement"), stream=f"announce:{ref}", priority=first,
        after=opened,
    )  # fmt: skip
    yield announce
    pin = {"channel": room.channel, "timestamp": result(f"card:{ref}", "ts")}
    yield room.call(f"pin:{ref}", "pins.add", pin, priority=first)
    yield topic(room, f"topic:{ref}:0")
    yield room.call(
        f"purpose:{ref}",
        "conversations.setPurpose",
        {"channel": room.channel, "purpose": render.slack("purpose", room.facts())},
        priority=Priority.COSMETIC,
    )
    for invitee in severity_of(incident, room.policy).invite:
        args = {"channel": room.channel, "who": invitee}
        yield room.call(f"invite:{ref}:{invitee}", "invite_named", args, priority=first)


def _updated(room: Room, news: News) -> Iterator[Call]:
    text = room.quiet(news.facts["text"])
    moved = news.facts["was"] != room.incident.status.value
    message = room.message(
        "updated", by=f"<@{news.facts['by']}>", said=text, was=news.facts["was"], moved=moved,
        capped=news.facts["capped"],
    )  # fmt: skip
    yield room.say(f"update:{room.incident.ref}:{news.facts['n']}", message)


def _said(template: str) -> Callable[[Room, News], Iterator[Call]]:
    """News that is one message in the incident's channel."""

    def tell(room: Room, news: News) -> Iterator[Call]:
        facts = _readable(room, news)
        key = f"{template.replace('_', '-')}:{room.incident.ref}:{room.incident.version}"
        yield room.say(key, room.message(template, **facts))

    return tell


def _readable(room: Room, news: News) -> dict[str, Any]:
    """The facts of *news*, free text made quiet and people made mentions."""
    shown = dict(news.facts)
    for name in _FREE_TEXT:
        if isinstance(shown.get(name), str):
            shown[name] = room.quiet(shown[name])
    for name in ("by", "to"):
        if isinstance(shown.get(name), str):
            shown[name] = f"<@{shown[name]}>"
    return shown


def _role(room: Room, news: News) -> Iterator[Call]:
    ref, version, to = room.incident.ref, room.incident.version, news.facts["to"]
    yield from _said("role_assigned")(room, news)
    args = {"channel": room.channel, "users": to}
    yield room.call(f"invite:{ref}:{to}:{version}", "conversations.invite", args)
    opened = f"dm-open:{ref}:{version}"
    yield room.call(opened, "conversations.open", {"users": to})
    message = room.message("role_instructions", **_readable(room, news))
    yield room.post(f"dm:{ref}:{version}", result(opened, "channel.id"), message, stream=f"dm:{to}")


def _echo(template: str) -> Callable[[Room, News], Iterator[Call]]:
    """News that is one short line in the card's thread (DR-2, DR-20)."""

    def tell(room: Room, news: News) -> Iterator[Call]:
        ref = room.incident.ref
        facts = _readable(room, news)
        facts |= {
            name: fitting(facts[name], ECHOED) for name in _FREE_TEXT if isinstance(facts.get(name), str)
        }
        message = room.message(template, **facts)
        thread = {"thread_ts": result(f"card:{ref}", "ts")}
        yield room.say(f"echo:{ref}:{room.incident.version}", {**message, **thread})

    return tell


def _field(room: Room, news: News) -> Iterator[Call]:
    """A field set by hand; a new owner of the postmortem hears of it alone too (AD-1)."""
    yield from _echo("field_set")(room, news)
    incident = room.incident
    owner = incident.postmortem_owner
    if owner is None or news.facts.get("field") != "Postmortem owner" or owner == news.facts.get("by"):
        return
    opened = f"owner-dm-open:{incident.ref}:{incident.version}"
    yield room.call(opened, "conversations.open", {"users": owner})
    message = room.message("owner", **_readable(room, news), due=incident.postmortem_due_at)
    key = f"owner-dm:{incident.ref}:{incident.version}"
    yield room.post(key, result(opened, "channel.id"), message, stream=f"dm:{owner}")


def _nudged(room: Room, news: News) -> Iterator[Call]:
    ref, n, former = room.incident.ref, news.facts["n"], news.facts["former"]
    row = blocks.actions(
        blocks.button("Post update", "update_form", ref, style="primary"),
        *(blocks.button(f"Snooze {minutes} min", f"snooze_{minutes}", ref) for minutes in (5, 10, 15, 30)),
    )
    to = " ".join(f"<@{user}>" for user in news.facts["to"])
    message = room.message("nudge", row, **{**news.facts, "to": to})
    yield room.say(f"nudge:{ref}:{n}", message, priority=Priority.NUDGE, guarded=True)
    if former is not None:
        yield _shrunk(room, former, "nudge_repeated", how="repeated")


def _shrunk(room: Room, n: int, template: str, *, how: str) -> Call:
    """Nudge *n*, edited down to one line: at most one live nudge stands in a channel (DR-2)."""
    ref = room.incident.ref
    text = render.slack(template, room.facts(how=how))
    message = {"text": text, "blocks": [blocks.context(text)]}
    return room.edit(f"nudge-past:{ref}:{n}", f"nudge:{ref}:{n}", message)


def _drafted(room: Room, news: News) -> Iterator[Call]:
    ref, n = room.incident.ref, news.facts["n"]
    upload = f"upload:{ref}:{n}"
    args = {
        "channel": room.channel, "name": news.facts["file"], "title": news.facts["title"],
        "content": news.facts["content"],
    }  # fmt: skip
    yield room.call(upload, "upload", args, stream=room.incident.ref)
    owner = room.incident.postmortem_owner or room.incident.commander
    facts = {
        "prompts": news.facts["prompts"], "owner": f"<@{owner}>", "format": news.facts["format"],
        "due": room.incident.postmortem_due_at, "file": news.facts["file"],
    }  # fmt: skip
    yield room.say(f"draft:{ref}:{n}", room.message("draft", **facts), after=(upload,))
    opened = f"draft-dm-open:{ref}:{n}"
    yield room.call(opened, "conversations.open", {"users": owner})
    yield room.post(
        f"draft-dm:{ref}:{n}", result(opened, "channel.id"), room.message("draft_owner", **facts),
        stream=f"dm:{owner}", after=(f"draft:{ref}:{n}",),
    )  # fmt: skip


_TELL: Mapping[What, Callable[[Room, News], Iterator[Call]]] = {
    What.DECLARED: _declared,
    What.UPDATED: _updated,
    What.SEVERITY: _said("severity_changed"),
    What.ROLE: _role,
    What.NOTED: _echo("noted"),
    What.FIELD: _field,
    What.IMPACT: _echo("impact_recorded"),
    What.SNOOZED: _said("snoozed"),
    What.NUDGED: _nudged,
    What.RESOLVED: _said("resolved"),
    What.CLOSED: _said("closed"),
    What.REOPENED: _said("reopened"),
    What.DRAFTED: _drafted,
}


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
    shown = f"<@{who}>" if who.startswith(("U", "W")) else room.quiet(who)
    message = room.message(template, **{**facts, "who": shown})
    if to is None:
        return (room.say(key, message),)
    opened = f"open-{key}"
    return (
        room.call(opened, "conversations.open", {"users": to}),
        room.post(key, result(opened, "channel.id"), message, stream=f"dm:{to}"),
    )
