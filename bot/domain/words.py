"""The grammar of what follows `/incident` (PRODUCT 2.2): pure, linear-time, and nothing typed is lost.

Signatures first; the bodies follow at once.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True, kw_only=True, slots=True)
class Words:
    """The first word in lower case, and the rest exactly as typed."""

    verb: str
    rest: str
    words: tuple[str, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Arguments:
    """Free text with the known key=value and --flag taken out of it."""

    text: str
    options: Mapping[str, tuple[str, ...]]
    flags: frozenset[str]
    unknown: tuple[str, ...]

    def one(self, key: str) -> str | None: raise NotImplementedError  # the last value given


@dataclass(frozen=True, kw_only=True, slots=True)
class UserWord:
    id: str | None = None
    name: str | None = None
    me: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class ChannelWord:
    id: str | None = None
    name: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class IncidentWord:
    reference: str | None = None
    number: int | None = None
    channel: ChannelWord | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Number:
    value: Decimal
    approx: bool
    text: str


NONE: frozenset[str] = frozenset()


def parse(text: str) -> Words: raise NotImplementedError
def split(rest: str, *, keys: frozenset[str] = NONE, flags: frozenset[str] = NONE, time_keys: frozenset[str] = NONE) -> Arguments: raise NotImplementedError
def severity_word(word: str, spellings: Mapping[str, str]) -> str | None: raise NotImplementedError
def user_word(word: str) -> UserWord | None: raise NotImplementedError
def channel_word(word: str) -> ChannelWord | None: raise NotImplementedError
def incident_word(word: str) -> IncidentWord | None: raise NotImplementedError
def number(text: str) -> Number | None: raise NotImplementedError
def split_prefix(text: str, labels: Iterable[str]) -> tuple[str | None, str]: raise NotImplementedError
