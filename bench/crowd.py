"""Many open incidents, made by copying one: 100,000 declares would take the afternoon."""

import sqlite3

from bench.place import Place, declared
from bot.sandbox import Channel

_COPIES = """
WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < :many)
"""


def crowd(here: Place, many: int, *, rooms: bool = False) -> None:
    """*many* more open incidents, each with timers, entries and finished calls like those of one that was declared.

    *rooms*: their channels are there in Slack.
    """
    declared(here)
    with sqlite3.connect(here.folder / "bench.db") as raw:
        _copy(raw, many, "incidents", ref="'INC-BENCH-' || i", channel_id="'CBENCH' || i")
        _copy(raw, many, "timers", incident="'INC-BENCH-' || i")
        _copy(raw, many, "entries", incident="'INC-BENCH-' || i", id="NULL")
        _copy(
            raw,
            many,
            "outbox",
            incident="'INC-BENCH-' || i",
            id="NULL",
            key='"key" || i',
            stream="stream || i",
        )
    raw.close()
    bot = here.slack.bot_user_id
    for number in range(1, many + 1 if rooms else 0):
        room = f"CBENCH{number}"
        here.slack.keep_channel(Channel(id=room, name=room.lower(), creator=bot, created=0, members=[bot]))


def _copy(raw: sqlite3.Connection, many: int, table: str, **instead: str) -> None:
    """Each row of *table*, *many* times, with expressions in *instead* of some of its columns."""
    names = [column[1] for column in raw.execute(f"PRAGMA table_info({table})")]
    columns = ", ".join(f'"{name}"' for name in names)
    told = ", ".join(instead.get(name, f'"{name}"') for name in names)
    raw.execute(f"{_COPIES} INSERT INTO {table} ({columns}) SELECT {told} FROM {table}, n", {"many": many})  # noqa: S608


def spread_nudges(here: Place, first: str, step: float) -> None:
    """Let the copies' nudges fall due one after the other, *step* seconds apart, from *first* (SQLite's time) on."""
    due = f"strftime('%Y-%m-%d %H:%M:%f000', julianday('{first}') + {step} * (rowid_n - 1) / 86400.0)"
    with sqlite3.connect(here.folder / "bench.db") as raw:
        numbered = "SELECT ref, row_number() OVER (ORDER BY ref) AS rowid_n FROM incidents WHERE ref LIKE 'INC-BENCH-%'"
        raw.execute("DELETE FROM timers WHERE kind != 'nudge' AND incident LIKE 'INC-BENCH-%'")
        raw.execute(
            f"UPDATE timers SET due_at = (SELECT {due} FROM ({numbered}) WHERE ref = incident)"  # noqa: S608
            " WHERE incident LIKE 'INC-BENCH-%'"
        )
        raw.execute(
            "UPDATE incidents SET due = '{}', nudge_due_at = (SELECT due_at FROM timers WHERE incident = ref)"
            " WHERE ref LIKE 'INC-BENCH-%'"
        )
    raw.close()
