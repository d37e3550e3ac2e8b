"""A status update on its way: to the channel, to customers, to executives; by command or form."""

from collections.abc import Mapping
from typing import Any

from bot.domain import approval, external
from bot.domain.incident import Change, Incident, Status
from bot.domain.news import What
from bot.domain.updates import EXECUTIVES, Said
from handlers.asking import at_field
from handlers.routes import Reply, Request, UseCases


def _allow(request: Request, use: UseCases, incident: Incident, said: Said) -> None:
    """Raise LeftToOthers where an update does what the policy leaves to some under another verb (DR-19)."""
    resolves = said.phase is Status.RESOLVED
    moves = not resolves and said.phase not in (None, incident.status)
    also = [("external", said.outside), ("resolve", resolves), ("phase", moves), ("update", True)]
    for verb, does in also:
        if does:
            use.lookup.allow(verb, request.user)


def post(request: Request, use: UseCases, incident: Incident, said: Said) -> Reply:
    """Post it, and answer with where it went. Raises refusals."""
    _allow(request, use, incident, said)
    with at_field("text"):
        change = use.updates.post(incident.ref, said, by=request.user)
    vain = said.promised is not None and not change.incident.is_open
    facts = {**_told(change, said, use), "promised_in_vain": vain, "severity_now": ""}
    return Reply(template="reply_updated", facts=facts)


def _told(change: Change, said: Said, use: UseCases) -> Mapping[str, Any]:
    """What the answer says: what happened in the channel, outside, and at the executives'."""
    policy, now = use.lookup.policy, change.incident
    news = {each.what for each in change.news}
    target = policy.targets.get(EXECUTIVES)
    sent = "drill" if now.drill else "sent" if What.EXECUTIVES in news else "nobody"
    return {
        "ref": now.ref,
        "update_due_at": now.update_due_at,
        "inside": What.UPDATED in news,
        "resolved_now": What.RESOLVED in news,
        "drill": now.drill,
        "outside": "published" if What.EXTERNAL in news else "waiting" if What.PREVIEW in news else "",
        "status_channel": policy.status,
        "no_service": not now.services,
        "pre_approved": policy.status_texts[(said.phase or external.phase_of(now)).value],
        "approvers": " or ".join(f"<@{user}>" for user in approval.approvers(now)),
        "first": external.first(change, policy),
        "executives": sent if said.executives else "",
        "executives_channel": (target.channel if target else "") or "",
    }
