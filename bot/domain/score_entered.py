"""Values that people enter for metrics that nothing computes: who, when, for which days. Entered again is corrected."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal

from bot.domain.refusal_scores import EnteredAhead, NotAMetricValue, NotEntered, NothingEntered, OutOfRange
from bot.domain.score_metrics import Metric, Unit
from bot.domain.score_period import Period, parse_period
from bot.domain.words import number

NOTHING = "none"
"""Typed in the place of a value: what was entered for these days is taken back."""
EXAMPLES = {"nps": "8.2", "db_p95": "245", "churn": "1.8", "tickets": "42"}
_SIGNED = re.compile(r"[-\u2212]\s*(\d{1,12}(?:\.\d{1,6})?)", re.ASCII)
_MOST = {Unit.PERCENT: Decimal(100)}
_LARGEST = Decimal(10) ** 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Entered:
    """One value as somebody entered it. Nothing is ever changed: a later one for the same days takes its place."""

    id: int = 0
    metric: str
    """Key of the metric."""
    first: date
    last: date
    """The days that it tells of, in the organisation's zone."""
    value: Decimal | None
    """None: what was entered before is taken back."""
    note: str = ""
    """In Slack's encoding."""
    by: str
    """Slack user id."""
    at: datetime

    @property
    def days(self) -> str:
        """``2026-03``, ``2026-Q1``, ``2026-03-02``: as it is typed."""
        return named(self.first, self.last)


def named(first: date, last: date) -> str:
    """The days from *first* to *last* as people type them, as short as possible."""
    if first == last:
        return str(first)
    shorter = (f"{first:%Y-%m}", f"{first:%Y}-Q{(first.month + 2) // 3}", f"{first:%Y}")
    for typed in shorter:
        period = parse_period(typed, first)
        if (period.first, period.last) == (first, last):
            return typed
    return f"{first}..{last}"


def read_value(metric: Metric, given: str) -> Decimal | None:
    """The number that a person typed for *metric*; None where they take back. Raises NotAMetricValue, OutOfRange."""
    plain = given.strip().lower()
    if plain == NOTHING:
        return None
    plain = plain.removesuffix(metric.mark.lower()).strip() if metric.mark else plain
    minus, read = _SIGNED.fullmatch(plain), number(plain)
    value = -Decimal(minus[1]) if minus else read.value if read and read.text == plain else None
    example = EXAMPLES.get(metric.key, "99.9" if metric.unit is Unit.PERCENT else "42")
    if value is None or (read and not minus and not re.fullmatch(r"[\d.,'’\u00a0\u2009\u202f%]+", plain)):
        raise NotAMetricValue(given=given, name=metric.name, key=metric.key, example=example)
    least, most = (Decimal(), _MOST[metric.unit]) if metric.unit in _MOST else (-_LARGEST, _LARGEST)
    if not least <= value <= most:
        raise OutOfRange(
            given=given, name=metric.name, key=metric.key, example=example, least=str(least), most=str(most)
        )
    return value


def read_days(given: str | None, today: date, *, metric: Metric, value: str) -> Period:
    """The days that a value tells of; today where none are named. Raises UnknownPeriod, EnteredAhead."""
    period = parse_period(given or str(today), today)
    if period.first > today:
        raise EnteredAhead(given=given, key=metric.key, value=value, today=str(today))
    return period


def check_entered(metric: Metric, known: Sequence[Metric]) -> None:
    """Raise NotEntered where *metric* is computed."""
    if not metric.is_entered:
        own = [each.key for each in known if each.is_entered]
        raise NotEntered(name=metric.name, known=", ".join(own), near=own[0])


def check_taken_back(metric: Metric, one: Entered, before: Sequence[Entered]) -> None:
    """Raise NothingEntered where no value stands for the days of *one*; *before*: what was entered for them."""
    if not before or before[0].value is None:
        raise NothingEntered(name=metric.name, key=metric.key, days=one.days)


def is_same(one: Entered, before: Entered) -> bool:
    """Whether the same person entered the very same before."""
    return replace(one, id=0, at=before.at) == replace(before, id=0)


def current(entered: Iterable[Entered]) -> list[Entered]:
    """The values that count, in the order of their days: of several for the same days the one entered last."""
    newest: dict[tuple[str, date, date], Entered] = {}
    for each in sorted(entered, key=lambda one: one.id):
        newest[(each.metric, each.first, each.last)] = each
    return sorted(
        (each for each in newest.values() if each.value is not None), key=lambda one: (one.last, one.id)
    )


def within(entered: Iterable[Entered], metric: str, period: Period) -> list[Entered]:
    """The values of *metric* that tell of days of *period*, in the order in which these days end in it.

    Of several that reach to the same day the one of the fewest days comes last: for a month its own value counts, not
    that of its year.
    """
    told = [
        each
        for each in current(each for each in entered if each.metric == metric)
        if each.first <= period.last and each.last >= period.first
    ]
    return sorted(told, key=lambda one: (min(one.last, period.last), one.first, one.id))


def corrected(entered: Iterable[Entered], one: Entered) -> list[Entered]:
    """What was entered before *one* for the same days, the last first."""
    same = [
        each
        for each in entered
        if (each.metric, each.first, each.last) == (one.metric, one.first, one.last) and each.id < one.id
    ]
    return sorted(same, key=lambda each: each.id, reverse=True)
