"""Migrations: bringing a database to the tables of this version, once, whoever starts first."""

import logging
from collections.abc import Callable
from functools import cache
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import Connection, text

from bot.store.patience import without_limit
from bot.store.store import Store, StoreAway
from bot.store.trouble import trouble_named

log = logging.getLogger(__name__)

_ROOT = Path(__file__).resolve().parent.parent.parent
MIGRATED_WITHIN = 15
NEWER = (
    "it was brought up to date by a newer version of the bot, which this one does not know. Run that version, or "
    "restore the backup of before the upgrade"
)
_LOCK = 7_262_001
"""Number of the advisory lock under which PostgreSQL migrates."""


def _config(connection: Connection | None = None) -> Config:
    config = Config(toml_file=_ROOT / "pyproject.toml")
    config.set_main_option("script_location", str(_ROOT / "migrations"))
    config.attributes["connection"] = connection
    return config


def migrate(store: Store) -> None:
    """Upgrade to the newest revision. Several processes may do so at once: one works, the others wait for it.

    Raises StoreAway.
    """
    try:
        with trouble_named(), without_limit(), store.engine.begin() as connection:
            if connection.dialect.name == "postgresql":
                for limit in ("lock_timeout", "idle_in_transaction_session_timeout"):
                    connection.execute(text(f"SET LOCAL {limit} = 0"))
                connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
            before = MigrationContext.configure(connection).get_current_revision()
            upgrade_to(connection, "head")
    except CommandError as error:
        raise StoreAway(NEWER) from error
    if before != newest_revision():
        log.info("the database was migrated from %s to %s", before or "nothing", newest_revision())


def upgrade_to(connection: Connection, revision: str) -> None:
    """Upgrade within the transaction of *connection*; an earlier *revision* is for tests of the later ones."""
    command.upgrade(_config(connection), revision)


def current_revision(store: Store) -> str | None:
    """The revision that the database is at; None: it is empty. Raises StoreAway."""
    # a look that keeps nobody out: it is asked at each /readyz, and by all who start together
    with trouble_named(), store.engine.execution_options(reading=True).connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()


def ready(store: Store, *, migrates: bool = False, sleep: Callable[[float], None] | None = None) -> None:
    """Bring the database up to date, or wait for whoever does. Raises StoreAway.

    A SQLite file is always migrated, a PostgreSQL with *migrates*. Else ``migrate`` may run at this very moment, beside
    the processes that it is for: with *sleep* it is waited for, ``MIGRATED_WITHIN`` seconds.
    """
    if (current := current_revision(store)) == newest_revision():
        return
    if is_newer(current):
        raise StoreAway(NEWER)
    if migrates or store.engine.dialect.name == "sqlite":
        migrate(store)
        return
    for _ in range(MIGRATED_WITHIN):
        if sleep is None:
            break
        sleep(1.0)
        if current_revision(store) == newest_revision():
            return
    raise StoreAway("it is not migrated; run: python -m bot migrate")


def is_newer(revision: str | None) -> bool:
    """Whether it is one that this version of the code does not know."""
    if revision is None:
        return False
    try:
        ScriptDirectory.from_config(_config()).get_revision(revision)
    except CommandError:
        return True
    return False


@cache
def newest_revision() -> str | None:
    """The revision that this version of the code needs. Found out once: it is asked at each /readyz."""
    return ScriptDirectory.from_config(_config()).get_current_head()
