"""Alembic's way in: migrates over the connection it is handed, or over DATABASE_URL when run by hand."""

import os
from typing import Literal

from alembic import context
from alembic.autogenerate.api import AutogenContext
from sqlalchemy import Connection

from bot.store.engine import make_engine
from bot.store.patience import without_limit
from bot.store.tables import metadata
from bot.store.types import Items, UtcTime, Word

_PLAIN = {UtcTime: "sa.DateTime(timezone=True)", Word: "sa.String(length=40)", Items: "sa.JSON()"}
"""Migrations name the database's own types: they must still run when ours are long changed."""


def _render(kind: str, item: object, _: AutogenContext) -> str | Literal[False]:
    return _PLAIN.get(type(item), False) if kind == "type" else False


def _run(connection: Connection) -> None:
    context.configure(
        connection=connection,
        target_metadata=metadata,
        compare_type=True,
        render_as_batch=True,
        render_item=_render,
    )
    with context.begin_transaction():
        context.run_migrations()


handed: Connection | None = context.config.attributes.get("connection")
if handed is not None:
    _run(handed)
else:
    engine = make_engine(os.environ.get("DATABASE_URL") or "sqlite:///tocsin.db")
    with without_limit(), engine.begin() as own:
        _run(own)
