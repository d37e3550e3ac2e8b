"""What waits for whom: updates due, tasks, hand-offs, escalations, texts to approve, postmortems, follow-ups.

Nothing is decided here. It follows from the incidents as they stand, so it is true whenever somebody looks.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum

from bot.domain import approval, customers, sla, stages
from bot.domain.escalation import is_awaited
from bot.domain.followup import FollowUp, Request
from bot.domain.followup_decisions import approvers
from bot.domain.incident import Incident, Status
from bot.domain.parts import Escalation, External, Offer, Stage, Task
from bot.domain.policy import Policy
from bot.domain.tasks import open_tasks

SOON = timedelta(days=7)
"""A follow-up that is due within so many days waits for its owner; one further off only stands in their list."""


class Thing(StrEnum):
    """What it is that waits."""

    UPDATE = "update"
    """A status update that is due."""
    OFFER = "offer"
    """A role that is offered to them (DR-26)."""
    ESCALATION = "escalation"
    """An escalation that reached them, and that nobody has acknowledged."""
    PREVIEW = "preview"
    """A text for customers that they may approve (R-TPL-2)."""
    AMOUNTS = "amounts"
    """Credit amounts that the other side has approved, and theirs has not (R-SLA-2)."""
    TASK = "task"
    MAIL = "mail"
    """The mail to customers (R-CUS-1)."""
    POSTMORTEM = "postmortem"
    """One that they own and that is to be written."""
    REVIEW = "review"
    """One that they are asked to read."""
    FOLLOWUP = "followup"
    """A follow-up of theirs that is due soon, overdue or blocked."""
    CHANGE = "change"
    """A change of a follow-up's budget or scope that they may approve (R-AI-2, R-AI-4)."""


Part = Task | Offer | Escalation | External | FollowUp


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """One thing that waits for somebody."""

    thing: Thing
    incident: Incident
    due_at: datetime | None = None
    """When it is due; None: as soon as they can."""
    since: datetime
    """When it began to wait."""
    part: Part | None = None
    """The task, offer, escalation, text or follow-up that it is."""
    side: str = ""
    """Of AMOUNTS: ``legal`` or ``finance``."""
    asked: Request | None = None
    """Of CHANGE: what was asked for."""

    def is_overdue(self, at: datetime) -> bool:
        """Whether its time has passed."""
        return self.due_at is not None and self.due_at < at


def waiting(
    incidents: Sequence[Incident], user: str, *, known_as: Collection[str], policy: Policy, at: datetime
) -> tuple[Waiting, ...]:
    """All of *incidents* that waits for *user* at *at*: what is open first, in the order in which it wants an answer.

    *known_as*: what a policy may call them (their id, @handles of theirs and of their groups, ids of these).
    """
    found = [each for one in incidents for each in _in(one, user, known_as, policy, at)]
    return tuple(sorted(found, key=_urgency))


def followups_of(incidents: Sequence[Incident], user: str) -> tuple[tuple[Incident, FollowUp], ...]:
    """The open follow-ups of *user* in *incidents*, by the day on which they are due; those without one last."""
    found = [
        (one, item)
        for one in incidents
        if one.status not in (Status.CANCELLED, Status.MERGED)
        for item in one.followups
        if item.is_open and item.owner == user
    ]
    return tuple(sorted(found, key=lambda each: (each[1].due_on or date.max, each[0].ref, each[1].n)))


def _urgency(each: Waiting) -> tuple[bool, datetime, str, str]:
    return (not each.incident.is_open, each.due_at or each.since, each.incident.ref, each.thing.value)


def _in(
    incident: Incident, user: str, known_as: Collection[str], policy: Policy, at: datetime
) -> Iterator[Waiting]:
    if incident.status in (Status.CANCELLED, Status.MERGED):
        return
    if incident.is_open:
        yield from _running(incident, user, known_as, policy, at)
    yield from _texts(incident, user, known_as, policy)
    for task in open_tasks(incident):
        if (task.owner or incident.commander) == user:
            yield Waiting(
                thing=Thing.TASK, incident=incident, due_at=task.due_at, since=task.added_at, part=task
            )
    yield from _afterwards(incident, user)
    yield from _agreed(incident, user, policy, at)
    yield from _changes(incident, user, known_as, policy)


