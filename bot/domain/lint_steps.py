"""Steps that do not fit: results before their time, fixes without an entry, causes, phases, bare first names."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from bot.domain import draft_debrief, steps
from bot.domain.draft_record import Record
from bot.domain.lint_rule import Remark
from bot.domain.lint_text import passages, quote
from bot.domain.lint_wording import people
from bot.domain.timeline import Entry, Kind
from bot.domain.times import print_duration

_NUMBER = re.compile(r"\d[\d.,]*")
_WORD = re.compile(r"[a-z]{4,}")
_DURING = re.compile(r"\bduring\b", re.IGNORECASE)
MOST_CITED = 3
_OUTCOMES = frozenset({*steps.OUTCOMES, Kind.FINDING, Kind.ISSUE, Kind.STATUS, Kind.MONITORING, Kind.TESTING})
ENOUGH = 2
"""A fix and an entry that share so many words speak of one thing."""


def known_later(record: Record) -> Iterator[Remark]:
    """A duration written at the very time of its action: planned, or known only later."""
    later = {step.before.at: step for step in (*steps.results(record.shown), *steps.shares(record.shown))}
    for duration in steps.same_instant(record.shown):
        text = (
            f"The entry of {record.stamp(duration.at)} tells how long it took ({quote(record.said(duration))}) at the "
            "very time of its action"
        )
        step = later.get(duration.at)
        if step:
            text += (
                f"; the first later entry about it is of {record.stamp(step.after.at)}, "
                f"{print_duration(step.length, long=True)} later"
            )
        yield Remark(rule="AD-7", text=f"{text}. Was it planned, or written down later?")


def without_result(record: Record) -> Iterator[Remark]:
    """Actions after which nothing came of them, in a record that notes results."""
    told = [entry for entry in record.shown if not entry.is_state]
    if not any(entry.kind is Kind.RESULT for entry in told):
        return
    lacking = [told[n] for n in range(len(told)) if told[n].kind in steps.ACTIONS and not _led_on(told, n)]
    if lacking:
        cited = "; ".join(record.cite(entry) for entry in lacking[:MOST_CITED])
        more = f" and {len(lacking) - MOST_CITED:,} more" if len(lacking) > MOST_CITED else ""
        yield Remark(rule="AD-7", text=f"Nothing tells what came of: {cited}{more}.")


def _led_on(told: Sequence[Entry], n: int) -> bool:
    """Whether something came of the action number *n*: an outcome, or a next action of the same thing."""
    for entry in (told[later] for later in range(n + 1, len(told))):
        if entry.kind in _OUTCOMES:
            return True
        if entry.kind in steps.ACTIONS and entry.at > told[n].at:
            return bool(steps.words(told[n]) & steps.words(entry))
    return True  # what ended with the incident itself


def fixes(record: Record) -> Iterator[Remark]:
    """A fix that is said to be of the incident itself, and that no entry of the timeline speaks of."""
    told = [f"{entry.label or ''} {record.said(entry)}".lower() for entry in record.shown]
    for fix in record.incident.facts.get("fixes", ()):
        if _is_of_the_incident(fix) and not any(_speaks_of(text, fix["text"]) for text in told):
            text = f"{fix['group']}: {quote(fix['text'])}: no entry of the timeline speaks of it."
            yield Remark(rule="AD-7", text=text)


def _is_of_the_incident(fix: Mapping[str, Any]) -> bool:
    return bool(_DURING.search(fix["group"]))


def _speaks_of(told: str, fix: str) -> bool:
    """Whether an entry tells of *fix*: its words, and the value that it led to, where it names one."""
    shared = set(_WORD.findall(told)) & set(_WORD.findall(fix.lower()))
    numbers = _NUMBER.findall(fix)
    return len(shared) >= ENOUGH and (not numbers or numbers[-1] in _NUMBER.findall(told))


def causes(record: Record) -> Iterator[Remark]:
    """Several causes named while it went on, and a chain of which no link is said to be the first (AD-3)."""
    named = draft_debrief.claims(record.shown)
    if len(named) > 1:
        cited = "; ".join(f"{record.stamp(entry.at)} {quote(record.said(entry))}" for entry in named)
        text = (
            f"A cause is named {len(named)} times, each time another: {cited}. None of them is chosen here."
        )
        yield Remark(rule="AD-3", text=text)
    told = record.incident.facts.get("root_cause") or {}
    if told.get("chain") and not record.incident.root_cause and len(told["chain"]) > 1:
        text = f"{len(told['chain'])} groups of causes are listed; none is named as the primary one."
        yield Remark(rule="AD-3", text=text)


def phases(record: Record) -> Iterator[Remark]:
    """Phases that went back, and a new problem after “monitoring”."""
    for _, text in draft_debrief.phases_back(record):
        yield Remark(rule="AD-4", text=f"{text}.")


def cut_off(record: Record) -> Iterator[Remark]:
    """Texts that the record has only in part: never completed."""
    facts = record.incident.facts
    titles = [a["title"] or "an artifact" for a in facts.get("artifacts", ()) if a.get("truncated")]
    titles += [
        sent.get("subject") or f"the text for {sent.get('channel') or 'customers'}"
        for sent in facts.get("communications_sent", ())
        if sent.get("truncated")
    ]
    if titles:
        named = ", ".join(f"“{title}”" for title in titles)
        yield Remark(rule="R-FMT-2", text=f"Cut off in the record, and kept so: {named}.")


def first_names(record: Record) -> Iterator[Remark]:
    """A bare name that two people bear: whoever is meant is told by the author, where it is one of them."""
    whole = [name for name in people(record) if " " in name]
    shared: dict[str, list[str]] = {}
    for name in sorted(whole):
        for part in {name.split()[0], name.split()[-1]}:
            shared.setdefault(part, []).append(name)
    for part, bearers in shared.items():
        if len(bearers) > 1:
            yield from _bare(record, part, bearers)


def _bare(record: Record, part: str, bearers: list[str]) -> Iterator[Remark]:
    whole = re.compile("|".join(re.escape(name) for name in bearers))
    bare = re.compile(rf"\b{re.escape(part)}\b")
    either = " or ".join(bearers)
    for entry in record.shown:
        if bare.search(whole.sub("", record.said(entry))):
            author = record.name(entry.author)
            told = f"; it is told by {author}" if author in bearers else ""
            where = f"“{part}” in the entry of {record.stamp(entry.at)}"
            yield Remark(rule="layout 8", text=f"{where} could be {either}{told}.")
    for passage in passages(record):
        if bare.search(whole.sub("", passage.text)):
            yield Remark(rule="layout 8", text=f"“{part}” in {passage.where} could be {either}.")
