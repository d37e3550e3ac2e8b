"""Whether an incident's channel is in reach: what Slack tells of it, in events and in answers."""

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from bot.domain import moving, reach
from bot.domain.incident import Change, Incident
from bot.domain.parts import Loss
from bot.domain.timeline import Entry
from bot.slack import afar
from bot.slack.news.reach import looked
from bot.store.store import Tx
from bot.store.unsaid import Unsaid
from bot.transaction import Transactions

log = logging.getLogger(__name__)
SILENT = frozenset({"in-reach", "echo", "moved"})
"""Kinds of messages that do not count as missed."""
NOT_REPEATED = SILENT | {"nudge", "upload", "draft", "preview", "offer", "roles", "rungs"}
"""Kinds that the channel is not told of word for word when the bot is back: one reminder comes late, a draft is made
anew, and what still waits for an answer is shown with its buttons."""

NEXT: Mapping[Loss, str] = {
    Loss.LEFT: "Invite the bot there again: /invite",
    Loss.ARCHIVED: "Unarchive it, and invite the bot if it is not in it then: /invite",
    Loss.DELETED: "An open incident goes on in a new one.",
    Loss.HIDDEN: "If it is still there, invite the bot: /invite",
}
"""What an operator reads in the log."""


class Reach:
    """One method is one transaction; those that take one are called inside of it."""

    def __init__(self, transactions: Transactions) -> None:
        """Work in *transactions*."""
        self._tx = transactions

    def is_bot(self, user: str) -> bool:
        """Whether that is the bot itself."""
        with self._tx.read() as tx:
            return user == (tx.known("identity") or {}).get("user_id")

    # Events

    def lost(self, channel_id: str, why: Loss, *, by: str | None = None) -> None:
        """That channel is out of reach, because of *by* where Slack says so."""
        self._in(channel_id, lambda tx, incident: self.lose(tx, incident, why, by=by))

    def looked_for(self, channel_id: str) -> None:
        """Something about that channel is new: Slack is asked how it stands."""

        def ask(tx: Tx, incident: Incident) -> None:
            self._keep(tx, incident, lambda one, at: reach.fire(one, at=at, policy=self._tx.policy))

        self._in(channel_id, ask, only_lost=True)

    def regained(self, channel_id: str) -> None:
        """The bot came into that channel."""
        self._in(channel_id, self._regain, only_lost=True)

    def renamed(self, channel_id: str, name: str, *, by: str | None = None) -> None:
        """That channel has another name; who gave it, Slack tells in a message of its own."""

        def rename(tx: Tx, incident: Incident) -> None:
            change = reach.renamed(incident, name, by=by, at=self._tx.clock.now())
            if by and change.is_nothing:
                self._sign(tx, incident, "channel_renamed", lambda entry: reach.renamed_by(entry, by))
            self._tx.keep(tx, change)

        self._in(channel_id, rename)

    def has_new_id(self, old: str, new: str) -> None:
        """Slack gave a channel another id, as where it became shared: it is followed everywhere."""
        self._tx.until_kept(lambda tx: tx.places.follow(old, new))

    # What others learn of in their own transactions

    def lose(self, tx: Tx, incident: Incident, why: Loss, *, by: str | None = None) -> bool:
        """The channel of *incident* (locked) is out of reach. Whether it is so, now or already."""
        change = reach.lost(incident, why, by=by, at=self._tx.clock.now())
        if change.is_nothing:
            if by and incident.out_of_reach is why:
                self._sign(tx, incident, "out_of_reach", lambda entry: reach.named(entry, why, by))
            return incident.out_of_reach is not None
        keys = tx.unsaid.waiting(incident.ref)
        if why is Loss.ARCHIVED and any(key.startswith("reopened:") for key in keys):
            return False  # archived when it was over: the news of its reopening takes it out of the archive
        tx.outbox.withdraw(keys, "its channel is out of reach")
        tx.unsaid.mark(keys, self._tx.clock.now())
        kept = self._tx.keep(tx, change).incident
        if kept.status in reach.HEARD:
            log.warning("%s is out of reach: %s. %s", kept.ref, reach.said(why, by), NEXT[why])
        if why is Loss.DELETED and kept.is_open:
            self._move_on(tx, kept)
        return True

    def ask_all(self, tx: Tx) -> None:
        """Slack is asked how each channel stands that is out of reach: an event that told may have been lost."""
        at = self._tx.clock.now()
        for ref in tx.unsaid.out_of_reach():
            incident = tx.incident(ref)
            if incident is not None and incident.out_of_reach is not Loss.DELETED:
                tx.outbox.plan([looked(incident, f":{at.timestamp():.0f}")], at, if_new=True)

    def probed(self, tx: Tx, ref: str, channel: Mapping[str, Any] | None) -> None:
        """Slack answered how the channel of *ref* stands; None: it does not find it."""
        incident = tx.incident(ref, lock=True)
        if incident is None or incident.out_of_reach is None or incident.channel_id is None:
            return
        if channel is None:
            self.lose(tx, incident, Loss.HIDDEN if incident.private else Loss.DELETED)
        elif channel.get("is_archived"):
            self.lose(tx, incident, Loss.ARCHIVED)
        elif not channel.get("is_member"):
            self.lose(tx, incident, Loss.LEFT)
        else:
            self._regain(tx, incident)

    def _regain(self, tx: Tx, incident: Incident) -> None:
        if incident.out_of_reach_since is None:
            return
        since = tx.unsaid.since(incident.ref, incident.out_of_reach_since)
        missed = [each for each in since if each.kind not in SILENT]
        pending = tx.unsaid.pending(incident.ref)
        if incident.channel_id is not None:
            tx.watermarks.want(incident.channel_id, tx.machine(self._tx.clock))
        again = sorted({each.key for each in [*missed, *pending]} & afar.waiting(incident))
        tx.unsaid.repeated([each.key for each in pending])
        tx.outbox.forget(again)
        alarms = tx.said.alarms(afar.alarms(incident))
        missed_now = replace(_missed(missed, pending, again), alarms=alarms)
        change = reach.regained(incident, missed_now, at=self._tx.clock.now())
        self._tx.keep(tx, change)
        log.info("%s is in reach again: the bot can speak in its channel.", incident.ref)

    def _move_on(self, tx: Tx, incident: Incident) -> None:
        """A deleted channel never comes back: the incident goes on in a new one, with all who had a part in it."""
        self._tx.keep(tx, moving.leave_deleted(incident, at=self._tx.clock.now()))

    def _sign(self, tx: Tx, incident: Incident, change: str, sign: Callable[[Entry], Entry]) -> None:
        """Who did it, put to the newest entry of that *change* that does not name anybody."""
        record = tx.entries(incident.ref, talk=False)
        found = [entry for entry in record if entry.data.get("change") == change]
        if found and found[-1].author is None:
            tx.save_entry(sign(found[-1]))

    def _keep(self, tx: Tx, incident: Incident, decide: Callable[[Incident, datetime], Change]) -> None:
        self._tx.keep(tx, decide(incident, self._tx.clock.now()))

    def _in(
        self, channel_id: str, work: Callable[[Tx, Incident], object], *, only_lost: bool = False
    ) -> None:
        def done(tx: Tx) -> None:
            here = tx.incident_of_channel(channel_id)
            incident = tx.incident(here.ref, lock=True) if here else None
            if incident is not None and (incident.out_of_reach or not only_lost):
                work(tx, incident)

        self._tx.until_kept(done)


def _missed(missed: Sequence[Unsaid], pending: Sequence[Unsaid], again: Sequence[str]) -> reach.Missed:
    """What was not said, *pending* of it to nobody yet; the keys *again* are of what is shown anew."""
    told = [each.kind for each in missed if each.is_told]
    shown = [each for each in pending if each.kind not in NOT_REPEATED and each.key not in again]
    return reach.Missed(
        nudges=told.count("nudge"),
        others=len([kind for kind in told if kind not in ("nudge", "upload")]),
        is_nudge_due=any(each.kind == "nudge" for each in missed),
        is_draft_due=any(each.kind == "upload" for each in missed),
        repeated=tuple(afar.Kept.of(each.key, each.args) for each in shown),
        again=tuple(again),
    )
