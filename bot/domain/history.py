"""What Slack's history shows against what the log holds: what is new, edited, deleted, marked, or marked no more.

An entry found this way is the one that its event would have made; the event, should it come later, changes nothing.
History is not the newest truth: it may lag behind what an event has told already. So whatever the log learnt within
``SETTLE`` before history was asked is left as it is, and looked at once more afterwards.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.domain import messages
from bot.domain.messages import Said
from bot.domain.timeline import Entry

SETTLE = timedelta(seconds=15)
"""How long history may lag behind; nothing younger is taken for deleted."""
EMOJI = "emoji:"
PIN = "pin"


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """A message as a page of Slack's history shows it."""

    ts: str
    said: Said | None
    """None: it says nothing about the incident (somebody joined, the topic was set)."""
    is_tombstone: bool = False
    """It was deleted, and stands there for its answers alone."""
    by_bot: bool = False
    reacted: frozenset[str] = frozenset()
    """Who put the timeline's emoji on it, and which (``Policy.mark``)."""
    knows_all: bool = True
    """False: Slack names only some of those who did."""
    pinned: bool = False
    starred_by: str | None = None
    """Who put an emoji of tasks on it first."""
    repeated_by: str | None = None
    """Who put an emoji of follow-ups on it first."""
    replies: int = 0
    latest_reply: str | None = None
    """Of the first message of a thread: the time stamp of its last answer."""

    @property
    def is_root(self) -> bool:
        """Whether answers stand below it."""
        return self.replies > 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What one page of history taught: entries as they are now, and of each what it is (``message``, ``edit``, …)."""

    entries: tuple[Entry, ...] = ()
    what: tuple[str, ...] = ()
    young: bool = False
    """True: something differs that is too young to be sure of; it is to be looked at again."""

    def __add__(self, other: "Found") -> "Found":
        """Both."""
        return Found(
            entries=(*self.entries, *other.entries),
            what=(*self.what, *other.what),
            young=self.young or other.young,
        )


def compared(
    page: Iterable[Shown], known: Mapping[str, Entry], *, incident: str, asked_at: datetime, at: datetime
) -> Found:
    """What *page*, asked for at *asked_at*, shows that the log does not hold; *known*: its entries by ``ts``."""
    found = Found()
    for shown in page:
        entry = known.get(shown.ts)
        if shown.said is not None:
            found += _one(entry, shown, shown.said, incident=incident, asked_at=asked_at, at=at)
        elif shown.is_tombstone and entry is not None and entry.deleted_at is None:
            found += gone([entry], asked_at=asked_at, at=at)
    return found


def gone(absent: Iterable[Entry], *, asked_at: datetime, at: datetime) -> Found:
    """Entries of the log that history, read without a gap where they stood, does not show: they were deleted."""
    found = Found()
    for entry in absent:
        if _is_young(asked_at, entry.at, entry.recorded_at):
            found += Found(young=True)
        elif entry.deleted_at is None:
            found += Found(entries=(replace(entry, deleted_at=at),), what=("deletion",))
    return found


def _one(
    known: Entry | None, shown: Shown, said: Said, *, incident: str, asked_at: datetime, at: datetime
) -> Found:
    now, what = messages.recorded(known, said, incident=incident, at=at), ""
    if known is None or not known.arrived:
        what = "reply" if now.thread_ts else "message"
    elif now != known:
        what = "edit"
    elif _changed_without_a_sign(known, now, shown, said):
        if _is_young(asked_at, known.at, known.recorded_at, known.edited_at):
            return Found(young=True)
        unsigned = replace(said, edited_ts=f"{asked_at.timestamp():.6f}")
        now, what = messages.recorded(known, unsigned, incident=incident, at=at), "edit"
    marked = _marked(now, shown, asked_at=asked_at, at=at)
    now = marked.entries[0] if marked.entries else now
    if shown.starred_by is not None:
        now = messages.starred(
            now, user=shown.starred_by, channel_id=said.channel_id, ts=shown.ts, incident=incident, at=at
        )
    if shown.repeated_by is not None:
        now = messages.repeated(
            now, user=shown.repeated_by, channel_id=said.channel_id, ts=shown.ts, incident=incident, at=at
        )
    if now.deleted_at and not _is_young(asked_at, now.deleted_at):
        now, what = replace(now, deleted_at=None), what or "message"  # what Slack shows is not deleted
    if now == known:
        return Found(young=marked.young)
    return Found(
        entries=(now,), what=tuple(each for each in (what, *marked.what) if each), young=marked.young
    )


def _changed_without_a_sign(known: Entry, now: Entry, shown: Shown, said: Said) -> bool:
    """Bots' edits with blocks bear no time, and neither does a file that was taken away."""
    fresh = messages.recorded(None, said, incident=now.incident, at=now.recorded_at)
    return (shown.by_bot and fresh.text != known.text) or len(fresh.files) < len(known.files)


def _marked(entry: Entry, shown: Shown, *, asked_at: datetime, at: datetime) -> Found:
    """*entry* with the marks that stand on its message; typed prefixes and marks of ours stay.

    What an event told of a mark shortly before is newer; one that comes later tells of something older.
    """
    there = {f"{EMOJI}{user}" for user in shown.reacted} | ({PIN} if shown.pinned else set())
    had = {mark for mark in entry.marks if mark == PIN or mark.startswith(EMOJI)}
    lost = {mark for mark in had - there if mark == PIN or shown.knows_all}
    differs = sorted(lost | (there - had))
    told = entry.data.get(messages.MARKED_AT, {})
    young = [mark for mark in differs if mark in told and _is_young(asked_at, messages.when(told[mark]))]
    now, told_ts = entry, f"{asked_at.timestamp():.6f}"
    for mark in differs:
        if mark not in young:
            now = messages.marked(
                now, mark, on=mark in there, told_ts=told_ts, channel_id=entry.channel_id or "", ts=shown.ts,
                incident=entry.incident, at=at,
            )  # fmt: skip
    return Found(
        entries=() if now == entry else (now,), what=() if now == entry else ("mark",), young=bool(young)
    )


def _is_young(asked_at: datetime, *times: datetime | None) -> bool:
    """Whether one of *times* lies within ``SETTLE`` before history was asked."""
    return any(time is not None and asked_at - time < SETTLE for time in times)
