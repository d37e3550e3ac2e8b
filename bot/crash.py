"""Places at which a test may kill the process, to see that whoever comes next finishes the work.

RELIABILITY section 4. In production ``crash`` does nothing. In a test's child process ``arm(n)``, or
``TOCSIN_CRASH_AT=n`` in its environment, ends the process at the n-th place it comes by, as kill -9 does:
no clean-up, no commit, no flush.
"""

import os
from collections.abc import Callable
from threading import Lock

STATUS = 137
"""What a shell says of a process that kill -9 ended."""


def die() -> None:
    """End the process as kill -9 does."""
    os._exit(STATUS)


_lock = Lock()
_left = int(os.environ.get("TOCSIN_CRASH_AT") or 0)
"""Places still to come by before the end; 0: never."""
_where: str | None = None
"""The only place that counts; None: all of them."""
_act: Callable[[], None] = die


def arm(n: int, *, place: str | None = None, act: Callable[[], None] = die) -> None:
    """End the process at the *n*-th place from now on, or where *place* comes by the n-th time; 0: never.

    *act* is done there instead, for a test that has the process stand still.
    """
    global _left, _where, _act
    _left, _where, _act = n, place, act


def crash(place: str) -> None:
    """A *place* at which the process may end."""
    global _left  # noqa: PLW0603 - one process, one end
    if not _left or _where not in (None, place):
        return
    with _lock:
        _left -= 1
        here = _left == 0
    if here:
        _act()
