"""Whether Slack takes the bot's token, as all processes on one database know it; and whose turn it is to try."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, exists, insert, select, update
from sqlalchemy.dialects.postgresql import insert as upsert_postgres
from sqlalchemy.dialects.sqlite import insert as upsert_sqlite

from bot.store import tables
from bot.store.questions import Rows

SHUT = "token"
"""The name under which it is remembered, and the scope of the throttle that holds all calls."""
TRY = "token:try"
"""Scope of the throttle until which nobody tries."""
FOR_EVER = 4e9
"""Machine time that does not come soon: the end of the century."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ShutOut:
    """Slack does not take the token."""

    error: str
    since: datetime


class AccessRows(Rows):
    """Named questions about the token."""

    def standing(self) -> ShutOut | None:
        """Why no call is made; None: the token is good."""
        query = select(tables.meta.c.value).where(tables.meta.c.name == SHUT)
        known: dict[str, Any] | None = self._connection.execute(query).scalar_one_or_none()
        if not known:
            return None
        return ShutOut(error=known["error"], since=datetime.fromisoformat(known["since"]))

    def shut(self, error: str, at: datetime, *, try_at: float) -> bool:
        """No call is made from now on; the token is tried at *try_at* (machine time). False: it was known already."""
        value = {"error": error, "since": at.isoformat()}
        query = self._upsert(tables.meta).values(name=SHUT, value=value).on_conflict_do_nothing()
        new = self._connection.execute(query.returning(tables.meta.c.name)).first() is not None
        if new:
            self._forget()
            until = {SHUT: FOR_EVER, TRY: try_at}
            for scope, time in until.items():
                self._connection.execute(insert(tables.throttles).values(scope=scope, until=time))
        return new

    def is_turn(self, machine: float) -> bool:
        """Whether it is time to try the token."""
        table = tables.throttles.c
        return self._connection.execute(
            select(exists().where(table.scope == TRY, table.until <= machine))
        ).scalar_one()

    def take_turn(self, machine: float, *, again: float) -> bool:
        """Be the one that tries the token now; others wait for *again* seconds. False: it is not time, or another's."""
        table = tables.throttles
        due = (
            update(table).where(table.c.scope == TRY, table.c.until <= machine).values(until=machine + again)
        )
        return self._connection.execute(due).rowcount == 1

    def opened(self) -> bool:
        """The token is good: calls are made again. False: that was known."""
        gone = self._connection.execute(delete(tables.meta).where(tables.meta.c.name == SHUT))
        self._forget()
        return gone.rowcount == 1

    def _forget(self) -> None:
        self._connection.execute(delete(tables.throttles).where(tables.throttles.c.scope.in_((SHUT, TRY))))

    def _upsert(self, table: Any) -> Any:
        return (upsert_postgres if self._is_postgres else upsert_sqlite)(table)
