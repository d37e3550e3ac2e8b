"""Places at which a test may kill the process, to see that whoever comes next finishes the work.

RELIABILITY section 4. In production ``crash`` does nothing. In a test's child process ``arm(n)``, or
``TOCSIN_CRASH_AT=n`` in its environment, ends the process at the n-th place it comes by, as kill -9 does:
no clean-up, no commit, no flush.
"""

import os
from threading import Lock

STATUS = 137
"""What a shell says of a process that kill -9 ended."""

_lock = Lock()
_left = int(os.environ.get("TOCSIN_CRASH_AT") or 0)
"""Places still to come by before the end; 0: never."""


def arm(n: int) -> None:
    """End the process at the *n*-th place from now on; 0: never."""
    global _left  # noqa: PLW0603 - one process, one end
    _left = n


def crash(place: str) -> None:  # noqa: ARG001 - names the place for whoever reads the code
    """A *place* at which the process may end."""
    global _left  # noqa: PLW0603 - one process, one end
    if not _left:
        return
    with _lock:
        _left -= 1
        if _left == 0:
            os._exit(STATUS)
