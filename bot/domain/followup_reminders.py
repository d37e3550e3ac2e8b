"""What is said about follow-ups of its own accord, once each: to their owners, and to the policy's targets.

R-AI-6: owners alone, two days before, on the day, then weekly. R-AI-1, 2, 3: the CTO hears of what is blocked for too
long, the CFO is asked about what costs more, the executives hear of what comes much later. Whatever was missed is said
once (DR-24). What is due when stands in ``bot.domain.followup_times``.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.domain import stages
from bot.domain.followup import FollowUp, Notice, Told
from bot.domain.followup_times import SCOPE, about, morning_after, next_of, told_of, waiting
from bot.domain.incident import Change, Incident, Status, unchanged
from bot.domain.lifecycle import state_entry
from bot.domain.news import News, What
from bot.domain.policy import Policy
from bot.domain.policy_followups import CFO, CTO, EXECUTIVES
from bot.domain.recipients import is_user
from bot.domain.refusal_followup_notices import NothingToPutOff
from bot.domain.schedule import TimerKind
from bot.domain.timeline import Kind
from bot.domain.times import print_moment

TARGETS = {Notice.BLOCKED: CTO, Notice.BUDGET: CFO, Notice.LATE: EXECUTIVES}
"""Who hears of what, by the names of the policy's targets."""
KEY = "followup-"
"""The keys begin with it and the kind of notice: ``followup-due:INC-…:n``, and behind it who is told."""
LATE = timedelta(minutes=1)
"""What is said this much after its time says so (DR-24)."""


def when(incident: Incident, policy: Policy) -> datetime | None:
    """The earliest time at which something is to be said about its follow-ups."""
    return min((at for _, _, at in _to_come(incident, policy)), default=None)


def _to_come(incident: Incident, policy: Policy) -> Iterator[tuple[FollowUp, Notice, datetime]]:
    """What is next to be said of each, and when. Of a record from elsewhere nobody is asked what it lacks.

    Nothing leaves a drill's channel, so nothing is said once that is archived (R-DRL-2).
    """
    if incident.drill and incident.archived_at is not None:
        return
    for item in incident.followups:
        for what in Notice:
            if what is Notice.LACKS and incident.header:
                continue
            at = next_of(item, what, policy)
            if at is not None:
                yield item, what, at


def fire(incident: Incident, *, at: datetime, policy: Policy) -> Change:
    """Say all that has fallen due: one message for each person, and one of each kind for a target.

    Under a policy that wants it later by now, nothing is said yet.
    """
    to_come = _to_come(incident, policy)
    due = [_Due(item=item, what=what, since=since) for item, what, since in to_come if since <= at]
    if not due:
        planned = when(incident, policy)
        moved = {**incident.due, TimerKind.FOLLOWUP.value: planned} if planned else incident.due
        return Change(before=incident, incident=replace(incident, due=moved))
    now, news = incident, list[News]()
    for (what, to), some in _grouped(incident, due).items():
        n = 1 + max((told.n for item in now.followups for told in item.told), default=0)
        for one in some:
            now = _with(now, _said(one.item_in(now), what, n=n, to=to, at=at, policy=policy))
        news.append(_news(some, what, n=n, to=to, at=at))
    return Change(before=incident, incident=now, news=tuple(news))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Due:
    """One thing that has fallen due."""

    item: FollowUp
    what: Notice
    since: datetime

    def item_in(self, incident: Incident) -> FollowUp:
        """Its follow-up as it is by now: other notices may have been noted on it."""
        return next(item for item in incident.followups if item.n == self.item.n)


def _grouped(incident: Incident, due: Sequence[_Due]) -> dict[tuple[Notice, str], list[_Due]]:
    """What goes into one message: by kind, and of what is said to one person alone by that person."""
    grouped: dict[tuple[Notice, str], list[_Due]] = {}
    for one in due:
        grouped.setdefault((one.what, _to(incident, one.item, one.what)), []).append(one)
    return grouped


def _said(item: FollowUp, what: Notice, *, n: int, to: str, at: datetime, policy: Policy) -> FollowUp:
    former, subject = told_of(item, what), about(item, what, policy)
    same = former is not None and (former.about == subject or what is Notice.LACKS)
    times = former.times + 1 if former is not None and same else 1
    told = Told(what=what, n=n, at=at, to=to, about=subject, times=times)
    others = tuple(each for each in item.told if each.what is not what)
    return replace(item, told=(*others, told))


def _news(some: Sequence[_Due], what: Notice, *, n: int, to: str, at: datetime) -> News:
    behind = at - min(one.since for one in some)
    texts = tuple(one.item.text for one in some)  # whom they mention is named
    facts = {"what": what, "n": n, "to": to, "late": behind if behind >= LATE else None, "texts": texts}
    return News(what=What.FOLLOWUP_NOTICE, facts=facts)


