"""What people would do in Slack to live through a replay: the steps of ``python -m bot replay``, in order.

A change of state that the bot wrote down in an incident of ours (``replay_states``) is played as the command that
makes it again, never as a note beside it.
"""

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from bot.domain.impact import MEASURES, TEXT
from bot.domain.incident import Status
from bot.domain.mrkdwn import Names, plain
from bot.domain.parts import Stage
from bot.domain.references import is_case
from bot.domain.replay import Replay
from bot.domain.replay_cast import handle, people
from bot.domain.replay_ends import ending, exceptions, set_header
from bot.domain.replay_followups import FollowUps
from bot.domain.replay_import import kind_of, verified_at
from bot.domain.replay_own import is_own
from bot.domain.replay_playbooks import posted_or_ticked
from bot.domain.replay_states import FOLLOWUP, RESTORED, State, state_of
from bot.domain.replay_typed import DECLARED_BY, typed, verbs
from bot.domain.timeline import PREFIXES, Kind
from bot.domain.times import parse_iso
from bot.domain.windows import WINDOW
from bot.domain.words import number, split_prefix

EMOJI = "pushpin"
_TASK = re.compile(r"Task (?P<n>\d{1,6})(?: done| handed on)?: (?P<text>.+)", re.DOTALL)
"""What the record says of a task (``bot.domain.tasks``)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Types:
    """Types a command into the incident's channel; ``/incident declare`` anywhere."""

    command: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Says:
    """Says something in the incident's channel. ``key`` names the message, ``thread`` the one it answers."""

    text: str
    key: str
    thread: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Edits:
    """Changes the message ``key``."""

    key: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Deletes:
    """Takes the message ``key`` away."""

    key: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Reacts:
    """Puts an emoji on the message ``key``."""

    key: str
    emoji: str = EMOJI


Action = Types | Says | Edits | Deletes | Reacts


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One thing that one person does at one instant. Texts are as typed, not yet in Slack's encoding."""

    at: datetime
    person: str
    """The id of one of ``replay_cast.people``."""
    action: Action


def steps(replay: Replay) -> list[Step]:
    """All steps in order. Notes name their own time, so that they stand where they happened."""
    declared = (
        replay.time("declared") or replay.time("detected") or parse_iso(replay.incident["times"]["started"])
    )
    return sorted(_Player(replay, declared).steps(), key=lambda step: step.at)


