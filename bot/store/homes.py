"""The rows of homes: who opened the app's home, which incidents it shows; and the incidents that it may show."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Text, and_, cast, not_, or_, select, update
from sqlalchemy.dialects.postgresql import insert as upsert_postgres
from sqlalchemy.dialects.sqlite import insert as upsert_sqlite

from bot.domain.incident import OPEN, Incident, Status
from bot.store import tables
from bot.store.followups import owned_by, undecided
from bot.store.questions import Rows
from bot.store.rows import incident_of


class HomeRows(Rows):
    """Named questions about homes."""

    def made(self, user: str, *, opened_at: datetime | None = None) -> int:
        """The number of the home that is made for *user* now, from 1; others who make one wait for this transaction.

        *opened_at*: when they opened it; None: it is only made anew, and 0 where they never did.
        """
        table = tables.homes
        if opened_at is None:
            again = update(table).where(table.c.user == user).values(made=table.c.made + 1)
            return self._connection.execute(again.returning(table.c.made)).scalar_one_or_none() or 0
        upsert = upsert_postgres if self._is_postgres else upsert_sqlite
        query = upsert(table).values(user=user, made=1, opened_at=opened_at, shown=())
        values = {"made": table.c.made + 1, "opened_at": opened_at}
        query = query.on_conflict_do_update(index_elements=["user"], set_=values)
        return int(self._connection.execute(query.returning(table.c.made)).scalar_one())

    def shows(self, user: str, refs: Sequence[str]) -> None:
        """The home of *user* shows these incidents."""
        table = tables.homes
        self._connection.execute(update(table).where(table.c.user == user).values(shown=tuple(refs)))

    def opened_at(self, user: str) -> datetime | None:
        """When *user* opened it last; None: never."""
        query = select(tables.homes.c.opened_at).where(tables.homes.c.user == user)
        at: datetime | None = self._connection.execute(query).scalar_one_or_none()
        return at

    def showing(self, ref: str) -> list[str]:
        """Whose home shows the incident, as it was made last."""
        table = tables.homes.c
        query = select(table.user).where(cast(table.shown, Text).contains(f'"{ref}"')).order_by(table.user)
        return list(self._connection.execute(query).scalars())

    def concerned(self, user: str, *, limit: int) -> list[Incident]:
        """Incidents in which something may wait for *user*, newest first: not closed, or with work left to them.

        Those of former years are many, and few of them are read: what is open in them names the person.

        More than is needed is no harm: ``bot.domain.waiting`` decides.
        """
        table = tables.incidents.c
        review, tasks = cast(table.review, Text), cast(table.tasks, Text)
        done = or_(*(review.contains(f'"stage": "{stage}"') for stage in ("reviewed", "closed")))
        named = (cast(column, Text).contains(f'"{user}"') for column in (table.roles, table.review))
        part = or_(table.declared_by == user, table.postmortem_owner == user, *named)
        unwritten = and_(table.postmortem_due_at.is_not(None), not_(done), part)
        undone = and_(tasks.contains(f'"owner": "{user}"'), tasks.contains('"done_at": null'))
        over = and_(table.status == Status.CLOSED, or_(unwritten, undone))
        agreed = or_(owned_by(user, is_postgres=self._is_postgres), undecided())
        query = select(tables.incidents).where(or_(table.status.in_([*OPEN, Status.RESOLVED]), over, agreed))
        newest = query.order_by(table.declared_at.desc(), table.ref.desc()).limit(limit)
        return [incident_of(row) for row in self._connection.execute(newest)]
