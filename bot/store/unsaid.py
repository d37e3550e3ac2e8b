"""What was to be said in an incident's channel while that was out of reach: kept, and never sent there."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, select, update
from sqlalchemy.dialects.postgresql import insert as upsert_postgres
from sqlalchemy.dialects.sqlite import insert as upsert_sqlite

from bot.call import Call
from bot.domain.reach import HEARD
from bot.store import tables
from bot.store.claimed import DROPPED, WAITING
from bot.store.questions import Rows

UNSAID = "not said: its channel is out of reach"
TOLD = "not said: its channel is out of reach; its commander was told"
REPEATED = "not said: its channel was out of reach; the channel was told when the bot was back"
SAYS = ("chat.postMessage", "upload")


@dataclass(frozen=True, slots=True, kw_only=True)
class Unsaid:
    """One message that was not said."""

    key: str
    method: str
    args: dict[str, Any]
    is_told: bool = False
    """Whether the commander had it alone."""

    @property
    def kind(self) -> str:
        """What its key begins with."""
        return self.key.partition(":")[0]


class UnsaidRows(Rows):
    """Named questions to the outbox about messages that were not said."""

    def keep(self, calls: Iterable[Call], at: datetime) -> None:
        """Keep *calls* as not said: under their keys nothing is said later, and what needs them is not made."""
        upsert = upsert_postgres if self._is_postgres else upsert_sqlite
        for call in calls:
            self._connection.execute(
                upsert(tables.outbox).values(
                    key=call.key, incident=call.incident, method=call.method, args=call.args, stream=call.stream,
                    slot=None, priority=int(call.priority), guarded=False, attempt=0, lease_until=0.0,
                    not_before=0.0, ambiguous=False, lookups=0, planned_at=at, state=DROPPED, error=UNSAID,
                    finished_at=at,
                ).on_conflict_do_nothing(index_elements=["key"])
            )  # fmt: skip

    def waiting(self, ref: str) -> list[str]:
        """Keys of messages on their way into the incident's channel that were certainly not said yet."""
        table = tables.outbox.c
        mine = and_(table.incident == ref, table.stream == ref, table.method.in_(SAYS))
        untried = and_(table.state == WAITING, table.ambiguous.is_(False))
        query = select(table.key).where(mine, untried).order_by(table.id).with_for_update()
        return list(self._connection.execute(query).scalars())

    def mark(self, keys: Sequence[str], at: datetime) -> None:
        """Of *keys*, which were dropped or refused, it is kept that they were not said."""
        self._set(tables.outbox.c.key.in_(keys), error=UNSAID, finished_at=at)

    def forget(self, keys: Sequence[str], error: str) -> None:
        """*keys* were refused for another reason."""
        self._set(tables.outbox.c.key.in_(keys), error=error)

    def pending(self, ref: str) -> list[Unsaid]:
        """What the incident's commander was not told of yet, oldest first."""
        return self._found(and_(tables.outbox.c.incident == ref, tables.outbox.c.error == UNSAID))

    def since(self, ref: str, at: datetime) -> list[Unsaid]:
        """All that was not said from *at* on."""
        table = tables.outbox.c
        return self._found(
            and_(table.incident == ref, table.error.in_((UNSAID, TOLD)), table.finished_at >= at)
        )

    def told(self, keys: Sequence[str]) -> None:
        """The commander is told of *keys*."""
        self._set(tables.outbox.c.key.in_(keys), error=TOLD)

    def repeated(self, keys: Sequence[str]) -> None:
        """The channel is told of *keys* after all, or of what became of them."""
        self._set(tables.outbox.c.key.in_(keys), error=REPEATED)

    def out_of_reach(self) -> list[str]:
        """References of the incidents whose channel is out of reach, and of which somebody must hear it."""
        table = tables.incidents.c
        lost = and_(table.out_of_reach.is_not(None), table.channel_id.is_not(None), table.status.in_(HEARD))
        return list(self._connection.execute(select(table.ref).where(lost).order_by(table.ref)).scalars())

    def _found(self, condition: ColumnElement[bool]) -> list[Unsaid]:
        table = tables.outbox.c
        query = select(table.key, table.method, table.args, table.error).where(condition).order_by(table.id)
        return [
            Unsaid(key=row.key, method=row.method, args=dict(row.args), is_told=row.error == TOLD)
            for row in self._connection.execute(query)
        ]

    def _set(self, condition: ColumnElement[bool], **values: Any) -> None:
        self._connection.execute(update(tables.outbox).where(condition).values(**values))
