"""Words of follow-ups as people type them."""

import re

from bot.domain.followup import Priority
from bot.domain.refusal_followup import UnknownPriority

_BECAUSE = re.compile(r"(?:^|\s)(?:because[\s:]|reason=)", re.IGNORECASE)
_LEADING = re.compile(r"^(?:because\b|reason=|[-–—:,])[\s:]*", re.IGNORECASE)
_PRIORITIES = {
    **{name: each for each in Priority for name in (each.value, each.value[0])},
    "hi": Priority.HIGH, "med": Priority.MEDIUM, "normal": Priority.MEDIUM, "lo": Priority.LOW,
}  # fmt: skip


def read_priority(text: str) -> Priority:
    """The priority that *text* names, in any case of letters. Raises UnknownPriority."""
    found = _PRIORITIES.get(text.strip().strip(".,").lower())
    if found is None:
        raise UnknownPriority(given=text)
    return found


def with_reason(text: str) -> tuple[str, str]:
    """*text* up to its last "because", and the reason behind it; the whole where there is none."""
    found = list(_BECAUSE.finditer(text))
    if not found:
        return text.strip(), ""
    return text[: found[-1].start()].strip(), text[found[-1].end() :].strip()


def reason(text: str) -> str:
    """*text*, which is a reason, without a word that only says so."""
    return _LEADING.sub("", text.strip(), count=1)
