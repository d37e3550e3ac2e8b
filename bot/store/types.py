"""Column types whose Python side is exactly a field of a dataclass: aware times, enums, tuples."""

from collections.abc import Iterable
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, DateTime, Dialect, String, TypeDecorator


class UtcTime(TypeDecorator[datetime]):
    """An aware instant in UTC, to the microsecond. SQLite keeps it without a zone, PostgreSQL with one."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """To UTC; a naive time is a mistake of ours."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a time without a zone reached the database")
        at = value.astimezone(UTC)
        return at.replace(tzinfo=None) if dialect.name == "sqlite" else at

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        """Aware, in UTC, whatever zone the connection has."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Word(TypeDecorator[StrEnum]):
    """A member of a StrEnum, kept as its value."""

    impl = String(40)
    cache_ok = True

    def __init__(self, kind: type[StrEnum]) -> None:
        """Keep members of *kind*."""
        super().__init__()
        self.kind = kind

    def process_bind_param(self, value: StrEnum | None, dialect: Dialect) -> str | None:  # noqa: ARG002
        """Its value."""
        return None if value is None else self.kind(value).value

    def process_result_value(self, value: str | None, dialect: Dialect) -> StrEnum | None:  # noqa: ARG002
        """The member of that value. ValueError for a value that is none: the database is newer than the code."""
        return None if value is None else self.kind(value)


class Items(TypeDecorator[tuple[Any, ...]]):
    """A tuple of JSON values."""

    impl = JSON
    cache_ok = True

    def process_bind_param(self, value: Iterable[Any] | None, dialect: Dialect) -> list[Any]:  # noqa: ARG002
        """As a list."""
        return list(value or ())

    def process_result_value(self, value: list[Any] | None, dialect: Dialect) -> tuple[Any, ...]:  # noqa: ARG002
        """As a tuple."""
        return tuple(value or ())
