"""What people wrote for the document, passage by passage: where it stands, and what it is about."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from bot.domain import draft_items
from bot.domain.draft_record import Record
from bot.domain.refusal import shorten

LONGEST = 110
"""Characters of a passage that a warning repeats."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage:
    """A text of the review, and the section that it stands in."""

    where: str
    about: str
    """``summary``, ``cause``, ``factor``, ``lesson``, ``fix``, ``plan`` or ``impact``."""
    text: str


def passages(record: Record) -> Iterator[Passage]:
    """All texts that a person wrote for the document; quotes of customers, logs and the timeline are none."""
    of, facts = record.incident, record.incident.facts
    fields = (
        ("Summary", "summary", record.read(of.summary)),
        ("Root cause", "cause", record.read(of.root_cause)),
        ("Resolution", "fix", record.read(of.resolution)),
    )
    yield from (Passage(where=where, about=about, text=text) for where, about, text in fields if text)
    for link in (facts.get("root_cause") or {}).get("chain", ()):
        for part in (link["title"], *link.get("details", ())):
            yield Passage(where="Root cause", about="cause", text=str(part))
    yield from _grouped(facts, "contributing_factors", "Contributing factors", "factor")
    yield from _grouped(facts, "fixes", "Fixes", "fix")
    yield from _grouped(facts, "lessons", "Lessons", "lesson")
    yield from _grouped(facts, "prevention", "Prevention", "plan")
    yield from _grouped(facts, "process", "", "summary")
    for item in draft_items.items(record):
        whole = ": ".join(part for part in (item["title"], item.get("action")) if part)
        yield Passage(where=f"Action item {item.get('n') or item['title']}", about="plan", text=whole)
    for service in facts.get("affected_services", ()):
        yield Passage(
            where="Impact", about="impact", text=f"{service['name']}: {service.get('impact') or ''}"
        )
    if told := (facts.get("affected_customers") or {}).get("text"):
        yield Passage(where="Impact", about="impact", text=told)


def _grouped(facts: Mapping[str, Any], key: str, heading: str, about: str) -> Iterator[Passage]:
    for item in facts.get(key, ()):
        where = ", ".join(part for part in (heading, item.get("group")) if part)
        text = f"{item['title']}: {item['text']}" if item.get("title") else item["text"]
        yield Passage(where=where or heading, about=about, text=str(text))


def quote(text: str) -> str:
    """*text* in quotation marks, not too long."""
    return f"“{shorten(' '.join(text.split()), LONGEST)}”"
