"""What customers are owed once it is over: the mail, its reminder and its overdue flag, and that somebody calls them.

R-CUS-1: the mail is due ``mail_within`` after the resolve, the comms lead is reminded ``remind_before`` that time.
R-CUS-2: after it, customer success reaches out within ``follow_up_within``.
"""

from dataclasses import replace
from datetime import datetime, timedelta

from bot.domain.incident import Change, Incident, Status, rules_of, unchanged
from bot.domain.lifecycle import state_entry
from bot.domain.news import News, What
from bot.domain.parts import Task
from bot.domain.policy import Policy
from bot.domain.privacy import may_see
from bot.domain.refusal_customers import ToldTooEarly
from bot.domain.tasks import next_number
from bot.domain.timeline import Kind

ENDED = frozenset({Status.RESOLVED, Status.CLOSED})
REMINDED, FLAGGED = 1, 2
"""Values of ``mail_prompts``: the reminder went out; the overdue flag stands."""
LONG_AGO = timedelta(days=1)
"""So long after its time nothing is said any more: a record that is older than this rule, or a bot that was away."""
OUTREACH = "Customer success reaches out to the affected customers"


def is_owed(incident: Incident, policy: Policy) -> bool:
    """Whether customers still wait for the mail. Drills, imported and back-filled records owe none."""
    past = incident.drill or incident.backfilled or bool(incident.header)
    told = incident.customers_told_at is not None
    wanted = rules_of(incident, policy).customer_mail
    return wanted and incident.status in ENDED and incident.resolved_at is not None and not (past or told)


def mail_due(incident: Incident, policy: Policy) -> datetime | None:
    """When the mail should be out; None where none is owed."""
    if incident.resolved_at is None or not is_owed(incident, policy):
        return None
    return incident.resolved_at + policy.customers.mail_within


def is_overdue(incident: Incident, policy: Policy) -> bool:
    """Whether card and ``status`` say so: from the flag until it is told."""
    return incident.mail_prompts >= FLAGGED and is_owed(incident, policy)


def when(incident: Incident, policy: Policy) -> datetime | None:
    """When the reminder, and after it the flag, is due."""
    due = mail_due(incident, policy)
    if due is None or incident.mail_prompts >= FLAGGED:
        return None
    return due if incident.mail_prompts else due - policy.customers.remind_before


def fire(incident: Incident, *, at: datetime, policy: Policy) -> Change:
    """The reminder to the comms lead; once the mail is late, the flag in the channel, once."""
    due = mail_due(incident, policy)
    if due is None or incident.mail_prompts >= FLAGGED:
        return unchanged(incident)
    late = at >= due
    now = replace(incident, mail_prompts=FLAGGED if late else REMINDED)
    facts = {"to": incident.spokesperson, "due": due}
    news = News(what=What.MAIL_OVERDUE if late else What.MAIL_DUE, facts=facts)
    return Change(before=incident, incident=now, news=() if at - due > LONG_AGO else (news,))


def told(incident: Incident, *, to: str, by: str, at: datetime, policy: Policy) -> Change:
    """The mail is out, *to* whom as typed: reminders stop, and somebody is to call. The same again changes nothing."""
    if incident.status not in ENDED:
        instead = "resolve" if incident.is_open else "reopen"
        raise ToldTooEarly(ref=incident.ref, status=incident.status.value, instead=instead)
    if incident.customers_told_at is not None:
        return unchanged(incident)
    comms = incident.spokesperson
    owner = (
        comms if may_see(incident, comms) else by
    )  # who left a private incident is not let in by this (DR-28)
    task = Task(
        n=next_number(incident), text=OUTREACH, owner=owner, by="", added_at=at,
        due_at=at + policy.customers.follow_up_within,
    )  # fmt: skip
    now = replace(incident, customers_told_at=at, tasks=(*incident.tasks, task))
    data = {"change": "customers_told", "audience": "external", "task": task.n, "to_whom": to}
    text = "Mail to customers sent" + (f": {to}" if to else "")
    entry = state_entry(now, kind=Kind.STATUS, text=text, by=by, at=at, data=data)
    facts = {"by": by, "text": to, "owner": owner, "due": task.due_at}
    news = News(what=What.CUSTOMERS_TOLD, facts=facts)
    return Change(before=incident, incident=now, entries=(entry,), news=(news,))
