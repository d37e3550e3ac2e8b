"""Reminders of follow-ups put off: the button "Remind me tomorrow" (R-AI-6)."""

from bot.domain.refusal import OutOfDate
from handlers.routes import Reply, Request, Routes, UseCases

routes = Routes()
MOST = 1_000
"""More follow-ups than any message reminds of."""


@routes.button("followup_later", verb="followup")
def remind_tomorrow(request: Request, use: UseCases) -> Reply:
    """Those that stand in the message are reminded of tomorrow; its value holds the reference and their numbers."""
    ref, _, listed = request.value.partition(" ")
    numbers = [int(word) for word in listed.split(",") if word.isascii() and word.isdigit()]
    if not 0 < len(numbers) <= MOST or len(numbers) != len(listed.split(",")):
        raise OutOfDate
    change = use.followups.put_off(ref, numbers, by=request.user)
    some = [item for item in change.incident.followups if item.n in numbers]
    until = max(item.snoozed_until for item in some if item.snoozed_until is not None)
    facts = {"ref": ref, "until": until, "numbers": [item.n for item in some]}
    return Reply(template="reply_followup_later", facts=facts)
