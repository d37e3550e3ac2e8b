"""A message that somebody marked with the emoji of tasks, or of follow-ups, becomes one, once for ever."""

from dataclasses import replace
from datetime import datetime

from bot.domain import followup_change, followup_marked, followup_steps, messages, tasks
from bot.domain.incident import Change, Incident
from bot.domain.origin import permalink
from bot.domain.refusal import Refusal
from bot.domain.timeline import Entry
from bot.store.store import Tx
from bot.transaction import Transactions


class Starred:
    """Makes tasks and follow-ups of entries. Whoever calls is inside the transaction that keeps them."""

    def __init__(self, transactions: Transactions) -> None:
        """Work in *transactions*."""
        self._tx = transactions

    def made(self, tx: Tx, entry: Entry) -> Entry:
        """*entry*, with the number of its task, and of its follow-up, where one was asked for and is made now.

        A message that was deleted, or has not come yet, makes none. Whom the policy leaves none to asks in vain
        (DR-19). The incident is locked before the entry is saved, as everywhere.
        """
        return self._followed(tx, self._tasked(tx, entry))

    def _tasked(self, tx: Tx, entry: Entry) -> Entry:
        by, text = entry.data.get(messages.STARRED_BY), _words(entry)
        if by is None or messages.TASK in entry.data or not text or not self._may(tx, "task", str(by)):
            return entry

        def decide(incident: Incident, at: datetime) -> Change:
            owner = self._owner(tx, incident, text)
            asked = tasks.without_address(text, owner) if owner else text
            return tasks.add(incident, text=asked, owner=owner, wait=None, by=str(by), at=at)

        try:
            made = self._tx.change(entry.incident, decide).incident.tasks[-1]
        except Refusal:  # one that was merged goes on elsewhere, and so do its tasks
            return entry
        return replace(entry, data={**entry.data, messages.TASK: made.n})

    def _followed(self, tx: Tx, entry: Entry) -> Entry:
        """The follow-up is proposed: nobody need do it before it is accepted (R-AI-5)."""
        by, text = entry.data.get(messages.REPEATED_BY), _words(entry)
        if by is None:
            return entry
        if by in entry.data.get(messages.TAKEN_OFF, {}):
            return self._taken_off(entry, str(by))
        if messages.FOLLOWUP in entry.data or not text or not self._may(tx, followup_change.VERB, str(by)):
            return entry

        def decide(incident: Incident, at: datetime) -> Change:
            owner = self._owner(tx, incident, text)
            line, _, rest = (tasks.without_address(text, owner) if owner else text).partition("\n")
            return followup_steps.add(
                incident,
                text=line,
                action=rest,
                owner=owner,
                by=str(by),
                at=at,
                policy=self._tx.policy,
                link=permalink("", entry.channel_id or "", entry.ts or "", entry.thread_ts),
            )

        try:
            made = self._tx.change(entry.incident, decide).incident.followups[-1]
        except Refusal:  # of an incident that was cancelled there is nothing to follow up
            return entry
        return replace(entry, data={**entry.data, messages.FOLLOWUP: made.n})

    def _taken_off(self, entry: Entry, by: str) -> Entry:
        """Whoever asked for it took the emoji off: at once, it was a slip; later, the follow-up stays."""
        n = entry.data.get(messages.FOLLOWUP)
        if n is not None:
            taken = self._tx.change(
                entry.incident,
                lambda incident, at: followup_marked.taken_back(incident, int(n), by=by, at=at),
            )
            if taken.is_nothing:
                return entry
        gone = (messages.REPEATED_BY, messages.FOLLOWUP)
        return replace(entry, data={name: value for name, value in entry.data.items() if name not in gone})

    def _owner(self, tx: Tx, incident: Incident, text: str) -> str | None:
        """The one person whom the message mentions. In a private incident nobody is let in by that (DR-28)."""
        named = tasks.mentioned(text)
        if len(named) != 1 or (incident.private and named[0] not in incident.members):
            return None
        known = tx.directory.person(named[0])
        return None if known is not None and (known.gone or known.is_bot) else named[0]

    def _may(self, tx: Tx, verb: str, user: str) -> bool:
        allowed = self._tx.policy.allow.get(verb)
        return allowed is None or not tx.directory.known_as(user).isdisjoint(allowed)


def _words(entry: Entry) -> str:
    """What it says, else the names of its files; "" of one that has not come, or was deleted."""
    if not entry.arrived or entry.deleted_at:
        return ""
    return entry.text.strip() or ", ".join(file["name"] for file in entry.files)
