"""The sweep: drops what can never be made, and deletes the doubles that no care could prevent.

RELIABILITY section 2: history lags behind, and a worker may be stopped for longer than its lease just before it sends.
"""

import logging
from typing import Any

from bot.call import filled
from bot.clock import Clock
from bot.context import about
from bot.delivering import SWEEP, Slack, since_of
from bot.slack.client import Ambiguous, Away, Rejected, TryLater
from bot.store.outbox import Claimed
from bot.store.store import Store

log = logging.getLogger(__name__)
SUSPECTS = 8
"""At most this many messages are looked for in one round."""


class Sweep:
    """Looks once more at what was once ambiguous."""

    def __init__(self, store: Store, clock: Clock, slack: Slack) -> None:
        """Look through *slack* at what *store* holds."""
        self._store = store
        self._clock = clock
        self._slack = slack

    def tidy(self) -> int:
        """Drop what can never be made, and look once more for what was once ambiguous; messages deleted as doubles."""
        with self._store.begin() as tx:
            for key in tx.outbox.drop_hopeless():
                log.warning("%s can never be made and was dropped", key)
            suspects = tx.outbox.suspects(self._clock.machine(), again=SWEEP, limit=SUSPECTS)
        return sum(self._looked_at(call) for call in suspects)

    def _looked_at(self, call: Claimed) -> int:
        with about(call=call.key, incident=call.incident):
            return self._sweep(call)

    def _sweep(self, call: Claimed) -> int:
        """Of two messages with one key, the one that the record does not know is deleted: edits go to the other."""
        doubles: list[dict[str, Any]] = []
        stays = False
        try:
            doubles = self._doubles(call)
            for double in doubles:
                log.error("%s was said twice; the message of %s is deleted", call.key, double["ts"])
                self._slack.unsay(double)
        except (TryLater, Ambiguous, Away) as error:
            log.info("the sweep of %s waits: %s", call.key, error)
            return 0
        except Rejected as error:
            stays = bool(doubles)
            log.warning("%s cannot be swept: %s", call.key, error.error)
        with self._store.begin() as tx:
            if stays:
                tx.outbox.stays_double(call.id)
            tx.outbox.sweep_at(call.id, 0.0)
        return len(doubles)

    def _doubles(self, call: Claimed) -> list[dict[str, Any]]:
        """Messages beside the one that the record knows. Without that one in sight nothing is a double; files stay."""
        if call.method != "chat.postMessage":
            return []
        args = filled(call.args, call.answers)
        found = list(self._slack.look(call.method, args, call.key, since=since_of(call)))
        own = call.answers[call.key].get("ts")
        others = [one for one in found if one["ts"] != own]
        return others if len(others) < len(found) else []
