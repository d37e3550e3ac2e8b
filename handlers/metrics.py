"""Metrics over many incidents: ``metrics``, the list behind a number, what people enter. Not the page of Prometheus."""

from dataclasses import replace
from typing import Any

from bot.domain import score_words
from bot.domain.mrkdwn import escaped, plain
from bot.domain.nearest import nearest
from bot.domain.refusal import shorten
from bot.domain.refusal_scores import MetricNeedsValue, TrendOfWhat
from bot.domain.score_entered import EXAMPLES, Entered, corrected
from bot.domain.score_metrics import Metric, Source, known, named
from bot.domain.score_numbers import FEW
from bot.domain.score_period import before
from bot.domain.score_values import Card, Line, Reading, Verdict
from bot.domain.words import parse, split
from bot.slack import blocks
from handlers.asking import fitting
from handlers.routes import Reply, Request, Routes, Situation, UseCases

routes = Routes()
LISTED = 15
SHOWN_OF_TITLE = 80
ALL = "all"


@routes.verb(
    "metrics",
    aliases=("metric", "kpi"),
    usage="[30d | quarter | 2026-Q1]\nall [30d]\nlist <metric> [30d]\ntrend <metric> [year]\n"
    "set <metric> <value> [at=2026-03] [note]",
    does="Counts the metrics of a period against their targets. Shows the incidents behind each number.",
    example="/incident metrics quarter",
    situation=Situation.START,
    changes=False,
)
def metrics(request: Request, use: UseCases) -> Reply:
    """The metrics of a period, the list behind one of them, or a value that is entered."""
    words = parse(request.text)
    if words.verb == "list" and words.rest:
        return _listing(words.rest, request, use)
    if words.verb in ("set", "enter"):
        return _enter(words.rest, request, use)
    if words.verb == "trend":
        return _trend(words.rest, request, use)
    every = words.verb == ALL
    return _card(words.rest if every or words.verb == "list" else request.text, request, use, every=every)


@routes.button("metrics", verb="metrics")
def metrics_by_button(request: Request, use: UseCases) -> Reply:
    """The buttons "Metrics", "Last quarter", "All metrics" and "Back"."""
    return metrics(replace(request, text=request.value), use)


def _card(text: str, request: Request, use: UseCases, *, every: bool) -> Reply:
    period = use.scorecard.period(text)
    card = use.scorecard.card(period, user=request.user, channel=request.channel)
    wanted = [line for line in card.lines if every or line.metric.rule]
    lines = [line for line in wanted if _is_told(line)]
    silent = [line.metric for line in wanted if not _is_told(line)]
    facts = {
        **_about(card, use), "rows": [_row(line, use) for line in lines], "every": every,
        "silent": [metric.name for metric in silent],
        "to_enter": next((metric for metric in silent if metric.is_entered), None), "examples": EXAMPLES,
        "hidden": len(card.lines) - len(wanted),
    }  # fmt: skip
    beside = (None, *(_list_button(line.metric, period.typed) for line in lines))
    return Reply(template="reply_metrics", facts=facts, beside=beside, blocks=(_ways_on(card, every=every),))


def _is_told(line: Line) -> bool:
    """Whether there is anything to say of it in this period."""
    return bool(line.readings)


def _list_button(metric: Metric, typed: str) -> blocks.Block:
    return blocks.button("List", f"metric_list:{metric.key}", f"{metric.key} {typed}")


def _ways_on(card: Card, *, every: bool) -> blocks.Block:
    former = before(card.period)
    word, label = ("", "The twelve") if every else (f"{ALL} ", "All metrics")
    return blocks.actions(
        blocks.button("The period before", "metrics:before", f"{f'{ALL} ' if every else ''}{former.typed}"),
        blocks.button("Last quarter", "metrics:quarter", f"{f'{ALL} ' if every else ''}last-quarter"),
        blocks.button(label, "metrics:all", f"{word}{card.period.typed}"),
    )


def _about(card: Card, use: UseCases) -> dict[str, Any]:
    return {
        "called": card.period.called, "dates": card.period.dates, "typed": card.period.typed,
        "zone": use.lookup.policy.timezone, "incidents": card.incidents, "without": score_words.without(card),
        "waiting": card.waiting, "few": FEW, "month": f"{card.at.astimezone(card.zone):%Y-%m}",
    }  # fmt: skip


def _row(line: Line, use: UseCases) -> dict[str, Any]:
    metric, shown = line.metric, line.shown
    entered = next((each.entered for each in line.readings if each.entered), None)
    kept = (each.verdict for each in line.readings)
    return {
        "name": metric.name, "definition": metric.definition, "target": escaped(score_words.target(metric, line.aim)),
        "verdict": line.verdict.value if line.aim and line.readings else "", "source": metric.source.name.lower(),
        "value": score_words.value(metric, shown) if shown is not None else "",
        "middle": score_words.middle(line), "count": line.summary.count if line.summary else 0,
        "met": line.met, "judged": line.judged, "errors": line.errors, "unrecorded": line.unrecorded,
        "waits": sum(verdict is Verdict.WAITS for verdict in kept), "listed": len(line.readings),
        "untold": sum(each.verdict is Verdict.UNKNOWN and each.value is None for each in line.readings),
        "outages": sum("down" in each.notes for each in line.readings),
        "late": sum("unwritten" in each.notes and each.verdict is Verdict.MISSED for each in line.readings),
        "entered": _entered(entered, use) if entered else None,
    }  # fmt: skip


