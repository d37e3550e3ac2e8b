"""Metrics over a period, each with target, count, median, 90th percentile and the list behind it (R-MET-1 to 12).

Rules: MD-1 (what ends before it begins is an error, listed, never zero), MD-3 and MD-4 (both resolves, a skipped
mitigation), MD-5 (what is left out), MD-6 (no trend out of few values), MD-7 (both time stamps with their sources).
"""

from collections.abc import Callable, Mapping

from bot.domain.incident import Status
from bot.domain.policy import Policy
from bot.domain.score_metrics import Aim, Metric, Source, aim, known
from bot.domain.score_shares import of_downtime, of_entered, of_followups, of_pace
from bot.domain.score_spans import of_spans
from bot.domain.score_values import About, Card, Line, Scope


def left_out(about: About, policy: Policy) -> str:
    """Why it does not count: a word for the reason; "" where it does (MD-5)."""
    if about.drill:
        return "drill"
    if about.status in (Status.CANCELLED, Status.MERGED):
        return about.status.value
    if about.is_customers:
        return "customers"
    return "backfilled" if about.backfilled and not policy.counts_backfilled else ""


def card(scope: Scope, *, policy: Policy, without: Mapping[str, int], waiting: int = 0) -> Card:
    """The metrics of a period.

    *without*: how many incidents of it are left out, by reason; *waiting*: how many are still to be read.
    """
    lines = tuple(_OF[metric.source](metric, aim(metric, policy), scope) for metric in known(policy))
    return Card(
        period=scope.period, zone=scope.zone, at=scope.at, lines=lines, incidents=len(scope.inside),
        left_out=without, waiting=waiting,
    )  # fmt: skip


_OF: Mapping[Source, Callable[[Metric, Aim | None, Scope], Line]] = {
    Source.SPAN: of_spans,
    Source.PACE: of_pace,
    Source.FOLLOWUPS: of_followups,
    Source.DOWNTIME: of_downtime,
    Source.ENTERED: of_entered,
}
