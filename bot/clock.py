"""Time, as an argument: the only place that reads a clock.

Business time (``now``) is what an incident is about; it can be moved by a test, by the sandbox's page and by a
replay. Machine time (``machine``, ``shared``, ``monotonic``, ``sleep``) is for leases, time limits, signatures and
trigger ids; it is never moved by anybody outside a test.
"""

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from threading import Lock


class Clock:
    """The clock of a running bot: business time and machine time are the same."""

    def now(self) -> datetime:
        """Business time, aware, UTC."""
        return datetime.now(UTC)

    def machine(self) -> float:
        """Seconds since the epoch, the same for all processes of a host: signatures, trigger ids."""
        return time.time()

    def shared(self, reading: Callable[[], float] | None) -> float:
        """Machine time on which all workers of one database agree: leases, pauses, Slack's limits.

        *reading* asks the database, where that has a clock of its own (PostgreSQL): clocks of hosts differ. None where
        it has none (SQLite): its workers share a host, and the host's clock.
        """
        return self.machine() if reading is None else reading()

    def monotonic(self) -> float:
        """Seconds that never go back, of this process alone: how long something took."""
        return time.monotonic()

    def sleep(self, seconds: float) -> None:
        """Wait, in machine time."""
        time.sleep(seconds)


class MovableClock(Clock):
    """A clock whose business time can be set, moved on, and run faster: for the sandbox and for replays."""

    def __init__(self) -> None:
        """Start at the machine's own time and speed."""
        self._lock = Lock()
        self._set_at = self.monotonic()
        self._base = datetime.now(UTC)
        self._speed = 1.0
        self._until: datetime | None = None

    def now(self) -> datetime:
        """Business time, aware, UTC."""
        with self._lock:
            now = self._base + timedelta(seconds=(self.monotonic() - self._set_at) * self._speed)
            return now if self._until is None else min(now, self._until)

    def set(self, now: datetime, speed: float = 1.0, *, until: datetime | None = None) -> None:
        """Make it *now* (aware), running *speed* times as fast as the machine from here on.

        It stands still at *until*, however late somebody looks: who runs it fast misses nothing that falls due then.
        """
        with self._lock:
            self._base, self._set_at, self._speed = now.astimezone(UTC), self.monotonic(), speed
            self._until = until

    def forward(self, by: timedelta) -> None:
        """Move business time on, at the speed it has."""
        with self._lock:
            self._base += by
            self._until = None
