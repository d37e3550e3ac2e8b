"""The postmortem draft without a format: everything a document may show, made from the record alone.

Same record, same draft (R-FMT-3): nothing reads a clock, nothing is invented (rules 1 to 10 of the layout).
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from bot.domain import (
    draft_debrief,
    draft_escalation,
    draft_facts,
    draft_pace,
    draft_response,
    draft_review,
    draft_spans,
    draft_written,
    lint,
    prompts_escalation,
)
from bot.domain.copies import Copy
from bot.domain.draft_actions import Plan, plan
from bot.domain.draft_business import Costs, business
from bot.domain.draft_customers import Customers, customers
from bot.domain.draft_escalation import SUMMARY, Case, is_summary
from bot.domain.draft_facts import Fact, Group
from bot.domain.draft_files import SharedFile
from bot.domain.draft_messages import Messages, messages
from bot.domain.draft_pace import Kept
from bot.domain.draft_picture import Picture, picture
from bot.domain.draft_record import NOT_RECORDED, Record, capital, is_late, print_date, read_record
from bot.domain.draft_recurrence import Recurred, recurred
from bot.domain.draft_shared import shared
from bot.domain.draft_short import left_out
from bot.domain.draft_spans import Affected, Measured
from bot.domain.draft_targets import Targets, targets
from bot.domain.draft_timeline import Timeline, timeline, zone_line
from bot.domain.incident import Incident
from bot.domain.lint_rule import Warned
from bot.domain.mrkdwn import Names
from bot.domain.policy import Policy
from bot.domain.prompts import Prompt, prompts
from bot.domain.recurrence import NOTHING, Recurrence
from bot.domain.replay_import import names_of
from bot.domain.timeline import Entry, Kind
from bot.domain.times import H24


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A draft. All text is plain and readable; a format escapes it for its own kind of document."""

    ref: str
    title: str
    organisation: str
    severity: str
    status: str
    standing: tuple[Fact, ...]
    """The state of the document itself, and its reviewers."""
    classification: str
    date: str
    window: str
    """Date, start, end and zone of the impact."""
    commander: str
    lead: str
    """Who leads the postmortem."""
    customer_impact: str
    """Its level in one word, as entered."""
    services: str
    sentence: str
    """What broke, for whom, how long, whether it is over: filled in from the record."""
    summary: str
    root_cause: str
    resolution: str
    spans: tuple[Measured, ...]
    """Those that can be told: with a value, or with times that contradict each other."""
    unknown: tuple[str, ...]
    """The others: what is not recorded, and from where it would count."""
    windows: tuple[Affected, ...]
    """When customers were affected, where it was more than once."""
    affected: str
    """How long that was in all."""
    impact: tuple[Fact, ...]
    impact_groups: tuple[Group, ...]
    details: tuple[Group, ...]
    customers: Customers
    business: tuple[Costs, ...]
    response: tuple[Fact, ...]
    timeline: Timeline
    triggers: tuple[str, ...]
    alerts: tuple[str, ...]
    cadence: Kept | None
    """Each status update that was due, and when it came (R-COM-6)."""
    rungs: tuple[str, ...]
    steps: tuple[str, ...]
    """From what was found to what was done about it, and from actions to their results."""
    decisions: tuple[str, ...]
    surprises: tuple[str, ...]
    causes: tuple[str, ...]
    """What was named as a cause while it went on: candidates."""
    causes_called: str
    """``root cause``, or ``contributing factors`` where the policy wants no search for one (BL-4)."""
    handoffs: tuple[str, ...]
    people: tuple[Fact, ...]
    messages: Messages
    actions: tuple[Fact, ...]
    plan: Plan
    """The same action items, with all that is known of them."""
    factors: tuple[Group, ...]
    chain: tuple[Group, ...]
    """Of causes, the first link first."""
    prevention: tuple[Group, ...]
    beside_actions: tuple[Group, ...]
    """The same without what is an action item, word for word."""
    measures: tuple[draft_written.Measure, ...]
    """Prevention and action items in one list, each task below its measure."""
    cause_in_short: str
    conclusion: tuple[str, ...]
    lessons: tuple[Group, ...]
    lessons_by_group: tuple[draft_written.Lessons, ...]
    technical: tuple[Group, ...]
    fixes_during: tuple[Group, ...]
    fixes_after: tuple[Group, ...]
    feedback: draft_written.Feedback
    targets: tuple[Targets, ...]
    process: tuple[Group, ...]
    sla: tuple[str, ...]
    artifacts: tuple[draft_written.Artifact, ...]
    files: tuple[SharedFile, ...] = ()
    """What people shared in the channel, in order."""
    picture: Picture | None = None
    """The timeline drawn; None where only days are known, and for readers outside."""
    prepared_by: str
    about: tuple[Fact, ...]
    """Of the document: who wrote it, who read it, to whom it goes."""
    left_out: tuple[str, ...]
    """What a short document does not show, although people entered it."""
    case: Case
    """What the document of a customer escalation shows besides."""
    checklist: tuple[Fact, ...]
    """Of the review: open or done, the point, who ticked it."""
    cause_tags: tuple[str, ...] = field(default=(), repr=False)
    recurrence: Recurred | None = field(default=None, repr=False)
    """What happened before; None where nothing recurs. The two are in the fingerprint where they are told."""
    prompts: Mapping[str, Prompt]
    warnings: tuple[Warned, ...]
    """By rule; they stand at the top of the internal draft, and nowhere else."""
    made: str
    """The instant up to which the record was read."""
    dated: datetime
    """The same, to date files by: nothing of it is shown."""
    counts: str
    fingerprint: str
    """Twelve signs of a hash of all the rest: tells two drafts apart."""


