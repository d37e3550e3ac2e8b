"""The metrics that are counted over many incidents: name, definition, unit, source (R-MET-1 to 12, PRODUCT 5.4).

Their targets are the policy's. docs/metrics.md is written from this table.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from bot.domain.nearest import nearest
from bot.domain.own_metric import PERCENT, OwnMetric
from bot.domain.policy import Policy
from bot.domain.refusal_scores import UnknownMetric

WORST = "P0"
"""The severity whose time to resolve has a target of its own in the long seed (R-MET-3)."""


class Unit(StrEnum):
    """What its values are."""

    TIME = "time"
    """Seconds."""
    PERCENT = "percent"
    NUMBER = "number"


class Source(StrEnum):
    """Where its values come from."""

    SPAN = "computed, one span an incident"
    PACE = "computed, one share an incident"
    FOLLOWUPS = "computed, one follow-up each"
    DOWNTIME = "computed from recorded downtime, else entered"
    ENTERED = "entered by people"


@dataclass(frozen=True, slots=True, kw_only=True)
class Metric:
    """One metric."""

    key: str
    """As people type it."""
    name: str
    definition: str
    """What is counted, in words; stands beside each number, for others count otherwise."""
    unit: Unit
    source: Source
    rule: str = ""
    """``R-MET-2``."""
    span: str = ""
    """The key of the span that it counts (``bot.domain.metrics``)."""
    level: str = ""
    """Only incidents of this severity; empty: of all."""
    sign: str = "<"
    """How a value meets its target."""
    mark: str = ""
    """What stands behind a number: ``%``, ``ms``."""
    aliases: tuple[str, ...] = ()

    @property
    def is_entered(self) -> bool:
        """Whether people may enter values."""
        return self.source in (Source.ENTERED, Source.DOWNTIME)

    @property
    def goal(self) -> str:
        """The key of its target in the policy."""
        return f"{self.span}.{self.level}" if self.level else self.key


@dataclass(frozen=True, slots=True, kw_only=True)
class Aim:
    """A target: the value and its exact sign."""

    sign: str
    """``<``, ``≤``, ``>`` or ``≥``."""
    value: Decimal
    """Seconds, percent, or a number."""

    def is_met(self, value: Decimal) -> bool:
        """Whether *value* keeps to it."""
        return {
            "<": value < self.value, "≤": value <= self.value, ">": value > self.value, "≥": value >= self.value,
        }[self.sign]  # fmt: skip


def _span(key: str, name: str, definition: str, **more: str) -> Metric:
    aliases = tuple(more.pop("aliases", "").split())
    return Metric(
        key=key, name=name, definition=definition, unit=Unit.TIME, source=Source.SPAN,
        span=more.pop("span", key), aliases=aliases, **more,
    )  # fmt: skip


UPTIME = Metric(
    key="uptime", name="Uptime", rule="R-MET-1", unit=Unit.PERCENT, source=Source.DOWNTIME, sign="≥", mark="%",
    definition="share of the period without the windows of impact of incidents that hit 100% of customers or users; "
    "where there was none, as entered",
    aliases=("availability",),
)  # fmt: skip
FOLLOWUPS = Metric(
    key="followups", name="Follow-ups on time", rule="R-MET-12", unit=Unit.PERCENT, source=Source.FOLLOWUPS, sign="≥",
    mark="%",
    definition="done on or before the first due date, of those whose first due date lies in the period; open and past "
    "it is late, a later date changes nothing",
    aliases=("items", "actions", "action-items"),
)  # fmt: skip
CADENCE = Metric(
    key="cadence", name="Status updates on time", unit=Unit.PERCENT, source=Source.PACE, sign="≥", mark="%",
    definition="updates that came by their due time, of all that were due",
    aliases=("updates", "adherence"),
)  # fmt: skip
_BEFORE: tuple[Metric, ...] = (
    UPTIME,
    _span("detected", "Time to detect (MTTD)", "start of impact to the first sign of it", rule="R-MET-2",
          aliases="mttd ttd detect"),
    _span("resolved", f"Time to resolve {WORST} (MTTR)", "start of impact to the last resolve", rule="R-MET-3",
          level=WORST, aliases="mttr ttr resolve resolved-p0 mttr-p0 resolved.p0"),
)  # fmt: skip
_AFTER: tuple[Metric, ...] = (
    _span("assembled", "Alert to team assembled",
          "first alert to the entry that says so, else until so many had written as make a team", rule="R-MET-9",
          aliases="assembly assemble"),
    _span("external", "First customer update", "start of impact to the first external update", rule="R-MET-10",
          sign="≤", aliases="customer-update first-update"),
    _span("postmortem", "Postmortem complete", "last resolve to the postmortem's stage reviewed", rule="R-MET-11",
          sign="≤", span="", aliases="pm postmortems"),
    FOLLOWUPS,
)  # fmt: skip
_OTHERS: tuple[Metric, ...] = (
    _span("acknowledged", "Time to acknowledge (TTA)", "first alert to the first entry by a person",
          aliases="tta ack mtta"),
    _span("declared", "Time to declare", "detection to the declaration", aliases="declare ttdeclare"),
    _span("identified", "Time to identify (TTI)",
          "detection to the phase “identified”, else to the first entry that names a cause", aliases="tti identify"),
    _span("mitigated", "Time to mitigate (TTM)", "start of impact until it was contained", aliases="ttm mitigate mttm"),
    _span("restored", "Service restored", "start of impact until the service was back", aliases="restore"),
    _span("closed", "Closed", "start of impact to the close: how long it was looked after", aliases="close"),
    CADENCE,
)  # fmt: skip
RULES: Mapping[str, str] = {
    "db_p95": "R-MET-4", "nps": "R-MET-5", "churn": "R-MET-6", "tickets": "R-MET-7", "sla": "R-MET-8",
}  # fmt: skip
"""Of the metrics that are entered, those of the long seed, by their names in the policy."""


def known(policy: Policy) -> tuple[Metric, ...]:
    """All metrics, in the order in which they are shown: the twelve, then what else is computed or entered."""
    entered = {own.key: _entered(own) for own in policy.metrics}
    seeds = tuple(entered.pop(key) for key in RULES if key in entered)
    levels = tuple(_resolved(level) for level in policy.severities if level != WORST)
    return (*_BEFORE, *seeds, *_AFTER, *_OTHERS, *levels, *entered.values())


def _entered(own: OwnMetric) -> Metric:
    unit = Unit.PERCENT if own.unit == PERCENT else Unit.NUMBER
    mark = "%" if unit is Unit.PERCENT else own.unit
    return Metric(
        key=own.key, name=own.label, definition=own.definition or "as entered by people", unit=unit,
        source=Source.ENTERED, rule=RULES.get(own.key, ""), sign=own.sign or "<", mark=mark, aliases=(),
    )  # fmt: skip


def _resolved(level: str) -> Metric:
    word = level.lower()
    return Metric(
        key=f"resolved-{word}", name=f"Time to resolve {level}", definition="start of impact to the last resolve",
        unit=Unit.TIME, source=Source.SPAN, span="resolved", level=level,
        aliases=(f"mttr-{word}", f"resolved.{word}"),
    )  # fmt: skip


def named(word: str, policy: Policy) -> Metric:
    """The metric that a person's word means. Raises UnknownMetric."""
    all_of_them = known(policy)
    plain = word.lower().strip().replace(" ", "-")
    names = {alias: metric for metric in reversed(all_of_them) for alias in (*metric.aliases, metric.key)}
    names |= {name.replace("_", "-"): metric for name, metric in names.items()}
    if plain in names:
        return names[plain]
    keys = list(dict.fromkeys(metric.key for metric in all_of_them))
    raise UnknownMetric(given=word, known=", ".join(keys), near=nearest(plain, sorted(names)) or keys[1])


def aim(metric: Metric, policy: Policy) -> Aim | None:
    """Its target by the policy; None: it has none."""
    own = next((own for own in policy.metrics if own.key == metric.key), None)
    if own is not None:
        return Aim(sign=own.sign, value=own.target) if own.target is not None else None
    if metric.unit is Unit.PERCENT:
        share = policy.shares.get(metric.key)
        return Aim(sign=metric.sign, value=share) if share is not None else None
    goal = policy.goals.get(metric.goal)
    if goal is None:
        return None
    return Aim(sign=goal.sign, value=Decimal(int(goal.within.total_seconds())))
