"""The incident as a value, its life cycle as a table, and what a decision about it consists of.

Texts (title, messages, summary …) are kept as Slack sends them: ``&``, ``<`` and ``>`` escaped, mentions and links
as codes; ``bot.domain.mrkdwn`` makes them readable. Times are aware and in UTC.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from bot.domain.followup import FollowUp
from bot.domain.news import News
from bot.domain.parts import (
    Audience,
    Escalation,
    External,
    Loss,
    Offer,
    PlaybookStep,
    Posted,
    Reminded,
    Review,
    RoleCall,
    Task,
)
from bot.domain.policy import Policy, Severity
from bot.domain.references import is_case
from bot.domain.refusal import GoesOnElsewhere, NotPossible
from bot.domain.timeline import Entry


class Status(StrEnum):
    """Where an incident stands. The first four are open: in triage, or in one of the three phases."""

    TRIAGE = "triage"
    INVESTIGATING = "investigating"
    IDENTIFIED = "identified"
    MONITORING = "monitoring"
    RESOLVED = "resolved"
    CLOSED = "closed"
    CANCELLED = "cancelled"
    """A false alarm: out of metrics."""
    MERGED = "merged"
    """It goes on in another incident, ``merged_into``."""


PHASES = (Status.INVESTIGATING, Status.IDENTIFIED, Status.MONITORING)
OPEN = frozenset({Status.TRIAGE, *PHASES})
_OPEN = (Status.TRIAGE, *PHASES)
_ENDED = (Status.RESOLVED, Status.CLOSED)
_SILENCED = (Status.CANCELLED, Status.MERGED)

LONG_PACE = 2
"""So many times the cadence is what a long incident keeps to (DR-3)."""

TRANSITIONS: Mapping[str, Mapping[Status, Status | None]] = {
    # verb      from each status in which it is possible, to (None: the status stays, or the verb's words decide)
    "update":     dict.fromkeys(_OPEN),
    "external":   dict.fromkeys((*_OPEN, *_ENDED)),
    "phase":      dict.fromkeys(_OPEN),
    "sev":        dict.fromkeys(_OPEN),
    "long":       dict.fromkeys(_OPEN),
    "snooze":     dict.fromkeys(_OPEN),
    "pause":      dict.fromkeys(_OPEN),
    "escalate":   dict.fromkeys(_OPEN),
    "role":       dict.fromkeys(Status),
    "handoff":    dict.fromkeys(_OPEN),
    "task":       dict.fromkeys(Status),
    "followup":   dict.fromkeys((*_OPEN, *_ENDED)),
    "playbook":   dict.fromkeys(_OPEN),
    "note":       dict.fromkeys(Status),
    "set":        dict.fromkeys(Status),
    "impact":     dict.fromkeys(Status),
    "sla":        dict.fromkeys(Status),
    "private":    dict.fromkeys((*_OPEN, Status.RESOLVED)),
    "customer":   dict.fromkeys(Status),
    "mitigate":   dict.fromkeys(_OPEN, Status.MONITORING),
    "resolve":    dict.fromkeys(_OPEN, Status.RESOLVED),
    "close":      {Status.RESOLVED: Status.CLOSED},
    "cancel":     dict.fromkeys((*_OPEN, Status.RESOLVED), Status.CANCELLED),
    "merge":      dict.fromkeys((*_OPEN, Status.RESOLVED), Status.MERGED),
    "reopen":     dict.fromkeys((*_ENDED, *_SILENCED), Status.INVESTIGATING),
    "postmortem": dict.fromkeys((*_OPEN, *_ENDED)),
}  # fmt: skip
"""What is possible in which status. A missing status is a refusal that names the next command."""

_INSTEAD = {
    **dict.fromkeys(_OPEN, "resolve"),
    **dict.fromkeys((*_ENDED, *_SILENCED), "reopen"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Incident:
    """One incident. A column of table ``incidents`` bears the name of each field."""

    ref: str
    """``INC-YYYY-MMDD-NNN`` (R-ID-1), or ``CE1012``: a customer escalation that is a record of its own."""
    version: int = 0
    """Counts saves; a save of a stale version is refused and decided again."""
    title: str = ""
    """Empty until somebody gives one."""
    severity: str
    """The policy's level, ``P0`` … ``P3``."""
    status: Status = Status.INVESTIGATING
    declared_by: str
    """Slack user id."""
    declared_at: datetime
    channel_name: str = ""
    """The name asked of Slack; it bears the reference."""
    channel_id: str | None = None
    """None until Slack has made the channel."""
    roles: Mapping[str, str] = field(default_factory=dict)
    """Role key to Slack user id."""
    services: tuple[str, ...] = ()
    causes: tuple[str, ...] = ()
    """Tags of what caused it, by which incidents are compared (AD-6): ``connection-pool``."""
    summary: str | None = None
    root_cause: str | None = None
    resolution: str | None = None
    classification: str | None = None
    timezone: str | None = None
    """Zone of its documents; None: the organisation's."""
    customer: str | None = None
    """The customer who escalated it: it is a customer escalation then."""
    customer_contact: str | None = None
    """Who speaks for the customer."""
    verified_at: datetime | None = None
    """When the customer found that it is resolved; a customer escalation is closed after that (R-ESC-1)."""
    level: int = 0
    """Of a customer escalation how far up it was taken: 1, 2 …; 0: nobody escalated it yet."""
    tied_to: str | None = None
    """Of a customer escalation the reference of the incident that it belongs to; None: it stands alone."""

    impact_started_at: datetime | None = None
    detected_at: datetime | None = None
    identified_at: datetime | None = None
    mitigated_at: datetime | None = None
    restored_at: datetime | None = None
    resolved_at: datetime | None = None
    """The last resolve (MD-3)."""
    first_resolved_at: datetime | None = None
    reopened_at: datetime | None = None
    closed_at: datetime | None = None

    last_update_at: datetime | None = None
    last_update: str | None = None
    update_due_at: datetime | None = None
    """When the next status update is due; None while none is wanted."""
    nudge_due_at: datetime | None = None
    """When the next nudge goes out; None: never. Later than ``update_due_at`` when snoozed or repeated."""
    snoozed_until: datetime | None = None
    updates: int = 0
    """Updates posted; numbers the keys ``update:INC-…:n``."""
    nudges: int = 0
    """Nudges sent in its whole life; numbers the keys ``nudge:INC-…:n``."""
    reminders: int = 0
    """Nudges in a row that nobody answered."""
    live_nudge: int | None = None
    """The number of the nudge that stands in the channel and waits for an answer."""

    drafts: int = 0
    """Postmortem drafts made; numbers the keys ``draft:INC-…:n``."""
    draft_due_at: datetime | None = None
    """When a draft is to be made (at once, by the ticks); None: none is wanted."""
    draft_format: str | None = None
    draft_files: tuple[str, ...] = ()  # kinds that it was asked for as, ``pdf``; empty: the policy's
    draft_audience: Audience = Audience.INTERNAL
    """For whom the draft that is wanted, or was made last, is meant."""
    postmortem_owner: str | None = None
    postmortem_due_at: datetime | None = None
    review: Review | None = None
    """How far its postmortem is; None: none was begun."""
    reminded: Reminded | None = None

    private: bool = False
    """Seen by its ``members`` alone: never announced, listed or exported to others (DR-28)."""
    members: tuple[str, ...] = ()
    """Slack user ids of those who may see a private one."""
    drill: bool = False
    """Everything is marked DRILL, nothing leaves its channel, and it counts in no metric (R-DRL-2)."""
    backfilled: bool = False
    """Written down when it was over: never a nudge."""
    merged_into: str | None = None
    """Reference of the incident in which it goes on."""
    ended_at: datetime | None = None
    """When it was cancelled or merged."""
    archived_at: datetime | None = None
    """When the bot archived its channel."""
    archive_after: datetime | None = None
    """Put off until then, because people still talked."""
    channels: int = 1
    """How many channels it has had; numbers the keys ``channel:INC-…:n`` and ``card:INC-…:n`` from the second on."""
    former_channel_id: str | None = None
    """The channel that it left for its present one."""

    renamed: str | None = None
    """What people call its channel by now; None: as it was asked of Slack."""
    out_of_reach: Loss | None = None
    """Why nothing can be said in its channel; None: it is in reach."""
    out_of_reach_since: datetime | None = None
    reach_checked_at: datetime | None = None
    """When it was last looked for."""
    absent: tuple[str, ...] = ()
    """Slack user ids of those with a role or a task who are deactivated."""

    due: Mapping[str, datetime] = field(default_factory=dict)
    """What else is due when, by ``TimerKind``: see ``bot.domain.schedule``."""
    paused_at: datetime | None = None
    paused_until: datetime | None = None
    """Reminders rest until then (sev3 and sev4 only); None: they run."""
    resumed_at: datetime | None = None
    paused_seconds: int = 0
    """How long it was paused in all: reported apart, never subtracted (MD-2)."""
    shut_seconds: int = 0
    """How long it lay resolved before it was reopened: that does not count as open time (PRODUCT 1.3)."""
    long: bool = False
    """People chose half the pace of updates (DR-3)."""
    stale_prompts: int = 0
    """How often people were asked in a row whether it is still going on (DR-22)."""

    external_updates: int = 0
    """Updates published outside; numbers the keys ``external:INC-…:n``."""
    first_external_at: datetime | None = None
    external: External | None = None
    """The last text for customers that was shown for approval; it waits while it has no ``outcome`` (R-TPL-2)."""
    externals: int = 0
    """Texts for customers ever shown for approval; numbers them."""
    sla_approvals: Mapping[str, str] = field(default_factory=dict)
    """``legal`` and ``finance`` to the Slack user who approved credit amounts (R-SLA-2)."""
    mail_prompts: int = 0
    """How often the comms lead was reminded of the mail to customers: once before its time, once after."""
    customers_told_at: datetime | None = None
    """When the mail to customers was said to be sent (R-CUS-1)."""

    escalations: tuple[Escalation, ...] = ()
    """Whom the ladder or a person has told, or skipped; at most one for each target (R-ESCL-4)."""
    rungs: int = 0
    """Messages about escalations in its own channel; numbers the keys ``rungs:INC-…:n``."""
    offers: tuple[Offer, ...] = ()
    """Hand-offs that wait for an answer; at most one for each role."""
    handoffs: int = 0
    """Hand-offs ever offered; numbers them."""
    roles_asked: bool = False
    """True once people were asked who takes the roles that nobody had."""
    role_call: RoleCall | None = None
    """What was asked, and since when these roles are wanted; None: nothing was asked and no raise brought roles in."""
    tasks: tuple[Task, ...] = ()
    followups: tuple[FollowUp, ...] = ()
    """What will be changed afterwards, in the order in which it was added."""
    playbooks: tuple[Posted, ...] = ()
    """The playbooks that were posted, in their order."""
    playbook_steps: tuple[PlaybookStep, ...] = ()
    """The steps of all of them."""

    facts: Mapping[str, Any] = field(default_factory=dict)
    """Structured facts, in the vocabulary of a replay file's ``facts``: ``impact_metrics`` and so on."""
    header: Mapping[str, Any] = field(default_factory=dict)
    """Of an imported record: people, time basis, written severity, organisation, as the file has them."""

    @property
    def is_open(self) -> bool:
        """True while people work on it."""
        return self.status in OPEN

    def open_time(self, at: datetime) -> timedelta:
        """How long it has been open until *at*, or until its end: what lay between is left out (PRODUCT 1.3).

        From second to second, as documents and metrics count what people read beside it.
        """
        until = (self.resolved_at or self.ended_at or at).replace(microsecond=0)
        begun = self.declared_at.replace(microsecond=0)
        return max(until - begun - timedelta(seconds=self.shut_seconds), timedelta())

    @property
    def commander(self) -> str:
        """Slack user id of the incident commander: whoever declared, until changed."""
        return self.roles.get("commander", self.declared_by)

    @property
    def spokesperson(self) -> str:
        """Who speaks for it: comms lead, else commander, else declarer (PRODUCT, nudges 2)."""
        return self.roles.get("comms", self.commander)

    @property
    def lead(self) -> str:
        """Who is there and sees to it that something is done: the commander, else whoever declared it; else empty."""
        return next((user for user in (self.commander, self.declared_by) if user not in self.absent), "")

    @property
    def addressee(self) -> str:
        """Whom a nudge addresses of those who are there; empty: none of them is."""
        people = (self.spokesperson, self.commander, self.declared_by)
        return next((user for user in people if user not in self.absent), "")

    @property
    def called(self) -> str:
        """The name of its channel."""
        return self.renamed or self.channel_name

    @property
    def is_announced(self) -> bool:
        """Whether it may be told of outside of its channel of its own accord."""
        return not (self.private or self.drill or self.backfilled)

    @property
    def is_case(self) -> bool:
        """Whether it is a customer escalation that is a record of its own, counted in no metric of incidents."""
        return is_case(self.ref)

    @property
    def has_own_channel(self) -> bool:
        """Whether the bot made its channel; False: people did, and it was adopted (``convert``)."""
        return self.channel_name.startswith(self.ref.lower())

    def named(self, severity: Severity) -> str:
        """The title, or "Untitled SEV-1 incident"; of a customer escalation the customer with it."""
        if self.is_case:
            return ": ".join(part for part in (self.customer or "", self.title) if part) or self.ref
        return self.title or f"Untitled {severity.name} incident"

    def shown_title(self, severity: Severity) -> str:
        """The title as it stands among others: a drill says so (R-DRL-2)."""
        return ("DRILL: " if self.drill else "") + self.named(severity)


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """A decision: the incident as it is now, what goes into its record, and what is to be told.

    One transaction keeps all of it. ``before`` is None for a declaration.
    """

    before: Incident | None
    incident: Incident
    entries: tuple[Entry, ...] = ()
    news: tuple[News, ...] = ()

    @property
    def is_nothing(self) -> bool:
        """True when there is nothing to keep: the same severity again, the same role for the same person."""
        return self.before == self.incident and not self.entries and not self.news