def _changes(incident: Incident, user: str, known_as: Collection[str], policy: Policy) -> Iterator[Waiting]:
    """What others asked for, and *user* may say yes to."""
    for item in incident.followups:
        for asked in item.waiting if item.is_open else ():
            if asked.by != user and sla.may_approve(approvers(incident, asked, policy), known_as):
                yield Waiting(thing=Thing.CHANGE, incident=incident, since=asked.at, part=item, asked=asked)


def _agreed(incident: Incident, user: str, policy: Policy, at: datetime) -> Iterator[Waiting]:
    """Follow-ups of theirs that want something now; days are days of the organisation's zone."""
    today = at.astimezone(policy.zone).date()
    for _, item in followups_of((incident,), user):
        soon = item.due_on is not None and item.due_on - today <= SOON
        if soon or item.blocked_at is not None:
            due = _end_of(item.due_on, policy) if item.due_on else None
            since = item.blocked_at or item.since or item.added_at
            yield Waiting(thing=Thing.FOLLOWUP, incident=incident, due_at=due, since=since, part=item)


def _end_of(day: date, policy: Policy) -> datetime:
    """The end of *day* where the organisation is: something is overdue from then on."""
    return datetime.combine(day + timedelta(days=1), time(), policy.zone).astimezone(UTC)


def _running(
    incident: Incident, user: str, known_as: Collection[str], policy: Policy, at: datetime
) -> Iterator[Waiting]:
    """What is only asked while people work on it."""
    if _owes_update(incident, user, at):
        since = incident.last_update_at or incident.declared_at
        yield Waiting(thing=Thing.UPDATE, incident=incident, due_at=incident.update_due_at, since=since)
    for offer in incident.offers:
        if offer.to == user:
            yield Waiting(thing=Thing.OFFER, incident=incident, since=offer.at, part=offer)
    for told in incident.escalations:
        if is_awaited(incident, told, policy) and _reaches(told, user, known_as):
            yield Waiting(thing=Thing.ESCALATION, incident=incident, since=told.at, part=told)


def _owes_update(incident: Incident, user: str, at: datetime) -> bool:
    """Whether reminders of the update address *user*: the spokesperson, once it is late the commander too."""
    due = incident.update_due_at
    if due is None or incident.paused_until is not None:
        return False
    return user == incident.addressee or (user == incident.commander and due < at)


def _reaches(told: Escalation, user: str, known_as: Collection[str]) -> bool:
    """Whether *user* was told, alone or in a group; of a channel nobody knows who reads it."""
    reached = set(told.recipients) - set(told.refused)
    return told.is_told and not told.failed and not reached.isdisjoint({user, *known_as})


def _texts(incident: Incident, user: str, known_as: Collection[str], policy: Policy) -> Iterator[Waiting]:
    """What customers are to read, and wait for."""
    text = incident.external
    if text is not None and not text.outcome and user in approval.approvers(incident):
        yield Waiting(thing=Thing.PREVIEW, incident=incident, since=text.at, part=text)
    missing = sla.missing(incident)
    if len(missing) == 1 and user not in incident.sla_approvals.values():
        (side,) = missing
        if sla.may_approve(policy.sla_approvers[side], known_as):
            yield Waiting(thing=Thing.AMOUNTS, incident=incident, since=incident.declared_at, side=side)
    due = customers.mail_due(incident, policy)
    if due is not None and user == incident.spokesperson:
        since = incident.resolved_at or incident.declared_at
        yield Waiting(thing=Thing.MAIL, incident=incident, due_at=due, since=since)


def _afterwards(incident: Incident, user: str) -> Iterator[Waiting]:
    """The postmortem, of whoever writes it and of whoever reads it."""
    review = incident.review
    if review is None or not stages.is_wanted(incident):
        return
    due = incident.postmortem_due_at
    if user == stages.owner_of(incident):
        yield Waiting(thing=Thing.POSTMORTEM, incident=incident, due_at=due, since=review.at)
    asked = next((each for each in review.reviewers if each.user == user), None)
    if asked is not None and asked.approved_at is None and review.stage is not Stage.DRAFT:
        yield Waiting(thing=Thing.REVIEW, incident=incident, due_at=due, since=asked.at)
