"""What is answered to an escalation: seen by somebody, or skipped for a reason (R-ESCL-4)."""

from dataclasses import replace
from datetime import datetime
from typing import Any

from bot.domain.escalation import clock, known_of, pending, who, with_known
from bot.domain.incident import Change, Incident, moved
from bot.domain.lifecycle import state_entry
from bot.domain.mrkdwn import escaped
from bot.domain.news import News, What
from bot.domain.parts import Escalation
from bot.domain.policy import Policy, Target
from bot.domain.refusal_escalation import (
    AcknowledgedAlready,
    NothingToSkip,
    NotToldYet,
    SkipNeedsReason,
    SkippedAlready,
)
from bot.domain.timeline import Kind


def acknowledge(incident: Incident, target: Target, *, by: str, at: datetime) -> Change:
    """Somebody has seen it and says so, also when it is over by then (R-ESCL-4).

    Raises NotToldYet, AcknowledgedAlready and SkippedAlready.
    """
    known = known_of(incident, target.name)
    if known is None or not (known.is_told or known.skipped):
        raise NotToldYet(label=target.label, ref=incident.ref, target=target.name)
    refuse_settled(incident, target)
    seen = replace(known, acknowledged_by=by, acknowledged_at=at)
    data = {"change": "acknowledged", "target": target.name}
    text = f"Acknowledged: {escaped(target.label)}"
    return _settling(incident, seen, What.ACKNOWLEDGED, text, data, by=by, at=at, label=escaped(target.label))


def skip(incident: Incident, target: Target, *, reason: str, by: str, at: datetime, policy: Policy) -> Change:
    """*target* need not be told, or need not answer any more, for *reason* (R-ESCL-4).

    Raises SkipNeedsReason, NothingToSkip, AcknowledgedAlready and SkippedAlready.
    """
    moved(incident, "escalate")
    refuse_settled(incident, target)
    known = known_of(incident, target.name) or _unskipped(incident, target, at, policy)
    if not reason.strip():
        raise SkipNeedsReason(ref=incident.ref, label=target.label, target=target.name)
    skipped = replace(known, skipped=True, skipped_by=by, skipped_at=at, skip_reason=reason)
    data = {"change": "skipped", "target": target.name, "reason": reason, "after": known.after}
    text = f"Escalation to {escaped(target.label)} skipped: {reason}"
    return _settling(
        incident, skipped, What.SKIPPED, text, data, by=by, at=at, label=escaped(target.label), reason=reason
    )  # fmt: skip


def _unskipped(incident: Incident, target: Target, at: datetime, policy: Policy) -> Escalation:
    """What is kept of a target that is skipped before its rung is due. Raises NothingToSkip off the ladder."""
    rung = next((rung for rung in pending(incident, policy) if rung.target == target.name), None)
    if rung is None:
        raise NothingToSkip(label=target.label, ref=incident.ref)
    return Escalation(target=target.name, at=at, after=int(rung.after.total_seconds()))


def refuse_settled(incident: Incident, target: Target) -> None:
    """Raise AcknowledgedAlready or SkippedAlready where nothing is waited for: who did it, and when."""
    known = known_of(incident, target.name)
    if known is None:
        return
    facts = {"label": target.label, "ref": incident.ref}
    if known.acknowledged_by and known.acknowledged_at:
        raise AcknowledgedAlready(**facts, who=who(known.acknowledged_by), at=clock(known.acknowledged_at))
    if known.skipped and known.skipped_at:
        raise SkippedAlready(
            **facts, who=who(known.skipped_by), at=clock(known.skipped_at), reason=known.skip_reason
        )  # fmt: skip


def _settling(
    incident: Incident, known: Escalation, what: What, text: str, data: dict[str, Any], *, by: str, at: datetime,
    **facts: str,
) -> Change:  # fmt: skip
    now = with_known(incident, known)
    entry = state_entry(now, kind=Kind.ESCALATION, text=text, by=by, at=at, data=data)
    news = News(what=what, facts={"by": by, **facts})
    return Change(before=incident, incident=now, entries=(entry,), news=(news,))
