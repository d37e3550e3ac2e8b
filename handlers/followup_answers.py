"""What is answered about follow-ups, whichever way something was done with one: by command, form or button."""

from collections.abc import Mapping, Sequence
from typing import Any

from bot.domain import followup_decisions
from bot.domain.followup import FollowUp
from bot.domain.followup_money import print_budget
from bot.domain.followup_shown import dependencies
from bot.domain.followup_steps import numbered
from bot.domain.incident import Change, Incident
from bot.domain.mrkdwn import NOBODY, Names, escaped, plain
from bot.domain.reach import takes_nothing
from bot.domain.refusal import shorten
from handlers.routes import Reply, UseCases

SHOWN = 200
"""Characters of a follow-up that a list shows."""


def rows(incident: Incident, some: Sequence[FollowUp], use: UseCases) -> list[dict[str, Any]]:
    """Follow-ups as a list shows them: their texts short and quiet."""
    names = use.lookup.words(
        [text for each in some for text in (each.text, each.blocked_by, each.dependencies)], []
    )
    today = use.followups.today()
    return [
        {
            "n": each.n, "ref": incident.ref, "text": _short(each.text, names),
            "state": each.state.value, "owner": each.owner, "written_owner": escaped(each.written.get("owner", "")),
            "due": each.due_on, "late": each.is_open and each.due_on is not None and each.due_on < today,
            "first": each.first_due_on, "priority": each.priority.value if each.priority else "", "lacks": each.lacks,
            "budget": escaped(print_budget(each.budget)) if each.budget else "",
            "forecast": escaped(print_budget(each.forecast)) if each.forecast else "",
            "blocked_at": each.blocked_at, "blocked_by": _short(each.blocked_by, names),
            "depends": depends(incident, each, names),
            "waits": [each.what for each in each.waiting], "done_by": each.done_by, "done_at": each.done_at,
        }
        for each in some
    ]  # fmt: skip


def depends(incident: Incident, followup: FollowUp, names: Names) -> list[dict[str, Any]]:
    """What it depends on, and how those of the same incident stand."""
    return [
        {
            "text": _short(each.text, names), "unknown": each.unknown,
            "on": _short(each.on.text, names) if each.on else "", "state": each.on.state.value if each.on else "",
            "moved": f"{each.on.moved_to} #{each.on.moved_as}" if each.on and each.on.moved_to else "",
        }
        for each in dependencies(incident, followup)
    ]  # fmt: skip


def _short(text: str, names: Names = NOBODY) -> str:
    return escaped(shorten(plain(text, names), SHOWN))


def answer(
    change: Change,
    n: int,
    use: UseCases,
    *,
    did: str,
    unknown: Sequence[str] = (),
    facts: Mapping[str, Any] | None = None,
) -> Reply:
    """What became of follow-up *n*, for whoever did it; *facts*: more of it."""
    followup = numbered(change.incident, n)
    (row,) = rows(change.incident, [followup], use)
    news = next((dict(each.facts) for each in change.news if each.facts.get("n") == n), {})
    shown = {
        **row, "did": did, "same": change.is_nothing, "unknown": unknown, "shut": takes_nothing(change.incident),
        "step": news.get("step", ""), "share": news.get("share", ""), "what": news.get("what", ""),
        "after": _short(str(news.get("after", ""))),
        "blocked_for": news.get("blocked_for"), "approvers": asked_of(change.incident, followup, use), **(facts or {}),
    }  # fmt: skip
    return Reply(template="reply_followup", facts=shown)


def asked_of(incident: Incident, followup: FollowUp, use: UseCases) -> list[tuple[str, list[str]]]:
    """Of each request that waits what it is about, and who may decide it."""
    policy = use.lookup.policy
    return [
        (
            request.what,
            [
                each if each.startswith("@") else f"<@{each}>"
                for each in followup_decisions.approvers(incident, request, policy)
            ],
        )
        for request in followup.waiting
    ]
