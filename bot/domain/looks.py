"""Looks into a channel's history: how far it was read, what is read next, and when it is looked at again.

Two kinds (RELIABILITY section 2). A look *forward* reads from the watermark to now: new messages. A *whole* one reads
from now back to where the incident began, then its threads: edits, deletions, marks and answers too. It reads the
newest first, so it does a look forward's work on its way. Each step is one call of Slack's, and what it leads to is
kept with it: whoever comes next goes on from there.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from bot.domain.history import SETTLE, Shown

OFTEN = 300.0
"""Seconds between two looks forward while nothing shows that Slack's events reach us."""
RARELY = 3600.0
"""Seconds between them while events come in: what was said is in the log then, and a look only proves it."""
WHOLE_OFTEN, WHOLE_RARELY = timedelta(hours=1), timedelta(hours=6)
"""An open channel is read as a whole this often: an event may be lost without a sign."""
AGAIN = 600.0
"""Seconds until history that Slack refuses is asked for again: somebody may have let the bot in."""
LONGEST_PAUSE = 60.0
FIRST = 10.0
"""Seconds until the first look into a channel that was just opened: events may have been lost at its very beginning."""
KEPT = timedelta(days=7)
"""A draft may be written again so long after the end: that long the channel is looked at after an outage."""
SLOW_PAGE = 15
"""Messages that Slack gives at once to apps of its slow tier, whatever they ask for."""
SLOW_PAUSE = 61.0
"""Seconds between two calls of theirs: one a minute."""
SLOW_WAIT = 45.0
"""A Retry-After from here on is that of the slow tier; a tier of 50 calls a minute asks for less."""
BEGINNING = "0"


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """A look that is under way. Kept as JSON. ``ts`` are Slack's time stamps, ``cursor`` Slack's own words."""

    top: str
    """Where it began: nothing later is read."""
    bottom: str
    """Nothing at or before it is read."""
    edge: str
    """The oldest message that was shown so far; everything from ``top`` down to it was read."""
    newest: str = BEGINNING
    """The newest message that was shown."""
    cursor: str = ""
    paged: bool = False
    """True once the last page of the channel was read: threads are left."""
    threads: tuple[str, ...] = ()
    """First messages of threads that are still to be read."""
    thread_cursor: str = ""
    thread_edge: str = BEGINNING
    """The latest answer that was shown of the thread in hand."""
    young: bool = False
    """True: something was too young to be sure of."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Watermark:
    """How far one channel of an incident was read. A column of table ``watermarks`` bears each field's name."""

    channel_id: str
    incident: str
    floor: str
    """The log begins after it: "0" in a channel that was opened for the incident."""
    read_to: str
    """The watermark: everything up to it was read, or was told by an event."""
    ceiling: str | None = None
    """Nothing later belongs to the incident: it went on in another channel."""
    due_at: float | None = None
    """Machine time of the next step; None: nothing more is to be read, until somebody asks."""
    wanted: bool = False
    """True: a whole look is to be begun."""
    fresh: bool = False
    """True: somebody asked for it since the last call, so the news come first, whatever is under way."""
    wanted_at: float = 0.0
    """Machine time from which the look that is wanted or under way was waited for."""
    lease_until: float = 0.0
    attempt: int = 0
    """Fencing: only the worker of the newest attempt keeps what it read."""
    failures: int = 0
    """Calls in a row that came to nothing."""
    forward: Look | None = None
    whole: Look | None = None
    whole_to: str | None = None
    """Where the last whole look began."""
    whole_at: datetime | None = None
    """When the last whole look ended."""
    lag_since: datetime | None = None
    """What was said from then on may be missing: an outage whose look has not ended. None: nothing is known to."""
    gaps: Mapping[str, str] = field(default_factory=dict)
    """What was said to be missing and still is: kind of gap to Slack's word for it."""
    keep_until: datetime | None = None
    """Until then it is looked at after an outage although the incident is over; None: it is open."""

    @property
    def is_behind(self) -> bool:
        """Whether a whole look is wanted or under way."""
        return self.wanted or self.whole is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """One answer of Slack's to a step, in the order in which Slack gave it."""

    shown: Sequence[Shown]
    cursor: str
    """Empty: there is no more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """The next call: a page of the channel's history, or of the answers in *thread*."""

    method: str
    args: Mapping[str, str]
    thread: str | None = None


def ts_of(at: datetime) -> str:
    """*at* as one of Slack's time stamps."""
    return f"{int(at.timestamp()):010d}.{at.microsecond:06d}"


def begun(mark: Watermark, *, at: datetime) -> Watermark:
    """*mark* with the look that is to be done now: the one under way, else a whole one where that is wanted.

    Where one is wanted while a whole one is under way, the news are read first, and then it goes on.
    """
    if mark.forward is not None or (mark.whole is not None and not mark.fresh):
        return mark
    top = min(ts_of(at + timedelta(days=1)), mark.ceiling or "9")  # Slack's clock may be ahead of ours
    if mark.wanted and mark.whole is None:
        return replace(mark, fresh=False, wanted=False, whole=Look(top=top, bottom=mark.floor, edge=top))
    return replace(mark, fresh=False, forward=Look(top=top, bottom=mark.read_to, edge=top))


