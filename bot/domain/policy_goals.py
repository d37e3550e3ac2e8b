"""What a policy file says about goals and metrics: [goals], [metrics] and [metric.NAME]."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from bot.domain.own_metric import OwnMetric, read_share, read_target
from bot.domain.policy import Goal
from bot.domain.policy_checks import (
    Check,
    count_from_one,
    duration_or_none,
    share_or_none,
    target_or_none,
    text,
    word,
    yes_or_no,
)
from bot.domain.times import parse_duration

TIMES = (
    "detected",
    "assembled",
    "postmortem",
    "acknowledged",
    "declared",
    "identified",
    "mitigated",
    "restored",
)
SHARES = ("uptime", "followups", "cadence")
AT_THE_LATEST = frozenset({"postmortem"})
"""Goals that are still met at the very time (R-MET-11)."""
GOALS: dict[str, Check] = {**dict.fromkeys(TIMES, duration_or_none), **dict.fromkeys(SHARES, share_or_none)}
METRICS: dict[str, Check] = {"backfilled": yes_or_no, "responders": count_from_one}
METRIC: dict[str, Check] = {"label": word, "unit": text, "target": target_or_none, "definition": text}


def goals(table: Mapping[str, Any], *, first_external: str) -> dict[str, Goal]:
    """By span, and by span and level where each severity has its own; the first update may come at the very time."""
    written = {name: table[name] for name in TIMES}
    written |= {f"resolved.{level}": within for level, within in table["resolved"].items()}
    found = {
        name: Goal(within=parse_duration(within), at_the_latest=name in AT_THE_LATEST)
        for name, within in written.items()
        if within
    }
    return found | {"external": Goal(within=parse_duration(first_external), at_the_latest=True)}


def shares(table: Mapping[str, Any]) -> dict[str, Decimal]:
    """Goals that are a share in percent, at least."""
    found = {name: read_share(table[name]) for name in SHARES if table[name]}
    return {name: share for name, share in found.items() if share is not None}


def own_metrics(tables: Mapping[str, Mapping[str, Any]]) -> tuple[OwnMetric, ...]:
    """What people enter, in the order of the file, the built-in ones first."""
    return tuple(_own(key, table) for key, table in tables.items())


def _own(key: str, table: Mapping[str, Any]) -> OwnMetric:
    sign, target = read_target(table.get("target", "")) or ("", None)
    return OwnMetric(
        key=key,
        label=table.get("label", key.replace("_", " ")),
        unit=table.get("unit", "").strip(),
        sign=sign,
        target=target,
        definition=table.get("definition", "").strip(),
    )
