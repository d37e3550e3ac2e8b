"""The lease on a claimed call, and the gate before each Web API call: it is still ours, and Slack lets us.

RELIABILITY section 2, "Out": the lease must outlast the HTTP timeout on the monotonic clock.
"""

from collections.abc import Callable, Collection, Mapping
from typing import Any, Protocol

from bot.call import filled
from bot.clock import Clock
from bot.slack.client import TryLater
from bot.store.claimed import Claimed
from bot.store.claims import scope_of
from bot.store.store import Store, Tx

LEASE = 10.0
"""Seconds a worker holds a call. Each Web API call begins in the first half, so that its 5 s end before the lease
does; where a look or a call of several steps takes longer, the lease is made longer first."""


class Lost(Exception):
    """The lease ran out, and another worker has the call: nothing more may be done about it here."""


class NotYet(TryLater):
    """Slack has asked for a pause that is not over: it was not called."""


class Pauses:
    """The pauses that Slack asks for: kept in the database for all workers, remembered here for calls in hand."""

    def __init__(self, clock: Clock) -> None:
        """Nothing is held yet."""
        self._clock = clock
        self._ends: dict[str, float] = {}
        """Monotonic time at which what this process was told is over, by scope."""

    def keep(self, tx: Tx, method: str, error: TryLater) -> float:
        """Slack asked for a pause while *method* was made; machine time of its end. A NotYet asks for nothing new."""
        until = tx.machine(self._clock) + error.seconds
        if not isinstance(error, NotYet):
            scope = scope_of(error.method or method, error.channel)
            self._ends[scope] = max(self._ends.get(scope, 0.0), self._clock.monotonic() + error.seconds)
            tx.outbox.throttle(scope, until)
        return until

    def check_own(self, method: str, channel: str | None) -> None:
        """Raises NotYet where this process knows of a pause. What others were told, the claim has asked for."""
        ends = (self._ends.get(scope, 0.0) for scope in (method, scope_of(method, channel)))
        left = max(ends) - self._clock.monotonic()
        if left > 0:
            raise NotYet(left, method, channel)

    def check(self, tx: Tx, method: str, channel: str | None) -> None:
        """Raises NotYet where any process was told to pause."""
        now = tx.machine(self._clock)
        until = tx.outbox.throttled(method, channel, now)
        if until is not None:
            raise NotYet(until - now, method, channel)


class Holding:
    """The gate of one claimed call."""

    def __init__(self, store: Store, clock: Clock, pauses: Pauses, call: Claimed, taken: float) -> None:
        """Hold *call*; *taken*: monotonic time from which its lease runs. The claim has asked for Slack's limits."""
        self._store = store
        self._clock = clock
        self._pauses = pauses
        self._call = call
        self._taken = taken
        self._asked = True

    def __call__(self, method: str, channel: str | None, /) -> None:
        """Before *method* is called. Raises NotYet before its time, and Lost where another worker has the call."""
        self._pauses.check_own(method, channel)
        asked, self._asked = self._asked, False
        short = self._clock.monotonic() - self._taken > LEASE / 2
        if asked and not short:
            return
        with self._store.begin() if short else self._store.read() as tx:
            self._pauses.check(tx, method, channel)
            if short:
                self._renew(tx)

    def _renew(self, tx: Tx) -> None:
        taken = self._clock.monotonic()
        if not tx.outbox.renew(self._call, tx.machine(self._clock) + LEASE):
            raise Lost(self._call.key)
        self._taken = taken


class Beginnings(Protocol):
    """What Slack's client knows of how planned calls begin."""

    def begins_with(self, method: str, args: Mapping[str, Any], *, looking: bool) -> tuple[str, str | None]:
        """The first Web API method of a call (or of a look for it), and the channel that it is about."""

    def begun_by(self, methods: Collection[str]) -> Collection[str]:
        """Calls made of several whose first Web API call is always one of *methods*."""


class Limited:
    """Which calls Slack's limits hold: those whose first Web API call would come before its time."""

    def __init__(self, slack: Beginnings, is_looked_for: Callable[[Claimed], bool]) -> None:
        """Ask *slack* what calls begin with; *is_looked_for*: those that begin with a look."""
        self._slack = slack
        self._is_looked_for = is_looked_for

    def scopes(self, call: Claimed) -> Collection[str]:
        """The scopes of throttles any of which holds *call*."""
        try:
            args = filled(call.args, call.answers)
            method, channel = self._slack.begins_with(call.method, args, looking=self._is_looked_for(call))
        except (KeyError, TypeError, IndexError):
            return ()  # its arguments do not fit: it is refused as soon as it is taken up
        return {method, scope_of(method, channel)}

    def begun_by(self, methods: Collection[str]) -> Collection[str]:
        """Planned methods whose first Web API call is one of *methods*, whatever their arguments are."""
        return self._slack.begun_by(methods)
