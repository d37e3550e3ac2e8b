"""Follow-ups in the words of a replay file's ``facts.action_items``: what files and drafts hold of them.

Both ways: ``items`` gives them, ``imported`` makes follow-ups of the items of a file. What such a record says in words
of its own (an owner's name, ``$12,000/month additional cost``) is kept in ``FollowUp.written`` and stands for as long
as nobody has set something else.
"""

import re
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from bot.domain.followup import Budget, FollowUp, Priority, State
from bot.domain.followup_money import SIGNS, print_budget
from bot.domain.horizons import HORIZONS
from bot.domain.incident import Incident
from bot.domain.mrkdwn import NOBODY, Names, escaped, plain

Item = Mapping[str, Any]
UNKNOWN = "unknown"
"""The status of an item of which the file records none."""
KEPT = ("owner", "email", "due", "due_written", "priority", "horizon", "budget", "status", "entered")
"""What ``FollowUp.written`` keeps of an item."""
_STATES = {"open": State.OPEN, "done": State.DONE}
_BUDGET = re.compile(
    r"""(?P<sign>[$€£])\ ?(?P<money>\d[\d,]*(?:\.\d+)?)(?![\w.])
        (?:(?:\ ?/\ ?|\ an?\ |\ per\ )(?P<per>day|week|month|quarter|year)\b)?
    | (?P<n>\d[\d,]*(?:\.\d+)?)\ (?P<effort>(?:engineer|person)[- ](?:hours|days|weeks|months))\b""",
    re.IGNORECASE | re.VERBOSE,
)
"""Budgets that are one number at their beginning; $5K and ranges are read by people only."""


# In


def imported(told: Iterable[Item], *, at: datetime) -> tuple[FollowUp, ...]:
    """The follow-ups that the *told* items of a file are; *at*: since when they are known.

    Nobody of a file is a Slack user: owners are names. An item without a number of its own gets the next one.
    """
    found: list[FollowUp] = []
    for item in told:
        taken = {followup.n for followup in found}
        n = item.get("n")
        is_free = isinstance(n, int) and n > 0 and n not in taken
        found.append(_followup(item, n if is_free and n else max(taken, default=0) + 1, at))
    return tuple(found)


def _followup(item: Item, n: int, at: datetime) -> FollowUp:
    due = date.fromisoformat(item["due"]) if item.get("due") else None
    status = item.get("status") or UNKNOWN
    return FollowUp(
        n=n,
        text=escaped(item["title"]),
        action=escaped(item.get("action") or ""),
        added_at=at,
        state=_STATES.get(status, State.PROPOSED),
        accepted_at=at if status in _STATES else None,
        due_on=due,
        first_due_on=due,
        priority=_priority(item.get("priority")),
        horizon=escaped(item.get("horizon") or ""),
        budget=budget_in(item.get("budget")),
        dependencies=escaped(item.get("dependencies") or ""),
        criteria=escaped(item.get("success_criteria") or ""),
        written={key: escaped(str(item[key])) for key in KEPT if item.get(key)} | {"status": status},
    )


def _priority(written: str | None) -> Priority | None:
    """The priority that *written* begins with: ``High Priority``."""
    first = next(iter((written or "").lower().split()), "")
    return next((priority for priority in Priority if priority.value == first), None)


def budget_in(written: str | None) -> Budget | None:
    """The budget that *written* begins with; None where that is no single number of a known unit."""
    found = _BUDGET.match(written or "")
    if found is None:
        return None
    amount = Decimal((found["money"] or found["n"]).replace(",", ""))
    per = f"/{found['per'].lower()}" if found["per"] else ""
    unit = SIGNS[found["sign"]] + per if found["sign"] else found["effort"].lower().replace(" ", "-")
    return Budget(amount=amount, unit=unit)


# Out


def here(incident: Incident) -> tuple[FollowUp, ...]:
    """Those that count for this incident: not added by mistake, and not gone on elsewhere."""
    return tuple(one for one in incident.followups if not one.taken_back and not one.moved_to)


def items(incident: Incident, names: Names = NOBODY) -> list[dict[str, Any]]:
    """The follow-ups of *incident* that are ``here``, as a file writes them: text is plain, *names* are people's.

    Keys without a value are left out, but for those that each item of a file must have.
    """
    return [item(incident, one, names) for one in here(incident)]


def item(incident: Incident, one: FollowUp, names: Names = NOBODY) -> dict[str, Any]:
    """One follow-up as an item of a file."""
    written = {key: plain(text, names) for key, text in one.written.items()}
    due = one.due_on.isoformat() if one.due_on else None
    found = {
        "n": one.n,
        "title": plain(one.text, names),
        "owner": (names.person(one.owner) if one.owner else written.get("owner")),
        "email": None if one.owner else written.get("email"),
        "due": due,
        "due_written": written.get("due_written") if due == written.get("due") else None,
        "priority": _said_priority(one, written),
        "horizon": HORIZONS.get(one.horizon, plain(one.horizon, names)),
        "action": plain(one.action, names),
        "budget": _said_budget(one, written),
        "dependencies": plain(one.dependencies, names),
        "success_criteria": plain(one.criteria, names),
        "status": _status(one),
        "entered": written.get("entered") or _entered(incident, one),
    }
    return {
        key: value
        for key, value in found.items()
        if value or key in ("n", "title", "owner", "due", "entered")
    }


def _said_priority(one: FollowUp, written: Mapping[str, str]) -> str | None:
    if _priority(written.get("priority")) is one.priority:
        return written.get("priority") or (f"{one.priority.capitalize()} priority" if one.priority else None)
    return f"{one.priority.capitalize()} priority" if one.priority else None


def _said_budget(one: FollowUp, written: Mapping[str, str]) -> str | None:
    """As the record wrote it, as long as that is what was approved."""
    if "budget" in written and budget_in(written["budget"]) == one.budget:
        return written["budget"]
    return print_budget(one.budget) if one.budget else None


def _status(one: FollowUp) -> str:
    """In the three words of a file; that somebody decided against it has none there."""
    if one.state is State.DONE:
        return "done"
    return UNKNOWN if one.state is State.NOT_DOING or is_unknown(one) else "open"


def is_unknown(one: FollowUp) -> bool:
    """Whether it is of a record that does not say where it stands, and nobody has said so since."""
    return one.state is State.PROPOSED and one.written.get("status", "open") not in _STATES


def _entered(incident: Incident, one: FollowUp) -> str:
    closed = incident.closed_at
    return "review" if closed and one.added_at > closed else "during"


def people(incident: Incident) -> list[str]:
    """Slack user ids of all who had to do with its follow-ups."""
    found: set[str | None] = set()
    for one in incident.followups:
        found |= {one.by, one.owner, one.done_by, *(redate.by for redate in one.redates)}
        found |= {user for request in one.requests for user in (request.by, request.decided_by)}
    return sorted(user for user in found if user)


def known_since(incident: Incident) -> datetime:
    """Since when the follow-ups of an imported record are known: its end, as far as it is recorded."""
    return incident.closed_at or incident.resolved_at or incident.declared_at
