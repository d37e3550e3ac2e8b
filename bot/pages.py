"""What a page of a channel's history taught is kept in the log: entries, deletions, and how far the look has come."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from bot.copying import Copying
from bot.domain import addressed, history, looks
from bot.domain.history import SETTLE, Found, Shown
from bot.domain.looks import Ask, Look, Page, Watermark
from bot.domain.messages import when
from bot.domain.timeline import Entry
from bot.domain.words import clean_deep
from bot.meters import Meters
from bot.slack import mentions
from bot.slack.messages import shown
from bot.starred import Starred
from bot.store.store import Tx
from bot.transaction import Transactions

KEPT_BY_SLACK = timedelta(days=1)
"""The shortest time for which Slack keeps messages: younger ones that are not there were deleted by people."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """What came of a page: the mark after it, and the stretch that Slack no longer has."""

    mark: Watermark
    lost: tuple[datetime, datetime] | None = None


class Pages:
    """Keeps pages. Whoever calls holds the channel and is inside a transaction."""

    def __init__(self, transactions: Transactions, meters: Meters) -> None:
        """Work in *transactions*; what is found is counted in *meters*."""
        self._tx = transactions
        self._copying = Copying(transactions)
        self._starred = Starred(transactions)
        self._meters = meters

    def page_of(self, tx: Tx, channel: str, answer: Mapping[str, Any]) -> Page:
        """Slack's *answer* as a page. What the bot itself said is there, and says nothing: it is in the record."""
        me = tx.known("identity") or {}
        own = {me[name] for name in ("user_id", "bot_id") if me.get(name)}
        policy = self._tx.policy
        each = (shown(channel, message, policy) for message in clean_deep(answer["messages"]))
        cursor = (answer.get("response_metadata") or {}).get("next_cursor") or ""
        return Page(shown=tuple(_without(one, own) for one in each), cursor=cursor)

    def keep(
        self, tx: Tx, mark: Watermark, ask: Ask, page: Page, *, asked_at: datetime, moved_only: bool
    ) -> Kept:
        """Keep what *page*, the answer to *ask*, shows; *moved_only* as in ``looks.turned``."""
        if ask.thread is not None:
            return self._thread(tx, mark, ask.thread, page, asked_at)
        look = mark.forward or mark.whole
        if look is None:
            raise ValueError("no look is under way")
        low, high = looks.covered(look, page)
        held = tx.watermarks.entries(mark.channel_id, low, high)
        found = self._compared(tx, mark, page.shown, held, asked_at)
        lost = None
        if mark.forward is None:
            absent = list(_absent(held, page.shown, low, high))
            vanished = _vanished(absent, page, look, asked_at)
            seen, edge = when(mark.read_to) + SETTLE, when(_earliest(page, look))
            lost = (seen, edge) if vanished and seen < edge else None
            found += self._gone(tx, [entry for entry in absent if entry not in vanished], asked_at)
        now = looks.turned(mark, page, moved_only=moved_only)
        return Kept(mark=_with_young(now, found), lost=lost)

    def _thread(self, tx: Tx, mark: Watermark, thread: str, page: Page, asked_at: datetime) -> Kept:
        """A page of answers, oldest first."""
        held = tx.watermarks.answers(mark.channel_id, thread)
        found = self._compared(tx, mark, page.shown, held, asked_at)
        there = {one.ts for one in page.shown}
        since = mark.whole.thread_edge if mark.whole else looks.BEGINNING
        last = max(there, default=thread) if page.cursor else "9"
        answers = (entry for entry in held if entry.ts and entry.ts != thread and since < entry.ts <= last)
        found += self._gone(
            tx, [entry for entry in answers if entry.ts not in there and _stands(entry)], asked_at
        )
        return Kept(mark=looks.answered(_with_young(mark, found), page))

    def _compared(
        self, tx: Tx, mark: Watermark, page: Sequence[Shown], held: Iterable[Entry], asked_at: datetime
    ) -> Found:
        known = {entry.ts: entry for entry in held if entry.ts}
        since = mark.ceiling or "9"
        inside = [one for one in page if mark.floor < one.ts < since]
        found = history.compared(
            inside, known, incident=mark.incident, asked_at=asked_at, at=self._tx.clock.now()
        )
        self._save(tx, found, inside, known.values())
        return found

    def _gone(self, tx: Tx, absent: list[Entry], asked_at: datetime) -> Found:
        found = history.gone(absent, asked_at=asked_at, at=self._tx.clock.now())
        self._save(tx, found, (), absent)
        return found

    def _save(self, tx: Tx, found: Found, page: Sequence[Shown], held: Iterable[Entry]) -> None:
        """Keep entries in place of those *held*, and follow their files.

        A message that an event brings at this very moment is merged into what it kept.
        """
        former = {entry.id: entry for entry in held}
        for entry in (self._starred.made(tx, each) for each in found.entries):
            if entry.id is None and not tx.add_message(entry):
                self._again(tx, entry, page)
                continue
            if entry.id is not None:
                tx.save_entry(entry)
            elif addressed.to_bot(entry.text, self._me(tx)) is not None:
                self._not_done(tx, entry)
            self._copying.follow(tx, former.get(entry.id) if entry.id is not None else None, entry)
        for what, n in Counter(found.what).items():
            self._meters.backfilled.labels(what=what).inc(n)
        self._tx.meet(tx, {entry.author for entry in found.entries if entry.author})
        self._tx.meet_channels(tx, [entry.text for entry in found.entries])

    def _me(self, tx: Tx) -> str:
        return str((tx.known("identity") or {}).get("user_id", ""))

    def _not_done(self, tx: Tx, entry: Entry) -> None:
        """Something that was asked of the bot while it was away is not done so late: whoever asked is told, once.

        Should its event come after all, it finds itself taken care of.
        """
        at, channel, ts = self._tx.clock.now(), entry.channel_id or "", entry.ts or ""
        if not (entry.author or "").startswith(("U", "W")) or at - entry.at > addressed.TOLD_WITHIN:
            return
        if not tx.take_delivery(addressed.key_of(channel, ts), at):
            return
        me = tx.directory.person(self._me(tx))
        names = self._tx.names(tx, [entry.text])
        call = mentions.not_done(
            channel, ts, entry.author or "", entry.thread_ts, text=entry.text, names=names,
            command=f"@{me.handle}" if me else self._tx.policy.command,
        )  # fmt: skip
        tx.outbox.plan([call], at, if_new=True)

    def _again(self, tx: Tx, entry: Entry, page: Sequence[Shown]) -> None:
        known = tx.entry_at(entry.channel_id or "", entry.ts or "")
        same = [one for one in page if one.ts == entry.ts]
        if known is None:
            return
        at = self._tx.clock.now()
        found = history.compared(same, {known.ts or "": known}, incident=entry.incident, asked_at=at, at=at)
        for now in (self._starred.made(tx, each) for each in found.entries):
            tx.save_entry(now)
            self._copying.follow(tx, known, now)


