"""What digests and reports look at: of many incidents the few columns that they need."""

from sqlalchemy import Text, cast, select

from bot.domain.digest import Source
from bot.domain.incident import Status
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
    select(
        _TABLE.ref, _TABLE.title, _TABLE.severity, _TABLE.channel_id, _TABLE.declared_by, _TABLE.roles,
        _TABLE.postmortem_owner, _TABLE.followups,
    )
    .where(*PUBLIC, cast(_TABLE.followups, Text) != "[]")
    .order_by(_TABLE.ref)
)  # fmt: skip


class ReviewRows(Rows):
    """Named questions for digests and reports."""

    def sources(self) -> list[Source]:
        """All incidents with follow-ups that everybody may read about, by reference."""
        return [Source(**row._mapping) for row in self._connection.execute(_SOURCES)]  # noqa: SLF001
