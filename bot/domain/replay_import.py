"""A replay as a record of ours: one incident and its entries, for ``import``.

Texts of a replay are plain, those of a record are in Slack's encoding: they are escaped on the way in. Facts
stay plain, in the file's own vocabulary.
"""

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from bot.domain import followup_carried, followup_items, replay_corrections
from bot.domain.incident import Incident, Status
from bot.domain.mrkdwn import Names, escaped, plain
from bot.domain.policy import Policy
from bot.domain.replay import TIMES, BrokenReplay, Replay, Stage
from bot.domain.replay_own import completed, is_own, lived
from bot.domain.replay_states import CAUSES, CONTACT, LEVEL, TIED, VERIFIED
from bot.domain.timeline import PREFIXES, Entry, Kind, Precision, Source
from bot.domain.times import parse_iso

REPLAY_KINDS: Mapping[Kind, str] = {
    Kind.MESSAGE: "note", Kind.HYPOTHESIS: "finding", Kind.ISSUE: "finding", Kind.ROOT_CAUSE: "finding",
    Kind.SOLUTION: "action", Kind.ASSEMBLY: "event", Kind.COMMS_INTERNAL: "communication",
    Kind.COMMS_EXTERNAL: "communication", Kind.MONITORING: "note", Kind.TESTING: "action",
    Kind.STATUS: "note", Kind.CUSTOMER_IMPACT: "impact", Kind.DURATION: "note",
}  # fmt: skip
"""Kinds of ours that a replay file has no word for, to the nearest of its own; a label keeps what is lost."""
EMPTY_FACTS: Mapping[str, Any] = {
    "summary": None, "impact_metrics": [], "affected_services": [],
    "affected_customers": {
        "total": None, "percent": None, "text": None, "segments": [], "regions": [], "timezones": [],
        "named": [], "entered": "during",
    },
    "business_impact": [], "sla": [], "root_cause": {"text": None, "chain": [], "entered": "during"},
    "contributing_factors": [], "fixes": [], "prevention": [], "lessons": [], "action_items": [],
    "customer_feedback": [], "communications_sent": [], "success_metrics": [], "technical_details": [],
    "artifacts": [], "process": [], "document": {},
}  # fmt: skip
ITEMS = "action_items"
"""The facts that are follow-ups of ours (``followup_items``)."""
BOT = "bot"
"""The role of a person of a replay who is none."""
_LEVEL = re.compile(r"(?:level )?([1-9])", re.IGNORECASE | re.ASCII)
_STATUSES = {status.value: status for status in Status} | {"open": Status.INVESTIGATING}


def to_record(
    replay: Replay, *, policy: Policy, stage: Stage = Stage.CLOSE, ref: str | None = None
) -> tuple[Incident, tuple[Entry, ...]]:
    """The incident and its entries, in the order of the file; redeliveries (``duplicate_of``) are left out.

    *ref* is the reference to keep it under; None: the record's own, which must then be of our form. Stage
    CLOSE leaves out what was written in the review. Raises BrokenReplay.
    """
    ref = ref or replay.reference
    if ref is None:
        raise BrokenReplay(pointer="/incident/id", problem="it has no reference like INC-2025-1108-001")
    facts = known_facts(replay.facts, stage)
    items = facts.pop(ITEMS)
    incident = _with_followups(_incident(replay, ref, policy, facts), replay, items)
    names = names_of(incident)
    bots = {person["id"]: person.get("name") for person in replay.incident["people"] if person["role"] == BOT}
    stated = replay.incident.get("stated") or {}
    entries = tuple(_entry(event, ref, names, bots, stated) for event in _told(replay))
    if not is_own(replay):
        return incident, entries
    own = tuple(lived(entry, event, stated) for entry, event in zip(entries, _told(replay), strict=True))
    return completed(incident, own, stated), own


def _with_followups(incident: Incident, replay: Replay, items: list[Mapping[str, Any]]) -> Incident:
    """*incident* with the follow-ups that *items* are, and what the header states of them besides."""
    every, stated = replay.facts.get(ITEMS, []), replay.incident.get("stated") or {}
    at = followup_items.known_since(incident)
    found = followup_carried.read(every, items, stated, at=at)
    header = incident.header
    if "stated" in header:
        header = {**header, "stated": followup_carried.without(header["stated"])}
    return replace(incident, followups=found, header=header)


