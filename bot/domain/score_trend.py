"""The values behind a metric as a trend, which ``bot.formats.trend`` draws (MD-6: it shows what was, no more)."""

from datetime import datetime, time
from zoneinfo import ZoneInfo

from bot.domain import trend
from bot.domain.refusal_scores import NothingToDraw
from bot.domain.score_metrics import Metric, Unit
from bot.domain.score_values import Card, Reading
from bot.domain.trend import Trend

_NOON = time(12)
_UNITS = {Unit.TIME: trend.Unit.TIME, Unit.PERCENT: trend.Unit.PERCENT, Unit.NUMBER: trend.Unit.NUMBER}


def trend_of(card: Card, metric: Metric) -> Trend:
    """The values of *metric* over the period of *card*. Raises NothingToDraw where it has none with a time."""
    line = card.line(metric)
    points = [point for each in line.readings if (point := _point(each, card.zone)) is not None]
    if not points:
        raise NothingToDraw(name=metric.name, called=card.period.called, key=metric.key)
    entered = any(each.entered for each in line.readings)
    return Trend(
        name=metric.name, counted=metric.definition, unit=_UNITS[metric.unit], points=tuple(points),
        start=card.period.start(card.zone), end=card.period.end(card.zone), zone=card.zone,
        target=float(line.aim.value) if line.aim else None, sign=line.aim.sign if line.aim else metric.sign,
        of=("value entered", "values entered") if entered else ("incident", "incidents"),
    )  # fmt: skip


def _point(each: Reading, zone: ZoneInfo) -> trend.Point | None:
    """None where it has no value, or where that is no value of the metric but the length of an outage."""
    if each.value is None or each.value < 0 or "down" in each.notes:
        return None
    if each.entered is not None:
        at = datetime.combine(each.entered.last, _NOON, zone)
        return trend.Point(at=at, value=float(each.value))
    return trend.Point(at=each.at, value=float(each.value), ref=each.ref) if each.at else None
