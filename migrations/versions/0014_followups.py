"""What will be changed after an incident: its follow-ups.

The action items of imported incidents, which stood among their facts, are follow-ups from now on.
"""

import re
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"

ITEMS = "action_items"
WRITTEN = ("owner", "email", "due", "due_written", "priority", "horizon", "budget", "status", "entered")
STATES = ("open", "done")
PRIORITIES = ("high", "medium", "low")
BUDGET = re.compile(
    r"([$€£]) ?(\d[\d,]*(?:\.\d+)?)(?![\w.])(?:(?: ?/ ?| an? | per )(day|week|month|quarter|year)\b)?"
    r"|(\d[\d,]*(?:\.\d+)?) ((?:engineer|person)[- ](?:hours|days|weeks|months))\b",
    re.IGNORECASE,
)
SIGNS = {"$": "USD", "€": "EUR", "£": "GBP"}
INCIDENTS = sa.table(
    "incidents",
    sa.column("ref", sa.String),
    sa.column("facts", sa.JSON),
    sa.column("followups", sa.JSON),
    *(sa.column(name, sa.String) for name in ("closed_at", "resolved_at", "declared_at")),
)


def upgrade() -> None:
    # The default stays: taking it off again would make SQLite copy the table away from under its entries.
    op.add_column("incidents", sa.Column("followups", sa.JSON(), nullable=False, server_default="[]"))
    for ref, facts, at in rows():
        if ITEMS in facts:
            others = {name: told for name, told in facts.items() if name != ITEMS}
            made = list(followups(facts[ITEMS] or (), at))
            op.execute(INCIDENTS.update().where(INCIDENTS.c.ref == ref).values(facts=others, followups=made))


def downgrade() -> None:
    op.drop_column("incidents", "followups")


def rows() -> list[tuple[str, Mapping[str, Any], str]]:
    """Reference, facts, and when it ended, as far as it did: since then its action items are known."""
    ended = sa.func.coalesce(INCIDENTS.c.closed_at, INCIDENTS.c.resolved_at, INCIDENTS.c.declared_at)
    found = op.get_bind().execute(sa.select(INCIDENTS.c.ref, INCIDENTS.c.facts, ended)).all()
    return [(ref, facts or {}, iso(at)) for ref, facts, at in found]


def iso(at: Any) -> str:
    """An instant in UTC, with its offset: the two databases keep it in ways of their own."""
    text = at.isoformat() if hasattr(at, "isoformat") else str(at)
    return text.replace(" ", "T") + ("" if re.search(r"[+-]\d\d:\d\d$", text) else "+00:00")


def followups(items: Iterable[Mapping[str, Any]], at: str) -> Iterable[dict[str, Any]]:
    """Each item as a follow-up; a field that is left out has its default. Texts get Slack's encoding."""
    taken: set[int] = set()
    for item in items:
        n = item.get("n")
        n = n if isinstance(n, int) and n > 0 and n not in taken else max(taken, default=0) + 1
        taken.add(n)
        status, due = item.get("status") or "unknown", day(item.get("due"))
        written = {key: escaped(item[key]) for key in WRITTEN if item.get(key)} | {"status": status}
        if due is None and item.get("due"):
            written.setdefault("due_written", escaped(item["due"]))
            del written["due"]
        first = str(item.get("priority") or "").lower().split()[:1]
        yield {
            "n": n,
            "text": escaped(item.get("title")),
            "action": escaped(item.get("action")),
            "added_at": at,
            "state": status if status in STATES else "proposed",
            "accepted_at": at if status in STATES else None,
            "due_on": due,
            "first_due_on": due,
            "priority": first[0] if first and first[0] in PRIORITIES else None,
            "horizon": escaped(item.get("horizon")),
            "budget": budget(item.get("budget")),
            "dependencies": escaped(item.get("dependencies")),
            "criteria": escaped(item.get("success_criteria")),
            "written": written,
        }


def day(written: Any) -> str | None:
    try:
        return date.fromisoformat(str(written)).isoformat()
    except ValueError:
        return None


def budget(written: Any) -> dict[str, str] | None:
    """The budget that it begins with, where that is one number of a known unit."""
    found = BUDGET.match(str(written or ""))
    if found is None:
        return None
    sign, money, per, count, effort = found.groups()
    unit = SIGNS[sign] + (f"/{per.lower()}" if per else "") if sign else effort.lower().replace(" ", "-")
    return {"amount": (money or count).replace(",", ""), "unit": unit}


def escaped(text: Any) -> str:
    return str(text or "").replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
