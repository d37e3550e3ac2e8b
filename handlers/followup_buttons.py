"""The buttons of follow-ups, and the forms that they open: done, blocked, another day."""

from handlers.asking import in_button
from handlers.followup_answers import answer
from handlers.routes import Reply, Request, Routes, UseCases

routes = Routes()


@routes.button("followup_start", verb="followup")
def start(request: Request, use: UseCases) -> Reply:
    """Somebody works on it."""
    ref, n, _ = in_button(request)
    return answer(use.followups.start(ref, n, by=request.user), n, use, did="started")


@routes.button("followup_accept", verb="followup")
def accept(request: Request, use: UseCases) -> Reply:
    """It is agreed that it will be done."""
    ref, n, _ = in_button(request)
    return answer(use.followups.accept(ref, n, by=request.user), n, use, did="accepted")
