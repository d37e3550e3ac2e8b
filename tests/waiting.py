"""Waits for what another thread or process does: asks again and again, up to a deadline."""

from collections.abc import Callable
from typing import TypeVar

from bot.clock import Clock

DEADLINE = 180.0
"""Seconds of machine time; far more than anything that is waited for takes."""
LOOK = 0.02
"""Seconds between two looks."""
T = TypeVar("T")


def until(ask: Callable[[], T | None], deadline: float = DEADLINE, *, what: str = "what is waited for") -> T:
    """What *ask* gives, as soon as it gives something."""
    clock = Clock()
    end = clock.monotonic() + deadline
    while clock.monotonic() < end:
        if given := ask():
            return given
        clock.sleep(LOOK)
    raise AssertionError(f"it did not happen in time: {what}")
