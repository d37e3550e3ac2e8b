"""Text in as many sections as its length needs; how text is cut stands in ``bot.domain.cutting``."""

from bot.domain.cutting import fitting, whole

__all__ = ["SECTION_LIMIT", "fitting", "parts", "whole"]

SECTION_LIMIT = 2_900
"""Characters of one section; Slack takes 3,000."""


def parts(text: str) -> list[str]:
    """*text* in pieces of at most ``SECTION_LIMIT``, cut at line ends, else at spaces, where there are any."""
    made: list[str] = []
    rest = text
    while len(rest) > SECTION_LIMIT:
        ends = (rest.rfind(end, 0, SECTION_LIMIT) for end in "\n ")
        cut = next((end for end in ends if end > SECTION_LIMIT // 2), SECTION_LIMIT)
        cut = whole(rest, cut) or SECTION_LIMIT
        made.append(rest[:cut])
        rest = rest[cut:].lstrip("\n ")
    return [*made, rest] if rest.strip() else made or [" "]
