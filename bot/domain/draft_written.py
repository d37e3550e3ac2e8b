"""What people wrote into the record for the document: plans, lessons, causes. Only what somebody entered."""

from collections.abc import Mapping
from typing import Any

from bot.domain.draft_facts import Fact, Group, grouped
from bot.domain.draft_record import NOT_RECORDED, Record


def actions(record: Record) -> tuple[Fact, ...]:
    """Follow-ups as entered: what, and who by when; what is missing is said."""
    return tuple(_action(item) for item in record.incident.facts.get("action_items", ()))


def _action(item: Mapping[str, Any]) -> Fact:
    owner = item.get("owner") or f"owner {NOT_RECORDED}"
    due = f"due {item['due']}" if item.get("due") else f"due date {NOT_RECORDED}"
    status = {"done": "done", "open": "open"}.get(item.get("status", ""), f"status {NOT_RECORDED}")
    check = item.get("success_criteria") or "how to tell that it is done: not recorded"
    does = item.get("action") or ""
    name = f"{item['title']}: {does}" if does not in ("", item["title"]) else item["title"]
    return Fact(name=name, value=f"{status}, {owner}, {due}", note=check)


def lessons(record: Record) -> tuple[Group, ...]:
    """Lessons as entered, by their groups."""
    groups: dict[str, list[str]] = {}
    for lesson in record.incident.facts.get("lessons", ()):
        title = f"{lesson['title']}: " if lesson.get("title") else ""
        groups.setdefault(lesson["group"], []).append(title + lesson["text"])
    return tuple(Group(name=name, items=tuple(texts)) for name, texts in groups.items())


def factors(record: Record) -> tuple[Group, ...]:
    """Contributing factors as entered."""
    return tuple(grouped(record.incident.facts.get("contributing_factors", ())))


def chain(record: Record) -> tuple[Group, ...]:
    """The chain of causes as entered: what each link was, and its details."""
    told = record.incident.facts.get("root_cause", {}).get("chain", ())
    return tuple(Group(name=link["title"], items=tuple(map(str, link.get("details", ())))) for link in told)


def prevention(record: Record) -> tuple[Group, ...]:
    """What is to prevent it for good, as entered, by its groups."""
    return tuple(grouped(record.incident.facts.get("prevention", ())))


def conclusion(record: Record) -> tuple[str, ...]:
    """What people wrote as their conclusion."""
    told = record.incident.facts.get("process", ())
    return tuple(item["text"] for item in told if item.get("group") == "Conclusion")
