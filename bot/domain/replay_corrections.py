"""Corrections of entries in a replay file: ``incident.stated`` keeps who corrected what, and the first time.

Former texts stand among the edits of the entry, a hidden entry has its ``deleted_at``: see ``bot.domain.correcting``.
"""

import re
from collections.abc import Mapping
from typing import Any

from bot.domain.correcting import EDITED, RETIMED
from bot.domain.messages import HIDDEN
from bot.domain.timeline import Entry

_KEPT = {HIDDEN: ("by", "reason"), RETIMED: ("from", "by"), EDITED: ("by",)}


_KEY = re.compile(r"\S+ (?:hidden|retimed|edited)\.(?:by|reason|from)")


def told(called: Mapping[str, Entry]) -> dict[str, str]:
    """What is stated of the corrections of entries, by what these are *called* in the file."""
    return {
        f"{name} {what}.{key}": entry.data[what][key]
        for name, entry in called.items()
        for what, keys in _KEPT.items()
        for key in keys
        if entry.data.get(what, {}).get(key)
    }


def without(stated: Mapping[str, str]) -> dict[str, str]:
    """*stated* without corrections: some may have been taken back since the import."""
    return {key: text for key, text in stated.items() if not _KEY.fullmatch(key)}


def read(name: str, stated: Mapping[str, str]) -> dict[str, Any]:
    """The same as ``Entry.data`` holds it."""
    found = {
        what: {key: stated[known] for key in keys if (known := f"{name} {what}.{key}") in stated}
        for what, keys in _KEPT.items()
    }
    return {what: kept for what, kept in found.items() if kept}
