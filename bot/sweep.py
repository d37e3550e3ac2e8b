"""The sweep: drops what can never be made, and deletes the doubles that no care could prevent.

RELIABILITY section 2: history lags behind, and a worker may be stopped for longer than its lease just before it sends.
"""

import logging
from typing import Any

from bot.access import REFUSED
from bot.call import filled
from bot.clock import Clock
from bot.context import about
from bot.delivering import SWEEP, Slack, way_of
from bot.domain.looks import AGAIN, KEPT
from bot.holding import Pauses
from bot.meters import Meters
from bot.slack.client import Ambiguous, Away, Rejected, TryLater
from bot.store.claimed import SWEPT
from bot.store.outbox import Claimed
from bot.store.store import Store

log = logging.getLogger(__name__)
SUSPECTS = 8
"""At most this many messages are looked for in one round."""
KEPT_OUT = frozenset({"not_in_channel", "channel_not_found", "is_archived", "missing_scope"})
"""Refusals that people mend: by an invitation, or by a scope."""
SWEEPS = 4
"""How often one is looked for whose own message cannot be seen: history lags, or somebody deleted it."""


class Sweep:
    """Looks once more at what was once ambiguous."""

    def __init__(self, store: Store, clock: Clock, slack: Slack, meters: Meters, pauses: Pauses) -> None:
        """Look through *slack*, where *pauses* let us, at what *store* holds, and count in *meters*."""
        self._store = store
        self._clock = clock
        self._slack = slack
        self._meters = meters
        self._pauses = pauses

    def tidy(self) -> int:
        """Drop what can never be made, and look once more for what was once ambiguous; messages deleted as doubles."""
        with self._store.read() as tx:
            if tx.outbox.is_tidy(tx.machine(self._clock)):
                return 0
        with self._store.begin() as tx:
            for key in tx.outbox.drop_hopeless():
                log.warning("%s can never be made and was dropped", key)
            if tx.access.standing() is not None:
                return 0  # nothing can be looked into while Slack refuses the token
            suspects = tx.outbox.suspects(tx.machine(self._clock), again=SWEEP, limit=SUSPECTS)
        return sum(self._looked_at(call) for call in suspects)

    def _looked_at(self, call: Claimed) -> int:
        with about(call=call.key, incident=call.incident):
            return self._sweep(call)

    def _sweep(self, call: Claimed) -> int:
        """Of several messages with one key the one that the record knows stays: edits and pins are about it."""
        deleted, stays = 0, False
        doubles: list[dict[str, Any]] | None = []
        try:
            doubles = self._doubles(call)
            for double in doubles or ():
                deleted += self._delete(call, double)
        except TryLater as error:
            self._throttle(call, error)
            return deleted
        except (Ambiguous, Away) as error:
            log.info("the sweep of %s waits: %s", call.key, error)
            return deleted
        except Rejected as error:
            if error.error in REFUSED:
                self._shut_out(error.error)
                return deleted
            if self._may_be_let_in(call, error.error):
                self._put_off(call, error.error)
                return deleted
            stays = bool(doubles)
            log.warning("%s cannot be swept: %s", call.key, error.error)
            doubles = []
        with self._store.begin() as tx:
            if stays:
                tx.outbox.stays_double(call.id)
            tx.outbox.keep_sweep(call.id, {})
            unclear = doubles is None
            at = tx.machine(self._clock) + SWEEP * 2 ** (call.lookups + 1) if unclear else 0.0
            tx.outbox.sweep_at(call.id, at, sweeps=call.lookups + 1 if unclear else 0)
        return deleted

    def _may_be_let_in(self, call: Claimed, error: str) -> bool:
        """Whether what keeps the bot out may be mended: of a message of the last week, as of a channel's log."""
        return error in KEPT_OUT and self._clock.now() - call.planned_at < KEPT

    def _put_off(self, call: Claimed, error: str) -> None:
        """Looked for again, the older it is the more rarely: the double stands there when the bot is back."""
        log.info("the sweep of %s waits: %s", call.key, error)
        after = max(AGAIN, (self._clock.now() - call.planned_at).total_seconds() / 4)
        with self._store.begin() as tx:
            tx.outbox.sweep_at(call.id, tx.machine(self._clock) + after, sweeps=call.lookups)

    def _shut_out(self, error: str) -> None:
        """Slack refuses the token: all wait for a good one (``bot.access``)."""
        with self._store.begin() as tx:
            if tx.access.shut(error, self._clock.now(), try_at=tx.machine(self._clock)):
                log.error("Slack does not accept the token (%s): all calls wait for a good one", error)

    def _delete(self, call: Claimed, double: dict[str, Any]) -> bool:
        log.error("%s was said twice; the message of %s is deleted", call.key, double["ts"])
        if not self._slack.unsay(double, gate=self._gate):
            return False
        self._meters.doubles.inc()
        return True

    def _doubles(self, call: Claimed) -> list[dict[str, Any]] | None:
        """Messages beside the one that the record knows; None: that one is not in sight, so nobody can tell yet.

        Where it never comes in sight (a person deleted it), the earliest of the others counts as the one that stays.
        """
        found = self._found(call)
        others = [one for one in found if not _is_own(call, one)]
        if len(others) < len(found):
            return others
        return None if call.lookups + 1 < SWEEPS else sorted(others, key=lambda one: str(one["ts"]))[1:]

    def _found(self, call: Claimed) -> list[dict[str, Any]]:
        """All messages of that key, from where Slack made the last look wait."""
        so_far = call.answers[call.key].get(SWEPT) or {}
        found, seen = list(so_far.get("found", ())), [so_far.get("seen", "")]
        args, way = filled(call.args, call.answers), way_of(call, beyond=seen[0], seen=seen.append)
        try:
            for one in self._slack.look(call.method, args, call.key, way, gate=self._gate):
                found.append(one)  # noqa: PERF402 - what came before the trouble counts
        except TryLater:
            with self._store.begin() as tx:
                tx.outbox.keep_sweep(call.id, {"seen": seen[-1], "found": found} if seen[-1] else {})
            raise
        return found

    def _gate(self, method: str, channel: str | None, /) -> None:
        """Before a Web API call. Raises NotYet while Slack's limits hold it."""
        with self._store.read() as tx:
            self._pauses.check(tx, method, channel)

    def _throttle(self, call: Claimed, error: TryLater) -> None:
        """Looked for again when Slack lets us: by every worker, where Slack has just said it."""
        with self._store.begin() as tx:
            tx.outbox.sweep_at(call.id, self._pauses.keep(tx, call.method, error), sweeps=call.lookups)


def _is_own(call: Claimed, found: dict[str, Any]) -> bool:
    """Whether what was found is what the record knows: a message by its ``ts``, an upload by its file."""
    known = call.answers[call.key]
    name = "file" if "file" in known else "ts"
    return bool(found.get(name) == known.get(name))
