"""A replay file: one past incident as JSON. Read with clear errors, and turned into a record for ``import``.

Only what the record needs is checked here; the schema of the format says more.
"""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from bot.domain.references import is_reference
from bot.domain.refusal import Refusal, UnknownTime
from bot.domain.times import parse_iso

KINDS = (
    "trigger", "alert", "event", "action", "finding", "decision", "result", "impact", "communication",
    "escalation", "recovery", "note",
)  # fmt: skip
TIMES = ("started", "detected", "declared", "mitigated", "resolved", "closed")
_SLACK_TS = re.compile(r"\d{10}\.\d{6}", re.ASCII)


class BrokenReplay(Refusal):
    """The replay cannot be read: {problem} (at {pointer})."""


class Stage(StrEnum):
    """How much of a replay is recorded: what was known at close, or also what the review wrote."""

    CLOSE = "close"
    FINAL = "final"


@dataclass(frozen=True, slots=True, kw_only=True)
class Replay:
    """The parts of a replay file, checked, otherwise as the file has them."""

    id: str
    format: str
    provenance: Mapping[str, Any]
    incident: Mapping[str, Any]
    events: Sequence[Mapping[str, Any]]
    facts: Mapping[str, Any]

    @property
    def reference(self) -> str | None:
        """The record's own reference, where it has one of our form (R-ID-1; of a customer escalation ``CE1011``)."""
        ref = self.incident.get("id")
        return ref if ref and is_reference(ref) else None

    @property
    def zone(self) -> ZoneInfo:
        """The zone of the incident."""
        return ZoneInfo(self.incident["timezone"]["iana"])

    @property
    def day(self) -> date:
        """The day on which it began, in its own zone: references count per day."""
        return parse_iso(self.incident["times"]["started"]).astimezone(self.zone).date()

    def time(self, name: str) -> datetime | None:
        """One of TIMES in UTC; None where it is not recorded."""
        written = self.incident["times"].get(name)
        return parse_iso(written) if written else None


def read(text: str) -> Replay:
    """The replay in *text*. Raises BrokenReplay, which says what is wrong and where (a JSON pointer)."""
    try:
        root = json.loads(text)
    except json.JSONDecodeError as wrong:
        raise BrokenReplay(pointer=f"line {wrong.lineno}", problem=f"it is not JSON: {wrong.msg}") from wrong
    except RecursionError as wrong:
        raise BrokenReplay(pointer="/", problem="it is nested too deeply") from wrong
    _want(
        root,
        "",
        {"id": str, "format": str, "provenance": dict, "incident": dict, "events": list, "facts": dict},
    )
    _check_incident(root["incident"])
    people = {person["id"] for person in root["incident"]["people"]}
    seen: set[str] = set()
    for n, event in enumerate(root["events"]):
        _check_event(event, f"/events/{n}", people)
        if event["id"] in seen:
            raise BrokenReplay(pointer=f"/events/{n}/id", problem=f"two events are called '{event['id']}'")
        seen.add(event["id"])
    _check_facts(root["facts"])
    return Replay(**{name: root[name] for name in Replay.__slots__})


def _check_incident(incident: Mapping[str, Any]) -> None:
    at = "/incident"
    wanted = {"title": str, "severity": dict, "timezone": dict, "times": dict, "people": list}
    _want(incident, at, wanted)
    for key in ("organisation", "customer", "id", "status", "classification"):
        _text_or_none(incident.get(key), f"{at}/{key}")
    _want(incident["severity"], f"{at}/severity", {"level": str})
    for n, change in enumerate(incident["severity"].get("changes", [])):
        _want(change, f"{at}/severity/changes/{n}", {"at": str, "to": str})
        _check_time(change["at"], f"{at}/severity/changes/{n}/at")
    _check_stated(incident.get("stated") or {}, f"{at}/stated")
    _want(incident["timezone"], f"{at}/timezone", {"iana": str})
    try:
        ZoneInfo(incident["timezone"]["iana"])
    except (ZoneInfoNotFoundError, ValueError, OSError) as wrong:
        raise BrokenReplay(pointer=f"{at}/timezone/iana", problem="that zone is not known") from wrong
    _want(incident["times"], f"{at}/times", {"started": str})
    for name in TIMES:
        if incident["times"].get(name) is not None:
            _check_time(incident["times"][name], f"{at}/times/{name}")
    for n, person in enumerate(incident["people"]):
        _want(person, f"{at}/people/{n}", {"id": str, "role": str})
        _text_or_none(person.get("name"), f"{at}/people/{n}/name")


