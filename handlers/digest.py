"""``digest``: how all follow-ups stand, shown to whoever asks (R-REV-1)."""

from handlers.routes import Reply, Request, Routes, Situation, UseCases

routes = Routes()


@routes.verb(
    "digest",
    does="Shows how all follow-ups stand: overdue, blocked, awaiting approval, due soon, done since the last digest.",
    example="/incident digest",
    situation=Situation.FINISH,
    changes=False,
)
def digest(request: Request, use: UseCases) -> Reply:  # noqa: ARG001 - it is the same for everybody
    """What the calendar posts each week, as of now; private incidents, drills and merged ones stand in nobody's."""
    return Reply(template="reply_digest", facts={"text": use.calendar.digest()})
