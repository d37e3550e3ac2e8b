"""What the audit and the metrics ask of the database: many incidents at once, and figures."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import and_, func, or_, select

from bot.call import DUE
from bot.domain.audit import Facts, Nudge
from bot.domain.incident import OPEN, Incident, Status
from bot.domain.reach import HEARD
from bot.domain.schedule import Timer
from bot.store import tables
from bot.store.claimed import DONE, FAILED, UNFINISHED
from bot.store.outbox import GIVEN_UP, NOT_MET, SAID_TWICE
from bot.store.questions import Rows
from bot.store.unsaid import UNSAID


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """How much there is of something."""

    waiting: int
    """Calls that are still to be made."""
    oldest: datetime | None
    """When the oldest of them was planned (business time)."""
    overdue: int
    """Timers that are due and not fired."""
    incidents: int
    """Incidents that are open."""
    out_of_reach: int
    """Incidents, open or resolved, in whose channel the bot can say nothing."""


class AuditRows(Rows):
    """Named questions over all incidents."""

    def figures(self, at: datetime) -> Figures:
        """What ``/metrics`` tells at *at*."""
        outbox, timers, incidents = tables.outbox.c, tables.timers.c, tables.incidents.c
        waiting, oldest = self._connection.execute(
            select(func.count(), func.min(outbox.planned_at)).where(outbox.state.in_(UNFINISHED))
        ).one()
        overdue = select(func.count()).where(timers.due_at <= at)
        open_now = select(func.count()).where(incidents.status.in_(list(OPEN)))
        lost = select(func.count()).where(incidents.out_of_reach.is_not(None), incidents.status.in_(HEARD))
        return Figures(
            waiting=waiting,
            oldest=oldest,
            overdue=self._connection.execute(overdue).scalar_one(),
            incidents=self._connection.execute(open_now).scalar_one(),
            out_of_reach=self._connection.execute(lost).scalar_one(),
        )

    def watched(self, *, after: str, ended_since: datetime, limit: int) -> list[Incident]:
        """Incidents from which something may still come, by reference, the first after *after*."""
        table = tables.incidents
        ended = or_(table.c.closed_at >= ended_since, table.c.ended_at >= ended_since)
        live = table.c.status.in_([*OPEN, Status.RESOLVED])
        query = select(table).where(table.c.ref > after, or_(live, ended)).order_by(table.c.ref).limit(limit)
        return [Incident(**row._mapping) for row in self._connection.execute(query)]  # noqa: SLF001 - SQLAlchemy's public name

    def facts(self, incidents: Sequence[Incident]) -> list[Facts]:
        """What is to be compared with the record of each of *incidents*."""
        refs = [incident.ref for incident in incidents]
        timers, nudges, twice = self._timers(refs), defaultdict(list), defaultdict(list)
        table = tables.outbox.c
        asked = and_(table.incident.in_(refs), or_(table.key.like("nudge:%"), _said_twice()))
        query = (
            select(
                table.key, table.incident, table.state, table.error, table.args[DUE].as_string().label("due")
            )
            .where(asked)
            .order_by(table.id)
        )
        for row in self._connection.execute(query):
            if row.key.startswith("nudge:"):
                nudges[row.incident].append(_nudge(row))
            if row.state == DONE and row.error == SAID_TWICE:
                twice[row.incident].append(row.key)
        troubles = self._troubles(refs)
        return [
            Facts(
                incident=one, timers=tuple(timers[one.ref]), nudges=tuple(nudges[one.ref]),
                troubles=frozenset(troubles[one.ref]), said_twice=tuple(twice[one.ref]),
            )
            for one in incidents
        ]  # fmt: skip

    def _timers(self, refs: Sequence[str]) -> defaultdict[str, list[Timer]]:
        found: defaultdict[str, list[Timer]] = defaultdict(list)
        query = select(tables.timers).where(tables.timers.c.incident.in_(refs))
        for row in self._connection.execute(query):
            found[row.incident].append(Timer(**row._mapping))  # noqa: SLF001 - SQLAlchemy's public name
        return found

    def _troubles(self, refs: Sequence[str]) -> defaultdict[str, list[str]]:
        """What was said, or is going to be, about what could not be done."""
        table, found = tables.outbox.c, defaultdict(list)
        query = select(table.key, table.incident).where(
            table.incident.in_(refs), table.key.like("trouble%"), table.state.not_in(GIVEN_UP)
        )
        for row in self._connection.execute(query):
            found[row.incident].append(row.key)
        return found


def _said_twice() -> Any:
    return and_(tables.outbox.c.state == DONE, tables.outbox.c.error == SAID_TWICE)


def _nudge(row: Any) -> Nudge:
    return Nudge(
        n=int(row.key.rpartition(":")[2]),
        due=row.due,
        failed_with=row.error if row.state == FAILED and not str(row.error).startswith(UNSAID) else None,
        is_stranded=row.state in GIVEN_UP and str(row.error).startswith(NOT_MET),
    )
