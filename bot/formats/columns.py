"""How wide the columns of a table should be, for files that lay them out themselves."""

from dataclasses import dataclass

from bot.formats.tree import Table, is_band, text_of

NARROW = 18
"""A column whose cells have at most so many characters is as wide as these; the others share what is left."""
_WIDE, _LEAST = 80, 14
_LINE = 96
"""About as many characters as a page is wide: a column that gets fewer than its longest word runs into the next."""
_GAP, _BROKEN = 2, 24
"""Between two columns; and how long a word may be that is not broken anyway."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One column."""

    longest: int
    """Characters of its longest cell."""
    share: int
    """Of the width that narrow columns leave; 0 for a narrow one."""


def shares(table: Table) -> list[Column]:
    """The columns of *table*; the share of one is what nine of ten cells need."""
    rows = [table.head, *(row for row in table.rows if not is_band(row))]
    lengths = [sorted(len(text_of(cell)) for cell in column) for column in zip(*rows, strict=True)]
    usual = [max(min(column[len(column) * 9 // 10], _WIDE), _LEAST) for column in lengths]
    wide = [column[-1] > NARROW for column in lengths]
    wide = wide if any(wide) else [*wide[:-1], True]
    across = max(sum(most for most, is_wide in zip(usual, wide, strict=True) if is_wide), _LINE)
    words = [max(_longest_word(text_of(cell)) for cell in column) for column in zip(*rows, strict=True)]
    usual = [max(most, (word + _GAP) * across // _LINE) for most, word in zip(usual, words, strict=True)]
    return [
        Column(longest=column[-1], share=most if is_wide else 0)
        for column, most, is_wide in zip(lengths, usual, wide, strict=True)
    ]


def _longest_word(text: str) -> int:
    return max((len(word) for word in text.split() if len(word) < _BROKEN), default=0)
