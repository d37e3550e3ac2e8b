"""Stale incidents: open and no reminder comes any more, or resolved and nobody closes it; people are asked (DR-22).

At most three times in a row: the commander alone, then in the channel, twice.
"""

from dataclasses import replace
from datetime import datetime

from bot.domain import cadence
from bot.domain.incident import Change, Incident, Status, severity_of, unchanged
from bot.domain.lifecycle import state_entry
from bot.domain.news import News, What
from bot.domain.policy import Policy
from bot.domain.refusal_pace import OverMeanwhile
from bot.domain.schedule import TimerKind, due_at
from bot.domain.timeline import Kind

MOST = 3
"""Questions in a row; then people know, and the bot is silent."""


def when(incident: Incident, policy: Policy) -> datetime | None:
    """When people are asked next; None: reminders still come, or it rests, or they were asked often enough."""
    if incident.backfilled or incident.stale_prompts >= MOST:
        return None
    planned = due_at(incident, TimerKind.STALE)
    if incident.status is Status.RESOLVED and incident.resolved_at is not None:
        return planned or incident.resolved_at + policy.unclosed_after
    waits = incident.is_open and incident.paused_at is None and incident.nudge_due_at is None
    return planned if waits else None


def fire(incident: Incident, *, at: datetime, policy: Policy) -> Change:
    """Ask; the next question comes as long after this one, also where this one came late (DR-24)."""
    asked = incident.stale_prompts + 1
    wait = severity_of(incident, policy).stale_after if incident.is_open else policy.unclosed_after
    now = cadence.asked_from(replace(incident, stale_prompts=asked), at + wait)
    alone = asked == 1 and not incident.drill
    silent = at - (cadence.anchor(incident) if incident.is_open else incident.resolved_at or at)
    facts = {"alone": alone, "to": incident.commander, "silent": silent, "last": asked == MOST}
    return Change(before=incident, incident=now, news=(News(what=What.STALE, facts=facts),))


def goes_on(incident: Incident, *, by: str, at: datetime, policy: Policy) -> Change:
    """Somebody says that it is still going on: they are asked again a whole time later. Reminders stay as they are.

    Where reminders run, or the same was said a moment ago, there is nothing to keep. Raises OverMeanwhile.
    """
    if not incident.is_open:
        raise OverMeanwhile(ref=incident.ref, status=incident.status.value)
    if incident.stale_prompts == 0:
        return unchanged(incident)
    again = at + severity_of(incident, policy).stale_after
    now = cadence.asked_from(replace(incident, stale_prompts=0), again)
    entry = state_entry(
        now,
        kind=Kind.STATUS,
        text="Still going on",
        by=by,
        at=at,
        data={"change": "still"},
        on_timeline=False,
    )
    news = News(what=What.STILL, facts={"by": by})
    return Change(before=incident, incident=now, entries=(entry,), news=(news,))


def is_wanted(incident: Incident) -> bool:
    """Whether a question that is on its way to Slack should still be asked: there was no sign of life meanwhile."""
    return incident.stale_prompts > 0
