"""P3: how soon a declared incident stands in Slack."""

import threading
from collections.abc import Callable, Iterator

from bench.measure import Ratio
from bench.place import Place, place, responder
from bot.clock import Clock

CALL = 0.1
"""Seconds that Slack takes for each call."""
ROUNDS = 7
DEADLINE = 120.0


def milestones() -> Iterator[Ratio]:
    """P3: from the command until the channel exists, its declarer is in it, and all is done; in units of one call."""
    with place(lag=lambda _: CALL) as here:
        responder(here)
        worker = threading.Thread(target=here.bot.outbox.run, daemon=True)
        worker.start()
        reached = [_declare(here, number) for number in range(ROUNDS + 1)][1:]
        here.bot.outbox.stop()
        worker.join()
    for at, what, goal, hoped in (
        (0, "the channel exists", 1.2, 1.1),
        (1, "the declarer is in it", 2.2, 2.1),
        (2, "all is done", 4.5, 3.2),
    ):
        values = tuple(times[at] / CALL for times in reached)
        yield Ratio(
            number="P3", what=f"a declare at {CALL * 1e3:.0f} ms a call: {what}", values=values, goal=goal, hoped=hoped,
            unit="calls", note=f"{1e3 * CALL * sorted(values)[len(values) // 2]:.0f} ms",
        )  # fmt: skip


def _declare(here: Place, number: int) -> tuple[float, float, float]:
    """Seconds until each milestone of one more declare."""
    clock, slack = here.bot.clock, here.slack
    ana = slack.person("ana")
    before = len(slack.channels)
    began = clock.monotonic()
    ana.commands(f"/incident declare sev2 checkout is slow {number}")
    _until(clock, lambda: len(slack.channels) > before)
    exists = clock.monotonic() - began
    channel = slack.channels[-1]
    _until(clock, lambda: ana.id in channel.members)
    inside = clock.monotonic() - began
    _until(clock, lambda: not here.unfinished())
    return exists, inside, clock.monotonic() - began


def _until(clock: Clock, is_so: Callable[[], bool]) -> None:
    """Wait for something; looked at each millisecond."""
    end = clock.monotonic() + DEADLINE
    while not is_so():
        if clock.monotonic() > end:
            raise TimeoutError("what is measured never happened")
        clock.sleep(0.001)