def _told(replay: Replay) -> list[Mapping[str, Any]]:
    return [event for event in replay.events if not _repeats(event)]


def known_facts(facts: Mapping[str, Any], stage: Stage) -> dict[str, Any]:
    """The facts of a replay as far as they are known at *stage*; what is not known is empty, not missing."""
    known = {name: facts.get(name, empty) for name, empty in EMPTY_FACTS.items()}
    if stage is Stage.FINAL:
        return known
    return {**{name: _during(value, EMPTY_FACTS[name]) for name, value in known.items()}, "document": {}}


def _during(value: Any, empty: Any) -> Any:
    if isinstance(value, list):
        return [item for item in value if item.get("entered") != "review"]
    return empty if isinstance(value, Mapping) and value.get("entered") == "review" else value


def names_of(incident: Incident, names: Names | None = None) -> Names:
    """*names* and those that an imported record brings along for its people."""
    known = names or Names()
    own: dict[str, str] = {}
    for person in incident.header.get("people", []):
        if person.get("name"):
            own |= {key: person["name"] for key in (person["id"], person.get("slack_user")) if key}
    return Names(people={**own, **known.people}, channels=known.channels, groups=known.groups)


def status_of(written: str | None, *, resolved: bool, closed: bool) -> Status:
    """The status that a record's word means; where it has none, what its times tell."""
    ended = Status.CLOSED if closed else Status.RESOLVED if resolved else Status.INVESTIGATING
    return _STATUSES.get((written or "").strip().lower(), ended)


def _incident(replay: Replay, ref: str, policy: Policy, facts: Mapping[str, Any]) -> Incident:
    told = replay.incident
    times = {name: replay.time(name) for name in TIMES}
    started = parse_iso(told["times"]["started"])
    changes = told["severity"].get("changes", [])
    level = changes[-1]["to"] if changes else told["severity"]["level"]
    if level not in policy.severities:
        raise BrokenReplay(
            pointer="/incident/severity/level", problem=f"the policy has no severity '{level}'"
        )
    roles = _roles(told["people"], policy)
    kept = (
        "organisation",
        "customer",
        "id",
        "severity",
        "status",
        "timezone",
        "time_basis",
        "stated",
        "people",
    )
    return Incident(
        ref=ref,
        title=escaped(told["title"]),
        severity=level,
        status=status_of(told.get("status"), resolved=bool(times["resolved"]), closed=bool(times["closed"])),
        declared_by=roles.get("commander", ""),
        declared_at=times["declared"] or started,
        roles=roles,
        services=tuple(escaped(service["name"]) for service in facts["affected_services"]),
        causes=causes_of(told),
        summary=_escaped(facts["summary"] and facts["summary"]["text"]),
        root_cause=_escaped(facts["root_cause"].get("text")),
        classification=_escaped(told.get("classification")),
        timezone=told["timezone"]["iana"],
        customer=_escaped(told.get("customer")),
        customer_contact=_escaped(contact_of(told)),
        verified_at=verified_at(told),
        level=level_of(told),
        tied_to=(told.get("stated") or {}).get(TIED),
        impact_started_at=started,
        detected_at=times["detected"],
        mitigated_at=times["mitigated"],
        resolved_at=times["resolved"],
        first_resolved_at=times["resolved"],
        closed_at=times["closed"],
        facts=facts,
        header={key: told[key] for key in kept if key in told}
        | {"replay": {"id": replay.id, "format": replay.format, "provenance": dict(replay.provenance)}},
    )


def contact_of(told: Mapping[str, Any]) -> str | None:
    """Who speaks for the customer, out of the header of a file: as stated, else one of its people who is theirs."""
    stated, customer = told.get("stated") or {}, told.get("customer")
    theirs = [person for person in told["people"] if customer and person.get("team") == customer]
    found = stated.get(CONTACT) or (theirs[0] if theirs else None)
    if not isinstance(found, Mapping):
        return found
    return ", ".join(part for part in (found.get("name"), found["role"]) if part)


def causes_of(told: Mapping[str, Any]) -> tuple[str, ...]:
    """The cause tags of an incident of ours, out of the header of a file; in Slack's encoding."""
    written = (told.get("stated") or {}).get(CAUSES, "")
    return tuple(escaped(tag.strip()) for tag in written.split(",") if tag.strip())


