"""Why no backup is made."""

from bot.domain.refusal import Refusal


class NotBackedUp(Refusal):
    """No backup was made: {reason}."""


class BackedUpByItself(Refusal):
    """PostgreSQL is backed up by its own tool: pg_dump --format=custom --file={file} "$DATABASE_URL"."""


class NothingRestored(Refusal):
    """The database is empty, so no backup was put back there: does DATABASE_URL name the one that was?"""