def _entered(entered: Entered, use: UseCases) -> dict[str, Any]:
    """Who entered it, when, for which days, and with which words."""
    names = use.lookup.words([entered.note], [])
    note = escaped(shorten(plain(entered.note, names), SHOWN_OF_TITLE)) if entered.note else ""
    return {"by": entered.by, "at": entered.at, "days": entered.days, "note": note}


# The list behind a number


@routes.button("metric_list", verb="metrics")
def list_by_button(request: Request, use: UseCases) -> Reply:
    """The button "List" beside a number."""
    return _listing(request.value, request, use)


def _listing(text: str, request: Request, use: UseCases) -> Reply:
    word, _, rest = text.partition(" ")
    metric = named(word, use.lookup.policy)
    period = use.scorecard.period(rest)
    card = use.scorecard.card(period, user=request.user, channel=request.channel)
    line = card.line(metric)
    shown = line.readings[:LISTED]
    names = use.lookup.words([each.title for each in shown], [])
    history = use.scorecard.history(metric) if metric.is_entered else []
    facts = {
        **_about(card, use), "row": _row(line, use), "key": metric.key, "names": names,
        "readings": [_reading(metric, each, history, use) for each in shown],
        "left": len(line.readings) - len(shown), "followups": metric.source is Source.FOLLOWUPS,
    }  # fmt: skip
    drawable = any(each.value is not None and "down" not in each.notes for each in line.readings)
    trend = [blocks.button("Trend", "metric_trend", f"{metric.key} {period.typed}")] if drawable else []
    row = blocks.actions(*trend, blocks.button("Back", "metrics:back", period.typed))
    return Reply(template="reply_metric_list", facts=facts, blocks=(row,))


def _reading(metric: Metric, each: Reading, history: list[Entered], use: UseCases) -> dict[str, Any]:
    policy = use.lookup.policy
    severity = policy.severities[each.severity].name if each.severity else ""
    entered = each.entered
    former = [one for one in corrected(history, entered) if one.value is not None] if entered else []
    return {
        "ref": each.ref, "n": each.n, "severity": severity, "title": shorten(each.title, SHOWN_OF_TITLE),
        "value": score_words.reading(metric, each), "verdict": each.verdict.value,
        "judged": each.verdict in (Verdict.MET, Verdict.MISSED) and each.value is not None,
        "due": each.start.at.astimezone(policy.zone).date() if each.start and each.start.at else None,
        "start": each.start, "end": each.end, "notes": score_words.notes(each),
        "entered": _entered(entered, use) if entered else None,
        "former": [
            {"value": score_words.value(metric, one.value), "by": one.by, "at": one.at}
            for one in former[:2]
            if one.value is not None
        ],
    }  # fmt: skip


# The picture


@routes.button("metric_trend", verb="metrics")
def trend_by_button(request: Request, use: UseCases) -> Reply:
    """The button "Trend" below the list."""
    return _trend(request.value, request, use)


def _trend(text: str, request: Request, use: UseCases) -> Reply:
    word, _, rest = text.partition(" ")
    if not word:
        keys = [metric.key for metric in known(use.lookup.policy)]
        raise TrendOfWhat(known=", ".join(keys), near="resolved")
    metric, period = named(word, use.lookup.policy), use.scorecard.period(rest)
    use.scorecard.send_trend(metric, period, user=request.user, channel=request.channel)
    back = blocks.actions(blocks.button("Back", f"metric_list:{metric.key}", f"{metric.key} {period.typed}"))
    return Reply(template="reply_trend", facts={"name": metric.name}, blocks=(back,))


# What people enter


def _enter(text: str, request: Request, use: UseCases) -> Reply:
    said = split(text, keys=frozenset({"at"}))
    word, _, rest = said.text.strip().partition(" ")
    given, _, note = rest.strip().partition(" ")
    metric = named(word, use.lookup.policy) if word else None
    if metric is None or (metric.is_entered and not given):
        own = [each.key for each in known(use.lookup.policy) if each.is_entered]
        near = metric.key if metric else nearest("nps", own) or own[0]
        example = EXAMPLES.get(near, "99.9")
        raise MetricNeedsValue(known=", ".join(own), near=near, example=example)
    made = use.scorecard.enter(
        metric, given, days=said.one("at"), note=fitting(note.strip()), by=request.user
    )
    entered, was = made.entered, made.before
    facts = {
        "name": metric.name, "key": metric.key, "same": made.same, "days": entered.days, "unknown": said.unknown,
        "value": score_words.value(metric, entered.value) if entered.value is not None else "",
        "was": score_words.value(metric, was.value) if was and was.value is not None else "",
        "was_by": was.by if was else "", "was_at": was.at if was else None,
    }  # fmt: skip
    return Reply(template="reply_metric_entered", facts=facts)
