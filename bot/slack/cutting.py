"""Text in Slack's encoding cut to size, never inside a code or an entity."""

SECTION_LIMIT = 2_900
"""Characters of one section; Slack takes 3,000, and a cut must not split a character pair of an escape."""
LONGEST_ENTITY = 5
"""``&amp;``"""


def parts(text: str) -> list[str]:
    """*text* in pieces of at most ``SECTION_LIMIT``, cut at line ends or spaces where there are any."""
    made: list[str] = []
    rest = text
    while len(rest) > SECTION_LIMIT:
        cut = max(rest.rfind("\n", 0, SECTION_LIMIT), rest.rfind(" ", 0, SECTION_LIMIT))
        cut = whole(rest, cut if cut > SECTION_LIMIT // 2 else SECTION_LIMIT)
        made.append(rest[:cut])
        rest = rest[cut:].lstrip("\n ")
    return [*made, rest] if rest.strip() else made or [" "]


def fitting(text: str, limit: int, more: str = "…") -> str:
    """*text* within *limit*, never cut inside ``&amp;`` or a link; *more* tells that there was more."""
    if len(text) <= limit:
        return text
    return text[: whole(text, limit - len(more))].rstrip() + more


def whole(text: str, cut: int) -> int:
    """A cut at or before *cut* that does not split ``&amp;``, a mention, a date or a link."""
    entity = text.rfind("&", max(0, cut - LONGEST_ENTITY), cut)
    if entity > 0 and ";" not in text[entity:cut] and ";" in text[cut : entity + LONGEST_ENTITY]:
        cut = entity
    code = text.rfind("<", 0, cut)
    return code if code > cut // 2 and ">" not in text[code:cut] else cut
