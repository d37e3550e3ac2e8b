"""The rows of the watermarks: how far each channel was read, who reads on, and when."""

from dataclasses import fields, replace
from datetime import datetime
from typing import Any

from sqlalchemy import (
    Row,
    Select,
    Update,
    and_,
    bindparam,
    case,
    exists,
    func,
    literal,
    or_,
    select,
    update,
)
from sqlalchemy.dialects.postgresql import insert as upsert_postgres
from sqlalchemy.dialects.sqlite import insert as upsert_sqlite

from bot.domain.incident import Incident
from bot.domain.looks import BEGINNING, SLOW_PAUSE, Watermark, ts_of
from bot.domain.timeline import Entry
from bot.store import tables
from bot.store.access import SHUT
from bot.store.claimed import UNFINISHED
from bot.store.claims import LONGEST_LIMIT
from bot.store.questions import Rows
from bot.store.rows import entry_of

HISTORY = "conversations.history"
PACE = "backfill"
"""Scope of the throttle that spaces the calls of all processes."""

LEFT_TO_LOOKS = 2 * SLOW_PAUSE
"""Seconds for which our pages leave Slack's rare calls of the slow tier to looks for calls in doubt."""
IN_DOUBT = exists().where(tables.outbox.c.state.in_(UNFINISHED), tables.outbox.c.ambiguous)

READS_FOR = select(tables.watermarks.c.incident).where(tables.watermarks.c.channel_id == bindparam("channel"))
"""Made once: it is asked at each save of an incident."""


def paced(method: str) -> str:
    """The scope that holds our pages of *method* alone: what else is asked by it comes first."""
    return f"{PACE} {method}"


