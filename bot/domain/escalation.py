"""Escalation by duration: whom the ladder tells and when, and who is told by hand. Answers: ``escalation_answers``.

R-ESCL-1 to 10. A rung is due after so much open time of the incident's severity; each target is told at most once.
What is still to come follows from the state, so a lower severity cancels rungs and a higher one makes them due.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from bot.domain.incident import Change, Incident, moved, rules_of, unchanged
from bot.domain.lifecycle import state_entry
from bot.domain.mrkdwn import escaped
from bot.domain.news import News, What
from bot.domain.parts import Escalation, Task
from bot.domain.policy import Policy, Target
from bot.domain.recipients import all_named, means, recipients_of
from bot.domain.refusal_escalation import AcknowledgedAlready, ToldAlready
from bot.domain.tasks import next_number
from bot.domain.timeline import Entry, Kind
from bot.domain.times import print_duration

LATE = timedelta(minutes=1)
"""A rung this much behind its time says so: "late by" (DR-24)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pending:
    """A rung whose target nobody has told or skipped."""

    target: str
    after: timedelta
    at: datetime
    """When it is due."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """How things stand with one target: what was done, else what is to come."""

    target: Target
    done: Escalation | None = None
    pending: Pending | None = None
    awaited: bool = False
    """Whether their answer is waited for."""
    outgrown: bool = False
    """Whether the present severity does not ask for them any more."""

    @property
    def unreached(self) -> str:
        """Whom Slack refused to tell, in Slack's encoding."""
        return all_named(self.done.refused) if self.done else ""


def pending(incident: Incident, policy: Policy) -> tuple[Pending, ...]:
    """The rungs of its severity that are still to come, soonest first. Only open time counts (PRODUCT 1.3).

    One that was written down when it was over has none.
    """
    if incident.backfilled:
        return ()
    settled = {known.target for known in incident.escalations}
    began = incident.declared_at
    if policy.escalation_clock == "impact":
        began = incident.impact_started_at or began
    began += timedelta(seconds=incident.shut_seconds)
    return tuple(
        Pending(target=rung.to, after=rung.after, at=_awake(incident, began + rung.after))
        for rung in rules_of(incident, policy).escalate
        if rung.to not in settled
    )


def _awake(incident: Incident, at: datetime) -> datetime:
    """*at*, or the end of a pause that lies over it: a paused incident is silent (DR-1)."""
    return max(at, incident.paused_until) if incident.paused_until else at


def when(incident: Incident, policy: Policy) -> datetime | None:
    """When the next rung is due; None: none is to come."""
    return min((rung.at for rung in pending(incident, policy)), default=None)


def fire(incident: Incident, *, at: datetime, policy: Policy) -> Change:
    """All rungs that are due at *at*, told at once (R-ESCL-1 to 3, R-ESCL-7); nothing once it is over (R-ESCL-6)."""
    return _fired(incident, at=at, policy=policy, expected=None)


def overtaken(change: Change, *, at: datetime, policy: Policy) -> Change:
    """*change*, and with it the rungs that it makes overdue at this moment (R-ESCL-7): a raise, an earlier impact.

    Nobody is late with these: they are due since the change (DR-24).
    """
    before, now = change.before, change.incident
    if before is None or pending(before, policy) == pending(now, policy):
        return change
    more = _fired(now, at=at, policy=policy, expected=at)
    return replace(
        change,
        incident=more.incident,
        entries=(*change.entries, *more.entries),
        news=(*change.news, *more.news),
    )


def _fired(incident: Incident, *, at: datetime, policy: Policy, expected: datetime | None) -> Change:
    due = [rung for rung in pending(incident, policy) if rung.at <= at]
    if not due or not incident.is_open:
        return unchanged(incident)
    told = [
        _told(
            incident, target_of(policy, rung.target), at=at, after=rung.after,
            late=_late(incident, rung, at, expected),
        )
        for rung in due
    ]  # fmt: skip
    return _telling(incident, told, at=at, policy=policy)


def _late(incident: Incident, rung: Pending, at: datetime, expected: datetime | None) -> int:
    """Seconds behind its time; 0 where that is nothing. It cannot have been told before the incident was open."""
    times = (rung.at, incident.declared_at, incident.reopened_at, incident.resumed_at, expected)
    late = at - max(time for time in times if time is not None)
    return int(late.total_seconds()) if late >= LATE else 0


def escalate(
    incident: Incident, target: Target, *, reason: str, by: str, at: datetime, policy: Policy
) -> Change:
    """Tell *target* now, by hand; its rung is satisfied by that (R-ESCL-5). Where Slack refused it: once more (DR-25).

    Raises ToldAlready, and AcknowledgedAlready where they were told by hand meanwhile.
    """
    moved(incident, "escalate")
    known = known_of(incident, target.name)
    if known is not None and known.failed and known.acknowledged_by and known.acknowledged_at:
        raise AcknowledgedAlready(
            label=target.label, ref=incident.ref, who=who(known.acknowledged_by),
            at=clock(known.acknowledged_at),
        )  # fmt: skip
    if known is not None and known.is_told and not known.failed:
        raise ToldAlready(
            label=target.label, who=who(known.by), at=clock(known.at), instead=_after_telling(incident, known)
        )  # fmt: skip
    rungs = rules_of(incident, policy).escalate
    after = next((rung.after for rung in rungs if rung.to == target.name), None)
    told = _told(incident, target, at=at, after=after, by=by, reason=reason)
    return _telling(incident, [told], at=at, policy=policy)