class _Player:
    """Writes the steps; those of one instant in the order in which they are yielded."""

    def __init__(self, replay: Replay, declared: datetime) -> None:
        self.replay, self.declared = replay, declared
        self.people = people(replay)
        self.resolved = replay.time("resolved") or max(parse_iso(event["at"]) for event in replay.events)
        self.own = is_own(replay)
        self.stated: Mapping[str, str] = replay.incident.get("stated") or {}
        known = [p for p in replay.incident["people"] if p.get("name")]
        self.names = Names(people={p.get("slack_user") or p["id"]: p["name"] for p in known})
        self.lead = self._lead()
        self.verbs = verbs(replay.events)
        self.followups = FollowUps(replay.facts.get("action_items", []), self.stated, self.people)
        said = [event for event in replay.events if event.get("slack") and not _repeats(event)]
        self.keys = {event["slack"]["ts"]: event["id"] for event in said}

    def _lead(self) -> str:
        told = self.replay.incident["people"]
        leads: list[str] = [person["id"] for person in told if "incident commander" in person["role"].lower()]
        actors: list[str] = [event["actor"] for event in self.replay.events if event.get("actor")]
        return (leads or actors or list(self.people))[0]

    def first_lead(self) -> str:
        """Who commanded an incident of ours before anybody handed that over."""
        given = (e["id"] for e in self.replay.events if self.stated.get(f"{e['id']} role") == "commander")
        former = self.stated.get(f"{next(given, '')} from", self.lead)
        return former if former in self.people else self.lead

    def steps(self) -> Iterator[Step]:
        yield from self.declaration()
        if self.own:
            yield from self.written_down()
        for event in self.replay.events:
            if not _repeats(event):
                yield from self.event(event)
        if (mitigated := self.replay.time("mitigated")) and "mitigate" not in self.verbs:
            yield self.types(max(mitigated, self.declared), f"set mitigated {_written(mitigated)}")
        if not self.own:
            yield from self.told_changes()

    def written_down(self) -> Iterator[Step]:
        """What people set in an incident of ours, before it ended: its draft is to be the same."""
        yield from self.impact()
        for name in ("summary", "root_cause"):
            text = (self.replay.facts.get(name) or {}).get("text")
            if text:
                yield self.types(self.resolved, f"set {name} {text}")
        if RESTORED in self.stated:
            at = parse_iso(self.stated[RESTORED])
            yield self.types(max(at, self.declared), f"set restored {_written(at)}")
        if verified := verified_at(self.replay.incident):
            yield self.types(max(verified, self.declared), f"set verified {_written(verified)}")

    def told_changes(self) -> Iterator[Step]:
        """What the header of a record tells that was not kept by us: severities, impact, the end."""
        for change in self.replay.incident["severity"].get("changes", []):
            at = max(parse_iso(change["at"]), self.declared)
            yield self.types(at, f"sev {_spelled(change['to'])}")
        if "impact" not in self.verbs:
            yield from self.impact()
        if "followup" not in self.verbs:
            for command in self.followups.entered():
                yield self.types(max(self.resolved, self.declared), command)
        if "resolve" not in self.verbs:
            yield self.types(self.resolved, f"resolve at={_written(self.resolved)}")
        if "close" not in self.verbs:
            closed = self.replay.time("closed") or self.resolved
            yield self.types(max(closed, self.resolved), ending(self.replay))

    def declaration(self) -> Iterator[Step]:
        told = self.replay.incident
        title = " ".join(told["title"].split())
        if self.own and is_case(told.get("id") or ""):
            level = told["severity"]["level"]
            opened = f'customer add "{told["customer"]}" {title} p={level} incident=none'
            yield from (self.types(self.declared, each) for each in (opened, *set_header(told)))
            return
        words = [f"declare {_spelled(told['severity']['level'])} {title}"]
        for key, name in (("at", "started"), ("detected", "detected")):
            at = self.replay.time(name)
            words += [f"{key}={_written(at)}"] if at else []
        first = next((e for e in self.replay.events if self.own and _is(e, "declared")), None)
        by = first.get("actor") if first else self.stated.get(DECLARED_BY)
        if by and (lead := self.first_lead()) != by:
            words.append(f"lead=@{handle(lead)}")
        yield self.types(self.declared, " ".join(words), by=by)
        yield self.types(self.declared, f"set tz {told['timezone']['iana']}")
        if told.get("classification"):
            yield self.types(self.declared, f"set classification {told['classification']}")
        services = [
            s["name"] for s in self.replay.facts.get("affected_services", []) if s.get("entered") == "during"
        ]
        if services:
            yield self.types(self.declared, f"set service {', '.join(services)}")

        for command in set_header(self.replay.incident):
            yield self.types(self.declared, command)

    def event(self, event: Mapping[str, Any]) -> Iterator[Step]:
        slack = event.get("slack") or {}
        at = parse_iso(event["at"])
        if self.own and (state := state_of(event)):
            yield from self.change(event, state, at)
            return
        late = slack.get("recorded_at")
        if slack.get("deleted_at") and slack.get("via") == "command":
            return  # a note that was taken back
        if words := typed(event):
            yield self.types(max(at, self.declared), words, by=event.get("actor"))
        elif at < self.declared or late or not slack or slack.get("via") == "command":
            done = max(parse_iso(late) if late else at, self.declared)
            yield self.types(done, self.command(event, at, done), by=event.get("actor"))
        else:
            yield from self.message(event, slack, at)

    def change(self, event: Mapping[str, Any], state: State, at: datetime) -> Iterator[Step]:
        """The command that changes the state so again, typed when it was; the declaration is typed already."""
        keys = (
            "to", "role", "until", "on", "reason", "target", "phase", "to_whom", "told", "step", "stage", "playbook",
            "n",
        )  # fmt: skip
        told = {key: self.stated.get(f"{event['id']} {key}", "") for key in keys}
        to = f"@{handle(told['to'])}" if told["to"] in self.people else ""
        phase = told["phase"] if state.change == "phase" else (event.get("comm") or {}).get("phase") or ""
        words = {
            "update": f"update {phase} {event['text']}{self.promise(event)}"
            if not _repeated(phase, told)
            else "",
            "phase": f"phase {phase}",
            "customers_told": f"brief sent {told['to_whom']}",
            "severity": f"sev {_spelled(told['to'])} {told['reason']}"
            if state.change == "severity" and told["to"]
            else "",
            "level": f"customer level {told['to']} {told['reason']}",
            "role": f"role {told['role']} {to}" if told["role"] and to else "",
            "pause": f"pause {_wait(at, told['until'])} {told['reason']}" if told["until"] else "",
            "resume": "resume" if event.get("actor") else "",
            "long": "long" if told["on"] else "long off",
            "snooze": f"snooze {_wait(at, told['until'])} {told['reason']}",
            "resolved": f"resolve {_said(event, 'Resolved')} at={_written(at)}",
            "closed": f"close {exceptions(event['text'], told['reason']) or _said(event, 'Closed')}",
            "reopened": f"reopen {_said(event, 'Reopened')}",
            "mitigated": f"mitigate at={_written(at)}",
            "cancelled": f"cancel {told['reason'] or 'no incident'}",
            "escalated": f"escalate {told['target']} {told['reason']}" if event.get("actor") else "",
            "acknowledged": f"escalate ack {told['target']}",
            "skipped": f"escalate skip {told['target']} {told['reason']}",
            "playbook": posted_or_ticked(event["text"], told),
            "task": _task(event["text"], told, to),
            "postmortem_owner": f"postmortem owner {to}" if to else "",
            "postmortem_state": _staged(told),
            "postmortem_due": f"postmortem due {told['until']} {told['reason']}",
            "postmortem_review": _asked(told["to_whom"], self.people),
        }.get(state.change, "")
        slack = event.get("slack") or {}
        if state.change == FOLLOWUP and not slack.get("deleted_at"):
            words = self.followups.step(told)
        late = slack.get("recorded_at")
        if words and not slack.get("deleted_at"):  # what was taken back is not done again
            yield self.types(parse_iso(late) if late else at, words.strip(), by=event.get("actor"))

    def promise(self, event: Mapping[str, Any]) -> str:
        """`` next=25m``: when the next update was due after this one, where the record tells."""
        at = parse_iso(event["at"])
        later = (e for e in self.replay.events if parse_iso(e["at"]) > at and f"{e['id']} due" in self.stated)
        following = next(later, None)
        wait = parse_iso(self.stated[f"{following['id']} due"]) - at if following else timedelta()
        return f" next={wait // timedelta(minutes=1)}m" if wait >= timedelta(minutes=1) else ""

    def command(self, event: Mapping[str, Any], at: datetime, done: datetime) -> str:
        """An update where the event is one and came in time, else a note with its kind and its time."""
        phase = (event.get("comm") or {}).get("phase")
        if phase and phase != "resolved" and at == done and done < self.resolved:
            return f"update {phase} {event['text']}"
        kind = Kind.NOTE if kind_of(event) is Kind.MESSAGE else kind_of(event)
        return f"note {kind.value}: {_labelled(event)} at={_written(at, event.get('precision'))}"

    def message(self, event: Mapping[str, Any], slack: Mapping[str, Any], at: datetime) -> Iterator[Step]:
        who = event.get("actor") or slack.get("user") or self.lead
        who = who if who in self.people else self.lead
        first = plain(slack["raw"], self.names) if slack.get("raw") else event["text"]
        key = event["id"]
        thread = self.keys.get(slack.get("thread_ts") or "")
        yield Step(at=at, person=who, action=Says(text=_prefixed(event, first), key=key, thread=thread))
        if slack.get("via") in ("reaction", "shortcut"):
            yield Step(at=at, person=self.lead, action=Reacts(key=key))
        for edit in slack.get("edits") or []:
            text = _prefixed(event, edit["text"])
            yield Step(at=parse_iso(edit["at"]), person=who, action=Edits(key=key, text=text))
        if slack.get("deleted_at"):
            yield Step(at=parse_iso(slack["deleted_at"]), person=who, action=Deletes(key=key))

    def impact(self) -> Iterator[Step]:
        """The measures known at close; what our measures have no word for is a detail."""
        known = {measure.name.lower(): key for key, measure in MEASURES.items()}
        units = {
            measure.unit: key for key, measure in MEASURES.items() if measure.unit not in (TEXT, "percent")
        }
        words, used = [], set()
        for told in self.replay.facts.get("impact_metrics", []):
            if told["entered"] != "during" or told["unit"] == "duration":
                continue
            if told["unit"] == WINDOW:
                words.append(f"window={_quoted(' to '.join(str(told['value']).split('/')))}")
                continue
            key = known.get(told["name"].lower()) or units.get(told["unit"]) or "detail"
            if key in used or (MEASURES[key].unit != TEXT and number(told["text"]) is None):
                key = "detail"
            used.add(key)
            text = told["text"] if key != "detail" else f"{told['name']}: {told['text']}"
            words.append(f"{key}={_quoted(text)}")
        if words:
            yield self.types(self.resolved, f"impact {' '.join(words)}")

    def types(self, at: datetime, words: str, *, by: str | None = None) -> Step:
        who = by if by in self.people else self.lead
        return Step(at=at, person=who or self.lead, action=Types(command=f"/incident {words}"))