def put_off(incident: Incident, numbers: Collection[int], *, by: str, at: datetime, policy: Policy) -> Change:
    """The next reminder of these comes tomorrow, at the usual time. Raises NothingToPutOff."""
    items = [item for item in incident.followups if item.n in numbers and item.is_open and item.due_on]
    if not items:
        raise NothingToPutOff(ref=incident.ref)
    until = morning_after(at, policy)
    if all(item.snoozed_until == until for item in items):
        return unchanged(incident)
    now = incident
    for item in items:
        now = _with(now, replace(item, snoozed_until=until))
    which = ", ".join(str(item.n) for item in items)
    text = f"Reminder of follow-up {which} put off to {print_moment(until, policy.zone, seconds=False)}"
    data = {"change": "followup_snooze", "until": until.isoformat()}
    entry = state_entry(now, kind=Kind.NOTE, text=text, by=by, at=at, data=data, on_timeline=False)
    return Change(before=incident, incident=now, entries=(entry,))


def restarted(before: Incident | None, now: Incident, *, at: datetime) -> Incident:
    """*now* with reminders that count from *at* where a date is new, or a follow-up is open again: done at each save.

    What comes from another incident, or from a record, brings along what was said of it, not the messages.
    """
    former = {item.n: item for item in before.followups} if before is not None else {}
    items = tuple(_restarted(former.get(item.n), item, at, new=before is None) for item in now.followups)
    return now if items == now.followups else replace(now, followups=items)


def _restarted(was: FollowUp | None, item: FollowUp, at: datetime, *, new: bool) -> FollowUp:
    if was is None:
        told = tuple(replace(each, n=0) for each in item.told)
        return replace(item, told=told, counted_from=at if new else item.counted_from)
    if item.is_open and (item.due_on != was.due_on or not was.is_open):
        return replace(item, counted_from=at, snoozed_until=None)
    return item


# To whom


def _to(incident: Incident, item: FollowUp, what: Notice) -> str:
    """Who is told alone; empty: the target of that kind of notice is, or nobody can be."""
    if what in TARGETS:
        return ""
    if what is Notice.SCOPE:
        asked = waiting(item, SCOPE)
        return reader(
            incident, "", but=asked.by if asked else ""
        )  # nobody approves what they ask for themselves
    return reader(incident, item.owner or "") if what is Notice.DUE else reader(incident, "")


def reader(incident: Incident, owner: str, *, but: str = "") -> str:
    """*owner* where they can be told of it; else whoever sees to the postmortem, the commander, whoever declared it.

    Who is deactivated, is outside of a private incident, or is but a name in a record from elsewhere cannot; empty:
    none of them can. *but*: somebody else, where there is anybody.
    """
    people = (owner, stages.owner_of(incident), incident.commander, incident.declared_by)
    told = [who for who in people if who and can_be_told(incident, who)]
    return next((who for who in told if who != but), next(iter(told), ""))


def can_be_told(incident: Incident, user: str) -> bool:
    """Whether *user* reads what is said to them, and may know of *incident* (DR-28)."""
    inside = not incident.private or user in incident.members
    return is_user(user) and inside and user not in incident.absent


# On its way to Slack, and in Slack


def said_in(incident: Incident, what: Notice, n: int) -> tuple[FollowUp, ...]:
    """The follow-ups whose last notice of that kind is message *n*, from 1 on."""
    return tuple(
        item for item in incident.followups if n and (told := told_of(item, what)) is not None and told.n == n
    )


def stands(incident: Incident, item: FollowUp, what: Notice, policy: Policy) -> bool:
    """Whether what was last said of that kind about *item* still holds.

    It is open, its date, block or request is the same, and it is still theirs. Of a false alarm nothing is to be done.
    """
    if incident.status is Status.CANCELLED:
        return False
    told, now = told_of(item, what), about(item, what, policy)
    if told is None or not now or (now != told.about and what is not Notice.LACKS):
        return False
    return told.to == _to(incident, item, what)


def is_wanted(incident: Incident, key: str, policy: Policy) -> bool:
    """Whether the message of that *key*, on its way to Slack, should still be said (DR-1): some of it still holds."""
    kind, _, rest = key.split(":", 2)
    what, n = Notice(kind.removeprefix(KEY)), int(rest.partition(":")[0])
    return any(stands(incident, item, what, policy) for item in said_in(incident, what, n))


def _with(incident: Incident, changed: FollowUp) -> Incident:
    items = tuple(changed if item.n == changed.n else item for item in incident.followups)
    return replace(incident, followups=items)
