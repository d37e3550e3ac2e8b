"""The copies of what people shared, written out: ``files``."""

import argparse
import sys
from collections.abc import Iterable, Iterator
from contextlib import closing
from pathlib import Path

from bot.app import build
from bot.cli.operate import settings
from bot.cli.records import REF
from bot.cli.verb import Verb
from bot.domain.copies import Copy, State
from bot.domain.filenames import safe_name
from bot.domain.refusal import NoSuchFile, NoSuchIncident
from bot.domain.sizes import print_size
from bot.store.migrate import ready
from bot.store.store import Store


def _files(asked: argparse.Namespace) -> int:
    """Write the kept ones into the folder, and list all; a name that is taken gets a number."""
    with closing(build(settings(needs_slack=False)).store) as store:
        ready(store)
        return _listed(store, asked.ref.upper(), Path(asked.output) if asked.output else None)


def _listed(store: Store, ref: str, folder: Path | None) -> int:
    with store.read() as tx:
        if tx.incident(ref) is None:
            raise NoSuchIncident(given=ref)
        found = tx.files.of_incident(ref)
    for copy, name in _named(found):
        told = f"{print_size(copy.size)}, {copy.state.value}" + (f" ({copy.why})" if copy.why else "")
        if folder is None or copy.state is not State.KEPT:
            print(f"{safe_name(copy.name)}: {told}")
            continue
        with store.read() as tx:
            whole = tx.files.one(ref, copy.file)
        if whole is not None and whole.content is not None:
            print(f"{_written(folder, name, whole.content)}: {told}")
    if not found:
        print(f"{ref} has no files.", file=sys.stderr)
    return 0


def _named(found: Iterable[Copy]) -> Iterator[tuple[Copy, str]]:
    """Each copy with a name of its own that stays in its folder, also where letters' case counts for nothing."""
    taken: set[str] = set()
    for copy in found:
        name, n = safe_name(copy.name), 1
        path = Path(name)
        while name.lower() in taken:
            n += 1
            name = safe_name(f"{path.stem}-{n}{path.suffix}")
        taken.add(name.lower())
        yield copy, name


def _written(folder: Path, name: str, content: bytes) -> Path:
    """The file in *folder*, which is made; one that is there is never written over. Raises NoSuchFile."""
    path = folder / name
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with path.open("xb") as file:
            file.write(content)
    except OSError as error:
        raise NoSuchFile(given=str(path), reason=error.strerror or "it cannot be written") from error
    return path


SHARED = (
    Verb(
        name="files",
        does="Lists the files that people shared, or writes the copies of them into a folder.",
        example="files INC-2025-1108-001 -o shared",
        run=_files,
        arguments=(
            REF,
            (("-o", "--output"), {"metavar": "FOLDER", "help": "write them there; nothing is written over"}),
        ),
    ),
)
