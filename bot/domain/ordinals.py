"""Numbers that say which one: ``2nd`` in a sentence about counting, ``third`` in one about people."""

_SPELLED = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth")


def ordinal(n: int) -> str:
    """``2nd``, ``11th``, ``21st``."""
    teens = n % 100 in (11, 12, 13)
    return f"{n}{'th' if teens else {1: 'st', 2: 'nd', 3: 'rd'}.get(n % 10, 'th')}"


def spelled(n: int) -> str:
    """``third``; from ten on ``10th``."""
    return _SPELLED[n - 1] if 1 <= n <= len(_SPELLED) else ordinal(n)
