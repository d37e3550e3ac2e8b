"""Which waiting calls may be made now, and by whom: leases, Slack's limits, and what is looked at once more.

RELIABILITY section 2, "Out". All times are machine time as the workers share it (``Tx.machine``).
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Double,
    Row,
    and_,
    bindparam,
    case,
    exists,
    func,
    literal,
    not_,
    null,
    or_,
    select,
    update,
)
from sqlalchemy.dialects.postgresql import insert as upsert_postgres
from sqlalchemy.dialects.sqlite import insert as upsert_sqlite

from bot.call import references
from bot.store import tables
from bot.store.access import SHUT
from bot.store.claimed import (
    CLAIMED,
    DONE,
    DROPPED,
    FAILED,
    SEEN,
    UNFINISHED,
    WAITING,
    Backlog,
    Claimed,
    Lanes,
    Limits,
)
from bot.store.questions import Rows

NEEDS_NO_TOKEN = "respond"  # noqa: S105 - a method
"""Answers to a click or command go to an address of their own, also while Slack refuses the token."""
BY_CHANNEL = "chat.postMessage"
"""The method that Slack limits channel by channel; it limits all others as a whole."""
FAR_OFF = 120.0
"""Seconds ahead beyond which no lease and no pause is ever set: the clock was set back, and they count as over."""
LONGEST_LIMIT = 1_800.0
"""Seconds ahead at which no limit of Slack's ends (``wait_of``): the clock went back since it was kept."""
LONGEST_HOLD = 60.0
"""Seconds after which a call that Slack's limits hold is looked at again, however long the limit lasts."""


def _is_over(time: ColumnElement[float]) -> ColumnElement[bool]:
    """Whether the time has come; so it has where it lies further ahead than any is ever set (the clock went back)."""
    now: ColumnElement[float] = bindparam("machine", type_=Double)
    return or_(time <= now, time > now + FAR_OFF)


# Built once: to put them together takes longer than to ask them.
_OUTBOX, _NEEDS, _THROTTLES = tables.outbox, tables.outbox_needs, tables.throttles
_EARLIER, _NEEDED = _OUTBOX.alias("earlier"), _OUTBOX.alias("needed")


def _none(*where: ColumnElement[bool]) -> ColumnElement[bool]:
    """No row is so. A scalar, not ``NOT EXISTS``: that one PostgreSQL may turn into a scan of everything ever sent."""
    return select(literal(1)).where(*where).limit(1).correlate(_OUTBOX).scalar_subquery().is_(None)


