"""Items with several fields, each written in a form of its own: messages sent outside the bot, and evidence."""

import json
from collections.abc import Mapping
from datetime import datetime
from itertools import count
from typing import Any

from bot.domain.incident import Change, Incident
from bot.domain.refusal_writing import ChangedMeanwhile
from bot.domain.topic_fields import fingerprint
from bot.domain.topic_items import Item
from bot.domain.topic_places import entered, items_of, with_items
from bot.domain.topics import TOPICS, Topic
from bot.domain.writing import Done, changed, printed

KINDS = ("log", "code", "config", "query", "template")
"""Kinds of evidence."""
CUT_OFF = "truncated"
"""The text was cut off where it came from."""


def mail(
    *, to: str, channel: str, audience: str, subject: str, body: str, sent_at: str | None, is_cut: bool
) -> Item:
    """A message that was sent by hand: mail, a briefing. *sent_at*: ISO, None where nobody knows."""
    return {
        "at": sent_at, "audience": audience, "channel": channel or None,
        "recipients": [name.strip() for name in to.split(",") if name.strip()], "subject": subject or None,
        "body": body, CUT_OFF: is_cut,
    }  # fmt: skip


def evidence(*, title: str, kind: str, content: str, is_cut: bool) -> Item:
    """A log, code, a query or a configuration, word for word."""
    return {"title": title, "kind": kind, "content": content, CUT_OFF: is_cut}


def base(item: Mapping[str, Any] | None) -> str:
    """Tells whether an item is still as a form showed it; empty for one that is new."""
    return fingerprint(json.dumps(item, sort_keys=True, ensure_ascii=False)) if item else ""


def put(incident: Incident, name: str, item: Item, former: str, *, by: str, at: datetime) -> Change:
    """*item* takes the place of the one whose ``base`` is *former*; empty: it is one more.

    What the form does not show (a phase, services) stays as it was. Raises ChangedMeanwhile where that one is gone.
    """
    topic = TOPICS[name]
    found = items_of(incident, topic)
    place = next((n for n, each in enumerate(found) if base(each) == former), None) if former else len(found)
    if place is None:
        raise ChangedMeanwhile(topic=name)
    old = found[place] if former else {}
    now = {**old, **_first(incident, topic, old), **item}
    if {**old, CUT_OFF: old.get(CUT_OFF, False)} == now:
        return changed(incident, incident, (), by=by, at=at)
    now["entered"] = entered(incident)
    step = "changed" if former else "added"
    done = Done(step=step, topic=topic, n=place + 1, text=printed(now, topic))
    written = with_items(incident, topic, [*found[:place], now, *found[place + 1 :]])
    return changed(incident, written, [done], by=by, at=at)


def _first(incident: Incident, topic: Topic, old: Mapping[str, Any]) -> Item:
    """What an item has that no form shows: a message its id, and that it tells of no phase."""
    if old or topic.name != "mail":
        return {}
    taken = {item["id"] for item in items_of(incident, topic)}
    return {"id": next(name for n in count(1) if (name := f"c{n}") not in taken), "phase": None}
