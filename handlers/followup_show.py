"""All of one follow-up: ``followup show``, with the days that it had, what was asked for, and its history."""

from dataclasses import replace
from typing import Any

from bot.domain.followup import FollowUp
from bot.domain.followup import Request as Asking
from bot.domain.followup_steps import numbered
from bot.domain.mrkdwn import Names, escaped, plain
from bot.domain.refusal import shorten
from bot.slack.followup_rows import row
from handlers.asking import Asked, in_button, incident_here
from handlers.followup_answers import asked_of, depends, rows
from handlers.followup_asked import in_words
from handlers.routes import Reply, Request, Routes, UseCases
from handlers.steps import Steps

routes = Routes()
steps = Steps()
LONG = 1_000
"""Characters of one of its texts; the record keeps all of it."""
LAST = 20
"""So many of its steps are shown: the newest."""


@steps.step("show", usage="<n>")
def show(asked: Asked, request: Request, use: UseCases) -> Reply:  # noqa: ARG001 - as all of them
    """All of it."""
    n, _ = in_words(asked.incident, asked.text)
    followup = numbered(asked.incident, n)
    entries = [
        each for each in use.lookup.record(asked.incident.ref, talk=False)
        if each.data.get("change") == "followup" and each.data.get("n") == n
    ]  # fmt: skip
    names = use.lookup.words([*_texts(followup), *(each.text for each in entries)], [])
    (known,) = rows(asked.incident, [followup], use)
    facts = {
        **known, **_quiet(followup, names), "added_by": followup.by, "added_at": followup.added_at,
        "since": followup.since, "link": followup.link,
        "depends": depends(asked.incident, followup, names), "approvers": asked_of(asked.incident, followup, use),
        "redates": [(each, _short(each.reason, names)) for each in followup.redates],
        "requests": [_request(each, names) for each in followup.requests],
        "steps": [(each.at, _short(each.text, names), each.deleted_at is not None) for each in entries[-LAST:]],
        "earlier": len(entries[:-LAST]),
    }  # fmt: skip
    ways_on = row(asked.incident.ref, followup)
    return Reply(template="reply_followup_show", facts=facts, blocks=(ways_on,) if ways_on else ())


@routes.button("followup_show", verb="followup")
def by_button(request: Request, use: UseCases) -> Reply:
    """The button "Follow-up 3" below a list."""
    ref, n, _ = in_button(request)
    return show(Asked(incident=incident_here(replace(request, value=ref), use), text=str(n)), request, use)


def _texts(followup: FollowUp) -> list[str]:
    asked = [
        text for each in followup.requests for text in (each.before, each.after, each.reason, each.answer)
    ]
    moves = [each.reason for each in followup.redates]
    own = [followup.text, followup.action, followup.criteria, followup.dependencies, followup.result]
    return [*own, followup.blocked_by, *asked, *moves]


def _quiet(followup: FollowUp, names: Names) -> dict[str, str]:
    texts = ("text", "action", "criteria", "horizon", "result", "blocked_by")
    return {name: _short(getattr(followup, name), names) for name in texts}


def _short(text: str, names: Names) -> str:
    return escaped(shorten(plain(text, names), LONG))


def _request(request: Asking, names: Names) -> dict[str, Any]:
    texts = {name: _short(getattr(request, name), names) for name in ("before", "after", "reason", "answer")}
    return {
        **texts, "n": request.n, "what": request.what, "by": request.by, "at": request.at,
        "outcome": request.outcome, "decided_by": request.decided_by, "decided_at": request.decided_at,
    }  # fmt: skip
