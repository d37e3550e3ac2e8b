"""Follow-ups as a table: CSV for spreadsheets, rows of a Markdown table. The same record gives the same bytes.

What people wrote is readable here, without Slack's codes. No cell is a formula to a spreadsheet.
"""

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from bot.domain.followup import Budget, FollowUp
from bot.domain.horizons import CASE_HORIZONS
from bot.domain.incident import Status
from bot.domain.mrkdwn import Names, plain
from bot.domain.privacy import may_see
from bot.domain.spreadsheets import defused

COLUMNS = (
    "incident", "incident_title", "number", "what", "action", "state", "priority", "horizon", "owner", "owner_id",
    "due", "due_as_written", "first_due", "times_redated", "budget", "budget_unit", "budget_as_written", "forecast",
    "forecast_unit", "depends_on", "success_criteria", "blocked_since", "blocked_because", "waits_for", "added_at",
    "added_by", "ended_at", "ended_by", "result", "came_from",
)  # fmt: skip
"""The first row. Others rely on it: new columns come at the end, none is renamed."""
_HORIZONS = {**CASE_HORIZONS, "30d": "Within 30 days", "90d": "Within 90 days", "6mo": "Within 6 months"}
NO_HORIZON = "Without a horizon"


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """An incident, as far as a list of follow-ups tells of it."""

    ref: str
    title: str
    status: Status
    drill: bool
    private: bool
    members: Sequence[str]
    channel_id: str | None
    followups: Sequence[FollowUp]


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One follow-up with its incident; texts readable."""

    ref: str
    title: str
    item: FollowUp
    owner: str
    """The name of whoever it belongs to; "" where nobody has it."""
    values: Mapping[str, str]
    """By the names of ``COLUMNS``, in their order."""


def exported(
    incidents: Iterable[Source], *, user: str | None, named: bool, channel: str = ""
) -> list[Source]:
    """Those of *incidents* whose follow-ups *user* may take along, by reference; None: whoever runs the bot.

    *named*: one was asked for by its reference, so a private one or a drill is meant too; in a list of many a drill is
    none (R-DRL-2), and a private one stands only in that of people who may see it (DR-28).
    """
    shown = (one for one in incidents if named or not (one.drill or one.status is Status.CANCELLED))
    seen = (
        one
        for one in shown
        if (may_see(one, user, channel) if user is not None else named or not one.private)
    )
    return sorted(seen, key=lambda one: one.ref)


def rows(incidents: Iterable[Source], names: Names) -> list[Row]:
    """Each follow-up, in the order of *incidents* and of its number; what goes on elsewhere stands there."""
    return [
        _row(incident, item, names)
        for incident in incidents
        for item in sorted(incident.followups, key=lambda item: item.n)
        if not (item.taken_back or item.moved_to)
    ]


def texts(incident: Source) -> list[str]:
    """All that people wrote into the follow-ups, in Slack's encoding: what is mentioned there has names."""
    return [incident.title, *(text for item in incident.followups for text in _texts(item))]


def people(incident: Source) -> set[str]:
    """Whoever has a part in its follow-ups, by Slack user id."""
    found = {who for item in incident.followups for who in (item.owner, item.by, item.done_by)}
    return {who for who in found if who}


def csv_text(found: Sequence[Row]) -> str:
    """*found* as CSV (RFC 4180), with a first row of names."""
    written = io.StringIO(newline="")
    made = csv.writer(written)
    made.writerow(COLUMNS)
    made.writerows([defused(row.values[name]) for name in COLUMNS] for row in found)
    return written.getvalue()


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """The follow-ups of one incident and one horizon."""

    ref: str
    title: str
    horizon: str
    is_first: bool
    """Of its incident: it bears the incident's heading."""
    rows: Sequence[Row]


def groups(found: Sequence[Row]) -> list[Group]:
    """*found* by incident, and in each by horizon: the nearest first, those without one last."""
    by: dict[tuple[str, str], list[Row]] = {}
    for row in found:
        by.setdefault((row.ref, row.item.horizon), []).append(row)
    refs = {ref: n for n, ref in enumerate(dict.fromkeys(row.ref for row in found))}
    order = sorted(by, key=lambda key: (refs[key[0]], _nearness(key[1])))
    made, before = list[Group](), ""
    for ref, horizon in order:
        of = by[ref, horizon]
        name = _HORIZONS.get(horizon) or horizon or NO_HORIZON
        made.append(Group(ref=ref, title=of[0].title, horizon=name, is_first=ref != before, rows=of))
        before = ref
    return made


def _nearness(horizon: str) -> int:
    """Words of an imported record stand behind ours, in the order of their first items."""
    known = list(_HORIZONS)
    return known.index(horizon) if horizon in known else len(known) + (not horizon)


def _row(incident: Source, item: FollowUp, names: Names) -> Row:
    owner = names.person(item.owner) if item.owner else item.written.get("owner", "")
    said = {
        name: plain(getattr(item, name), names) for name in ("text", "action", "dependencies", "criteria")
    }
    waits = "; ".join(
        f"{each.what}: {plain(each.before, names)} -> {plain(each.after, names)}"
        for each in item.requests
        if not each.outcome
    )
    title = plain(incident.title, names)
    values = (
        incident.ref, title, str(item.n), said["text"], said["action"], item.state.value, item.priority or "",
        plain(item.horizon, names), owner, item.owner or "", _day(item.due_on), item.written.get("due_written", ""),
        _day(item.first_due_on), str(len(item.redates)), *_money(item.budget), item.written.get("budget", ""),
        *_money(item.forecast), said["dependencies"], said["criteria"], _instant(item.blocked_at),
        plain(item.blocked_by, names), waits, _instant(item.added_at), names.person(item.by) if item.by else "",
        _instant(item.done_at), names.person(item.done_by) if item.done_by else "", plain(item.result, names),
        item.link,
    )  # fmt: skip
    return Row(
        ref=incident.ref, title=title, item=item, owner=owner, values=dict(zip(COLUMNS, values, strict=True))
    )


def _texts(item: FollowUp) -> list[str]:
    asked = [text for each in item.requests for text in (each.before, each.after)]
    fields = ("text", "action", "dependencies", "criteria", "blocked_by", "result", "horizon")
    return [*(getattr(item, name) for name in fields), *asked]


def _money(budget: Budget | None) -> tuple[str, str]:
    """The amount to its last digit, without an exponent, and its unit."""
    return ("", "") if budget is None else (f"{budget.amount:f}", budget.unit)


def _day(day: Any) -> str:
    return day.isoformat() if day else ""


def _instant(at: datetime | None) -> str:
    return f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}" if at else ""
