"""Who and which in a customer escalation: its id, the customer, whom it is assigned to, who speaks for whom."""

from collections.abc import Iterable, Mapping
from typing import Any

from bot.domain.cases import ENGINEER
from bot.domain.draft_record import Record
from bot.domain.replay_import import BOT, level_of
from bot.domain.replay_states import LEVEL

ASSIGNED = "assigned"
"""Of ``facts.document``: whom the escalation was assigned to."""


def written_id(record: Record) -> str:
    """The id as written, "" where it is ours."""
    told = record.incident.header.get("id") or ""
    return "" if told == record.incident.ref else told


def customer_of(record: Record) -> str:
    """The customer's name."""
    return record.read(record.incident.customer)


def _ours(record: Record) -> list[Mapping[str, Any]]:
    """The people of an imported record who are no bots and not the customer's."""
    people: Iterable[Mapping[str, Any]] = record.incident.header.get("people", ())
    customer = customer_of(record)
    return [p for p in people if p["role"] != BOT and not (customer and p.get("team") == customer)]


def engineer(record: Record) -> str:
    """Whom it is assigned to: as entered, else who has that role, leads operations, or is the only person of ours."""
    told = record.incident.facts.get("document", {}).get(ASSIGNED)
    if told:
        return str(told)
    if known := record.name(record.incident.roles.get(ENGINEER)):
        return known
    lead = record.incident.roles.get("ops")
    alone = [person["id"] for person in _ours(record)]
    who = lead or (alone[0] if len(alone) == 1 else "")
    name, roles = record.name(who), ", ".join(record.roles(who))
    return ", ".join(part for part in (name, roles) if part)


def contact(record: Record) -> str:
    """Who speaks for the customer."""
    told = record.incident.facts.get("document", {}).get("customer_contact") or ""
    return record.read(record.incident.customer_contact) or told


def unnamed(record: Record) -> list[str]:
    """Whose name is missing: people who are known by their role only, or not at all."""
    people = record.incident.header.get("people", ())
    titles = {person["role"] for person in people if not person.get("name")}
    found = (("assigned engineer", engineer(record)), ("customer's contact", contact(record)))
    return [f"{what} ({told})" if told else what for what, told in found if not told or told in titles]


def level(record: Record) -> str:
    """How far it was escalated: as the record states it, else whom the bot told."""
    told = record.incident.header.get("stated", {}).get(LEVEL)
    if record.incident.level != level_of({"stated": record.incident.header.get("stated")}):
        told = f"Level {record.incident.level}"
    targets = [e.data.get("target") or "" for e in record.entries if e.data.get("change") == "escalated"]
    named = dict.fromkeys(target.replace("_", " ") for target in targets if target)
    return told or ", ".join(named)
