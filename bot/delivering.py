"""What comes of one claimed call: it is made, looked for, put back, refused or dropped, and the outcome is kept.

RELIABILITY section 2, "Out". The outcome is written only by whoever holds the newest attempt. What may have reached
Slack although no answer came back is looked for in the channel before it is sent again.
"""

import logging
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol

from bot.access import Access
from bot.call import DUE, filled
from bot.clock import Clock
from bot.context import about
from bot.crash import crash
from bot.holding import Beginnings, Holding, Lost, Pauses
from bot.meters import Meters
from bot.slack.client import Ambiguous, Away, Rejected, TryLater
from bot.slack.compound import Gate
from bot.slack.looking import Way
from bot.store.claims import LONGEST_HOLD
from bot.store.outbox import Claimed
from bot.store.store import Collision, Store, StoreAway, Tx

log = logging.getLogger(__name__)

ANSWERABLE = timedelta(minutes=30)
"""How long Slack takes answers to a click or command by its response_url."""
SETTLE = 2.0
"""Seconds after an ambiguous try until the first look into the channel's history."""
SECOND_LOOK = 4.0
LOOKS = 2
LONGEST_PAUSE = 30.0
"""Seconds between tries while Slack stays away."""
SWEEP = 20.0
"""Seconds after a message that was once ambiguous until it is looked for once more."""
EARLIER = 3600.0
"""Seconds before its planning from which a message is looked for: clocks of hosts and of Slack differ."""
LITTLE_EARLIER = 300.0
"""The same in Slack's slow tier, where an hour of talk takes hours to go through, and all that waits for the message
waits as long. A host whose clock is further off takes nothing that Slack signed."""
KEEP_TRIES = 3


class Slack(Beginnings, Protocol):
    """What the outbox needs of Slack's client. Every Web API call passes the *gate* first."""

    def perform(self, method: str, args: Mapping[str, Any], *, gate: Gate) -> dict[str, Any]:
        """Make one call. Raises TryLater, Ambiguous, Away or Rejected."""

    def look(
        self, method: str, args: Mapping[str, Any], key: str, way: Way, *, gate: Gate
    ) -> Iterator[dict[str, Any]]:
        """Slack's answers to a call that may have been made before, found by its key on that *way*."""

    def unsay(self, said: Mapping[str, Any], *, gate: Gate) -> bool:
        """Delete a message that ``look`` found; False where it was gone already."""

    def is_repeatable(self, method: str) -> bool:
        """Whether making the call again does no harm."""

    def is_findable(self, method: str) -> bool:
        """Whether ``look`` can tell if the call was made. What is neither is made at most once."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Hooks:
    """What the use cases want to know about calls."""

    answered: Callable[[Tx, Claimed, dict[str, Any]], dict[str, Any]]
    """In the transaction that keeps the answer; gives back what of the answer is worth keeping."""
    refused: Callable[[Tx, Claimed, str], None]
    """In the transaction that keeps a refusal of Slack's."""
    is_wanted: Callable[[str, str], bool]
    """Whether a guarded call (key, incident) should still be made."""
    access: Access
    """Whether Slack takes the token."""