def level_of(told: Mapping[str, Any]) -> int:
    """How far up a customer escalation was taken, out of the header of a file: ``Level 1``; 0 where it says none."""
    found = _LEVEL.fullmatch((told.get("stated") or {}).get(LEVEL) or "")
    return int(found[1]) if found else 0


def verified_at(told: Mapping[str, Any]) -> datetime | None:
    """When the customer found it resolved, out of the header of a file."""
    stated = (told.get("stated") or {}).get(VERIFIED)
    return parse_iso(stated) if stated else None


def _roles(people: list[Mapping[str, Any]], policy: Policy) -> dict[str, str]:
    """Our roles to the ids of people whom the record calls so; the first of several."""
    found: dict[str, str] = {}
    for person in people:
        for role in policy.roles.values():
            if role.label.lower() in person["role"].lower():
                found.setdefault(role.key, person["id"])
    return found


def _escaped(text: str | None) -> str | None:
    return escaped(text) if text else None


def _repeats(event: Mapping[str, Any]) -> bool:
    return bool((event.get("slack") or {}).get("duplicate_of"))


def _entry(
    event: Mapping[str, Any],
    ref: str,
    names: Names,
    bots: Mapping[str, str | None],
    stated: Mapping[str, str],
) -> Entry:
    slack: Mapping[str, Any] = event.get("slack") or {}
    at = parse_iso(event["at"])
    kind = kind_of(event)
    versions, edited_at = _versions(slack, at)
    raw = slack.get("raw")
    text = raw if raw and not edited_at and plain(raw, names) == event["text"] else escaped(event["text"])
    kept = {"event": event["id"], "comm": event.get("comm"), "via": slack.get("via"), "raw": raw}
    return Entry(
        incident=ref,
        at=at,
        recorded_at=parse_iso(slack["recorded_at"]) if slack.get("recorded_at") else at,
        kind=kind,
        text=text,
        source=Source.IMPORT,
        until=parse_iso(event["until"]) if event.get("until") else None,
        precision=Precision(event.get("precision", "second")),
        approx=bool(event.get("approx")),
        label=event.get("label"),
        group=event.get("group"),
        author=event.get("actor") or slack.get("user"),
        author_name=bots.get(event.get("actor") or ""),
        ts=slack.get("ts"),
        thread_ts=slack.get("thread_ts"),
        data={key: value for key, value in kept.items() if value is not None}
        | replay_corrections.read(event["id"], stated),
        marks=() if kind is Kind.MESSAGE and slack.get("via") == "message" else ("import",),
        edited_at=edited_at,
        deleted_at=parse_iso(slack["deleted_at"]) if slack.get("deleted_at") else None,
        versions=versions,
    )


def kind_of(event: Mapping[str, Any]) -> Kind:
    """Our kind: by the label where it is one of our words for the same thing, else the file's own kind.

    A message without label that is only a note is talk: it stays in the log (PRODUCT 1.6), unless somebody
    put a mark on it.
    """
    if event["kind"] == "communication":
        return Kind.COMMS_EXTERNAL if event["comm"]["audience"] == "external" else Kind.COMMS_INTERNAL
    by_label = PREFIXES.get((event.get("label") or "").lower())
    if by_label and REPLAY_KINDS.get(by_label, by_label.value) == event["kind"]:
        return by_label
    if (
        event["kind"] == "note"
        and (event.get("slack") or {}).get("via") in ("message", "reaction", "shortcut")
        and not event.get("label")
    ):
        return Kind.MESSAGE
    return Kind(event["kind"])


def _versions(
    slack: Mapping[str, Any], at: datetime
) -> tuple[tuple[Mapping[str, str], ...], datetime | None]:
    """Former texts, oldest first, each with the time from which it stood, and the time of the last edit."""
    edits = slack.get("edits") or []
    if not edits:
        return (), None
    first = slack.get("raw")
    former = [{"at": at.isoformat(), "text": first}] if first else []
    former += [{"at": edit["at"], "text": escaped(edit["text"])} for edit in edits[:-1]]
    return tuple(former), parse_iso(edits[-1]["at"])
