"""P11: what it costs that an incident's card names what recurs, beside many incidents of six months."""

import sqlite3
from collections.abc import Callable, Iterator
from itertools import count

from bench.crowd import crowd
from bench.measure import Ratio, alternating, ratios
from bench.place import Place, place
from bot.sandbox import Channel

MANY, SAME = 5_000, 100
"""So many other incidents, each with a tag; so many of them have that of the one that is measured."""
COMMANDS = 30
_SPREAD = (
    "strftime('%Y-%m-%d %H:%M:%f000', julianday(declared_at) - 1 - (CAST(substr(ref, 11) AS INTEGER) % 150))"
)


def recurring_card() -> Iterator[Ratio]:
    """P11: a command that changes the card, where something recurs and where nothing can."""
    with place() as here:
        crowd(here, MANY)
        _tagged(here)
        again, alone = _declared(here, "again service=checkout"), _declared(here, "alone")
        with here.bot.store.read() as tx:
            incident = tx.incident_of_channel(again.id)
            assert incident is not None
            assert len(here.bot.transactions.recurring(tx, incident).before) == SAME
        mine, theirs = alternating(_titles(here, again), _titles(here, alone))
    cost = 1e3 * (sorted(mine)[len(mine) // 2] - sorted(theirs)[len(theirs) // 2]) / COMMANDS
    yield Ratio(
        number="P11", what=f"set title where {SAME} of {MANY:,} incidents are the same ÷ where nothing can recur",
        values=ratios(mine, theirs), goal=2.0, hoped=1.3, note=f"{cost:.1f} ms more a command",
    )  # fmt: skip


def _tagged(here: Place) -> None:
    """Let the crowd be of the last five months, one in so many of the same service."""
    tag = f"CASE WHEN CAST(substr(ref, 11) AS INTEGER) <= {SAME} THEN 'service:checkout' ELSE 'service:' || ref END"
    with sqlite3.connect(here.folder / "bench.db") as raw:
        raw.execute(f"UPDATE incidents SET declared_at = {_SPREAD} WHERE ref LIKE 'INC-BENCH-%'")  # noqa: S608
        raw.execute(
            "INSERT INTO tags (incident, tag, words, at) "  # noqa: S608
            f"SELECT ref, {tag}, 'checkout', declared_at FROM incidents WHERE ref LIKE 'INC-BENCH-%'"
        )
    raw.close()


def _declared(here: Place, words: str) -> Channel:
    """The channel of one more incident."""
    ana = here.slack.person("ana")
    ana.channel = here.slack.channel("incidents")
    known = {one.id for one in here.slack.channels}
    ana.commands(f"/incident declare sev3 {words}")
    here.deliver()
    return next(one for one in here.slack.channels if one.id not in known)


def _titles(here: Place, room: Channel) -> Callable[[], None]:
    """Titles that are new each time."""
    numbers, ana = count(), here.slack.person("ana")

    def work() -> None:
        ana.channel = room
        for _ in range(COMMANDS):
            ana.commands(f"/incident set title number {next(numbers)}")

    return work
