"""Topics as fields of a form: FORMS, their texts cut into fields, and what comes back put together again.

A field holds 3,000 characters (https://docs.slack.dev/reference/block-kit/block-elements/plain-text-input-element);
a topic that is longer takes several, cut between its lines.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.domain.incident import Incident
from bot.domain.mrkdwn import NOBODY, Names
from bot.domain.topic_places import items_of, text_of
from bot.domain.topic_text import is_heading, print_lines, read_lines
from bot.domain.topics import TOPICS, Topic
from bot.domain.writing import line_of

FIELD = 2_900
"""Characters that we put into one field: Slack takes 3,000."""
NEARLY_FULL = 2_000
"""Characters from which a further, empty field stands below."""
MOST_FIELDS = 8
"""Fields of one topic; a topic that would need more is written by command."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """Topics that are written together."""

    name: str
    title: str
    """At most 24 characters."""
    topics: tuple[str, ...]


FORMS: Mapping[str, Form] = {
    form.name: form
    for form in (
        Form(name="causes", title="What happened, and why", topics=("summary", "root", "cause", "factor")),
        Form(name="fixes", title="How it was mended", topics=("resolution", "fix", "detail")),
        Form(
            name="impact",
            title="Who was affected",
            topics=("customers", "service", "segment", "region", "timezone", "customer", "measure"),
        ),
        Form(name="business", title="Impact on the business", topics=("business", "sla")),
        Form(name="lessons", title="Lessons and prevention", topics=("lesson", "prevention")),
        Form(name="customers", title="What customers said", topics=("feedback",)),
        Form(name="review", title="Review and next steps", topics=("process", "metric", "document")),
    )
}
"""By the name that people type; each topic that is no form of its own stands in one."""


def form_of(topic: Topic) -> Form:
    """The form in which *topic* is written."""
    return next(form for form in FORMS.values() if topic.name in form.topics)


def whole(incident: Incident, topic: Topic, names: Names = NOBODY) -> str:
    """All of a topic as one text, as people write it."""
    if topic.is_text:
        return text_of(incident, topic, names)
    pieces = print_lines([line_of(item, topic) for item in items_of(incident, topic)], topic.shape)
    return _joined(pieces)


def tidied(text: str, topic: Topic) -> str:
    """*text* as ``whole`` would print it: blank lines and bullets make no difference. Raises NothingBelow."""
    if topic.is_text:
        return "\n".join(text.splitlines()).strip()
    return _joined(print_lines(read_lines(text, topic.shape), topic.shape))


def _joined(pieces: Sequence[str]) -> str:
    """A blank line stands before each heading but the first."""
    return "\n".join(f"\n{piece}" if n and is_heading(piece) else piece for n, piece in enumerate(pieces))


def fingerprint(text: str) -> str:
    """Tells two texts apart; the same text has the same."""
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()[:10]


def cut(text: str) -> list[str] | None:
    """*text* in pieces that fit into a field each, cut at line ends; None where a line is too long, or all is."""
    pieces: list[str] = []
    for line in text.split("\n"):
        if length(line) > FIELD:
            return None
        if pieces and length(pieces[-1]) + length(line) < FIELD:
            pieces[-1] += f"\n{line}"
        else:
            pieces.append(line)
    return pieces if len(pieces) <= MOST_FIELDS else None


def length(text: str) -> int:
    """Characters as Slack's client counts them: those outside of the basic plane are two."""
    return len(text.encode("utf-16-le", "replace")) // 2


def fields(name: str, text: str) -> list[tuple[str, str]] | None:
    """The fields of a topic, each with what it holds; the last has room to go on. None: it is too long for them."""
    pieces = cut(text)
    if pieces is None:
        return None
    if length(pieces[-1]) > NEARLY_FULL and len(pieces) < MOST_FIELDS:
        pieces.append("")
    return [(name if n == 0 else f"{name}.{n + 1}", piece) for n, piece in enumerate(pieces)]


def given(name: str, values: Mapping[str, str]) -> str | None:
    """What came back in the fields of *name*, put together; None where the form had none."""
    found = [
        values[key] for n in range(MOST_FIELDS) if (key := name if n == 0 else f"{name}.{n + 1}") in values
    ]
    return "\n".join(found) if found else None


def names() -> str:
    """What can be typed after ``write``."""
    alone = [topic.name for topic in TOPICS.values() if topic.is_form]
    return ", ".join([*FORMS, *alone])
