"""``digest``: how all follow-ups stand, and the figures of a month, shown to whoever asks (R-REV-1, R-REV-2)."""

from bot.domain.calendar import read_month
from bot.slack import blocks
from handlers.routes import Reply, Request, Routes, Situation, UseCases

routes = Routes()


@routes.verb(
    "digest",
    usage="[month | 2026-04]",
    does="Shows how all follow-ups stand: overdue, blocked, awaiting approval, due soon, done since the last digest. "
    "With a month: its figures, as the executives read them.",
    example="/incident digest",
    situation=Situation.START,
    changes=False,
)
def digest(request: Request, use: UseCases) -> Reply:
    """What the calendar tells, as of now; private incidents, drills and merged ones stand in nobody's."""
    word = request.text.strip()
    text = use.calendar.progress(read_month(word)) if word else use.calendar.digest()
    rows = () if word else (blocks.export_row(),)
    return Reply(template="reply_digest", facts={"text": text}, blocks=rows)
