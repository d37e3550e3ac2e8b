"""What people write down about an incident by command: notes, fields, impact, who owns the postmortem.

A field or a measure that was set goes into the log, not onto the timeline: documents show the value in its place.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from bot.domain.impact import NONE, record_impact
from bot.domain.incident import Change, Incident, moved, unchanged
from bot.domain.lifecycle import state_entry
from bot.domain.mrkdwn import escaped, plain
from bot.domain.nearest import nearest
from bot.domain.news import News, What
from bot.domain.refusal import NoteNeedsText, NothingToSet, UnknownField, shorten
from bot.domain.replay_import import EMPTY_FACTS
from bot.domain.spans import check_order
from bot.domain.timeline import Entry, Kind, Precision, Source
from bot.domain.topic_places import entered
from bot.domain.topics import Meant, find
from bot.domain.windows import measured
from bot.domain.writing import with_new

TITLE_LIMIT = 150
"""Characters of a title. What is longer is kept whole on the timeline."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settable:
    """A field that ``set`` knows."""

    attribute: str
    label: str
    is_time: bool = False
    is_list: bool = False
    is_zone: bool = False
    is_optional: bool = False
    """It can be taken away again: ``set customer none``."""


FIELDS: Mapping[str, Settable] = {
    "title": Settable(attribute="title", label="Title"),
    "summary": Settable(attribute="summary", label="Summary"),
    "service": Settable(attribute="services", label="Services", is_list=True),
    "cause": Settable(attribute="causes", label="Cause tags", is_list=True, is_optional=True),
    "impact_start": Settable(attribute="impact_started_at", label="Start of impact", is_time=True),
    "detected": Settable(attribute="detected_at", label="Detected", is_time=True),
    "mitigated": Settable(attribute="mitigated_at", label="Mitigated", is_time=True),
    "restored": Settable(attribute="restored_at", label="Restored", is_time=True),
    "root_cause": Settable(attribute="root_cause", label="Root cause"),
    "resolution": Settable(attribute="resolution", label="Resolution"),
    "classification": Settable(attribute="classification", label="Classification"),
    "customer": Settable(attribute="customer", label="Customer", is_optional=True),
    "customer_contact": Settable(attribute="customer_contact", label="Customer's contact", is_optional=True),
    "verified": Settable(attribute="verified_at", label="Verified by the customer", is_time=True),
    "tz": Settable(attribute="timezone", label="Time zone of documents", is_zone=True),
}
"""What ``/incident set`` sets, by the word that people type."""
PARTS: Mapping[str, Meant] = {
    word: find(word, step="list") for word in ("segment", "region", "product", "timezone", "customer")
}
"""What ``/incident impact`` records beside measures: each may be given several times, and each is kept."""
NOTHING = "none"
"""What takes an optional field away again."""
_SPELLINGS = {
    "services": "service", "causes": "cause", "cause_tag": "cause", "cause_tags": "cause",
    "impact_started": "impact_start", "zone": "tz", "timezone": "tz", "contact": "customer_contact",
}  # fmt: skip


def title_of(text: str) -> str:
    """*text* (Slack's encoding) as a title: one line, at most TITLE_LIMIT characters; "" where nothing can be seen."""
    line = " ".join(text.split())
    if not any(character.isprintable() and character != " " for character in line):
        return ""
    return line if len(line) <= TITLE_LIMIT else escaped(shorten(plain(line), TITLE_LIMIT))


def settable(word: str) -> tuple[str, Settable]:
    """The field that a person's word means, and its name. Raises UnknownField with the nearest, if one is near."""
    plain = word.lower().replace("-", "_")
    name = _SPELLINGS.get(plain, plain)
    if name not in FIELDS:
        near = nearest(name, sorted(FIELDS)) or next((each for each in FIELDS if each.startswith(name)), None)
        instead = f"set {near} …" if near else "help set"
        raise UnknownField(given=word, known=", ".join(FIELDS), instead=instead)
    return name, FIELDS[name]


