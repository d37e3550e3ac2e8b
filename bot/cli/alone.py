"""One sandbox on a database file at a time: a second one would take over what the first has to say."""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

SQLITE = "sqlite:///"


@contextmanager
def alone(database_url: str) -> Iterator[bool]:
    """Whether nobody else has this database file, for the length of the block. Other databases are not looked at.

    The lock ends with the process, whatever becomes of it.
    """
    path = database_url.removeprefix(SQLITE)
    if path == database_url or not path or not Path(path).parent.is_dir():
        yield True
        return
    with Path(f"{path}-sandbox").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            yield False
        else:
            yield True
