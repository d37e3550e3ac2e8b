"""Which incidents have follow-ups that somebody asks about."""

from sqlalchemy import Text, cast, select

from bot.domain.incident import Incident, Status
from bot.store import tables
from bot.store.questions import Rows
from bot.store.rows import incident_of


class FollowUpRows(Rows):
    """Named questions about follow-ups, which live with their incidents."""

    def named(self, user: str) -> list[Incident]:
        """Incidents with a follow-up that is, or was, owned by *user*, newest first; not those that were cancelled.

        More than is needed is no harm: the values themselves say what is open.
        """
        table = tables.incidents.c
        owned = cast(table.followups, Text).contains(f'"owner": "{user}"', autoescape=True)
        query = select(tables.incidents).where(owned, table.status.not_in([Status.CANCELLED, Status.MERGED]))
        newest = query.order_by(table.declared_at.desc(), table.ref.desc())
        return [incident_of(row) for row in self._connection.execute(newest)]
