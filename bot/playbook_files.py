"""The folder of playbooks, read at the start: every mistake in it is reported at once, with file and line."""

from collections.abc import Iterator
from pathlib import Path

from bot.domain.playbook_file import BrokenPlaybook, Playbook, playbook

MOST = 200
"""Playbooks in one folder."""
LARGEST = 100_000
"""Bytes of one file that are looked at."""
_NO_PLAYBOOK = "readme"
"""What tells of the folder itself is none."""


class BrokenPlaybooks(Exception):
    """A folder of playbooks cannot be used. ``mistakes`` holds one sentence each, without its full stop."""

    def __init__(self, mistakes: list[str]) -> None:
        """Keep *mistakes*."""
        super().__init__("\n".join(mistakes))
        self.mistakes = mistakes


def read_playbooks(folder: Path) -> tuple[Playbook, ...]:
    """The playbooks in *folder*, in the order of their names. Raises BrokenPlaybooks.

    Files that end in ``.md`` count, in the folder itself; hidden ones and ``README.md`` do not.
    """
    try:
        found = sorted(path for path in folder.iterdir() if _counts(path))
    except OSError as error:
        raise BrokenPlaybooks(
            [f"The folder of playbooks {folder} cannot be read: {error.strerror}"]
        ) from error
    if len(found) > MOST:
        raise BrokenPlaybooks(
            [f"The folder of playbooks {folder} has {len(found)} files; at most {MOST} fit"]
        )
    books: dict[str, Playbook] = {}
    mistakes: list[str] = []
    for path in found:
        try:
            book = playbook(path.stem, _text(path, folder))
        except BrokenPlaybook as error:
            mistakes += [f"The playbook {path}: {mistake}" for mistake in error.mistakes]
            continue
        if book.name in books:
            mistakes.append(f"The playbook {path}: another one has this name, but for capital letters")
        books[book.name] = book
    if mistakes:
        raise BrokenPlaybooks(mistakes)
    return tuple(books.values())


def _counts(path: Path) -> bool:
    is_named = path.suffix.lower() == ".md" and not path.name.startswith(".")
    return is_named and path.stem.lower() != _NO_PLAYBOOK


def _text(path: Path, folder: Path) -> str:
    """What stands in *path*. Raises BrokenPlaybook where it cannot be read, or lies outside of *folder*."""
    wrong = next(_wrong(path, folder), None)
    if wrong is not None:
        raise BrokenPlaybook([wrong])
    try:
        with path.open("rb") as file:
            content = file.read(LARGEST + 1)
        if len(content) > LARGEST:
            raise BrokenPlaybook([f"it has more than {LARGEST:,} bytes"])
        return content.decode("utf-8")
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        raise BrokenPlaybook([f"line {line}: it is not UTF-8 text"]) from error
    except OSError as error:
        raise BrokenPlaybook([f"it cannot be read: {error.strerror}"]) from error


def _wrong(path: Path, folder: Path) -> Iterator[str]:
    """What is wrong with the way to *path*."""
    try:
        real = path.resolve(strict=True)
    except (OSError, RuntimeError):
        yield "it leads nowhere"
        return
    if not real.is_relative_to(folder.resolve()):
        yield "it leads out of the folder: copy the file itself there"
    elif not real.is_file():
        yield "it is no file"
