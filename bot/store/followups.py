"""Which incidents hold follow-ups that somebody asks about: decided in the database, so that few rows are read."""

from datetime import datetime

from sqlalchemy import Text, cast, select

from bot.domain.incident import Incident
from bot.store import tables
from bot.store.questions import Rows
from bot.store.rows import incident_of


class FollowUpRows(Rows):
    """Named questions about follow-ups."""

    def incidents(self, *, since: datetime | None = None) -> list[Incident]:
        """All incidents that have any, by reference; *since*: those declared from then on."""
        table = tables.incidents.c
        query = select(tables.incidents).where(cast(table.followups, Text) != "[]").order_by(table.ref)
        if since is not None:
            query = query.where(table.declared_at >= since)
        return [incident_of(row) for row in self._connection.execute(query)]
