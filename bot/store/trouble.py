"""What can go wrong between us and the database, by the names that the rest of the house knows."""

import logging
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Transaction
from sqlalchemy.exc import DatabaseError, DBAPIError, IntegrityError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from bot.clock import Clock
from bot.outage import Outage

log = logging.getLogger(__name__)

TOLD = 60.0
"""Seconds between two lines that say that the database is away."""


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
        if (
            type(error) is DatabaseError
        ):  # neither our SQL nor our data: the file is damaged, or is no database
            raise StoreAway(_reason(error)) from error
        raise
    except sqlite3.OperationalError as error:  # from BEGIN, which goes to the driver itself
        raise StoreAway(str(error)) from error
    except PoolTimeout as error:
        raise StoreAway("all connections are taken") from error


def _reason(error: DBAPIError) -> str:
    return str(error.orig).splitlines()[0] if error.orig else str(error)


class Presence:
    """Whether the database is there, as the log tells it: once when it goes, each minute, once when it is back.

    So nobody else need say it. One that can be read is still away where it was writing that failed.
    """

    def __init__(self, clock: Clock) -> None:
        """It is there, as far as is known."""
        self._outage = Outage(clock.monotonic, again=TOLD)
        self._reads_failed = False

    @contextmanager
    def watched(self, *, writes: bool) -> Iterator[None]:
        """A transaction is tried inside. Trouble is named, and goes on."""
        try:
            with trouble_named():
                yield
        except StoreAway as error:
            self._reads_failed |= not writes
            self._outage.met()
            self._tell(error)
            raise
        if writes or self._reads_failed:
            self._back()

    def _tell(self, error: StoreAway) -> None:
        if (lasted := self._outage.news()) is None:
            return
        if lasted < TOLD:
            log.error("the database is away: %s", error)
        else:
            log.error("the database has been away for %d s: %s", lasted, cause(error))

    def _back(self) -> None:
        if (lasted := self._outage.over()) is not None:
            log.warning("the database is back after %d s", lasted)
        self._reads_failed = False


def cause(error: StoreAway) -> str:
    """The end of a chain of reasons: what happened, without where."""
    return str(error).rpartition(" failed: ")[2]


def committed(transaction: Transaction) -> None:
    """Commit. Raises PerhapsKept where the connection is lost meanwhile."""
    try:
        transaction.commit()
    except DBAPIError as error:
        if error.connection_invalidated:
            raise PerhapsKept(_reason(error)) from error
        raise
