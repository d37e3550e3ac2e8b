"""Alembic's way in: migrates over the connection it is handed, or over DATABASE_URL when run by hand."""

import os

from alembic import context
from sqlalchemy import Connection

from bot.store.engine import make_engine
from bot.store.tables import metadata


def _run(connection: Connection) -> None:
    context.configure(connection=connection, target_metadata=metadata, compare_type=True, render_as_batch=True)
    with context.begin_transaction():
        context.run_migrations()


handed: Connection | None = context.config.attributes.get("connection")
if handed is not None:
    _run(handed)
else:
    with make_engine(os.environ.get("DATABASE_URL") or "sqlite:///tocsin.db").begin() as own:
        _run(own)
