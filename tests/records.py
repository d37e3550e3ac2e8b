"""Records for tests of documents: the built-in policy, incidents and entries with few words, the shared replays."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path

import pytest

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
    return replace(closed, **fields)


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
