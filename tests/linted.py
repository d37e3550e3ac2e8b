"""Warnings of small records, for tests: a record that needs no check, and what is told about a change of it."""

from bot.domain import postmortem
from bot.domain.mrkdwn import Names
from bot.domain.timeline import Kind
from tests.records import NAMES, START, entry, incident, minutes, policy, state

PEOPLE = Names(people={"U1": "Ana Alvarez", "U2": "Bo Chen", "U3": "Bo Park"})
EVENTS = [entry(n, f"step {n}", Kind.ACTION) for n in range(10, 60, 10)]
CALM = {"services": ("checkout",), "impact_started_at": START, "detected_at": minutes(2)}
MEASURED = {"name": "Affected Users", "value": 900, "unit": "users", "text": "900", "approx": False}


def calm(**fields):
    """An incident of which nothing needs a check."""
    facts = {"impact_metrics": [MEASURED], **fields.pop("facts", {})}
    return incident(**CALM, facts=facts, **fields)


def told(entries=EVENTS, names=NAMES, **fields):
    update = state(20, "update", "looking into it", due=minutes(21).isoformat())
    made = postmortem.draft(calm(**fields), [*entries, update], policy=policy(), names=names)
    return {group.rule: list(group.texts) for group in made.warnings}
