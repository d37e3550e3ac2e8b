"""What can happen to an incident: declare, severity, resolve, close, reopen. Each is a decision.

A decision takes the incident as it stands and the instant ``at``, and gives a Change; it never sends anything.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from bot.domain import cadence, rolecall, stages
from bot.domain.drafting import check_external, default_format, is_unverified
from bot.domain.hours import within
from bot.domain.incident import Change, Incident, Status, moved, rules_of, severity_of, unchanged
from bot.domain.mrkdwn import plain
from bot.domain.news import News, What
from bot.domain.parts import Audience, Stage
from bot.domain.policy import Policy, Severity
from bot.domain.refusal import (
    ClosedAlready,
    NotResolvedYet,
    OpenAlready,
    OutOfOrder,
    ResolvedAlready,
    ResolveOutOfOrder,
)
from bot.domain.refusal_endings import NoPostmortemNeedsReason, NotVerified, UnverifiedNeedsReason
from bot.domain.refusal_pace import PausedAlready
from bot.domain.spans import check_order
from bot.domain.timeline import Entry, Kind, Source
from bot.domain.times import print_duration, print_moment

NO_POSTMORTEM = "no postmortem"
"""The step of a close after which nobody owes one."""
UNVERIFIED = "not verified by the customer"
"""What a close says of a customer escalation that went without it (R-ESC-1)."""


def state_entry(
    incident: Incident,
    *,
    kind: Kind,
    text: str,
    by: str | None,
    at: datetime,
    recorded_at: datetime | None = None,
    data: Mapping[str, Any] | None = None,
    on_timeline: bool = True,
) -> Entry:
    """The entry that keeps a change, by *by* (a Slack user id), at *at*: on the timeline, or in the log alone."""
    return Entry(
        incident=incident.ref,
        at=at,
        recorded_at=recorded_at or at,
        kind=kind,
        text=text,
        source=Source.BOT,
        author=by,
        marks=("state",) if on_timeline else (),
        data=data or {},
    )


def staged(
    incident: Incident,
    was: Stage,
    *,
    by: str,
    at: datetime,
    more: str = "",
    reason: str = "",
    along: str = "",
) -> Entry:
    """The entry of a new stage of the postmortem of *incident*, with the one that it had.

    *along*: the command with which it came, where that was another one.
    """
    stage = incident.review.stage if incident.review else Stage.DRAFT
    back = f" again (it was {was.value})" if stages.is_back(was, stage) else ""
    data = {
        "change": "postmortem_state",
        "from": was.value,
        "stage": stage.value,
        "reason": reason,
        "step": along,
    }
    text = f"Postmortem: {stage.value}{back}{more}"
    return state_entry(incident, kind=Kind.NOTE, text=text, by=by, at=at, data=data)


def declare(incident: Incident, *, by: str, at: datetime, policy: Policy, whole: str = "") -> Change:
    """A new incident: its clock starts at *at*, and it is announced (PRODUCT 2.2, declare).

    *whole* is what was typed where it is longer than a title; it is kept on the timeline.
    """
    check_order(incident)
    severity = severity_of(incident, policy)
    declared = cadence.restarted(incident, severity)
    entry = state_entry(
        declared,
        kind=Kind.EVENT,
        text=f"{_opened(incident, severity)}: {whole or declared.shown_title(severity)}",
        by=by,
        at=at,
        data={"change": "declared", "severity": incident.severity, "roles": dict(incident.roles)},
    )
    return Change(
        before=None, incident=declared, entries=(entry,), news=(News(what=What.DECLARED, facts={"by": by}),)
    )


def _opened(incident: Incident, severity: Severity) -> str:
    return "Customer escalation opened" if incident.is_case else f"{severity.name} declared"


def _iso(at: datetime | None) -> str | None:
    return at.isoformat() if at else None


def change_severity(
    incident: Incident, new: Severity, *, reason: str, by: str, at: datetime, policy: Policy
) -> Change:
    """Raise or lower the severity; the due time is recomputed from the same anchor (nudges 4)."""
    old = severity_of(incident, policy)
    if new.level == old.level:
        moved(incident, "sev")
        return unchanged(incident)
    now = replace(moved(incident, "sev"), severity=new.level)
    new = rules_of(now, policy)
    now = replace(now, long=now.long and new.is_high and new.rank > old.rank)  # a raise ends it (DR-3)
    ended: tuple[Entry, ...] = ()
    if now.paused_at is not None and not new.may_pause:
        now = replace(cadence.rested(now, at), resumed_at=at)
        ended = (pause_ended(now, by=by, at=at),)
    now = cadence.at_severity(now, old, severity_of(now, policy), at)
    now = rolecall.raised(now, old, new, at)
    text = f"Severity {old.spelled} → {new.spelled}" + (f": {reason}" if reason else "")
    data = {"change": "severity", "from": old.level, "to": new.level, "reason": reason}
    data |= cadence.missed(incident, now, at)
    entry = state_entry(now, kind=Kind.DECISION, text=text, by=by, at=at, data=data)
    facts = {
        "by": by,
        "old": old.spelled,
        "new": new.spelled,
        "raised": new.rank < old.rank,
        "reason": reason,
        "answered": incident.live_nudge,
        "resumed": bool(ended),
    }
    news = News(what=What.SEVERITY, facts=facts)
    return Change(before=incident, incident=now, entries=(entry, *ended), news=(news,))


def pause_ended(incident: Incident, *, by: str | None, at: datetime) -> Entry:
    """What the record holds of a pause that ended: by hand, by a raise, or by itself (*by* None)."""
    data = {"change": "resume"}
    return state_entry(incident, kind=Kind.STATUS, text="Pause ended", by=by, at=at, data=data)


def snooze(
    incident: Incident, *, asked: timedelta, reason: str, by: str, at: datetime, policy: Policy
) -> Change:
    """Move the next nudge to *asked* from now, at most the severity's cap (DR-5).

    Where none would come before that as it is, nothing is moved and nothing changes.
    """
    now = moved(incident, "snooze")
    if now.paused_until is not None:
        raise PausedAlready(ref=now.ref, until=print_moment(now.paused_until, policy.zone, today=at))
    severity = severity_of(incident, policy)
    granted = cadence.snooze_cap(asked, severity)
    until = within(max(at + granted, now.update_due_at or at), severity.hours)
    if until == now.nudge_due_at and now.reminders == 0:
        return unchanged(incident)
    now = replace(now, snoozed_until=until, nudge_due_at=until, live_nudge=None, reminders=0, stale_prompts=0)
    data = {"change": "snooze", "until": until.isoformat(), "reason": reason}
    text = f"Reminders snoozed for {print_duration(until - at)}" + (f": {reason}" if reason else "")
    entry = state_entry(now, kind=Kind.STATUS, text=text, by=by, at=at, data=data)
    facts = {"by": by, "until": until, "reason": reason, "capped": granted < asked, "granted": granted}
    news = News(what=What.SNOOZED, facts={**facts, "answered": incident.live_nudge})
    return Change(before=incident, incident=now, entries=(entry,), news=(news,))


def wake(incident: Incident, *, by: str, at: datetime, policy: Policy) -> Change:
    """End a snooze: ``snooze off``."""
    if incident.snoozed_until is None:
        moved(incident, "snooze")
        return unchanged(incident)
    due = within(max(incident.update_due_at or at, at), severity_of(incident, policy).hours)
    now = replace(moved(incident, "snooze"), snoozed_until=None, nudge_due_at=due)
    entry = state_entry(
        now, kind=Kind.STATUS, text="Snooze ended", by=by, at=at, data={"change": "snooze", "until": None}
    )
    facts = {"by": by, "until": None, "reason": "", "capped": False, "granted": None, "answered": None}
    return Change(
        before=incident, incident=now, entries=(entry,), news=(News(what=What.SNOOZED, facts=facts),)
    )


def refuse_resolved(incident: Incident) -> None:
    """Raise ResolvedAlready or NotPossible where *incident* cannot be resolved any more."""
    if incident.status is Status.RESOLVED:
        raise ResolvedAlready(ref=incident.ref)
    moved(incident, "resolve")


def resolve(
    incident: Incident, *, message: str, by: str, at: datetime, resolved_at: datetime | None, policy: Policy
) -> Change:
    """The incident is over: nudges stop at once (DR-1). *resolved_at* tells when it really ended; None: now.

    A clock that went back by some seconds ends nothing before it began: "now" is the declaration or the reopening then.
    """
    refuse_resolved(incident)
    ended = resolved_at or max(at, incident.declared_at, incident.reopened_at or at)
    now = replace(
        moved(incident, "resolve"),
        resolved_at=ended,
        first_resolved_at=incident.first_resolved_at or ended,
        postmortem_due_at=ended + policy.severities[incident.severity].postmortem_due,
        resolution=message or incident.resolution,
        mail_prompts=0,
        customers_told_at=None,
    )
    try:
        check_order(now)
    except OutOfOrder as error:
        raise ResolveOutOfOrder(**error.facts) from error
    now = cadence.asked_from(cadence.silenced(now), at + policy.unclosed_after)
    text = message or "Resolved"
    data = {"change": "resolved", "from": incident.status.value, "due": _iso(incident.update_due_at)}
    entry = state_entry(now, kind=Kind.STATUS, text=text, by=by, at=ended, recorded_at=at, data=data)
    facts = {"by": by, "message": message, "answered": incident.live_nudge}
    return Change(
        before=incident, incident=now, entries=(entry,), news=(News(what=What.RESOLVED, facts=facts),)
    )


def close(
    incident: Incident,
    *,
    by: str,
    at: datetime,
    policy: Policy,
    message: str = "",
    without: bool = False,
    unverified: bool = False,
) -> Change:
    """Close a resolved incident and ask for its postmortem draft (AD-1): owner is the commander unless set.

    *without*: no postmortem is wanted, and *message* says why (PRODUCT 2.2). Nobody owes one then. *unverified*: the
    customer did not verify it, and *message* says why it is closed all the same (R-ESC-1).
    """
    refuse_open(incident)
    if without and not message:
        raise NoPostmortemNeedsReason(ref=incident.ref)
    unverified = check_verified(incident, unverified=unverified, message=message)
    now = replace(moved(incident, "close"), closed_at=max(at, incident.resolved_at or at), stale_prompts=0)
    data = {"change": "closed"}
    if without:
        now = replace(now, postmortem_owner=None, postmortem_due_at=None, review=None)
        data |= {"step": NO_POSTMORTEM, "reason": message}
    else:
        now = replace(
            now,
            draft_due_at=at,
            draft_format=default_format(incident, policy),
            draft_files=(),
            draft_audience=Audience.INTERNAL,
            postmortem_owner=stages.owner_of(incident) or incident.commander,
        )
        now = stages.begun(now, at)
    if unverified:
        data |= {"reason": message}
    said = [words for words, told in ((NO_POSTMORTEM, without), (UNVERIFIED, unverified)) if told]
    text = ", ".join(["Closed", *said]) + (f": {message}" if message else "")
    entry = state_entry(now, kind=Kind.STATUS, text=text, by=by, at=at, data=data)
    facts = {"by": by, "message": message, "without": without, "unverified": unverified}
    news = News(what=What.CLOSED, facts=facts)
    return Change(before=incident, incident=now, entries=(entry,), news=(news,))


def refuse_open(incident: Incident) -> None:
    """Raise NotResolvedYet, ClosedAlready or NotPossible where *incident* cannot be closed."""
    if incident.is_open:
        raise NotResolvedYet(ref=incident.ref, status=incident.status.value)
    if incident.status is Status.CLOSED:
        raise ClosedAlready(ref=incident.ref)
    moved(incident, "close")


def check_verified(incident: Incident, *, unverified: bool, message: str) -> bool:
    """Whether a close goes without the customer's word. Raises NotVerified, or UnverifiedNeedsReason (R-ESC-1)."""
    if not is_unverified(incident):
        return False
    if not unverified:
        raise NotVerified(ref=incident.ref, customer=plain(incident.customer or ""))
    if not message:
        raise UnverifiedNeedsReason(ref=incident.ref)
    return True


