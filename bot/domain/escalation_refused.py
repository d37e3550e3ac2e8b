"""What Slack refused of an escalation: whom it did not reach, and whether anybody was told at all (DR-25)."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from bot.domain.escalation import known_of, with_known
from bot.domain.incident import Change, Incident, unchanged
from bot.domain.lifecycle import state_entry
from bot.domain.mrkdwn import escaped
from bot.domain.policy import Target
from bot.domain.recipients import is_group, named, ways
from bot.domain.timeline import Kind


def refused(incident: Incident, target: Target, *, recipient: str, error: str, at: datetime) -> Change:
    """Slack refused for good to tell *recipient* of *target*; once that was the last way, nobody was told.

    The record is corrected by an entry: that they were told stands there already (R-ESCL-4).
    """
    known = known_of(incident, target.name)
    if known is None or not known.is_told or recipient in known.refused:
        return unchanged(incident)
    told = replace(known, refused=(*known.refused, recipient))
    last = set(ways(told.recipients)) <= set(told.refused)
    now = with_known(incident, replace(told, failed=error) if last else told)
    label = escaped(target.label)
    text = (
        f"{label} could not be told, to be told by hand: Slack refused {named(recipient)} ({escaped(error)})"
        if last
        else f"Of {label}, {named(recipient)} could not be told: Slack refused it ({escaped(error)})"
    )
    data = {"change": "not_told", "target": target.name, "error": error, "recipient": recipient}
    entry = state_entry(now, kind=Kind.ESCALATION, text=text, by=None, at=at, data=data)
    return Change(before=incident, incident=now, entries=(entry,))


def members_named(incident: Incident, target: str, users: Sequence[str]) -> Incident:
    """*incident*, once Slack has named the members of a target's group: each of them is told alone, in its place."""
    known = known_of(incident, target)
    if known is None:
        return incident
    others = [each for each in known.recipients if not is_group(each)]
    return with_known(incident, replace(known, recipients=tuple(dict.fromkeys((*others, *users)))))
