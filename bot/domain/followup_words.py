"""Words of follow-ups as people type them."""

from bot.domain.followup import Priority
from bot.domain.refusal_followup import UnknownPriority

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
