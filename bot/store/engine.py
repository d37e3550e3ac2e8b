"""Engines for the two databases, set up so that a commit is durable and writers do not meet half-way."""

import json
import sqlite3
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, make_url
from sqlalchemy.engine import URL

from bot.store.patience import Patience

BUSY_TIMEOUT = 10_000
"""How long a SQLite writer waits for another, milliseconds, where nobody waits for the answer."""
LONGEST = 600_000
"""The same for a migration, whoever else migrates."""
POSTGRES = {"postgres", "postgresql", "postgresql+psycopg"}


def normal_url(url: str) -> URL:
    """*url* with the driver that is used: ``postgres://`` and ``postgresql://`` both mean psycopg 3."""
    if url.startswith("postgres://"):
        url = "postgresql" + url.removeprefix("postgres")
    made = make_url(url)
    return made.set(drivername="postgresql+psycopg") if made.drivername in POSTGRES else made


def make_engine(url: str) -> Engine:
    """An engine for *url*. SQLite: WAL, synchronous=FULL, foreign keys, BEGIN IMMEDIATE for writers.

    https://www.sqlite.org/wal.html; measured reasons in RELIABILITY section 3.
    """
    made = normal_url(url)
    if made.drivername.startswith("postgresql"):
        return _postgres(made)
    engine = create_engine(made, json_serializer=_json)
    event.listen(engine, "connect", _prepare)
    event.listen(engine, "begin", _begin)
    return engine


def _postgres(url: URL) -> Engine:
    from bot.store import patient  # noqa: PLC0415 - psycopg is loaded only where it is used

    options: dict[str, Any] = {**patient.POOL, "connect_args": patient.KEEPALIVE}
    engine = create_engine(url, json_serializer=_json, **options)
    patient.prepare(engine)
    return engine


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


def _prepare(connection: sqlite3.Connection, _record: object) -> None:
    # The driver's own transaction handling is off: the "begin" hook says BEGIN itself.
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in (
        f"busy_timeout={BUSY_TIMEOUT}", "journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON",
    ):  # fmt: skip
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin(connection: Connection) -> None:
    reading = connection.get_execution_options().get("reading", False)
    waits = max(0.0, min(Patience(BUSY_TIMEOUT / 1_000).left * 1_000, LONGEST))
    connection.exec_driver_sql(f"PRAGMA busy_timeout={int(waits)}")
    connection.exec_driver_sql("BEGIN" if reading else "BEGIN IMMEDIATE")
