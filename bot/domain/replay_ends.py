"""How a replay plays a customer escalation and its end, which waits for the customer's word (R-ESC-1)."""

from collections.abc import Iterator, Mapping
from typing import Any

from bot.domain.lifecycle import NO_POSTMORTEM, UNVERIFIED
from bot.domain.mrkdwn import plain
from bot.domain.replay import Replay
from bot.domain.replay_import import causes_of, contact_of, verified_at

_EXCEPTIONS = {NO_POSTMORTEM: "--no-postmortem", UNVERIFIED: "--unverified"}
"""What the entry of a close says, to what was typed for it."""


def set_header(told: Mapping[str, Any]) -> Iterator[str]:
    """The commands that say whose escalation it is, who speaks for them, and by what it was caused.

    *told* is the header of a file.
    """
    causes = ", ".join(plain(tag) for tag in causes_of(told))
    fields = (("customer", told.get("customer")), ("customer_contact", contact_of(told)), ("cause", causes))
    for field, text in fields:
        if text:
            yield f"set {field} {text}"


def ending(replay: Replay) -> str:
    """How a record that we did not keep ends: one that waits for its customer is drafted, and stays resolved."""
    if not replay.incident.get("customer") or verified_at(replay.incident) is not None:
        return "close"
    closed = replay.time("closed") is not None
    return "close --unverified the record holds no verification" if closed else "postmortem draft"


def exceptions(text: str, reason: str) -> str:
    """What was typed behind a close whose entry says *text*, with its *reason*; "" where it was a plain one."""
    head, _, rest = text.partition(": ")
    flags = [flag for words, flag in _EXCEPTIONS.items() if words in head.split(", ")]
    return f"{' '.join(flags)} {reason or rest}" if flags else ""
