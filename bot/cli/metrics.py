"""Metrics over many incidents at the command line: ``metrics``."""

import argparse
import csv
import json
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import closing
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from bot.app import build
from bot.cli.operate import settings
from bot.cli.verb import Verb
from bot.domain import score_data, score_words
from bot.domain.markdown import cell
from bot.domain.score_metrics import named
from bot.domain.score_values import Card
from bot.domain.spreadsheets import defused
from bot.store.migrate import ready

Rows = Sequence[Mapping[str, Any]]
_BELOW = frozenset({"definition", "rule", "median", "from_source", "to_source"})
"""What a table for people has no column for: it stands below a name, or beside what it belongs to."""
_NO_ROWS = "In that period no value is recorded for it."
_HEADS = {"value": "median or value"}
_WHOLE = frozenset({"from_at", "to_at", "incident"})


def _metrics(asked: argparse.Namespace) -> int:
    """Private incidents stay out: what is printed here goes from hand to hand."""
    bot = build(settings(needs_slack=False))
    with closing(bot.store):
        ready(bot.store)
        period = bot.scorecard.period(asked.period)
        metric = named(asked.list, bot.scorecard.policy) if asked.list else None
        card = bot.scorecard.card(period, most=None)
        names = bot.scorecard.people(card)
    rows = score_data.lines(card) if metric is None else score_data.readings(card.line(metric), names)
    _AS[asked.kind](card, rows, _title(card) if metric is None else f"{metric.name}: {metric.definition}")
    return 0


def _title(card: Card) -> str:
    count = "1 incident" if card.incidents == 1 else f"{card.incidents:,} incidents"
    return f"Metrics of {card.period.called} ({card.period.dates}, {card.zone.key}): {count}"


def _left_out(card: Card) -> str:
    told = [score_words.without(card), "private incidents"]
    return f"Left out: {', '.join(filter(None, told))}."


def _table(card: Card, rows: Rows, title: str) -> None:
    """For people: a metric has its definition below its name, and what is nowhere filled is no column."""
    console = Console(width=None if sys.stdout.isatty() else 160)
    heads = [name for name in _columns(rows) if name not in _BELOW]
    table = Table(title=title, title_justify="left", box=None, padding=(0, 2, 0, 0))
    for name in heads:
        head = _HEADS.get(name, name) if "metric" in heads else name
        table.add_column(head.replace("_", " "), overflow="fold", no_wrap=name in _WHOLE)
    for row in rows:
        below = Text(f"\n{row['definition']}", "dim") if row.get("definition") else Text()
        first = Text(_text(row[heads[0]])).append_text(below)
        table.add_row(first, *(Text(_with_source(row, name)) for name in heads[1:]))
    console.print(table if rows else f"{title}\n{_NO_ROWS}", markup=False, highlight=False)
    print(_left_out(card))


def _markdown(card: Card, rows: Rows, title: str) -> None:
    columns = _columns(rows)
    print(f"# {title}\n")
    if not rows:
        print(f"{_NO_ROWS}\n\n{_left_out(card)}")
        return
    print(_bars(name.replace("_", " ") for name in columns))
    print(_bars("---" for _ in columns))
    for row in rows:
        print(_bars(cell(_text(row[name])) for name in columns))
    print(f"\n{_left_out(card)}")


def _csv(card: Card, rows: Rows, title: str) -> None:  # noqa: ARG001 - as all of them
    if not rows:
        return  # without a value nothing says which columns it would have
    written = csv.DictWriter(sys.stdout, fieldnames=list(rows[0]), lineterminator="\n")
    written.writeheader()
    written.writerows(
        {name: defused(value) if isinstance(value, str) else value for name, value in row.items()}
        for row in rows
    )


def _json(card: Card, rows: Rows, title: str) -> None:  # noqa: ARG001 - as all of them
    told = {**score_data.about(card), "rows": list(rows)}
    print(json.dumps(told, indent=2, ensure_ascii=False))


_AS: Mapping[str, Callable[[Card, Rows, str], None]] = {
    "table": _table, "csv": _csv, "json": _json, "md": _markdown,
}  # fmt: skip


def _columns(rows: Rows) -> list[str]:
    """Those for people to read: numbers without a unit are for programs, and what is nowhere filled is no column."""
    names = list(rows[0]) if rows else []
    return [name for name in names if name not in score_data.RAW and any(_text(row[name]) for row in rows)]


def _with_source(row: Mapping[str, Any], name: str) -> str:
    """What stands in that column; of one end of a span also where it comes from, unless it was simply recorded."""
    source = row.get(f"{name}_source", "recorded")
    return f"{_text(row[name])} ({source})" if source not in ("", "recorded") else _text(row[name])


def _text(value: Any) -> str:
    return "" if value is None else str(value)


def _harmless(value: Any) -> Any:
    return defused(value) if isinstance(value, str) else value


def _bars(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |"


METRICS = (
    Verb(
        name="metrics",
        does="Counts the metrics of a period against their targets, or lists the incidents behind one of them.",
        example="metrics 2026-Q1 --list resolved",
        run=_metrics,
        arguments=(
            (("period",), {
                "nargs": "?", "default": "30d", "metavar": "PERIOD",
                "help": "30d (default), quarter, last-quarter, month, year, 2026-Q1, 2026-03, 2026-01-01..2026-03-31",
            }),
            (("--as",), {
                "dest": "kind", "choices": list(_AS), "default": "table",
                "help": "how it is printed; csv and json hold the plain numbers too: seconds, percent",
            }),
            (("--list",), {"metavar": "NAME", "help": "the values behind that metric, each with both its times"}),
        ),
    ),
)  # fmt: skip
