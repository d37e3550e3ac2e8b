"""Cause tags, and by what incidents are compared: services, causes and customers in one table with an index."""

import hashlib
import html
import re
import unicodedata
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"

_MENTION = re.compile(r"<([#@!]?)([^<>|]*)(?:\|([^<>|]*))?>")
_SOME = 500
_LONGEST = 100
_UTC = sa.DateTime(timezone=True)


def upgrade() -> None:
    # The default stays: taking it off again would make SQLite copy the table away from under its entries.
    op.add_column("incidents", sa.Column("causes", sa.JSON(), nullable=False, server_default="[]"))
    op.create_index("ix_incidents_merged_into", "incidents", ["merged_into"])
    op.create_table(
        "tags",
        sa.Column("incident", sa.String(40), nullable=False),
        sa.Column("tag", sa.String(120), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("at", _UTC, nullable=False),
        sa.ForeignKeyConstraint(["incident"], ["incidents.ref"], name="fk_tags_incident"),
        sa.PrimaryKeyConstraint("incident", "tag", name="pk_tags"),
    )
    op.create_index("ix_tags_tag_at", "tags", ["tag", "at"])
    _fill(op.get_bind())


def _fill(connection: sa.Connection) -> None:
    """Incidents of former times recur like those of today: their services and customers become tags."""
    incidents = sa.table(
        "incidents", sa.column("ref"), sa.column("services", sa.JSON), sa.column("customer"),
        sa.column("declared_at", _UTC),
    )  # fmt: skip
    tags = sa.table(
        "tags", *(sa.column(name) for name in ("incident", "tag", "words")), sa.column("at", _UTC)
    )
    last = ""
    while some := _some(connection, incidents, last):
        rows = [row for one in some for row in _rows(one.ref, one.services, one.customer, one.declared_at)]
        if rows:
            connection.execute(sa.insert(tags), rows)
        last = some[-1].ref


def _some(connection: sa.Connection, incidents: sa.TableClause, last: str) -> list[sa.Row[Any]]:
    query = sa.select(incidents).where(incidents.c.ref > last).order_by(incidents.c.ref).limit(_SOME)
    return list(connection.execute(query))


def _rows(ref: str, services: list[str], customer: str | None, at: datetime) -> list[dict[str, Any]]:
    told = [("service", words) for words in services] + ([("customer", customer)] if customer else [])
    found = {f"{by}:{form}": words for by, words in reversed(told) if (form := _normal(words))}
    return [{"incident": ref, "tag": tag, "words": words, "at": at} for tag, words in found.items()]


def _read(code: re.Match[str]) -> str:
    """A mention or a link of Slack's as people read it."""
    sign, target, label = code[1].replace("!", ""), code[2], code[3]
    if label and "://" in target:
        return f"{label} ({target})"
    return f"{sign}{label or target.removeprefix('mailto:')}"


def _normal(words: str) -> str:
    """As the code compared words when this was written: whatever their case, a space for hyphen and underscore."""
    read = unicodedata.normalize("NFKC", html.unescape(_MENTION.sub(_read, words))).casefold()
    told = " ".join(unicodedata.normalize("NFC", read).replace("-", " ").replace("_", " ").split())
    return told if len(told) <= _LONGEST else hashlib.sha256(told.encode("utf-8", "replace")).hexdigest()


def downgrade() -> None:
    op.drop_table("tags")
    op.drop_index("ix_incidents_merged_into", "incidents")
    op.drop_column("incidents", "causes")
