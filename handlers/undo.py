"""Undo: ``undo`` takes back one's own last command in an incident."""

from bot.domain.news import What
from handlers.asking import incident_alone
from handlers.routes import Reply, Request, Routes, Situation, UseCases

routes = Routes()


@routes.verb(
    "undo",
    does="Takes back your last command here, within five minutes, where that is possible.",
    example="/incident undo",
    situation=Situation.RUN,
)
def undo(request: Request, use: UseCases) -> Reply:
    """Take back what this person did last."""
    incident = incident_alone(request, use)
    change = use.undo.take_back(incident.ref, by=request.user)
    facts = next(news.facts for news in change.news if news.what is What.UNDONE)
    now = change.incident
    shown = {
        "text": facts["text"],
        "clock": facts["clock"],
        "open": now.is_open,
        "update_due_at": now.update_due_at,
        "now": use.lookup.now(),
    }
    names = use.lookup.words([facts["text"]], [])
    return Reply(template="reply_undone", facts={**shown, "names": names})
