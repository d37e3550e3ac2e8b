"""Whether a new incident looks like one that is open already: a hint, never a hindrance."""

import re
from collections.abc import Iterable

from bot.domain.incident import Incident
from bot.domain.mrkdwn import plain
from bot.domain.signs import folded

_WORD = re.compile(r"[^\W_]+")
_SMALL = frozenset(_WORD.findall("""
    a an and are as at be by can cannot do does for from has have in into is it its no not of on or our out since some
    than that the their there this to too up was we were when while with won t s
"""))  # fmt: skip
_COMMON = frozenset(_WORD.findall("""
    affected alert alerts api app broken customer customers degraded down error errors everything fail failed failing
    failure failures fails high incident issue issues latency many offline outage page problem problems prod production
    request requests server servers service services site slow slowly system systems timeout timeouts unavailable
    unreachable user users very website
"""))  # fmt: skip
"""Words of every second title: what is broken is told by the others."""


def looks_like(new: Incident, others: Iterable[Incident]) -> Incident | None:
    """The first of *others* that is open, of the same kind (drill or not), and about the same service or words."""
    return next((other for other in others if _alike(new, other)), None)


def _alike(new: Incident, other: Incident) -> bool:
    if new.ref == other.ref or not other.is_open or new.drill != other.drill:
        return False
    return bool(_services(new) & _services(other)) or _share_most(_words(new.title), _words(other.title))


def _services(incident: Incident) -> set[str]:
    return {folded(plain(service)) for service in incident.services}


def _words(title: str) -> set[str]:
    return set(_WORD.findall(folded(plain(title)))) - _SMALL


def _share_most(first: set[str], second: set[str]) -> bool:
    """Whether more than half of the telling words of each is in the other, or all of one and half of the other's.

    Titles without any telling word must be the same.
    """
    telling, others = first - _COMMON, second - _COMMON
    if not telling or not others:
        return bool(first) and first == second
    shared, fewer, more = len(telling & others), *sorted((len(telling), len(others)))
    return 2 * shared > more or (shared == fewer and 2 * shared >= more)
