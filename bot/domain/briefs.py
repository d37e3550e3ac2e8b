"""What executives and customers are written: facts out of the record, and nothing that is not in it (R-FMT-2).

All text is readable and plain; whoever shows it escapes it. What is missing is empty, and the template asks for it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.domain import external, sla
from bot.domain.draft_record import Record, print_date
from bot.domain.incident import Status
from bot.domain.mrkdwn import plain
from bot.domain.parts import Escalation
from bot.domain.refusal import shorten
from bot.domain.tasks import open_tasks
from bot.domain.times import print_duration, zone_label

LONGEST = 600
"""Characters of one fact: a brief is read in a minute."""
NO_LOSS = frozenset({"none", "no", "0", "nothing"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Executive:
    """The briefing for executives (the seed's Appendix C). Amounts are withheld while they are not approved."""

    title: str
    day: str
    took: str
    window: str
    impact: str
    cause: str
    revenue: str
    customers: str
    tickets: str
    escalations: str
    state: str
    done: tuple[str, ...]
    next: tuple[str, ...]
    is_open: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Mail:
    """The mail to one customer: only what was published already, times, and measures. No names of ours."""

    name: str
    organisation: str
    day: str
    start: str
    end: str
    services: str
    cause: str
    """What was published when the cause was identified."""
    actions: tuple[str, ...]
    """What was published of the recovery."""
    took: str
    data: str
    credit_approved: bool
    follow_up: str
    signatory: str
    signatory_title: str


def executive(record: Record, *, at: datetime) -> Executive:
    """The briefing as of *at*."""
    incident = record.incident
    began, ended = external.began(incident), incident.resolved_at or at
    customers, share = _measure(record, "Affected Customers"), external.share(incident)
    revenue = _measure(record, "Revenue Impact")
    return Executive(
        title=record.read(incident.shown_title(record.severity)),
        day=print_date(record.day(began)),
        took=print_duration(max(ended - began, timedelta()), seconds=False),
        window=_window(record, began, ended),
        impact=f"{share} of customers affected"
        if share
        else f"{customers} customers affected"
        if customers
        else "",
        cause=shorten(record.read(incident.root_cause), LONGEST),
        revenue=sla.WITHHELD if revenue and sla.missing(incident) else revenue,
        customers=f"{customers} ({share})" if customers and share else customers,
        tickets=_measure(record, "Support Tickets Created"),
        escalations=_escalations(record),
        state=_state(record),
        done=tuple(_done(record)),
        next=tuple(_next(record)),
        is_open=incident.is_open,
    )


def _window(record: Record, began: datetime, ended: datetime) -> str:
    """``10:00 - 11:31 CET``; with both dates where it went over midnight (DR-8)."""
    first, last = record.day(began), record.day(ended)
    dates = ("", "") if first == last else (f"{print_date(first)}, ", f"{print_date(last)}, ")
    label = zone_label(ended, record.zone)
    return f"{dates[0]}{_clock(record, began)} - {dates[1]}{_clock(record, ended)} {label}"


def _clock(record: Record, at: datetime) -> str:
    return f"{at.astimezone(record.zone):%H:%M}"


def _zoned(record: Record, at: datetime) -> str:
    """``10:00 CET``: a time that stands alone says whose it is."""
    return f"{_clock(record, at)} {zone_label(at, record.zone)}"


def _measure(record: Record, name: str) -> str:
    known = record.incident.facts.get("impact_metrics", ())
    return next((shorten(str(m["text"]), 100) for m in known if m["name"] == name), "")


def _escalations(record: Record) -> str:
    """Whom an escalation reached, and when; where the policy names nobody, since when somebody should tell them."""
    told = [one for one in record.incident.escalations if one.is_told]
    return ", ".join(_escalation(record, one) for one in told) or "none"


def _escalation(record: Record, told: Escalation) -> str:
    target = record.policy.targets.get(told.target)
    reached = (told.recipients and not told.failed) or told.acknowledged_by
    when = _zoned(record, told.at) if reached else f"to be told by hand since {_zoned(record, told.at)}"
    return f"{target.label if target else told.target} ({when})"


def _state(record: Record) -> str:
    status = record.incident.status
    if record.incident.is_open:
        return f"IN PROGRESS ({status.value})"
    return "COMPLETE" if status in (Status.RESOLVED, Status.CLOSED) else status.value.upper()


def _done(record: Record) -> list[str]:
    incident = record.incident
    last = incident.last_update if incident.is_open else incident.resolution or incident.last_update
    said = [shorten(record.read(last), LONGEST)] if last else []
    count = incident.external_updates
    first = incident.first_external_at
    if first is not None:
        said.append(f"Updates for customers: {count}, the first at {_zoned(record, first)}")
    else:
        said.append("No update for customers was published")
    return [*said, "Mail to customers sent"] if incident.customers_told_at else said


def _next(record: Record) -> list[str]:
    incident = record.incident
    found = [_task(record, task.text, task.owner, task.due_at) for task in open_tasks(incident)]
    if incident.is_open and incident.update_due_at:
        found.append(f"Next status update at {_zoned(record, incident.update_due_at)}")
    if incident.postmortem_due_at:
        found.append(f"Postmortem due {print_date(record.day(incident.postmortem_due_at))}")
    return found


def _task(record: Record, text: str, owner: str | None, due: datetime | None) -> str:
    told = [
        record.name(owner) if owner else "",
        f"{print_date(record.day(due))}, {_zoned(record, due)}" if due else "",
    ]
    about = ", ".join(filter(None, told))
    return shorten(record.read(text), LONGEST) + (f" ({about})" if about else "")


def mail(record: Record, name: str, *, approved: Mapping[str, str]) -> Mail:
    """The mail to the customer *name* (readable).

    *approved*: the pre-approved text of each phase. It names no cause, so the mail asks for one.
    """
    incident, owed = record.incident, record.policy.customers
    began, ended = external.began(incident), incident.resolved_at
    loss = _measure(record, "Data Loss")
    return Mail(
        name=name,
        organisation=record.policy.organisation,
        day=print_date(record.day(began)),
        start=_start(record, began, ended) if incident.impact_started_at else "",
        end=_end(record, began, ended) if ended else "",
        services=", ".join(record.read(service) for service in incident.services),
        cause=" ".join(_own_words(record, approved)[-1:]),
        actions=tuple(_published(record, Status.MONITORING)[-1:] + _published(record, Status.RESOLVED)[-1:]),
        took=print_duration(max(ended - began, timedelta()), long=True, seconds=False) if ended else "",
        data="No data was lost" if loss.strip(" .").lower() in NO_LOSS else loss,
        credit_approved=not sla.missing(incident),
        follow_up=_hours(owed.follow_up_within),
        signatory=owed.signatory,
        signatory_title=owed.signatory_title,
    )  # fmt: skip


def _start(record: Record, began: datetime, ended: datetime | None) -> str:
    """With its zone where that of the end does not stand behind it."""
    alike = ended is not None and zone_label(began, record.zone) == zone_label(ended, record.zone)
    return _clock(record, began) if alike else _zoned(record, began)


def _end(record: Record, began: datetime, ended: datetime) -> str:
    date = f"{print_date(record.day(ended))}, " if record.day(began) != record.day(ended) else ""
    return f"{date}{_zoned(record, ended)}"


def _own_words(record: Record, approved: Mapping[str, str]) -> list[str]:
    """What was published of the cause in words of its own."""
    ready = plain(approved[Status.IDENTIFIED.value], record.names).split()
    return [text for text in _published(record, Status.IDENTIFIED) if text.split() != ready]


def _hours(span: timedelta) -> str:
    """``24 hours``, as such promises are made; the span in words where it is no whole number of hours."""
    hours, rest = divmod(span, timedelta(hours=1))
    return (
        print_duration(span, long=True, seconds=False)
        if rest
        else f"{hours} hours"
        if hours > 1
        else "1 hour"
    )


def _published(record: Record, phase: Status) -> list[str]:
    """The texts that customers have read in *phase*: word for word."""
    return [
        record.read(entry.text)
        for entry in record.entries
        if entry.data.get("change") == "update"
        and entry.data.get("audience") == "external"
        and entry.data.get("phase") == phase.value
    ]
