"""The calendar's tick: what is due is said once, whatever was down meanwhile and however many processes tick."""

from collections.abc import Iterator, Mapping
from datetime import date, datetime, timedelta
from hashlib import sha256
from typing import Any

from bot.call import Call
from bot.domain.calendar import WEEK, Occurrence, covered, latest
from bot.domain.digest import Digest, digest
from bot.domain.policy import Reminder
from bot.domain.policy_calendar import DIGEST, PROGRESS
from bot.domain.progress import Months, progress
from bot.domain.recipients import handles_of, with_people
from bot.slack.blocks import export_row
from bot.slack.calendar import calls, key_of, message, nobody, reminder_text
from bot.slack.digest import digest_text, texts_of
from bot.slack.progress import progress_text
from bot.slack.progress import texts_of as texts_of_progress
from bot.store.store import Tx
from bot.transaction import Transactions

SINCE = "calendar_since"
"""Names that begin so remember when the bot first met a reminder: nothing is said of what was due before."""
LAST = "calendar_last"
"""Names that begin so remember the last period that was told, and when: a digest goes on from there."""


class Calendar:
    """Says what the policy wants people to be told (R-REV-1 to 4, R-DRL-1)."""

    def __init__(self, transactions: Transactions) -> None:
        """Work in *transactions*."""
        self._tx = transactions

    def remind(self) -> int:
        """Plan what is due and not said yet; how many calls. Several processes may do so at once."""
        at, reminders = self._tx.clock.now(), self._tx.policy.reminders
        with self._tx.read() as tx:
            if not any(self._due(tx, each, tx.known(_name(SINCE, each)), at) for each in reminders):
                return 0
        with self._tx.begin() as tx:
            planned = [call for each in reminders for call in self._said(tx, each, at)]
            tx.outbox.plan(planned, at, if_new=True)
            return len(planned)

    def _due(self, tx: Tx, reminder: Reminder, met: str | None, at: datetime) -> Occurrence | None:
        """Its last time, where that is not told yet. *met*: when the bot first met it; None: it is met now."""
        due = latest(reminder, self._tx.policy.zone, at, days=self._tx.policy.working_days)
        if met is None:
            return due
        told = (tx.known(_name(LAST, reminder)) or {}).get("period", "")
        is_new = due.at > datetime.fromisoformat(met) and due.period > told
        return due if is_new and not tx.outbox.has(key_of(reminder, due)) else None

    def _said(self, tx: Tx, reminder: Reminder, at: datetime) -> Iterator[Call]:
        """The calls of one reminder, where it is due and no other process is at it."""
        met = tx.first_time(_name(SINCE, reminder), at)
        due = self._due(tx, reminder, met.isoformat(), at)
        if due is None or not tx.take_delivery(key_of(reminder, due), at):
            return
        last = tx.known(_name(LAST, reminder)) or {"period": "", "at": met.isoformat()}
        tx.remember(_name(LAST, reminder), {"period": due.period, "at": at.isoformat()})
        text = self._text(tx, reminder, due, last, at)
        if text:
            handles = handles_of(self._tx.policy)
            policy = (
                with_people(self._tx.policy, tx.directory.ids_of(handles)) if handles else self._tx.policy
            )
            rows = [export_row()] if reminder.shows == DIGEST else []
            yield from calls(reminder, due, message(text, *rows), policy=policy)

    def _text(
        self, tx: Tx, reminder: Reminder, due: Occurrence, last: Mapping[str, str], at: datetime
    ) -> str:
        """What is said; empty: there is nothing to tell. *last*: the period told before, and when."""
        facts = {"text": reminder.text, "late": due.late(at), "due": due.at}
        facts["nobody"] = nobody(reminder, self._tx.policy)
        if reminder.shows == PROGRESS:
            first, until = covered(reminder, due, last["period"])
            return self._progress_text(tx, Months(first=first, until=until), at, facts)
        if reminder.shows == DIGEST:
            told = self._digest(tx, datetime.fromisoformat(last["at"]), at)
            return "" if told.is_empty else self._digest_text(tx, told, facts)
        return reminder_text(reminder, due, policy=self._tx.policy, at=at)

    # What is shown

    def digest(self, at: datetime | None = None) -> str:
        """How all follow-ups stand now, or stood *at* another time as far as is known: for whoever asks (R-REV-1)."""
        at, reminder = at or self._tx.clock.now(), self._showing(DIGEST)
        with self._tx.read() as tx:
            last = tx.known(_name(LAST, reminder)) if reminder else None
            told_at = datetime.fromisoformat(last["at"]) if last else at
            told = self._digest(tx, told_at if told_at < at else at - WEEK, at)
            return self._digest_text(tx, told, _asked(reminder, at))

    def progress(self, month: date | None = None, at: datetime | None = None) -> str:
        """The figures of the month of that day, else of the last whole one: for whoever asks (R-REV-2)."""
        at = at or self._tx.clock.now()
        today = at.astimezone(self._tx.policy.zone).date()
        first = (month or today.replace(day=1) - timedelta(days=1)).replace(day=1)
        until = (first + timedelta(days=31)).replace(day=1)
        with self._tx.read() as tx:
            facts = _asked(self._showing(PROGRESS), at)
            return self._progress_text(tx, Months(first=first, until=until), at, facts)

    def _showing(self, shows: str) -> Reminder | None:
        """The policy's first reminder with that report."""
        return next((each for each in self._tx.policy.reminders if each.shows == shows), None)

    def _digest(self, tx: Tx, since: datetime, at: datetime) -> Digest:
        return digest(tx.reviews.sources(), since=since, at=at, zone=self._tx.policy.zone)

    def _digest_text(self, tx: Tx, told: Digest, facts: Mapping[str, Any]) -> str:
        names = self._tx.names(tx, *texts_of(told))
        return digest_text(told, names, self._tx.policy, **facts)

    def _progress_text(self, tx: Tx, months: Months, at: datetime, facts: Mapping[str, Any]) -> str:
        zone = self._tx.policy.zone
        incidents, sources = tx.reviews.declared(months.begin(zone)), tx.reviews.sources()
        told = progress(incidents, sources, months=months, at=at, zone=zone)
        names = self._tx.names(tx, *texts_of_progress(told))
        return progress_text(told, names, self._tx.policy, **facts)


def _asked(reminder: Reminder | None, at: datetime) -> dict[str, Any]:
    """The facts of a report that somebody asked for: it is never late."""
    return {"text": reminder.text if reminder else "", "late": None, "due": at, "nobody": ""}


def _name(kind: str, reminder: Reminder) -> str:
    """The name for a reminder's own, whatever its length: the column holds 40 characters."""
    return f"{kind}:{sha256(reminder.name.encode()).hexdigest()[:24]}"
