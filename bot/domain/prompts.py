"""What people still have to write: questions that help, with candidates from the record (rules 5, 6; AD-2).

A prompt never holds guessed text (R-FMT-2): candidates are quotes with their time and author.
"""

import re
from collections.abc import Iterable, Mapping

from bot.domain import draft_debrief, draft_facts, draft_items, draft_written, lint, metrics, prompts_review
from bot.domain.draft_record import Record, is_log
from bot.domain.prompt import MOST_CANDIDATES, Ask, Prompt
from bot.domain.prompt import cited as _cited
from bot.domain.timeline import Entry, Kind
from bot.domain.times import print_duration
from bot.domain.topics import LUCKY, WELL, WRONG

__all__ = ["MOST_CANDIDATES", "Prompt", "prompts"]


_DATA = re.compile(
    r"\bbackups?\b|\bsnapshots?\b|\bcorrupt|\brestor\w+ from\b|\bdata\b(?! (?:cent|engineer|team|scien|base))",
    re.IGNORECASE,
)
"""What speaks of data that may be lost or written twice: a roll-back of a release does not."""
_ASIDE = re.compile(
    r"\bfail(?:ed)?[ -]?over\b|\brerout|\bredirect|\bdivert|\bdisabled?\b|\bswitched (?:over|off|to)\b|\bthrottled?\b"
    r"|\bmaintenance mode\b",
    re.IGNORECASE,
)
_BACK = re.compile(
    r"\bfail(?:ed)?[ -]?back\b|\brevert|\bswitched back\b|\bre-?enabled?\b|\bund(?:one|id)\b|\bout of maintenance",
    re.IGNORECASE,
)
_TASK = re.compile(r"Task \d+\b")
_NOT_OF_DATA = frozenset({Kind.MESSAGE, Kind.ASSEMBLY, Kind.COMMS_INTERNAL, Kind.COMMS_EXTERNAL})


def prompts(record: Record) -> Mapping[str, Prompt]:
    """All prompts that this record needs, by topic, in the order in which a document asks them."""
    return {prompt.topic: prompt for ask in _ASKED for prompt in ask(record)}


def _summary(record: Record) -> Iterable[Prompt]:
    if not record.incident.summary:
        question = (
            "What happened, to whom, how was it brought to an end, and what changes now? A summary of three or "
            "four sentences that a reader outside the team understands."
        )
        yield Prompt(topic="summary", title="summary", question=question)


def _commander(record: Record) -> Iterable[Prompt]:
    if not record.name(record.incident.commander):
        question = "Who was the incident commander, and from when to when?"
        yield Prompt(topic="commander", title="name of the incident commander", question=question)


def _impact_start(record: Record) -> Iterable[Prompt]:
    impact, detect = record.points["impact"], record.points["detect"]
    if impact.source == "recorded" and impact.at != detect.at:
        return
    before = [entry for entry in record.shown if entry.at < record.start]
    question = (
        f"When did customers begin to be affected? The draft counts from {record.started()} "
        f"({impact.source if impact.source != 'recorded' else 'the moment of detection'})."
    )
    yield Prompt(
        topic="impact_start",
        title="real start of impact",
        question=question,
        candidates=_cited(record, before[-3:]),
    )


def _impact(record: Record) -> Iterable[Prompt]:
    if not draft_facts.has_numbers(record):
        question = "How many customers and users were affected, by what, and what could they still do?"
        yield Prompt(topic="impact", title="impact in numbers", question=question)


def _data_loss(record: Record) -> Iterable[Prompt]:
    told = next((fact for fact in draft_facts.impact(record) if "data loss" in fact.name.lower()), None)
    recorded = f"recorded as “{told.value}”" if told else "not recorded"
    question = f"Data loss is {recorded}. Was any data lost or written twice? Who confirmed it and when?"
    touched = [e for e in record.shown if e.kind not in _NOT_OF_DATA and _DATA.search(record.said(e))]
    yield Prompt(
        topic="data_loss",
        title="data loss: confirmation",
        question=question,
        candidates=_cited(record, touched[:3]),
    )


