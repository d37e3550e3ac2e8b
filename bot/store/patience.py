"""How long to wait for a database that says nothing: whoever asks the bot something is answered within 3 seconds.

A connection can be half open: a host, a proxy or a firewall in between is gone and nobody closed anything. No error
ever comes then, and the bytes may even be acknowledged, so the limits of TCP alone do not notice. These are of
machine time, whatever clock the bot works by.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from math import inf

from bot.clock import Clock

ANSWER = 2.5
"""Seconds that the database has while a person or Slack waits for an answer: within 3, something must be said."""
QUIET = 5.0
"""Seconds of silence after which the connection counts as gone, where nobody waits."""
PING = 1.0
"""Seconds for a sign of life of a connection that was used before."""
CONNECT = 2
"""Seconds for a new connection; psycopg knows none shorter."""
LOCK = 3.0
"""Seconds for which PostgreSQL lets us wait for a row that another transaction holds."""
IDLE = 5.0
"""Seconds after which PostgreSQL ends a transaction that went silent: its rows are free then for the others."""

_MACHINE = Clock()
_end: ContextVar[float | None] = ContextVar("end", default=None)


@contextmanager
def within(seconds: float) -> Iterator[None]:
    """All that is asked of the database inside must be answered within *seconds*, or it counts as away."""
    end = _MACHINE.monotonic() + seconds
    before = _end.get()
    token = _end.set(end if before is None else min(end, before))
    try:
        yield
    finally:
        _end.reset(token)


@contextmanager
def without_limit() -> Iterator[None]:
    """What is asked of the database inside may take as long as it does: migrations."""
    token = _end.set(inf)
    try:
        yield
    finally:
        _end.reset(token)


class Patience:
    """How long one answer of the database may still take."""

    def __init__(self, quiet: float = QUIET) -> None:
        """Begin to wait now, for *quiet* seconds where nothing else was said."""
        self._quiet = quiet
        self._end = _end.get()
        self._since = _MACHINE.monotonic()

    def heard(self) -> None:
        """Something came: without a time by which all must be done, the waiting begins anew."""
        self._since = _MACHINE.monotonic()

    @property
    def left(self) -> float:
        """Seconds left; none where it is negative, ``inf`` where there is no limit."""
        end = self._since + self._quiet if self._end is None else self._end
        return end - _MACHINE.monotonic()
