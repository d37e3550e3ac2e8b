"""The rows of people, groups and channels."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict
from typing import Any

from sqlalchemy import Table, bindparam, func, or_, select
from sqlalchemy.dialects.postgresql import insert as upsert_postgres
from sqlalchemy.dialects.sqlite import insert as upsert_sqlite

from bot.domain.directory import Channel, Group, Person
from bot.domain.signs import folded
from bot.store import tables
from bot.store.questions import Rows

_NAMES = select(tables.people.c.id, tables.people.c.name).where(
    tables.people.c.id.in_(bindparam("ids", expanding=True))
)


class DirectoryRows(Rows):
    """What is known of Slack's people and user groups."""

    def person(self, user_id: str) -> Person | None:
        """The person of that Slack id."""
        return self._one(tables.people.c.id == user_id)

    def known_as(self, user: str) -> set[str]:
        """What a policy may call *user*: the id, ``@handle``, and the ``@handle`` of each group they are in."""
        person = self.person(user)
        groups = {group.handle for group in self.groups() if user in group.users}
        return {user, *(f"@{handle}" for handle in groups), *([f"@{person.handle}"] if person else [])}

    def called(self, name: str) -> list[Person]:
        """People whom ``@name`` may mean: handle or name, in any case of letters."""
        wanted = name.lower()
        table = tables.people
        query = select(table).where(table.c.gone.is_(False)).order_by(table.c.id)
        rows = self._connection.execute(
            query.where(or_(table.c.handle == wanted, func.lower(table.c.name) == wanted))
        )
        found = [Person(**row._mapping) for row in rows]  # noqa: SLF001 - SQLAlchemy's public name
        if found or name.isascii():
            return found
        # databases differ in what they call a small letter, and know nothing of how letters are composed
        people = [Person(**row._mapping) for row in self._connection.execute(query)]  # noqa: SLF001
        return [one for one in people if folded(one.name) == folded(name)]

    def handles(self) -> list[str]:
        """All handles, for did-you-mean."""
        table = tables.people
        query = select(table.c.handle).where(table.c.gone.is_(False), table.c.is_bot.is_(False))
        return [row.handle for row in self._connection.execute(query.order_by(table.c.handle))]

    def ids_of(self, handles: Iterable[str]) -> dict[str, str]:
        """Whose *handles* (lower case, without ``@``) are: people who read what is sent to them."""
        table = tables.people.c
        query = select(table.handle, table.id).where(
            table.handle.in_(sorted(handles)), table.gone.is_(False), table.is_bot.is_(False)
        )
        return {row.handle: row.id for row in self._connection.execute(query)}

    def gone(self, ids: Sequence[str]) -> dict[str, bool]:
        """Of the people of those ids who are known, whether each is deactivated."""
        table = tables.people.c
        query = select(table.id, table.gone).where(table.id.in_(ids))
        return {row.id: row.gone for row in self._connection.execute(query)}

    def names(self, ids: Sequence[str]) -> dict[str, str]:
        """Names of the people of those ids, where they are known."""
        return {row.id: row.name for row in self._connection.execute(_NAMES, {"ids": ids})}

    def groups(self) -> list[Group]:
        """All user groups known."""
        return [Group(**row._mapping) for row in self._connection.execute(select(tables.groups))]  # noqa: SLF001

    def channels(self, ids: Sequence[str]) -> dict[str, str]:
        """Names of the channels of those ids, where they are known: those of incidents are."""
        met, own = tables.channels.c, tables.incidents.c
        known = self._connection.execute(select(met.id, met.name).where(met.id.in_(ids)))
        opened = self._connection.execute(
            select(own.channel_id, func.coalesce(own.renamed, own.channel_name)).where(
                own.channel_id.in_(ids)
            )
        )
        return {row[0]: row[1] for row in (*known, *opened)}

    def keep_channels(self, channels: Sequence[Channel]) -> None:
        """Learn *channels*; what was known of them is replaced."""
        self._replace(tables.channels, [asdict(channel) for channel in channels])

    def keep(self, people: Sequence[Person]) -> None:
        """Learn *people*; what was known of them is replaced."""
        self._replace(tables.people, [asdict(person) for person in people])

    def keep_groups(self, groups: Sequence[Group]) -> None:
        """Learn *groups*; what was known of them is replaced."""
        self._replace(tables.groups, [asdict(group) for group in groups])

    def _replace(self, table: Table, rows: list[dict[str, Any]]) -> None:
        upsert = upsert_postgres if self._is_postgres else upsert_sqlite
        for row in sorted(rows, key=lambda row: row["id"]):
            news = {name: value for name, value in row.items() if name != "id"}
            query = upsert(table).values(**row)
            self._connection.execute(query.on_conflict_do_update(index_elements=["id"], set_=news))

    def _one(self, condition: Any) -> Person | None:
        row = self._connection.execute(select(tables.people).where(condition)).first()
        return Person(**row._mapping) if row is not None else None  # noqa: SLF001