def asked(mark: Watermark) -> Ask:
    """The next call of the look that ``begun`` left under way."""
    look = mark.forward or mark.whole
    if look is None:
        raise ValueError("no look is under way")
    if look.paged:
        cursor = {"cursor": look.thread_cursor} if look.thread_cursor else {}
        thread = look.threads[0]
        args = {"channel": mark.channel_id, "ts": thread, **cursor}
        return Ask(method="conversations.replies", args=args, thread=thread)
    cursor = {"cursor": look.cursor} if look.cursor else {}
    args = {"channel": mark.channel_id, "oldest": look.bottom, "latest": look.top, **cursor}
    return Ask(method="conversations.history", args=args)


def covered(look: Look, page: Page) -> tuple[str, str]:
    """From where (included) to where (not included) *page* shows all that there is of the channel."""
    lowest = min((shown.ts for shown in page.shown), default=look.edge)
    return (lowest if page.cursor else look.bottom), look.edge


def turned(mark: Watermark, page: Page, *, moved_only: bool) -> Watermark:
    """*mark* after a page of the channel. *moved_only*: only threads with answers since the last whole look count."""
    if mark.forward is not None:
        look = _turned(mark.forward, page, ())
        return _risen(replace(mark, forward=None), look) if look.paged else replace(mark, forward=look)
    if mark.whole is None:
        raise ValueError("no look is under way")
    since = mark.whole_to if moved_only and mark.whole_to else BEGINNING
    since = f"{max(float(since) - SETTLE.total_seconds(), 0):.6f}"
    threads = (each.ts for each in page.shown if each.is_root and (each.latest_reply or each.ts) > since)
    look = _turned(mark.whole, page, threads)
    now = replace(mark, whole=look)
    return _risen(now, look) if look.paged or look.edge <= mark.read_to else now


def _turned(look: Look, page: Page, threads: Iterable[str]) -> Look:
    times = [shown.ts for shown in page.shown]
    return replace(
        look, cursor=page.cursor, paged=not page.cursor, edge=min([look.edge, *times]),
        newest=max([look.newest, *times]), threads=tuple(dict.fromkeys((*look.threads, *threads))),
    )  # fmt: skip


def _risen(mark: Watermark, look: Look) -> Watermark:
    """The watermark rises to shortly before the newest message that history has shown: by Slack's clock, not ours."""
    to = f"{max(float(look.newest) - SETTLE.total_seconds(), 0):017.6f}"
    return replace(mark, read_to=max(mark.read_to, to))


def answered(mark: Watermark, page: Page) -> Watermark:
    """*mark* after a page of the thread in hand."""
    if mark.whole is None:
        raise ValueError("no look is under way")
    edge = max([mark.whole.thread_edge, *(shown.ts for shown in page.shown)])
    if page.cursor:
        return replace(mark, whole=replace(mark.whole, thread_cursor=page.cursor, thread_edge=edge))
    return without_thread(mark)


def without_thread(mark: Watermark) -> Watermark:
    """*mark* with the thread in hand behind it."""
    if mark.whole is None:
        raise ValueError("no look is under way")
    rest = mark.whole.threads[1:]
    return replace(mark, whole=replace(mark.whole, threads=rest, thread_cursor="", thread_edge=BEGINNING))


def settled(
    mark: Watermark, *, at: datetime, machine: float, heard: bool, over_at: datetime | None
) -> Watermark:
    """*mark* with the time of its next step; a whole look that has read everything has ended.

    *heard*: Slack's events reach us. *over_at*: when the incident ended; None while it is open.
    """
    now = mark
    if mark.whole is not None and mark.whole.paged and not mark.whole.threads:
        young, wanted = mark.whole.young, mark.wanted
        now = replace(
            mark, whole=None, whole_to=mark.whole.newest, whole_at=at, wanted=wanted or young,
            lag_since=mark.lag_since if wanted else None,
        )  # fmt: skip
        if young and not wanted:
            return replace(now, due_at=machine + SETTLE.total_seconds() + 1)
    if now.forward or now.is_behind:
        return replace(now, due_at=machine)
    if over_at is not None:
        return replace(now, due_at=None, keep_until=over_at + KEPT)
    if now.whole_at is None and now.whole_to is None:
        return replace(now, due_at=machine + FIRST, whole_at=at, keep_until=None)
    every, pause = (WHOLE_RARELY, RARELY) if heard else (WHOLE_OFTEN, OFTEN)
    last = now.whole_at or at
    due_at, wanted = machine + pause, at + timedelta(seconds=pause) - last >= every
    return replace(now, due_at=due_at, wanted=wanted, keep_until=None)


def put_off(mark: Watermark, *, machine: float) -> Watermark:
    """*mark* after a call that came to nothing: tried again later, the more often the later."""
    failures = mark.failures + 1
    return replace(mark, failures=failures, due_at=machine + min(LONGEST_PAUSE, 2.0 ** min(failures, 6)))


def refused(mark: Watermark, *, machine: float, over_at: datetime | None) -> Watermark:
    """*mark* after Slack refused its history: begun anew once Slack lets us, or when somebody asks."""
    again = machine + AGAIN if over_at is None else None
    keep = over_at + KEPT if over_at is not None else None
    return replace(
        mark, forward=None, whole=None, wanted=True, fresh=False, failures=0, lag_since=None, due_at=again,
        keep_until=keep,
    )  # fmt: skip
