"""What Slack has later than it was said bears its time: else it would look new."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from bot import render
from bot.domain.command import COMMAND
from bot.slack import blocks

LATE = timedelta(minutes=1)
"""From this delay on a message says when it was typed."""
DATED = frozenset({
    "update", "severity-changed", "mitigated", "resolved", "closed", "cancelled", "reopened", "subscriber",
})  # fmt: skip
"""Kinds of keys under which somebody says how things stand. Reminders and escalations tell themselves how late they
are."""


def dated(key: str, message: Mapping[str, Any], *, said_at: datetime, now: datetime) -> dict[str, Any]:
    """*message* of that *key*, with the time at which it was said where that is a while ago."""
    if key.partition(":")[0] not in DATED or now - said_at <= LATE or "blocks" not in message:
        return dict(message)
    text = render.slack("late", {"at": said_at, "now": now}, COMMAND)  # it speaks of no command
    shown = [*message["blocks"][: blocks.MESSAGE_LIMIT - 1], blocks.context(text)]
    return {**message, "text": f"{message['text']}\n{text}", "blocks": shown}
