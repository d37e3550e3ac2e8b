"""Copies of the files that people share in an incident's channel (DR-11): which are made, and what becomes of them.

A file is asked for as soon as its message is recorded, and fetched later. What is not copied stays a link.
"""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum

from bot.domain.contents import Sort, mime_of, sort_of
from bot.domain.policy import FileRules
from bot.domain.timeline import Entry

LINKED = frozenset({"external", "quip", "canvas", "list", "hidden_by_limit"})
"""Modes of Slack's files that hold no bytes of their own, or none that an app gets."""

LONGEST_ID = 40


class State(StrEnum):
    """How a copy stands."""

    WAITING = "waiting"
    KEPT = "kept"
    TOO_LARGE = "too large"
    NOT_ALLOWED = "not allowed"
    GONE = "gone"
    """The file, or every message that showed it, was deleted: no byte of it is kept (DR-9)."""
    FAILED = "failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Copy:
    """One file of one incident. A column of table ``files`` bears the name of each field."""

    incident: str
    file: str
    """Slack's id of it."""
    name: str
    mime: str
    """What Slack said of it; once it is kept, what its bytes prove."""
    size: int
    """Bytes, as Slack said; once it is kept, as counted."""
    state: State
    why: str = ""
    """For operators: why it was not kept, in Slack's word or ours."""
    sha256: str = ""
    content: bytes | None = field(default=None, repr=False)
    asked: int = 0
    """How often it was asked for: a message that comes back asks again."""
    taken_at: datetime | None = None


def files_of(entry: Entry) -> dict[str, Mapping[str, str]]:
    """The files that *entry* shows now, by id. Nothing that was deleted shows any; imported ones have no id."""
    if entry.deleted_at is not None:
        return {}
    return {file["id"]: file for file in entry.files if 0 < len(file.get("id", "")) <= LONGEST_ID}


def asked(
    file: Mapping[str, str], *, incident: str, rules: FileRules, taken: int, before: Copy | None
) -> Copy:
    """What is to become of a *file* that a message shows; *taken*: bytes that the incident has asked for already."""
    size = int(file.get("size") or 0)
    made = Copy(
        incident=incident, file=file["id"], name=file.get("file") or file["name"], mime=file.get("mime", ""), size=size,
        state=State.WAITING, asked=(before.asked if before else 0) + 1,
    )  # fmt: skip
    if file.get("mode") in LINKED:
        return replace(made, state=State.NOT_ALLOWED, why=file["mode"])
    claimed = sort_of(made.mime)
    if claimed in (Sort.IMAGES, Sort.PDF) and claimed not in rules.kinds:
        return replace(made, state=State.NOT_ALLOWED, why=claimed)
    return _within(made, size, rules, taken) or made


def _within(copy: Copy, size: int, rules: FileRules, taken: int) -> Copy | None:
    """*copy* where it is too large; None: it is not."""
    if size > rules.largest:
        return replace(copy, state=State.TOO_LARGE, why="largest")
    return replace(copy, state=State.TOO_LARGE, why="total") if taken + size > rules.total else None


def fetched(copy: Copy, content: bytes, *, rules: FileRules, taken: int, at: datetime) -> Copy:
    """*copy* with what was fetched, where the policy allows it; *taken*: bytes of the incident's other copies.

    What Slack calls a picture or a PDF and is none is not kept: nobody can tell what it is for.
    """
    mime = mime_of(content)
    found, claimed = sort_of(mime), sort_of(copy.mime)
    if claimed in (Sort.IMAGES, Sort.PDF) and found is not claimed:
        return replace(copy, state=State.NOT_ALLOWED, why=f"not {copy.mime} but {mime}")
    if found not in rules.kinds:
        return replace(copy, state=State.NOT_ALLOWED, why=found)
    whole = replace(copy, size=len(content))
    return _within(whole, len(content), rules, taken) or replace(
        whole, state=State.KEPT, mime=mime, content=content, sha256=hashlib.sha256(content).hexdigest(), taken_at=at,
    )  # fmt: skip


def gone(copy: Copy, why: str) -> Copy:
    """*copy* of a file that nobody shows any more."""
    return replace(copy, state=State.GONE, why=why, content=None, sha256="")


def ended(copy: Copy, state: State, why: str, size: int | None = None) -> Copy:
    """*copy* after a try that gave nothing to keep."""
    return replace(copy, state=state, why=why, size=copy.size if size is None else size)


def shown_by(entries: Iterable[Entry]) -> frozenset[str]:
    """Ids of the files that *entries* show."""
    return frozenset(file for entry in entries for file in files_of(entry))
