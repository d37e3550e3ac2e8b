"""The rows behind metrics over many incidents: what is known of each, what was measured, what people entered."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

from sqlalchemy import Row, Select, Text, cast, func, insert, or_, select
from sqlalchemy.dialects.postgresql import insert as upsert_postgres
from sqlalchemy.dialects.sqlite import insert as upsert_sqlite

from bot.domain.score_entered import Entered
from bot.domain.score_measured import Basis, Measured, read, written
from bot.store import tables
from bot.store.questions import Rows

_BASIS = tuple(field.name for field in fields(Basis))


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """An incident without its record."""

    row: Mapping[str, Any]
    """Some of its columns, by their names."""
    now: Basis
    """The state in which it is."""
    kept: Measured | None
    """What was measured of it last; of another state, where its basis is another."""

    @property
    def private(self) -> bool:
        """Whether it exists for some people only."""
        return bool(self.row["private"])

    @property
    def members(self) -> Sequence[str]:
        """Who they are, by Slack user id."""
        return tuple(self.row["members"])

    @property
    def channel_id(self) -> str | None:
        """Its channel; None: it has none yet."""
        return None if self.row["channel_id"] is None else str(self.row["channel_id"])

    @property
    def is_fresh(self) -> bool:
        """Whether what was measured is what would be measured now."""
        return self.kept is not None and self.kept.basis == self.now


class ScoreRows(Rows):
    """Named questions about metrics."""

    def known(self, definitions: str, since: datetime | None) -> list[Known]:
        """All incidents declared from *since* on (None: ever), and older ones that have follow-ups; oldest first.

        Their records are not read: a count of entries, and of changes to them, tells whether they are as they were.
        """
        table, measured = tables.incidents.c, tables.measured.c
        query = select(
            table.ref, table.version, table.title, table.severity, table.status, table.declared_at, table.private,
            table.members, table.drill, table.backfilled, table.customer, table.channel_id,
            *(measured[name].label(f"kept_{name}") for name in _BASIS), measured.told,
        ).outerjoin_from(tables.incidents, tables.measured)  # fmt: skip
        if since is not None:
            has_followups = cast(table.followups, Text) != "[]"
            query = query.where(or_(table.declared_at >= since, has_followups))
        found = self._connection.execute(query.order_by(table.declared_at, table.ref)).all()
        records = self._records()
        return [_known(row, definitions, records.get(row.ref, (0, 0))) for row in found]

    def _records(self) -> dict[str, tuple[int, int]]:
        """By incident how many entries its record has, and how often they were changed, out of the index alone."""
        table = tables.entries.c
        query: Select[Any] = select(table.incident, func.count(), func.sum(table.saves)).group_by(
            table.incident
        )
        return {ref: (count, int(saves)) for ref, count, saves in self._connection.execute(query)}

    def basis(self, ref: str, definitions: str) -> Basis | None:
        """The state in which an incident is; None where there is none. To be asked before its record is read."""
        table, entries = tables.incidents.c, tables.entries.c
        version = self._connection.execute(select(table.version).where(table.ref == ref)).scalar()
        if version is None:
            return None
        query = select(func.count(), func.coalesce(func.sum(entries.saves), 0)).where(entries.incident == ref)
        count, saves = self._connection.execute(query).one()
        return Basis(definitions=definitions, version=version, entries=count, saves=int(saves))

    def keep(self, measured: Sequence[Measured]) -> None:
        """Keep what was measured, in the place of what was measured before."""
        upsert = upsert_postgres if self._is_postgres else upsert_sqlite
        for each in measured:
            values = {name: getattr(each.basis, name) for name in _BASIS} | {"told": written(each)}
            query = upsert(tables.measured).values(incident=each.ref, **values)
            self._connection.execute(query.on_conflict_do_update(index_elements=["incident"], set_=values))

    def enter(self, entered: Entered) -> None:
        """Keep a value that somebody entered."""
        values = {field.name: getattr(entered, field.name) for field in fields(entered)}
        self._connection.execute(insert(tables.entered).values(**values))

    def entered(self, metric: str | None = None) -> list[Entered]:
        """What was entered, all of it or of one metric, in the order in which it was."""
        query = select(tables.entered).order_by(tables.entered.c.id)
        if metric is not None:
            query = query.where(tables.entered.c.metric == metric)
        return [Entered(**row._mapping) for row in self._connection.execute(query)]  # noqa: SLF001 - its public name


def _known(row: Row[*tuple[Any, ...]], definitions: str, record: tuple[int, int]) -> Known:
    told: dict[str, Any] = dict(row._mapping)  # noqa: SLF001 - SQLAlchemy's public name
    entries, saves = record
    now = Basis(definitions=definitions, version=row.version, entries=entries, saves=saves)
    kept = None
    if told["told"] is not None and told["kept_definitions"] == definitions:
        kept = read(row.ref, Basis(**{name: told[f"kept_{name}"] for name in _BASIS}), told["told"])
    return Known(row=told, now=now, kept=kept)
