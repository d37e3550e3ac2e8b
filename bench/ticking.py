"""P4 and P5: what the ticks cost while many incidents are open, and how late nudges come."""

import threading
from collections.abc import Callable, Iterator
from datetime import timedelta
from statistics import quantiles

from bench.crowd import crowd, spread_nudges
from bench.measure import ROUNDS, Ratio, seconds
from bench.place import Place, place

MANY, FEW = 100_000, 1_000
TICKS = 50
"""Ticks that make one turn."""
OPEN = 10_000
CADENCE = 900.0
"""Seconds between the nudges of one incident: P0's."""
NUDGED = 220
"""Nudges that are timed: 20 seconds of them."""
TICK = 1.0


def idle_tick() -> Iterator[Ratio]:
    """P4: the ticks of each second when nothing is due, with many open incidents and with few."""
    with place() as crowded, place() as quiet:
        crowd(crowded, MANY)
        crowd(quiet, FEW)
        many, few = _ticks(crowded), _ticks(quiet)
        many(), few()
        pairs = [(seconds(many), seconds(few)) for _ in range(ROUNDS)]
    values = tuple(one / other for one, other in pairs)
    note = f"{1e3 * sorted(one for one, _ in pairs)[ROUNDS // 2] / TICKS:.2f} ms a tick"
    what = f"an idle tick with {MANY:,} open incidents ÷ with {FEW:,}"
    yield Ratio(number="P4", what=what, values=values, goal=1.2, hoped=1.05, note=note)


def _ticks(here: Place) -> Callable[[], None]:
    def ticks() -> None:
        for _ in range(TICKS):
            here.bot.due.fire()
            here.bot.outbox.deliver()
            here.bot.outbox.tidy()

    return ticks


def lateness() -> Iterator[Ratio]:
    """P5: how long after its time Slack has a nudge, while 10,000 incidents are nudged at P0's pace."""
    with place() as here:
        crowd(here, OPEN, rooms=True)
        first = here.bot.clock.now() + timedelta(seconds=10)
        step = CADENCE / OPEN
        spread_nudges(here, f"{first:%Y-%m-%d %H:%M:%S}", step)
        late = _nudged(here, first.replace(microsecond=0).timestamp(), step)
    values = (quantiles(late, n=100)[98] / TICK,)
    what = f"lateness of a nudge, p99, in ticks of {TICK:.0f} s; {OPEN:,} open incidents"
    note = f"{len(late)} nudges, median {sorted(late)[len(late) // 2]:.2f} s"
    yield Ratio(number="P5", what=what, values=values, goal=1.2, hoped=0.1, note=note)


def _nudged(here: Place, first: float, step: float) -> list[float]:
    """Seconds from each nudge's time until Slack had it, for the first NUDGED of them."""
    clock, bot = here.bot.clock, here.bot
    worker = threading.Thread(target=bot.outbox.run, daemon=True)
    worker.start()
    bot.heartbeat.start()
    calls = here.slack.calls
    begun = len(calls)
    while clock.machine() < first + NUDGED * step + 3.0:
        clock.sleep(0.5)
    bot.heartbeat.stop()
    bot.outbox.stop()
    worker.join()
    due = {f"nudge:{ref}": first + place * step for place, ref in enumerate(_in_order())}
    late = []
    for call in calls[begun:]:
        key = str(((call.args.get("metadata") or {}).get("event_payload") or {}).get("key", ""))
        kind, _, rest = key.partition(":")
        if kind == "nudge" and (at := due.get(f"nudge:{rest.partition(':')[0]}")) is not None:
            late.append(call.at - at)
    return late[:NUDGED]


def _in_order() -> list[str]:
    return sorted(f"INC-BENCH-{number}" for number in range(1, OPEN + 1))
