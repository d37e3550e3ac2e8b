"""Looking things up: ``status``, ``list``; and people whom Slack tells us about."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from bot.domain import approval, customers, escalation, external, metrics, pace
from bot.domain.drafting import is_unverified
from bot.domain.incident import Incident, Status, severity_of
from bot.domain.mrkdwn import escaped, plain
from bot.domain.refusal import NoIncidentHere, UnknownList, UnknownSeverity, shorten
from bot.domain.subscribing import can_subscribe
from bot.domain.tasks import open_tasks
from bot.domain.times import print_duration
from bot.domain.words import split
from bot.slack import blocks
from handlers.asking import case_rows, incident_alone, task_rows
from handlers.routes import Reply, Request, Routes, Situation, UseCases

routes = Routes()
LISTED = 10
SHOWN_OF_UPDATE = 500


@routes.verb(
    "status",
    aliases=("info", "summary", "catchup"),
    does="Says how things stand: severity, phase, commander, age, last update, next due.",
    example="/incident status",
    situation=Situation.RUN,
    often=True,
    changes=False,
)
def status(request: Request, use: UseCases) -> Reply:
    """The incident's state; where no incident is meant, the list of open ones."""
    try:
        incident = incident_alone(request, use)
    except NoIncidentHere:
        return listing(request, use)
    told = incident.ref in use.subscriptions.of(request.user)
    facts = {
        **_facts(incident, use),
        **_pace(incident, use),
        **_beside(incident, request, use),
        "subscribed": told and can_subscribe(incident),
    }
    return Reply(template="reply_status", facts=facts, blocks=(_ways_on(incident, told=told),))


def _beside(incident: Incident, request: Request, use: UseCases) -> dict[str, Any]:
    """Of an incident its customer escalations, of a customer escalation what it belongs to, as the asker may see it."""
    tied, user = incident.tied_to, request.user
    hidden = tied is not None and use.lookup.is_hidden(tied, user, request.channel, answers=False)
    cases = [] if incident.is_case else use.cases.tied(incident.ref, user)
    return {
        "cases": case_rows(cases, use, user), "of": incident.ref, "tied": "" if hidden else tied,
        "priority": use.lookup.policy.priority_of(incident.severity),
        "severity_name": use.lookup.policy.severities[incident.severity].name,
    }  # fmt: skip


def _ways_on(incident: Incident, *, told: bool) -> blocks.Block:
    """What one can do with it as it stands; and to hear of it, or no longer."""
    row = blocks.next_steps(
        incident.ref, untitled=not incident.title, is_open=incident.is_open,
        is_resolved=incident.status is Status.RESOLVED, unverified=is_unverified(incident), case=incident.is_case,
    )  # fmt: skip
    more = [blocks.subscription(incident.ref, told=told)] if can_subscribe(incident) else []
    return blocks.actions(*row["elements"], *more)


@routes.button("status", verb="status")
def status_by_button(request: Request, use: UseCases) -> Reply:
    """The button "Status" beside an incident."""
    return status(replace(request, text=request.value), use)


def _pace(incident: Incident, use: UseCases) -> dict[str, Any]:
    """How the updates kept their due times (R-COM-6), and how long reminders rested (MD-2)."""
    at, record = use.lookup.now(), metrics.live(use.lookup.record(incident.ref, talk=False))
    kept = pace.cadence(incident, record, policy=use.lookup.policy, until=at)
    rested = pace.paused(record, at)
    return {"kept": kept, "paused": print_duration(rested, seconds=False) if rested else ""}


def _facts(incident: Incident, use: UseCases) -> dict[str, Any]:
    severity = severity_of(incident, use.lookup.policy)
    at = use.lookup.now()
    reasons = [known.skip_reason for known in incident.escalations]
    names = use.lookup.words([incident.title, incident.last_update or "", *reasons], [])
    rows = escalation.standing(incident, use.lookup.policy)
    return {
        "names": names,
        "escalations": [row for row in rows if row.done or row.pending],
        "last_update": escaped(shorten(plain(incident.last_update or "", names), SHOWN_OF_UPDATE)),
        "incident": incident,
        "out_of_reach": incident.out_of_reach.value if incident.out_of_reach and incident.channel_id else "",
        "channel": f"<#{incident.channel_id}>",
        "open": incident.is_open,
        "private": incident.private,
        "tasks": task_rows(open_tasks(incident), use),
        "title": incident.shown_title(severity),
        "severity": severity.spelled,
        "cadence": severity.cadence,
        "age": print_duration(incident.open_time(at), seconds=False),
        "since_update": _span(incident.last_update_at, at) if incident.last_update_at else "",
        "overdue": incident.update_due_at is not None and at > incident.update_due_at,
        **_customers(incident, use, at),
    }


def _customers(incident: Incident, use: UseCases, at: datetime) -> dict[str, Any]:
    """What customers still wait for."""
    wanted = external.wanted_by(incident, use.lookup.policy)
    mail = customers.mail_due(incident, use.lookup.policy)
    return {
        "external_by": wanted,
        "external_late": wanted is not None and at > wanted,
        "waits": incident.external is not None and not incident.external.outcome,
        "approvers": " or ".join(f"<@{user}>" for user in approval.approvers(incident)),
        "mail_by": mail,
        "mail_overdue": mail is not None and at >= mail,
    }


def _span(since: datetime, until: datetime) -> str:
    """How long that is, in words; none at all where two clocks differ by some seconds."""
    return print_duration(max(until - since, timedelta()), seconds=False)


WHICH = ("", "open", "mine", "all")


@routes.verb(
    "list",
    usage="[open | mine | all] [sev=sev1]",
    does="Lists incidents, newest first.",
    example="/incident list all",
    situation=Situation.START,
    often=True,
    changes=False,
)
def listing(request: Request, use: UseCases) -> Reply:
    """At most ten incidents, newest first."""
    said = split(request.text, keys=frozenset({"sev"}))
    which, severity = said.text.strip().lower(), None
    try:
        if which not in WHICH or said.one("sev"):
            severity = use.lookup.policy.severity(said.one("sev") or which).level
    except UnknownSeverity as error:
        raise UnknownList(given=said.one("sev") or which) from error
    found = use.lookup.listed(
        open_only=which != "all", user=request.user, mine=which == "mine", severity=severity, cases=False
    )
    cases = use.cases.listed(request.user, open_only=which != "all", mine=which == "mine", severity=severity)
    told = use.subscriptions.of(request.user)
    rows = [
        {**_facts(one, use), "subscribed": one.ref in told and can_subscribe(one)} for one in found[:LISTED]
    ]
    facts = {
        "rows": rows,
        "left_out": len(found) - len(rows),
        "cases": case_rows(cases[:LISTED], use, request.user),
        "cases_left_out": max(0, len(cases) - LISTED),
        "all": which == "all",
        "mine": which == "mine",
        "severity": use.lookup.policy.severities[severity].spelled if severity else "",
    }
    return Reply(template="reply_list", facts=facts)


@routes.button("list_all", verb="list")
def list_by_button(request: Request, use: UseCases) -> Reply:
    """The button "List all" below the list of open incidents."""
    return listing(replace(request, text="all"), use)


@routes.event("subteam_created", "subteam_updated")
def group_changed(event: Mapping[str, Any], use: UseCases) -> None:
    """A user group's members are new."""
    use.directory.met_group(event["subteam"])


@routes.event("user_change", "team_join")
def person_changed(event: Mapping[str, Any], use: UseCases) -> None:
    """Somebody's name or zone is new."""
    use.directory.met([event["user"]])
