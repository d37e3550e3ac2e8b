"""What recurs (AD-6), in the words of a template: on the card, and below it when it is found first."""

from collections.abc import Callable
from datetime import datetime, tzinfo
from typing import Any

from bot.domain.mrkdwn import escaped, plain
from bot.domain.ordinals import ordinal
from bot.domain.recurrence import SHOWN, By, Past, Recurrence
from bot.slack.cutting import fitting

_LENGTH = 60
"""Characters of a tag that are shown."""


def shown(
    again: Recurrence, quiet: Callable[[str | None], str], *, at: datetime, zone: tzinfo
) -> list[dict[str, Any]]:
    """Facts for ``recurs.j2``: first what the incident is about, then the customer; *at* is when it was declared."""
    parts = (again.only(By.SERVICE, By.CAUSE), again.only(By.CUSTOMER))
    return [_part(part, quiet, at.astimezone(zone).year, zone) for part in parts if part.before]


def _part(part: Recurrence, quiet: Callable[[str | None], str], year: int, zone: tzinfo) -> dict[str, Any]:
    tags = [
        {"nth": ordinal(part.times(tag)), "words": fitting(quiet(escaped(plain(tag.words))), _LENGTH)}
        for tag in part.tags
    ]
    return {
        "months": part.months,
        "customer": part.tags[0].by is By.CUSTOMER,
        "tags": tags[:SHOWN],
        "more_tags": max(len(tags) - SHOWN, 0),
        "before": [(_link(past), _day(past.declared_at, year, zone)) for past in part.before[:SHOWN]],
        "more": max(len(part.before) - SHOWN, 0),
    }


def _link(past: Past) -> str:
    """Its channel, which bears its reference, or both; the reference alone where it has none."""
    if past.channel_id is None:
        return f"`{past.ref}`"
    named = past.channel_name.startswith(past.ref.lower())
    return f"<#{past.channel_id}>" if named else f"`{past.ref}` <#{past.channel_id}>"


def _day(at: datetime, year: int, zone: tzinfo) -> str:
    """``12 May``, with the year where it is another."""
    local = at.astimezone(zone)
    return f"{local.day} {local:%B}" + (f" {local.year}" if local.year != year else "")
