"""Items of ``Incident.facts`` as the lines that people write, and back: one pair of functions for each kind of item.

Texts are plain, in the vocabulary of a replay file's facts. What a line does not say (a count, an amount, a share) is
read from its words.
"""

import re
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from bot.domain import amounts
from bot.domain.nearest import nearest
from bot.domain.refusal import UnknownDuration
from bot.domain.refusal_writing import NameFirst, UnknownDocumentField
from bot.domain.times import parse_duration
from bot.domain.topic_text import Line, Shape

Item = dict[str, Any]
ToItem = Callable[[Line], Item]
ToLine = Callable[[Mapping[str, Any]], Line]
FEEDBACK = ("count", "theme", "quote", "sentiment")
CONFIDENTIAL, PUBLIC = "Confidential", "Public"
DOCUMENT = (
    "lead", "compiled_by", "prepared_by", "reviewed_by", "distribution", "classification", "assigned",
    "customer_contact", "last_updated",
)  # fmt: skip
"""Fields of the document itself."""
_PATH = " / "
_CURRENT = re.compile(r"(?P<target>.+) \((?:current[^:()]{0,40}): (?P<current>.+)\)", re.DOTALL)
_ARR = re.compile(r"(?P<arr>[$€£]\S{1,20}) ARR\b")
DURING, AFTER = "During the incident", "After the incident"
"""Groups of fixes that tell when they were made, whenever they were written down."""
_SPELLED = {"during": DURING, "after": AFTER}


@dataclass(frozen=True, slots=True, kw_only=True)
class Codec:
    """How one kind of item is read from a line, and written as one."""

    shape: Shape
    item: ToItem
    line: ToLine


_HEADED, _NAMED, _BOTH = Shape(headed=True), Shape(named=True), Shape(headed=True, named=True)
_NAME_FIRST = Shape(headed=True, named=True, name_first=True)


def _grouped(default: str) -> Codec:
    """Items with a group and a text; *default* is the group of one that names none."""

    def item(line: Line) -> Item:
        heading = _SPELLED.get(line.heading.lower(), line.heading)
        return {"group": heading or default, "text": line.text}

    return Codec(shape=_HEADED, item=item, line=lambda item: Line(heading=item["group"], text=item["text"]))


def _cause(line: Line) -> Item:
    """A link of the chain, or one of its details."""
    title, text = (line.heading, line.text) if line.heading else (line.text, "")
    return {"title": title, "text": text}


def _lesson(line: Line) -> Item:
    group, _, subgroup = (line.heading or "Lessons").partition(_PATH)
    return {"group": group, "subgroup": subgroup or None, "title": line.name or None, "text": line.text}


def _lesson_line(item: Mapping[str, Any]) -> Line:
    heading = _PATH.join(filter(None, (item["group"], item.get("subgroup"))))
    return Line(heading=heading, name=item.get("title") or "", text=item["text"])


def _business(line: Line) -> Item:
    read = amounts.amount(line.text)
    return {
        "group": line.heading or "Business impact", "name": line.name, "value": read.value, "unit": read.unit,
        "text": line.text,
    }  # fmt: skip


def _metric(line: Line) -> Item:
    if not line.name:
        raise NameFirst(
            given=line.text, example="metric Communication: First update: within 10 minutes (current: 12)"
        )
    found = _CURRENT.fullmatch(line.text)
    return {
        "group": line.heading or "Success metrics", "name": line.name,
        "target": found["target"] if found else line.text, "current": found["current"] if found else None,
        "text": line.text,
    }  # fmt: skip


def _feedback(line: Line) -> Item:
    kind, _, rest = line.text.partition(" ")
    if not line.heading and rest and kind.lower() in FEEDBACK:
        return {"kind": kind.lower(), "who": None, "text": rest.strip()}
    kind, _, who = line.heading.partition(" ")
    if kind.lower() in FEEDBACK:
        return {"kind": kind.lower(), "who": who.strip() or None, "text": line.text}
    return {"kind": "quote" if line.heading else "theme", "who": line.heading or None, "text": line.text}


