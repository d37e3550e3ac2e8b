"""What several features ask of a request: whose incident, which person, what time, in which words."""

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bot.domain.incident import Incident
from bot.domain.mrkdwn import escaped, plain
from bot.domain.parts import Task
from bot.domain.refusal import NoSuchIncident, OutOfDate, Refusal, TextTooLong, UnknownReference, shorten
from bot.domain.times import Moment, parse_time, print_moment
from bot.domain.words import IncidentWord, incident_word, user_word
from handlers.routes import Request, UseCases

LONGEST_TEXT = 12_000
"""Characters of one text; Slack shows longer ones in pieces that nobody reads."""
SHOWN_OF_TASK = 200
"""Characters of a task that a list shows."""
_NUMBER = re.compile(r"\d{1,9}", re.ASCII)
_TODAYS_NUMBER = re.compile(r"\d{3}", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """The incident that is meant, and the text after its reference."""

    incident: Incident
    text: str


def incident_here(request: Request, use: UseCases) -> Incident:
    """The incident of the button, of the form, or of the channel. Raises NoIncidentHere."""
    return incident_meant(incident_word(request.value) if request.value else None, request, use)


def incident_meant(
    word: IncidentWord | None, request: Request, use: UseCases, *, typed: str = ""
) -> Incident:
    """The incident that *word* means to whoever asks, else the channel's own. Raises refusals.

    Who acts in the channel of a private one is inside, and one of its members.
    """
    found = use.lookup.find(word, request.channel, user=request.user, typed=typed)
    if found.private and request.user not in found.members:
        use.moving.joined(request.channel, request.user)
    return found


def incident_asked(request: Request, use: UseCases, *, number: bool = False) -> Asked:
    """The incident named by the first word (a whole reference or a channel), else the channel's own.

    A text may begin with a channel that is no incident's: it stays a text. Three digits are today's number where they
    stand alone (with *number*), or begin a text that is typed outside of an incident's channel.
    """
    if number and _TODAYS_NUMBER.fullmatch(request.text.strip()):
        return Asked(incident=incident_meant(incident_word(request.text.strip()), request, use), text="")
    first, _, rest = request.text.partition(" ")
    word = incident_word(first)
    if word is not None and (word.reference or word.channel):
        try:
            return Asked(incident=incident_meant(word, request, use), text=rest.strip())
        except NoSuchIncident:
            if word.reference or not rest:
                raise
    if _TODAYS_NUMBER.fullmatch(first) and use.lookup.here(request.channel) is None:
        return Asked(incident=incident_meant(word, request, use), text=rest.strip())
    return Asked(incident=incident_meant(None, request, use, typed=request.typed), text=request.text)


def in_button(request: Request) -> tuple[str, int, str]:
    """The reference, the number and the words that a button's value holds. Raises OutOfDate."""
    ref, _, rest = request.value.partition(" ")
    n, _, words = rest.partition(" ")
    if not _NUMBER.fullmatch(n):
        raise OutOfDate
    return ref, int(n), words


def incident_alone(request: Request, use: UseCases) -> Incident:
    """The same where nothing but an incident can be meant: today's number counts too, other words are refused."""
    given = request.text.strip()
    word = incident_word(given) if given else None
    if given and word is None:
        raise UnknownReference(given=given)
    return incident_meant(word, request, use, typed=request.typed)


@contextmanager
def at_field(name: str) -> Iterator[None]:
    """A refusal inside is about the field *name* of the form."""
    try:
        yield
    except Refusal as refusal:
        refusal.field = name
        raise


def person(word: str, request: Request, use: UseCases) -> str:
    """The Slack user id that *word* means. Raises UnknownPerson or NobodyCalled."""
    return use.lookup.person(user_word(word), given=word, caller=request.user)


def moment(text: str | None, request: Request, use: UseCases) -> Moment | None:
    """The time that *text* means in the caller's zone; None where there is none. Raises refusals."""
    if text is None:
        return None
    return parse_time(text, now=use.lookup.now(), zone=use.lookup.zone_of(request.user))


def shown(said: Moment | None, use: UseCases) -> str:
    """The echo of a time: in the zone it was read in and in UTC, with what had to be guessed (PRODUCT 2.2)."""
    if said is None:
        return ""
    text = print_moment(said.at, said.zone, today=_today(said, use))
    guessed = " (yesterday, since that time is still to come today)" if said.rolled_back else ""
    note = f" ({said.zone_note})" if said.zone_note else ""
    return f"{text}{guessed}{note}"


def _today(said: Moment, use: UseCases) -> datetime:
    return use.lookup.now().astimezone(said.zone)


def readable(text: str | None, use: UseCases) -> str:
    """A kept text as a form shows it: without Slack's codes."""
    return plain(text or "", use.lookup.words([text or ""], []))


def fitting(text: str) -> str:
    """*text*, or a refusal where it is too long to keep in one piece."""
    length = len(plain(text))
    if length > LONGEST_TEXT:
        raise TextTooLong(length=f"{length:,}", most=f"{LONGEST_TEXT:,}")
    return text


def task_rows(tasks: Sequence[Task], use: UseCases) -> list[dict[str, Any]]:
    """Tasks as a list shows them: their texts short and quiet."""
    names = use.lookup.words([task.text for task in tasks], [])
    return [
        {
            "n": task.n, "owner": task.owner, "due_at": task.due_at, "done_by": task.done_by, "done_at": task.done_at,
            "text": escaped(shorten(plain(task.text, names), SHOWN_OF_TASK)),
        }
        for task in tasks
    ]  # fmt: skip


def case_rows(found: Sequence[Incident], use: UseCases, user: str) -> list[dict[str, Any]]:
    """Customer escalations as a list shows them to *user*, a line each."""
    policy = use.lookup.policy
    names = use.lookup.words([text for one in found for text in (one.title, one.customer or "")], [])
    refs = {one.tied_to for one in found if one.tied_to}
    hidden = {ref for ref in refs if use.lookup.is_hidden(ref, user, "", answers=False)}
    return [
        {
            "incident": one,
            "customer": escaped(plain(one.customer or "", names)),
            "title": escaped(plain(one.title, names)),
            "priority": policy.priority_of(one.severity),
            "tied": one.tied_to if one.tied_to not in hidden else "",
        }
        for one in found
    ]
