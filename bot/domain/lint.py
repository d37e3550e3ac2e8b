"""What to check before trusting a draft: gaps, contradictions, wording (PRODUCT 5.3 BL-2, 6 LINT-…).

Warnings only: nothing recorded is changed, nothing is decided.
"""

from collections.abc import Callable, Iterator
from datetime import timedelta

from bot.domain import (
    lint_items,
    lint_missing,
    lint_scope,
    lint_stated,
    lint_steps,
    lint_sums,
    lint_times,
    lint_wording,
    lint_zones,
    pace,
)
from bot.domain.draft_record import Record
from bot.domain.lint_rule import RULES, Remark, Warned
from bot.domain.pace import Interval
from bot.domain.times import print_duration

GAP = timedelta(minutes=30)
MOST = 8
"""Warnings of one rule that are written out."""
Check = Callable[[Record], Iterator[Remark]]


def warnings(record: Record) -> tuple[Warned, ...]:
    """Everything worth a check, by rule; not what a prompt asks for anyway. What is said twice stands once."""
    found: dict[str, dict[str, None]] = {rule: {} for rule in RULES}
    for check in _CHECKS:
        for remark in check(record):
            found[remark.rule].setdefault(remark.text)
    return tuple(_warned(rule, list(texts)) for rule, texts in found.items() if texts)


def _warned(rule: str, texts: list[str]) -> Warned:
    return Warned(rule=rule, name=RULES[rule], texts=tuple(texts[:MOST]), more=max(len(texts) - MOST, 0))


_CHECKS: tuple[Check, ...] = (
    lint_times.contradicting, lint_times.external, lint_times.starts, lint_times.ends, lint_stated.two_starts,
    lint_stated.stated, lint_stated.uptime, lint_stated.quotes, lint_sums.customers, lint_sums.business,
    lint_sums.feedback, lint_sums.titles, lint_scope.readings, lint_scope.scope, lint_zones.label, lint_zones.windows,
    lint_steps.known_later, lint_steps.without_result, lint_steps.fixes, lint_steps.causes, lint_steps.phases,
    lint_steps.cut_off, lint_steps.first_names, lint_missing.fields, lint_missing.approvals, lint_missing.times,
    lint_items.lacking, lint_items.outside, lint_items.starts, lint_wording.names, lint_wording.judging,
    lint_wording.guesses, lint_wording.speed, lint_wording.outage,
)  # fmt: skip


# Gaps in the timeline


def gaps(record: Record) -> list[Interval]:
    """Stretches of more than 30 minutes without a timeline entry, while a P0 or P1 lasted; not between mere dates."""
    end = record.end
    if record.severity.rank > 1 or end is None:
        return []
    times = [entry.at for entry in record.shown if record.start <= entry.at <= end]
    found = pace.silences([record.start, *times, end], GAP)
    return [gap for gap in found if not {gap.start, gap.end} & record.dates]


def held_in(record: Record, found: list[Interval]) -> str:
    """What the log knows of gaps in the timeline: ``3 messages``; "" where it is empty too."""
    held = sum(gap.start < entry.at < gap.end for gap in found for entry in record.entries)
    return "1 message" if held == 1 else f"{held:,} messages" if held else ""


def print_gaps(record: Record, found: list[Interval]) -> str:
    """How often there was no entry for more than 30 minutes, and the longest of these times."""
    longest = pace.longest(found) or found[0]
    times = "once" if len(found) == 1 else f"{len(found)} times"
    return f"No timeline entry for more than 30 minutes, {times}; the longest {print_gap(record, longest)}"


def print_gap(record: Record, gap: Interval) -> str:
    """``from 14:30 to 15:45 (1 hour 15 minutes)``."""
    length = print_duration(gap.length, long=True)
    return f"from {record.stamp(gap.start)} to {record.stamp(gap.end)} ({length})"
