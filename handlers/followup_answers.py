"""What is answered about follow-ups, whichever way something was done with one: by command, form or button."""

from collections.abc import Sequence
from typing import Any

from bot.domain.followup import FollowUp
from bot.domain.followup_money import print_budget
from bot.domain.followup_steps import numbered
from bot.domain.incident import Change, Incident
from bot.domain.mrkdwn import escaped, plain
from bot.domain.reach import takes_nothing
from bot.domain.refusal import shorten
from handlers.routes import Reply, UseCases

SHOWN = 200
"""Characters of a follow-up that a list shows."""


def rows(incident: Incident, some: Sequence[FollowUp], use: UseCases) -> list[dict[str, Any]]:
    """Follow-ups as a list shows them: their texts short and quiet."""
    names = use.lookup.words([each.text for each in some], [])
    today = use.followups.today()
    return [
        {
            "n": each.n, "ref": incident.ref, "text": escaped(shorten(plain(each.text, names), SHOWN)),
            "state": each.state.value, "owner": each.owner, "written_owner": escaped(each.written.get("owner", "")),
            "due": each.due_on, "late": each.is_open and each.due_on is not None and each.due_on < today,
            "priority": each.priority.value if each.priority else "", "lacks": each.lacks,
            "budget": escaped(print_budget(each.budget)) if each.budget else "",
            "done_by": each.done_by, "done_at": each.done_at,
        }
        for each in some
    ]  # fmt: skip


def answer(change: Change, n: int, use: UseCases, *, did: str, unknown: Sequence[str] = ()) -> Reply:
    """What became of follow-up *n*, for whoever did it."""
    followup = numbered(change.incident, n)
    (row,) = rows(change.incident, [followup], use)
    facts = {
        **row, "did": did, "same": change.is_nothing, "unknown": unknown, "shut": takes_nothing(change.incident),
    }  # fmt: skip
    return Reply(template="reply_followup", facts=facts)
