"""Metrics in words: values, targets, what is left out, and what is to be known beside a value."""

from collections.abc import Mapping
from datetime import timedelta
from decimal import Decimal

from bot.domain.score_metrics import Aim, Metric, Source, Unit
from bot.domain.score_values import Card, Line, Reading, Verdict
from bot.domain.times import print_duration

LEFT_OUT: Mapping[str, tuple[str, str]] = {
    "drill": ("drill", "drills"),
    "cancelled": ("false alarm", "false alarms"),
    "merged": ("merged into another", "merged into others"),
    "customers": ("customer escalation", "customer escalations"),
    "backfilled": ("written down when it was over", "written down when they were over"),
}
"""Why an incident does not count, of one and of many (MD-5)."""


def value(metric: Metric, known: Decimal) -> str:
    """``8 min 30 s``, ``99.95%``, ``245 ms``; never rounded up."""
    if metric.unit is Unit.TIME:
        return span(known)
    written = plain(known)
    if metric.mark == "%":
        return f"{written}%"
    return f"{written} {metric.mark}".rstrip()


def span(seconds: Decimal) -> str:
    """``1 h 57 min``."""
    return print_duration(timedelta(seconds=int(seconds)))


def plain(known: Decimal) -> str:
    """A number with as many places as it needs."""
    written = f"{known:f}"
    return (written.rstrip("0").rstrip(".") if "." in written else written) or "0"


def target(metric: Metric, aim: Aim | None) -> str:
    """``< 5 min``; "" where there is none."""
    return f"{aim.sign} {value(metric, aim.value)}" if aim else ""


def without(card: Card) -> str:
    """``2 drills, 1 false alarm``; "" where nothing is left out."""
    told = ((count, LEFT_OUT[reason]) for reason, count in sorted(card.left_out.items()))
    return ", ".join(f"{count} {one if count == 1 else many}" for count, (one, many) in told)


def reading(metric: Metric, known: Reading) -> str:
    """The value of one reading; of a follow-up how late it is."""
    if metric.source is Source.FOLLOWUPS:
        return _followed_up(known)
    if known.value is None:
        return known.verdict.value
    return span(known.value) if "down" in known.notes else value(metric, known.value)


def _followed_up(known: Reading) -> str:
    if known.verdict is Verdict.MISSED:
        days = "1 day" if known.late_by == 1 else f"{known.late_by} days"
        return f"{days} late" + (", still open" if "open" in known.notes else "")
    words = {
        Verdict.MET: "on time",
        Verdict.WAITS: "still to come",
        Verdict.UNJUDGED: "given up before its date",
        Verdict.UNKNOWN: "done, nobody wrote down when",
    }
    return words[known.verdict]


def notes(known: Reading) -> list[str]:
    """What is to be known beside a value (MD-2, MD-3, MD-4)."""
    also = span(known.also) if known.also else ""
    words = {
        "guess": "the alert is the first that is known: impact may have begun before",
        "day": "only the date is known",
        "one_time": "start of impact and detection are one time: the target cannot be told",
        "skipped": "= resolved: no mitigation was recorded",
        "reopened": f"reopened: first resolved after {also}",
        "paused": f"reminders rested for {also}, which is not taken off" if "reopened" not in known.notes
        else "reminders rested in between, which is not taken off",
        "unwritten": "not reviewed yet",
        "estimated": "due times follow from the policy's pace: none were recorded",
        "down": "counts as down",
    }  # fmt: skip
    return [words[note] for note in known.notes if note in words]


def middle(line: Line) -> str:
    """``median 6 min, p90 14 min, mean 7 min``: the mean comes last, and only because targets are written as MTTx.

    Of few values the 90th percentile is the longest of them, and called so; of one there is nothing to tell.
    """
    known = line.summary
    if known is None:
        return ""
    if known.count == 1:
        return value(line.metric, known.median)
    high = "longest" if known.is_few else "p90"
    told = (("median", known.median), (high, known.p90), ("mean", known.mean))
    return ", ".join(f"{name} {value(line.metric, number)}" for name, number in told)
