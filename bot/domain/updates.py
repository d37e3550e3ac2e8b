"""Status updates and phases: what resets the clock, where it stands, and who hears of it (DR-3, DR-4, R-TPL-1 to 3)."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from bot.domain import approval, cadence, external, lifecycle
from bot.domain.incident import PHASES, Change, Incident, Status, moved, severity_of, unchanged
from bot.domain.lifecycle import state_entry
from bot.domain.nearest import nearest
from bot.domain.news import News, What
from bot.domain.policy import Policy
from bot.domain.refusal import Refusal, UpdateNeedsText, UpdatesAreOver, UpdatesGoOnElsewhere
from bot.domain.refusal_customers import UnknownPhase
from bot.domain.timeline import Kind

EXECUTIVES = "executives"
"""The target to which ``--exec`` sends."""
WORDS: Mapping[str, Status] = {phase.value: phase for phase in (*PHASES, Status.RESOLVED)}
"""The phases as people write them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """An update as somebody asked for it. ``text`` is in Slack's encoding; empty: the pre-approved one, outside."""

    text: str
    phase: Status | None = None
    """None keeps the phase."""
    promised: timedelta | None = None
    """``next=``: when the next one comes."""
    outside: bool = False
    """Customers hear of it too."""
    executives: bool = False
    """So do the executives."""


def phase_word(word: str) -> Status:
    """The phase that *word* means, misspelt or not. Raises UnknownPhase."""
    found = WORDS.get(word.lower()) or WORDS.get(nearest(word.lower(), sorted(WORDS)) or "")
    if found is None:
        raise UnknownPhase(given=word)
    return found


def post(
    incident: Incident, said: Said, *, approved: Mapping[str, str], by: str, at: datetime, policy: Policy
) -> Change:
    """A published update for everybody whom *said* names. *approved*: the pre-approved text of each phase (R-TPL-1).

    ``resolved`` resolves an open incident with that message; of one that has ended only customers can be told.
    """
    phase = said.phase or (external.phase_of(incident) if said.outside else None)
    ready = approved[phase.value] if phase and said.outside else ""
    text = said.text if said.text.strip() else ready
    if said.outside and phase:
        external.check(incident, phase=phase, text=text)
    at_once = said.outside and external.is_approved(text, ready)
    change = _inside(
        incident, replace(said, text=text, phase=phase), outside=at_once, by=by, at=at, policy=policy
    )
    if said.outside and phase:
        change = _and(
            change,
            _outside(
                change.incident, phase, text, at_once=at_once, by=by, at=at, policy=policy, was=incident
            ),
        )
    if said.executives and not incident.drill and _reaches_executives(policy):
        facts = {"by": by, "text": text, "phase": (phase or change.incident.status).value}
        change = replace(change, news=(*change.news, News(what=What.EXECUTIVES, facts=facts)))
    return change


def over(incident: Incident) -> Refusal:
    """Why *incident* takes no update any more; a merged one goes on elsewhere, and so do its updates."""
    if incident.merged_into:
        return UpdatesGoOnElsewhere(ref=incident.ref, into=incident.merged_into)
    return UpdatesAreOver(ref=incident.ref, status=incident.status.value)


def _inside(
    incident: Incident, said: Said, *, outside: bool, by: str, at: datetime, policy: Policy
) -> Change:
    """What the incident's own channel hears."""
    if not incident.is_open:
        if not said.outside:
            raise over(incident)
        return unchanged(incident)
    if said.phase is Status.RESOLVED:
        message = said.text.strip()
        return lifecycle.resolve(incident, message=message, by=by, at=at, resolved_at=None, policy=policy)
    return update(
        incident,
        text=said.text,
        phase=said.phase,
        promised=said.promised,
        by=by,
        at=at,
        policy=policy,
        outside=outside,
    )


def _outside(
    incident: Incident, phase: Status, text: str, *, at_once: bool, by: str, at: datetime, policy: Policy, was: Incident
) -> Change:  # fmt: skip
    """What customers hear: at once, or once it is approved. An update of an open incident has its entry already."""
    if not at_once:
        return approval.wait(incident, phase=phase, text=text, by=by, at=at, inside=was.is_open)
    if phase is Status.RESOLVED:
        return external.publish(incident, phase=phase, text=text, by=by, at=at, policy=policy)
    return external.sent(incident, phase=phase, text=text, by=by, at=at)


def _and(one: Change, other: Change) -> Change:
    """Both, one after the other."""
    entries, news = (*one.entries, *other.entries), (*one.news, *other.news)
    return replace(other, before=one.before, entries=entries, news=news)


def _reaches_executives(policy: Policy) -> bool:
    target = policy.targets.get(EXECUTIVES)
    return target is not None and target.channel is not None


def update(
    incident: Incident,
    *,
    text: str,
    phase: Status | None,
    promised: timedelta | None,
    by: str,
    at: datetime,
    policy: Policy,
    outside: bool = False,
) -> Change:
    """A published status update: the only thing that resets the clock (DR-4). *phase* None keeps the phase.

    *outside*: customers read the same text at once; it is one update, recorded once (LINT-1).
    """
    if not incident.is_open:
        raise over(incident)
    if not text.strip():
        raise UpdateNeedsText
    now = _in_phase(moved(incident, "update"), phase or incident.status, at)
    severity = severity_of(now, policy)
    now = replace(now, last_update_at=at, last_update=text, updates=now.updates + 1)
    now = cadence.restarted(now, severity, promised=promised)
    data = {
        "change": "update", "from": incident.status.value, "phase": now.status.value,
        "due": incident.update_due_at.isoformat() if incident.update_due_at else None,
        "audience": "external" if outside else "internal",
    }  # fmt: skip
    kind = Kind.COMMS_EXTERNAL if outside else Kind.STATUS
    entry = state_entry(now, kind=kind, text=text, by=by, at=at, data=data)
    facts: dict[str, Any] = {
        "by": by, "n": now.updates, "text": text, "was": incident.status.value, "answered": incident.live_nudge,
        "outside": outside,
        "capped": promised is not None
        and now.paused_at is None
        and promised > severity.update_every * cadence.PROMISE_LIMIT,
    }  # fmt: skip
    return Change(
        before=incident, incident=now, entries=(entry,), news=(News(what=What.UPDATED, facts=facts),)
    )


def change_phase(incident: Incident, phase: Status, *, by: str, at: datetime, policy: Policy) -> Change:
    """Another phase without a word about it: on the timeline, and the clock goes on as it was (DR-4).

    The same phase again changes nothing; ``resolved`` resolves.
    """
    if phase is Status.RESOLVED:
        return lifecycle.resolve(incident, message="", by=by, at=at, resolved_at=None, policy=policy)
    now = moved(incident, "phase")
    if phase is incident.status:
        return unchanged(incident)
    now = _in_phase(now, phase, at)
    if incident.status is Status.TRIAGE:
        now = cadence.at_severity(now, severity_of(incident, policy), severity_of(now, policy), at)
    data = {"change": "phase", "from": incident.status.value, "phase": phase.value}
    data |= cadence.missed(incident, now, at)
    text = f"Phase {incident.status.value} → {phase.value}"
    entry = state_entry(now, kind=Kind.STATUS, text=text, by=by, at=at, data=data)
    facts = {"by": by, "was": incident.status.value}
    return Change(before=incident, incident=now, entries=(entry,), news=(News(what=What.PHASE, facts=facts),))


def _in_phase(incident: Incident, status: Status, at: datetime) -> Incident:
    identified_at = incident.identified_at or (at if status is Status.IDENTIFIED else None)
    return replace(incident, status=status, identified_at=identified_at)
