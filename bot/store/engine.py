"""Engines for the two databases, set up so that a commit is durable and writers do not meet half-way."""

import json
import sqlite3
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, make_url
from sqlalchemy.engine import URL

from bot.store import patience
from bot.store.patience import Patience

BUSY_TIMEOUT = 10_000
"""How long a SQLite writer waits for another, milliseconds, where nobody waits for the answer."""
LONGEST = 600_000
"""The same for a migration, whoever else migrates."""
POSTGRES = {"postgres", "postgresql", "postgresql+psycopg"}
CONNECT: dict[str, Any] = {
    "connect_timeout": patience.CONNECT,
    "client_encoding": "utf8",
    "keepalives_idle": 5,
    "keepalives_interval": 2,
    "keepalives_count": 2,
    "tcp_user_timeout": 5_000,
}
"""libpq's limits: a host that went away without a word is noticed within seconds, not after hours. Seconds; the last
one is milliseconds. Texts go as UTF-8 whatever the server takes for its own: a database that a machine without a locale
made is ``SQL_ASCII``, and would give bytes.
https://www.postgresql.org/docs/current/libpq-connect.html#LIBPQ-PARAMKEYWORDS"""
CONNECTIONS = 10
"""How many connections to PostgreSQL one process takes at most, beside the one that listens. A worker has 8 threads for
calls and some for ticks, a door has 40; each needs a connection for some milliseconds."""
POOL_TIMEOUT = 2.0
"""Who gets no connection within that many seconds says so, while Slack still waits for the answer."""


def normal_url(url: str) -> URL:
    """*url* with the driver that is used: ``postgres://`` and ``postgresql://`` both mean psycopg 3."""
    if url.startswith("postgres://"):
        url = "postgresql" + url.removeprefix("postgres")
    made = make_url(url)
    return made.set(drivername="postgresql+psycopg") if made.drivername in POSTGRES else made


def make_engine(url: str, connections: int = CONNECTIONS) -> Engine:
    """An engine for *url*. SQLite: WAL, synchronous=FULL, foreign keys, BEGIN IMMEDIATE for writers.

    What people wrote stands in no error's text: traces are logged, and an incident may be private.
    *connections*: at most so many at once, on PostgreSQL.

    https://www.sqlite.org/wal.html; measured reasons in RELIABILITY section 3.
    """
    made = normal_url(url)
    if made.drivername.startswith("postgresql"):
        from bot.store import patient  # noqa: PLC0415 - psycopg weighs 9 MB, and SQLite needs none of it

        pool = {"pool_size": connections, "max_overflow": 0, "pool_timeout": POOL_TIMEOUT}
        engine = create_engine(
            made, json_serializer=_json, hide_parameters=True, connect_args=CONNECT, **pool
        )
        patient.prepare(engine)
        return engine
    engine = create_engine(made, json_serializer=_json, hide_parameters=True)
    event.listen(engine, "connect", _prepare)
    event.listen(engine, "begin", _begin)
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
    driver: Any = connection.connection.driver_connection  # straight to it: this is the way of every message
    waits = max(0.0, min(Patience(BUSY_TIMEOUT / 1_000).left * 1_000, LONGEST))
    driver.execute(f"PRAGMA busy_timeout={int(waits)}")
    driver.execute("BEGIN" if reading else "BEGIN IMMEDIATE")
