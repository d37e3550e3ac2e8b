"""What may need an approval: ``followup budget``, ``forecast``, ``scope``; ``approve``, ``refuse`` and ``withdraw``."""

from bot.domain.followup import Budget
from bot.domain.followup_decisions import APPROVED, REFUSED
from bot.domain.followup_money import budget_first
from bot.domain.followup_requests import BUDGET, SCOPE
from bot.domain.followup_steps import numbered
from bot.domain.followup_words import reason, with_reason
from bot.domain.incident import Incident
from bot.domain.refusal_followup import AmountUnnamed, ScopeUnnamed
from handlers.asking import Asked, fitting, in_button
from handlers.followup_answers import answer
from handlers.followup_asked import in_words
from handlers.routes import Reply, Request, Routes, UseCases
from handlers.steps import Steps

routes = Routes()
steps = Steps()


@steps.step("budget", usage="<n> $12,000/month [reason]", is_text=True)
def budget(asked: Asked, request: Request, use: UseCases) -> Reply:
    """It may cost that; once it is accepted, more than 10 % over what was approved asks the CFO."""
    n, amount, why = _amount(asked.incident, asked.text, "budget")
    change = use.followups.budget(asked.incident.ref, n, by=request.user, amount=amount, reason=why)
    return answer(change, n, use, did="budget")


@steps.step("forecast", usage="<n> $13,000/month [reason]", is_text=True)
def forecast(asked: Asked, request: Request, use: UseCases) -> Reply:
    """It will cost that."""
    n, amount, why = _amount(asked.incident, asked.text, "forecast")
    change = use.followups.forecast(asked.incident.ref, n, by=request.user, amount=amount, reason=why)
    return answer(change, n, use, did="forecast")


def _amount(incident: Incident, text: str, step: str) -> tuple[int, Budget, str]:
    n, rest = in_words(incident, text)
    if not rest:
        raise AmountUnnamed(ref=incident.ref, n=n, step=step)
    amount, why = budget_first(rest.removeprefix("budget=").replace('"', " "))
    return n, amount, fitting(reason(why))


@steps.step("scope", usage="<n> text because reason", is_text=True)
def scope(asked: Asked, request: Request, use: UseCases) -> Reply:
    """It is about something else; once it is accepted that needs an approval."""
    n, rest = in_words(asked.incident, asked.text)
    text, why = with_reason(rest)
    if not text:
        raise ScopeUnnamed(ref=asked.incident.ref, n=n)
    change = use.followups.scope(
        asked.incident.ref, n, by=request.user, text=fitting(text), reason=fitting(why)
    )
    return answer(change, n, use, did="scope")


@steps.step("approve", usage="<n> [budget|scope]", is_text=True)
def approve(asked: Asked, request: Request, use: UseCases) -> Reply:
    """The change that waits is fine."""
    return _decide(APPROVED, asked, request, use)


@steps.step("refuse", usage="<n> [budget|scope] reason", is_text=True)
def refuse(asked: Asked, request: Request, use: UseCases) -> Reply:
    """The change that waits is not wanted: it stays as it was."""
    return _decide(REFUSED, asked, request, use)


def _decide(outcome: str, asked: Asked, request: Request, use: UseCases) -> Reply:
    n, what, why = _which(asked.incident, asked.text)
    change = use.followups.decide(
        asked.incident.ref, n, by=request.user, outcome=outcome, what=what, reason=fitting(why)
    )
    return answer(change, n, use, did=outcome)


def _which(incident: Incident, text: str) -> tuple[int, str, str]:
    """The follow-up's number, whether its budget or its scope is meant, and the reason."""
    n, rest = in_words(incident, text)
    first, _, more = rest.partition(" ")
    if first.lower().rstrip(":,") in (BUDGET, SCOPE):
        return n, first.lower().rstrip(":,"), reason(more)
    return n, "", reason(rest)


@steps.step("withdraw", usage="<n> [budget|scope]", is_text=True)
def withdraw(asked: Asked, request: Request, use: UseCases) -> Reply:
    """The change is not wanted any more."""
    n, what, _ = _which(asked.incident, asked.text)
    return answer(
        use.followups.withdraw(asked.incident.ref, n, by=request.user, what=what), n, use, did="withdrawn"
    )


@routes.button("followup_approve", verb="followup")
def approve_by_button(request: Request, use: UseCases) -> Reply:
    """The button "Approve": of the very change that was shown, and of no newer one."""
    ref, n, shown = in_button(request)
    k = int(shown) if shown.isascii() and shown.isdigit() else None
    change = use.followups.decide(ref, n, by=request.user, outcome=APPROVED, request=k)
    decided = next((each for each in numbered(change.incident, n).requests if each.n == k), None)
    facts = {"decided": decided} if decided else None
    return answer(change, n, use, did=APPROVED, facts=facts)
