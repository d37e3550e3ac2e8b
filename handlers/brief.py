"""Briefs, for whoever asks alone: ``brief exec``, ``brief customer NAME``; ``brief sent``: the mail is out."""

from bot.domain import cutting
from bot.domain.customers import ENDED
from bot.domain.incident import Incident
from bot.domain.refusal_customers import UnknownBrief
from bot.domain.words import parse
from bot.slack import blocks
from handlers.asking import fitting, incident_asked
from handlers.routes import Reply, Request, Routes, Situation, UseCases

routes = Routes()
BUTTON_NAME = 1_900
"""Characters of a customer's name that the button carries beside the reference."""
_EXECUTIVE = frozenset({"", "exec", "execs", "executive", "executives"})
_CUSTOMER = frozenset({"customer", "customers", "mail"})


@routes.verb(
    "brief",
    usage="exec | customer NAME | sent [to whom]",
    does="Writes the briefing for executives or the mail to a customer from the record, for you alone. "
    "sent: the mail is out.",
    example="/incident brief exec",
    situation=Situation.FINISH,
)
def brief(request: Request, use: UseCases) -> Reply:
    """A brief; or the word that the mail to customers was sent."""
    asked = incident_asked(request, use)
    words = parse(asked.text)
    if words.verb == "sent":
        return _sent(request, use, asked.incident.ref, fitting(words.rest))
    if words.verb in _CUSTOMER:
        return _mail(asked.incident, use, words.rest)
    if words.verb not in _EXECUTIVE:
        raise UnknownBrief(given=asked.text)
    facts = {"text": use.briefs.executive(asked.incident.ref), "customer": False}
    return Reply(template="reply_brief", facts=facts)


def _mail(incident: Incident, use: UseCases, name: str) -> Reply:
    ended = incident.status in ENDED
    text = use.briefs.mail(incident.ref, name)
    facts = {
        "text": text,
        "customer": True,
        "ended": ended,
        "ref": incident.ref,
        "status": incident.status.value,
    }
    value = f"{incident.ref} {cutting.fitting(name, BUTTON_NAME, '')}".strip()
    row = blocks.actions(blocks.button("Mark as sent", "customers_told", value))
    told = incident.customers_told_at is not None
    return Reply(template="reply_brief", facts=facts, blocks=(row,) if ended and not told else ())


@routes.button("customers_told", verb="brief")
def sent_by_button(request: Request, use: UseCases) -> Reply:
    """The button below the mail."""
    ref, _, name = request.value.partition(" ")
    return _sent(request, use, ref, name)


def _sent(request: Request, use: UseCases, ref: str, to: str) -> Reply:
    change = use.updates.customers_told(ref, to=to, by=request.user)
    now = change.incident
    facts = {"same": change.is_nothing, "told_at": now.customers_told_at, "due": None, "owner": ""}
    if not change.is_nothing:
        facts |= {"due": now.tasks[-1].due_at, "owner": now.tasks[-1].owner}
    return Reply(template="reply_customers_told", facts=facts)