def _repeats(event: Mapping[str, Any]) -> bool:
    return bool((event.get("slack") or {}).get("duplicate_of"))


def _is(event: Mapping[str, Any], change: str) -> bool:
    state = state_of(event)
    return state is not None and state.change == change


def _repeated(phase: str, told: Mapping[str, str]) -> bool:
    """Whether an update only told customers what the channel had heard: the resolve, or an approved text."""
    return phase == Status.RESOLVED.value or bool(told["told"])


def _said(event: Mapping[str, Any], alone: str) -> str:
    """What a person said with the change; the bot writes *alone* where they said nothing, or before it."""
    return str(event["text"]).removeprefix(alone).removeprefix(":").strip()


def _task(text: str, told: Mapping[str, str], to: str) -> str:
    """The command that adds a task, gives it to somebody or says that it is done; *to* is its owner's handle."""
    found = _TASK.fullmatch(text)
    if found is None:
        return ""
    n, words = found["n"], found["text"]
    if to:
        words = words.rpartition(" (@")[0] or words
    commands = {
        "added": f"task add {words} {to}", "given": f"task give {n} {to}", "done": f"task done {n} {told['reason']}",
    }  # fmt: skip
    return commands.get(told["step"], "")


def _staged(told: Mapping[str, str]) -> str:
    """The command that brings the postmortem to that stage; ticks are not typed again, so a review says so.

    With a step it came along with another command.
    """
    if not told["stage"] or told["step"]:
        return ""
    anyway = f" --anyway {told['reason'] or 'as recorded'}" if told["stage"] == Stage.REVIEWED.value else ""
    return f"postmortem status {told['stage'].replace(' ', '-')}{anyway}"