def set_field(incident: Incident, *, field: str, value: Any, echo: str, by: str, at: datetime) -> Change:
    """Set a field of FIELDS to *value*; *echo* is how the value is shown to people.

    Of a title that is too long the whole is kept on the timeline, as at a declaration.
    """
    name, known = settable(field)
    whole = echo
    if name == "title":
        value = echo = title_of(value)
    shortened = echo != " ".join(whole.split())
    if not value:
        raise NothingToSet(field=name)
    if known.is_optional and (value if known.is_list else (value.strip(),))[0].lower() == NOTHING:
        value = () if known.is_list else None
    before = getattr(incident, known.attribute)
    if before == value:
        return unchanged(incident)
    now = replace(moved(incident, "set"), **{known.attribute: value})
    if name in ("summary", "root_cause") and value:  # when it was entered is told beside the text
        told = incident.facts.get(name) or EMPTY_FACTS[name] or {}
        fact = {**told, "text": plain(value), "entered": entered(incident)}
        now = replace(now, facts={**incident.facts, name: fact})
    check_order(now)
    data = {"change": "set", "field": name, "value": value.isoformat() if known.is_time else value}
    entry = state_entry(
        now, kind=Kind.NOTE, text=f"{known.label}: {whole}", by=by, at=at, data=data,
        on_timeline=name == "title" and shortened,
    )  # fmt: skip
    facts = {"by": by, "field": known.label, "value": echo}
    return Change(before=incident, incident=now, entries=(entry,), news=(News(what=What.FIELD, facts=facts),))


def impact(
    incident: Incident,
    *,
    measures: Mapping[str, tuple[str, ...]],
    parts: Mapping[str, tuple[str, ...]] | None = None,
    by: str,
    at: datetime,
) -> Change:
    """Record measures of impact, and *parts* of it (PARTS): whom it hit, where, in which product.

    What is given again takes the place of the former one of that name. Raises refusals for bad ones.
    """
    facts = record_impact(incident.facts, measures, entered=entered(incident))
    now = replace(moved(incident, "impact"), facts=facts)
    for key, values in (parts or {}).items():
        for value in values:
            now, _ = with_new(now, PARTS[key], plain(value))
    told = {**measures, **(parts or {})}
    shown = [f"{key}={echoed(key, value)}" for key, values in told.items() for value in values]
    data = {"change": "impact", "measures": {key: list(values) for key, values in told.items()}}
    text = "Impact recorded: " + "; ".join(shown)
    entry = state_entry(now, kind=Kind.IMPACT, text=text, by=by, at=at, data=data, on_timeline=False)
    news = News(what=What.IMPACT, facts={"by": by, "measures": "; ".join(shown)})
    return Change(before=incident, incident=now, entries=(entry,), news=(news,))


def echoed(key: str, value: str) -> str:
    """A measure as people read it: a window in UTC, whatever zone it was typed in, and never as it is kept."""
    return str(measured(key, value)["text"]) if key == "window" and value != NONE else value


def note(
    incident: Incident,
    *,
    kind: Kind,
    text: str,
    noted_at: datetime | None,
    link: str | None,
    by: str,
    at: datetime,
    echo: str,
    precision: Precision = Precision.SECOND,
) -> Change:
    """A fact for the timeline. *noted_at*: when it happened, where that was said; *echo*: how that time is shown."""
    if not text.strip():
        raise NoteNeedsText
    now = moved(incident, "note")
    entry = Entry(
        incident=incident.ref,
        at=noted_at or at,
        recorded_at=at,
        kind=kind,
        precision=precision,
        text=text,
        source=Source.COMMAND,
        author=by,
        link=link,
        marks=("command",),
    )
    facts = {"by": by, "kind": kind.value, "text": text, "noted_at": echo}
    return Change(before=incident, incident=now, entries=(entry,), news=(News(what=What.NOTED, facts=facts),))


def own_postmortem(incident: Incident, *, owner: str, by: str, at: datetime) -> Change:
    """Hand the postmortem to *owner* (AD-1)."""
    if incident.postmortem_owner == owner:
        return unchanged(incident)
    now = replace(moved(incident, "postmortem"), postmortem_owner=owner)
    if now.reminded:  # whoever had it put reminders off for themselves
        now = replace(now, reminded=replace(now.reminded, snoozed_until=None))
    data = {"change": "postmortem_owner", "from": incident.postmortem_owner, "to": owner}
    text = f"Postmortem owner: <@{owner}>"
    entry = state_entry(now, kind=Kind.NOTE, text=text, by=by, at=at, data=data)
    facts = {
        "by": by,
        "field": "Postmortem owner",
        "value": f"<@{owner}>",
        "former": incident.postmortem_owner,
    }
    return Change(before=incident, incident=now, entries=(entry,), news=(News(what=What.FIELD, facts=facts),))