def unchanged(incident: Incident) -> Change:
    """A decision that changes nothing."""
    return Change(before=incident, incident=incident)


def moved(incident: Incident, verb: str) -> Incident:
    """*incident* in the status to which *verb* leads. Raises NotPossible where TRANSITIONS has no such step."""
    steps = TRANSITIONS[verb]
    if incident.status not in steps:
        if incident.merged_into:
            raise GoesOnElsewhere(ref=incident.ref, into=incident.merged_into, verb=verb)
        instead = _INSTEAD[incident.status]
        raise NotPossible(ref=incident.ref, status=incident.status.value, verb=verb, instead=instead)
    return replace(incident, status=steps[incident.status] or incident.status)


def severity_of(incident: Incident, policy: Policy) -> Severity:
    """The policy's severity of *incident*, with the cadence that holds for it: triage and a long one have their own."""
    severity = rules_of(incident, policy)
    if incident.status is Status.TRIAGE:
        return replace(severity, update_every=policy.triage_every)
    return replace(severity, update_every=severity.update_every * LONG_PACE) if incident.long else severity


def rules_of(incident: Incident, policy: Policy) -> Severity:
    """What holds at the severity of *incident*, whatever its pace; a customer escalation has rules of its own.

    It has no ladder, informs nobody at once and owes customers no mail: it is one customer's, and they are spoken with.
    """
    severity, cases = policy.severities[incident.severity], policy.cases
    if not incident.is_case:
        return severity
    return replace(
        severity, update_every=cases.update_every, hours=cases.hours, snooze_limit=0, may_pause=True,
        expects=(), invite=cases.invite, inform=(), escalate=(), roles=cases.roles, customer_mail=False,
    )  # fmt: skip