def _root_cause(record: Record) -> Iterable[Prompt]:
    if record.incident.root_cause:
        return
    named = [entry for entry in record.shown if metrics.names_a_cause(entry)]
    others = [entry for entry in record.shown if entry.kind in (Kind.FINDING, Kind.HYPOTHESIS)]
    question = (
        "Root cause: what made this possible, and what evidence shows it? What was named during the incident "
        "is a candidate, often a symptom."
    )
    found = named + [entry for entry in others if entry not in named]
    yield Prompt(topic="root_cause", title="root cause", question=question, candidates=_cited(record, found))


def _factors(record: Record) -> Iterable[Prompt]:
    if not record.incident.facts.get("contributing_factors"):
        question = (
            "Contributing factors: what else had to be so for this to happen, to grow, or to last as long?"
        )
        issues = [
            entry
            for entry in record.shown
            if entry.kind in (Kind.ISSUE, Kind.TRIGGER) or entry.at < record.start
        ]
        yield Prompt(
            topic="factors",
            title="contributing factors",
            question=question,
            candidates=_cited(record, issues),
        )


def _trigger(record: Record) -> Iterable[Prompt]:
    if not any(entry.kind is Kind.TRIGGER for entry in record.shown):
        question = "Trigger: which change or event set it off, and when?"
        near = [entry for entry in record.shown if entry.at <= record.start]
        yield Prompt(
            topic="trigger", title="trigger", question=question, candidates=_cited(record, near[-4:])
        )


def _detection(record: Record) -> Iterable[Prompt]:
    question = "Detection: who or what noticed first, how, and what would have shown it sooner?"
    alerts = [entry for entry in record.shown if entry.kind is Kind.ALERT]
    yield Prompt(
        topic="detection", title="detection", question=question, candidates=_cited(record, alerts[:3])
    )


def _resolution(record: Record) -> Iterable[Prompt]:
    if record.incident.resolution or record.incident.facts.get("fixes"):
        return
    kinds = (Kind.RECOVERY, Kind.SOLUTION, Kind.RESULT, Kind.DECISION, Kind.ACTION)
    steps = [entry for entry in record.shown if entry.kind in kinds and not entry.is_state]
    question = "Resolution: which steps brought the service back, and which of them stay in place?"
    yield Prompt(topic="resolution", title="resolution", question=question, candidates=_cited(record, steps))


def _gaps(record: Record) -> Iterable[Prompt]:
    found = lint.gaps(record)
    if found:
        question = f"What happened in the {'gap' if len(found) == 1 else 'gaps'} without an entry?"
        held = lint.held_in(record, found)
        question += f" The log holds {held} of these times." if held else ""
        between = tuple(lint.print_gap(record, gap) for gap in found)
        yield Prompt(topic="gaps", title="gaps in the timeline", question=question, candidates=between)


def _temporary(record: Record) -> Iterable[Prompt]:
    """More was put aside for a while than the record says was put back."""
    measures: dict[str, list[Entry]] = {}
    back: list[Entry] = []
    for entry in (entry for entry in record.shown if not is_log(entry)):
        said = record.said(entry)
        if _BACK.search(said):
            back.append(entry)
        elif found := _ASIDE.search(said):
            measures.setdefault(found[0].lower(), []).append(entry)
    aside = [entry for found in measures.values() for entry in found]
    if len(aside) > len(back):
        question = (
            f"Temporary measures ({', '.join(measures)}): which were undone, when and by whom, and which are still "
            "in place?"
        )
        yield Prompt(
            topic="temporary",
            title="temporary measures: undone or in place",
            question=question,
            candidates=_cited(record, [*aside, *back]),
        )


def _actions(record: Record) -> Iterable[Prompt]:
    entered = draft_items.wanted(record)
    if entered and all(item.get("owner") and item.get("due") for item in entered):
        return
    question = (
        "Action items (corrective actions): what will be changed (prevent, detect, mitigate, process)? Each with "
        "an owner, a due date, and a way to tell that it is done."
    )
    if entered:
        question = "Action items (corrective actions): which owner and which due date belong to each of them?"
    yield Prompt(
        topic="actions", title="corrective actions with owner and due date", question=question,
        candidates=_cited(record, _left_open(record)[:MOST_CANDIDATES]),
    )  # fmt: skip


