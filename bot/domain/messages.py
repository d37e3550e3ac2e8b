"""How messages of a channel become entries of the log, whatever order Slack sends things in (DR-7, DR-9, DR-10).

Each function takes the entry that stands (None: nothing known yet) and gives the entry as it is now; the same delivery
again changes nothing.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from decimal import Decimal

from bot.domain.timeline import PREFIXES, Entry, Kind, Source
from bot.domain.words import split_prefix

MARKED_AT = "marked_at"
"""In ``Entry.data`` of a message: each mark that it ever had, to the time stamp of what Slack told of it last."""


STARRED_BY, TASK = "starred_by", "task"
"""In ``Entry.data`` of a message: who asked for a task to be made of it, and the number of that task."""
REPEATED_BY, FOLLOWUP = "repeated_by", "followup"
"""The same of a follow-up."""
HIDDEN = "hidden"
"""In ``Entry.data``: who hid it from the timeline, and why (``bot.domain.correcting``), at its ``deleted_at``."""
TAKEN_OFF = "taken_off"
"""Who took the emoji of follow-ups off it, to the time stamp of that."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """A message as Slack tells it. ``text`` is Slack's own encoding; ``edited_ts`` is set once it was edited."""

    channel_id: str
    ts: str
    text: str
    author: str | None
    author_name: str | None = None
    thread_ts: str | None = None
    files: tuple[Mapping[str, str], ...] = ()
    edited_ts: str | None = None
    pinned: bool = False


def when(ts: str) -> datetime:
    """The instant of a Slack time stamp, to the microsecond, without the rounding of a float."""
    micros = int(Decimal(ts) * 1_000_000)
    return datetime.fromtimestamp(micros // 1_000_000, UTC).replace(microsecond=micros % 1_000_000)


def recorded(known: Entry | None, said: Said, *, incident: str, at: datetime) -> Entry:
    """The log entry after *said* arrived at *at*, as a new message or as an edit of one."""
    if known is None:
        return _fresh(said, incident, at, marks=("pin",) if said.pinned else ())
    if not known.arrived:
        fresh = _fresh(said, incident, at, marks=known.marks)
        return replace(fresh, id=known.id, deleted_at=known.deleted_at, data=known.data)
    kind, text, marks = _read(said.text, known.marks)
    stands_from, told_at = known.edited_at or known.at, when(said.edited_ts) if said.edited_ts else known.at
    if told_at <= stands_from:
        return known if told_at == stands_from else _with_version(known, told_at, text)
    former = _with_version(known, stands_from, known.text)
    return replace(former, kind=kind, text=text, marks=marks, files=said.files, edited_at=told_at)


def _with_version(known: Entry, at: datetime, text: str) -> Entry:
    """*known* with a former text that stood from *at*; in whatever order versions come, they are kept in theirs."""
    others = {version["at"]: version for version in known.versions}
    versions = {at.isoformat(): {"at": at.isoformat(), "text": text}, **others}
    in_order = sorted(versions.values(), key=lambda version: datetime.fromisoformat(version["at"]))
    return replace(known, versions=tuple(in_order)) if len(in_order) > len(known.versions) else known


def _fresh(said: Said, incident: str, at: datetime, marks: tuple[str, ...]) -> Entry:
    kind, text, marks = _read(said.text, marks)
    return Entry(
        incident=incident,
        at=when(said.ts),
        recorded_at=at,
        kind=kind,
        text=text,
        source=Source.MESSAGE,
        author=said.author,
        author_name=said.author_name,
        channel_id=said.channel_id,
        ts=said.ts,
        thread_ts=said.thread_ts if said.thread_ts != said.ts else None,
        files=said.files,
        marks=marks,
        edited_at=when(said.edited_ts) if said.edited_ts else None,
    )


def _read(text: str, marks: tuple[str, ...]) -> tuple[Kind, str, tuple[str, ...]]:
    """Kind, text and marks of a message: a prefix such as ``Decision:`` sets the kind and puts it on the timeline."""
    label, rest = split_prefix(text, PREFIXES)
    others = tuple(mark for mark in marks if mark != "prefix")
    if label is None or not rest.strip():
        return Kind.MESSAGE, text, others
    return PREFIXES[label.lower()], rest, (*others, "prefix")


def deleted(known: Entry | None, *, channel_id: str, ts: str, incident: str, at: datetime) -> Entry:
    """The entry after its message was deleted; a tombstone where the message itself has not come yet.

    One that was hidden is not to be shown again any more.
    """
    standing = known or _awaited(channel_id, ts, incident, at)
    data = {key: told for key, told in standing.data.items() if key != HIDDEN}
    return replace(standing, deleted_at=standing.deleted_at or at, data=data)


def marked(
    known: Entry | None,
    mark: str,
    *,
    on: bool = True,
    told_ts: str | None = None,
    channel_id: str,
    ts: str,
    incident: str,
    at: datetime,
) -> Entry:
    """The entry after *mark* (``pin`` or ``emoji:U…``) was put on it, or taken off it, at *told_ts* (Slack's time).

    A mark puts it on the timeline at the time it was said, until the last one is gone. Of what was told about one
    mark the newest counts, in whatever order it comes; without *told_ts* it counts as it comes.
    """
    standing = known or _awaited(channel_id, ts, incident, at)
    told = standing.data.get(MARKED_AT, {})
    if told_ts and Decimal(told_ts) < Decimal(told.get(mark, 0)):
        return standing
    others = tuple(other for other in standing.marks if other != mark)
    marks = standing.marks if on and mark in standing.marks else (*others, *((mark,) if on else ()))
    data = {**standing.data, MARKED_AT: {**told, mark: told_ts}} if told_ts else standing.data
    return replace(standing, marks=marks, data=data)


def starred(
    known: Entry | None, *, user: str, channel_id: str, ts: str, incident: str, at: datetime
) -> Entry:
    """The entry after *user* asked for a task to be made of it, which ``bot.starred`` does once the message is there.

    Only the first who asks counts.
    """
    standing = known or _awaited(channel_id, ts, incident, at)
    asked = {STARRED_BY: user, **standing.data}
    return standing if asked == standing.data else replace(standing, data=asked)


def repeated(
    known: Entry | None,
    *,
    user: str,
    on: bool = True,
    told_ts: str | None = None,
    channel_id: str,
    ts: str,
    incident: str,
    at: datetime,
) -> Entry:
    """The entry after *user* put the emoji of follow-ups on it, or took it off, at *told_ts* (Slack's time).

    Only the first who asks counts. In whatever order these come, what was told last of a person holds; without
    *told_ts* it is not known to be newer than what was told.
    """
    standing = known or _awaited(channel_id, ts, incident, at)
    off = standing.data.get(TAKEN_OFF, {})
    if user in off and (told_ts is None or Decimal(told_ts) <= Decimal(off[user])):
        return standing
    others = {name: stamp for name, stamp in off.items() if name != user}
    data = {**standing.data, TAKEN_OFF: {**others, user: told_ts or "0"} if not on else others}
    data = {REPEATED_BY: user, **data} if on else data
    data = data if data[TAKEN_OFF] else {name: value for name, value in data.items() if name != TAKEN_OFF}
    return standing if data == standing.data else replace(standing, data=data)


def _awaited(channel_id: str, ts: str, incident: str, at: datetime) -> Entry:
    return Entry(
        incident=incident, at=when(ts), recorded_at=at, kind=Kind.MESSAGE, text="", source=Source.MESSAGE,
        channel_id=channel_id, ts=ts, arrived=False,
    )  # fmt: skip
