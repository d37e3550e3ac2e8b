"""A flag that was meant and mistyped: left in the text it would do nothing, and tell people too much (DR-28)."""

import re
from collections.abc import Iterable

from bot.domain.arguments import Arguments
from bot.domain.nearest import edits
from bot.domain.refusal_opening import FlagNearby

_DASHED = re.compile(r"[-—–]{1,3}(?P<name>[^\W\d_][\w-]*?)(?:=\S*|[.,;:!?)]*)")
_SHORT = 6
"""Letters up to which a flag may be one edit away, for more of them are another word; longer ones two."""
_BEGUN = 4
"""Letters of a flag, or of a word, that may stand for the whole: ``--priv``, ``--executive``."""
LONGEST_OFFER = 500
"""Characters of a command that a refusal offers whole."""


def meant(word: str, flags: Iterable[str]) -> str | None:
    """The one of *flags* that *word* ("--privat", "-private", "--private=yes") stands for, or None."""
    match = _DASHED.fullmatch(word)
    if match is None:
        return None
    name = match["name"].casefold().replace("_", "-")
    return next((flag for flag in sorted(flags) if _is_near(name, flag)), None)


def _is_near(name: str, flag: str) -> bool:
    begun = min(len(name), len(flag)) >= _BEGUN and (flag.startswith(name) or name.startswith(flag))
    most = 1 if len(flag) <= _SHORT else 2
    return begun or edits(name, flag, most) <= most


def check(said: Arguments, typed: str, flags: Iterable[str]) -> None:
    """Raise FlagNearby where a word that stayed in the text is near to one of *flags*.

    *typed* is the whole command, in which the word is put right for the next step.
    """
    for word in said.dashed:
        flag = meant(word, flags)
        if flag is not None:
            line = " ".join(typed.split())
            right = re.sub(rf"(?<!\S){re.escape(word)}(?!\S)", f"--{flag}", line, count=1)
            command = right if len(right) <= LONGEST_OFFER else f"{' '.join(right.split()[:2])} … --{flag}"
            raise FlagNearby(given=word, flag=flag, command=command)
