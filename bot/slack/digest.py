"""The digest of follow-ups in words: as much of it as one message holds, the rest as counts (R-REV-1).

Owners are named, not mentioned: a digest calls nobody. Whoever is late hears of it alone (R-AI-6).
"""

from collections.abc import Sequence
from typing import Any

from bot import render
from bot.domain.digest import Digest, Part, Row, Section
from bot.domain.followup import FollowUp
from bot.domain.mrkdwn import Names
from bot.domain.policy import Policy
from bot.slack.blocks import TEXT_LIMIT
from bot.slack.reviewed import Words, day, deciders

MOST = (12, 8, 5, 3, 1)
"""So many of each section are shown: the first number with which all of it fits into one message."""


def digest_text(told: Digest, names: Names, policy: Policy, **facts: Any) -> str:
    """The whole digest in Slack's encoding, within one message; *facts*: what else its template needs."""
    words = Words(names=names, policy=policy, today=told.today)
    text = ""
    for most in MOST:
        text = render.slack("digest", {**facts, **_facts(told, words, most)}, policy.command)
        if len(text) <= TEXT_LIMIT:
            break
    return text


def texts_of(told: Digest) -> tuple[list[str], set[str]]:
    """What people wrote that may be shown, and whom it names: for looking up names."""
    rows = [*(row for part in told.parts for row in part.rows), *told.done, *told.dropped]
    people = {who for row in rows for who in (row.item.owner, *deciders(row)) if who}
    texts = [text for row in rows for text in (row.source.title, *_said(row.item))]
    return texts, people


def _said(item: FollowUp) -> list[str]:
    return [
        item.text,
        item.dependencies,
        item.blocked_by,
        item.result,
        *(each.after for each in item.requests),
    ]


def _facts(told: Digest, words: Words, most: int) -> dict[str, Any]:
    return {
        "today": day(told.today), "since": words.day_of(told.since), "open": told.open,
        "counts": {section.value: told.count(section) for section in Section},
        "parts": [_part(part, words, most) for part in told.parts],
        "done": _groups(told.done[:most], words), "done_count": len(told.done),
        "done_more": max(0, len(told.done) - most),
        "dropped": _groups(told.dropped[:most], words), "dropped_count": len(told.dropped),
        "dropped_more": max(0, len(told.dropped) - most),
    }  # fmt: skip


def _part(part: Part, words: Words, most: int) -> dict[str, Any]:
    return {
        "section": part.section.value, "count": part.count, "above": part.above,
        "groups": _groups(part.rows[:most], words), "more": max(0, len(part.rows) - most),
    }  # fmt: skip


def _groups(rows: Sequence[Row], words: Words) -> list[dict[str, Any]]:
    """*rows* below their incidents, which come in the order of their first rows."""
    by: dict[str, list[Row]] = {}
    for row in rows:
        by.setdefault(row.source.ref, []).append(row)
    return [
        {**words.source(some[0].source), "rows": [words.row(row) for row in some]} for some in by.values()
    ]
