"""Rows to values and back, and the statements on the way of every message and every command."""

from dataclasses import fields
from typing import Any

from sqlalchemy import Row, Text, bindparam, cast, insert, select, update
from sqlalchemy.dialects.postgresql import insert as upsert_postgres
from sqlalchemy.dialects.sqlite import insert as upsert_sqlite

from bot.domain.incident import Incident
from bot.domain.timeline import Entry
from bot.domain.undo import Command
from bot.store import tables

BY_REF = select(tables.incidents).where(tables.incidents.c.ref == bindparam("ref"))
LOCKED, LOCKED_IF_FREE = (BY_REF.with_for_update(key_share=True, skip_locked=free) for free in (False, True))
"""key_share: messages may be recorded meanwhile; they only refer to the incident."""
OF_CHANNEL = select(tables.incidents).where(tables.incidents.c.channel_id == bindparam("channel"))
LEAVING = (
    select(tables.incidents)
    .where(
        tables.incidents.c.channel_id.is_(None), tables.incidents.c.former_channel_id == bindparam("channel")
    )
    .limit(1)
)
RECORDING = select(tables.incidents.c.ref).where(tables.incidents.c.channel_id == bindparam("channel"))
LEFT_BY = (
    select(tables.incidents.c.ref)
    .where(
        tables.incidents.c.channel_id.is_(None), tables.incidents.c.former_channel_id == bindparam("channel")
    )
    .limit(1)
)
SAVED = update(tables.incidents).where(
    tables.incidents.c.ref == bindparam("its_ref"), tables.incidents.c.version == bindparam("its_version")
)
MARKED = cast(tables.entries.c.marks, Text) != "[]"
"""An entry that stands on the timeline while it is there (``Entry.on_timeline``)."""
NEW_ENTRY = insert(tables.entries).returning(tables.entries.c.id)
UPSERTS = (("postgresql", upsert_postgres), ("sqlite", upsert_sqlite))
NEW_MESSAGE = {
    name: upsert(tables.entries)
    .on_conflict_do_nothing(index_elements=["channel_id", "ts"])
    .execution_options(preserve_rowcount=True)
    for name, upsert in UPSERTS
}
NEW_DELIVERY = {
    name: upsert(tables.deliveries)
    .on_conflict_do_nothing(index_elements=["key"])
    .returning(tables.deliveries.c.key)
    for name, upsert in UPSERTS
}
REPLIED = update(tables.deliveries).where(tables.deliveries.c.key == bindparam("its_key"))
LAST_COMMAND = {
    name: (new := upsert(tables.last_commands)).on_conflict_do_update(
        index_elements=["incident", "by"],
        set_={field.name: new.excluded[field.name] for field in fields(Command)},
    )
    for name, upsert in UPSERTS
}
"""Made once: making a statement costs more than running it."""


def columns_of(incident: Incident) -> dict[str, Any]:
    """The row of an incident: a column bears the name of its field."""
    return {field.name: getattr(incident, field.name) for field in fields(incident)}


def entry_columns(entry: Entry) -> dict[str, Any]:
    """The row of an entry; a new one gets its id from the database, which also counts how often it is changed."""
    columns = {field.name: getattr(entry, field.name) for field in fields(entry)}
    del columns["saves"]
    if entry.id is None:
        del columns["id"]
    return columns


def incident_of(row: Row[Any]) -> Incident:
    """The incident of a row."""
    return Incident(**row._mapping)  # noqa: SLF001 - SQLAlchemy's public name


def entry_of(row: Row[Any]) -> Entry:
    """The entry of a row."""
    return Entry(**row._mapping)  # noqa: SLF001 - SQLAlchemy's public name