_IN_ORDER = or_(
    _OUTBOX.c.stream.is_(None),
    _none(
        _EARLIER.c.stream == _OUTBOX.c.stream, _EARLIER.c.id < _OUTBOX.c.id, _EARLIER.c.state.in_(UNFINISHED)
    ),
)
"""No earlier call of the same stream is unfinished."""
_NEEDS_MET = _none(
    _NEEDS.c.key == _OUTBOX.c.key,
    ~exists().where(_NEEDED.c.key == _NEEDS.c.needs, _NEEDED.c.state == DONE),
)
_CAN_BE_MADE = (_OUTBOX.c.state == WAITING, _is_over(_OUTBOX.c.not_before), _IN_ORDER, _NEEDS_MET)
_READY = (
    select(_OUTBOX)
    .where(*_CAN_BE_MADE)
    .order_by(_OUTBOX.c.priority, _OUTBOX.c.id)
    .with_for_update(skip_locked=True, of=_OUTBOX)
)
_LOST = (
    select(_OUTBOX.c.id)
    .where(_OUTBOX.c.state == CLAIMED, _is_over(_OUTBOX.c.lease_until))
    .with_for_update(skip_locked=True)
)
_ANY_READY = select(_OUTBOX.c.id).where(*_CAN_BE_MADE).limit(1)
_ANY_LOST = select(exists().where(_OUTBOX.c.state == CLAIMED, _is_over(_OUTBOX.c.lease_until)))
_PRESSING = select(
    or_(
        exists().where(_OUTBOX.c.state == WAITING, _is_over(_OUTBOX.c.not_before)),
        exists().where(_OUTBOX.c.state == CLAIMED, _is_over(_OUTBOX.c.lease_until)),
    )
)
HOPELESS = (
    select(_OUTBOX.c.key)
    .join(_NEEDS, _NEEDS.c.key == _OUTBOX.c.key)
    .where(
        _OUTBOX.c.state == WAITING,
        ~exists().where(_NEEDED.c.key == _NEEDS.c.needs, _NEEDED.c.state.not_in((FAILED, DROPPED))),
    )
)
"""Keys of waiting calls that need one which was given up, or is not there."""
_TO_TIDY = select(
    or_(
        HOPELESS.exists(),
        exists().where(
            _OUTBOX.c.state == DONE,
            _OUTBOX.c.not_before > 0,
            _OUTBOX.c.not_before <= bindparam("machine", type_=Double),
        ),
    )
)
_SPOKEN_IN = select(_OUTBOX.c.args["channel"].as_string()).where(
    _OUTBOX.c.state == CLAIMED, _OUTBOX.c.method == BY_CHANNEL
)
_LIMITS = select(_THROTTLES.c.scope, _THROTTLES.c.until).where(
    _THROTTLES.c.until > bindparam("machine", type_=Double),
    or_(_THROTTLES.c.until <= bindparam("machine", type_=Double) + LONGEST_LIMIT, _THROTTLES.c.scope == SHUT),
)
_NEXT = select(
    select(func.min(_OUTBOX.c.not_before))
    .where(_OUTBOX.c.state == WAITING, _OUTBOX.c.not_before > bindparam("machine", type_=Double))
    .scalar_subquery(),
    select(func.min(_OUTBOX.c.lease_until)).where(_OUTBOX.c.state == CLAIMED).scalar_subquery(),
    select(func.min(_THROTTLES.c.until))
    .where(_THROTTLES.c.until > bindparam("machine", type_=Double))
    .scalar_subquery(),
)


def scope_of(method: str, channel: object = None) -> str:
    """What a 429 of a Web API method is about: Slack counts messages by channel, all else by method."""
    return f"{method}:{channel}" if method == BY_CHANNEL and channel else method


