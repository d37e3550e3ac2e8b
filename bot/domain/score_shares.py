"""Metrics that are a share: status updates and follow-ups on time, uptime; and those that people enter."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta
from decimal import ROUND_FLOOR, Decimal

from bot.domain import score_entered
from bot.domain.followup import State
from bot.domain.points import Point
from bot.domain.score_measured import Planned
from bot.domain.score_metrics import Aim, Metric
from bot.domain.score_spans import about, judged, seconds
from bot.domain.score_values import JUDGED, Counted, Line, Reading, Scope, Verdict

_ALL = Decimal(100)
_HUNDREDTH = Decimal("0.01")


def _percent(part: Decimal, whole: Decimal) -> Decimal:
    """With two places, cut off: never past a target."""
    return (_ALL * part / whole).quantize(_HUNDREDTH, ROUND_FLOOR)


def of_pace(metric: Metric, wanted: Aim | None, scope: Scope) -> Line:
    """The share of all status updates that came by their due time (R-COM-6); each incident with its own."""
    readings, on_time, due = list[Reading](), 0, 0
    for one in scope.inside:
        pace = one.measured.pace
        if pace is None or not pace.wanted:
            continue
        on_time, due = on_time + pace.on_time, due + pace.wanted
        value = _percent(Decimal(pace.on_time), Decimal(pace.wanted))
        notes = ("estimated",) if pace.estimated else ()
        also = Decimal(pace.wanted)
        readings.append(about(one, value=value, verdict=judged(wanted, value), notes=notes, also=also))
    lowest = sorted(readings, key=lambda each: (each.value or Decimal(), each.ref))
    share = _percent(Decimal(on_time), Decimal(due)) if due else None
    return Line(metric=metric, aim=wanted, readings=tuple(lowest), value=share)


def of_followups(metric: Metric, wanted: Aim | None, scope: Scope) -> Line:
    """Done on or before the first due date, of those that were due in the period (R-MET-12)."""
    readings = [
        _followed_up(one, item, item.first_due_on, scope)
        for one in scope.counted
        for item in one.measured.followups
        if item.first_due_on is not None and scope.period.holds(item.first_due_on)
    ]
    due = [each for each in readings if each.verdict in JUDGED]
    kept = sum(each.verdict is Verdict.MET for each in due)
    share = _percent(Decimal(kept), Decimal(len(due))) if due else None
    latest = sorted(
        readings, key=lambda each: (each.verdict is not Verdict.MISSED, -each.late_by, each.ref, each.n)
    )
    return Line(metric=metric, aim=wanted, readings=tuple(latest), value=share)


def _followed_up(one: Counted, item: Planned, due: date, scope: Scope) -> Reading:
    """What became of one: open on its day it is still to come, and late from the next one on."""
    ended = scope.day(item.ended_at) if item.ended_at else None
    over = max(((ended or scope.day(scope.at)) - due).days, 0)
    notes, verdict = (() if ended else ("open",)), Verdict.MISSED if over else Verdict.MET
    if item.state is State.DONE and ended is None:  # a record that says no more than that
        over, verdict, notes = 0, Verdict.UNKNOWN, ("undated",)
    elif item.state is State.NOT_DOING and not over:
        verdict, notes = Verdict.UNJUDGED, ("dropped",)
    elif ended is None and not over:
        verdict = Verdict.WAITS
    midnight = datetime.combine(due, time(), scope.zone).astimezone(UTC)
    return about(
        one, title=item.text, n=item.n, verdict=verdict, notes=notes, late_by=over,
        start=Point(name="first due date", at=midnight, source="recorded", day_only=True),
        end=Point(name="ended", at=item.ended_at, source="recorded" if item.ended_at else ""),
    )  # fmt: skip


def of_downtime(metric: Metric, wanted: Aim | None, scope: Scope) -> Line:
    """From the recorded downtime of total outages; where none was recorded, as it was entered (R-MET-1)."""
    begin, end = scope.period.start(scope.zone), min(scope.period.end(scope.zone), scope.at)
    line = of_entered(metric, wanted, scope)
    down = [(one, max(a, begin), min(b, end)) for one in scope.counted for a, b in one.measured.down]
    down = sorted(((one, a, b) for one, a, b in down if a < b), key=lambda each: each[1])
    if not down:
        return line
    up = seconds(end - begin) - seconds(_union((a, b) for _, a, b in down))
    readings = (_outage(one, a, b) for one, a, b in down)
    share = _percent(up, seconds(end - begin))
    return Line(metric=metric, aim=wanted, readings=(*readings, *line.readings), value=share)


def _outage(one: Counted, start: datetime, end: datetime) -> Reading:
    return about(
        one, value=seconds(end - start), verdict=Verdict.UNJUDGED, notes=("down",),
        start=Point(name="down", at=start, source="recorded"),
        end=Point(name="up again", at=end, source="recorded"),
    )  # fmt: skip


def _union(stretches: Iterable[tuple[datetime, datetime]]) -> timedelta:
    """How long they last together, what overlaps counted once; they come in order."""
    spent, until = timedelta(), None
    for start, end in stretches:
        since = max(start, until) if until else start
        spent += max(end - since, timedelta())
        until = max(end, until) if until else end
    return spent


def of_entered(metric: Metric, wanted: Aim | None, scope: Scope) -> Line:
    """The value for the last days of the period counts; all of them are listed, the newest days first."""
    found = score_entered.within(scope.entered, metric.key, scope.period)
    readings = tuple(
        Reading(value=each.value, verdict=judged(wanted, each.value or Decimal()), entered=each)
        for each in reversed(found)
    )
    return Line(metric=metric, aim=wanted, readings=readings, value=readings[0].value if readings else None)
