"""The one place where text is cut to size: never inside a character, an entity, a code of Slack's or an emoji's name.

Texts here are in Slack's encoding; readable ones are cut by ``bot.domain.refusal.shorten``, by the same rules.
"""

import re

from bot.domain.signs import closed, cut_between, fits_units, units

LONGEST_ENTITY = 5
"""``&amp;``"""
LONGEST_EMOJI = 100
_EMOJI = re.compile(r":[a-z0-9_+'-]{1,100}:(?::skin-tone-[2-6]:)?")


def fitting(text: str, limit: int, more: str = "…") -> str:
    """*text* within *limit* characters, counted as browsers do; *more* tells that there was more."""
    if units(text) <= limit:
        return text
    head = text[: whole(text, max(fits_units(text, limit - units(more)), 0))].rstrip()
    ended = closed(head)
    if ended != head:  # the end of what is set apart takes room too
        head = text[: whole(text, max(fits_units(text, limit - units(more) - len(ended) + len(head)), 0))]
        ended = closed(head.rstrip())
    return ended + more


def whole(text: str, cut: int) -> int:
    """A cut at or before *cut* that splits no ``&amp;``, mention, date, link, ``:emoji:``, nor any character."""
    entity = text.rfind("&", max(0, cut - LONGEST_ENTITY), cut)
    if entity > 0 and ";" not in text[entity:cut] and ";" in text[cut : entity + LONGEST_ENTITY]:
        cut = entity
    code = text.rfind("<", 0, cut)
    if code > 0 and ">" not in text[code:cut] and ">" in text[cut:]:
        cut = code
    return cut_between(text, _before_emoji(text, cut))


def _before_emoji(text: str, cut: int) -> int:
    """*cut*, or where the ``:emoji:`` begins that it would split."""
    begin = max(0, cut - LONGEST_EMOJI)
    if ":" not in text[begin:cut]:
        return cut
    found = (match for match in _EMOJI.finditer(text, begin, cut + LONGEST_EMOJI) if match.end() > cut)
    first = next(found, None)
    return first.start() if first and 0 < first.start() < cut else cut
