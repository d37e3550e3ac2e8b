"""Whether Slack lets the bot in: a token that is refused stops all calls together, until a single try says otherwise.

Nothing that was planned is given up. All processes on one database know of it, and one of them tries at a time.
"""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from bot.clock import Clock
from bot.slack.errors import REFUSED, Ambiguous, Away, Rejected, TryLater
from bot.store.access import ShutOut
from bot.store.claimed import Backlog
from bot.store.store import Store, Tx

__all__ = ["BEHIND", "REFUSED", "Access", "Backlog", "ShutOut", "sentence"]

log = logging.getLogger(__name__)

SPEAKS = frozenset({"chat.postMessage", "chat.update"})
"""Without the scope for these (chat:write) the bot can do nothing that is worth doing alone."""
WRITE = "chat:write"
SOONEST, LATEST = 30.0, 300.0
"""Seconds between two tries of the token: a tenth of the time for which it is refused, within these."""

MOMENT = 2.0
"""Seconds for which what was known of the token, and of calls that wait, counts as known."""
BEHIND = timedelta(seconds=30)
"""For so long a call may wait without a word about it."""

WhoAmI = Callable[[], tuple[dict[str, Any], frozenset[str]]]


class Access:
    """Knows whether calls can be made, and finds out when they can again."""

    def __init__(self, store: Store, clock: Clock, who_am_i: WhoAmI) -> None:
        """Keep in *store*; *who_am_i* asks Slack who the token's bot is, and for its scopes."""
        self._store = store
        self._clock = clock
        self._who_am_i = who_am_i
        self._seen: tuple[float, ShutOut | Backlog | None] | None = None

    def is_refusal(self, method: str, error: str) -> bool:
        """Whether *error* of a call of *method* is about the token, and no call will be answered better.

        Of a missing scope Slack is asked: where the bot may write, the refusal is about that one call.
        """
        return error in REFUSED or (error == "missing_scope" and method in SPEAKS and not self._may_write())

    def _may_write(self) -> bool:
        """Whether the token's scopes let the bot speak; where Slack does not say, they do."""
        try:
            _, scopes = self._who_am_i()
        except (TryLater, Ambiguous, Away, Rejected):
            return True
        return not scopes or WRITE in scopes

    def refused(self, tx: Tx, error: str) -> None:
        """Slack refused the token in a call."""
        self._shut(tx, error, try_at=tx.machine(self._clock) + SOONEST)

    def taken(self, error: str) -> None:
        """Slack says that the token was taken; an old delivery may say so too, so it is tried at once."""
        with self._store.begin() as tx:
            self._shut(tx, error, try_at=tx.machine(self._clock))

    def _shut(self, tx: Tx, error: str, *, try_at: float) -> None:
        self._seen = None
        if tx.access.shut(error, self._clock.now(), try_at=try_at):
            log.error("%s All calls wait for it.", sentence(error))

    def standing(self) -> ShutOut | None:
        """Why no call is made; None: the token is good, as far as is known."""
        with self._store.read() as tx:
            return tx.access.standing()

    def lately(self) -> ShutOut | Backlog | None:
        """Why Slack takes nothing that the bot says, or takes it late; None: all is well.

        As it was a moment ago: who answers a person does not ask the database each time.
        """
        now = self._clock.monotonic()
        if self._seen is None or now - self._seen[0] > MOMENT:
            with self._store.read() as tx:
                found = tx.access.standing() or tx.outbox.behind(self._clock.now() - BEHIND)
            self._seen = (now, found)
        return self._seen[1]

    def knock(self) -> bool:
        """Try the token where it is refused, and it is this process's turn. Whether it is good again."""
        return self.is_turn() and self.is_let_in()

    def is_turn(self) -> bool:
        """Whether the token is refused, and it is this process that tries it now."""
        with self._store.read() as tx:
            shut = tx.access.standing()
            if shut is None or not tx.access.is_turn(tx.machine(self._clock)):
                return False
        with self._store.begin() as tx:
            again = _pause(self._clock.now(), shut.since)
            return tx.access.take_turn(tx.machine(self._clock), again=again)

    def is_let_in(self) -> bool:
        """Ask Slack now; whether it takes the token. What it says is kept."""
        try:
            _, scopes = self._who_am_i()
        except Rejected as error:
            if error.error in REFUSED:
                with self._store.begin() as tx:
                    self.refused(tx, error.error)
            return False
        except (TryLater, Ambiguous, Away) as error:
            log.info("Slack does not say whether it takes the token: %s", error)
            return False
        if scopes and WRITE not in scopes:
            return False
        with self._store.begin() as tx:
            mended = tx.access.opened()
        self._seen = None
        if mended:
            log.warning("Slack takes the token again: all that waited goes on.")
        return True


def sentence(error: str) -> str:
    """What is wrong, and how an operator mends it."""
    if error == "missing_scope":
        return f"The token lacks the scope {WRITE} ({error}): add it under OAuth & Permissions, reinstall the app."
    return (
        f"Slack does not accept SLACK_BOT_TOKEN ({error}): install the app again where it was removed, copy the "
        "Bot User OAuth Token anew, and restart."
    )


def _pause(now: datetime, since: datetime) -> float:
    return min(LATEST, max(SOONEST, float((now - since).total_seconds() // 10)))
