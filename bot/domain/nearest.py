"""Did you mean …: the known word nearest to one that was mistyped."""

from collections.abc import Iterable

_SHORT = 2


def nearest(word: str, known: Iterable[str], *, distance: int = 2) -> str | None:
    """The known word at most `distance` edits away (a swap of neighbours is one), or None.

    Words of one or two letters are only matched at distance 1. Ties go to the one whose first letter agrees,
    then to the one that comes first in the alphabet, so the same typing always gets the same answer.
    """
    given = word.casefold()
    allowed = min(distance, 1) if len(given) <= _SHORT else distance
    ranked = (
        (edits(given, each.casefold(), allowed), each[:1].casefold() != given[:1], each) for each in known
    )
    best = min(ranked, default=None)
    return best[2] if best and best[0] <= allowed else None


def edits(first: str, second: str, most: int) -> int:
    """How many inserts, deletes, replacements, swaps of neighbours lie between the two; at most `most + 1`.

    This is the optimal string alignment distance (Damerau and Levenshtein's without edits inside a swap).
    """
    if abs(len(first) - len(second)) > most:
        return most + 1
    before: list[int] = []
    row = list(range(len(second) + 1))
    for i, left in enumerate(first, start=1):
        earlier, before, row = before, row, [i]
        for j, right in enumerate(second, start=1):
            cost = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (left != right))
            if i > 1 and j > 1 and left == second[j - 2] and first[i - 2] == right:
                cost = min(cost, earlier[j - 2] + 1)
            row.append(cost)
        if min(row) > most and min(before) > most:
            return most + 1
    return min(row[-1], most + 1)
