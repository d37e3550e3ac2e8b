"""One follow-up in words, as digests and reports show it: short, quiet, its days in the organisation's zone."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from bot.domain.digest import Row, Source
from bot.domain.followup import FollowUp, Request, State
from bot.domain.mrkdwn import Names, quiet
from bot.domain.policy import Policy
from bot.domain.policy_followups import CFO
from bot.domain.progress import BUDGET
from bot.slack.cutting import fitting

SCOPE = "scope"
"""Name of the target whose people may approve scopes too, where the policy has one."""
LONGEST, REMARK = 150, 100
"""Characters of a follow-up's text, and of what is said about it."""


def deciders(row: Row) -> Sequence[str]:
    """Who may agree to a new scope: the commander, or the postmortem's owner (R-AI-4)."""
    commander = row.source.roles.get("commander", row.source.declared_by)
    return tuple(dict.fromkeys(who for who in (commander, row.source.postmortem_owner) if who))


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """What is needed to put one follow-up into words."""

    names: Names
    policy: Policy
    today: date

    def source(self, source: Source) -> dict[str, Any]:
        """The facts of the line above the follow-ups of an incident."""
        channel = f"<#{source.channel_id}>" if source.channel_id else ""
        return {"ref": source.ref, "title": self.said(source.title), "channel": channel}

    def row(self, row: Row) -> dict[str, Any]:
        """The facts of one line."""
        item = row.item
        owner = self._person(item.owner) if item.owner else self.said(item.written.get("owner", ""))
        ended = self._local(item.done_at)
        return {
            "ref": row.source.ref, "n": item.n,
            "text": self.said(item.text, LONGEST), "owner": owner, "lacks": item.lacks,
            "priority": item.priority or "", "state": item.state.value, "due": day(item.due_on, self.today),
            "left": _days(self.today, item.due_on), "redated": len(item.redates),
            "first": day(item.first_due_on, self.today) if item.redates else "",
            "needs": self.said(item.dependencies), "result": self.said(item.result),
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
            "blocked": item.state is State.BLOCKED, "blocked_by": self.said(item.blocked_by),
            "blocked_since": day(since, self.today), "blocked_for": _days(since, self.today),
        }  # fmt: skip

    def _asked(self, request: Request, row: Row) -> dict[str, Any]:
        """A change that waits, and for whom: money for the target ``cfo`` (R-AI-2), a scope for people (R-AI-4).

        Nobody approves what they asked for themselves.
        """
        target = self.policy.targets.get(CFO if request.what == BUDGET else SCOPE)
        people = [] if request.what == BUDGET else [who for who in deciders(row) if who != request.by]
        whose = [*(self._person(user) for user in people), *([quiet(target.label)] if target else [])]
        named = request.what != BUDGET or (target is not None and bool(target.users or target.usergroup))
        return {
            "what": request.what, "before": self.said(request.before), "after": self.said(request.after),
            "whose": " or ".join(whose), "named": named,
        }  # fmt: skip

    def _person(self, user: str) -> str:
        return quiet(f"<@{user}>", self.names)

    def said(self, text: str, most: int = REMARK) -> str:
        """Free text made quiet and short."""
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
