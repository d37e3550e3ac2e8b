"""The files that people shared, as a draft lists them: who shared which when, and whether it was copied (DR-11)."""

from collections.abc import Iterable, Mapping

from bot.domain.copies import Copy, State
from bot.domain.draft_files import SharedFile
from bot.domain.draft_record import Record
from bot.domain.mrkdwn import plain
from bot.domain.timeline import Entry

COPIED = "copied"
_NOTES: Mapping[State | None, str] = {
    None: "link only",
    State.WAITING: "not copied yet",
    State.TOO_LARGE: "link only, too large to copy",
    State.NOT_ALLOWED: "link only, its kind is not copied",
    State.FAILED: "link only, it could not be copied",
    State.GONE: "deleted in Slack",
}
_NO_LINK = frozenset({State.GONE})


def shared(record: Record, copies: Iterable[Copy]) -> tuple[SharedFile, ...]:
    """Each file once, in the order of time; those of deleted messages are absent (DR-9)."""
    known = {copy.file: copy for copy in copies}
    found: dict[str, SharedFile] = {}
    for entry in record.entries:
        for file in entry.files:
            name = file.get("id") or file.get("url") or file["name"]
            found.setdefault(name, _file(record, entry, file, known.get(file.get("id", ""))))
    return tuple(found.values())


def _file(record: Record, entry: Entry, file: Mapping[str, str], copy: Copy | None) -> SharedFile:
    url, state = plain(file.get("url", "")), copy.state if copy else None
    kept = copy is not None and copy.state is State.KEPT
    content = copy.content if copy is not None and kept else None
    link = f": {url}" if url and state not in _NO_LINK else ""
    note = ("" if content is not None else COPIED) if kept else f"{_NOTES[state]}{link}"
    return SharedFile(
        name=plain(file.get("file") or file["name"]),
        clock=record.stamp(entry.at, entry.precision),
        who=record.who(entry),
        kind=copy.mime if copy else file.get("mime", ""),
        size=copy.size if copy else int(file.get("size") or 0),
        content=content,
        note=note,
    )
