"""Severity: ``sev``."""

from bot.domain.incident import severity_of
from bot.domain.refusal import UnknownNewSeverity, UnknownSeverity, WhichSeverity
from bot.domain.words import parse
from handlers.asking import fitting, incident_asked
from handlers.routes import Reply, Request, Routes, Situation, UseCases

routes = Routes()


@routes.verb(
    "sev",
    aliases=("severity",),
    usage="<sev> [reason…]",
    does="Raises or lowers the severity; due times follow.",
    example="/incident sev sev2 impact is down to 5%",
    situation=Situation.RUN,
)
def change_severity(request: Request, use: UseCases) -> Reply:
    """Change the severity; the same one again changes nothing and says so."""
    asked = incident_asked(request, use)
    words = parse(asked.text)
    if not words.verb:
        raise WhichSeverity(ref=asked.incident.ref)
    try:
        level = use.lookup.policy.severity(words.verb).level
    except UnknownSeverity as error:
        raise UnknownNewSeverity(given=words.verb) from error
    change = use.incidents.change_severity(
        asked.incident.ref, by=request.user, to=level, reason=fitting(words.rest)
    )
    severity = severity_of(change.incident, use.lookup.policy)
    facts = {
        "ref": change.incident.ref,
        "severity": severity.spelled,
        "cadence": severity.cadence,
        "same": change.is_nothing,
        "update_due_at": change.incident.update_due_at,
    }
    return Reply(template="reply_severity", facts=facts)
