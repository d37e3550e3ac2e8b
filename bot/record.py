"""The log: what is said, edited, deleted and marked in an incident's channel. One event, one transaction."""

from collections.abc import Callable
from dataclasses import dataclass

from bot.context import tell
from bot.copying import Copying
from bot.domain import messages, reactions
from bot.domain.messages import Said
from bot.domain.refusal_shortcuts import MessageGone, OwnMessage
from bot.domain.timeline import Entry
from bot.starred import Starred
from bot.store.store import Collision, Tx
from bot.transaction import Transactions

MARK_EMOJI, MARK_SHORTCUT = "emoji", "shortcut"


@dataclass(frozen=True, slots=True, kw_only=True)
class Curated:
    """A message that somebody asked to stand on the timeline."""

    entry: Entry
    is_new: bool
    """False: it stood there already."""


class Record:
    """Keeps the log of channels. Slack's redeliveries and disorder change nothing (DR-10)."""

    def __init__(self, transactions: Transactions) -> None:
        """Work in *transactions*."""
        self._tx = transactions
        self._copying = Copying(transactions)
        self._starred = Starred(transactions)
        self._own: frozenset[str] = frozenset()

    def said(self, said: Said) -> bool:
        """A message, or one after an edit. False where the channel is no incident's, or the bot itself said it."""
        return self._merge(
            said.channel_id,
            said.ts,
            lambda known, ref: messages.recorded(known, said, incident=ref, at=self._tx.clock.now()),
            author=said.author,
            text=said.text,
            is_new=said.edited_ts is None,
        )

    def deleted(self, channel_id: str, ts: str, *, author: str | None = None) -> bool:
        """A message of *author*'s was deleted (DR-9): it leaves the timeline, the raw text stays for audit."""
        return self._merge(
            channel_id,
            ts,
            lambda known, ref: messages.deleted(
                known, channel_id=channel_id, ts=ts, incident=ref, at=self._tx.clock.now()
            ),
            author=author,
        )

    def marked(self, channel_id: str, ts: str, mark: str, *, on: bool, told_ts: str | None = None) -> bool:
        """A pin or the timeline's emoji was put on a message, or taken off it, at *told_ts* by Slack's time."""
        return self._merge(
            channel_id,
            ts,
            lambda known, ref: messages.marked(
                known, mark, on=on, told_ts=told_ts, channel_id=channel_id, ts=ts, incident=ref,
                at=self._tx.clock.now(),
            ),
        )  # fmt: skip

    def reacted(
        self, channel_id: str, ts: str, *, emoji: str, user: str, on: bool, told_ts: str | None = None
    ) -> bool:
        """An emoji was put on a message, or taken off: the policy says what it does.

        Those of the timeline are marks. Those of tasks make one task of a message, which stays when they are taken off;
        so do those of follow-ups, but one that is taken off at once takes the follow-up back (``bot.starred``).
        """
        purpose = self._tx.policy.reaction(emoji)
        if purpose == reactions.TASK and on:
            return self._merge(
                channel_id,
                ts,
                lambda known, ref: messages.starred(
                    known, user=user, channel_id=channel_id, ts=ts, incident=ref, at=self._tx.clock.now()
                ),
            )
        if purpose == reactions.FOLLOWUP:
            return self._merge(
                channel_id,
                ts,
                lambda known, ref: messages.repeated(
                    known, user=user, on=on, told_ts=told_ts, channel_id=channel_id, ts=ts, incident=ref,
                    at=self._tx.clock.now(),
                ),
            )  # fmt: skip
        if purpose != reactions.TIMELINE:
            return False
        mark = f"{MARK_EMOJI}:{self._tx.policy.mark(emoji, user)}"
        return self.marked(channel_id, ts, mark, on=on, told_ts=told_ts)

    def curated(self, ref: str, said: Said, *, user: str) -> Curated:
        """Somebody asks for a message of an incident's channel to stand on the timeline; unknown ones are recorded.

        Raises OwnMessage and MessageGone.
        """

        def kept(tx: Tx) -> Curated:
            known = tx.entry_at(said.channel_id, said.ts)
            if self._is_own(tx, said.author):
                raise OwnMessage
            at = self._tx.clock.now()
            standing = messages.recorded(known, said, incident=ref, at=at)
            entry = messages.marked(
                standing,
                f"{MARK_SHORTCUT}:{user}",
                channel_id=said.channel_id,
                ts=said.ts,
                incident=ref,
                at=at,
            )
            if not entry.on_timeline:
                raise MessageGone
            if known is not None:
                self._save(tx, known, entry)
            elif not self._is_added(tx, entry):
                raise Collision  # another process kept it in between: once more, on that
            self._tx.meet(tx, {said.author} if said.author else set())
            self._tx.meet_channels(tx, [said.text])
            return Curated(entry=entry, is_new=known is None or not known.on_timeline)

        return self._tx.until_kept(kept)

    def file_deleted(self, file: str) -> bool:
        """A file was deleted in Slack: no copy of it stays (DR-9). False where there is none."""
        kept = self._copying.deleted(file)
        tell(outcome="kept" if kept else "ignored")
        return kept

    def _merge(
        self,
        channel_id: str,
        ts: str,
        merge: Callable[[Entry | None, str], Entry | None],
        author: str | None = None,
        text: str = "",
        *,
        is_new: bool = False,
    ) -> bool:
        """Merge what Slack told into the log; *is_new*: it is probably not there yet, so it is not looked for first."""

        def merged(tx: Tx) -> bool:
            ref = tx.ref_recording(channel_id)
            if ref is None or self._is_own(tx, author):
                tell(outcome="ignored")
                return False
            tell(incident=ref, outcome="kept")
            if not (is_new and self._is_added(tx, merge(None, ref))):
                known = tx.entry_at(channel_id, ts)
                if author is None and known is None and tx.said.answered_with(ref, channel_id, ts):
                    tell(outcome="ignored")
                    return False  # a mark on what the bot said: that is in the record as a decision
                entry = merge(known, ref)
                if entry is None or entry == known:
                    tell(outcome="repeated")
                    return True
                if known is not None:
                    self._save(tx, known, self._starred.made(tx, entry))
                elif not self._is_added(tx, entry):
                    self._again(tx, channel_id, ts, merge, ref)
            self._tx.meet(tx, {author} if author else set())
            self._tx.meet_channels(tx, [text])
            return True

        return self._tx.until_kept(merged)

    def _is_added(self, tx: Tx, entry: Entry | None) -> bool:
        """Whether *entry* is kept as a new one, its files asked for; False where there is one of its message."""
        added = entry is not None and tx.add_message(entry)
        if added and entry is not None:
            self._copying.follow(tx, None, entry)
        return added

    def _save(self, tx: Tx, known: Entry, entry: Entry) -> None:
        """Keep *entry* in place of *known*, and follow its files."""
        tx.save_entry(entry)
        self._copying.follow(tx, known, entry)

    def _is_own(self, tx: Tx, author: str | None) -> bool:
        """Whether the bot itself said it: its decisions are in the record already, with what they changed."""
        if not self._own:
            me = tx.known("identity") or {}
            self._own = frozenset(me[name] for name in ("user_id", "bot_id") if me.get(name))
        return author in self._own

    def _again(
        self, tx: Tx, channel_id: str, ts: str, merge: Callable[[Entry | None, str], Entry | None], ref: str
    ) -> None:
        """Another process kept the same message first: merge into what it kept."""
        known = tx.entry_at(channel_id, ts)
        entry = merge(known, ref)
        if known is not None and entry is not None and entry != known:
            self._save(tx, known, self._starred.made(tx, entry))
