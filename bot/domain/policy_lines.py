"""Where a key stands in a policy file: in its table, as a dotted key, or within a table written on one line."""

import re
from collections.abc import Iterator

_HEAD = re.compile(r"\s*\[{1,2}(?P<path>[^\[\]]+)\]{1,2}\s*(?:#.*)?")
_KEY = re.compile(r"""\s*(?P<path>(?:[\w-]+|"[^"]*"|'[^']*')(?:\s*\.\s*(?:[\w-]+|"[^"]*"|'[^']*'))*)\s*=""")


def line_of(source: str, path: str) -> int:
    """The number of the line on which *path* (``severity.P0.label``, ``role.ops``) stands; 0 where none can be told."""
    around = 0
    for number, line in enumerate(source.splitlines(), 1):
        if (head := _HEAD.fullmatch(line)) and _plain(head["path"]) == path:
            return number
    for number, written in _written(source):
        if written == path:
            return number
        if path.startswith(f"{written}.") and not around:
            around = number
    return around


def _written(source: str) -> Iterator[tuple[int, str]]:
    """Each key that is given a value, by its whole path, with its line."""
    table = ""
    for number, line in enumerate(source.splitlines(), 1):
        if head := _HEAD.fullmatch(line):
            table = _plain(head["path"])
        elif key := _KEY.match(line):
            path = _plain(key["path"])
            yield number, f"{table}.{path}" if table else path


def _plain(path: str) -> str:
    return ".".join(part.strip().strip("\"'") for part in path.split("."))