class ClaimRows(Rows):
    """Named questions about what may be made now."""

    def is_idle(self, machine: float) -> bool:
        """Whether no call waits to be made and none to be taken back: a look that keeps no writer out."""
        return not self._connection.execute(_PRESSING, {"machine": machine}).scalar_one()

    def is_blocked(self, machine: float, *, lanes: Lanes, limits: Limits) -> bool:
        """Whether ``claim`` would take none of the calls that wait: held, or in order. It keeps no writer out."""
        if self._connection.execute(_ANY_LOST, {"machine": machine}).scalar_one():
            return False
        busy = set(self._connection.execute(_SPOKEN_IN).scalars()) - {None}
        held = _not_held(self._throttles(machine), busy, limits)
        ready = _ANY_READY.where(*held, *_not_shut(lanes))
        return self._connection.execute(ready, {"machine": machine}).first() is None

    def is_tidy(self, machine: float) -> bool:
        """Whether nothing is hopeless, and no double is to be looked for."""
        return not self._connection.execute(_TO_TIDY, {"machine": machine}).scalar_one()

    def claim(
        self, *, machine: float, lease: float, settle: float, limit: int,
        lanes: Lanes | None = None, limits: Limits | None = None,
    ) -> list[Claimed]:  # fmt: skip
        """Take up to *limit* calls that can be made now, for *lease* seconds: as many as fit into *lanes*.

        A call whose worker let its lease run out is ambiguous: it comes back after *settle* seconds. Into a channel
        that several incidents share only one message is on its way at a time: Slack would refuse most of them.
        """
        self._take_back(machine, settle)
        active = self._throttles(machine)
        busy = set(self._connection.execute(_SPOKEN_IN).scalars()) - {None}
        taken: list[Claimed] = []
        while len(taken) < limit:
            held = _not_held(active, busy, limits)
            left = limit - len(taken)
            rows = self._ready(machine, left, *held, *(_not_shut(lanes) if lanes else ()))
            batch = []
            for row in rows:
                call = self._claimed(row, attempt=row.attempt + 1, needs=references(row.args))
                until = _held_until(call, active, limits)
                if until is not None:
                    self._set([row.id], not_before=min(until, machine + LONGEST_HOLD))
                elif (channel := _named(call)) in busy:
                    continue  # one that this batch has taken already
                elif lanes is None or lanes.admits(row.method, row.priority):
                    batch.append(call)
                    busy |= {channel} if channel else set()
            ids = [call.id for call in batch]
            self._set(ids, state=CLAIMED, attempt=_OUTBOX.c.attempt + 1, lease_until=machine + lease)
            taken += batch
            if len(rows) < left:  # there are no more
                break
        return taken

    def _ready(self, machine: float, limit: int, *more: ColumnElement[bool]) -> Sequence[Row[Any]]:
        return self._connection.execute(_READY.where(*more).limit(limit), {"machine": machine}).all()

    def _set(self, ids: Sequence[int], **values: Any) -> None:
        if ids:
            self._connection.execute(update(_OUTBOX).where(_OUTBOX.c.id.in_(ids)).values(**values))

    def _take_back(self, machine: float, settle: float) -> None:
        """Calls whose lease ran out. Those of a worker that keeps its outcome this very moment are skipped."""
        lost = list(self._connection.execute(_LOST, {"machine": machine}).scalars())
        self._set(lost, state=WAITING, ambiguous=True, lookups=0, answer=null(), not_before=machine + settle)

    def renew(self, call: Claimed, until: float) -> bool:
        """Hold a claimed call until then; False where the lease was lost and another worker has the call."""
        table = tables.outbox
        mine = and_(table.c.id == call.id, table.c.state == CLAIMED, table.c.attempt == call.attempt)
        return self._connection.execute(update(table).where(mine).values(lease_until=until)).rowcount == 1

    def _claimed(self, row: Any, *, attempt: int, needs: Iterable[str]) -> Claimed:
        return Claimed(
            id=row.id, key=row.key, incident=row.incident, method=row.method, args=row.args, stream=row.stream,
            guarded=row.guarded, attempt=attempt, ambiguous=row.ambiguous, lookups=row.lookups,
            planned_at=row.planned_at, answers=self.answers(needs), priority=row.priority,
            seen=(row.answer or {}).get(SEEN, ""),
        )  # fmt: skip

    def answers(self, keys: Iterable[str]) -> dict[str, Mapping[str, Any]]:
        """Slack's answers to done calls, by key."""
        wanted = sorted(keys)
        if not wanted:  # an empty IN would have the database read every finished call
            return {}
        table = tables.outbox.c
        query = select(table.key, table.answer).where(table.key.in_(wanted), table.state == DONE)
        return {row.key: row.answer or {} for row in self._connection.execute(query)}

    # What is looked at once more

    def suspects(self, machine: float, *, again: float, limit: int) -> list[Claimed]:
        """Done calls of which there may be a double, with their own answer; not given out again for *again* seconds."""
        table = tables.outbox
        due = (
            select(table)
            .where(table.c.state == DONE, table.c.not_before > 0, table.c.not_before <= machine)
            .order_by(table.c.not_before)
            .limit(limit)
            .with_for_update(skip_locked=True)
        )
        rows = self._connection.execute(due).all()
        for row in rows:
            self.sweep_at(row.id, machine + again, sweeps=row.lookups)
        return [
            self._claimed(row, attempt=row.attempt, needs={row.key, *references(row.args)}) for row in rows
        ]

    def sweep_at(self, call_id: int, machine: float, *, sweeps: int = 0) -> None:
        """Look at *machine* time for a double of a call that is done; 0: no more. *sweeps*: looks that told nothing."""
        table = tables.outbox
        done = and_(table.c.id == call_id, table.c.state == DONE)
        self._connection.execute(update(table).where(done).values(not_before=machine, lookups=sweeps))

    # Slack's limits

    def throttle(self, scope: str, until: float) -> None:
        """Slack said Retry-After: no worker makes a Web API call of *scope* (``scope_of``) before *until*."""
        table = tables.throttles
        upsert = upsert_postgres if self._is_postgres else upsert_sqlite
        holds = and_(table.c.until > until, table.c.until <= until + LONGEST_LIMIT)
        later = case((holds, table.c.until), else_=until)
        query = upsert(table).values(scope=scope, until=until)
        self._connection.execute(query.on_conflict_do_update(index_elements=["scope"], set_={"until": later}))

    def throttled(self, method: str, channel: object, machine: float) -> float | None:
        """Until when no worker may make this Web API call; None: it is free."""
        table, scopes = tables.throttles.c, {method, scope_of(method, channel)}
        query = select(func.max(table.until)).where(
            table.scope.in_(scopes), table.until > machine, table.until <= machine + LONGEST_LIMIT
        )
        until: float | None = self._connection.execute(query).scalar_one()
        return until

    def _throttles(self, machine: float) -> dict[str, float]:
        """All limits that hold now, with their ends."""
        found = self._connection.execute(_LIMITS, {"machine": machine})
        return {row.scope: row.until for row in found}

    def next_try(self, machine: float) -> float | None:
        """Machine time of the next call that waits for its time or holds a lease; None: nothing is under way."""
        times = self._connection.execute(_NEXT, {"machine": machine}).one()
        return min((time for time in times if time is not None), default=None)

    def behind(self, before: datetime) -> Backlog | None:
        """What should have been said of incidents by now: calls that were planned *before*; None: there is none."""
        table = tables.outbox.c
        late = and_(table.state.in_(UNFINISHED), table.incident.is_not(None), table.planned_at < before)
        waiting, since = self._connection.execute(
            select(func.count(), func.min(table.planned_at)).where(late)
        ).one()
        return Backlog(waiting=waiting, since=since) if waiting else None

    def unfinished(self) -> int:
        """How many calls are still to be made."""
        query = select(func.count()).select_from(tables.outbox).where(tables.outbox.c.state.in_(UNFINISHED))
        return self._connection.execute(query).scalar_one()


