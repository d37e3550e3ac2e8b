"""A draft as PDF, to read, print and keep: bookmarks, page numbers, contents where it is long."""

import re
from collections.abc import Mapping
from typing import Any

from bot.formats.columns import shares
from bot.formats.tree import (
    Block,
    Box,
    Code,
    Document,
    Drawing,
    Heading,
    Image,
    Items,
    Paragraph,
    Quote,
    Rule,
    Run,
    Runs,
    Table,
    is_band,
    table_rows,
    text_of,
)
from bot.formats.typeset import CannotSet, typeset

TAGGED = 1_000
"""Up to so many rows of tables a PDF is tagged for screen readers; tags of more make it ten times as large."""
WHOLE = 1_200
"""A row with fewer characters than this stays on one page."""
_LONG = re.compile(r"[^\s\u200b]{24,}")
_BREAKS = re.compile(r"(?<=[/?&=.,;:_@#|-])(?=[^/\s])")
_PIECE = 12
_STYLES = (("b", "bold"), ("i", "italic"), ("s", "strike"), ("c", "code"))


def pdf(document: Document) -> bytes:
    """*document* as PDF, dated by the record. Raises CannotSet.

    Where a picture that somebody shared brings the typesetter down, there are none of them.
    """
    writer = _Writer(document)
    data = {
        "title": document.title, "ref": document.ref, "author": document.author, "paper": document.paper,
        "classification": document.classification, "blocks": [writer.block(b) for b in document.blocks],
    }  # fmt: skip
    try:
        return _set(document, data, writer.files)
    except CannotSet:
        if not writer.files:
            raise
    return _set(document, data, dict.fromkeys(writer.files, b""))


def _set(document: Document, data: Mapping[str, Any], files: Mapping[str, bytes]) -> bytes:
    return typeset(
        "postmortem/document.typ", data, form="pdf", timestamp=int(document.dated.timestamp()),
        tags=table_rows(document.blocks) <= TAGGED, files=files,
    )  # fmt: skip


class _Writer:
    """Writes blocks as the template takes them, and collects the pictures."""

    def __init__(self, document: Document) -> None:
        self.files: dict[str, bytes] = {}
        self._contents = document.listed_before

    def block(self, block: Block) -> dict[str, Any]:  # noqa: C901, PLR0911 - one line for each kind
        match block:
            case Heading():
                is_first = block is self._contents
                return {
                    "kind": "heading",
                    "level": block.level,
                    "runs": _runs(block.runs),
                    "contents": is_first,
                }
            case Paragraph():
                return {"kind": "paragraph", "runs": _runs(block.runs)}
            case Items():
                items = [self._all(item) for item in block.items]
                return {"kind": "items", "start": block.start, "items": items}
            case Table():
                return _table(block)
            case Code():
                return {"kind": "code", "text": _breakable(block.text)}
            case Quote():
                return {"kind": "quote", "blocks": self._all(block.blocks)}
            case Rule():
                return {"kind": "rule"}
            case Box():
                return {"kind": "box", "box": block.kind.value, "blocks": self._all(block.blocks)}
            case Drawing():
                return {"kind": "drawing", "svg": block.svg, "alt": block.alt}
            case Image():
                name = f"{len(self.files)}.{block.kind.rpartition('/')[2]}"
                self.files[name] = block.content
                return {"kind": "image", "file": name, "alt": block.alt}

    def _all(self, blocks: tuple[Block, ...]) -> list[dict[str, Any]]:
        return [self.block(block) for block in blocks]


def _runs(runs: Runs) -> list[str | tuple[str, str, str]]:
    return [_run(run) for run in runs]


def _run(run: Run) -> str | tuple[str, str, str]:
    words, styles = _breakable(run.text), _styles(run)
    return (words, styles, run.link) if styles or run.link else words


def _styles(run: Run) -> str:
    return "".join(sign for sign, style in _STYLES if getattr(run, style))


def _breakable(text: str) -> str:
    """*text* with places to break its long words at, that nobody sees: else they would leave the page."""
    return _LONG.sub(lambda word: _pieces(word[0]), text)


def _pieces(word: str) -> str:
    parts = _BREAKS.sub("\u200b", word).split("\u200b")
    cut = (part[at : at + _PIECE] for part in parts for at in range(0, len(part), _PIECE))
    return "\u200b".join(cut)


def _table(table: Table) -> dict[str, Any]:
    return {
        "kind": "table",
        "columns": [column.share for column in shares(table)],
        "head": [_runs(cell) for cell in table.head],
        "rows": [_row(row) for row in table.rows],
    }


def _row(row: tuple[Runs, ...]) -> dict[str, Any]:
    band = is_band(row)
    long = sum(len(text_of(cell)) for cell in row)
    return {
        "band": band,
        "whole": long < WHOLE,
        "cells": [_runs(cell) for cell in (row[:1] if band else row)],
    }