def _left_open(record: Record) -> list[Entry]:
    """Where people added tasks that nobody is known to have done; what the bot asks for by itself is none."""
    steps: dict[str, list[Entry]] = {}
    for entry in record.entries:
        if entry.data.get("change") == "task" and (task := _TASK.match(entry.text)):
            steps.setdefault(task[0], []).append(entry)
    open_ones = (
        told for told in steps.values() if not {"done", "moved"} & {entry.data.get("step") for entry in told}
    )
    return [told[0] for told in open_ones if told[0].author]


def _lessons(record: Record) -> Iterable[Prompt]:
    groups = {lesson["group"] for lesson in record.incident.facts.get("lessons", ())}
    if groups - {WELL, WRONG, LUCKY}:
        return
    if WELL not in groups:
        yield Prompt(
            topic="well", title="what went well", question="What went well, and what made that possible?",
            candidates=tuple(_went_well(record)),
        )  # fmt: skip
    if WRONG not in groups:
        yield Prompt(
            topic="poorly", title="what went wrong", question="What went wrong, or was harder than it had to be?",
            candidates=tuple(_was_hard(record)),
        )  # fmt: skip
    if LUCKY not in groups:
        question = "Where did we get lucky? What would have made it longer or worse?"
        yield Prompt(
            topic="lucky", title="where we got lucky", question=question,
            candidates=tuple(draft_debrief.lucky(record)),
        )  # fmt: skip
    if groups:
        return
    question = (
        "Lessons learned, by group (technical, operational, process, strategic): what went well, what was harder "
        "than it had to be, where did we get lucky?"
    )
    yield Prompt(
        topic="lessons", title="lessons learned", question=question,
        candidates=(*_went_well(record), *_was_hard(record))[: 2 * MOST_CANDIDATES],
    )  # fmt: skip


def _went_well(record: Record) -> Iterable[str]:
    yield from draft_debrief.kept_pace(record, late=False)
    for span in record.spans:
        if span.key in ("acknowledged", "declared") and span.is_timed and span.value is not None:
            yield f"{span.name}: {print_duration(span.value, long=True)} after {span.start.name}"
    yield from draft_debrief.goals(record, met=True)


def _was_hard(record: Record) -> Iterable[str]:
    yield from draft_debrief.kept_pace(record, late=True)
    yield from draft_debrief.goals(record, met=False)
    if found := lint.gaps(record):
        yield lint.print_gaps(record, found)
    yield from (text for _, text in draft_debrief.phases_back(record))
    yield from (text for _, text in draft_debrief.late_escalations(record))
    for entry in record.entries:
        if entry.data.get("change") in ("severity", "snooze", "pause", "long", "reopened"):
            yield record.cite(entry)
    rejected = [entry for entry in record.shown if entry.kind in (Kind.HYPOTHESIS, Kind.ISSUE)]
    yield from _cited(record, rejected)


def _sla(record: Record) -> Iterable[Prompt]:
    if not record.incident.facts.get("sla"):
        question = "SLA impact: which agreements are touched, and for whom? Internal, before any approval."
        yield Prompt(topic="sla", title="SLA assessment", question=question)


def _conclusion(record: Record) -> Iterable[Prompt]:
    if draft_written.conclusion(record):
        return
    question = (
        "Conclusion: what does this outage change for those who run the service, and for those who use it?"
    )
    hard = tuple(_was_hard(record))[:MOST_CANDIDATES]
    yield Prompt(topic="conclusion", title="conclusion", question=question, candidates=hard)


def _prepared(record: Record) -> Iterable[Prompt]:
    told = record.incident.facts.get("document", {}).get("prepared_by")
    if not told and not record.name(record.incident.postmortem_owner):
        yield Prompt(topic="prepared", title="who prepared the report", question="Who prepared this report?")


_ASKED: tuple[Ask, ...] = (
    _commander, _summary, _impact_start, _impact, _data_loss, _root_cause, _trigger, _factors, _detection,
    _resolution, _gaps, _temporary, _actions, _lessons, _sla, _conclusion, _prepared, *prompts_review.ASKED,
)  # fmt: skip
