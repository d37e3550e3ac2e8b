"""What a person did last comes back value by value, so that it can be compared with what stands and put back."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot.domain.incident import Incident, Status
from bot.domain.parts import External, Offer, RoleCall, Task
from bot.domain.timeline import Entry, Kind, Source
from bot.domain.undo import Command
from bot.store.store import Store

AT = datetime(2026, 3, 2, 9, 0, 0, 123456, tzinfo=UTC)
REF = "INC-2026-0302-001"
OFFER = Offer(n=1, role="comms", to="U2", by="U1", at=AT)
TASK = Task(n=1, text="restart <&>", by="U1", added_at=AT, due_at=AT + timedelta(minutes=5))
VALUES: dict[str, Any] = {
    "severity": "P2", "status": Status.MONITORING, "resolved_at": AT, "first_resolved_at": None, "reminders": 3,
    "long": True, "roles": {"comms": "U2"}, "services": ("checkout", "pay"), "facts": {"impact_metrics": [{"n": 1.5}]},
    "offers": (OFFER,), "tasks": (TASK, replace(TASK, n=2, done_at=AT, done_by="U1")), "due": {"stale": AT},
    "role_call": RoleCall(n=1, since=AT, roles=("comms",)), "title": "día — 事故", "members": (), "timezone": None,
    "external": External(n=1, phase="monitoring", text="x", by="U1", at=AT),
}  # fmt: skip


def command(**fields: Any) -> Command:
    known = Command(by="U1", incident=REF, at=AT, change="set", before={}, after={}, entries=(1, 2))
    return replace(known, **fields)


@pytest.fixture
def with_incident(store: Store) -> Store:
    with store.begin() as tx:
        tx.add_incident(Incident(ref=REF, severity="P0", declared_by="U1", declared_at=AT))
    return store


def test_a_command_comes_back_with_the_types_of_its_fields(with_incident: Store):
    told = command(before=VALUES, after=dict.fromkeys(VALUES) | {"tasks": (), "roles": {}})
    with with_incident.begin() as tx:
        tx.remember_command(told)
    with with_incident.read() as tx:
        assert tx.last_command(REF, "U1") == told


def test_the_last_one_counts_and_each_person_has_their_own(with_incident: Store):
    first, second, other = command(), command(change="role", at=AT + timedelta(minutes=1)), command(by="U2")
    with with_incident.begin() as tx:
        for one in (first, other, second):
            tx.remember_command(one)
        assert tx.last_command(REF, "U1") == second
        assert tx.last_command(REF, "U2") == other
        assert tx.last_command(REF, "U3") is None


def test_entries_are_found_by_the_ids_that_they_got(with_incident: Store):
    def entry(text: str) -> Entry:
        return Entry(incident=REF, at=AT, recorded_at=AT, kind=Kind.NOTE, text=text, source=Source.BOT)

    with with_incident.begin() as tx:
        one, two, three = tx.add_entries([entry("one"), entry("two"), entry("three")])
        assert one < two < three
        assert [found.text for found in tx.entries_numbered([three, one])] == ["one", "three"]
        assert tx.entries_numbered([]) == []
