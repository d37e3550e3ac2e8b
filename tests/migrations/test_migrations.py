"""From an empty database to today's tables, once, whoever starts first."""

# ruff: noqa: PT012 - the transaction is what fails

import json
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import inspect, text

from bot.domain import followup_items
from bot.domain.parts import Audience
from bot.store.migrate import current_revision, migrate, newest_revision, ready, upgrade_to
from bot.store.store import Store, StoreAway
from bot.store.tables import metadata
from tests.experiments.victims import Victims, victims

__all__ = ["victims"]


OLD_INCIDENT = """
INSERT INTO incidents (ref, version, title, severity, status, declared_by, declared_at, channel_name, roles, services,
  updates, nudges, reminders, drafts, facts, header)
VALUES ('INC-2026-0302-001', 3, 'checkout', 'P0', 'identified', 'U1', '2026-03-02 09:00:00.000000',
  'inc-2026-0302-001-checkout', '{"comms": "U2"}', '[]', 1, 0, 0, 0, '{}', '{}')
"""
OLD_ITEMS: list[dict[str, Any]] = [
    {
        "n": 2, "title": "Isolate <analytics> & co", "owner": "Maria Santos", "email": None, "due": "2026-04-30",
        "due_written": "30 April", "priority": "High Priority", "horizon": "Next 30 Days", "action": "Reads & writes",
        "budget": "$8,000/month additional cost", "success_criteria": "No lock", "status": "done", "entered": "review",
    },
    {"n": 2, "title": "Ask them", "owner": None, "due": None, "budget": "4 engineer-weeks", "entered": "review"},
    {"title": "Write it down", "budget": "$5K", "priority": "soon", "status": "open", "entered": "during"},
]  # fmt: skip
"""Action items as a former import kept them among the facts."""
OLD_ENTRY = """
INSERT INTO entries (incident, at, recorded_at, kind, text, source, precision, approx, files, data, marks, versions,
  arrived)
VALUES ('INC-2026-0302-001', '2026-03-02 09:00:00.000000', '2026-03-02 09:00:00.000000', 'event', 'declared', 'bot',
  'second', false, '[]', '{}', '["state"]', '[]', true)
"""


@pytest.fixture
def store(empty_database_url: str):
    made = Store(empty_database_url)
    yield made
    made.close()


def test_an_empty_database_gets_the_tables_of_this_version(store: Store):
    assert current_revision(store) is None
    migrate(store)
    assert current_revision(store) == newest_revision()
    with store.engine.connect() as connection:
        found = set(inspect(connection).get_table_names())
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, metadata) == []
    assert found == {*metadata.tables, "alembic_version"}


def test_a_second_time_changes_nothing(store: Store):
    migrate(store)
    with store.begin() as tx:
        tx.next_number("kept")
    migrate(store)
    with store.begin() as tx:
        assert tx.next_number("kept") == 2


def test_an_incident_of_the_first_tables_is_one_of_todays(store: Store):
    """Rows of an earlier revision: what they lack is filled, what they have stays."""
    with store.engine.begin() as connection:
        upgrade_to(connection, "0002")
        connection.execute(text(OLD_INCIDENT))
        connection.execute(text(OLD_ENTRY))
    migrate(store)
    with store.begin() as tx:
        incident = tx.incident("INC-2026-0302-001")
        assert incident is not None
        assert (incident.title, incident.severity, incident.roles) == ("checkout", "P0", {"comms": "U2"})
        assert (incident.private, incident.drill, incident.channels) == (False, False, 1)
        assert (incident.review, incident.reminded) == (None, None)
        assert (incident.absent, incident.out_of_reach, incident.called) == ((), None, incident.channel_name)
        assert incident.draft_files == ()
        assert (incident.playbooks, incident.playbook_steps) == ((), ())
        assert (incident.tasks, incident.escalations, incident.external, dict(incident.due)) == (
            (),
            (),
            None,
            {},
        )
        assert [entry.text for entry in tx.entries(incident.ref)] == ["declared"]
        assert tx.save_incident(incident).version == incident.version + 1