class WatermarkRows(Rows):
    """Named questions to table ``watermarks``. Times are machine time where they are numbers."""

    def follow(self, incident: Incident) -> None:
        """From now on the channel of *incident* is read; where it is already, nothing changes. It is due at once.

        A channel that people made is read from the declaration on, one that was opened for the incident from its
        beginning. One that another incident has left is its own now.
        """
        if incident.channel_id is None or self._reads_for(incident.channel_id) == incident.ref:
            return
        floor = BEGINNING if incident.has_own_channel else ts_of(incident.declared_at)
        new = Watermark(
            channel_id=incident.channel_id, incident=incident.ref, floor=floor, read_to=floor, due_at=0.0,
            wanted=not incident.has_own_channel,
        )  # fmt: skip
        upsert = upsert_postgres if self._is_postgres else upsert_sqlite
        query = upsert(tables.watermarks).values(**_columns(new))
        changed = {name: query.excluded[name] for name in _columns(new) if name != "channel_id"}
        others = tables.watermarks.c.incident != query.excluded.incident
        self._connection.execute(
            query.on_conflict_do_update(index_elements=["channel_id"], set_=changed, where=others)
        )

    def _reads_for(self, channel_id: str) -> str | None:
        ref: str | None = self._connection.execute(READS_FOR, {"channel": channel_id}).scalar()
        return ref

    def want(self, channel_id: str, machine: float) -> None:
        """Read that channel as a whole, beginning now: whatever the time of its next look was."""
        table = tables.watermarks
        query = _wanting(machine).where(table.c.channel_id == channel_id)
        self._connection.execute(query.values(ceiling=None))

    def leave(self, channel_id: str, at: datetime, machine: float) -> None:
        """The incident goes on elsewhere: read that channel once more, and nothing that is said there later."""
        table = tables.watermarks
        last = _wanting(machine).where(table.c.channel_id == channel_id).values(ceiling=ts_of(at))
        self._connection.execute(last)

    def want_all(self, machine: float, at: datetime, since: datetime | None) -> int:
        """Read every channel as a whole; how many. *since*: from when on something may be missing, if anything is.

        These are the ones of open incidents, and of those that ended lately.
        """
        table = tables.watermarks
        kept = or_(table.c.due_at.is_not(None), table.c.keep_until > at)
        query = _wanting(machine).where(kept)
        if since is not None:
            lag = func.coalesce(table.c.lag_since, literal(since, table.c.lag_since.type))
            query = query.values(lag_since=lag)
        return self._connection.execute(query).rowcount

    def hurry(self, machine: float, within: float) -> int:
        """Let no open channel wait for more than *within* seconds for its next look forward; how many would have."""
        table = tables.watermarks
        late = table.c.due_at > machine + within
        return self._connection.execute(update(table).where(late).values(due_at=machine + within)).rowcount

    def can_hurry(self, machine: float, within: float) -> bool:
        """Whether ``hurry`` would change anything."""
        late = tables.watermarks.c.due_at > machine + within
        return self._connection.execute(select(exists().where(late))).scalar_one()

    def can_step(self, machine: float, every: float, burst: int) -> bool:
        """Whether there is a channel to be read now, and ``claim`` and ``take_turn`` let us. It keeps no writer out."""
        table, pace = tables.watermarks.c, tables.throttles.c
        due = exists().where(table.due_at <= machine, table.lease_until <= machine)
        if (
            not self._connection.execute(select(due)).scalar_one()
            or self.held_until(HISTORY, machine) > machine
        ):
            return False
        spent = exists().where(pace.scope == PACE, pace.until > machine + every * (burst - 1))
        return not self._connection.execute(select(spent)).scalar_one()

    def claim(self, machine: float, lease: float) -> Watermark | None:
        """The channel that has waited longest, under a lease; None where there is none to be read now.

        While Slack's limits hold back reading channels, it is no channel's turn.
        """
        if self.held_until(HISTORY, machine) > machine:
            return None
        table = tables.watermarks
        free = and_(table.c.due_at <= machine, table.c.lease_until <= machine)
        first = select(table).where(free).order_by(table.c.due_at, table.c.read_to).limit(1)
        row = self._connection.execute(first.with_for_update(skip_locked=True)).first()
        if row is None:
            return None
        mark = _mark(row)
        mine = replace(mark, attempt=mark.attempt + 1, lease_until=machine + lease)
        taken = {"attempt": mine.attempt, "lease_until": mine.lease_until}
        self._connection.execute(update(table).where(table.c.channel_id == mark.channel_id).values(**taken))
        return mine

    def held_until(self, method: str, machine: float) -> float:
        """Until when no page may be asked for by *method*: Slack said so, or its slow tier wants it; 0: at any time.

        While Slack refuses the token none is. In the slow tier a call in doubt comes first, which is looked for there:
        what it holds up waits for it. Not for ever, for looks may come to nothing.
        """
        table = tables.throttles.c
        ours = and_(table.scope == paced(method), IN_DOUBT)
        until = func.max(case((ours, table.until + LEFT_TO_LOOKS), else_=table.until))
        holds = or_(table.until <= machine + LONGEST_LIMIT, table.scope == SHUT)
        query = select(until).where(table.scope.in_((method, paced(method), SHUT)), holds)
        return float(self._connection.execute(query).scalar_one() or 0.0)

    def take_turn(self, machine: float, every: float, burst: int) -> bool:
        """Whether a call may be made now, of all processes together one *every* so many seconds, or *burst* at once."""
        table = tables.throttles
        upsert = upsert_postgres if self._is_postgres else upsert_sqlite
        new = upsert(table).values(scope=PACE, until=machine + every)
        later = case((table.c.until > machine, table.c.until), else_=machine) + every
        free = table.c.until <= machine + every * (burst - 1)
        taken = new.on_conflict_do_update(index_elements=["scope"], set_={"until": later}, where=free)
        return self._connection.execute(taken.returning(table.c.scope)).first() is not None

    def current(self, mark: Watermark) -> Watermark | None:
        """The row as it stands, locked, where this worker still holds it; None: another one took over."""
        table = tables.watermarks
        mine = and_(table.c.channel_id == mark.channel_id, table.c.attempt == mark.attempt)
        row = self._connection.execute(select(table).where(mine).with_for_update()).first()
        return _mark(row) if row is not None else None

    def save(self, mark: Watermark) -> None:
        """Keep *mark*, with the lease that it has."""
        table = tables.watermarks
        query = update(table).where(table.c.channel_id == mark.channel_id)
        self._connection.execute(query.values(**_columns(mark)))

    def save_gaps(self, mark: Watermark) -> None:
        """Keep what is known to be missing, whoever reads the channel meanwhile."""
        table = tables.watermarks
        query = update(table).where(table.c.channel_id == mark.channel_id)
        self._connection.execute(query.values(gaps=dict(mark.gaps)))

    def of_channel(self, channel_id: str) -> Watermark | None:
        """The watermark of that channel."""
        table = tables.watermarks
        row = self._connection.execute(select(table).where(table.c.channel_id == channel_id)).first()
        return _mark(row) if row is not None else None

    def of_incident(self, ref: str) -> list[Watermark]:
        """The watermarks of all channels that the incident has had."""
        table = tables.watermarks
        rows = self._connection.execute(select(table).where(table.c.incident == ref))
        return [_mark(row) for row in rows]

    def late(self, wanted_before: float, limit: int) -> list[Watermark]:
        """Channels that may lack something since an outage, and have waited since before then, not said yet."""
        table = tables.watermarks
        waiting = and_(table.c.lag_since.is_not(None), table.c.wanted_at < wanted_before)
        unsaid = and_(*(table.c.gaps[why].as_string().is_(None) for why in ("lag", "history")))
        query = select(table).where(waiting, unsaid).order_by(table.c.lag_since).limit(limit)
        return [_mark(row) for row in self._connection.execute(query)]

    def lag_since(self) -> datetime | None:
        """The earliest time from which something said may be missing in a log; None: nowhere."""
        since: datetime | None = self._connection.execute(
            select(func.min(tables.watermarks.c.lag_since))
        ).scalar_one()
        return since

    def lagging(self) -> int:
        """In how many channels something may be missing since an outage."""
        table = tables.watermarks.c
        query = select(func.count()).select_from(tables.watermarks).where(table.lag_since.is_not(None))
        return self._connection.execute(query).scalar_one()

    # What the log holds of a stretch of history

    def entries(self, channel_id: str, low: str, high: str) -> list[Entry]:
        """Entries of messages from *low* (included) to *high*, and of the answers in threads that began there."""
        table = tables.entries
        said = and_(table.c.ts >= low, table.c.ts < high)
        answered = and_(table.c.thread_ts >= low, table.c.thread_ts < high)
        query = select(table).where(table.c.channel_id == channel_id, or_(said, answered))
        return self._entries(query.with_for_update())

    def older(self, channel_id: str, ts: str) -> int:
        """How many messages the log holds from before *ts*: as many are to be read at least."""
        table = tables.entries.c
        query = select(func.count()).select_from(tables.entries)
        return self._connection.execute(
            query.where(table.channel_id == channel_id, table.ts < ts)
        ).scalar_one()

    def answers(self, channel_id: str, thread: str) -> list[Entry]:
        """Entries of the thread that began with *thread*, that message too."""
        table = tables.entries
        inside = or_(table.c.thread_ts == thread, table.c.ts == thread)
        return self._entries(select(table).where(table.c.channel_id == channel_id, inside).with_for_update())

    def _entries(self, query: Select[Any]) -> list[Entry]:
        return [entry_of(row) for row in self._connection.execute(query)]


def _wanting(machine: float) -> Update:
    """An update that asks for a whole look; where an outage is not made up for yet, it has waited since then."""
    table = tables.watermarks.c
    since = case((table.lag_since.is_not(None), table.wanted_at), else_=machine)
    return update(tables.watermarks).values(wanted=True, fresh=True, due_at=machine, wanted_at=since)


def _columns(mark: Watermark) -> dict[str, Any]:
    return {field.name: getattr(mark, field.name) for field in fields(mark)}


def _mark(row: Row[Any]) -> Watermark:
    return Watermark(**row._mapping)  # noqa: SLF001 - SQLAlchemy's public name
