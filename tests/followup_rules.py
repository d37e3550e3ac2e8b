"""Follow-ups for the tests of their rules: an incident with one, agreed to or not, and what is decided about it."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

from bot.domain import followup_decisions as decisions
from bot.domain import followup_requests as requests
from bot.domain import followup_steps as steps
from bot.domain.followup import FollowUp
from bot.domain.followup_money import read_budget
from bot.domain.incident import Change, Incident
from bot.domain.policy import Target
from tests.records import policy

AT = datetime.fromisoformat("2026-03-02T09:00:00+00:00")
DAY = date(2026, 4, 30)
OPEN = Incident(ref="INC-2026-0302-001", severity="P0", declared_by="U1", declared_at=AT)
OTHER = replace(OPEN, ref="INC-2026-0302-002")
CFO = replace(
    policy(), targets={"cfo": Target(name="cfo", label="CFO", users=("@cfo", "U8"), usergroup="@money")}
)
WHO: dict[str, Any] = {"by": "U1", "at": AT}


def later(days: float = 0, **more: float) -> datetime:
    return AT + timedelta(days=days, **more)


def with_one(incident: Incident = OPEN, **more: Any) -> Incident:
    known: dict[str, Any] = {
        "text": "isolate the load",
        "owner": "U2",
        "due_on": DAY,
        "policy": CFO,
        **WHO,
    } | more
    return steps.add(incident, **known).incident


def agreed(**more: Any) -> Incident:
    return steps.accept(with_one(**more), 1, policy=CFO, **WHO).incident


def one(change: Change | Incident) -> FollowUp:
    return (change.incident if isinstance(change, Change) else change).followups[0]


def costs(incident: Incident, amount: str, *, by: str = "U2", said: bool = True) -> Change:
    ask = requests.forecast if said else requests.set_budget
    return ask(incident, 1, amount=read_budget(amount), reason="", by=by, at=AT, policy=CFO)


def decided(
    incident: Incident,
    outcome: str = "approved",
    *,
    by: str = "U8",
    known_as: tuple[str, ...] = (),
    **more: Any,
) -> Change:
    known: dict[str, Any] = {"policy": CFO, "known_as": {by, *known_as}, **more}
    return decisions.decide(incident, 1, outcome=outcome, by=by, at=AT, **known)