def as_of(incident: Incident, entries: Sequence[Entry]) -> datetime:
    """When the record last changed: it dates the draft, so that the same record gives the same bytes."""
    times = [entry.at for entry in entries]
    times += [at for e in entries for at in (e.recorded_at, e.edited_at, e.deleted_at) if at]
    known = (incident.declared_at, incident.last_update_at, incident.resolved_at, incident.closed_at)
    return max([*times, *(at for at in known if at)])


def draft(
    incident: Incident,
    entries: Sequence[Entry],
    *,
    policy: Policy,
    names: Names,
    made_at: datetime | None = None,
    clock: str = H24,
    copies: Sequence[Copy] = (),
    again: Recurrence = NOTHING,
) -> Draft:
    """The draft of *incident* from its *entries*, in the order of ``at`` and, within an instant, as recorded.

    *names* are those of the workspace; people of an imported record bring their own. *made_at* dates it:
    leave it out for the time of the record's last change (``as_of``). *clock*: the format's, H24 or H12.
    *copies*: of the files that people shared. *again*: what recurs, as it was looked up.
    """
    record = read_record(incident, entries, policy=policy, names=names_of(incident, names), clock=clock)
    asked = prompts(record)
    asked = {**asked, **prompts_escalation.prompts(record, asked)}
    facts, header = incident.facts, incident.header
    made = Draft(
        ref=incident.ref,
        title=_title(record),
        organisation=header.get("organisation") or policy.organisation,
        severity=_severity(record),
        status=(header.get("status") or incident.status.value).capitalize(),
        standing=draft_review.standing(record),
        classification=_classification(record),
        date=print_date(record.day(record.start)),
        window=window(record),
        commander=record.name(incident.commander),
        lead=draft_written.lead(record),
        customer_impact=draft_facts.level(record),
        services=", ".join(record.read(name) for name in incident.services),
        sentence=_sentence(record),
        summary=record.read(incident.summary),
        root_cause=record.read(incident.root_cause),
        resolution=record.read(incident.resolution),
        spans=draft_spans.spans(record),
        unknown=draft_spans.unknown(record),
        windows=draft_spans.affected(record),
        affected=draft_spans.affected_for(record),
        impact=draft_facts.impact(record),
        impact_groups=draft_facts.impact_groups(record),
        details=draft_facts.details(record),
        customers=customers(record),
        business=business(record),
        response=draft_response.response(record),
        timeline=timeline(record),
        triggers=_cited(record, Kind.TRIGGER),
        alerts=_cited(record, Kind.ALERT),
        cadence=draft_pace.kept(record),
        rungs=draft_pace.rungs(record),
        steps=draft_spans.steps_of(record),
        decisions=draft_response.decisions(record),
        surprises=draft_debrief.surprises(record),
        causes=draft_debrief.causes(record),
        causes_called=policy.postmortem_causes,
        handoffs=draft_response.handoffs(record),
        people=draft_response.people(record),
        messages=messages(record),
        actions=draft_written.actions(record),
        plan=plan(record),
        factors=draft_written.factors(record),
        chain=draft_written.chain(record),
        prevention=draft_written.prevention(record),
        beside_actions=draft_written.beside_actions(record),
        measures=draft_written.measures(record),
        cause_in_short=draft_written.cause_in_short(record),
        conclusion=draft_written.conclusion(record),
        lessons=draft_written.lessons(record),
        lessons_by_group=draft_written.lessons_by_group(record),
        technical=draft_written.technical(record),
        fixes_during=draft_written.fixes(record, during=True),
        fixes_after=draft_written.fixes(record, during=False),
        feedback=draft_written.feedback(record),
        targets=targets(record),
        process=draft_written.process(record),
        sla=tuple(item["text"] for item in facts.get("sla", ())),
        artifacts=draft_written.artifacts(record),
        picture=picture(record),
        prepared_by=facts.get("document", {}).get("prepared_by") or record.name(incident.postmortem_owner),
        files=shared(record, copies),
        about=draft_written.about(record),
        left_out=left_out(record),
        case=draft_escalation.case(record),
        checklist=draft_review.checklist(record),
        cause_tags=tuple(record.read(tag) for tag in incident.causes),
        recurrence=recurred(record, again),
        prompts=asked,
        warnings=lint.warnings(record),
        made=_made(record, made_at or as_of(incident, entries)),
        dated=(made_at or as_of(incident, entries)).replace(microsecond=0),
        counts=_counts(record),
        fingerprint="",
    )
    told = "".join(repr(each) for each in (made, made.cause_tags, made.recurrence) if each)
    return replace(made, fingerprint=hashlib.sha256(told.encode("utf-8", "replace")).hexdigest()[:12])


