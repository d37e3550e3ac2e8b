"""Metrics as rows of plain values: for files, for programs, for the command line."""

from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from bot.domain import score_words
from bot.domain.mrkdwn import NOBODY, Names, plain
from bot.domain.score_numbers import P90_IS
from bot.domain.score_values import Card, Line, Reading

RAW = frozenset({"key", "value_raw", "target_raw", "median_raw", "p90_raw", "mean_raw", "unit"})
"""Columns for programs: seconds, percent, numbers."""


def about(card: Card) -> dict[str, Any]:
    """What the numbers are of, and what is left out."""
    return {
        "period": card.period.typed, "first": str(card.period.first), "last": str(card.period.last),
        "zone": card.zone.key, "as_of": _iso(card.at), "incidents": card.incidents,
        "left_out": dict(sorted(card.left_out.items())), "private": "left out", "still_to_be_read": card.waiting,
        "p90": P90_IS,
    }  # fmt: skip


def lines(card: Card) -> list[dict[str, Any]]:
    """One row for each metric."""
    return [_line(line) for line in card.lines]


def _line(line: Line) -> dict[str, Any]:
    metric, told = line.metric, line.summary
    numbers = (told.median, told.p90, told.mean) if told else (None, None, None)
    named = dict(zip(("median", "p90", "mean"), numbers, strict=True))
    return {
        "rule": metric.rule, "key": metric.key, "metric": metric.name,
        "target": score_words.target(metric, line.aim),
        "value": score_words.value(metric, line.shown) if line.shown is not None else "",
        "verdict": line.verdict.value if line.aim and line.readings else "",
        "count": told.count if told else len(line.readings),
        **{name: score_words.value(metric, number) if number is not None else "" for name, number in named.items()},
        "met": f"{line.met} of {line.judged}" if line.judged else "",
        "errors": line.errors or None, "not_recorded": line.unrecorded or None, "definition": metric.definition,
        "unit": metric.unit.value, "value_raw": _number(line.shown),
        "target_raw": _number(line.aim.value) if line.aim else None,
        **{f"{name}_raw": _number(number) for name, number in named.items()},
    }  # fmt: skip


def readings(line: Line, names: Names = NOBODY) -> list[dict[str, Any]]:
    """One row for each value behind a metric, with both its times and their sources (MD-7)."""
    return [_reading(line, each, names) for each in line.readings]


def _reading(line: Line, each: Reading, names: Names) -> dict[str, Any]:
    start, end, entered = each.start, each.end, each.entered
    return {
        "incident": each.ref, "follow_up": each.n or None, "severity": each.severity,
        "title": plain(each.title, names),
        "value": score_words.reading(line.metric, each), "verdict": each.verdict.value,
        "from": start.name if start else "", "from_at": _iso(start.at) if start else "",
        "from_source": start.source if start and start.at else "",
        "to": end.name if end else "", "to_at": _iso(end.at) if end else "",
        "to_source": end.source if end and end.at else "",
        "notes": "; ".join(score_words.notes(each)),
        "days": entered.days if entered else "", "entered_by": _who(entered.by, names) if entered else "",
        "entered_at": _iso(entered.at) if entered else "", "note": plain(entered.note, names) if entered else "",
        "value_raw": _number(each.value),
    }  # fmt: skip


def _who(user: str, names: Names) -> str:
    people: Mapping[str, str] = names.people
    return people.get(user, user)


def _iso(at: datetime | None) -> str:
    return at.astimezone(UTC).isoformat(timespec="seconds") if at else ""


def _number(value: Decimal | None) -> int | float | None:
    if value is None:
        return None
    return int(value) if value == value.to_integral_value() else float(value)
