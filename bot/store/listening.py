"""LISTEN and NOTIFY: a commit in one process wakes the workers in others at once. PostgreSQL only.

https://www.postgresql.org/docs/current/sql-notify.html. A notification is a hint and no more: it may be lost with its
connection, and then the outbox looks by itself (``bot.outbox.WAIT``).
"""

import logging
import selectors
import socket
import threading
from collections.abc import Callable

import psycopg
from sqlalchemy import URL

from bot.store.engine import CONNECT
from bot.store.notifying import CHANNEL
from bot.store.patient import Patient

log = logging.getLogger(__name__)

SOONEST, LATEST = 0.2, 5.0
"""Seconds until a lost connection is made anew: the longer it is gone, the longer."""


class Listener:
    """A thread with a connection of its own that outlives restarts of the database."""

    def __init__(self, url: URL, wake: Callable[[], None], *, own: str) -> None:
        """Call *wake* for each notification that does not come from the process named *own*."""
        self._address = url.set(drivername="postgresql").render_as_string(hide_password=False)
        self._wake = wake
        self._own = own
        self._stopping = threading.Event()
        self._ended, self._end = socket.socketpair()
        self._thread = threading.Thread(target=self._run, name="outbox-listener", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Hang up; returns when the thread and its connection are gone."""
        self._stopping.set()
        self._end.send(b"x")
        self._thread.join()
        self._end.close()
        self._ended.close()

    def _run(self) -> None:
        pause, told = SOONEST, False
        while not self._stopping.is_set():
            try:
                with Patient.connect(self._address, autocommit=True, **CONNECT) as connection:
                    connection.execute(f"LISTEN {CHANNEL}")
                    pause, told = SOONEST, False
                    self._wake()  # for what was planned while nobody listened
                    self._hear(connection)
            except psycopg.Error as error:
                if not told:  # once until somebody listens again: the store tells how long a database is away
                    log.warning("nobody listens for new calls, the outbox looks each second: %s", error)
                told = True
            self._stopping.wait(pause)
            pause = min(LATEST, pause * 2)

    def _hear(self, connection: "psycopg.Connection[tuple[object, ...]]") -> None:
        """Wait for notifications until told to stop. Raises psycopg.Error where the connection is lost."""
        with selectors.DefaultSelector() as either:
            either.register(connection.fileno(), selectors.EVENT_READ)
            either.register(self._ended, selectors.EVENT_READ)
            while not self._stopping.is_set():
                either.select()
                heard = [each.payload for each in connection.notifies(timeout=0)]
                if any(name != self._own for name in heard):
                    self._wake()
