"""What digests and reports look at: of many incidents the few columns that they need."""

from dataclasses import fields
from datetime import datetime

from sqlalchemy import Text, bindparam, cast, or_, select

from bot.domain.digest import Source
from bot.domain.incident import OPEN, Status
from bot.domain.progress import Declared
from bot.store import tables
from bot.store.questions import Rows

_TABLE = tables.incidents.c
PUBLIC = (
    _TABLE.private.is_(False),
    _TABLE.drill.is_(False),
    _TABLE.status.not_in([Status.CANCELLED, Status.MERGED]),
)
"""What stands in no digest, report or figure: private ones (DR-28), drills (R-DRL-2), cancelled and merged ones."""
_SOURCES = (
    select(*(_TABLE[field.name] for field in fields(Source)))
    .where(*PUBLIC, cast(_TABLE.followups, Text) != "[]")
    .order_by(_TABLE.ref)
)
_DECLARED = (
    select(*(_TABLE[field.name] for field in fields(Declared)))
    .where(*PUBLIC, or_(_TABLE.declared_at >= bindparam("since"), _TABLE.status.in_(list(OPEN))))
    .order_by(_TABLE.ref)
)


class ReviewRows(Rows):
    """Named questions for digests and reports."""

    def sources(self) -> list[Source]:
        """All incidents with follow-ups that everybody may read about, by reference."""
        return [Source(**row._mapping) for row in self._connection.execute(_SOURCES)]  # noqa: SLF001

    def declared(self, since: datetime) -> list[Declared]:
        """Incidents that everybody may read about: those declared since then, and all that are open, by reference."""
        rows = self._connection.execute(_DECLARED, {"since": since})
        return [Declared(**row._mapping) for row in rows]  # noqa: SLF001
