"""What can go wrong between us and the database, by the names that the rest of the house knows."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Transaction
from sqlalchemy.exc import DBAPIError, IntegrityError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout


class Collision(Exception):
    """Another transaction kept the same thing first: look again and decide on what stands now."""


class StaleVersion(Collision):
    """Somebody else saved the incident in between."""


class StoreAway(Exception):
    """The database cannot be reached or written; nothing was recorded."""


class PerhapsKept(StoreAway):
    """The connection was lost in the commit: nobody knows whether it was recorded."""


CROSSED = frozenset({"40001", "40P01", "55P03"})
"""PostgreSQL's codes for two transactions that stood in each other's way: one of them is done again."""


@contextmanager
def trouble_named() -> Iterator[None]:
    """Say what a database's error means. Others (a table that is missing, a value that does not fit) are bugs."""
    try:
        yield
    except IntegrityError as error:
        raise Collision(_reason(error)) from error
    except DBAPIError as error:
        if getattr(error.orig, "sqlstate", None) in CROSSED:
            raise Collision(_reason(error)) from error
        if isinstance(error, OperationalError | InterfaceError) or error.connection_invalidated:
            raise StoreAway(_reason(error)) from error
        raise
    except sqlite3.OperationalError as error:  # from BEGIN, which goes to the driver itself
        raise StoreAway(str(error)) from error
    except PoolTimeout as error:
        raise StoreAway("all connections are taken") from error


def _reason(error: DBAPIError) -> str:
    return str(error.orig).splitlines()[0] if error.orig else str(error)


def committed(transaction: Transaction) -> None:
    """Commit. Raises PerhapsKept where the connection is lost meanwhile."""
    try:
        transaction.commit()
    except DBAPIError as error:
        if error.connection_invalidated:
            raise PerhapsKept(_reason(error)) from error
        raise
