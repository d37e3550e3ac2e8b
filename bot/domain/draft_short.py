"""What a short document leaves out of what people entered: it names it, so that nobody takes it for missing."""

from collections.abc import Mapping
from typing import Any

from bot.domain import draft_items
from bot.domain.draft_record import Record
from bot.domain.draft_written import process

_LISTS = (
    ("sla", "agreements"), ("communications_sent", "messages sent"), ("customer_feedback", "customer feedback"),
    ("success_metrics", "success metrics"),
)  # fmt: skip
_OF_ACTIONS = ("email", "budget", "dependencies")


def left_out(record: Record) -> tuple[str, ...]:
    """``customer feedback (11)``: of each what there is, and how many."""
    facts = record.incident.facts
    counted = [(words, len(facts.get(key) or ())) for key, words in _LISTS]
    customers: Mapping[str, Any] = facts.get("affected_customers") or {}
    counted += [
        ("named customers", len(customers.get("named", ()))),
        ("impact by time zone", len(customers.get("timezones", ()))),
        ("follow-up", sum(len(group.items) for group in process(record))),
        ("costs of the action items", sum(map(_has_costs, draft_items.items(record)))),
        ("about the document", sum(bool(value) for value in (facts.get("document") or {}).values())),
    ]
    return tuple(f"{words} ({count:,})" for words, count in counted if count)


def _has_costs(item: Mapping[str, Any]) -> bool:
    return any(item.get(key) for key in _OF_ACTIONS)
