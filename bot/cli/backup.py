"""A copy of the database while the bot runs, ``backup``; and what a database needs that was one: ``restored``."""

import argparse
import os
from contextlib import closing
from pathlib import Path

from bot.app import build
from bot.cli.operate import settings
from bot.cli.verb import Verb
from bot.clock import Clock
from bot.domain.refusal_backup import BackedUpByItself, NotBackedUp, NothingRestored
from bot.domain.sizes import print_size
from bot.settings import read_settings
from bot.store.backup import CannotCopy, copy_to, is_sqlite
from bot.store.migrate import current_revision, ready


def _backup(asked: argparse.Namespace) -> int:
    """Copy the database as it is, of whatever version; nothing is migrated."""
    url = read_settings(os.environ, needs_slack=False).database_url
    if not is_sqlite(url):
        raise BackedUpByItself(file="tocsin.dump")
    target = Path(asked.file)
    if target.is_dir():
        target /= f"tocsin-{Clock().now():%Y%m%d-%H%M%S}.db"
    try:
        copy_to(url, target)
    except CannotCopy as error:
        raise NotBackedUp(reason=f"{target}: {error}") from error
    print(f"{target}: {print_size(target.stat().st_size)}")
    return 0


def _restored(_: argparse.Namespace) -> int:
    """What waits in the backup may have been said after it was made: it is looked for in Slack first."""
    with closing(build(settings(needs_slack=False)).store) as store:
        if current_revision(store) is None:
            raise NothingRestored
        ready(store, migrates=True)
        with store.begin() as tx:
            waiting = tx.outbox.doubt()
    print(
        f"Calls that waited when the backup was made, and are looked for in Slack before they are made: {waiting}"
    )
    return 0


BACKUP = (
    Verb(
        name="backup",
        does="Copies the SQLite database into a file, while the bot runs; for PostgreSQL it says what to type.",
        example="backup /var/backups/tocsin",
        run=_backup,
        arguments=(
            (
                ("file",),
                {"metavar": "FILE", "help": "a file that is not there yet, or a folder: named by the time"},
            ),
        ),
    ),
    Verb(
        name="restored",
        does="After a backup was put back, before the bot starts: nothing that it has said since is said twice.",
        example="restored",
        run=_restored,
    ),
)
