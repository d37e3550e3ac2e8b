"""Incidents as metrics see them, for tests: measured, with few words."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from bot.domain.draft_record import read_record
from bot.domain.followup import FollowUp, State
from bot.domain.incident import Incident
from bot.domain.mrkdwn import NOBODY
from bot.domain.policy import Policy
from bot.domain.score_card import card
from bot.domain.score_entered import Entered
from bot.domain.score_measured import Basis, measured
from bot.domain.score_metrics import named
from bot.domain.score_period import parse_period
from bot.domain.score_values import About, Card, Counted, Line, Scope
from bot.domain.timeline import Entry
from tests.records import START, incident, policy

BASIS = Basis(definitions="1", version=1, entries=0, saves=0)
NOW = datetime(2026, 3, 31, 12, 0, tzinfo=UTC)


def counted(known: Incident | None = None, *entries: Entry, **fields: Any) -> Counted:
    """The usual closed P0 (tests.records.incident) with *fields*, as it is counted."""
    known = replace(known or incident(), **fields)
    record = read_record(known, entries, policy=policy(), names=NOBODY)
    about = About(
        ref=known.ref, title=known.title, severity=known.severity, status=known.status,
        declared_at=known.declared_at, drill=known.drill, backfilled=known.backfilled,
    )  # fmt: skip
    return Counted(about=about, measured=measured(record, BASIS))


def counting(
    *incidents: Counted, entered: tuple[Entered, ...] = (), period: str = "2026-03", at: datetime = NOW,
    rules: Policy | None = None,
) -> Card:  # fmt: skip
    """The card of March 2026, in which they were declared."""
    rules = rules or policy()
    scope = Scope(
        period=parse_period(period, at.date()), zone=rules.zone, at=at, counted=incidents, entered=entered
    )
    return card(scope, policy=rules, without={})


def line(key: str, *incidents: Counted, **asked: Any) -> Line:
    """One metric of it."""
    found = counting(*incidents, **asked)
    return found.line(named(key, asked.get("rules") or policy()))


def after(minutes: float) -> datetime:
    """So long after the usual incident began."""
    return START + timedelta(minutes=minutes)


def followup(n: int = 1, due: str = "2026-03-20", **fields: Any) -> FollowUp:
    """An open one with a date."""
    day = date.fromisoformat(due)
    known = FollowUp(n=n, text=f"item {n}", added_at=START, state=State.OPEN, due_on=day, first_due_on=day)
    return replace(known, **fields)


def value(
    metric: str, number: str, *, first: str, last: str | None = None, n: int = 1, **fields: Any
) -> Entered:
    """A value that somebody entered."""
    known = Entered(
        id=n, metric=metric, first=date.fromisoformat(first), last=date.fromisoformat(last or first),
        value=Decimal(number), by="U1", at=NOW,
    )  # fmt: skip
    return replace(known, **fields)