def _asked(users: str, known: Collection[str]) -> str:
    """The command that asks these people to review."""
    named = " ".join(f"@{handle(user)}" for user in users.split() if user in known)
    return f"postmortem review {named}" if named else ""


def _wait(at: datetime, until: str) -> str:
    """How long a snooze was: ``20m``; ``off`` where it was ended."""
    return f"{-((at - parse_iso(until)) // timedelta(minutes=1))}m" if until else "off"


def _spelled(level: str) -> str:
    return f"sev{int(level[1:]) + 1}"


def _written(at: datetime, precision: str | None = None) -> str:
    """ISO with the offset; to the minute where no more is known."""
    exact = at.second or precision in (None, "second")
    return at.isoformat(timespec="seconds" if exact else "minutes")


def _labelled(event: Mapping[str, Any]) -> str:
    """The text with its label before it, where the kind does not say the same."""
    label = event.get("label")
    plain_label = not label or label.lower() in PREFIXES or label.lower() in ("log", event["kind"])
    return str(event["text"]) if plain_label else f"{label}: {event['text']}"


def _prefixed(event: Mapping[str, Any], text: str) -> str:
    """A message with the prefix that sets its kind, unless it bears one or is only talk."""
    kind = kind_of(event)
    if kind in (Kind.MESSAGE, Kind.NOTE) or split_prefix(text, PREFIXES)[0]:
        return text
    return f"{kind.value.capitalize()}: {text}"


def _quoted(text: str) -> str:
    return f'"{text}"' if '"' not in text else f"“{text}”"