def reopen(
    incident: Incident, *, reason: str, by: str, at: datetime, policy: Policy, outside: str = ""
) -> Change:
    """It is not over: the clock restarts now; the first resolve stays in the timeline (nudges 6).

    *outside*: the phase that customers read last; where that is ``resolved``, people are told.
    """
    if incident.is_open:
        raise OpenAlready(ref=incident.ref, status=incident.status.value)
    ended = incident.resolved_at or incident.ended_at or at
    ended = incident.declared_at if incident.backfilled else ended  # nobody responded to it before
    now = replace(
        cadence.rested(moved(incident, "reopen"), ended),
        reopened_at=at, resolved_at=None, closed_at=None, ended_at=None, merged_into=None, draft_due_at=None,
        postmortem_due_at=None, archived_at=None, archive_after=None, long=False, mail_prompts=0,
        mitigated_at=None, restored_at=None,  # of a stretch that is past: its entries stay (MD-3)
        verified_at=None,
        customers_told_at=None, backfilled=False,
        shut_seconds=incident.shut_seconds + max(0, int((at - ended).total_seconds())),
    )  # fmt: skip
    now = stages.taken_back(cadence.restarted(now, severity_of(now, policy)), by, at)
    data = {"change": "reopened", "from": incident.status.value, "reason": reason}
    past = {"restored": incident.restored_at, "mitigated": incident.mitigated_at}
    data |= {
        name: at.isoformat() for name, at in past.items() if at
    }  # else nobody would know when impact ended
    text = "Reopened" + (f": {reason}" if reason else "")
    entry = state_entry(now, kind=Kind.STATUS, text=text, by=by, at=at, data=data)
    stage = incident.review.stage if incident.review else None
    facts = {
        "by": by, "reason": reason, "read_resolved": outside == Status.RESOLVED.value,
        "postmortem": stage.value if stage else "",
        "anew": incident.review is not None and stages.was_looked_at(incident.review),
    }  # fmt: skip
    news = (News(what=What.REOPENED, facts=facts),)
    back = () if stage in (None, Stage.DRAFT) else (staged(now, Stage(stage), by=by, at=at, along="reopen"),)
    return Change(before=incident, incident=now, entries=(entry, *back), news=news)


def want_draft(
    incident: Incident,
    *,
    format: str,  # noqa: A002 - the field's word
    at: datetime,
    audience: Audience = Audience.INTERNAL,
    files: tuple[str, ...] = (),
) -> Change:
    """Ask for a draft now, whatever the status. With that one that is closed has a postmortem to write.

    *files*: the kinds of files that it is wanted as; empty: the policy's. Raises refusals of one for customers.
    """
    moved(incident, "postmortem")
    if audience is Audience.EXTERNAL:
        check_external(incident)
    waits = incident.draft_audience if incident.draft_due_at is not None else audience
    wanted = audience if waits is audience else Audience.BOTH
    if (
        audience is Audience.EXTERNAL and waits is not audience
    ):  # the internal one that waits keeps what was asked
        format, files = incident.draft_format or format, incident.draft_files or files  # noqa: A001
    now = replace(incident, draft_due_at=at, draft_format=format, draft_audience=wanted, draft_files=files)
    if audience is not Audience.EXTERNAL and now.status is Status.CLOSED and now.review is None:
        now = stages.begun(now, at)
    return Change(before=incident, incident=now)
