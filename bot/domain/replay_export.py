"""A record of ours as a replay file: what ``export`` prints. Importing it again gives the same export.

Every message of the log stands in it once, deleted ones with the time of their deletion; changes of state are
events (``replay_states``). Fields and measures that were set are no events: their values stand in header and facts.
What the file format has no word for is kept in words: kinds as labels, files and links in the text.
"""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from itertools import count
from typing import Any
from zoneinfo import ZoneInfo

from bot.domain import followup_carried, followup_items, replay_corrections, replay_review, stages
from bot.domain.drafting import default_format
from bot.domain.gaps import is_gap
from bot.domain.incident import Incident
from bot.domain.mrkdwn import Names, plain
from bot.domain.policy import Policy
from bot.domain.replay_import import (
    BOT,
    EMPTY_FACTS,
    ITEMS,
    REPLAY_KINDS,
    contact_of,
    level_of,
    names_of,
    status_of,
)
from bot.domain.replay_states import (
    CAUSES,
    CONTACT,
    FLAGS,
    FORMATS,
    LEVEL,
    MEMBERS,
    OWNER,
    RESOLUTION,
    RESTORED,
    STATES,
    TIED,
    VERIFIED,
    VIA,
    is_bookkeeping,
    stated,
)
from bot.domain.timeline import Entry, Kind, Source
from bot.domain.times import print_iso

_COMMS = {Kind.COMMS_INTERNAL: "internal", Kind.COMMS_EXTERNAL: "external"}
_TIMES = {
    "started": "impact_started_at", "detected": "detected_at", "declared": "declared_at",
    "mitigated": "mitigated_at", "resolved": "resolved_at", "closed": "closed_at",
}  # fmt: skip


_OWN = "A real incident, written out by a program; not published. The format has no kind for one's own."


def export(incident: Incident, entries: Sequence[Entry], names: Names, *, policy: Policy) -> dict[str, Any]:
    """The replay of *incident*; *entries* in the order of ``at``, those of one instant as recorded.

    *policy* names the roles, and the zone of an incident that has none of its own.
    """
    writer = _Writer(incident, entries, names_of(incident, names), policy)
    header = incident.header.get("replay", {})
    # "synthetic" says least that is wrong: "public" would tell people that they may pass it on.
    source = {
        "kind": "synthetic", "source": f"the record of {incident.ref}", "notes": _OWN, "features": [],
    }  # fmt: skip
    asked = incident.draft_format or default_format(incident, policy)
    return {
        "schema_version": "1.0",
        "id": header.get("id") or incident.ref.lower(),
        "format": header.get("format") or FORMATS.get(asked, "sre"),
        "provenance": header.get("provenance") or source,
        "incident": writer.incident(),
        "events": writer.events(),
        "facts": writer.facts(),
        "known_inconsistencies": [],
        "expect": [],
        "forbid": [],
    }


def print_replay(replay: Mapping[str, Any]) -> str:
    """A replay as text: the same bytes for the same record."""
    text = json.dumps(replay, indent=1, ensure_ascii=False) + "\n"
    return text.encode("utf-8", "replace").decode()


