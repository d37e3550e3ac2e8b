"""Hearing of an incident in a direct message: ``subscribe``, ``unsubscribe``, and their buttons."""

from collections.abc import Sequence
from dataclasses import replace

from bot.domain.incident import Incident, severity_of
from bot.domain.refusal import NoIncidentHere, UnknownSeverity
from bot.domain.refusal_subscribing import SubscribeToOne
from bot.slack import blocks
from handlers.asking import incident_alone
from handlers.routes import Reply, Request, Routes, Situation, UseCases

routes = Routes()
OFFERED = 10
"""Incidents among which one can choose by a button."""


@routes.verb(
    "subscribe",
    does="Sends you a direct message at each update, change of severity and end of an incident; not at reminders.",
    example="/incident subscribe",
    situation=Situation.RUN,
)
def subscribe(request: Request, use: UseCases) -> Reply:
    """Of the incident that is named, of the channel's, of the only one that is open; else there is a choice."""
    _refuse_severity(request, use)
    open_ones = [one for one in use.lookup.listed(open_only=True, user=request.user) if not one.drill]
    incident = _meant(request, use, open_ones)
    if incident is None:
        return _choice(use, open_ones, told=False)
    new = use.subscriptions.subscribe(incident.ref, by=request.user)
    return Reply(template="reply_subscribed", facts={"ref": incident.ref, "same": not new})


@routes.verb(
    "unsubscribe",
    does="Ends these messages.",
    example="/incident unsubscribe",
    situation=Situation.RUN,
    stands_for="subscribe",
)
def unsubscribe(request: Request, use: UseCases) -> Reply:
    """From the incident that is named, from the channel's, from the only one; else there is a choice."""
    mine = use.subscriptions.of(request.user)
    known = [one for one in use.lookup.listed(open_only=False, user=request.user) if one.ref in mine]
    incident = _meant(request, use, known)
    if incident is None:
        return _choice(use, known, told=True)
    was = use.subscriptions.unsubscribe(incident.ref, by=request.user)
    return Reply(template="reply_unsubscribed", facts={"ref": incident.ref, "same": not was})


def _meant(request: Request, use: UseCases, few: Sequence[Incident]) -> Incident | None:
    """The incident that is meant; where none is, the only one of *few*."""
    try:
        return incident_alone(request, use)
    except NoIncidentHere:
        return few[0] if len(few) == 1 else None


def _refuse_severity(request: Request, use: UseCases) -> None:
    """Raise SubscribeToOne where a whole severity is meant: these are announced."""
    given, policy = request.text.strip(), use.lookup.policy
    try:
        severity = policy.severity(given)
    except UnknownSeverity:
        return
    raise SubscribeToOne(severity=severity.name, announce=policy.announce, given=severity.spellings[0])


def _choice(use: UseCases, among: Sequence[Incident], *, told: bool) -> Reply:
    """The list, with a button for each."""
    policy, shown = use.lookup.policy, among[:OFFERED]
    rows = [(one.ref, severity_of(one, policy).name, one.named(severity_of(one, policy))) for one in shown]
    facts = {
        "rows": rows, "left": len(among) - len(shown), "told": told,
        "names": use.lookup.words([title for _, _, title in rows], []),
    }  # fmt: skip
    row = [_button(one.ref, told=told) for one in shown]
    return Reply(template="reply_subscribe_which", facts=facts, blocks=(blocks.actions(*row),) if row else ())


def _button(ref: str, *, told: bool) -> blocks.Block:
    made = blocks.subscription(ref, told=told)
    return {**made, "text": blocks.plain(ref), "action_id": f"{made['action_id']}:{ref}"}


@routes.button("subscribe", verb="subscribe")
def subscribe_by_button(request: Request, use: UseCases) -> Reply:
    """The button "Subscribe"."""
    return subscribe(replace(request, text=request.value), use)


@routes.button("unsubscribe", verb="subscribe")
def unsubscribe_by_button(request: Request, use: UseCases) -> Reply:
    """The button "Unsubscribe", also below what one was told."""
    return unsubscribe(replace(request, text=request.value), use)
