"""Looking things up: ``status``, ``list``; and people whom Slack tells us about."""

from collections.abc import Mapping
from typing import Any

from bot.domain.incident import Incident
from bot.domain.refusal import NoIncidentHere
from bot.domain.times import print_duration
from bot.domain.words import split
from handlers.asking import incident_asked
from handlers.routes import Reply, Request, Routes, Situation, UseCases

routes = Routes()
LISTED = 10


@routes.verb(
    "status",
    aliases=("info", "summary", "catchup"),
    usage="[incident]",
    does="Says how things stand: severity, phase, commander, age, last update, next due.",
    example="/incident status",
    situation=Situation.RUN,
    changes=False,
)
def status(request: Request, use: UseCases) -> Reply:
    """The incident's state; where no incident is meant, the list of open ones."""
    try:
        incident = incident_asked(request, use).incident
    except NoIncidentHere:
        return listing(request, use)
    return Reply(template="reply_status", facts=_facts(incident, use))


def _facts(incident: Incident, use: UseCases) -> dict[str, Any]:
    severity = use.incidents.policy.severities[incident.severity]
    at = use.incidents.now()
    return {
        "names": use.incidents.words([incident.title, incident.last_update or ""], []),
        "incident": incident,
        "title": incident.shown_title(severity),
        "severity": severity.spelled,
        "cadence": severity.cadence,
        "age": print_duration((incident.resolved_at or at) - incident.declared_at, seconds=False),
        "since_update": print_duration(at - incident.last_update_at, seconds=False)
        if incident.last_update_at
        else "",
        "overdue": incident.update_due_at is not None and at > incident.update_due_at,
    }


@routes.verb(
    "list",
    usage="[open | mine | all] [sev=sev1]",
    does="Lists incidents, newest first.",
    example="/incident list all",
    situation=Situation.START,
    changes=False,
)
def listing(request: Request, use: UseCases) -> Reply:
    """At most ten incidents, newest first."""
    said = split(request.text, keys=frozenset({"sev"}))
    which = said.text.strip().lower()
    severity = use.incidents.policy.severity(said.one("sev") or "").level if said.one("sev") else None
    found = use.incidents.listed(
        open_only=which != "all", mine=request.user if which == "mine" else None, severity=severity
    )
    rows = [_facts(incident, use) for incident in found[:LISTED]]
    facts = {"rows": rows, "left_out": len(found) - len(rows), "all": which == "all", "mine": which == "mine"}
    return Reply(template="reply_list", facts=facts)


@routes.event("user_change", "team_join")
def person_changed(event: Mapping[str, Any], use: UseCases) -> None:
    """Somebody's name or zone is new."""
    use.directory.met([event["user"]])
