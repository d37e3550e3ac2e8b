"""Room: what is needed to say something about one incident, and the calls that say it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bot import render
from bot.call import Call, Priority, joined, metadata, result
from bot.domain import cases, customers, external, nudges, rolecall, updates
from bot.domain.drafting import is_unverified
from bot.domain.followup_steps import open_followups
from bot.domain.incident import Incident, Status, severity_of
from bot.domain.mrkdwn import Names, escaped, quiet
from bot.domain.news import News
from bot.domain.playbooks import suggested
from bot.domain.policy import Policy
from bot.domain.recurrence import NOTHING, Recurrence
from bot.domain.schedule import TimerKind, due_at
from bot.domain.tasks import open_tasks
from bot.slack import blocks, recurring
from bot.slack.blocks import Block
from bot.slack.cutting import fitting

CHANNEL_MARK = "<#CHANNEL>"
"""Stands in a template for the incident's channel, whose id may not be known yet. Free text cannot hold it: quiet
text has no raw ``<``."""

FREE_TEXT = ("reason", "message", "text", "value", "measures")
"""Facts of news that people wrote."""
CUT = "… (the whole text is on the timeline)"
"""What stands behind a text that is too long for Slack; the record keeps all of it."""
ECHOED = 300
"""Characters of a text that its echo in the card's thread repeats."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ties:
    """What belongs together: an incident's customer escalations, or the incident of a customer escalation."""

    cases: tuple[Incident, ...] = ()
    incident: Incident | None = None


NO_TIES = Ties()


@dataclass(frozen=True, slots=True, kw_only=True)
class Room:
    """What is needed to say something about one incident at one moment."""

    incident: Incident
    policy: Policy
    names: Names
    at: datetime
    again: Recurrence = NOTHING
    """What happened before, as far as it may be told: the card names it."""
    ties: Ties = NO_TIES

    @property
    def channel(self) -> Any:
        """The channel's id, or where it will be found."""
        return self.incident.channel_id or result(self.channel_key, "channel.id")

    @property
    def channel_key(self) -> str:
        """The key of the call that opens its channel; a later channel is numbered."""
        return self._numbered("channel")

    @property
    def card_key(self) -> str:
        """The key of the card in its channel."""
        return self._numbered("card")

    def _numbered(self, kind: str) -> str:
        number = self.incident.channels
        return f"{kind}:{self.incident.ref}" + (f":{number}" if number > 1 else "")

    @property
    def opened(self) -> tuple[str, ...]:
        """What must be done before something can be said in the channel."""
        return () if self.incident.channel_id else (self.channel_key,)

    @property
    def has_topic(self) -> bool:
        """Whether its channel's topic is the bot's to set: one that people made keeps theirs (``convert``)."""
        return self.incident.has_own_channel or self.incident.channel_id is None

    @property
    def announce_channel(self) -> str:
        """Where it is announced; empty: nowhere. Customer escalations have a place of their own, or none."""
        return self.policy.cases.channel if self.incident.is_case else self.policy.announce

    @property
    def is_announced(self) -> bool:
        """Whether it is told of outside of its channel of its own accord, and there is a place for that."""
        return self.incident.is_announced and bool(self.announce_channel)

    @property
    def executives_channel(self) -> str:
        """Where the executives read; empty where the policy names none."""
        target = self.policy.targets.get(updates.EXECUTIVES)
        return (target.channel or "") if target else ""

    def quiet(self, text: str | None) -> str:
        """Free text with nothing active in it."""
        return quiet(text or "", self.names)

    def person(self, user: str) -> str:
        """Who that is, with a mark on one who is deactivated."""
        return f"<@{user}>" + (" (deactivated)" if user in self.incident.absent else "")

    def facts(self, **more: Any) -> dict[str, Any]:
        """What every template may use."""
        incident = self.incident
        severity = severity_of(incident, self.policy)
        return {
            "ref": incident.ref,
            "title": self.quiet(incident.named(severity)),
            "untitled": not incident.title,
            "severity": severity.spelled,
            "cadence": severity.cadence,
            "expects": [self.quiet(each) for each in severity.expects],
            "status": incident.status.value,
            "open": incident.is_open,
            "commander": self.person(incident.commander),
            "lead": f"<@{lead}>" if (lead := incident.lead) else self.person(incident.commander),
            "commander_name": self.quiet(f"<@{incident.commander}>"),
            "channel": CHANNEL_MARK,
            "announce": self.announce_channel,
            "declared_at": incident.declared_at,
            "now": self.at,
            "age": incident.open_time(self.at),
            "reopened": incident.shut_seconds > 0,
            "update_due_at": incident.update_due_at,
            "snoozed_until": incident.snoozed_until,
            "paused_until": incident.paused_until,
            "archive_at": due_at(incident, TimerKind.ARCHIVE),
            "overdue": incident.reminders >= nudges.MARK_OVERDUE_FROM,
            "last_update": fitting(self.quiet(incident.last_update), 500),
            "last_update_at": incident.last_update_at,
            "services": [self.quiet(service) for service in incident.services],
            "again": self.recurring(self.again),
            "resolved_at": incident.resolved_at,
            "mitigated_at": incident.mitigated_at,
            "ended_at": incident.ended_at,
            "merged_into": incident.merged_into,
            "backfilled": incident.backfilled,
            "notice": self.policy.notice,
            "drill": incident.drill,
            "private": incident.private,
            "out_of_reach": incident.out_of_reach.value
            if incident.out_of_reach and incident.channel_id
            else "",
            "out_of_reach_since": incident.out_of_reach_since,
            "status_channel": self.policy.status,
            "executives_channel": self.executives_channel,
            "external_by": external.wanted_by(incident, self.policy),
            "customer": self.quiet(incident.customer),
            "unverified": is_unverified(incident),
            **self._escalated(),
            "playbooks": [escaped(each.title) for each in suggested(incident, self.policy.playbooks)],
            "mail_overdue": customers.is_overdue(incident, self.policy),
            **self._people(),
            **more,
        }

    def recurring(self, again: Recurrence) -> list[dict[str, Any]]:
        """What *again* says, for ``recurs.j2``."""
        return recurring.shown(again, self.quiet, at=self.incident.declared_at, zone=self.policy.zone)

    def _people(self) -> dict[str, Any]:
        """Who does what: roles beside the commander's, those that nobody has; and how much is open."""
        incident, roles = self.incident, self.policy.roles
        tasks, followups = open_tasks(incident), open_followups(incident)
        return {
            "drill": incident.drill,
            "roles": [
                (role.label, self.person(incident.roles[key]))
                for key, role in roles.items()
                if key in incident.roles and key != "commander"
            ],
            "unclaimed": [role.label for role in rolecall.unclaimed(incident, self.policy)],
            "tasks": len(tasks),
            "ownerless": sum(task.owner is None for task in tasks),
            "followups": len(followups),
            "incomplete": sum(bool(each.lacks) for each in followups),
        }

    def _escalated(self) -> dict[str, Any]:
        """Of a customer escalation priority, level and incident; of an incident its customer escalations."""
        incident = self.incident
        tied = self.ties.incident
        seen = tied is not None and cases.may_be_named(tied, incident)
        return {
            "case": incident.is_case,
            "priority": self.policy.priority_of(incident.severity),
            "severity_name": self.policy.severities[incident.severity].name,
            "level": incident.level,
            "contact": self.quiet(incident.customer_contact),
            "tied": self.beside(tied) if tied and seen else None,
            "cases": [self.beside(each) for each in self.ties.cases if cases.may_be_named(each, incident)],
        }

    def beside(self, other: Incident) -> dict[str, Any]:
        """An incident or a customer escalation as another one's card names it."""
        where = f"<#{other.channel_id}>" if other.channel_id else f"`#{other.called}`"
        return {
            "ref": other.ref, "title": self.quiet(other.title), "customer": self.quiet(other.customer),
            "status": other.status.value, "level": other.level, "where": where,
            "verified": other.verified_at is not None, "over": not other.is_open,
        }  # fmt: skip

    def message(self, template: str, *extra: Block, **facts: Any) -> dict[str, Any]:
        """Text and blocks of *template*, with *extra* blocks (buttons) below."""
        text = self.marked(self._within(template, facts))
        made = [*blocks.sections(text), *extra][: blocks.MESSAGE_LIMIT]
        return {"text": self.linked(fitting(text, 3_000)), "blocks": self.linked(made)}

    def line(self, template: str, **facts: Any) -> dict[str, Any]:
        """Text and one small grey line of *template*."""
        text = self.marked(render.slack(template, self.facts(**facts), self.policy.command))
        return {"text": text, "blocks": [blocks.context(text)]}

    def marked(self, text: str) -> str:
        """*text*, which in a drill says first that it is one (R-DRL-2)."""
        return f"DRILL · {text}" if self.incident.drill else text

    def _within(self, template: str, facts: Mapping[str, Any]) -> str:
        """The text of *template*, short enough for Slack: the longest of *facts* gives way, the rest stays whole."""
        shown, over = dict(facts), 0
        for _ in range(len(shown) + 1):
            text = render.slack(template, self.facts(**shown), self.policy.command)
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
        args = {"channel": channel, **message, "metadata": metadata(key), "unfurl_links": False}
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


