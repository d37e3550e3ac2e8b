"""What else changes of a follow-up: ``followup owner``, ``due``, ``priority``, ``block``, ``unblock``, ``criteria``."""

from bot.domain.followup_days import day_first
from bot.domain.followup_words import read_priority, reason
from bot.domain.refusal_followup import DayUnnamed, FieldUnnamed, OwnerUnnamed
from handlers.asking import Asked, fitting
from handlers.followup_answers import answer
from handlers.followup_asked import in_words, owner_named
from handlers.routes import Reply, Request, UseCases
from handlers.steps import Steps

steps = Steps()


@steps.step("owner", usage="<n> @name", is_text=True)
def owner(asked: Asked, request: Request, use: UseCases) -> Reply:
    """It is somebody else's: one person's, never a team's."""
    n, rest = in_words(asked.incident, asked.text)
    if not rest:
        raise OwnerUnnamed(ref=asked.incident.ref, n=n)
    who = owner_named(rest.removeprefix("owner=").split()[0], request, use)
    return answer(use.followups.give(asked.incident.ref, n, by=request.user, owner=who), n, use, did="owner")


@steps.step("due", usage="<n> 2026-05-15 reason", is_text=True)
def due(asked: Asked, request: Request, use: UseCases) -> Reply:
    """It is due on another day; the first one is kept."""
    n, rest = in_words(asked.incident, asked.text)
    if not rest:
        raise DayUnnamed(ref=asked.incident.ref, n=n)
    day, why = day_first(rest.removeprefix("due="), today=use.followups.today())
    change = use.followups.redate(
        asked.incident.ref, n, by=request.user, day=day, reason=fitting(reason(why))
    )
    return answer(change, n, use, did="due")


@steps.step("priority", usage="<n> high|medium|low", is_text=True)
def priority(asked: Asked, request: Request, use: UseCases) -> Reply:
    """It is wanted sooner, or later."""
    n, rest = in_words(asked.incident, asked.text)
    wanted = read_priority(rest.removeprefix("p="))
    change = use.followups.prioritise(asked.incident.ref, n, by=request.user, priority=wanted)
    return answer(change, n, use, did="priority")


@steps.step("block", usage="<n> reason", is_text=True)
def block(asked: Asked, request: Request, use: UseCases) -> Reply:
    """It cannot go on."""
    n, why = in_words(asked.incident, asked.text)
    change = use.followups.block(asked.incident.ref, n, by=request.user, reason=fitting(reason(why)))
    return answer(change, n, use, did="blocked")


@steps.step("unblock", usage="<n>", is_text=True)
def unblock(asked: Asked, request: Request, use: UseCases) -> Reply:
    """It can go on."""
    n, why = in_words(asked.incident, asked.text)
    change = use.followups.unblock(asked.incident.ref, n, by=request.user, reason=fitting(reason(why)))
    return answer(change, n, use, did="unblocked")


@steps.step("criteria", usage="<n> text", is_text=True)
def criteria(asked: Asked, request: Request, use: UseCases) -> Reply:
    """How to tell that it is done."""
    return _word("criteria", "criteria", asked, request, use)


@steps.step("deps", usage="<n> #2, text", is_text=True)
def deps(asked: Asked, request: Request, use: UseCases) -> Reply:
    """What it depends on: others by their number, or words."""
    return _word("deps", "dependencies", asked, request, use)


@steps.step("horizon", usage="<n> 30d|90d|6mo", is_text=True)
def horizon(asked: Asked, request: Request, use: UseCases) -> Reply:
    """By when it is wanted, roughly."""
    return _word("horizon", "horizon", asked, request, use)


def _word(typed: str, name: str, asked: Asked, request: Request, use: UseCases) -> Reply:
    n, text = in_words(asked.incident, asked.text)
    if not text:
        raise FieldUnnamed(ref=asked.incident.ref, n=n, field=typed)
    change = use.followups.word(asked.incident.ref, n, by=request.user, name=name, text=fitting(text))
    return answer(change, n, use, did=name)
