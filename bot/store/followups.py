"""Which incidents hold follow-ups that somebody asks about: decided in the database, so that few rows are read."""

from dataclasses import fields
from datetime import datetime

from sqlalchemy import JSON, ColumnElement, Text, and_, cast, column, exists, func, select

from bot.domain.followup import ENDED, State
from bot.domain.followup_export import Source
from bot.domain.incident import Incident, Status
from bot.domain.schedule import TimerKind
from bot.store import tables
from bot.store.questions import Rows
from bot.store.rows import incident_of


def owned_by(user: str, *, is_postgres: bool) -> ColumnElement[bool]:
    """Whether an incident of table ``incidents`` has a follow-up of *user* that is still to be done.

    The text is looked at first, which costs little: only of incidents that name the person, each follow-up is read.
    """
    table = tables.incidents.c
    unpack = func.json_array_elements if is_postgres else func.json_each
    item = unpack(table.followups).table_valued(column("value", JSON))
    owner, state = (item.c.value[name].as_string() for name in ("owner", "state"))
    theirs = exists().select_from(item).where(owner == user, state.not_in([each.value for each in ENDED]))
    named = cast(table.followups, Text).contains(f'"owner": "{user}"', autoescape=True)
    running = table.status.not_in([Status.CANCELLED, Status.MERGED])
    return and_(running, named, theirs.correlate(tables.incidents))


def undecided() -> ColumnElement[bool]:
    """Whether an incident of table ``incidents`` has a follow-up of which a change waits for somebody's yes."""
    table = tables.incidents.c
    waits = cast(table.followups, Text).contains(f'"state": "{State.AWAITING}"')
    return and_(table.status.not_in([Status.CANCELLED, Status.MERGED]), waits)


class FollowUpRows(Rows):
    """Named questions about follow-ups, which live with their incidents."""

    def named(self, user: str) -> list[Incident]:
        """Incidents with an open follow-up that is owned by *user*, newest first; not those that were cancelled.

        More than is needed is no harm: the values themselves say what is open.
        """
        table = tables.incidents.c
        query = select(tables.incidents).where(owned_by(user, is_postgres=self._is_postgres))
        newest = query.order_by(table.declared_at.desc(), table.ref.desc())
        return [incident_of(row) for row in self._connection.execute(newest)]

    def timed(self) -> list[Incident]:
        """Incidents of whose follow-ups something is still to be said of its own accord."""
        waits = select(tables.timers.c.incident).where(tables.timers.c.kind == TimerKind.FOLLOWUP)
        query = (
            select(tables.incidents).where(tables.incidents.c.ref.in_(waits)).order_by(tables.incidents.c.ref)
        )
        return [incident_of(row) for row in self._connection.execute(query)]

    def sources(self, *, ref: str | None = None, since: datetime | None = None) -> list[Source]:
        """All incidents that have any, by reference, those declared since then; or the one of *ref*, whatever it has.

        Only what a list of them needs is read: whoever asks in Slack waits for it.
        """
        table = tables.incidents.c
        wanted = [table.ref == ref] if ref is not None else [cast(table.followups, Text) != "[]"]
        if ref is None and since is not None:
            wanted.append(table.declared_at >= since)
        query = select(*(table[field.name] for field in fields(Source))).where(*wanted).order_by(table.ref)
        return [Source(**row._mapping) for row in self._connection.execute(query)]  # noqa: SLF001
