"""Questions about customer escalations that are records of their own: their numbers, and which an incident has."""

from datetime import datetime

from sqlalchemy import Connection, case, select
from sqlalchemy.dialects.postgresql import insert as upsert_postgres
from sqlalchemy.dialects.sqlite import insert as upsert_sqlite

from bot.domain.incident import OPEN, Incident
from bot.domain.references import case_reference
from bot.store import tables
from bot.store.rows import incident_of

COUNTER = "CE"
"""The name of the counter of their numbers; those of incidents have one for each day."""
IS_CASE = tables.incidents.c.ref.like("CE%")


class CaseRows:
    """Customer escalations in one transaction."""

    def __init__(self, connection: Connection) -> None:
        """Ask through *connection*."""
        self._connection = connection
        self._upsert = upsert_postgres if connection.dialect.name == "postgresql" else upsert_sqlite

    def next_reference(self, first: int) -> str:
        """The reference of the next one, with number *first* or later; none has it. Others wait until this one ends."""
        while True:
            ref = case_reference(self._counted(first, step=1))
            if self._connection.execute(select(1).where(tables.incidents.c.ref == ref)).first() is None:
                return ref

    def count_from(self, n: int) -> None:
        """The numbers that come from now on are above *n*."""
        self._counted(n, step=0)

    def _counted(self, least: int, *, step: int) -> int:
        """The counter, a *step* further, and *least* where it would be less."""
        table = tables.counters
        further = table.c.n + step
        query = (
            self._upsert(table)
            .values(name=COUNTER, n=least)
            .on_conflict_do_update(
                index_elements=["name"], set_={"n": case((further < least, least), else_=further)}
            )
            .returning(table.c.n)
        )
        return int(self._connection.execute(query).scalar_one())

    def give_back(self) -> None:
        """The number just taken was not needed."""
        self._counted(0, step=-1)

    def tied(self, ref: str) -> list[Incident]:
        """Those that are tied to the incident *ref*, in the order of their references."""
        query = select(tables.incidents).where(tables.incidents.c.tied_to == ref)
        rows = self._connection.execute(query.order_by(tables.incidents.c.ref))
        return [incident_of(row) for row in rows]

    def same(self, new: Incident, since: datetime) -> Incident | None:
        """One like *new* that the same person opened since then, in the same words, and that is open."""
        table = tables.incidents.c
        words = ("declared_by", "title", "customer", "severity", "private", "drill")
        query = select(tables.incidents).where(
            *(table[name] == getattr(new, name) for name in words),
            IS_CASE, table.declared_at >= since, table.status.in_(list(OPEN)),
        )  # fmt: skip
        row = self._connection.execute(query.order_by(table.declared_at).limit(1)).first()
        return incident_of(row) if row is not None else None