def card(room: Room) -> dict[str, Any]:
    """The status card: the pinned message that always says how things stand."""
    incident = room.incident
    row = blocks.next_steps(
        incident.ref, untitled=not incident.title, is_open=incident.is_open,
        is_resolved=incident.status is Status.RESOLVED, unverified=is_unverified(incident), case=incident.is_case,
    )  # fmt: skip
    fit = [(each.name, each.title) for each in suggested(incident, room.policy.playbooks)]
    if fit:
        row = blocks.actions(*row["elements"], *blocks.playbook_row(incident.ref, fit)["elements"])
    return room.message("card_case" if incident.is_case else "card", row)


def topic(room: Room, key: str, *, after: tuple[str, ...] = ()) -> Call:
    """The channel's topic: severity, title, who commands."""
    said = room.marked(render.slack("topic", room.facts(), room.policy.command))
    args = {"channel": room.channel, "topic": room.linked(fitting(said, 250))}
    slot = f"topic:{room.incident.ref}"
    return room.call(
        key, "conversations.setTopic", args, slot=slot, stream=f"edits:{slot}", priority=Priority.COSMETIC, after=after
    )  # fmt: skip


def readable(room: Room, news: News) -> dict[str, Any]:
    """The facts of *news*, free text made quiet and people made mentions."""
    shown = dict(news.facts)
    for name in FREE_TEXT:
        if isinstance(shown.get(name), str):
            shown[name] = room.quiet(shown[name])
    for name in ("by", "to"):
        if isinstance(shown.get(name), str):
            shown[name] = f"<@{shown[name]}>"
    return shown
