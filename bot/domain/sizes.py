"""Sizes of files as people write and read them: ``5 MB``, ``300 KB``, ``17 bytes``."""

import re

_UNITS = {"": 1, "b": 1, "byte": 1, "bytes": 1, "kb": 1024, "mb": 1024**2, "gb": 1024**3}
"""As file managers and Slack count: a KB is 1,024 bytes."""
_SIZE = re.compile(r"(\d+(?:\.\d+)?)\s*([a-z]*)", re.IGNORECASE)


def parse_size(given: object) -> int:
    """A size in bytes, from a whole number or from ``"5 MB"``. Raises ValueError."""
    if isinstance(given, int) and not isinstance(given, bool) and given >= 0:
        return given
    found = _SIZE.fullmatch(given.strip()) if isinstance(given, str) else None
    if found is None or found[2].lower() not in _UNITS:
        raise ValueError(given)
    return int(float(found[1]) * _UNITS[found[2].lower()])


def print_size(size: int) -> str:
    """``17 bytes``, ``1.5 KB``, ``5 MB``: at most one decimal."""
    for unit in ("GB", "MB", "KB"):
        if size >= _UNITS[unit.lower()]:
            return f"{size / _UNITS[unit.lower()]:.1f}".removesuffix(".0") + f" {unit}"
    return "1 byte" if size == 1 else f"{size} bytes"