class _Writer:
    """Knows the record, its people and its zone while the parts are written."""

    def __init__(self, incident: Incident, entries: Sequence[Entry], names: Names, policy: Policy) -> None:
        self.of, self.names, self.policy = incident, names, policy
        ordered = sorted((e for e in entries if e.arrived), key=lambda entry: entry.at)
        self.entries = [
            entry for entry in ordered if self.text(entry) and (is_gap(entry) or not is_bookkeeping(entry))
        ]
        self.called = dict(zip(self.event_names(), self.entries, strict=True))
        self.zone = ZoneInfo(incident.timezone) if incident.timezone else policy.zone
        self.messages = {entry.ts for entry in self.entries if entry.ts}

    def text(self, entry: Entry) -> str:
        """What people read, with the files and the link that belong to it."""
        said = plain(entry.text, self.names)
        files = [f"file: {file.get('name', 'file')} ({file.get('url', '')})" for file in entry.files]
        link = [f"link: {plain(entry.link)}"] if entry.link else []
        return "\n".join(part for part in (said, *files, *link) if part)

    def iso(self, at: datetime | None) -> str | None:
        return print_iso(at, self.zone) if at else None

    # The header

    def incident(self) -> dict[str, Any]:
        header, times = self.of.header, self.times()
        customer = self.customer()
        told = {"customer": customer} if customer or "customer" in header else {}
        return {
            "title": plain(self.of.title, self.names),
            "organisation": header.get("organisation"),
            **told,
            "id": header.get("id") or self.of.ref,
            "severity": self.severity(),
            "status": self.status(times),
            "classification": plain(self.of.classification, self.names) if self.of.classification else None,
            "timezone": {"as_written": None, **header.get("timezone", {}), "iana": self.zone.key},
            "times": times,
            "time_basis": self.basis(times),
            "stated": self.stated(),
            "people": self.people(),
        }

    def times(self) -> dict[str, str | None]:
        basis = self.of.header.get("time_basis", {})
        found: dict[str, datetime | None] = {name: getattr(self.of, field) for name, field in _TIMES.items()}
        found["started"] = found["started"] or self.of.declared_at
        if basis.get("declared") == "absent":
            found["declared"] = None
        return {name: self.iso(at) for name, at in found.items()}

    def basis(self, times: Mapping[str, str | None]) -> dict[str, str]:
        told = self.of.header.get("time_basis", {})
        known = {name: told.get(name, "stated") for name in times}
        if not self.of.impact_started_at:
            known["started"] = "inferred"
        return {
            name: "absent" if at is None else "stated" if known[name] == "absent" else known[name]
            for name, at in times.items()
        }

    def stated(self) -> dict[str, str]:
        """What the record states about itself, with what this format has no other place for."""
        flags = [name for name in ("private", "drill", "backfilled") if getattr(self.of, name)]
        ours = {
            OWNER: self.of.postmortem_owner, RESTORED: self.iso(self.of.restored_at), FLAGS: " ".join(flags),
            MEMBERS: " ".join(self.of.members), CONTACT: self.contact(),
            VERIFIED: self.iso(self.of.verified_at), LEVEL: self.level(), TIED: self.of.tied_to,
            CAUSES: ", ".join(plain(tag, self.names) for tag in self.of.causes),
        }  # fmt: skip
        found = replay_corrections.without(self.of.header.get("stated", {})) | {
            key: told for key, told in ours.items() if told
        }
        for key in (CONTACT, VERIFIED, TIED, CAUSES):
            if not ours[key]:
                found.pop(key, None)  # taken away since the import
        found |= replay_review.told(self.of)
        for name, entry in self.called.items():
            found |= stated(name, entry)
        corrected = replay_corrections.told(self.called)
        return (
            found | corrected | followup_carried.told(self.of)
        )  # read apart, so they stand last at each export

    def level(self) -> str | None:
        """How far up it was taken, in the words of the file that it came from where these still hold."""
        told = self.of.header.get("stated", {})
        return f"Level {self.of.level}" if level_of({"stated": told}) != self.of.level else told.get(LEVEL)

    def contact(self) -> str | None:
        """Who speaks for the customer, unless that is one of the people of the file it came from."""
        told = plain(self.of.customer_contact, self.names) if self.of.customer_contact else None
        people = self.of.header.get("people", [])
        known = contact_of({"people": people, "customer": self.customer(), "stated": {}})
        return told if told != known else None

    def customer(self) -> str | None:
        return plain(self.of.customer, self.names) if self.of.customer else None

    def severity(self) -> dict[str, Any]:
        told = dict(self.of.header.get("severity", {}))
        known = {datetime.fromisoformat(change["at"]) for change in told.get("changes", [])}
        stand = (entry for entry in self.entries if entry.deleted_at is None)
        steps = [e for e in stand if e.data.get("change") == "severity" and e.at not in known]
        changes = [
            *told.get("changes", []),
            *({"at": self.iso(entry.at), "to": entry.data["to"], "as_written": None} for entry in steps),
        ]
        level = told.get("level") or (steps[0].data["from"] if steps else self.of.severity)
        found = {"as_written": None, "basis": "stated", **told, "level": level}
        return {**found, "changes": changes} if changes else found

    def status(self, times: Mapping[str, str | None]) -> str | None:
        header = self.of.header
        written = header.get("status")
        means = status_of(written, resolved=bool(times["resolved"]), closed=bool(times["closed"]))
        return (
            written if "status" in header and means is self.of.status else self.of.status.value.capitalize()
        )

    def people(self) -> list[dict[str, Any]]:
        told = [dict(person) for person in self.of.header.get("people", [])]
        known = {person["id"] for person in told}
        bots = {entry.author: entry.author_name for entry in self.entries if entry.author_name}
        told_of = [entry.data.get(key) for entry in self.entries for key in ("from", "to")]
        others = [who for who in told_of if who in self.names.people]
        held = self.roles()
        others += sorted(stages.people(self.of.review)) + followup_items.people(self.of)
        met = dict.fromkeys([*held, *(e.author for e in self.entries), self.of.postmortem_owner, *others])
        return told + [self.person(who, held, bots) for who in met if who and who not in known]

    def roles(self) -> dict[str, list[str]]:
        """Who has which roles, in the policy's words and order."""
        holders = {"commander": self.of.commander, **self.of.roles}
        labels = {key: role.label for key, role in self.policy.roles.items()}
        found: dict[str, list[str]] = {}
        for key in [
            *(key for key in labels if key in holders),
            *(key for key in holders if key not in labels),
        ]:
            found.setdefault(holders[key], []).append(labels.get(key, key))
        return found

    def person(
        self, who: str, held: Mapping[str, list[str]], bots: Mapping[str | None, str | None]
    ) -> dict[str, Any]:
        """A person of the record; the role is "" where they had none."""
        if who in bots:
            return {"id": who, "name": bots[who], "role": BOT}
        name = self.names.people.get(who)
        return {"id": who, "name": name, "role": ", ".join(held.get(who, ())), "slack_user": who}

    # The events

    def event_names(self) -> Iterator[str]:
        """What each entry is called in the file: as the file that it came from had it, else by number."""
        taken = {entry.data["event"] for entry in self.entries if "event" in entry.data}
        free = (name for n in count(1) if (name := f"e{n:03}") not in taken)
        return (entry.data.get("event") or next(free) for entry in self.entries)

    def events(self) -> list[dict[str, Any]]:
        return [self.event(entry, name) for name, entry in self.called.items()]

    def event(self, entry: Entry, name: str) -> dict[str, Any]:
        kind, label = self.kind(entry)
        comm = self.comm(entry) if kind == "communication" else None
        slack = self.slack(entry)
        return {
            "id": name,
            "at": self.iso(entry.at),
            **({"until": self.iso(entry.until)} if entry.until else {}),
            "precision": entry.precision.value,
            **({"approx": True} if entry.approx else {}),
            "phase": self.phase(entry.at),
            "kind": kind,
            "label": label,
            "group": entry.group,
            "actor": entry.author or None,
            "text": self.text(entry),
            **({"comm": comm} if comm else {}),
            **({"slack": slack} if slack else {}),
        }

    def kind(self, entry: Entry) -> tuple[str, str | None]:
        """The file's own kind, and the label that keeps what it cannot say."""
        if state := STATES.get(entry.data.get("change", "")):
            return state.written, state.label
        kind = REPLAY_KINDS.get(entry.kind, entry.kind.value)
        plain_kind = entry.kind not in REPLAY_KINDS or entry.kind is Kind.MESSAGE or entry.kind in _COMMS
        return kind, entry.label or (None if plain_kind else entry.kind.value.replace("-", " ").capitalize())

    def phase(self, at: datetime) -> str:
        start = self.of.impact_started_at or self.of.declared_at
        end = self.of.closed_at or self.of.resolved_at
        return "pre" if at < start else "post" if end and at > end else "during"

    def comm(self, entry: Entry) -> dict[str, Any]:
        told = entry.data.get("comm")
        if told:
            return dict(told)
        audience = _COMMS.get(entry.kind) or entry.data.get("audience", "internal")
        return {"phase": entry.data.get("phase"), "audience": audience}

    def slack(self, entry: Entry) -> dict[str, Any] | None:
        """The message behind an entry; where there is none (late note, change of state) the time of writing."""
        late = entry.recorded_at != entry.at and entry.source in (Source.COMMAND, Source.BOT)
        changed = entry.deleted_at or entry.edited_at
        told = late or entry.data.get("change") in STATES or changed is not None
        ts = entry.ts or (_ts(entry.recorded_at) if told else None)
        if ts is None:
            return None
        told_late = late or (entry.source is Source.IMPORT and entry.recorded_at != entry.at)
        return {
            "ts": ts,
            **(
                {"thread_ts": entry.thread_ts} if entry.thread_ts in self.messages and entry.thread_ts else {}
            ),
            "user": entry.author or None,
            "via": entry.data.get("via") or _via(entry),
            **({"raw": raw} if (raw := _raw(entry)) else {}),
            **({"edits": list(self.edits(entry))} if entry.edited_at else {}),
            **({"deleted_at": self.iso(entry.deleted_at)} if entry.deleted_at else {}),
            **({"recorded_at": self.iso(entry.recorded_at)} if told_late else {}),
        }

    def edits(self, entry: Entry) -> Iterable[dict[str, Any]]:
        for version in entry.versions[1:] if _raw(entry) else entry.versions:
            at = self.iso(datetime.fromisoformat(version["at"]))
            yield {"at": at, "text": plain(version["text"], self.names)}
        yield {"at": self.iso(entry.edited_at), "text": self.text(entry)}

    # The facts

    def facts(self) -> dict[str, Any]:
        facts = {name: self.of.facts.get(name, empty) for name, empty in EMPTY_FACTS.items()}
        facts["summary"] = self.prose(facts["summary"], self.of.summary)
        if self.of.root_cause:
            facts["root_cause"] = self.prose(facts["root_cause"], self.of.root_cause)
        facts[ITEMS] = followup_items.items(self.of, self.names)
        facts["affected_services"] = self.services(facts["affected_services"])
        if self.of.resolution:
            known = [fix for fix in facts["fixes"] if fix["group"] != RESOLUTION]
            text = plain(self.of.resolution, self.names)
            facts["fixes"] = [*known, {"group": RESOLUTION, "text": text, "entered": "during"}]
        return facts

    def prose(self, told: Mapping[str, Any] | None, text: str | None) -> dict[str, Any] | None:
        """A text fact: as the file had it, unless somebody has written another since."""
        if not text:
            return None
        readable = plain(text, self.names)
        if told and told.get("text") == readable:
            return dict(told)
        return {
            **({"chain": told["chain"]} if told and "chain" in told else {}),
            "text": readable,
            "entered": "during",
        }

    def services(self, told: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
        known = {service["name"]: service for service in told}
        names = [plain(name, self.names) for name in self.of.services]
        return [known.get(name) or {"name": name, "impact": None, "entered": "during"} for name in names]


def _ts(at: datetime) -> str:
    return f"{int(at.timestamp()):010d}.{at.microsecond:06d}"


def _via(entry: Entry) -> str:
    if entry.data.get("change") in STATES:
        return VIA
    if entry.source is not Source.MESSAGE:
        return "command"
    if any(mark == "pin" or mark.startswith("emoji") for mark in entry.marks):
        return "reaction"
    return "shortcut" if any(mark.startswith("shortcut") for mark in entry.marks) else "message"


def _raw(entry: Entry) -> str | None:
    """The text as first posted, in Slack's encoding, with the prefix that set its kind."""
    if entry.source is Source.IMPORT or entry.ts is None:
        return entry.data.get("raw")
    first = entry.versions[0]["text"] if entry.versions else entry.text
    return f"{entry.kind.value.capitalize()}: {first}" if "prefix" in entry.marks else first or None