def _check_stated(stated: Any, at: str) -> None:
    """Texts; those that ``export`` keeps there as times (``replay_states``) must be times."""
    _is(stated, dict, at)
    for name, value in stated.items():
        _is(value, str, f"{at}/{name}")
        if name == "restored" or name.endswith((" due", " until", " restored", " mitigated")):
            _check_time(value, f"{at}/{name}")


def _check_event(event: Any, at: str, people: set[str]) -> None:
    _want(event, at, {"id": str, "at": str, "kind": str, "text": str})
    _check_time(event["at"], f"{at}/at")
    _one_of(event["kind"], KINDS, f"{at}/kind")
    _one_of(event.get("precision", "second"), ("second", "minute", "hour", "day"), f"{at}/precision")
    if event.get("actor") is not None:
        _one_of(event["actor"], sorted(people), f"{at}/actor")
    if event["kind"] == "communication":
        _want(event, at, {"comm": dict})
        _one_of(event["comm"].get("audience"), ("internal", "external"), f"{at}/comm/audience")
    slack = event.get("slack")
    if slack is not None:
        _check_slack(slack, f"{at}/slack")


def _check_slack(slack: Any, at: str) -> None:
    _want(slack, at, {"ts": str})
    if not _SLACK_TS.fullmatch(slack["ts"]):
        raise BrokenReplay(pointer=f"{at}/ts", problem="that is not a time stamp of Slack")
    for name in ("deleted_at", "recorded_at"):
        if slack.get(name) is not None:
            _check_time(slack[name], f"{at}/{name}")
    for n, edit in enumerate(slack.get("edits") or []):
        _want(edit, f"{at}/edits/{n}", {"at": str, "text": str})
        _check_time(edit["at"], f"{at}/edits/{n}/at")


def _check_facts(facts: Mapping[str, Any]) -> None:
    for name, value in facts.items():
        if name == "summary" and value is None:
            continue
        wanted = dict if name in ("summary", "root_cause", "affected_customers", "document") else list
        _is(value, wanted, f"/facts/{name}")
        if isinstance(value, list):
            for n, item in enumerate(value):
                _is(item, dict, f"/facts/{name}/{n}")
                if name == "action_items":
                    _check_item(item, f"/facts/{name}/{n}")


def _check_item(item: Mapping[str, Any], at: str) -> None:
    """An action item: it has a title; else texts, and a day (it becomes a follow-up)."""
    _want(item, at, {"title": str})
    for name, value in item.items():
        if name != "n":
            _text_or_none(value, f"{at}/{name}")
    if item.get("due"):
        try:
            date.fromisoformat(item["due"])
        except ValueError as wrong:
            raise BrokenReplay(pointer=f"{at}/due", problem=f"'{item['due']}' is not a day") from wrong


_WORDS: Mapping[Any, str] = {str: "a text", dict: "an object", list: "a list"}


def _want(thing: Any, at: str, wanted: Mapping[str, type]) -> None:
    """Raise unless *thing* is an object with these keys of these types."""
    _is(thing, dict, at or "/")
    for key, kind in wanted.items():
        if key not in thing:
            raise BrokenReplay(pointer=f"{at}/{key}", problem="that is missing")
        _is(thing[key], kind, f"{at}/{key}")


def _is(thing: Any, kind: type, at: str) -> None:
    if not isinstance(thing, kind):
        raise BrokenReplay(pointer=at, problem=f"it must be {_WORDS[kind]}")


def _text_or_none(thing: Any, at: str) -> None:
    if thing is not None:
        _is(thing, str, at)


def _one_of(thing: Any, words: Sequence[str], at: str) -> None:
    if thing not in words:
        raise BrokenReplay(pointer=at, problem=f"'{thing}' is none of {', '.join(words) or 'the people'}")


def _check_time(thing: Any, at: str) -> None:
    _is(thing, str, at)
    try:
        parse_iso(thing)
    except UnknownTime as wrong:
        raise BrokenReplay(pointer=at, problem=f"'{thing}' is not a time with an offset") from wrong