def _held_until(call: Claimed, active: Mapping[str, float], limits: Limits | None) -> float | None:
    if not active:
        return None
    scopes = limits.scopes(call) if limits else (call.method, scope_of(call.method, call.args.get("channel")))
    return max((active[scope] for scope in scopes if scope in active), default=None)


def _named(call: Claimed) -> str | None:
    """The channel of a message where the row itself names it; one in doubt is looked for first, and not sent."""
    channel = call.args.get("channel")
    return channel if call.method == BY_CHANNEL and not call.ambiguous and isinstance(channel, str) else None


def _not_held(
    active: Mapping[str, float], busy: Collection[str], limits: Limits | None
) -> list[ColumnElement[bool]]:
    """Leaves out, many at once, what is held and can be told by a look at the row. *busy*: channels spoken in now."""
    table = tables.outbox.c
    methods = {scope for scope in active if ":" not in scope}
    channels = sorted({*busy, *(scope.partition(":")[2] for scope in active if ":" in scope)})
    methods |= set(limits.begun_by(methods)) if limits and methods else set()
    held: list[ColumnElement[bool]] = []
    if methods:
        held.append(and_(table.method.in_(sorted(methods)), table.ambiguous.is_(False)))
    if channels:
        here = table.args["channel"].as_string().in_(channels)
        held.append(and_(table.method == BY_CHANNEL, table.ambiguous.is_(False), here))
    if SHUT in active:
        held.append(table.method != NEEDS_NO_TOKEN)
    return [not_(func.coalesce(each, False)) for each in held]


def _not_shut(lanes: Lanes) -> list[ColumnElement[bool]]:
    methods, priorities = lanes.shut
    table = tables.outbox.c
    return [table.method.not_in(sorted(methods)), table.priority.not_in(sorted(priorities))]
