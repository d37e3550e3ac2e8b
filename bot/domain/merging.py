"""Two incidents that are one: the first goes on in the second (``merge``)."""

from dataclasses import replace
from datetime import datetime

from bot.domain import followup_moving, tasks
from bot.domain.endings import ended, withdrawn
from bot.domain.incident import TRANSITIONS, Change, Incident, Status, moved
from bot.domain.lifecycle import state_entry
from bot.domain.news import News, What
from bot.domain.policy import Policy
from bot.domain.privacy import may_see
from bot.domain.refusal_cases import CaseIntoIncident
from bot.domain.refusal_endings import (
    MergeAcross,
    MergedAlready,
    MergeDrill,
    MergeIntoGone,
    MergeIntoItself,
    MergeIntoMerged,
    MergeIntoOver,
)
from bot.domain.timeline import Kind


def merge(
    incident: Incident,
    target: Incident,
    *,
    onward: Incident | None,
    reason: str,
    by: str,
    at: datetime,
    policy: Policy,
) -> tuple[Change, Change]:
    """What becomes of *incident*, and of *target*, in which it and its open tasks and follow-ups go on.

    *onward*: the incident into which *target* itself was merged, if it was.
    """
    _check(incident, target, onward, by)
    over = replace(ended(moved(incident, "merge"), at), merged_into=target.ref)
    dropped = withdrawn(over, by=by, at=at, policy=policy)
    left, taken = tasks.go_on(dropped.incident, target, by=by, at=at)
    gone, came = followup_moving.go_on(left.incident, taken.incident, by=by, at=at)
    now = gone.incident
    going_on = [task for task in taken.incident.tasks if task not in target.tasks]
    because = f": {reason}" if reason else ""
    data = {"change": "merged", "from": incident.status.value, "into": target.ref, "reason": reason}
    entry = state_entry(
        now, kind=Kind.DECISION, text=f"Merged into {target.ref}{because}", by=by, at=at, data=data
    )
    more = {"tasks": going_on, "followups_moved": len(came.incident.followups) - len(target.followups)}
    facts = {"by": by, "reason": reason, **_about(target), **more, "answered": incident.live_nudge}
    merged = Change(
        before=incident,
        incident=now,
        entries=(entry, *dropped.entries, *left.entries, *gone.entries),
        news=(News(what=What.MERGED, facts=facts), *dropped.news, *left.news),
    )
    data = {"change": "absorbed", "other": incident.ref, "reason": reason}
    entry = state_entry(
        target, kind=Kind.DECISION, text=f"{incident.ref} was merged into this one{because}", by=by, at=at, data=data
    )  # fmt: skip
    facts = {"by": by, "reason": reason, **_about(incident), **more}
    news = (News(what=What.ABSORBED, facts=facts),)
    absorbed = replace(
        taken, incident=came.incident, entries=(entry, *taken.entries, *came.entries), news=news
    )
    return merged, absorbed


def _about(other: Incident) -> dict[str, str | None]:
    return {"other": other.ref, "other_title": other.title, "other_channel": other.channel_id}


def _check(incident: Incident, target: Incident, onward: Incident | None, by: str) -> None:
    """Raise what stands against it. What cannot be told to everybody on both sides is refused (DR-28)."""
    if incident.ref == target.ref:
        raise MergeIntoItself(ref=incident.ref)
    if incident.merged_into == target.ref:
        raise MergedAlready(ref=incident.ref, into=target.ref)
    moved(incident, "merge")
    if incident.is_case != target.is_case:
        case, other = (incident, target) if incident.is_case else (target, incident)
        raise CaseIntoIncident(case=case.ref, incident=other.ref)
    if target.status is Status.MERGED:
        if onward is None or not may_see(onward, by) or onward.ref == incident.ref:
            raise MergeIntoGone(into=target.ref)
        raise MergeIntoMerged(ref=incident.ref, into=target.ref, on=onward.ref)
    if target.status not in TRANSITIONS["merge"]:
        raise MergeIntoOver(into=target.ref, status=target.status.value)
    if not _seen_by_the_same(incident, target):
        raise MergeAcross(ref=incident.ref, into=target.ref)
    if incident.drill != target.drill:
        raise MergeDrill(ref=incident.ref, into=target.ref)


def could_take(incident: Incident, target: Incident) -> bool:
    """Whether *incident* could go on in *target*, which is open: what a merge without a target offers."""
    other = target.is_open and target.ref != incident.ref and target.drill == incident.drill
    other = other and target.is_case == incident.is_case
    return other and _seen_by_the_same(incident, target)


def _seen_by_the_same(incident: Incident, target: Incident) -> bool:
    return (incident.private, set(incident.members)) == (target.private, set(target.members))
