"""Corrections: ``timeline edit <n> …``, ``hide``, ``show``, ``retime``: what stands in the record and is not so."""

from bot.domain.incident import Change
from bot.domain.refusal_correcting import WhenEntry, WhichEntry
from bot.domain.words import incident_word, parse
from handlers.asking import Asked, fitting, moment, shown
from handlers.routes import Reply, Request, UseCases
from handlers.steps import Steps

STEPS = Steps()
_LONGEST = 9
"""Digits of a number: no record has more entries."""


def step_in(text: str) -> tuple[str, str]:
    """The word behind ``timeline``, and the rest: a reference may stand before the word, and else comes first."""
    words = parse(text)
    meant = incident_word(words.verb)
    if meant is None or not (meant.reference or meant.channel):
        return words.verb, words.rest
    rest = parse(words.rest)
    return rest.verb, f"{words.verb} {rest.rest}"


@STEPS.step("edit", usage="<n> text", is_text=True)
def edit(asked: Asked, request: Request, use: UseCases) -> Reply:
    """A note says something else from now on."""
    n, text = numbered(asked)
    change = use.correcting.edit(asked.incident.ref, n, text=fitting(text), by=request.user)
    return _answer(asked, n, change, did="edited")


@STEPS.step("hide", usage="<n> [reason]", is_text=True)
def hide(asked: Asked, request: Request, use: UseCases) -> Reply:
    """An entry stands on the timeline and in drafts no longer."""
    n, reason = numbered(asked)
    change = use.correcting.hide(asked.incident.ref, n, reason=fitting(reason), by=request.user)
    return _answer(asked, n, change, did="hidden")


@STEPS.step("show", usage="<n>")
def show(asked: Asked, request: Request, use: UseCases) -> Reply:
    """One that was hidden is shown again."""
    n, _ = numbered(asked)
    return _answer(asked, n, use.correcting.show(asked.incident.ref, n, by=request.user), did="shown")


@STEPS.step("retime", usage="<n> time")
def retime(asked: Asked, request: Request, use: UseCases) -> Reply:
    """A note happened at another time."""
    n, text = numbered(asked)
    to = moment(text.removeprefix("at=") or None, request, use)
    if to is None:
        raise WhenEntry(n=n)
    echo = shown(to, use)
    change = use.correcting.retime(asked.incident.ref, n, to=to, echo=echo, by=request.user)
    return _answer(asked, n, change, did="retimed", at=echo)


def numbered(asked: Asked) -> tuple[int, str]:
    """The entry's number, as ``7``, ``#7`` or ``7.``, and what follows it. Raises WhichEntry."""
    first, _, more = asked.text.strip().partition(" ")
    digits = first.removeprefix("#").rstrip(".:,")
    if not (digits.isascii() and digits.isdigit() and len(digits) <= _LONGEST):
        raise WhichEntry
    return int(digits), more.strip()


def _answer(asked: Asked, n: int, change: Change, *, did: str, at: str = "") -> Reply:
    facts = {"n": n, "ref": asked.incident.ref, "did": did, "at": at, "same": change.is_nothing}
    return Reply(template="reply_corrected", facts=facts)
