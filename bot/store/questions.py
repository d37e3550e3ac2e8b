"""What all named questions to the database have in common."""

from sqlalchemy import Connection


class Rows:
    """Asks through one connection, in which a transaction has begun."""

    def __init__(self, connection: Connection) -> None:
        """Ask through *connection*."""
        self._connection = connection

    @property
    def _is_postgres(self) -> bool:
        return self._connection.dialect.name == "postgresql"
