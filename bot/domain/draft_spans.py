"""Spans in words: value, goal, both ends with their times and sources, and what each counts (PRODUCT 5.4, MD-7)."""

from dataclasses import dataclass
from datetime import timedelta

from bot.domain import steps, windows
from bot.domain.draft_record import NOT_RECORDED, Record, kind_words
from bot.domain.lint_text import quote
from bot.domain.points import Point, Span
from bot.domain.policy import Goal
from bot.domain.steps import Taken
from bot.domain.timeline import Kind, Precision
from bot.domain.times import print_duration
from bot.domain.windows import Window

MOST_STEPS = 12
_HAPPENED = frozenset({Kind.EVENT, Kind.TRIGGER, Kind.IMPACT})
"""What tells of the failure itself, beside the alert that it raised."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """A span in words: its value, and both its ends with their times."""

    key: str
    name: str
    value: str
    start: str
    end: str
    goal: str = ""
    """``goal < 4 minutes: missed by 8 minutes 30 seconds``; "" where the policy has none."""
    note: str = ""
    counted: str = ""
    """What it counts, for readers who know the measure by another rule."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Affected:
    """One window of impact in words."""

    start: str
    end: str
    length: str


def spans(record: Record) -> tuple[Measured, ...]:
    """Those that can be told: with a value, or with times that contradict each other."""
    return tuple(_measured(record, span) for span in record.spans if _is_told(span))


def unknown(record: Record) -> tuple[str, ...]:
    """The others: what is not recorded, and from where it would count."""
    return tuple(f"{span.name} (from {span.start.name})" for span in record.spans if not _is_told(span))


def affected(record: Record) -> tuple[Affected, ...]:
    """The windows of impact, where there were several."""
    found = record.windows if len(record.windows) > 1 else []
    return tuple(_window(record, window) for window in found)


def affected_for(record: Record) -> str:
    """The sum of the windows of impact; "" where there was one."""
    span = windows.total(record.windows)
    if len(record.windows) == 1:
        return ""
    return print_duration(span, long=True) if span is not None else NOT_RECORDED


def _window(record: Record, window: Window) -> Affected:
    length = print_duration(window.length, long=True) if window.length is not None else NOT_RECORDED
    if window.start.at and window.end.at and window.end.at < window.start.at:
        length = "times contradict each other"
    return Affected(start=point(record, window.start), end=point(record, window.end), length=length)


def _is_told(span: Span) -> bool:
    return span.value is not None or span.is_negative


def _measured(record: Record, span: Span) -> Measured:
    return Measured(
        key=span.key,
        name=span.name,
        value="not known" if is_guess(record, span) else _value(span),
        note=_note(record, span),
        start=point(record, span.start),
        end=point(record, span.end),
        goal=_goal(record, span),
        counted=span.counted,
    )


def _value(span: Span) -> str:
    if span.is_negative:
        return "times contradict each other"
    value = print_duration(span.value, long=True) if span.value is not None else NOT_RECORDED
    if span.start.day_only and span.value is not None:
        return f"about {value}" if span.value else "on the same day"
    return value


def is_one_time(span: Span) -> bool:
    """Whether it is a detection at the very start: which may mean that nobody knows the start."""
    return span.key == "detected" and span.value == timedelta()


def is_guess(record: Record, span: Span) -> bool:
    """Whether it counts no time only because the alert is the first that is known: impact may have begun before."""
    own = (
        e for e in record.shown if e.at == span.start.at and e.kind is not Kind.ALERT and e.kind in _HAPPENED
    )
    return is_one_time(span) and not any(own)


def _note(record: Record, span: Span) -> str:
    if not is_one_time(span):
        return ""
    told = "start of impact and detection are one time"
    return f"{_value(span)} recorded: {told}" if is_guess(record, span) else told


def _goal(record: Record, span: Span) -> str:
    """Whether the policy's goal was met; where nobody can know, it says so."""
    goal = record.policy.goal(span.key, record.incident.severity)
    if goal is None or span.value is None or not span.is_timed:
        return ""
    wanted = f"goal {goal.sign} {print_duration(goal.within, long=True)}"
    if is_one_time(span):
        return f"{wanted}: cannot be told"
    return f"{wanted}: {_kept(goal, span.value)}"


def _kept(goal: Goal, span: timedelta) -> str:
    if goal.is_met(span):
        return "met"
    over = span - goal.within
    return f"missed by {print_duration(over, long=True)}" if over else "missed, it took exactly as long"


def steps_of(record: Record) -> tuple[str, ...]:
    """From the named cause to the first action, from actions to their results, from some of many to all of them."""
    found = [*steps.results(record.shown), *steps.shares(record.shown)]
    if first := steps.fix(record.points, record.shown):
        found.append(first)
    rows = dict.fromkeys(_step(record, taken) for taken in sorted(found, key=lambda each: each.before.at))
    return tuple(rows)[:MOST_STEPS]


def _step(record: Record, taken: Taken) -> str:
    """``8 minutes 30 seconds: from action, 09:43:55, “…” to recovery, 09:52:25, “…”``."""
    ends = (
        f"{kind_words(entry).lower()}, {record.stamp(entry.at)}, {quote(record.said(entry))}"
        for entry in (taken.before, taken.after)
    )
    return f"{print_duration(taken.length, long=True)}: from {' to '.join(ends)}"


def point(record: Record, known: Point) -> str:
    """``first responder, 09:23:45 (the first entry by a person after the alert)``."""
    if known.at is None:
        return f"{known.name}: {NOT_RECORDED}"
    source = "" if known.source == "recorded" else f" ({known.source})"
    return f"{known.name}, {record.stamp(known.at, Precision.DAY if known.day_only else None)}{source}"
