"""Text in as many sections as its length needs; how text is cut stands in ``bot.domain.cutting``."""

from bot.domain.cutting import fitting, whole

__all__ = ["SECTION_LIMIT", "fitting", "parts", "whole"]

SECTION_LIMIT = 2_900
"""Characters of one section; Slack takes 3,000."""


def parts(text: str) -> list[str]:
    """*text* in pieces of at most ``SECTION_LIMIT``, cut at line ends or spaces where there are any."""
    made: list[str] = []
    rest = text
    while len(rest) > SECTION_LIMIT:
        cut = max(rest.rfind("\n", 0, SECTION_LIMIT), rest.rfind(" ", 0, SECTION_LIMIT))
        cut = whole(rest, cut if cut > SECTION_LIMIT // 2 else SECTION_LIMIT) or SECTION_LIMIT
        made.append(rest[:cut])
        rest = rest[cut:].lstrip("\n ")
    return [*made, rest] if rest.strip() else made or [" "]
