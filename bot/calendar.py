"""The calendar's tick: what is due is said once, whatever was down meanwhile and however many processes tick."""

from collections.abc import Sequence
from datetime import datetime
from hashlib import sha256

from bot.call import Call
from bot.domain.calendar import latest
from bot.slack.calendar import reminder_call
from bot.store.store import Tx
from bot.transaction import Transactions

SINCE = "calendar_since"
"""Names that begin so remember when the bot first met a reminder: nothing is said of what was due before."""


class Calendar:
    """Says what the policy wants people to be reminded of (R-DRL-1)."""

    def __init__(self, transactions: Transactions) -> None:
        """Work in *transactions*."""
        self._tx = transactions

    def remind(self) -> int:
        """Plan the reminders that are due and not said yet; how many calls. Several processes may do so at once."""
        at = self._tx.clock.now()
        names = [_since(reminder.name) for reminder in self._tx.policy.reminders]
        with self._tx.read() as tx:
            met = [tx.known(name) for name in names]
            if all(met) and not self._unsaid(tx, [datetime.fromisoformat(since) for since in met], at):
                return 0
        with self._tx.begin() as tx:
            calls = self._unsaid(tx, [tx.first_time(name, at) for name in names], at)
            tx.outbox.plan(calls, at, if_new=True)
            return len(calls)

    def _unsaid(self, tx: Tx, met: Sequence[datetime], at: datetime) -> list[Call]:
        """What is due and not said yet; *met*: when the bot first met each reminder."""
        policy, calls = self._tx.policy, list[Call]()
        for reminder, since in zip(policy.reminders, met, strict=True):
            due = latest(reminder, policy.zone, at, days=policy.working_days)
            call = reminder_call(reminder, due, policy=policy, at=at)
            if due.at > since and not tx.outbox.has(call.key):
                calls.append(call)
        return calls


def _since(name: str) -> str:
    """The name for a reminder's own, whatever its length: the column holds 40 characters."""
    return f"{SINCE}:{sha256(name.encode()).hexdigest()[:24]}"
