"""What is asked of follow-ups: which one is meant, and whose it is to be."""

import re

from bot.domain.incident import Incident
from bot.domain.mrkdwn import plain
from bot.domain.refusal_followup import OwnerIsTeam, WhichFollowUp
from bot.domain.words import user_word
from handlers.asking import person
from handlers.routes import Request, UseCases

TEAM = re.compile(r"<!subteam\^[^<>]*>|<![a-z]+(?:\|[^<>]*)?>|<#[^<>]*>")
"""A user group, everybody, or a channel, as Slack writes them."""


def in_words(incident: Incident, text: str) -> tuple[int, str]:
    """The follow-up's number, as ``1`` or ``#1``, and what follows it. Raises WhichFollowUp."""
    first, _, more = text.strip().partition(" ")
    digits = first.removeprefix("#").rstrip(".:,")
    if not (digits.isascii() and digits.isdigit() and len(digits) <= 6):  # noqa: PLR2004 - nobody has a million
        raise WhichFollowUp(ref=incident.ref)
    return int(digits), more.strip()


def owner_in(text: str) -> tuple[str | None, str]:
    """The word of a person, or a team, at the end or at the beginning of *text*, and the rest of it."""
    rest, _, last = text.rpartition(" ")
    if rest and (user_word(last) or TEAM.fullmatch(last)):
        return last, rest.strip()
    first, _, rest = text.partition(" ")
    return (first, rest.strip()) if user_word(first) or TEAM.fullmatch(first) else (None, text)


def owner_named(word: str, request: Request, use: UseCases) -> str:
    """The Slack user id that *word* means. Raises OwnerIsTeam, and what is wrong with a person's word."""
    if TEAM.fullmatch(word.strip()) or use.lookup.is_group(word):
        raise OwnerIsTeam(given=plain(word))
    return person(word, request, use)
