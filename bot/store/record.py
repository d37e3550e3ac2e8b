"""What is asked of the record: entries, as they were kept and as they are shown, and the last commands."""

from collections.abc import Sequence
from dataclasses import fields
from datetime import datetime
from typing import Any

from sqlalchemy import Text, and_, cast, func, or_, select, update

from bot.domain.timeline import Entry, Source
from bot.domain.undo import Command
from bot.store import tables
from bot.store.questions import Rows
from bot.store.rows import LAST_COMMAND, MARKED, NEW_ENTRY, NEW_MESSAGE, entry_columns, entry_of


class RecordRows(Rows):
    """The part of a transaction that keeps and reads entries."""

    def entry_at(self, channel_id: str, ts: str) -> Entry | None:
        """The entry of that message. Others wait until this transaction ends."""
        table = tables.entries
        query = select(table).where(table.c.channel_id == channel_id, table.c.ts == ts).with_for_update()
        row = self._connection.execute(query).first()
        return entry_of(row) if row is not None else None

    def add_entries(self, new: Sequence[Entry]) -> list[int]:
        """Keep new entries, in this order; gives their ids."""
        return [int(self._connection.execute(NEW_ENTRY, entry_columns(entry)).scalar_one()) for entry in new]

    def entries_numbered(self, ids: Sequence[int]) -> list[Entry]:
        """The entries of these ids, in the order in which they were kept. Others wait until this transaction ends."""
        table = tables.entries
        query = select(table).where(table.c.id.in_(ids)).order_by(table.c.id).with_for_update()
        return [entry_of(row) for row in self._connection.execute(query)]

    def nth_entry(self, ref: str, n: int) -> Entry | None:
        """The entry of an incident that was recorded as its *n*-th. Others wait until this transaction ends."""
        table = tables.entries
        query = (
            select(table).where(table.c.incident == ref).order_by(table.c.id).offset(max(n, 1) - 1).limit(1)
        )
        row = self._connection.execute(query.with_for_update()).first() if n > 0 else None
        return entry_of(row) if row is not None else None

    def entry_numbers(self, ref: str, ids: Sequence[int]) -> dict[int, int]:
        """The how-manieth of its incident each of these entries was when it was recorded; no entry ever goes."""
        table = tables.entries.c
        number = func.row_number().over(order_by=table.id).label("n")
        counted = select(table.id, number).where(table.incident == ref).subquery()
        query = select(counted.c.id, counted.c.n).where(counted.c.id.in_(ids))
        return {row.id: row.n for row in self._connection.execute(query)}

    def remember_command(self, command: Command) -> None:
        """Keep *command* as the last one of its person in its incident."""
        columns = {field.name: getattr(command, field.name) for field in fields(command)}
        self._connection.execute(LAST_COMMAND[self._connection.dialect.name], columns)

    def last_command(self, ref: str, by: str) -> Command | None:
        """The last command of that person in that incident."""
        table = tables.last_commands
        query = select(table).where(table.c.incident == ref, table.c.by == by)
        row = self._connection.execute(query).first()
        return Command(**row._mapping) if row is not None else None  # noqa: SLF001 - SQLAlchemy's public name

    def add_message(self, entry: Entry) -> bool:
        """Keep the entry of a message; False where another transaction kept it first."""
        new = NEW_MESSAGE[self._connection.dialect.name]
        return self._connection.execute(new, entry_columns(entry)).rowcount == 1

    def save_entry(self, entry: Entry) -> None:
        """Keep a changed entry."""
        table = tables.entries
        self._connection.execute(update(table).where(table.c.id == entry.id).values(**entry_columns(entry)))

    def entries(self, ref: str, *, talk: bool = True) -> list[Entry]:
        """The record of an incident in order of occurrence: all of it, or without the *talk* that nobody marked."""
        table = tables.entries
        query = select(table).where(table.c.incident == ref).order_by(table.c.at, table.c.id)
        if not talk:
            query = query.where(or_(table.c.source != Source.MESSAGE, MARKED))
        return [entry_of(row) for row in self._connection.execute(query)]

    def timeline(
        self, ref: str, *, limit: int, since: datetime | None = None, talk: bool = False
    ) -> tuple[int, list[Entry]]:
        """How many entries its timeline has from *since* on, and the last *limit* of them; with *talk* of the log."""
        table = tables.entries.c
        shown = [table.incident == ref, table.arrived, table.deleted_at.is_(None)]
        shown += [] if talk else [MARKED]
        shown += [table.at >= since] if since is not None else []
        query = select(tables.entries).where(*shown).order_by(table.at.desc(), table.id.desc()).limit(limit)
        last = [entry_of(row) for row in self._connection.execute(query)]
        if len(last) == limit:
            return self._connection.execute(select(func.count()).where(*shown)).scalar_one(), last[::-1]
        return len(last), last[::-1]

    def speakers(self, ref: str) -> tuple[str, ...]:
        """Who of those who are still there said or did something about the incident; no bots."""
        table, people = tables.entries.c, tables.people.c
        left = select(people.id).where(or_(people.is_bot, people.gone))
        mine = and_(
            table.incident == ref,
            or_(table.author.like("U%"), table.author.like("W%")),
            table.author.not_in(left),
        )
        return tuple(self._connection.execute(select(table.author).where(mine).distinct()).scalars())

    def entry_rows(self, ref: str, *, after: int, limit: int) -> Sequence[Any]:
        """Rows of the record in the order of their ids, from *after* on; ``entry_of`` makes entries of them."""
        table = tables.entries
        query = select(table).where(table.c.incident == ref, table.c.id > after).order_by(table.c.id)
        return self._connection.execute(query.limit(limit)).all()

    def entries_with_files(self, ref: str) -> list[Entry]:
        """The entries of an incident that were not deleted and show files."""
        table = tables.entries
        query = select(table).where(
            table.c.incident == ref, table.c.deleted_at.is_(None), cast(table.c.files, Text) != "[]"
        )
        return [entry_of(row) for row in self._connection.execute(query)]

    def talked_at(self, ref: str) -> datetime | None:
        """When a person last said something in the incident's channel; what bots say does not count."""
        table, people = tables.entries.c, tables.people.c
        bots = select(people.id).where(people.is_bot)
        person = and_(table.author.not_like("B%"), table.author.not_in(bots))
        said = and_(table.incident == ref, table.ts.is_not(None), table.arrived, table.deleted_at.is_(None))
        last: datetime | None = self._connection.execute(
            select(func.max(table.at)).where(said, person)
        ).scalar_one()
        return last