class Delivering:
    """Makes claimed calls, and keeps what comes of them."""

    def __init__(
        self, store: Store, clock: Clock, slack: Slack, hooks: Hooks, *, meters: Meters, pauses: Pauses
    ) -> None:
        """Make calls through *slack* where *pauses* let us, keep outcomes in *store*, time nudges in *meters*."""
        self._meters = meters
        self._store = store
        self._clock = clock
        self._slack = slack
        self._hooks = hooks
        self._pauses = pauses

    def deliver(self, call: Claimed, taken: float) -> None:
        """One claimed call, whatever comes of it. *taken*: monotonic time of the claim."""
        with about(call=call.key, incident=call.incident):
            self._whatever_comes(call, taken)

    def _whatever_comes(self, call: Claimed, taken: float) -> None:
        try:
            self._step(call, Holding(self._store, self._clock, self._pauses, call, taken))
        except Lost:
            log.warning("%s took longer than its lease; another worker has it", call.key)
        except StoreAway as error:
            log.error("the outcome of %s could not be kept; its lease will run out: %s", call.key, error)  # noqa: TRY400
        except Exception:
            log.exception("a bug stands in the way of %s (%s)", call.key, call.method)
            self._after_bug(call)

    def _after_bug(self, call: Claimed) -> None:
        try:
            self._unsure(call, "a bug; see the log", after=_pause(call.attempt + 3))
        except Exception:
            log.exception("%s stays claimed until its lease runs out", call.key)

    def _step(self, call: Claimed, gate: Gate) -> None:
        try:
            args = filled(call.args, call.answers)
        except (KeyError, TypeError, IndexError) as error:
            self._refuse(call, f"an answer that it needs lacks {error}")
            return
        if self.is_looked_for(call):
            self._look(call, args, gate)
        elif not call.ambiguous or self._slack.is_repeatable(call.method):
            self._make(call, args, gate)
        else:
            self._drop(call, "it may have been done, and is not done twice")

    def is_looked_for(self, call: Claimed) -> bool:
        """Whether it may have been made already, so that a look for it comes before anything else."""
        if not call.ambiguous or self._slack.is_repeatable(call.method):
            return False
        return self._slack.is_findable(call.method)

    def _look(self, call: Claimed, args: Mapping[str, Any], gate: Gate) -> None:
        """An ambiguous call: is it there already? Looked for twice before it is made again.

        One that is there is kept although it is wanted no longer: what edits it later needs its answer. A look that
        is cut short goes on at the next try from where it came to: one that began anew might never end.
        """
        seen = [call.seen]
        try:
            way = way_of(call, beyond=call.seen, seen=seen.append)
            answer = next(self._slack.look(call.method, args, call.key, way, gate=gate), None)
        except TryLater as error:
            self._throttle(call, error, ambiguous=True, seen=seen[-1])
        except (Ambiguous, Away) as error:
            after = _pause(call.attempt)
            self._put_back(call, str(error), after=after, ambiguous=True, lookups=call.lookups, seen=seen[-1])
        except Rejected as error:
            if self._hooks.access.is_refusal(call.method, error.error):
                self._shut_out(call, error.error, ambiguous=True)
                return
            log.warning("%s cannot be looked for (%s)", call.key, error.error)
            self._not_found(call, args, gate)
        else:
            if answer is not None:
                self._keep(call, answer, sweep=call.attempt > call.lookups + 2)
            else:
                self._not_found(call, args, gate)

    def _not_found(self, call: Claimed, args: Mapping[str, Any], gate: Gate) -> None:
        if call.lookups + 1 < LOOKS:
            self._put_back(call, "not found yet", after=SECOND_LOOK, ambiguous=True, lookups=call.lookups + 1)
        else:
            self._make(call, args, gate)

    def _make(self, call: Claimed, args: Mapping[str, Any], gate: Gate) -> None:
        if call.guarded and not self._hooks.is_wanted(call.key, call.incident or ""):
            self._drop(call, "no longer wanted")
        elif call.method == "respond" and self._clock.now() - call.planned_at > ANSWERABLE:
            self._drop(call, "Slack takes no answer so late")
        else:
            self._send(call, args, gate)

    def _send(self, call: Claimed, args: Mapping[str, Any], gate: Gate) -> None:
        crash("before the call")
        try:
            told = {name: args[name] for name in args if name != DUE}
            answer = self._slack.perform(call.method, told, gate=gate)
        except TryLater as error:
            self._throttle(call, error, ambiguous=False)
        except Ambiguous as error:
            self._unsure(call, str(error), after=max(SETTLE, _pause(call.attempt)))
        except Away as error:
            self._put_back(call, str(error), after=_pause(call.attempt), ambiguous=False)
        except Rejected as error:
            if self._hooks.access.is_refusal(call.method, error.error):
                self._shut_out(call, error.error, ambiguous=False)
            else:
                self._refuse(call, error.error)
        else:
            crash("after the call")
            self._keep(call, answer, sweep=call.ambiguous)

    # Outcomes

    def _keep(self, call: Claimed, answer: dict[str, Any], *, sweep: bool) -> None:
        """Slack did it. *sweep*: it may have been done twice, and is looked for once more later."""
        findable = self._slack.is_findable(call.method)

        def keep(tx: Tx) -> None:
            sweep_at = tx.machine(self._clock) + SWEEP if findable else 0.0
            if tx.outbox.done(call, self._clock.now(), sweep_at=sweep_at if sweep else 0.0):
                tx.outbox.keep_answer(call, self._hooks.answered(tx, call, answer))
            elif findable:  # another worker took over meanwhile, and may have made it too
                tx.outbox.sweep_at(call.id, sweep_at)

        self._finish(keep)
        if DUE in call.args and "ts" in answer:
            due = datetime.fromisoformat(call.args[DUE]).timestamp()
            self._meters.nudge_lateness.observe(max(0.0, float(answer["ts"]) - due))

    def _refuse(self, call: Claimed, error: str) -> None:
        log.warning("Slack refused %s (%s): %s", call.key, call.method, error)

        def keep(tx: Tx) -> None:
            if tx.outbox.failed(call, error, self._clock.now()):
                self._hooks.refused(tx, call, error)

        self._finish(keep)

    def _drop(self, call: Claimed, why: str) -> None:
        self._finish(lambda tx: tx.outbox.drop(call, why, self._clock.now()))

    def _shut_out(self, call: Claimed, error: str, *, ambiguous: bool) -> None:
        """Slack refuses the token: all calls wait for a good one, and none is given up."""
        lookups = call.lookups if ambiguous else 0

        def keep(tx: Tx) -> None:
            self._hooks.access.refused(tx, error)
            tx.outbox.again(call, not_before=0.0, ambiguous=ambiguous, lookups=lookups, error=error)

        self._finish(keep)

    def _throttle(self, call: Claimed, error: TryLater, *, ambiguous: bool, seen: str = "") -> None:
        """Slack asked all of us to wait: kept in the database, so that every worker obeys."""
        lookups = call.lookups if ambiguous else 0

        def keep(tx: Tx) -> None:
            until = min(self._pauses.keep(tx, call.method, error), tx.machine(self._clock) + LONGEST_HOLD)
            why = str(error)
            tx.outbox.again(
                call, not_before=until, ambiguous=ambiguous, lookups=lookups, error=why, seen=seen
            )

        self._finish(keep)

    def _unsure(self, call: Claimed, why: str, *, after: float) -> None:
        """The call may have been done. What can be neither repeated nor looked for is done at most once."""
        if self._slack.is_repeatable(call.method) or self._slack.is_findable(call.method):
            self._put_back(call, why, after=after, ambiguous=True)
        else:
            self._drop(call, f"it may have been done, and is not done twice: {why}")

    def _put_back(
        self, call: Claimed, why: str, *, after: float, ambiguous: bool, lookups: int = 0, seen: str = ""
    ) -> None:
        log.info("%s (%s) will be tried again: %s", call.key, call.method, why)

        def keep(tx: Tx) -> None:
            at = tx.machine(self._clock) + after
            tx.outbox.again(call, not_before=at, ambiguous=ambiguous, lookups=lookups, error=why, seen=seen)

        self._finish(keep)

    def _finish(self, keep: Callable[[Tx], object]) -> None:
        """Keep an outcome; once more where another transaction got in between."""
        for left in range(KEEP_TRIES - 1, -1, -1):
            try:
                with self._store.begin() as tx:
                    keep(tx)
            except Collision:
                if not left:
                    raise
            else:
                break


def _pause(attempt: int) -> float:
    """Seconds until the next try: the more tries, the longer, up to ``LONGEST_PAUSE``."""
    return float(min(LONGEST_PAUSE, SETTLE * 2 ** min(attempt // 3, 10)))


def way_of(call: Claimed, *, beyond: str, seen: Callable[[str], object]) -> Way:
    """From when on the call may have been made, by Slack's time; *beyond* and *seen* as in ``Way``."""
    planned = call.planned_at.timestamp()
    since, slow_since = max(0.0, planned - EARLIER), planned - LITTLE_EARLIER
    return Way(since=since, slow_since=slow_since, beyond=beyond, seen=seen)
