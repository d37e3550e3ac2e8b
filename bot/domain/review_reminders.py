"""Reminders of a postmortem that is to be written, before and after it is due (DR-23).

Its owner alone before and when it is due; after that its owner and the channel; then, once, one line to a target of the
policy. Not more than one at a time, whatever was missed (DR-24), and none once it is reviewed.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta

from bot.domain import stages
from bot.domain.incident import Change, Incident, unchanged
from bot.domain.lifecycle import state_entry
from bot.domain.news import News, What
from bot.domain.policy import Policy
from bot.domain.refusal_review import ReviewIsDone, TooLateToPutOff
from bot.domain.schedule import TimerKind
from bot.domain.stages import current
from bot.domain.timeline import Kind

TOMORROW = timedelta(days=1)
"""So long a reminder is put off."""


def when(incident: Incident, policy: Policy) -> datetime | None:
    """When the next reminder comes; None: none does. Nobody is reminded of a record from elsewhere."""
    if not stages.is_wanted(incident) or incident.header:
        return None
    if incident.postmortem_due_at is None or incident.reminded is None:
        return None
    return min(_to_come(incident, policy), default=None) or _escalated_at(incident, policy)


def fire(incident: Incident, *, at: datetime, policy: Policy) -> Change:
    """One reminder for all that have fallen due; the line to the target follows once its owner was told (DR-24).

    Under a policy that wants it later by now, nothing is said yet.
    """
    told, due, planned = incident.reminded, incident.postmortem_due_at, when(incident, policy)
    if told is None or due is None or planned is None:
        return unchanged(incident)
    if planned > at:
        moved = {**incident.due, TimerKind.POSTMORTEM.value: planned}
        return Change(before=incident, incident=replace(incident, due=moved))
    escalated = not any(time <= at for time in _to_come(incident, policy))
    said = replace(told, n=told.n + 1, snoozed_until=None)
    said = replace(said, escalated=True) if escalated else replace(said, at=at)
    now = replace(incident, reminded=said)
    late = at >= late_from(incident, policy)
    facts = {
        "n": said.n, "to": stages.owner_of(incident), "due": due, "escalated": escalated, "late": late,
        "escalates_at": _escalated_at(now, policy) if late and not escalated else None,
    }  # fmt: skip
    return Change(before=incident, incident=now, news=(News(what=What.REVIEW_WANTED, facts=facts),))


def late_from(incident: Incident, policy: Policy) -> datetime:
    """From when on it is so late that the channel hears of it."""
    rules = policy.reviews
    return _counts_from(incident) + next(iter(rules.remind_after), rules.escalate_after)


def _counts_from(incident: Incident) -> datetime:
    """From where lateness counts: who gets it late, for the incident was closed late, has as long as everybody."""
    told, due = incident.reminded, incident.postmortem_due_at
    return max(at for at in (told.since if told else None, due, incident.declared_at) if at is not None)


def _to_come(incident: Incident, policy: Policy) -> Iterator[datetime]:
    """When its owner is reminded, as far as that was not done yet; a snooze puts off what comes before lateness."""
    told, due, rules = incident.reminded, incident.postmortem_due_at, policy.reviews
    if told is None or due is None:
        return
    early = [due - span for span in (*rules.remind_before, timedelta())]
    times = [max(at, told.snoozed_until or at) for at in early]
    times += [_counts_from(incident) + span for span in rules.remind_after]
    yield from (at for at in times if at > (told.at or told.since))


def _escalated_at(incident: Incident, policy: Policy) -> datetime | None:
    """When the target is told: in time, yet never at once after a reminder that came late."""
    told, rules = incident.reminded, policy.reviews
    if told is None or told.escalated:
        return None
    planned = _counts_from(incident) + rules.escalate_after
    breath = rules.escalate_after - max(rules.remind_after, default=timedelta())
    return max(planned, told.at + breath) if told.at else planned


def put_off(incident: Incident, *, by: str, at: datetime, policy: Policy) -> Change:
    """The next reminder comes tomorrow, and no later than the one that the channel hears.

    Raises ReviewIsDone and TooLateToPutOff.
    """
    review = current(incident)
    if review.is_done or incident.reminded is None:
        raise ReviewIsDone(ref=incident.ref, stage=review.stage.value)
    until = min(at + TOMORROW, late_from(incident, policy))
    if until <= at:
        raise TooLateToPutOff(ref=incident.ref)
    now = replace(incident, reminded=replace(incident.reminded, snoozed_until=until))
    data = {"change": "postmortem_snooze", "until": until.isoformat()}
    entry = state_entry(
        now, kind=Kind.NOTE, text="Reminder of the postmortem put off", by=by, at=at, data=data, on_timeline=False
    )  # fmt: skip
    return Change(before=incident, incident=now, entries=(entry,))


def is_wanted(incident: Incident, key: str) -> bool:
    """Whether the reminder of that *key*, on its way to Slack, should still be said: it is not done meanwhile."""
    n = int(key.split(":")[2])
    return stages.is_wanted(incident) and incident.reminded is not None and incident.reminded.n == n
