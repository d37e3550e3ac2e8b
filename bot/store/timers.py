"""The rows of the timers: what is due, and when. One row for each kind that an incident's state wants."""

from datetime import datetime

from sqlalchemy import bindparam, delete, exists, func, insert, select, tuple_

from bot.domain.incident import Incident
from bot.domain.schedule import Timer, wanted
from bot.store import tables
from bot.store.questions import Rows

_OF = select(tables.timers).where(tables.timers.c.incident == bindparam("ref"))


class TimerRows(Rows):
    """Named questions to table ``timers``. Times are business time, UTC."""

    def keep_timers(self, incident: Incident) -> None:
        """Make the timers of *incident* exactly those that its state wants. Most decisions change none."""
        table = tables.timers
        known = {row.kind: row.due_at for row in self._connection.execute(_OF, {"ref": incident.ref})}
        timers = {timer.kind: timer.due_at for timer in wanted(incident)}
        if known == timers:
            return
        self._connection.execute(delete(table).where(table.c.incident == incident.ref))
        rows = [{"incident": incident.ref, "kind": kind, "due_at": at} for kind, at in timers.items()]
        if rows:
            self._connection.execute(insert(table), rows)

    def due_timers(self, at: datetime, limit: int, *, after: Timer | None = None) -> list[Timer]:
        """Timers due at *at*, longest overdue first, behind *after*. Whoever locks their incident first fires them."""
        table = tables.timers
        order = (table.c.due_at, table.c.incident, table.c.kind)
        query = select(table).where(table.c.due_at <= at).order_by(*order).limit(limit)
        if after is not None:
            last = (after.due_at, after.incident, after.kind)
            query = query.where(tuple_(*order) > tuple_(*last, types=[column.type for column in order]))
        return [Timer(**row._mapping) for row in self._connection.execute(query)]  # noqa: SLF001 - SQLAlchemy's public name

    def is_due(self, timer: Timer) -> bool:
        """Whether the timer still stands as it was read: nobody has fired it or moved it since."""
        table = tables.timers.c
        same = (table.incident == timer.incident, table.kind == timer.kind, table.due_at == timer.due_at)
        return self._connection.execute(select(exists().where(*same))).scalar_one()

    def next_due(self, *, after: datetime | None = None) -> datetime | None:
        """When the next timer is due, of those due later than *after*."""
        query = select(func.min(tables.timers.c.due_at))
        if after is not None:
            query = query.where(tables.timers.c.due_at > after)
        due: datetime | None = self._connection.execute(query).scalar_one()
        return due
