"""The calendar's tick: what is due is said once, whatever was down meanwhile and however many processes tick."""

from hashlib import sha256

from bot.call import Call
from bot.domain.calendar import latest
from bot.slack.calendar import reminder_call
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
        policy, at = self._tx.policy, self._tx.clock.now()
        with self._tx.begin() as tx:
            calls: list[Call] = []
            for reminder in policy.reminders:
                since = tx.first_time(_since(reminder.name), at)
                due = latest(reminder, policy.zone, at)
                call = reminder_call(reminder, due, policy=policy, at=at)
                if due.at > since and not tx.outbox.has(call.key):
                    calls.append(call)
            tx.outbox.plan(calls, at, if_new=True)
            return len(calls)


def _since(name: str) -> str:
    """The name for a reminder's own, whatever its length: the column holds 40 characters."""
    return f"{SINCE}:{sha256(name.encode()).hexdigest()[:24]}"