def test_channels_of_before_are_read_as_a_whole(store: Store):
    """0006: those that were opened for an incident which is not closed; a draft of it may be made yet."""
    with store.engine.begin() as connection:
        upgrade_to(connection, "0005")
        connection.execute(text(OLD_INCIDENT))
        connection.execute(text(OLD_ENTRY))
        connection.execute(text("UPDATE incidents SET channel_id = 'C1'"))
    migrate(store)
    with store.begin() as tx:
        mark = tx.watermarks.of_channel("C1")
        assert mark is not None
        assert (mark.incident, mark.floor, mark.read_to, mark.due_at, mark.wanted) == (
            "INC-2026-0302-001", "0", "0", 0.0, True,
        )  # fmt: skip
        assert (mark.forward, mark.whole, mark.gaps) == (None, None, {})


def test_a_process_migrates_sqlite_by_itself_and_demands_it_of_postgres(store: Store):
    if store.engine.dialect.name == "sqlite":
        ready(store)
    else:
        with pytest.raises(StoreAway, match="python -m bot migrate"):
            ready(store)
        migrate(store)
        ready(store)
    assert current_revision(store) == newest_revision()


def test_twenty_processes_that_start_at_once_migrate_once(store: Store, victims: Victims):
    life = {
        "token": "", "secret": "", "api_url": "http://127.0.0.1:1/api/", "policy": "", "crash_at": 0,
        "at": "2026-03-02T09:00:00+00:00", "database_url": store.engine.url.render_as_string(hide_password=False),
        "migrate": True,
    }  # fmt: skip
    victims.begin(*[life] * 20)
    assert victims.heard() == {"ended": [0] * 20}
    assert current_revision(store) == newest_revision()


def test_tables_are_made_in_one_transaction_or_not_at_all(store: Store):
    """The database's own promise: a migration is one transaction on both."""
    with pytest.raises(ZeroDivisionError), store.engine.begin() as connection:
        metadata.create_all(connection)
        raise ZeroDivisionError
    with store.engine.connect() as connection:
        assert inspect(connection).get_table_names() == []


def test_an_incident_of_before_is_no_customers(store: Store):
    """0009: nobody has to verify what was there before, and drafts are for the team's own people."""
    with store.engine.begin() as connection:
        upgrade_to(connection, "0007")
        connection.execute(text(OLD_INCIDENT))
    migrate(store)
    with store.begin() as tx:
        incident = tx.incident("INC-2026-0302-001")
        assert incident is not None
        assert (incident.customer, incident.customer_contact, incident.verified_at) == (None, None, None)
        assert incident.draft_audience is Audience.INTERNAL
        assert (incident.level, incident.tied_to) == (0, None), (
            "0015: it stands alone, and nobody escalated it"
        )


def test_action_items_of_before_are_follow_ups(store: Store):
    """0014: as an import of the same file makes them today; the other facts stay, and what has none is left alone."""
    with store.engine.begin() as connection:
        upgrade_to(connection, "0013")
        connection.execute(text(OLD_INCIDENT))
        connection.execute(text(OLD_INCIDENT.replace("0302-001", "0302-002").replace("checkout", "search")))
        told = {"facts": json.dumps({"sla": [], "action_items": OLD_ITEMS})}
        connection.execute(text("UPDATE incidents SET facts = :facts WHERE title = 'checkout'"), told)
        connection.execute(text("UPDATE incidents SET closed_at = '2026-03-02 11:00:00.250000'"))
        connection.execute(
            text("UPDATE incidents SET facts = '{\"action_items\": []}' WHERE title = 'search'")
        )
    migrate(store)
    with store.begin() as tx:
        incident, other = tx.incident("INC-2026-0302-001"), tx.incident("INC-2026-0302-002")
        assert incident is not None
        assert other is not None
        assert (dict(other.facts), other.followups, dict(incident.facts)) == ({}, (), {"sla": []})
        assert incident.closed_at is not None
        assert incident.followups == followup_items.imported(OLD_ITEMS, at=incident.closed_at)
        assert [one.n for one in incident.followups] == [2, 3, 4]
        assert tx.save_incident(incident).followups == incident.followups


def test_a_day_that_is_none_stays_as_it_was_written(store: Store):
    """0014: a former import took any word for the day of an action item."""
    with store.engine.begin() as connection:
        upgrade_to(connection, "0013")
        connection.execute(text(OLD_INCIDENT))
        told = json.dumps({"action_items": [{"n": 1, "title": "a", "due": "soon"}]})
        connection.execute(text("UPDATE incidents SET facts = :facts"), {"facts": told})
    migrate(store)
    with store.begin() as tx:
        incident = tx.incident("INC-2026-0302-001")
        assert incident is not None
        (item,) = followup_items.items(incident)
        assert (item["due"], item["due_written"]) == (None, "soon")
