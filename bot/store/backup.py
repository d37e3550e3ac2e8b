"""A copy of a SQLite database that is whole, while everybody goes on writing it."""

import os
import sqlite3
from pathlib import Path

from bot.store.engine import BUSY_TIMEOUT, normal_url


class CannotCopy(Exception):
    """No copy was made; the message says why."""


def is_sqlite(url: str) -> bool:
    """Whether *url* is of the kind that ``copy_to`` copies."""
    return normal_url(url).drivername.startswith("sqlite")


def copy_to(url: str, target: Path) -> None:
    """Copy the database of *url* to *target*, which nobody but its owner may read. Raises CannotCopy.

    One statement and one reading transaction (https://www.sqlite.org/lang_vacuum.html#vacuuminto): writers wait for
    nothing, and a page that is damaged ends it. *target* is there once the copy is whole, and never half.
    """
    source = Path(normal_url(url).database or "")
    if not source.is_file():
        raise CannotCopy(f"there is no database {source}")
    part = target.with_name(f".{target.name}.part")
    try:
        part.unlink(missing_ok=True)
        part.touch(mode=0o600)
        _copy(source, part)
        _flushed(part)
        os.link(part, target)  # unlike a rename, it takes nobody's place
    except (OSError, sqlite3.Error) as error:
        raise CannotCopy(getattr(error, "strerror", None) or str(error)) from error
    finally:
        part.unlink(missing_ok=True)


def _copy(source: Path, part: Path) -> None:
    connection = sqlite3.connect(source, timeout=BUSY_TIMEOUT / 1_000)
    try:
        connection.execute("VACUUM INTO ?", [str(part)])
    finally:
        connection.close()


def _flushed(part: Path) -> None:
    handle = os.open(part, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
