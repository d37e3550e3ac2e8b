"""PostgreSQL's connections, which notice that the other side fell silent. The home of psycopg."""

from collections.abc import Generator
from typing import Any

import psycopg
from sqlalchemy import Engine, event
from sqlalchemy.exc import InvalidatePoolError
from sqlalchemy.pool import ConnectionPoolEntry

from bot.store.patience import CONNECT, IDLE, LOCK, PING, Patience, within

_NEW = "new"


class Silence(psycopg.OperationalError):
    """The database said nothing for too long."""


class Patient(psycopg.Connection[Any]):
    """A connection that gives up, and closes, where the database says nothing for too long."""

    def wait(self, gen: Any, interval: float = 0.1, timeout: float | None = None) -> Any:
        """Wait for the database; raises Silence. Who names a *timeout* of their own waits that long."""
        if timeout is not None:
            return super().wait(gen, interval, timeout)
        try:
            return super().wait(_limited(gen), interval)
        except Silence:
            self.close()
            raise


def _limited(gen: Generator[Any, Any, Any]) -> Generator[Any, Any, Any]:
    """*gen* of psycopg's, which yields what it waits for and is told what came: nothing, after a tenth of a second."""
    patience = Patience()
    try:
        wanted = next(gen)
        while True:
            came = yield wanted
            if came:
                patience.heard()
            elif patience.left < 0:
                raise Silence("the database does not answer")
            wanted = gen.send(came)
    except StopIteration as done:
        return done.value


def prepare(engine: Engine) -> None:
    """Have *engine* use patient connections, and look at each before it is used again."""
    event.listen(engine, "do_connect", _connect)
    event.listen(engine, "connect", _greet)
    event.listen(engine, "checkout", lambda *given: _look(engine, *given))


def _connect(_dialect: Any, _record: Any, args: Any, options: Any) -> Patient:
    if Patience().left < CONNECT:
        raise Silence("the database does not answer")
    return Patient.connect(*args, **options)


def _greet(connection: Patient, record: ConnectionPoolEntry) -> None:
    """What PostgreSQL itself is to give up on. Said after connecting: a pooler in between takes no options."""
    connection.autocommit = True
    ask = "SELECT set_config('idle_in_transaction_session_timeout', %s, false), set_config('lock_timeout', %s, false)"
    connection.execute(ask, [f"{IDLE:g}s", f"{LOCK:g}s"])
    connection.autocommit = False
    record.info[_NEW] = True


def _look(engine: Engine, connection: Patient, record: ConnectionPoolEntry, _: object) -> None:
    """A sign of life of a connection that lay in the pool; without one, all that lie there are let go."""
    if record.info.pop(_NEW, False):
        return
    try:
        with within(PING):
            engine.dialect.do_ping(connection)  # type: ignore[arg-type]
    except psycopg.Error as error:
        raise InvalidatePoolError from error
