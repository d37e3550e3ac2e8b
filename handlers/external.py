"""Texts for customers that wait for approval: the buttons below their preview."""

from bot.domain import external
from handlers.asking import in_button
from handlers.routes import DONE, Reply, Request, Routes, UseCases

routes = Routes()


@routes.button("external_approve", verb="external")
def approve(request: Request, use: UseCases) -> Reply:
    """The comms lead or the commander publishes it (R-TPL-2)."""
    ref, n, _ = in_button(request)
    change = use.updates.approve(ref, n, by=request.user)
    policy = use.lookup.policy
    facts = {
        "status_channel": policy.status, "drill": change.incident.drill, "first": external.first(change, policy)
    }  # fmt: skip
    return Reply(template="reply_approved", facts=facts)


@routes.button("external_discard", verb="external")
def discard(request: Request, use: UseCases) -> Reply:
    """Its author, the comms lead or the commander withdraws it."""
    ref, n, _ = in_button(request)
    use.updates.discard(ref, n, by=request.user)
    return DONE
