"""The grammar of what follows `/incident` (PRODUCT 2.2): pure, linear, and nothing typed is lost."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import Any

from bot.domain import references
from bot.domain.arguments import Arguments, split

__all__ = [
    "Arguments",
    "ChannelWord",
    "IncidentWord",
    "Number",
    "UserWord",
    "Words",
    "channel_word",
    "clean",
    "clean_deep",
    "incident_word",
    "number",
    "parse",
    "severity_word",
    "split",
    "split_prefix",
    "unquote",
    "user_word",
]

_INVISIBLE = "\u200b\u2060\ufeff"
_TRAILING = ",;:.!"
_USER = re.compile(r"<@(?P<id>[UW][A-Z0-9]{1,30})(?:\|(?P<name>[^<>]{0,200}))?>|@(?P<plain>[^\s<>@]{1,200})")
_CHANNEL = re.compile(
    r"<#(?P<id>[CGD][A-Z0-9]{1,30})(?:\|(?P<name>[^<>]{0,200}))?>|#(?P<plain>[^\s<>#]{1,200})"
)
_REFERENCE = re.compile(references.ANY, re.IGNORECASE | re.ASCII)
_TODAYS = re.compile(r"\d{1,6}", re.ASCII)
_NUMBER = re.compile(
    r"""(?P<about> (?: [~≈≃><≥≤] | about | approx(?:\.|imately)? | around | circa | ca\. | roughly | some
        | nearly | almost | over | under | more\ than | less\ than | at\ least | up\ to )\ ? )?
    [$€£¥]?
    (?P<digits> \d{1,3}(?:[,'’\u00a0\u2009\u202f]\d{3}){1,6} (?!\d) | \d{1,18} )
    (?P<fraction> \.\d{1,9} )?
    (?P<size> (?: [kmb] | bn | \ (?-i:[KMB]) | \ ?(?:thousand|million|billion) ) (?!\w) )?
    \ ?%?
    (?P<plus>\+)?
    (?P<tail> (?:[\s(]|[,;.](?:\s|$)).* )?""",
    re.IGNORECASE | re.VERBOSE | re.DOTALL | re.ASCII,
)
_ABOUT_AFTER = re.compile(r"[\s(,]*(?:approx|about|estimated|or so|or more|roughly)", re.IGNORECASE)
_THOUSAND, _MILLION, _BILLION = 10**3, 10**6, 10**9
_SIZES = {
    "k": _THOUSAND,
    "thousand": _THOUSAND,
    "m": _MILLION,
    "million": _MILLION,
    "b": _BILLION,
    "bn": _BILLION,
    "billion": _BILLION,
}
_HEAD = r"[^\s:*_][^:\n*]{0,60}"
_PREFIX = re.compile(
    rf"(?P<mark>[*_]{{1,3}})(?P<bold>{_HEAD})(?:(?P=mark) ?:|:(?P=mark))"
    rf"|(?P<plain>{_HEAD})(?:(?<!\s):|:(?=\s))"
)
_PAIRS = {'"': '"”', "“": '”"', "'": "'’", "‘": "’'"}


@dataclass(frozen=True, kw_only=True, slots=True)
class Words:
    """The text after `/incident`: verb in lower case, rest as typed, its words."""

    verb: str
    rest: str
    words: tuple[str, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class UserWord:
    """A person as typed: by Slack id, by name, or "me"."""

    id: str | None = None
    name: str | None = None
    me: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class ChannelWord:
    """A channel as typed: by Slack id, by name (without "#"), or both."""

    id: str | None = None
    name: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class IncidentWord:
    """An incident as typed: exactly one of its reference, its number of today, or its channel."""

    reference: str | None = None
    number: int | None = None
    channel: ChannelWord | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Number:
    """A figure as typed; 100% is 100. `approx`: the person said "about"."""

    value: Decimal
    approx: bool
    text: str


def parse(text: str) -> Words:
    """Set the verb apart; an empty text has the verb ""."""
    stripped = text.strip().strip(_INVISIBLE).strip()
    found = re.match(r"\S+", stripped)
    verb = found[0] if found else ""
    rest = stripped[len(verb) :].strip()
    return Words(verb=verb.strip(_INVISIBLE).lower(), rest=rest, words=tuple(rest.split()))


def severity_word(word: str, spellings: Mapping[str, str]) -> str | None:
    """The severity that `word` ("SEV-1,", "p0") spells, or None. `spellings`: spelling -> severity."""
    known = {spelling.casefold(): severity for spelling, severity in spellings.items()}
    plain = word.casefold().rstrip(_TRAILING)
    joined = plain.replace("-", "").replace("_", "")
    return known.get(plain) or known.get(joined)


def user_word(word: str) -> UserWord | None:
    """<@U123|name>, <@U123>, @name or me; None for anything else."""
    plain = word.strip().rstrip(_TRAILING)
    if plain.lower() == "me":
        return UserWord(me=True)
    match = _USER.fullmatch(plain)
    if match is None:
        return None
    return UserWord(id=match["id"], name=match["plain"] or match["name"] or None)


def channel_word(word: str) -> ChannelWord | None:
    """<#C1|name>, <#C1> or #name; None for anything else."""
    match = _CHANNEL.fullmatch(word.strip().rstrip(_TRAILING))
    if match is None:
        return None
    return ChannelWord(id=match["id"], name=match["plain"] or match["name"] or None)


def incident_word(word: str) -> IncidentWord | None:
    """INC-YYYY-MMDD-NNN in any case and with any dashes, CE1012, today's NNN, or a channel; None for the rest."""
    plain = word.strip().rstrip(_TRAILING)
    match = _REFERENCE.fullmatch(re.sub("[\u2010-\u2014\u2212]", "-", plain))
    if match:
        return IncidentWord(reference=match[0].upper())
    if _TODAYS.fullmatch(plain):
        return IncidentWord(number=int(plain))
    channel = channel_word(plain)
    return IncidentWord(channel=channel) if channel else None


def number(text: str) -> Number | None:
    """The figure that `text` begins with (1847, 1,847, 2.3M, ~52,000, "847 (100% of customers)"), or None."""
    plain = text.strip()
    match = _NUMBER.fullmatch(plain)
    if match is None:
        return None
    digits = re.sub(r"\D", "", match["digits"])
    size = _SIZES.get((match["size"] or "").strip().lower(), 1)
    tail = match["tail"] or ""
    approx = bool(match["about"] or match["plus"] or _ABOUT_AFTER.match(tail))
    return Number(value=Decimal(digits + (match["fraction"] or "")) * size, approx=approx, text=plain)


def plain_number(value: Decimal) -> int | float:
    """A figure as JSON has it."""
    return int(value) if value == value.to_integral_value() else float(value)


def split_prefix(text: str, labels: Iterable[str]) -> tuple[str | None, str]:
    """Set a leading "Decision:" apart, bold or not, in any case; "root cause" fits the label root-cause.

    Returns the label as it stands in `labels` and what follows the colon, or None and the text as it is.
    """
    head = text.lstrip()[:80].replace("\uff1a", ":")  # the full-width colon
    match = _PREFIX.match(head)
    if match is None:
        return None, text
    label = _by_label(tuple(labels)).get(_label(match["bold"] or match["plain"]))
    return (label, text.lstrip()[match.end() :].strip()) if label else (None, text)


def unquote(text: str) -> str:
    """The text without the one pair of quotes around all of it, straight or curly."""
    plain = text.strip()
    closers = _PAIRS.get(plain[:1], "")
    inner = plain[1:-1]
    closed = len(plain) > 1 and plain[-1] in closers
    return inner if closed and not set(inner) & {*closers, plain[0]} else text


@lru_cache
def _by_label(labels: tuple[str, ...]) -> Mapping[str, str]:
    """*labels* by the form in which they are compared: asked of every message."""
    return {_label(label): label for label in labels}


def _label(text: str) -> str:
    return re.sub(r"[\s_-]+", "-", text.strip().casefold())


def clean(text: str) -> str:
    """*text* without NUL and half character pairs, which no database can keep."""
    return text.replace("\x00", "").encode("utf-8", "replace").decode()


def clean_deep(value: Any) -> Any:
    """*value* (JSON) with each text in it clean."""
    if isinstance(value, str):
        return clean(value)
    if isinstance(value, dict):
        return {key: clean_deep(item) for key, item in value.items()}
    return [clean_deep(item) for item in value] if isinstance(value, list) else value
