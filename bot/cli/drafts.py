"""A draft as a file: written where none is, made anew where an earlier one of the same incident stands (AD-8)."""

from collections.abc import Callable, Collection
from pathlib import Path

from bot.domain.parts import Audience
from bot.domain.refusal import NoSuchFile
from bot.domain.refusal_documents import MayBeEdited, NotForCustomers, OfAnother
from bot.domain.refusal_writing import AnotherDraft, NoDraft
from bot.domain.regenerate import Regenerated, answered, delimited, identity, regenerated
from bot.domain.timers import Made

Make = Callable[[Collection[str]], Made]
"""Makes the draft without prompts about the topics that people answered."""
SIGNS = {
    "pdf": b"%PDF-",
    "html": b'<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n<meta http-equiv',
}
"""How files of ours begin that are written over; people write into a DOCX, and nobody could tell what."""
_EXTERNAL = f" {Audience.EXTERNAL.value}"
"""What the variant of a draft for customers ends in."""
BESIDE = ".new"
"""Stands behind the name of the file that holds what the record says now of sections kept as edited."""


def written(path: Path, ref: str, make: Make, *, force: bool) -> list[str]:
    """Write the draft to *path*; sentences that tell what was done. What people wrote there is kept.

    Raises NoDraft where something else stands there, AnotherDraft, NoSuchFile; with *force* it is overwritten.
    """
    old = _standing(path, force=force)
    made = make(())
    variant = f"{made.format}{_EXTERNAL}" if made.external else made.format
    fresh = delimited(made.content, ref, variant)
    if old is None or (force and identity(old) != (ref, variant)):
        _put(path, fresh)
        return [f"{path}: {made.prompts} still to be written"]
    _check(path, old, ref, variant)
    asking = fresh
    if left_out := answered(old, fresh, made.asked):
        made = make(left_out)
        fresh = delimited(made.content, ref, variant)
    again = regenerated(old, fresh, asking, has_notice=not made.external)
    told = [f"{path}: {made.prompts} still to be written", *_kept(path, again)]
    if again.is_behind:
        beside = path.with_name(path.name + BESIDE)
        _put(beside, asking)
    _put(path, again.text)
    return told


def written_whole(path: Path, made: Made, *, force: bool) -> list[str]:
    """Write the only file of *made* to *path*, over a former one that nobody writes into; else with *force* only.

    Raises MayBeEdited, NoSuchFile.
    """
    (file,) = made.files
    if not force and path.exists() and not _is_former(path, file.kind):
        raise MayBeEdited(file=str(path))
    put_bytes(path, file.content)
    return [f"{path}: {made.prompts} still to be written"]


def source(text: str, path: str, ref: str, audience: Audience) -> str:
    """*text*, in which people have written, to make the draft of *ref* for *audience* from.

    Only what says itself that it is for customers becomes a file for them. Raises NotForCustomers, OfAnother.
    """
    found = identity(text)
    if found and found[0] != ref:
        raise OfAnother(file=path, other=found[0], this=ref)
    if audience is Audience.EXTERNAL and not (found and found[1].endswith(_EXTERNAL)):
        raise NotForCustomers(file=path, next=f"--audience {audience.value} -o {Path(path).stem}-external.md")
    return text


def _is_former(path: Path, kind: str) -> bool:
    """Whether a file that was made as *kind* stands there, and not what people wrote."""
    sign = SIGNS.get(kind)
    try:
        with path.open("rb") as there:
            return sign is not None and there.read(len(sign)) == sign
    except OSError as error:
        raise NoSuchFile(given=str(path), reason=error.strerror or "it cannot be read") from error


def _kept(path: Path, again: Regenerated) -> list[str]:
    if not again.kept:
        return []
    told = f"kept as edited: {', '.join(again.kept)}"
    now = f"; what the record says now stands in {path}{BESIDE}" if again.is_behind else ""
    return [f"{told}{now}"]


def _standing(path: Path, *, force: bool) -> str | None:
    """What stands in the file; None: there is none, or what is there may be overwritten and is no text."""
    try:
        return path.read_text(encoding="utf-8") if path.exists() else None
    except UnicodeDecodeError as error:
        if force:
            return None
        raise NoDraft(file=str(path)) from error
    except OSError as error:
        raise NoSuchFile(given=str(path), reason=error.strerror or "it cannot be read") from error


def _check(path: Path, old: str, ref: str, variant: str) -> None:
    found = identity(old)
    if found is None:
        raise NoDraft(file=str(path))
    if found != (ref, variant):
        raise AnotherDraft(
            file=str(path), other=f"{found[0]}, format {found[1]}", this=f"{ref}, format {variant}"
        )


def _put(path: Path, text: str) -> None:
    put_bytes(path, text.encode("utf-8", "replace"))


def put_bytes(path: Path, content: bytes) -> None:
    """Write all of it or nothing: a file that people worked on is never half there. A link stays one."""
    path = path.resolve()
    part = path.with_name(f".{path.name}.part")
    try:
        part.write_bytes(content)
        part.replace(path)
    except OSError as error:
        raise NoSuchFile(given=str(path), reason=error.strerror or "it cannot be written") from error
