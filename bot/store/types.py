"""Column types whose Python side is exactly a field of a dataclass: aware times, enums, tuples."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import fields, is_dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import StrEnum
from functools import cache
from typing import Any, get_args, get_origin, get_type_hints

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


class Number(TypeDecorator[Decimal]):
    """An exact number, kept as its digits: as a number SQLite would make a float of it."""

    impl = String(40)
    cache_ok = True

    def process_bind_param(self, value: Decimal | None, dialect: Dialect) -> str | None:  # noqa: ARG002
        """As its digits."""
        return None if value is None else str(value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> Decimal | None:  # noqa: ARG002
        """As a number."""
        return None if value is None else Decimal(value)


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


class Times(TypeDecorator[Mapping[str, datetime]]):
    """Aware instants by name, kept as ISO texts in UTC."""

    impl = JSON
    cache_ok = True

    def process_bind_param(self, value: Mapping[str, datetime] | None, dialect: Dialect) -> dict[str, str]:  # noqa: ARG002
        """As texts."""
        return {name: at.astimezone(UTC).isoformat() for name, at in (value or {}).items()}

    def process_result_value(self, value: dict[str, str] | None, dialect: Dialect) -> dict[str, datetime]:  # noqa: ARG002
        """Aware, in UTC."""
        return {name: datetime.fromisoformat(at) for name, at in (value or {}).items()}


class Parts(TypeDecorator[tuple[Any, ...]]):
    """A tuple of one of the dataclasses of ``bot.domain.parts``, as a list of JSON objects."""

    impl = JSON
    cache_ok = True

    def __init__(self, kind: type[Any]) -> None:
        """Keep values of *kind*."""
        super().__init__()
        self.kind = kind

    def process_bind_param(self, value: Iterable[Any] | None, dialect: Dialect) -> list[dict[str, Any]]:  # noqa: ARG002
        """As objects, times as ISO texts in UTC."""
        return [_written(part) for part in value or ()]

    def process_result_value(self, value: list[dict[str, Any]] | None, dialect: Dialect) -> tuple[Any, ...]:  # noqa: ARG002
        """As values; a field that older rows lack has its default."""
        return tuple(_read(self.kind, part) for part in value or ())


class Part(Parts):
    """One such value, or None, as a JSON list of at most one."""

    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> list[dict[str, Any]]:
        """As a list of one object, or of none."""
        return super().process_bind_param(() if value is None else (value,), dialect)

    def process_result_value(self, value: list[dict[str, Any]] | None, dialect: Dialect) -> Any:
        """The value, or None."""
        return next(iter(super().process_result_value(value, dialect)), None)


class Fields(TypeDecorator[Mapping[str, Any]]):
    """Some fields of a dataclass by name, or parts of them, as a JSON object."""

    impl = JSON
    cache_ok = True

    def __init__(self, kind: type[Any]) -> None:
        """Keep fields of *kind*."""
        super().__init__()
        self.kind = kind

    def process_bind_param(self, value: Mapping[str, Any] | None, dialect: Dialect) -> dict[str, Any]:  # noqa: ARG002
        """As JSON values, times as ISO texts in UTC."""
        return {name: _json(told) for name, told in (value or {}).items()}

    def process_result_value(self, value: dict[str, Any] | None, dialect: Dialect) -> dict[str, Any]:  # noqa: ARG002
        """As the fields' own types."""
        hints = get_type_hints(self.kind)
        return {name: _told(hints[name], told) for name, told in (value or {}).items()}


def _json(value: Any) -> Any:
    """A field's value as JSON."""
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return str(value)  # as text: a number would come back as a float
    if is_dataclass(value) and not isinstance(value, type):
        return _written(value)
    if isinstance(value, Mapping):
        return {name: _json(item) for name, item in value.items()}
    return [_json(item) for item in value] if isinstance(value, tuple | list) else value


def _told(hint: Any, value: Any) -> Any:
    """A field's value from JSON, by the field's type."""
    kinds = [kind for kind in (hint, *get_args(hint)) if isinstance(kind, type)]
    part = next((kind for kind in kinds if is_dataclass(kind)), None)
    word = next((kind for kind in kinds if issubclass(kind, StrEnum)), None)
    if part is not None and value:
        return tuple(_read(part, one) for one in value) if isinstance(value, list) else _read(part, value)
    if word is not None and value is not None:
        return word(value)
    if isinstance(value, dict) and datetime in kinds:
        return {name: datetime.fromisoformat(at) for name, at in value.items()}
    return _value(hint, value)


def _written(part: Any) -> dict[str, Any]:
    return {field.name: _json(getattr(part, field.name)) for field in fields(part)}


def _read(kind: Any, written: Mapping[str, Any]) -> Any:
    hints = _hints(kind)
    return kind(
        **{
            name: value if value is None or (hint := hints.get(name)) is None else _value(hint, value)
            for name, value in written.items()
        }
    )


@cache
def _hints(kind: Any) -> Mapping[str, Any]:
    """The types of those fields that JSON has no value for: found out once, for it takes longer than reading one."""
    return {name: hint for name, hint in get_type_hints(kind).items() if any(_kinds(hint)) or _is_tuple(hint)}


def _is_tuple(hint: Any) -> bool:
    return any(get_origin(each) is tuple for each in (hint, *get_args(hint)))


@cache
def _kinds(hint: Any) -> tuple[Callable[[str], Any] | None, Any]:
    """What reads a text of that type, where it is more than a text, and the dataclass in it: found out once, too."""
    kinds = [kind for kind in (hint, *get_args(hint)) if isinstance(kind, type)]
    part = next((kind for kind in kinds if is_dataclass(kind)), None)
    spoken = next((kind for kind in kinds if issubclass(kind, date | Decimal | StrEnum)), None)
    return (spoken.fromisoformat if spoken is not None and issubclass(spoken, date) else spoken), part


def _value(hint: Any, value: Any) -> Any:
    if value is None:
        return None
    spoken, part = _kinds(hint)
    if isinstance(value, str):
        return value if spoken is None else spoken(value)
    if isinstance(value, dict) and part is not None:
        return _read(part, value)
    if not isinstance(value, list):
        return value
    return tuple(value if part is None else (_read(part, each) for each in value))
