"""Measures of impact: what ``/incident impact key=value`` records, in the vocabulary of a replay's facts."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bot.domain import windows
from bot.domain.mrkdwn import NOBODY, Names, plain
from bot.domain.nearest import nearest
from bot.domain.refusal import NotANumber, UnknownMeasure
from bot.domain.refusal_fields import NotAShare
from bot.domain.windows import WINDOW
from bot.domain.words import number, plain_number


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """One measure: how documents call it, and in what it is counted; ``text`` measures take any words."""

    name: str
    unit: str


TEXT, PERCENT = "text", "percent"
WHOLE = 100
LEVEL = "level"
"""How hard it hit customers, in a word: ``High``."""
NONE = "none"
"""``window=none`` takes all windows away."""
MEASURES: Mapping[str, Measure] = {
    LEVEL: Measure(name="Customer Impact", unit=TEXT),
    "customers": Measure(name="Affected Customers", unit="customers"),
    "pct": Measure(name="Share of Customers Affected", unit=PERCENT),
    "users": Measure(name="Affected Users", unit="users"),
    "pct_users": Measure(name="Share of Users Affected", unit=PERCENT),
    "transactions": Measure(name="Transactions Affected", unit="transactions"),
    "requests_failed": Measure(name="API Requests Failed", unit="requests"),
    "tickets": Measure(name="Support Tickets Created", unit="tickets"),
    "revenue": Measure(name="Revenue Impact", unit="USD"),
    "regions": Measure(name="Affected Regions", unit=TEXT),
    "data_loss": Measure(name="Data Loss", unit=TEXT),
    "detail": Measure(name="Detail", unit=TEXT),
    "window": Measure(name="Impact Window", unit=WINDOW),
}
"""What people type before ``=``; in the order in which documents show them."""
REPEATED = frozenset({"detail", "window"})
"""Measures that may be recorded more than once: each value stays."""


def record_impact(
    facts: Mapping[str, Any],
    options: Mapping[str, Sequence[str]],
    *,
    names: Names = NOBODY,
    entered: str = "during",
) -> dict[str, Any]:
    """*facts* with the measures of *options* (key to values, as typed in Slack) in ``impact_metrics``.

    A measure recorded before is replaced, the last value of several counts; the text stays as typed. Raises
    UnknownMeasure, NotANumber where a count is none, and NotAShare where a share is more than all.
    """
    fresh = [
        _metric(key, plain(value, names)) | {"entered": entered}
        for key, values in options.items()
        for value in (values if key in REPEATED else values[-1:])
        if (key, value) != ("window", NONE)
    ]
    replaced = {metric["name"] for metric in fresh} - {MEASURES[key].name for key in REPEATED}
    if NONE in options.get("window", ()):
        replaced.add(MEASURES["window"].name)
    kept = [metric for metric in facts.get("impact_metrics", ()) if metric["name"] not in replaced]
    order = {measure.name: n for n, measure in enumerate(MEASURES.values())}
    found = sorted([*kept, *fresh], key=lambda metric: order.get(metric["name"], len(order)))
    return {**facts, "impact_metrics": found}


def _metric(key: str, text: str) -> dict[str, Any]:
    measure = MEASURES.get(key)
    if measure is not None and measure.unit == WINDOW:
        return windows.measured(measure.name, text)
    if measure is None:
        near = nearest(key, sorted(MEASURES)) or "customers"
        raise UnknownMeasure(given=key, known=", ".join(MEASURES), near=near)
    value: int | float | str = text
    approx = False
    if measure.unit != TEXT:
        read = number(text)
        if read is None:
            raise NotANumber(key=key, given=text)
        if measure.unit == PERCENT and not 0 <= read.value <= WHOLE:
            raise NotAShare(key=key, given=text)
        value, approx = plain_number(read.value), read.approx
    return {
        "name": measure.name, "value": value, "unit": measure.unit, "text": text, "approx": approx,
    }  # fmt: skip
