"""The rows of copies: what became of each file that people shared."""

from collections.abc import Collection, Sequence
from dataclasses import fields
from typing import Any

from sqlalchemy import Row, Select, delete, func, insert, null, select, update

from bot.domain.copies import Copy, State
from bot.store import tables
from bot.store.questions import Rows

_WITHOUT_BYTES: Select[Any] = select(
    *(column for column in tables.files.c if column.name != "content"), null().label("content")
)
_TAKEN = (State.WAITING, State.KEPT)


class FileRows(Rows):
    """Named questions to table ``files``. Bytes are read only where they are asked for."""

    def of_incident(self, ref: str, *, contents: Collection[str] = ()) -> list[Copy]:
        """The copies of an incident by the file's id; with the bytes of those whose MIME type is among *contents*."""
        table = tables.files.c
        query = _WITHOUT_BYTES.where(table.incident == ref).order_by(table.file)
        rows = self._connection.execute(query)
        found = [_copy_of(row) for row in rows]
        return [(self.one(ref, each.file) or each) if each.mime in contents else each for each in found]

    def one(self, ref: str, file: str) -> Copy | None:
        """The copy of one file, with its bytes."""
        table = tables.files
        row = self._connection.execute(
            select(table).where(table.c.incident == ref, table.c.file == file)
        ).first()
        return _copy_of(row) if row is not None else None

    def known(self, ref: str, ids: Collection[str]) -> dict[str, Copy]:
        """Those of *ids* that the incident has asked for, without bytes. Others wait until this transaction ends."""
        table = tables.files.c
        query = _WITHOUT_BYTES.where(table.incident == ref, table.file.in_(sorted(ids)))
        return {row.file: _copy_of(row) for row in self._connection.execute(query.with_for_update())}

    def taken(self, ref: str, *, without: str) -> int:
        """Bytes of the incident's copies, of those under way as Slack tells them, beside the file *without*."""
        table = tables.files.c
        query = select(func.coalesce(func.sum(table.size), 0)).where(
            table.incident == ref, table.state.in_(_TAKEN), table.file != without
        )
        return int(self._connection.execute(query).scalar_one())

    def keep(self, copy: Copy) -> None:
        """Keep how a copy stands, in place of what stood there."""
        table = tables.files
        columns = {field.name: getattr(copy, field.name) for field in fields(copy)}
        self._connection.execute(
            delete(table).where(table.c.incident == copy.incident, table.c.file == copy.file)
        )
        self._connection.execute(insert(table), columns)

    def of_file(self, file: str) -> Sequence[Copy]:
        """The copies of one of Slack's files, of all incidents, without bytes."""
        query = _WITHOUT_BYTES.where(tables.files.c.file == file).order_by(tables.files.c.incident)
        return [_copy_of(row) for row in self._connection.execute(query.with_for_update())]

    def give_up(self) -> None:
        """What is waited for comes no more: its Slack is gone (the sandbox's)."""
        table = tables.files
        gone = (
            update(table)
            .where(table.c.state == State.WAITING)
            .values(state=State.FAILED, why="its Slack is gone")
        )
        self._connection.execute(gone)


def _copy_of(row: Row[Any]) -> Copy:
    return Copy(**row._mapping)  # noqa: SLF001 - SQLAlchemy's public name
