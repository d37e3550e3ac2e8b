"""The rows of subscriptions: who is told alone of which incident. They are no part of its record."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert as upsert_postgres
from sqlalchemy.dialects.sqlite import insert as upsert_sqlite

from bot.store import tables
from bot.store.questions import Rows


class SubscriptionRows(Rows):
    """Named questions about subscriptions."""

    def add(self, ref: str, user: str, at: datetime) -> bool:
        """*user* is told of the incident from now on; False where they are already."""
        upsert = upsert_postgres if self._is_postgres else upsert_sqlite
        query = upsert(tables.subscriptions).values(incident=ref, user=user, at=at).on_conflict_do_nothing()
        return self._connection.execute(query.returning(tables.subscriptions.c.user)).first() is not None

    def drop(self, ref: str, users: Collection[str]) -> int:
        """*users* are told of it no longer; how many of them were."""
        if not users:
            return 0
        table = tables.subscriptions
        gone = delete(table).where(table.c.incident == ref, table.c.user.in_(sorted(users)))
        return self._connection.execute(gone).rowcount

    def of(self, ref: str) -> list[str]:
        """Who is told of the incident, in the order in which they asked for it."""
        table = tables.subscriptions.c
        query = select(table.user).where(table.incident == ref).order_by(table.at, table.user)
        return list(self._connection.execute(query).scalars())

    def by(self, user: str) -> frozenset[str]:
        """References of the incidents that *user* is told of."""
        table = tables.subscriptions.c
        return frozenset(self._connection.execute(select(table.incident).where(table.user == user)).scalars())
