"""Where topics stand in an incident: their items or their text, read and put back."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from bot.domain import amounts
from bot.domain.incident import Incident, Status
from bot.domain.mrkdwn import NOBODY, Names, escaped, plain
from bot.domain.replay_import import EMPTY_FACTS
from bot.domain.topic_items import Item
from bot.domain.topics import Topic

_OVER = frozenset({Status.CLOSED, Status.CANCELLED, Status.MERGED})
_CUSTOMERS = "affected_customers"


def entered(incident: Incident) -> str:
    """When something is entered now: while people work on it, or in the review (the vocabulary of replay files)."""
    is_past = bool(incident.header) and not incident.is_open  # imported: whoever writes now looks back
    return "review" if is_past or incident.status in _OVER else "during"


def items_of(incident: Incident, topic: Topic) -> list[Item]:
    """The items of a list, in order."""
    found: Any = incident.facts.get(topic.key) or EMPTY_FACTS.get(topic.key)
    if topic.name == "cause":
        return [
            {"title": link["title"], "text": str(text)}
            for link in found.get("chain", ())
            for text in link.get("details") or ("",)
        ]
    if topic.name == "document":
        return [{"name": name, "text": text} for name, text in found.items()]
    if topic.name == "service":
        return _services(incident, found)
    return [dict(item) for item in (found.get(topic.part, ()) if topic.part else found)]


def _services(incident: Incident, told: Sequence[Mapping[str, Any]]) -> list[Item]:
    """Every service of the incident, with its impact where one is told."""
    known = {item["name"]: dict(item) for item in told}
    names = [plain(name) for name in incident.services]
    others = [name for name in known if name not in names]
    return [known.get(name) or {"name": name, "impact": None} for name in (*names, *others)]


def with_items(incident: Incident, topic: Topic, found: Sequence[Item]) -> Incident:
    """*incident* with *found* in that place."""
    if topic.name == "cause":
        return _with_part(incident, topic.key, "chain", _links(found))
    if topic.name == "document":
        return _with(incident, topic.key, {item["name"]: item["text"] for item in found})
    if topic.name == "service":
        now = _with(incident, topic.key, [item for item in found if "entered" in item])
        return replace(now, services=tuple(_kept_name(incident, item["name"]) for item in found))
    if topic.part:
        return _with_part(incident, topic.key, topic.part, list(found))
    return _with(incident, topic.key, list(found))


def _kept_name(incident: Incident, name: str) -> str:
    """The service as it is kept already, in Slack's encoding, else newly encoded."""
    return next((kept for kept in incident.services if plain(kept) == name), escaped(name))


def _links(found: Sequence[Item]) -> list[Item]:
    """The chain of causes: neighbours of one title are the details of one link."""
    links: list[Item] = []
    for item in found:
        if not links or links[-1]["title"] != item["title"]:
            links.append({"title": item["title"], "details": []})
        links[-1]["details"] += [item["text"]] if item["text"] else []
    return links


def _with(incident: Incident, key: str, value: Any) -> Incident:
    return replace(incident, facts={**incident.facts, key: value})


def _with_part(incident: Incident, key: str, part: str, value: Any) -> Incident:
    """One part of a fact that was entered as a whole: when that was stays, where there was anything."""
    told = incident.facts.get(key) or EMPTY_FACTS[key]
    is_new = not any(value for name, value in told.items() if name != "entered")
    when = entered(incident) if is_new else told.get("entered", "during")
    return _with(incident, key, {**told, part: value, "entered": when})


def text_of(incident: Incident, topic: Topic, names: Names = NOBODY) -> str:
    """The one text of a topic, readable; empty where there is none."""
    if topic.name == "customers":
        return (incident.facts.get(_CUSTOMERS) or {}).get("text") or ""
    kept = {"summary": incident.summary, "root": incident.root_cause, "resolution": incident.resolution}[
        topic.name
    ]
    return plain(kept or "", names)


def with_text(incident: Incident, topic: Topic, text: str) -> Incident:
    """*incident* with the readable *text* there; empty: without one."""
    value = text or None
    if topic.name == "customers":
        now = _with_part(incident, _CUSTOMERS, "text", value)
        read = {"total": amounts.count(text), "percent": amounts.percent(text)} if text else {}
        return _with(now, _CUSTOMERS, {**now.facts[_CUSTOMERS], "total": None, "percent": None, **read})
    kept = escaped(text) if text else None
    if topic.name == "summary":
        summary = {"text": value, "entered": entered(incident)} if value else None
        return replace(_with(incident, "summary", summary), summary=kept)
    if topic.name == "root":
        told = incident.facts.get("root_cause") or EMPTY_FACTS["root_cause"]
        fact = {**told, "text": value, "entered": entered(incident)}
        return replace(_with(incident, "root_cause", fact), root_cause=kept)
    return replace(incident, resolution=kept)
