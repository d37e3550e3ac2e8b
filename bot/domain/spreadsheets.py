"""What spreadsheets take for a formula is made harmless (https://owasp.org/www-community/attacks/CSV_Injection)."""

import re

_FORMULA = re.compile(r"'*[=+\-@\t\r\n\uff1d\uff0b\uff0d\uff20]")
"""How a formula begins for some spreadsheet; with apostrophes before it, so that one can be taken off again."""


def defused(value: str) -> str:
    """*value* as no spreadsheet takes it for a formula: an apostrophe stands before one that looks like it."""
    return f"'{value}" if value and _FORMULA.match(value) else value