def _without(one: Shown, own: Collection[str]) -> Shown:
    return replace(one, said=None) if one.said is not None and one.said.author in own else one


def _stands(entry: Entry) -> bool:
    return entry.arrived and entry.deleted_at is None


def _absent(held: Iterable[Entry], page: Sequence[Shown], low: str, high: str) -> Iterable[Entry]:
    """Entries from *low* to *high* that *page* does not show; answers where it shows no thread that they stand in."""
    there, roots = {one.ts for one in page}, {one.ts for one in page if one.is_root}
    for entry in held:
        if not _stands(entry) or entry.ts is None or entry.ts in there:
            continue
        begins = entry.thread_ts or entry.ts
        if low <= begins < high and (entry.thread_ts is None or entry.thread_ts not in roots):
            yield entry


def _earliest(page: Page, look: Look) -> str:
    return min((one.ts for one in page.shown), default=look.edge)


def _vanished(absent: Iterable[Entry], page: Page, look: Look, at: datetime) -> list[Entry]:
    """Of *absent* those before all that Slack still shows, and older than a day: its retention rules took them."""
    if page.cursor:
        return []
    earliest = _earliest(page, look)
    return [
        entry for entry in absent
        if (entry.thread_ts or entry.ts or "") < earliest and at - entry.at >= KEPT_BY_SLACK
    ]  # fmt: skip


def _with_young(mark: Watermark, found: Found) -> Watermark:
    if not found.young or mark.whole is None:
        return mark
    return replace(mark, whole=replace(mark.whole, young=True))
