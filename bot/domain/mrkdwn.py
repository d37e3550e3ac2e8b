"""Slack's encoded text made readable: mentions, channels, dates and links as words, entities as characters.

The encoding: https://docs.slack.dev/messaging/formatting-message-text. Emphasis, code spans and fences stay
as they were typed.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from bot.domain.signs import TURNS, set_apart

_CODE_OR_ENTITY = re.compile(r"<([^<>]+)>|&(amp|lt|gt);")
"""One pass: what an entity stands for is not read again. Linear: a code ends before the next ``<``."""
_ENTITIES = {"amp": "&", "lt": "<", "gt": ">"}
_BROADCASTS = frozenset({"channel", "here", "everyone"})
_FENCE = re.compile(r"```(?:[ \t]*\n)?(.*?)(?:\n[ \t]*)?```", re.DOTALL)


@dataclass(frozen=True, slots=True, kw_only=True)
class Names:
    """What ids are called: users and bots, channels (without ``#``), user groups (without ``@``)."""

    people: Mapping[str, str] = field(default_factory=dict)
    channels: Mapping[str, str] = field(default_factory=dict)
    groups: Mapping[str, str] = field(default_factory=dict)

    def person(self, user: str) -> str:
        """The name of *user*, else the id itself: never an invented name."""
        return self.people.get(user) or user


NOBODY = Names()


@dataclass(frozen=True, slots=True, kw_only=True)
class Segment:
    """A stretch of readable text; ``code`` tells that it stood between fences, which are left off."""

    text: str
    code: bool = False


def plain(text: str, names: Names = NOBODY) -> str:
    """*text* as a person reads it. What is no code of Slack's stays as it is."""
    if "<" not in text and "&" not in text:
        return text  # most have neither, and long lists are made of them
    return _CODE_OR_ENTITY.sub(lambda match: _readable(match, names), text)


def escaped(text: str) -> str:
    """Readable text encoded for Slack: nothing in it is a mention or a link; ``plain`` gives it back."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def quiet(text: str, names: Names = NOBODY) -> str:
    """Slack's encoded text encoded once more from its words: it calls nobody, hides no address and turns nothing round.

    One line that is written from right to left stands between isolates, so that the words around it keep their order;
    a text of several lines has a direction of its own.
    """
    words = TURNS.sub("", plain(text, names))
    return escaped(words if "\n" in words else set_apart(words))


def segments(readable: str) -> tuple[Segment, ...]:
    """Readable text cut into prose and the code between fences; a fence that is never closed is prose."""
    cut, end = [], 0
    for match in _FENCE.finditer(readable):
        cut += [Segment(text=readable[end : match.start()]), Segment(text=match[1], code=True)]
        end = match.end()
    cut.append(Segment(text=readable[end:]))
    return tuple(part for part in cut if part.text.strip())


def _readable(match: re.Match[str], names: Names) -> str:
    code, entity = match.groups()
    if entity:
        return _ENTITIES[entity]
    body, _, label = code.partition("|")
    label = _unescaped(label)
    known = {"@": _person, "#": _channel, "!": _special}.get(body[0] if body else "")
    if known:
        return known(body[1:], label, names) or match[0]
    return _link(_unescaped(body), label) if ":" in body else _unescaped(match[0])


def _person(user: str, label: str, names: Names) -> str:
    return "@" + (names.people.get(user) or label.removeprefix("@") or user) if user else ""


def _channel(channel: str, label: str, names: Names) -> str:
    return "#" + (names.channels.get(channel) or label.removeprefix("#") or channel) if channel else ""


def _special(body: str, label: str, names: Names) -> str:
    kind, _, rest = body.partition("^")
    if kind in _BROADCASTS:
        return f"@{kind}"
    if kind == "subteam" and rest:
        return "@" + (names.groups.get(rest) or label.removeprefix("@") or rest)
    return label


def _link(url: str, label: str) -> str:
    address = url.removeprefix("mailto:").removeprefix("tel:")
    if not label or label in (url, address):
        return address
    return f"{label} ({address})"


def _unescaped(text: str) -> str:
    return _CODE_OR_ENTITY.sub(lambda match: _ENTITIES[match[2]] if match[2] else match[0], text)
