"""The report of progress in words (R-REV-2)."""

from datetime import timedelta
from typing import Any

from bot import render
from bot.domain.digest import Row
from bot.domain.followup_money import print_budget
from bot.domain.mrkdwn import Names, escaped
from bot.domain.policy import Policy
from bot.domain.progress import Declared, Level, Months, Progress
from bot.slack.reviewed import Words, deciders

LISTED, NAMED = 5, 3
"""So many incidents of a severity, and so many follow-ups of a kind, are named at most."""
LONGEST = 80
"""Characters of a title."""


def progress_text(told: Progress, names: Names, policy: Policy, **facts: Any) -> str:
    """The whole report in Slack's encoding, within one message; *facts*: what else its template needs."""
    words = Words(names=names, policy=policy, today=told.at.astimezone(policy.zone).date())
    shown = {
        "at": told.at, "months": months(told.months), "month": f"{told.months.first:%Y-%m}",
        "incidents": told.incidents, "escalated": told.escalated,
        "levels": [_level(level, told, words) for level in told.levels],
        "still_open": [_incident(one, told, words) for one in told.still_open[:LISTED]],
        "open_incidents": len(told.still_open),
        **_followups(told, words),
    }  # fmt: skip
    return render.slack("progress", {**facts, **shown}, policy.command)


def texts_of(told: Progress) -> tuple[list[str], set[str]]:
    """What people wrote that may be shown, and whom it names: for looking up names."""
    rows = [*told.overdue[:NAMED], *told.blocked[:NAMED], *told.awaiting[:NAMED]]
    listed = [*told.still_open[:LISTED], *(one for level in told.levels for one in level.incidents[:LISTED])]
    texts = [text for row in rows for text in (row.item.text, row.item.blocked_by, row.item.dependencies)]
    people = {who for row in rows for who in (row.item.owner, *deciders(row)) if who}
    return [*texts, *(one.title for one in listed)], people


def _followups(told: Progress, words: Words) -> dict[str, Any]:
    met, due = told.on_time.met, told.on_time.due
    kinds: dict[str, tuple[Row, ...]] = {
        "overdue": told.overdue, "blocked": told.blocked, "awaiting": told.awaiting,
    }  # fmt: skip
    return {
        "added": told.added, "done": told.done, "dropped": told.dropped, "open": told.open,
        "met": met, "fell_due": due, "percent": round(100 * met / due) if due else 0,
        "kinds": [
            {"kind": kind, "count": len(rows), "rows": [words.row(row) for row in rows[:NAMED]]}
            for kind, rows in kinds.items()
            if rows
        ],
        "approved": told.approved.count, "sums": [escaped(print_budget(each)) for each in told.approved.sums],
    }  # fmt: skip


def _level(level: Level, told: Progress, words: Words) -> dict[str, Any]:
    severity = words.policy.severities.get(level.severity)
    return {
        "name": severity.written if severity else level.severity, "count": len(level.incidents),
        "spent": level.spent, "median": level.median, "longest": level.longest,
        "high": severity is not None and severity.is_high,
        "rows": [_incident(one, told, words) for one in level.incidents[:LISTED]],
    }  # fmt: skip


def _incident(one: Declared, told: Progress, words: Words) -> dict[str, Any]:
    severity = words.policy.severities.get(one.severity)
    return {
        "ref": one.ref, "title": words.said(one.title, LONGEST),
        "severity": severity.name if severity else one.severity,
        "took": one.took(told.at), "open": one.is_open,
    }  # fmt: skip


def months(covered: Months) -> str:
    """``April 2026``, or ``March to May 2026`` where it is more than one."""
    last = covered.until - timedelta(days=1)
    first = covered.first
    if (first.year, first.month) == (last.year, last.month):
        return f"{first:%B %Y}"
    return f"{first:%B}{'' if first.year == last.year else f' {first.year}'} to {last:%B %Y}"
