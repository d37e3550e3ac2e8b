"""Metrics that count one span of each incident, and the time until its postmortem is complete."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

from bot.domain.points import Point, Span
from bot.domain.score_metrics import Aim, Metric
from bot.domain.score_numbers import summary
from bot.domain.score_values import Counted, Line, Reading, Scope, Verdict

POSTMORTEM = "postmortem"
"""The one metric of a span that is no span of the record (R-MET-11)."""


def of_spans(metric: Metric, wanted: Aim | None, scope: Scope) -> Line:
    """A metric that counts one span of each incident."""
    readings, unrecorded = list[Reading](), 0
    for one in scope.inside:
        if metric.level and one.about.severity != metric.level:
            continue
        if metric.key == POSTMORTEM:
            readings += _postmortem(one, wanted, scope)
            continue
        found = _reading(metric, wanted, one)
        readings += found
        unrecorded += not found
    values = [each.value for each in readings if each.value is not None]
    ordered = sorted(readings, key=_longest_first)
    return Line(
        metric=metric, aim=wanted, readings=tuple(ordered), summary=summary(values), unrecorded=unrecorded
    )


def _longest_first(reading: Reading) -> tuple[bool, Decimal, str]:
    """People look for what stands out; what has no value comes last."""
    return reading.value is None, -(reading.value or Decimal()), reading.ref


def about(one: Counted, **more: Any) -> Reading:
    """A reading of that incident with the fields of *more*; where these name none, it has no value."""
    told = one.about
    fields = {"title": told.title, "value": None, "verdict": Verdict.UNKNOWN} | more
    return Reading(ref=told.ref, severity=told.severity, at=told.declared_at, **fields)


def _reading(metric: Metric, wanted: Aim | None, one: Counted) -> list[Reading]:
    """None where one end is not recorded."""
    measure = one.measured.measure(metric.span)
    if measure is None or measure.span.start.at is None or measure.span.end.at is None:
        return []
    span = measure.span
    ends = {"start": span.start, "end": span.end}
    if span.is_negative:
        return [about(one, **ends, verdict=Verdict.ERROR)]
    if not span.is_timed or measure.guess:
        return [about(one, **ends, notes=("guess" if measure.guess else "day",))]
    value = seconds(span.value or timedelta())
    one_time = metric.span == "detected" and not value
    notes, also = _notes(metric, span, one)
    return [
        about(
            one, **ends, value=value, also=also,
            verdict=Verdict.UNKNOWN if one_time and wanted else judged(wanted, value),
            notes=("one_time", *notes) if one_time else notes,
        )
    ]  # fmt: skip


def _notes(metric: Metric, span: Span, one: Counted) -> tuple[tuple[str, ...], Decimal | None]:
    """What is to be known beside a value: a skipped mitigation (MD-4), the first resolve (MD-3), pauses (MD-2)."""
    measured = one.measured
    if metric.span == "mitigated":
        return (("skipped",) if span.end.source.startswith("taken") else ()), None
    if metric.span != "resolved":
        return (), None
    paused = ("paused",) if measured.paused else ()
    first = measured.measure("first_resolved")
    if first is not None and first.span.value is not None:
        return ("reopened", *paused), seconds(first.span.value)
    return paused, seconds(measured.paused)


def _postmortem(one: Counted, wanted: Aim | None, scope: Scope) -> list[Reading]:
    """From the last resolve to the review; one that is not done yet is late once its time is over (R-MET-11)."""
    begun, done = one.measured.postmortem_from, one.measured.postmortem_done
    if begun is None:
        return []
    start = Point(name="resolve", at=begun, source="recorded")
    end = Point(name="reviewed", at=done, source="recorded" if done else "")
    ends = {"start": start, "end": end}
    if done is None:
        late = wanted is not None and not wanted.is_met(seconds(scope.at - begun))
        verdict = Verdict.MISSED if late else Verdict.WAITS
        return [about(one, **ends, verdict=verdict, notes=("unwritten",))]
    if done < begun:
        return [about(one, **ends, verdict=Verdict.ERROR)]
    value = seconds(done - begun)
    return [about(one, **ends, value=value, verdict=judged(wanted, value))]


def seconds(span: timedelta) -> Decimal:
    """In whole ones."""
    return Decimal(int(span.total_seconds()))


def judged(wanted: Aim | None, value: Decimal) -> Verdict:
    """What *value* is to its target."""
    if wanted is None:
        return Verdict.UNJUDGED
    return Verdict.MET if wanted.is_met(value) else Verdict.MISSED
