"""The rows of tags: by what incidents are compared, so that finding what recurs reads no more than that (AD-6).

They follow from the incident's own fields and are kept whenever it is saved.
"""

from collections.abc import Collection, Iterable
from dataclasses import fields, replace
from datetime import datetime

from sqlalchemy import bindparam, delete, func, insert, select

from bot.domain.incident import Incident, Status
from bot.domain.recurrence import By, Past, Tag, tags
from bot.store import tables
from bot.store.questions import Rows

_TAGS = tables.tags.c
_OF = select(_TAGS.tag, _TAGS.words).where(_TAGS.incident == bindparam("ref"))
_PAST = [tables.incidents.c[field.name] for field in fields(Past) if field.name in tables.incidents.c]


class TagRows(Rows):
    """Named questions about tags."""

    def keep(self, incident: Incident, before: Incident | None = None) -> None:
        """Make the tags of *incident* those of its fields. Most saves change none, as *before* tells."""
        if before is not None and tags(before) == tags(incident):
            return
        known = {row.tag: row.words for row in self._connection.execute(_OF, {"ref": incident.ref})}
        wanted = {tag.key: tag.words for tag in tags(incident)}
        if known == wanted:
            return
        self._connection.execute(delete(tables.tags).where(_TAGS.incident == incident.ref))
        rows = [
            {"incident": incident.ref, "tag": key, "words": words, "at": incident.declared_at}
            for key, words in wanted.items()
        ]
        if rows:
            self._connection.execute(insert(tables.tags), rows)

    def own(self, incident: Incident) -> tuple[Tag, ...]:
        """What *incident* is compared by: its own tags, then those of what was merged into it."""
        found = {tag.key: tag for tag in tags(incident)}
        refs = self._merged_into([incident.ref])
        if refs:
            query = select(_TAGS.tag, _TAGS.words).where(_TAGS.incident.in_(refs))
            for key, words in self._connection.execute(query.order_by(_TAGS.at, _TAGS.incident, _TAGS.tag)):
                found.setdefault(key, Tag(by=By(key.partition(":")[0]), words=words))
        return tuple(found.values())

    def _merged_into(self, refs: Collection[str]) -> list[str]:
        """References of what was merged into *refs*, and into those, to the end."""
        table, found = tables.incidents.c, list[str]()
        while refs:
            query = select(table.ref).where(table.merged_into.in_(refs), table.status == Status.MERGED)
            refs = [ref for ref in self._connection.execute(query).scalars() if ref not in found]
            found += refs
        return found

    def past(
        self, keys: Iterable[str], *, since: datetime, until: datetime
    ) -> tuple[list[Past], dict[str, Past]]:
        """Incidents with one of *keys* that were declared from *since* to *until*; and those in which they went on."""
        asked = sorted(set(keys))
        query = (
            select(_TAGS.tag, *_PAST)
            .join(tables.incidents, tables.incidents.c.ref == _TAGS.incident)
            .where(_TAGS.tag.in_(asked), _TAGS.at >= since, _TAGS.at <= until)
        )
        found: dict[str, Past] = {}
        for tag, *columns in self._connection.execute(query) if asked else ():
            past = _past(columns)
            former = found.get(past.ref, past)
            found[past.ref] = replace(former, keys=former.keys | {tag})
        return list(found.values()), self._onward(found.values())

    def _onward(self, past: Iterable[Past]) -> dict[str, Past]:
        """By reference the incidents in which merged ones of *past* go on, to the last."""
        found: dict[str, Past] = {}
        refs = {each.merged_into for each in past if each.status is Status.MERGED}
        while refs := {ref for ref in refs if ref and ref not in found}:
            rows = self._connection.execute(select(*_PAST).where(tables.incidents.c.ref.in_(sorted(refs))))
            new = [_past(row) for row in rows]
            found |= {each.ref: each for each in new}
            refs = {each.merged_into for each in new if each.status is Status.MERGED}
        return found

    def known(self, by: By, *, but: str) -> list[str]:
        """The words that other incidents than *but* have as tags of that kind, in the spelling used last.

        Private ones are left out: their words are nobody else's (DR-28).
        """
        table = tables.incidents
        query = (
            select(_TAGS.words, func.max(_TAGS.at))
            .join(table, table.c.ref == _TAGS.incident)
            .where(_TAGS.tag.like(f"{by}:%"), _TAGS.incident != but, table.c.private.is_(False))
            .group_by(_TAGS.words)
            .order_by(func.max(_TAGS.at), _TAGS.words)
        )
        return [words for words, _ in self._connection.execute(query)]


def _past(columns: Iterable[object]) -> Past:
    names = [column.name for column in _PAST]
    return Past(**dict(zip(names, columns, strict=True)))  # type: ignore[arg-type]
