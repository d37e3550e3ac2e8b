"""A form about several topics comes back: what was changed is kept, what another wrote meanwhile is not overwritten."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bot.domain.incident import Change, Incident
from bot.domain.mrkdwn import NOBODY, Names
from bot.domain.refusal import Refusal
from bot.domain.topic_fields import fingerprint, tidied, whole
from bot.domain.topic_items import Item
from bot.domain.topic_places import items_of, with_items, with_text
from bot.domain.topic_text import print_line, read_lines
from bot.domain.topics import TOPICS, Topic
from bot.domain.writing import Done, changed, made, printed


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """What came back for one topic, readable, and the fingerprint of what it was when the form was opened."""

    text: str
    base: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Clash:
    """A topic that two people wrote at once: *theirs* stands, *own* was not kept."""

    topic: Topic
    theirs: str
    own: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Filled:
    """What a form led to."""

    change: Change
    clashes: tuple[Clash, ...]


def fill(
    incident: Incident, all_given: Mapping[str, Given], *, by: str, at: datetime, names: Names = NOBODY
) -> Filled:
    """Keep what somebody changed in a form about the topics of *all_given*.

    A field that was left as it was records nothing, whatever stands there now. Raises refusals about a field.
    """
    now = incident
    done: list[Done] = []
    clashes: list[Clash] = []
    for name, given in all_given.items():
        topic = TOPICS[name]
        try:
            own, theirs = tidied(given.text, topic), whole(incident, topic, names)
            standing = _standing(theirs, topic)
            if fingerprint(own) == given.base or own == standing:
                continue
            if fingerprint(standing) != given.base:
                clashes.append(Clash(topic=topic, theirs=theirs, own=given.text))
                continue
            now, what = _written(now, topic, own)
        except Refusal as refusal:
            refusal.field = name
            raise
        done.append(what)
    return Filled(change=changed(incident, now, done, by=by, at=at), clashes=tuple(clashes))


def base(incident: Incident, topic: Topic, names: Names = NOBODY) -> str:
    """The fingerprint of a topic as it stands, to be kept in a form."""
    return fingerprint(_standing(whole(incident, topic, names), topic))


def _standing(text: str, topic: Topic) -> str:
    """What would come back of *text* from somebody who left it as it is."""
    try:
        return tidied(text, topic)
    except Refusal:
        return text


def _written(incident: Incident, topic: Topic, text: str) -> tuple[Incident, Done]:
    if topic.is_text:
        step = "written" if text else "emptied"
        return with_text(incident, topic, text), Done(step=step, topic=topic, text=text)
    found, fresh, gone = _matched(incident, topic, text)
    parts = [f"{fresh} written" if fresh else "", f"{gone} dropped" if gone else ""]
    step = " and ".join(filter(None, parts)) or "put in another order"
    return with_items(incident, topic, found), Done(step=step, topic=topic, is_whole=True)


def _matched(incident: Incident, topic: Topic, text: str) -> tuple[list[Item], int, int]:
    """The items that *text* holds, how many of them are new, and how many are gone without one in their place.

    One that reads as before is the one that was there, with all that is known of it.
    """
    former: dict[str, list[Mapping[str, Any]]] = {}
    for item in items_of(incident, topic):
        former.setdefault(printed(item, topic), []).append(item)
    found: list[Item] = []
    fresh = 0
    for line in read_lines(text, topic.shape):
        same = former.get(print_line(line, topic.shape))
        fresh += not same
        found.append(dict(same.pop(0)) if same else made(line, topic, incident))
    left = sum(map(len, former.values()))
    return found, fresh, max(left - fresh, 0)
