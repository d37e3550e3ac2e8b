"""What people write for the postmortem: ``add``, ``list``, ``edit``, ``drop``, ``move``."""

import re
from collections.abc import Sequence

from bot.domain.incident import Change, Incident
from bot.domain.mrkdwn import escaped, plain
from bot.domain.refusal import shorten
from bot.domain.refusal_writing import WhichItem
from bot.domain.topic_places import items_of, text_of
from bot.domain.topics import TOPICS, Meant, Topic, find
from bot.domain.words import parse
from bot.domain.writing import index, printed
from handlers.asking import Asked, fitting
from handlers.routes import Reply, Request, UseCases
from handlers.steps import Steps

steps = Steps()
SHOWN_OF_ITEM, SHOWN_OF_LIST = 300, 9_000
"""Characters of one item, and of all, that a list shows."""
_NUMBER = re.compile(r"#?(\d{1,6})[.:)]?(?=\s|$)", re.ASCII)


@steps.step("add", usage="<topic> text", is_text=True)
def add(asked: Asked, request: Request, use: UseCases) -> Reply:
    """One more item under a topic."""
    meant, text = _meant(asked.text, "add")
    change = use.writing.add(asked.incident.ref, meant, fitting(text), by=request.user)
    return _told(change, meant)


@steps.step("list", usage="[topic]")
def listing(asked: Asked, request: Request, use: UseCases) -> Reply:  # noqa: ARG001 - anybody may read
    """How much is written under each topic, or the items of one with their numbers."""
    if not asked.text.strip():
        counts = [(topic.name, topic.label, _count(asked.incident, topic)) for topic in TOPICS.values()]
        return Reply(template="reply_topics", facts={"ref": asked.incident.ref, "counts": counts})
    meant, rest = _meant(asked.text, "list")
    first, _ = _numbered(rest)
    return _items(asked.incident, meant.topic, first or 1, use)


@steps.step("edit", usage="<topic> <n> text", is_text=True)
def edit(asked: Asked, request: Request, use: UseCases) -> Reply:
    """Another text for one item, or for a topic that is one text."""
    meant, text = _meant(asked.text, "edit")
    n = None
    if not meant.topic.is_text:
        n, text = _numbered(text)
        if n is None and text:
            index(asked.incident, meant.topic, None)
    change = use.writing.edit(asked.incident.ref, meant, n, fitting(text), by=request.user)
    return _told(change, meant)


@steps.step("drop", usage="<topic> <n>")
def drop(asked: Asked, request: Request, use: UseCases) -> Reply:
    """One item goes."""
    meant, text = _meant(asked.text, "drop")
    n, rest = _numbered(text)
    if rest:
        raise WhichItem(topic=meant.topic.name)
    return _told(use.writing.drop(asked.incident.ref, meant, n, by=request.user), meant)


@steps.step("move", usage="<topic> <n> <to>")
def move(asked: Asked, request: Request, use: UseCases) -> Reply:
    """One item stands elsewhere in its list."""
    meant, text = _meant(asked.text, "move")
    n, text = _numbered(text)
    to, _ = _numbered(re.sub(r"^to\s+", "", text))
    if to is None:
        raise WhichItem(topic=meant.topic.name)
    return _told(use.writing.move(asked.incident.ref, meant, n, to, by=request.user), meant)


def _meant(text: str, step: str) -> tuple[Meant, str]:
    """The topic that the first word means, and the rest. Raises refusals."""
    words = parse(text)
    return find(words.verb, step=step), words.rest


def _numbered(text: str) -> tuple[int | None, str]:
    """The number that *text* begins with, and the rest."""
    found = _NUMBER.match(text)
    return (int(found[1]), text[found.end() :].strip()) if found else (None, text.strip())


def _told(change: Change, meant: Meant) -> Reply:
    """What was written, to the person who wrote it: the number is needed to change it."""
    same = change.is_nothing
    text = "" if same else escaped(shorten(plain(change.entries[0].text), SHOWN_OF_ITEM))
    facts = {"same": same, "text": text, "topic": meant.topic.name, "label": meant.topic.label}
    return Reply(template="reply_written", facts=facts)


def _count(incident: Incident, topic: Topic) -> int:
    return int(bool(text_of(incident, topic))) if topic.is_text else len(items_of(incident, topic))


def _items(incident: Incident, topic: Topic, first: int, use: UseCases) -> Reply:
    """The items from number *first* on, as many as a message holds."""
    if topic.is_text:
        names = use.lookup.words(
            [incident.summary or "", incident.root_cause or "", incident.resolution or ""], []
        )
        rows = [(0, text)] if (text := text_of(incident, topic, names)) else []
    else:
        rows = [(n, printed(item, topic)) for n, item in enumerate(items_of(incident, topic), start=1)]
    if rows and first > len(rows):
        index(incident, topic, first)
    shown = _page(rows, first)
    facts = {
        "topic": topic, "rows": [(n, escaped(text)) for n, text in shown], "count": len(rows),
        "next": shown[-1][0] + 1 if shown and shown[-1][0] < len(rows) else None, "ref": incident.ref,
    }  # fmt: skip
    return Reply(template="reply_items", facts=facts)


def _page(rows: Sequence[tuple[int, str]], first: int) -> list[tuple[int, str]]:
    shown: list[tuple[int, str]] = []
    room = SHOWN_OF_LIST
    for n, text in rows[max(first, 1) - 1 :]:
        line = text if n == 0 else shorten(text, SHOWN_OF_ITEM)
        room -= len(line)
        if room < 0 and shown:
            break
        shown.append((n, line))
    return shown
