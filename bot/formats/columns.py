"""How wide the columns of a table should be, for files that lay them out themselves."""

from dataclasses import dataclass

from bot.formats.tree import Table, is_band, text_of

NARROW = 18
"""A column whose cells have at most so many characters is as wide as these; the others share what is left."""
_WIDE, _LEAST = 80, 14


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
    return [
        Column(longest=column[-1], share=most if is_wide else 0)
        for column, most, is_wide in zip(lengths, usual, wide, strict=True)
    ]
