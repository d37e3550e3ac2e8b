"""What people wrote into the record for the document: plans, lessons, causes. Only what somebody entered."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from bot.domain import draft_items
from bot.domain.draft_facts import Fact, Group, grouped
from bot.domain.draft_record import NOT_RECORDED, Record, amounts, capital
from bot.domain.draft_review import reviewed_by
from bot.domain.topic_items import AFTER, DURING

_SHARE = re.compile(r"(\d{1,3}(?:\.\d{1,2})?) ?%")
_ALL = 100
SHORT = 160
"""As long as a cause in one sentence may be."""
_CONCLUSION = "Conclusion"


@dataclass(frozen=True, slots=True, kw_only=True)
class Feedback:
    """What customers said, by its kind."""

    counts: tuple[str, ...]
    themes: tuple[str, ...]
    themes_note: str
    """That several answers were possible, where the shares say so."""
    quotes: tuple[Fact, ...]
    """Who, and the words: kept as they are, and never a source of numbers."""
    sentiments: tuple[Fact, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Artifact:
    """A log, a query, code or configuration, word for word."""

    title: str
    content: str
    is_log: bool
    cut: bool
    """True where its text breaks off: it is never completed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Lessons:
    """The lessons of one group, by its subgroups; ungrouped ones under ""."""

    name: str
    groups: tuple[Group, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """A measure against the next time: what it is, and its tasks."""

    name: str
    items: tuple[str, ...]
    tasks: tuple[Fact, ...]


def actions(record: Record) -> tuple[Fact, ...]:
    """Follow-ups as entered: what, and who by when; what is missing is said."""
    return tuple(_action(item) for item in draft_items.items(record))


def _action(item: Mapping[str, Any]) -> Fact:
    day, check, missing = (
        item.get("due_written") or item.get("due"),
        item.get("success_criteria"),
        lacks(item),
    )
    day = day and f"due {day}" + (f" ({item['note']})" if item["note"] else "")
    given = ", ".join(part for part in (item["state"], item["who"], day) if part)
    told = [given, check and f"done when: {check}", missing and f"{NOT_RECORDED}: {missing}"]
    does = item.get("action") or ""
    name = f"{item['title']}: {does}" if does not in ("", item["title"]) else item["title"]
    return Fact(name=name, value="; ".join(part for part in told if part))


def lacks(item: Mapping[str, Any]) -> str:
    """``an owner, a due date``: what nobody gave of an action item (question 19); "" where nothing is missing."""
    wanted = (
        ("an owner", item.get("owner")),
        ("a due date", item.get("due_written") or item.get("due")),
        ("how to tell that it is done", item.get("success_criteria")),
    )
    return ", ".join(words for words, value in wanted if not value)


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


def cause_in_short(record: Record) -> str:
    """The cause in one sentence, where somebody wrote one: as a single link, or as the whole of it; else ""."""
    links, whole = chain(record), record.read(record.incident.root_cause)
    if len(links) == 1 and not links[0].items:
        return links[0].name
    return whole if len(whole) <= SHORT and "\n" not in whole else ""


def prevention(record: Record) -> tuple[Group, ...]:
    """What is to prevent it for good, as entered, by its groups."""
    return tuple(grouped(record.incident.facts.get("prevention", ())))


def beside_actions(record: Record) -> tuple[Group, ...]:
    """The same for a section that lists the action items too: without what is one of them, word for word."""
    titles = {item["title"].lower() for item in draft_items.items(record)}
    kept = (
        Group(name=group.name, items=tuple(item for item in group.items if item.lower() not in titles))
        for group in prevention(record)
    )
    return tuple(group for group in kept if group.items)


def measures(record: Record) -> tuple[Measure, ...]:
    """Each preventative measure with the action items that bear its name, then the other action items."""
    told = list(zip(draft_items.items(record), actions(record), strict=True))
    found = []
    for group in beside_actions(record):
        own = [(item, fact) for item, fact in told if item["title"].lower() == group.name.lower()]
        told = [each for each in told if each not in own]
        tasks = tuple(Fact(name=item.get("action") or item["title"], value=fact.value) for item, fact in own)
        found.append(Measure(name=group.name, items=group.items, tasks=tasks))
    return (*found, *(Measure(name=f"{fact.name} ({fact.value})", items=(), tasks=()) for _, fact in told))


def conclusion(record: Record) -> tuple[str, ...]:
    """What people wrote as their conclusion."""
    told = record.incident.facts.get("process", ())
    return tuple(item["text"] for item in told if item.get("group") == _CONCLUSION)


def process(record: Record) -> tuple[Group, ...]:
    """How it will be followed up, as entered, by its groups; the conclusion stands elsewhere."""
    told = record.incident.facts.get("process", ())
    return tuple(grouped(item for item in told if item.get("group") != _CONCLUSION))


def technical(record: Record) -> tuple[Group, ...]:
    """Measurements and set-up as entered, by their groups."""
    return tuple(grouped(record.incident.facts.get("technical_details", ())))


def fixes(record: Record, *, during: bool) -> tuple[Group, ...]:
    """What was done about it while it lasted, or afterwards, by its groups."""
    told = record.incident.facts.get("fixes", ())
    return tuple(grouped(item for item in told if _was_during(item) is during))


def _was_during(fix: Mapping[str, Any]) -> bool:
    """Whether it was made while the incident lasted: its group says so, else when it was written down."""
    group, when = str(fix["group"]), str(fix.get("entered"))
    return group == DURING if group in (DURING, AFTER) else when != "review"


def lessons_by_group(record: Record) -> tuple[Lessons, ...]:
    """The lessons as entered, by their groups and subgroups."""
    groups: dict[str, dict[str, list[str]]] = {}
    for lesson in record.incident.facts.get("lessons", ()):
        title = f"{lesson['title']}: " if lesson.get("title") else ""
        subgroups = groups.setdefault(lesson["group"], {})
        subgroups.setdefault(lesson.get("subgroup") or "", []).append(title + lesson["text"])
    return tuple(
        Lessons(
            name=name, groups=tuple(Group(name=sub, items=tuple(texts)) for sub, texts in subgroups.items())
        )
        for name, subgroups in groups.items()
    )


def feedback(record: Record) -> Feedback:
    """What customers said, as entered."""
    told = record.incident.facts.get("customer_feedback", ())
    by_kind: dict[str, list[Mapping[str, Any]]] = {}
    for item in told:
        by_kind.setdefault(item.get("kind") or "sentiment", []).append(item)
    themes = tuple(_by(item) for item in by_kind.get("theme", ()))
    return Feedback(
        counts=tuple(_by(item) for item in by_kind.get("count", ())),
        themes=themes,
        themes_note=_several(themes),
        quotes=tuple(
            Fact(name=item.get("who") or "", value=amounts(item["text"])) for item in by_kind.get("quote", ())
        ),
        sentiments=tuple(
            Fact(name=item.get("who") or "", value=amounts(item["text"]))
            for item in by_kind.get("sentiment", ())
        ),
    )


def _by(item: Mapping[str, Any]) -> str:
    return f"{item['who']}: {item['text']}" if item.get("who") else str(item["text"])


def _several(themes: tuple[str, ...]) -> str:
    """Shares that add up to more than all are no parts of a whole: they are never summed up or drawn as one."""
    shares = [Decimal(found[1]) for theme in themes if (found := _SHARE.search(theme))]
    several = len(shares) > 1 and sum(shares) > _ALL
    return "Several answers were possible: the shares are no parts of one whole." if several else ""


def artifacts(record: Record) -> tuple[Artifact, ...]:
    """Logs, queries, code, configuration as entered."""
    return tuple(
        Artifact(
            title=item["title"], content=item["content"], is_log=item.get("kind") == "log",
            cut=bool(item.get("truncated")),
        )
        for item in record.incident.facts.get("artifacts", ())
    )  # fmt: skip


_KNOWN = ("lead", "prepared_by", "compiled_by", "reviewed_by", "distribution", "classification")
"""What is said about a document, in the order in which it stands there; anything else comes behind."""


def about(record: Record) -> tuple[Fact, ...]:
    """Who wrote the document, who read it, to whom it goes."""
    told = record.incident.facts.get("document") or {}
    if approved := reviewed_by(record):
        told = {"reviewed_by": approved} | told
    keys = [
        *(key for key in _KNOWN if told.get(key)),
        *(key for key in told if key not in _KNOWN and told[key]),
    ]
    return tuple(Fact(name=capital(key.replace("_", " ")), value=str(told[key])) for key in keys)


def lead(record: Record) -> str:
    """Who leads the postmortem: as written, else its owner, with the role; "" where nobody is named."""
    written = (record.incident.facts.get("document") or {}).get("lead")
    written = written or record.incident.header.get("stated", {}).get("lead")
    owner = record.incident.postmortem_owner
    named = [record.name(owner), *record.roles(owner)] if owner and record.name(owner) else []
    return written or ", ".join(named)