def _made(record: Record, at: datetime) -> str:
    """The instant, or the date where that is all that is known of it."""
    return str(record.day(at)) if at in record.dates else f"{at.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC"


def _title(record: Record) -> str:
    """What it is called; a drill says so (R-DRL-2). One that names its kind only says which incident is meant."""
    mark = "DRILL: " if record.incident.drill else ""
    told = record.read(record.incident.title)
    if record.incident.is_case:
        return mark + (told if is_summary(told) else f"{record.incident.ref} - {SUMMARY}")
    if told and not record.has_title:
        services = ", ".join(record.read(name) for name in record.incident.services)
        told = ": ".join(
            (told, ", ".join(part for part in (services, print_date(record.day(record.start))) if part))
        )
    return mark + (told or f"{record.severity.name} incident without a title")


def _classification(record: Record) -> str:
    """Who may read it; that of a private incident says that it is one (DR-28)."""
    told = record.read(record.incident.classification or record.severity.classification)
    return ", ".join(part for part in (told, "private incident" if record.incident.private else "") if part)


def _severity(record: Record) -> str:
    """As the record has it written, else as the policy writes it; one that nobody gave is never passed off as given."""
    told = record.incident.header.get("severity", {})
    if not record.has_severity:
        return f"{NOT_RECORDED} (treated as {record.severity.written})"
    return (told.get("as_written") if not told.get("changes") else None) or record.severity.written


def window(record: Record) -> str:
    """``November 8, 2025, 14:02 to 19:49 UTC``; dates only where no more is known."""
    if record.points["impact"].day_only:
        return " to ".join(print_date(record.day(at)) for at in (record.start, record.end) if at)
    start = f"{print_date(record.day(record.start))}, {record.clock(record.start)}"
    end = record.stamp(record.end) if record.end else "not over"
    zone = f" {zone_line(record).split(' ', maxsplit=1)[0]}" if len(record.labels) == 1 else ""
    return f"{start} to {end}{zone}"


def _sentence(record: Record) -> str:
    """Filled in from recorded values and computed ones only; the window stands right above it."""
    impact = draft_facts.impact(record)
    duration = next(fact for fact in impact if fact.name == "Duration")
    services = ", ".join(record.read(name) for name in record.incident.services)
    lasted = f"for {duration.value}" if duration.value != NOT_RECORDED else "for a time not recorded"
    what = services or f"services {NOT_RECORDED}"
    numbers = "; ".join(draft_facts.told(fact, _lower(fact.name)) for fact in draft_facts.headline(record))
    status = record.incident.header.get("status") or record.incident.status.value
    told = capital(numbers or f"numbers of impact: {NOT_RECORDED}")
    return f"Affected {lasted}: {what}. {told}. Now {status.lower()}."


def _lower(name: str) -> str:
    return " ".join(word if word.isupper() else word.lower() for word in name.split())


def _cited(record: Record, *kinds: Kind) -> tuple[str, ...]:
    return tuple(record.cite(entry) for entry in record.shown if entry.kind in kinds)


def _counts(record: Record) -> str:
    edited = sum(entry.edited_at is not None for entry in record.entries)
    late = sum(is_late(entry) for entry in record.entries)
    removed = len(record.every) - len(record.entries)
    return (
        f"{len(record.every):,} entries, {len(record.shown):,} of them shown above; "
        f"{edited:,} edited, {late:,} written down late, {removed:,} removed"
    )
