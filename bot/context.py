"""What a thread is busy with, for whoever reads the log: the delivery, call or timer, and the incident it is about.

Doors and ticks open a scope with ``about``; whoever learns more says so with ``tell``. Values are short and known:
kinds, keys and references, never what people wrote.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar

_scope: ContextVar[dict[str, str] | None] = ContextVar("scope", default=None)


@contextmanager
def about(**what: str | None) -> Iterator[dict[str, str]]:
    """What this thread does inside is about *what*, in addition to what it was about; gives what was told by then."""
    scope = {**(_scope.get() or {}), **{name: value for name, value in what.items() if value}}
    token = _scope.set(scope)
    try:
        yield scope
    finally:
        _scope.reset(token)


def tell(**what: str) -> None:
    """Add *what* to the innermost scope; outside of any, nobody asks."""
    scope = _scope.get()
    if scope is not None:
        scope.update(what)


def told() -> Mapping[str, str]:
    """What this thread is busy with now."""
    return _scope.get() or {}
