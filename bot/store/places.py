"""A channel that got another id (``channel_id_changed``): it is followed wherever its id is kept."""

from typing import Any

from sqlalchemy import and_, delete, exists, or_, select, update

from bot.store import tables
from bot.store.questions import Rows


class PlaceRows(Rows):
    """Follows channels in all tables that name them."""

    def follow(self, old: str, new: str) -> list[str]:
        """The channel *old* is called *new* from now on; references of the incidents whose channel it is, or was."""
        table = tables.incidents.c
        mine = or_(table.channel_id == old, table.former_channel_id == old)
        refs = list(self._connection.execute(select(table.ref).where(mine).with_for_update()).scalars())
        for column in ("channel_id", "former_channel_id"):
            there = tables.incidents.c[column] == old
            # a new version: who decides on the former state at this moment must decide again
            values = {column: new, "version": table.version + 1}
            self._connection.execute(update(tables.incidents).where(there).values(values))
        self._entries(old, new)
        self._watermark(old, new)
        known = tables.channels.c
        if not self._connection.execute(select(exists().where(known.id == new))).scalar_one():
            self._connection.execute(update(tables.channels).where(known.id == old).values(id=new))
        self._calls(refs, old, new)
        return refs

    def _entries(self, old: str, new: str) -> None:
        """What was said, unless it stands there under the new id already."""
        table, other = tables.entries, tables.entries.alias("other")
        twice = exists().where(other.c.channel_id == new, other.c.ts == table.c.ts)
        moved = update(table).where(and_(table.c.channel_id == old, ~twice)).values(channel_id=new)
        self._connection.execute(moved)

    def _watermark(self, old: str, new: str) -> None:
        """How far it was read; a look that is under way is begun anew, for its pages are the old channel's."""
        table = tables.watermarks
        self._connection.execute(delete(table).where(table.c.channel_id == new))
        values = {"channel_id": new, "forward": None, "whole": None, "wanted": True, "due_at": 0.0}
        self._connection.execute(update(table).where(table.c.channel_id == old).values(**values))

    def _calls(self, refs: list[str], old: str, new: str) -> None:
        """Calls that are still to be made, and where messages stand that are edited later."""
        table = tables.outbox
        query = select(table.c.id, table.c.args, table.c.answer).where(table.c.incident.in_(refs))
        for row in self._connection.execute(query).all():
            args, answer = _followed(row.args, old, new), _followed(row.answer, old, new)
            if (args, answer) != (row.args, row.answer):
                values = {"args": args, "answer": answer}
                self._connection.execute(update(table).where(table.c.id == row.id).values(values))


def _followed(value: Any, old: str, new: str) -> Any:
    """*value* (JSON) with the new id in place of the old one, also where a text mentions the channel."""
    if isinstance(value, dict):
        return {name: _followed(item, old, new) for name, item in value.items()}
    if isinstance(value, list):
        return [_followed(item, old, new) for item in value]
    if not isinstance(value, str):
        return value
    return new if value == old else value.replace(f"<#{old}>", f"<#{new}>").replace(f"<#{old}|", f"<#{new}|")
