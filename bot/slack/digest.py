"""The digest of follow-ups in words: as much of it as one message holds, the rest as counts (R-REV-1).

Owners are named, not mentioned: a digest calls nobody. Whoever is late hears of it alone (R-AI-6).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from bot import render
from bot.domain.digest import Digest, Part, Row, Section
from bot.domain.followup import FollowUp, Request, State
from bot.domain.mrkdwn import Names, quiet
from bot.domain.policy import Policy
from bot.slack.blocks import TEXT_LIMIT
from bot.slack.cutting import fitting

MOST = (12, 8, 5, 3, 1)
"""So many of each section are shown: the first number with which all of it fits into one message."""
LONGEST, REMARK = 150, 100
"""Characters of a follow-up's text, and of what is said about it."""


def digest_text(told: Digest, names: Names, policy: Policy, **facts: Any) -> str:
    """The whole digest in Slack's encoding, within one message; *facts*: what else its template needs."""
    words = _Words(names=names, policy=policy, today=told.today)
    text = ""
    for most in MOST:
        text = render.slack("digest", {**facts, **_facts(told, words, most)}, policy.command)
        if len(text) <= TEXT_LIMIT:
            break
    return text


def texts_of(told: Digest) -> tuple[list[str], set[str]]:
    """What people wrote that may be shown, and whom it names: for looking up names."""
    rows = [*(row for part in told.parts for row in part.rows), *told.done, *told.dropped]
    people = {who for row in rows for who in (row.item.owner, *_deciders(row)) if who}
    return [text for row in rows for text in _said(row.item)], people


def _said(item: FollowUp) -> list[str]:
    return [
        item.text,
        item.dependencies,
        item.blocked_by,
        item.result,
        *(each.after for each in item.requests),
    ]


def _facts(told: Digest, words: "_Words", most: int) -> dict[str, Any]:
    lists = (*(part.rows for part in told.parts), told.done, told.dropped)
    return {
        "today": day(told.today), "since": words.day_of(told.since), "open": told.open,
        "counts": {section.value: told.count(section) for section in Section},
        "parts": [_part(part, words, most) for part in told.parts],
        "done": [words.row(row) for row in told.done[:most]], "done_count": len(told.done),
        "dropped": [words.row(row) for row in told.dropped[:most]], "dropped_count": len(told.dropped),
        "cut": any(len(rows) > most for rows in lists),
    }  # fmt: skip


def _part(part: Part, words: "_Words", most: int) -> dict[str, Any]:
    return {
        "section": part.section.value, "count": part.count, "above": part.above,
        "rows": [words.row(row) for row in part.rows[:most]], "more": max(0, len(part.rows) - most),
    }  # fmt: skip


def _deciders(row: Row) -> Sequence[str]:
    """Who may agree to a new scope: the commander, or the postmortem's owner (R-AI-4)."""
    commander = row.source.roles.get("commander", row.source.declared_by)
    return tuple(dict.fromkeys(who for who in (commander, row.source.postmortem_owner) if who))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Words:
    """What is needed to put one follow-up into words."""

    names: Names
    policy: Policy
    today: date

    def row(self, row: Row) -> dict[str, Any]:
        """The facts of one line."""
        item, source = row.item, row.source
        owner = self._person(item.owner) if item.owner else self._said(item.written.get("owner", ""))
        ended = self._local(item.done_at)
        return {
            "ref": source.ref, "n": item.n, "channel": f"<#{source.channel_id}>" if source.channel_id else "",
            "text": self._said(item.text, LONGEST), "owner": owner, "lacks": item.lacks,
            "priority": item.priority or "", "state": item.state.value, "due": day(item.due_on, self.today),
            "left": _days(self.today, item.due_on), "redated": len(item.redates),
            "first": day(item.first_due_on, self.today) if item.redates else "",
            "needs": self._said(item.dependencies), "result": self._said(item.result),
            "waits": [self._asked(each, row) for each in item.waiting],
            "ended": day(ended, self.today), "late": _days(item.first_due_on or item.due_on, ended),
            **self._block(item),
        }  # fmt: skip

    def day_of(self, at: datetime) -> str:
        """The day of an instant in the organisation's zone."""
        return day(self._local(at), self.today)

    def _block(self, item: FollowUp) -> dict[str, Any]:
        since = self._local(item.blocked_at)
        return {
            "blocked": item.state is State.BLOCKED, "blocked_by": self._said(item.blocked_by),
            "blocked_since": day(since, self.today), "blocked_for": _days(since, self.today),
        }  # fmt: skip

    def _asked(self, request: Request, row: Row) -> dict[str, str]:
        """A change that waits, and for whom: money for the target ``cfo``, where the policy has one (R-AI-2)."""
        cfo = self.policy.targets.get("cfo")
        whose = [quiet(cfo.label)] if cfo else ["CFO"]
        if request.what != "budget":
            whose = [self._person(user) for user in _deciders(row)]
        return {"what": request.what, "after": self._said(request.after), "whose": " or ".join(whose)}

    def _person(self, user: str) -> str:
        return quiet(f"<@{user}>", self.names)

    def _said(self, text: str, most: int = REMARK) -> str:
        return fitting(quiet(text, self.names), most)

    def _local(self, at: datetime | None) -> date | None:
        return at.astimezone(self.policy.zone).date() if at else None


def _days(since: date | None, until: date | None) -> int | None:
    """Days from one to the other; None where one of them is not known."""
    return (until - since).days if since and until else None


def day(on: date | None, today: date | None = None) -> str:
    """``Wed 1 May 2024``; without the year where it is that of *today*; empty for none."""
    if on is None:
        return ""
    return f"{on:%a} {on.day} {on:%b}" + ("" if today and on.year == today.year else f" {on.year}")
