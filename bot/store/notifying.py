"""NOTIFY: tells other processes of a commit (``bot.store.listening`` hears it)."""

from sqlalchemy import Connection, text

CHANNEL = "tocsin_outbox"


def notify(connection: Connection, name: str) -> None:
    """Tell who listens, once *connection* commits, that there are calls to make. *name*: of the process that tells."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_notify(:channel, :name)"), {"channel": CHANNEL, "name": name})
