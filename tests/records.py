"""Records for tests of documents: the built-in policy, incidents and entries with few words, the shared replays."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from bot.domain.followup_items import imported
from bot.domain.incident import Incident, Status
from bot.domain.mrkdwn import Names
from bot.domain.policy import Policy
from bot.domain.policy_file import read_policy
from bot.domain.replay import Replay, Stage, read
from bot.domain.replay_import import to_record
from bot.domain.timeline import Entry, Kind, Source

ROOT = Path(__file__).resolve().parent.parent
REPLAYS = ROOT.parent / "shared" / "replays"
FILES = ("api-outage", "centurion-escalation", "db-sev1", "payment-degradation", "techflow-p0")
START = datetime(2026, 3, 9, 14, 2, tzinfo=UTC)
NAMES = Names(
    people={"U1": "Ana Alvarez", "U2": "Bo Chen"}, channels={"C1": "payments"}, groups={"S1": "oncall"}
)

needs_replays = pytest.mark.skipif(not REPLAYS.is_dir(), reason="the shared replays are not here")


@cache
def policy() -> Policy:
    return read_policy((ROOT / "bot" / "default_policy.toml").read_text(encoding="utf-8"))


def replay(name: str) -> Replay:
    return read((REPLAYS / f"{name}.json").read_text(encoding="utf-8"))


def record(name: str, stage: Stage = Stage.CLOSE) -> tuple[Incident, tuple[Entry, ...]]:
    """A shared replay as imported; one without a reference of our form gets one."""
    told = replay(name)
    return to_record(told, policy=policy(), stage=stage, ref=told.reference or "INC-2024-0101-001")


def minutes(count: float) -> datetime:
    """So long after START."""
    return START + timedelta(minutes=count)


def incident(**fields) -> Incident:
    """A closed P0 that ran from START for two hours, declared after six minutes."""
    closed = Incident(
        ref="INC-2026-0309-001",
        title="Checkout is down",
        severity="P0",
        status=Status.CLOSED,
        declared_by="U1",
        declared_at=minutes(6),
        impact_started_at=START,
        detected_at=minutes(2),
        mitigated_at=minutes(90),
        resolved_at=minutes(120),
        first_resolved_at=minutes(120),
        closed_at=minutes(130),
    )
    facts = fields.get("facts", {})
    if "action_items" in facts:  # follow-ups, as an import makes them of these
        others = {name: told for name, told in facts.items() if name != "action_items"}
        followups = imported(facts["action_items"], at=minutes(130))
        fields = {**fields, "facts": others, "followups": followups}
    return replace(closed, **fields)


def told(text: str, entered: str = "review") -> dict[str, Any]:
    """Everything that people can enter about an incident, each field with *text* (replays/README.md, facts)."""
    when = {"entered": entered}
    grouped = {"group": text, "text": text, **when}
    sent = {
        "audience": "external", "channel": text, "recipients": [text, text], "subject": text, "body": text,
        "services": [text], "truncated": True, **when,
    }  # fmt: skip
    shares = {"total": 3, "percent": 50, "text": text}
    return {
        "summary": {"text": text, **when},
        "impact_metrics": [
            {"name": text, "value": text, "unit": "text", "text": text, **when},
            {"name": text, "value": text, "unit": "duration", "text": text, **when},
            {"name": text, "value": 12, "unit": "percent", "text": text, **when},
        ],
        "affected_services": [{"name": text, "impact": text, **when}],
        "affected_customers": {
            **shares,
            "segments": [{"name": text, "count": 1, "text": text}, {"name": text, "count": 1, "text": text}],
            "regions": [{"name": text, "count": None, "percent": 5, "text": text}],
            "timezones": [{"name": text, "text": text}],
            "named": [{"name": text, "arr": text, "text": text}],
            **when,
        },
        "business_impact": [
            {"group": text, "name": f"{text} {name}", "value": value, "unit": "USD", "text": text, **when}
            for name, value in (("a", 1), ("b", 2), ("total", 4))
        ],
        "sla": [{"text": text, "confidential": True, **when}],
        "root_cause": {"text": text, "chain": [{"title": text, "details": [text, text]}], **when},
        "contributing_factors": [grouped],
        "fixes": [grouped, {**grouped, "entered": "during"}],
        "prevention": [grouped],
        "technical_details": [grouped],
        "process": [grouped, {**grouped, "group": "Conclusion"}],
        "lessons": [{"group": text, "subgroup": text, "title": text, "text": text, **when}],
        "action_items": [
            {
                "n": 1, "title": text, "owner": text, "email": text, "due": "2026-04-30", "due_written": text,
                "priority": text, "horizon": f"{text} 30 days", "action": f"{text}!", "budget": text,
                "dependencies": text, "success_criteria": text, "status": "open", **when,
            }
        ],
        "customer_feedback": [
            {"kind": kind, "who": text, "text": text, **when}
            for kind in ("count", "theme", "quote", "sentiment")
        ],
        "communications_sent": [
            {"id": "c1", "at": minutes(30).isoformat(), "phase": "resolved", **sent},
            {"id": "c2", "at": None, "phase": None, **sent},
            {"id": "c3", "at": None, "phase": None, **sent, "audience": "internal"},
        ],
        "success_metrics": [{"group": text, "name": text, "target": text, "current": text, "text": text, **when}],
        "artifacts": [
            {"title": text, "kind": kind, "content": text, "truncated": True, **when} for kind in ("log", "code")
        ],
        "document": {"lead": text, "reviewed_by": text, "distribution": text},
    }  # fmt: skip


def entry(after: float, text: str, kind: Kind = Kind.NOTE, **fields) -> Entry:
    """Something recorded *after* so many minutes, on the timeline unless it is a message."""
    at = minutes(after)
    plain = Entry(
        incident="INC-2026-0309-001",
        at=at,
        recorded_at=at,
        kind=kind,
        text=text,
        source=Source.MESSAGE if kind is Kind.MESSAGE else Source.COMMAND,
        author="U1",
        marks=() if kind is Kind.MESSAGE else ("command",),
    )
    return replace(plain, **fields)


def state(after: float, change: str, text: str = "", **data) -> Entry:
    """A change of state as the bot writes it down."""
    return entry(
        after,
        text or change,
        Kind.STATUS,
        source=Source.BOT,
        marks=("state",),
        data={"change": change, **data},
    )
