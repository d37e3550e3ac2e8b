"""How the customer and the rest are told apart behind ``customer add``: a name with spaces stands in quotes."""

import re

from bot.domain.policy_cases import CaseRules
from bot.domain.refusal_cases import QuoteNotClosed, UnknownLevel, UnknownPriority

_QUOTED = re.compile(r"[\"“”„«](?P<name>[^\"“”„»]*)[\"“”»]:?\s*", re.DOTALL)
_OPENS = re.compile(r"[\"“”„«]")
_FIRST = re.compile(r"(?P<name>\S+?)(?:,|:)?(?:\s+|$)")
_LEVEL = re.compile(r"(?:level|lvl|l)?[\s=_-]*([1-9])", re.IGNORECASE | re.ASCII)


def named(text: str) -> tuple[str, str]:
    """The customer that *text* begins with, and what follows: ``"Acme Corp" slow queries``. Raises QuoteNotClosed."""
    said = text.strip()
    found = _QUOTED.match(said)
    if found is None and _OPENS.match(said):
        raise QuoteNotClosed
    found = found or _FIRST.match(said)
    if found is None:
        return "", ""
    return " ".join(found["name"].split()), said[found.end() :].strip()


def severity_of(word: str, rules: CaseRules, *, customer: str = "", title: str = "") -> str:
    """The severity's level that a priority means; also the level itself (``P1``). Raises UnknownPriority."""
    plain = word.strip().lower()
    found = rules.priorities.get(plain) or next(
        (level for level in rules.priorities.values() if level.lower() == plain), None
    )
    if found is None:
        quoted = f'"{customer}"' if " " in customer else customer
        raise UnknownPriority(given=word, customer=quoted or "NAME", title=title or "what is wrong")
    return found


def level_of(word: str, *, ref: str = "CE1012") -> int:
    """``2``, ``level 2``, ``L2``. Raises UnknownLevel."""
    found = _LEVEL.fullmatch(word.strip())
    if found is None:
        raise UnknownLevel(given=word, ref=ref)
    return int(found[1])
