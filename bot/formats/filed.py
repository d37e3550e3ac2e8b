"""A draft as the files that are wanted of it; whatever goes wrong with one, the others are made, and it is said."""

import logging
from collections.abc import Sequence
from dataclasses import replace

from bot.domain.filenames import safe_name
from bot.domain.timers import Made, MadeFile, Trouble
from bot.formats import MARKDOWN, OUTPUTS, PICTURE, Frame, alt_of, written
from bot.formats.typeset import CannotSet

log = logging.getLogger(__name__)
LARGEST = 6_000_000
"""Bytes of a file that goes to Slack through the outbox, where it stands as base64, a third longer, until it is sent.
A PDF of 10,000 entries has 3 MB; Slack itself takes 1 GB."""
PICTURES = 3_500_000
"""Of these, what is left for pictures that people shared."""


def filed(made: Made, frame: Frame, kinds: Sequence[str], *, sent: bool = True) -> Made:
    """*made* with its files, one of each of *kinds*; *sent*: they go through the outbox, and must not be too large.

    Where one cannot be made, that is said (``trouble``), and the Markdown is among the files. A picture of the timeline
    is not missed in Slack where there is nothing to draw.
    """
    files: dict[str, bytes] = {}
    trouble: list[Trouble] = []
    for kind in kinds:
        if kind == PICTURE and sent and frame.picture is None:
            continue
        content, why = _content(kind, made, frame, sent=sent)
        if content is None:
            trouble.append(Trouble(kind=kind, name=OUTPUTS[kind], why=why))
        else:
            files[kind] = content
    if (trouble or not files) and kinds and MARKDOWN not in files:
        files = {MARKDOWN: written(MARKDOWN, made.content, frame), **files}
    named = tuple(_file(made, frame, kind, content) for kind, content in files.items())
    return replace(made, files=named, trouble=tuple(trouble))


def _content(kind: str, made: Made, frame: Frame, *, sent: bool) -> tuple[bytes | None, str]:
    """One file, or why it is none."""
    try:
        content = written(kind, made.content, frame, room=PICTURES if sent else None)
    except CannotSet as error:
        log.warning("%s: no %s: %s", frame.ref, OUTPUTS[kind], error)
        return None, str(error)
    except Exception:
        log.exception("%s: no %s", frame.ref, OUTPUTS[kind])
        return None, "a mistake of ours, which the log tells"
    if sent and kind != MARKDOWN and len(content) > LARGEST:
        return None, f"it has {len(content) / 1e6:.1f} MB, and {LARGEST / 1e6:.0f} MB are sent at most"
    return content, ""


def _file(made: Made, frame: Frame, kind: str, content: bytes) -> MadeFile:
    title = made.title if kind == MARKDOWN else f"{made.title}, {OUTPUTS[kind]}"
    name = safe_name(f"{made.file.removesuffix(f'.{MARKDOWN}')}.{kind}")
    alt = alt_of(frame) if kind == PICTURE else ""
    return MadeFile(name=name, title=title, kind=kind, content=content, alt=alt)
