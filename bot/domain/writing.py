"""What people write for a postmortem: added, changed, dropped or moved by command, or a whole topic by form.

Each is a change of state in the log, not on the timeline: documents show it in its place. Items that a person left as
they were stay as they are, with all that is known of them.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from bot.domain.incident import Change, Incident, moved, unchanged
from bot.domain.lifecycle import state_entry
from bot.domain.mrkdwn import escaped
from bot.domain.news import News, What
from bot.domain.refusal_writing import ByForm, NoSuchItem, NothingThere, WhichItem, WriteWhat
from bot.domain.timeline import Kind
from bot.domain.topic_items import Item
from bot.domain.topic_places import entered, items_of, text_of, with_items, with_text
from bot.domain.topic_text import Line, Shape, print_line, read_line
from bot.domain.topics import Meant, Topic

WRITTEN = "written"
_SHAPED = {"cause", "document", "segment", "region", "timezone", "customer"}
"""Topics whose items do not say when they were entered."""
_CALLED = frozenset({"document", "service", "segment", "region", "timezone", "customer", "measure"})
"""Topics of which an item takes the place of the one that is called the same."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """What was done, for the entry and the echo: readable, one line."""

    step: str
    topic: Topic
    n: int | None = None
    text: str = ""
    is_whole: bool = False
    """It is about the topic and not about one item."""

    @property
    def line(self) -> str:
        """``Factor 3 added: Monitoring gaps: no alert on pool use``; words that are not to be repeated are left out."""
        number = f" {self.n}" if self.n is not None else ""
        said = "" if self.topic.is_quiet or not self.text else f": {' '.join(self.text.split())}"
        name = self.topic.label if self.is_whole else self.topic.one or self.topic.label
        return f"{name}{number} {self.step}{said}"


def add(
    incident: Incident, meant: Meant, text: str, *, by: str, at: datetime, verb: str = "postmortem"
) -> Change:
    """One more item, or a text where there is none; what stands there already stays. *text* is readable."""
    topic = meant.topic
    if topic.is_form:
        raise ByForm(topic=topic.name)
    if not text.strip():
        raise WriteWhat(topic=topic.name, step="add", example=f"{topic.name} {topic.example}")
    if topic.is_text:
        former = text_of(incident, topic)
        whole = f"{former}\n{text.strip()}" if former else text.strip()
        return changed(
            incident,
            with_text(incident, topic, whole),
            [Done(step="added", topic=topic, text=text)],
            by=by,
            at=at,
            verb=verb,
        )
    now, n = with_new(incident, meant, text)
    found = items_of(now, topic)
    step = "added" if len(found) > len(items_of(incident, topic)) else "changed"
    done = Done(step=step, topic=topic, n=n, text=printed(found[n - 1], topic))
    return changed(incident, now, [done], by=by, at=at, verb=verb)


def with_new(incident: Incident, meant: Meant, text: str) -> tuple[Incident, int]:
    """*incident* with the item that *text* is, and its number. A field or a name that is there is written anew."""
    topic = meant.topic
    item = made(typed(meant, text), topic, incident)
    found = items_of(incident, topic)
    same = _place(found, item, topic)
    n = len(found) if same is None else same
    return with_items(incident, topic, [*found[:n], item, *found[n + 1 :]]), n + 1


def _place(found: Sequence[Item], item: Item, topic: Topic) -> int | None:
    """Where the item stands that *item* takes the place of: of named ones that one; a detail goes to its cause."""
    if topic.name in _CALLED:
        called = str(item["name"]).casefold()
        return next((n for n, each in enumerate(found) if str(each["name"]).casefold() == called), None)
    if topic.name == "cause" and item["text"]:
        bare = {"title": item["title"], "text": ""}
        return found.index(bare) if bare in found else None
    return None


def edit(incident: Incident, meant: Meant, n: int | None, text: str, *, by: str, at: datetime) -> Change:
    """Item *n*, or the one text, is *text* from now on; a heading or a name that it leaves out stays."""
    topic = meant.topic
    if topic.is_form:
        raise ByForm(topic=f"{topic.name} {n}" if n else topic.name)
    if not text.strip():
        raise WriteWhat(topic=topic.name, step=f"edit {topic.name} {n or ''}".strip(), example=topic.example)
    if topic.is_text:
        done = Done(step="changed", topic=topic, text=text)
        return changed(incident, with_text(incident, topic, text.strip()), [done], by=by, at=at)
    found = items_of(incident, topic)
    place = index(incident, topic, n)
    item = made(_over(typed(meant, text), line_of(found[place], topic), topic), topic, incident)
    if printed(item, topic) == printed(found[place], topic):
        return unchanged(incident)
    now = with_items(incident, topic, [*found[:place], item, *found[place + 1 :]])
    return changed(
        incident,
        now,
        [Done(step="changed", topic=topic, n=place + 1, text=printed(item, topic))],
        by=by,
        at=at,
    )


def drop(incident: Incident, meant: Meant, n: int | None, *, by: str, at: datetime) -> Change:
    """Item *n*, or the one text, goes; the log keeps that it did."""
    topic = meant.topic
    if topic.is_text:
        if not (former := text_of(incident, topic)):
            raise NothingThere(topic=topic.name, example=f"{topic.name} {topic.example}")
        return changed(
            incident,
            with_text(incident, topic, ""),
            [Done(step="dropped", topic=topic, text=former)],
            by=by,
            at=at,
        )
    found = items_of(incident, topic)
    place = index(incident, topic, n)
    done = Done(step="dropped", topic=topic, n=place + 1, text=printed(found[place], topic))
    return changed(
        incident, with_items(incident, topic, [*found[:place], *found[place + 1 :]]), [done], by=by, at=at
    )


def move(incident: Incident, meant: Meant, n: int | None, to: int | None, *, by: str, at: datetime) -> Change:
    """Item *n* stands at place *to* from now on."""
    topic = meant.topic
    if topic.is_text:
        raise WhichItem(topic=topic.name)
    found = items_of(incident, topic)
    place, target = index(incident, topic, n), index(incident, topic, to)
    if place == target:
        return unchanged(incident)
    item = found.pop(place)
    found.insert(target, item)
    done = Done(step=f"moved to {target + 1}", topic=topic, n=place + 1, text=printed(item, topic))
    return changed(incident, with_items(incident, topic, found), [done], by=by, at=at)


def index(incident: Incident, topic: Topic, n: int | None) -> int:
    """Where item *n* stands in its list. Raises NothingThere, WhichItem, NoSuchItem."""
    count = len(items_of(incident, topic))
    if not count:
        example = f"{topic.name} {topic.example}".strip()
        raise NothingThere(topic=topic.name, example=example)
    if n is None:
        raise WhichItem(topic=topic.name)
    if not 1 <= n <= count:
        raise NoSuchItem(
            topic=topic.name, given=n, there=f"there are {count}" if count > 1 else "there is one"
        )
    return n - 1


def _over(line: Line, former: Line, topic: Topic) -> Line:
    """*line* in the place of *former*, whose heading and name hold where it has none of its own."""
    if not former.text:
        return line
    if topic.shape.depth > 1 and not line.name and line.heading.casefold() == former.name.casefold():
        return replace(former, text=line.text)
    return replace(line, heading=line.heading or former.heading, name=line.name or former.name)


def typed(meant: Meant, text: str) -> Line:
    """*text*, typed after a command, as a line of its topic."""
    topic, heading = meant.topic, meant.heading
    shape = topic.shape
    if heading and topic.name == "document":
        return Line(name=heading, text=text.strip())
    if heading and topic.name == "feedback":
        return _feedback(heading, text)
    if heading:
        return replace(read_line(text, replace(shape, headed=False)), heading=heading)
    return read_line(text, shape)


def _feedback(heading: str, text: str) -> Line:
    """``quote RetailMax: it cost us a day``: who said it stands before the colon."""
    if heading not in ("Quote", "Sentiment"):
        return Line(heading=heading, text=text.strip())
    line = read_line(text, Shape(headed=True))
    return Line(heading=f"{heading} {line.heading}".strip(), text=line.text)


def made(line: Line, topic: Topic, incident: Incident) -> Item:
    """The item that *line* is, entered now."""
    if topic.codec is None:
        raise ByForm(topic=topic.name)
    item = topic.codec.item(line)
    return item if topic.name in _SHAPED else {**item, "entered": entered(incident)}


def line_of(item: Mapping[str, Any], topic: Topic) -> Line:
    """*item* as a line; of one with a form of its own what it is called."""
    if topic.codec is not None:
        return topic.codec.line(item)
    title = item.get("title") or item.get("subject") or "without a subject"
    return Line(text=str(title))


def printed(item: Mapping[str, Any], topic: Topic) -> str:
    """*item* on one line, as it would be typed."""
    return print_line(line_of(item, topic), topic.shape)


def changed(
    before: Incident, now: Incident, done: Sequence[Done], *, by: str, at: datetime, verb: str = "postmortem"
) -> Change:
    """The change from *before* to *now*, told of in one line (DR-20). Nothing where both are the same."""
    now = moved(now, verb)
    if now == before or not done:
        return unchanged(before)
    text = escaped("; ".join(each.line for each in done))
    data = {"change": WRITTEN, "topics": [each.topic.name for each in done]}
    entry = state_entry(now, kind=Kind.NOTE, text=text, by=by, at=at, data=data, on_timeline=False)
    news = News(what=What.WRITTEN, facts={"by": by, "text": text})
    return Change(before=before, incident=now, entries=(entry,), news=(news,))
