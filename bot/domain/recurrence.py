"""Recurrence: what happened before to the same service, by the same cause, to the same customer (AD-6).

An incident is compared by its tags with those declared before it, within so many calendar months in the organisation's
zone. Drills, cancelled incidents and private ones are never named (R-DRL-2, DR-28); one that was merged counts as the
incident in which it went on.
"""

import hashlib
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time, tzinfo
from enum import StrEnum

from bot.domain.incident import Incident, Status
from bot.domain.months import months_later
from bot.domain.mrkdwn import plain
from bot.domain.nearest import nearest
from bot.domain.policy import Policy
from bot.domain.signs import folded

LONGEST = 100
"""Signs of a tag's normal form; a longer one is known by its fingerprint."""
SHOWN = 3
"""So many incidents are named on the card and in the thread; the draft names all."""
_SAME = str.maketrans("-_", "  ")
_SILENT = frozenset({Status.CANCELLED, Status.MERGED})


class By(StrEnum):
    """By what two incidents are the same."""

    SERVICE = "service"
    CAUSE = "cause"
    CUSTOMER = "customer"


@dataclass(frozen=True, slots=True, kw_only=True)
class Tag:
    """One thing that an incident is compared by."""

    by: By
    words: str
    """As the incident has it, in Slack's encoding."""

    @property
    def key(self) -> str:
        """What is compared: ``cause:connection pool``."""
        return f"{self.by}:{normal(self.words)}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Past:
    """An incident as far as others name it. Times are in UTC, the title in Slack's encoding."""

    ref: str
    title: str
    severity: str
    status: Status
    declared_at: datetime
    impact_started_at: datetime | None = None
    resolved_at: datetime | None = None
    channel_id: str | None = None
    channel_name: str = ""
    merged_into: str | None = None
    tied_to: str | None = None
    private: bool = False
    drill: bool = False
    keys: frozenset[str] = frozenset()
    """Of the tags that were asked for those that it has."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Recurrence:
    """What happened before, as far as it may be told."""

    months: int = 0
    tags: tuple[Tag, ...] = ()
    """Those of the incident that happened before, in its own order."""
    before: tuple[Past, ...] = ()
    """The newest first."""
    at: datetime | None = None
    """When it was looked up."""

    def times(self, tag: Tag) -> int:
        """The how-manieth time it is, this one counted."""
        key = tag.key
        return 1 + sum(key in past.keys for past in self.before)

    def of(self, past: Past) -> tuple[Tag, ...]:
        """By what *past* is the same."""
        return tuple(tag for tag in self.tags if tag.key in past.keys)

    def only(self, *which: By, keys: Collection[str] | None = None) -> "Recurrence":
        """The part that is the same by one of *which*, and with one of *keys*."""
        tags = tuple(tag for tag in self.tags if tag.by in which and (keys is None or tag.key in keys))
        known = {tag.key for tag in tags}
        return replace(self, tags=tags, before=tuple(past for past in self.before if past.keys & known))


NOTHING = Recurrence()


def normal(words: str) -> str:
    """*words* (Slack's encoding) for comparing: whatever their case, with a space for hyphen and underscore."""
    told = " ".join(folded(plain(words)).translate(_SAME).split())
    return told if len(told) <= LONGEST else hashlib.sha256(told.encode("utf-8", "replace")).hexdigest()


def tags(incident: Incident) -> tuple[Tag, ...]:
    """What *incident* is compared by; what is there twice, in two spellings, counts once."""
    told = [Tag(by=By.SERVICE, words=words) for words in incident.services]
    told += [Tag(by=By.CAUSE, words=words) for words in incident.causes]
    told += [Tag(by=By.CUSTOMER, words=incident.customer)] if incident.customer else []
    return tuple({tag.key: tag for tag in reversed(told) if normal(tag.words)}.values())[::-1]


def is_asked(incident: Incident, policy: Policy) -> bool:
    """Whether *incident* is compared with others at all."""
    return policy.recurrence_months > 0 and not incident.drill and incident.status not in _SILENT


def since(at: datetime, months: int, zone: tzinfo) -> datetime:
    """The midnight in *zone* with which the day *months* calendar months before *at* begins; UTC.

    A day that the month does not have is its last: six months before August 31 is the last day of February.
    """
    day = months_later(at.astimezone(zone).date(), -months)
    return datetime.combine(day, time(), zone).astimezone(UTC)


def recurrence(
    incident: Incident,
    own: Sequence[Tag],
    past: Iterable[Past],
    onward: Mapping[str, Past],
    *,
    policy: Policy,
) -> Recurrence:
    """What of *past*, declared no later than *incident*, is the same by one of its *own* tags.

    *onward*: by reference the incidents in which merged ones of *past* went on.
    """
    first = since(incident.declared_at, policy.recurrence_months, policy.zone)
    found: dict[str, Past] = {}
    for each in past:
        at_last = _at_last(each, onward)
        if at_last and _counts(at_last, incident, first):
            known = found.get(at_last.ref, at_last)
            found[at_last.ref] = replace(at_last, keys=known.keys | each.keys)
    before = sorted(found.values(), key=lambda one: (one.declared_at, one.ref), reverse=True)
    known_keys = {key for one in before for key in one.keys}
    return Recurrence(
        months=policy.recurrence_months,
        tags=tuple(tag for tag in own if tag.key in known_keys),
        before=tuple(before),
    )


def _at_last(past: Past, onward: Mapping[str, Past]) -> Past | None:
    """The incident in which *past* goes on at last; None where that is not known."""
    seen: set[str] = set()
    now: Past | None = past
    while now is not None and now.status is Status.MERGED and now.ref not in seen:
        seen.add(now.ref)
        now = onward.get(now.merged_into or "")
    return now


def _counts(past: Past, incident: Incident, first: datetime) -> bool:
    may_be_told = not (past.private or past.drill or past.status in _SILENT)
    is_one_matter = past.ref in (incident.ref, incident.tied_to) or past.tied_to == incident.ref
    is_earlier = (past.declared_at, past.ref) < (incident.declared_at, incident.ref)
    return may_be_told and not is_one_matter and is_earlier and past.declared_at >= first


def meant(typed: Sequence[str], known: Iterable[str]) -> tuple[tuple[str, str], ...]:
    """Of *typed* words those that are new, each with the one of *known* that it may be a slip for.

    Nothing is refused: two services may have names that are near to each other.
    """
    by_form = {normal(word): word for word in known}
    found = []
    for word in typed:
        form = normal(word)
        near = nearest(form, sorted(by_form)) if form and form not in by_form else None
        if near:
            found.append((word, by_form[near]))
    return tuple(found)