def _after_telling(incident: Incident, known: Escalation) -> str:
    settled = known.acknowledged_by or known.skipped
    return f"{incident.ref} list" if settled else f"{incident.ref} ack {known.target}"


def _told(
    incident: Incident,
    target: Target,
    *,
    at: datetime,
    after: timedelta | None,
    late: int = 0,
    by: str | None = None,
    reason: str = "",
) -> Escalation:
    before = known_of(incident, target.name)
    return Escalation(
        target=target.name,
        at=at,
        by=by,
        earlier=(*before.earlier, str(before.n)) if before and before.is_told else (),
        after=int(after.total_seconds()) if after is not None else None,
        reason=reason,
        recipients=recipients_of(target),
        n=incident.rungs + 1,
        late=late,
    )


def _telling(incident: Incident, told: Sequence[Escalation], *, at: datetime, policy: Policy) -> Change:
    """The change that tells *told*, all of one message in the incident's channel."""
    now = replace(incident, rungs=incident.rungs + 1)
    for each in told:
        now = with_known(now, each)
        ready = target_of(policy, each.target).ready_within
        if ready and not each.earlier:  # a further try asks nothing new of whoever tells them
            now = replace(now, tasks=(*now.tasks, _ready_task(now, each, ready, policy)))
    entries = tuple(_told_entry(now, each, at, policy) for each in told)
    facts = {"by": told[0].by, "n": now.rungs, "reason": told[0].reason}
    news = News(what=What.ESCALATED, facts=facts)
    return Change(before=incident, incident=now, entries=entries, news=(news,))


def with_known(incident: Incident, new: Escalation) -> Incident:
    """*incident* with *new* as what is known of its target."""
    others = (known for known in incident.escalations if known.target != new.target)
    return replace(incident, escalations=(*others, new))


def _ready_task(incident: Incident, told: Escalation, ready: timedelta, policy: Policy) -> Task:
    """Whoever told them, else the commander, is asked in time whether they are ready (R-CUS-3)."""
    label = target_of(policy, told.target).label
    owner = told.by or incident.commander
    text = escaped(f"{label[:1].upper()}{label[1:]}: ready?")
    return Task(
        n=next_number(incident), text=text, owner=owner, by="", added_at=told.at, due_at=told.at + ready
    )


def _told_entry(incident: Incident, told: Escalation, at: datetime, policy: Policy) -> Entry:
    """On the timeline: who is told, by what means, and why (R-ESCL-4)."""
    target = target_of(policy, told.target)
    how = means(told.recipients) or "to be told by hand, the policy names nobody"
    how = f"drill, nobody is told outside (would be: {how})" if incident.drill else how
    why = "by hand" if told.by else f"after {print_duration(timedelta(seconds=told.after or 0))}"
    done = "Escalated" if told.recipients else "Escalation"
    parts = [f"{done} to {escaped(target.label)} {why}: {how}"]
    parts += [f"ready within {print_duration(target.ready_within)}"] if target.ready_within else []
    parts += [f"reason: {told.reason}"] if told.reason else []
    data: dict[str, Any] = {
        "change": "escalated", "target": told.target, "recipients": list(told.recipients), "method": how,
        "after": told.after, "by": told.by, "reason": told.reason,
    }  # fmt: skip
    return state_entry(incident, kind=Kind.ESCALATION, text="; ".join(parts), by=told.by, at=at, data=data)


def known_of(incident: Incident, target: str) -> Escalation | None:
    """What was done about the target of that name."""
    return next((known for known in incident.escalations if known.target == target), None)


def who(by: str | None) -> str:
    """Who did it, in a refusal."""
    return f"<@{by}>" if by else "the bot"


def clock(at: datetime) -> str:
    """When it was, in a refusal."""
    return f"{at:%H:%M} UTC"


def target_of(policy: Policy, name: str) -> Target:
    """The target of that name; one that the policy has no more has nobody."""
    return policy.targets.get(name) or Target(name=name, label=name.replace("_", " "))


def standing(incident: Incident, policy: Policy) -> tuple[Standing, ...]:
    """How things stand with every target: what was done, what is to come, then those on no ladder."""
    done = [
        Standing(
            target=target_of(policy, e.target), done=e, awaited=is_awaited(incident, e, policy),
            outgrown=is_outgrown(incident, e, policy),
        )
        for e in incident.escalations
    ]  # fmt: skip
    rungs = pending(incident, policy) if incident.is_open else ()
    to_come = [Standing(target=target_of(policy, rung.target), pending=rung) for rung in rungs]
    known = {each.target.name for each in (*done, *to_come)}
    others = [Standing(target=target) for name, target in policy.targets.items() if name not in known]
    return (*done, *to_come, *others)


def is_awaited(incident: Incident, told: Escalation, policy: Policy) -> bool:
    """Whether an answer of theirs is still waited for: not once it is over, nor where it is outgrown."""
    return incident.is_open and not told.is_settled and not is_outgrown(incident, told, policy)


def is_outgrown(incident: Incident, told: Escalation, policy: Policy) -> bool:
    """Whether the ladder told them at a severity that has this rung, and the present one has it no more (R-ESCL-8)."""
    rungs = rules_of(incident, policy).escalate
    return told.is_told and told.by is None and told.target not in {rung.to for rung in rungs}


def is_wanted(incident: Incident, key: str) -> bool:
    """Whether a message about escalations, on its way to Slack, should still be said (DR-1)."""
    kind, _, about = key.partition(":")
    if not incident.is_open or kind == "rungs":
        return incident.is_open
    known = known_of(incident, about.split(":")[1])
    return known is not None and not known.skipped
