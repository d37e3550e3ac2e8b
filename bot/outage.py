"""A trouble that lasts, as the log tells of it: when it begins, now and then while it lasts, and when it is over."""

from collections.abc import Callable
from threading import Lock


class Outage:
    """Knows when there is something to say, however often the trouble is met. Any thread may ask."""

    def __init__(self, monotonic: Callable[[], float], *, again: float, after: float = 0.0) -> None:
        """Say it once it has lasted for *after* seconds, and not more often than every *again* seconds.

        *monotonic* gives seconds that never go back.
        """
        self._monotonic = monotonic
        self._again = again
        self._after = after
        self._lock = Lock()
        self._since: float | None = None
        self._said_at: float | None = None
        self._is_said = False

    def met(self) -> None:
        """It is so now."""
        with self._lock:
            if self._since is None:
                self._since = self._monotonic()

    @property
    def lasts(self) -> bool:
        """Whether it is so, as far as is known."""
        return self._since is not None

    def news(self) -> float | None:
        """For how many seconds it has lasted, where that is to be said now; None: there is nothing to say."""
        with self._lock:
            now = self._monotonic()
            if self._since is None or now - self._since < self._after:
                return None
            if self._said_at is not None and now - self._said_at < self._again:
                return None
            self._said_at, self._is_said = now, True
            return now - self._since

    def over(self) -> float | None:
        """It is not so, or no longer: for how many seconds it lasted, where it was said that it began."""
        if self._since is None:  # without the lock: this is the way of every success
            return None
        with self._lock:
            since, said = self._since, self._is_said
            self._since, self._is_said = None, False
            return self._monotonic() - since if said and since is not None else None