def _feedback_line(item: Mapping[str, Any]) -> Line:
    heading = " ".join(filter(None, (item["kind"].capitalize(), item.get("who"))))
    return Line(heading=heading, text=item["text"])


def _sla(line: Line) -> Item:
    """Confidential unless it says that it is not; any other heading is a part of the text (R-SLA-1)."""
    known = line.heading.lower() in ("", CONFIDENTIAL.lower(), PUBLIC.lower())
    text = line.text if known else f"{line.heading}: {line.text}"
    return {"text": text, "confidential": line.heading.lower() != PUBLIC.lower()}


def _sla_line(item: Mapping[str, Any]) -> Line:
    return Line(heading=CONFIDENTIAL if item["confidential"] else PUBLIC, text=item["text"])


def _named(line: Line) -> Item:
    return {"name": line.name or line.text, "text": line.text}


def _named_line(item: Mapping[str, Any]) -> Line:
    same = item["name"] == item["text"]
    return Line(name="" if same else item["name"], text=item["text"])


def _segment(line: Line) -> Item:
    return {**_named(line), "count": amounts.count(line.text)}


def _region(line: Line) -> Item:
    return {**_segment(line), "percent": amounts.percent(line.text)}


def _customer(line: Line) -> Item:
    found = _ARR.search(line.text)
    return _named(line) | ({"arr": found["arr"]} if found else {})


def _service(line: Line) -> Item:
    return {"name": line.name or line.text, "impact": line.text if line.name else None}


def _service_line(item: Mapping[str, Any]) -> Line:
    impact = item.get("impact")
    return Line(name=item["name"], text=impact) if impact else Line(text=item["name"])


def _measure(line: Line) -> Item:
    if not line.name:
        raise NameFirst(given=line.text, example="measure Failed logins: about 1,200")
    read = amounts.amount(line.text)
    value, unit = (line.text if read.value is None else read.value), read.unit
    with suppress(UnknownDuration):
        parse_duration(line.text)
        value, unit = line.text, "duration"
    return {"name": line.name, "value": value, "unit": unit, "text": line.text, "approx": read.approx}


def _document(line: Line) -> Item:
    field = line.name.lower().strip().replace(" ", "_").replace("-", "_")
    if not line.name:
        raise NameFirst(given=line.text, example="reviewed_by Jo Park (CTO)")
    if field not in DOCUMENT:
        known = ", ".join(DOCUMENT)
        raise UnknownDocumentField(
            given=line.name, known=known, near=nearest(field, DOCUMENT) or "prepared_by"
        )
    return {"name": field, "text": line.text}


def _titled(item: Mapping[str, Any]) -> Line:
    return Line(heading=item["group"], name=item["name"], text=item["text"])


FACTOR, FIX, DETAIL = _grouped("Contributing factors"), _grouped("Resolution"), _grouped("Technical details")
PREVENTION, PROCESS = _grouped("Prevention"), _grouped("Review process")
CAUSE = Codec(
    shape=Shape(headed=True, bare=True),
    item=_cause,
    line=lambda item: Line(heading=item["title"], text=item["text"]),
)
LESSON = Codec(shape=_BOTH, item=_lesson, line=_lesson_line)
BUSINESS = Codec(shape=_NAME_FIRST, item=_business, line=_titled)
METRIC = Codec(shape=_NAME_FIRST, item=_metric, line=_titled)
FEEDBACKS = Codec(shape=_HEADED, item=_feedback, line=_feedback_line)
SLA = Codec(shape=_HEADED, item=_sla, line=_sla_line)
NAMED = Codec(shape=_NAMED, item=_named, line=_named_line)
SEGMENT = Codec(shape=_NAMED, item=_segment, line=_named_line)
REGION = Codec(shape=_NAMED, item=_region, line=_named_line)
CUSTOMER = Codec(shape=_NAMED, item=_customer, line=_named_line)
SERVICE = Codec(shape=_NAMED, item=_service, line=_service_line)
MEASURE = Codec(
    shape=_NAMED, item=_measure, line=lambda item: Line(name=item["name"], text=str(item["text"]))
)
DOCUMENTS = Codec(shape=_NAMED, item=_document, line=lambda item: Line(name=item["name"], text=item["text"]))
